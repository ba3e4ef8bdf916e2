"""What a workshop is made of: rooms, rounds, votes and proposals, as frozen records."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from simulator.outputs.text import Language, SaidError

NEVER = "never"
LONGEST_NAME = 40
LONGEST_QUESTION = 200
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

Kind = Literal["when", "plan"]
State = Literal["open", "revealed", "withdrawn"]


class WorkshopError(SaidError):
    """Something cannot be done in a workshop."""


def plain_name(text: str, *, longest: int = LONGEST_NAME) -> str:
    """Return text that a participant typed: one line, nothing unseen, at most `longest` characters.

    Raises
    ------
    WorkshopError
        If it is longer than a form of ours lets anybody type.
    """
    normal = unicodedata.normalize("NFC", text)
    seen = "".join(" " if unicodedata.category(letter) in _UNSEEN else letter for letter in normal)
    line = re.sub(r"\s+", " ", seen).strip()
    if len(line) > longest:
        raise WorkshopError("workshop.too_long", most=longest)
    return line


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Room(_Record):
    """One workshop. `version` grows with everything that phones have to show; `budget` is rupiah a year."""

    id: int
    code: str
    title: str
    budget: int | None
    opened_at: str
    is_closed: bool
    version: int


class Said(_Record):
    """A text in both languages; what a facilitator typed stands in both."""

    id: str
    en: str

    def in_(self, language: Language) -> str:
        """Return it in one language."""
        return self.id if language == "id" else self.en


class Offer(_Record):
    """A lever that tables may set in a plan, in the units of scenario files.

    `rupiah` is about what a year of one unit costs, for the phones to add up; the model decides in the end.
    """

    lever: str
    low: float
    high: float
    step: float
    today: float
    rupiah: float


class Answer(_Record):
    """What the model says to a round, kept when it is revealed.

    Attributes
    ----------
    draws : int
    shares : mapping
        Share of futures by choice; they sum to one.
    central : str
        The choice of the middle future, never-arrivers counted as latest: what a vote has to name to be a hit.
    odds : float
        Share of futures that hold the target by its official month, else by the horizon.
    sentence : Said
        The finding in words.
    """

    draws: int
    shares: Mapping[str, float]
    central: str
    odds: float
    sentence: Said


class Round(_Record):
    """One question to the room.

    Attributes
    ----------
    kind : str
        ``when`` asks for a half-year; ``plan`` asks tables for lever settings.
    target : str
        Id of the target that is asked about.
    scenario : str
        Link of the scenario that is asked about, as it was when the question was opened.
    choices : tuple of str
        Last months (``YYYY-MM``) of the half-years to choose from, then ``never``; empty for a plan.
    levers : tuple of str
        Levers of which one may be named as the one that matters most.
    offers : tuple of Offer
        Levers of a plan.
    answer : Answer or None
        None until it is revealed, and for a plan.
    """

    id: int
    room: int
    number: int
    kind: Kind
    question: Said
    target: str
    scenario: str
    choices: tuple[str, ...]
    levers: tuple[str, ...]
    offers: tuple[Offer, ...]
    state: State
    answer: Answer | None
    opened_at: str
    revealed_at: str | None


class Person(_Record):
    """One browser in a room; name and table are optional."""

    id: int
    room: int
    name: str
    table: str


class Vote(_Record):
    """What one browser answers in one round; the last answer before the reveal counts."""

    round: int
    person: int
    name: str
    table: str
    choice: str
    lever: str | None
    cast_at: str


Values = Annotated[Mapping[str, float], Field(max_length=12), AfterValidator(dict)]


class Proposal(_Record):
    """The plan of one table in one round; the last one before the reveal counts."""

    round: int
    table: str
    values: Values
    sent_at: str
