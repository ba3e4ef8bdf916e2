"""The one error of the room, and how a refused value is shown in it."""

import re

from simulator.scenario.refusals import Language, Said, in_language, read_back

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SHOWN_CHARACTERS = 40
_SHOWN_BITS = 64


class ScenarioError(ValueError):
    """A scenario that is refused, said in one sentence; `str()` is the English one.

    Parameters
    ----------
    problem : str
        What is wrong and what is allowed, a `Said`; reads on after the path. The engine gives ready English.
    path : tuple of str or int
        Where the field stands, from the top of the scenario; may be empty.
    source : str
        The file or link that was read; empty for a scenario made in Python.
    """

    def __init__(self, problem: str, path: tuple[str | int, ...] = (), source: str = "") -> None:
        super().__init__(problem, path, source)
        self.problem = problem
        self.path = path
        self.source = source

    def __str__(self) -> str:
        """Return the sentence in English."""
        return sentence(self, "en")

    def below(self, *path: str | int, source: str = "") -> "ScenarioError":
        """Return the same error as seen from further up: `path` stands before its own."""
        return ScenarioError(self.problem, (*path, *self.path), source or self.source)


def sentence(error: ScenarioError, language: Language) -> str:
    """Return the refusal as one sentence in Indonesian or English: source, path to the field, problem."""
    field = ".".join(_shown_key(str(key)) for key in error.path)
    problem = in_language(read_back(error.problem), language)
    told = f"{field} {problem}" if field else problem
    return f"{in_language(error.source, language)}: {told}" if error.source else told


def shown(value: object) -> str:
    """Return `value` as it may stand in a one-line sentence, however long, deep or odd it is."""
    match value:
        case None:
            return Said("nothing")
        case bool():
            return str(value).lower()
        case int() if value.bit_length() > _SHOWN_BITS:
            return Said("huge", bits=_SHOWN_BITS)
        case int() | float():
            return str(value)
        case str():
            return repr(_cut(value))
        case dict():
            return Said("a_table")
        case list() | tuple():
            return Said("a_list")
    return Said("other_type", name=type(value).__name__)


def _shown_key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else repr(_cut(key))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
