"""The scenario as frozen records that refuse whatever they do not know."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, LAST_MONTH, format_month, parse_month
from simulator.facts.pack import DISTRICT_CODES, TARGET_IDS
from simulator.scenario.assumptions import checked
from simulator.scenario.errors import ScenarioError, shown
from simulator.scenario.levers import LEVER_INDEX, LEVERS, MONTH_PATTERN, Lever, is_month

Allocation = Literal["registry", "vulnerable", "gap", "equal", "palm"]
ALLOCATIONS: tuple[Allocation, ...] = get_args(Allocation)

SCHEMA_VERSION = 1
DEFAULT_HORIZON = "2030-12"
LONGEST_RAMP_MONTHS = 240

# Marks that turn the reading direction would let a name look like other text.
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNSEEN_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}


def _month_words(low: int, high: int) -> str:
    return f"a month written YYYY-MM from {format_month(low)} to {format_month(high)}"


def _month_between(low: int, high: int) -> AfterValidator:
    def check(text: str) -> str:
        if not (is_month(text) and low <= parse_month(text) <= high):
            msg = f"is {shown(text)}; {_month_words(low, high)} is allowed"
            raise ScenarioError(msg)
        return text

    return AfterValidator(check)


def _readable(text: str) -> str:
    lines = text.replace("\n", " ")
    unseen = any(unicodedata.category(character) in _UNSEEN_CATEGORIES for character in lines)
    if unseen or not lines.strip() or _DIRECTION_MARKS.search(lines):
        msg = f"is {shown(text)}; text with at least one visible character and no control characters is allowed"
        raise ScenarioError(msg)
    return text


def _one_line(text: str) -> str:
    if "\n" in text:
        msg = f"is {shown(text)}; one line of text is allowed"
        raise ScenarioError(msg)
    return text


def _scalar(value: object) -> float | str:
    """Let a number or a text through; which of them, and its bounds, depends on the lever."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        msg = f"is {shown(value)}; a number is allowed, or a month in quotes where the lever is a month"
        raise ScenarioError(msg)
    return value


_MONTH_SCHEMA = WithJsonSchema({"type": "string", "pattern": MONTH_PATTERN})
Scalar = Annotated[int | float | str, PlainValidator(_scalar), WithJsonSchema({"type": ["number", "string"]})]
LeverMonth = Annotated[str, _month_between(FIRST_MONTH, LAST_MONTH), _MONTH_SCHEMA]
StartMonth = Annotated[str, _month_between(FIRST_MONTH, DATA_MONTH), _MONTH_SCHEMA]
HorizonMonth = Annotated[str, _month_between(FIRST_MONTH + 1, LAST_MONTH), _MONTH_SCHEMA]
ShortText = Annotated[
    str, StringConstraints(min_length=1, max_length=80), AfterValidator(_one_line), AfterValidator(_readable)
]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=600), AfterValidator(_readable)]


class _Record(BaseModel):
    """Frozen, strict, and refusing in one sentence.

    The description of each field says in words what is allowed in it.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    def __init__(self, /, **data: Any) -> None:  # noqa: ANN401 - the fields check their own types
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise _refusal(type(self), error) from None


_R = TypeVar("_R", bound=_Record)


def _refusal(record: type[BaseModel], error: ValidationError) -> ScenarioError:
    """Return the first problem of `error` as one sentence."""
    first = error.errors(include_url=False)[0]
    path = tuple(step for step in first["loc"] if step != "[key]")
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, ScenarioError):
        return cause.below(*path)
    fields = {field.alias or name: field for name, field in record.model_fields.items()}
    if first["type"] == "extra_forbidden":
        return ScenarioError(f"is not a known key; known here are {', '.join(fields)}", path)
    words = fields[str(path[0])].description
    if first["type"] == "missing":
        return ScenarioError(f"is missing; give {words}", path)
    return ScenarioError(f"is {shown(first['input'])}; {words} is allowed", path)


def _built(record: type[_R], raw: object, words: str) -> _R:
    """Return `raw` as `record`, so that its refusals carry their own path."""
    if isinstance(raw, record):
        return raw
    if not isinstance(raw, Mapping):
        msg = f"is {shown(raw)}; {words} is allowed"
        raise ScenarioError(msg)
    return record(**raw)


class Name(_Record):
    """Name of a scenario in both languages; plain text, never markup."""

    id: ShortText = Field(description="one line of 1 to 80 characters")
    en: ShortText = Field(description="one line of 1 to 80 characters")


class Description(_Record):
    """What a scenario supposes, in both languages; plain text, never markup."""

    id: LongText = Field(description="text of 1 to 600 characters")
    en: LongText = Field(description="text of 1 to 600 characters")


class Setting(_Record):
    """How one lever is set.

    Attributes
    ----------
    value : float, str or None
        Value for the province in the lever's unit (a month as ``YYYY-MM``); None if only districts are set.
    start : str or None
        First month with effect; None is the first projected month.
    ramp_months : int
        Months over which the effect grows to full size; 0 and 1 are at once.
    end : str or None
        First month without effect; None if it stays.
    districts : dict of str to float or str
        Own values of single kabupaten/kota by code; the others follow the province. Not to be altered.
    """

    value: Scalar | None = Field(default=None, description="a number, or a month in quotes where the lever is a month")
    start: LeverMonth | None = Field(default=None, description=_month_words(FIRST_MONTH, LAST_MONTH))
    ramp_months: int = Field(
        default=0, ge=0, le=LONGEST_RAMP_MONTHS, description=f"a whole number of months from 0 to {LONGEST_RAMP_MONTHS}"
    )
    end: LeverMonth | None = Field(default=None, description=_month_words(FIRST_MONTH, LAST_MONTH))
    districts: dict[str, Scalar] = Field(default={}, description="a table of kabupaten/kota codes and numbers")

    @field_validator("districts")
    @classmethod
    def _known_codes(cls, districts: dict[str, Scalar]) -> dict[str, Scalar]:
        for code in districts:
            if code not in DISTRICT_CODES:
                msg = f"is not the code of a kabupaten or kota; codes are {', '.join(DISTRICT_CODES)}"
                raise ScenarioError(msg, (code,))
        return {code: districts[code] for code in DISTRICT_CODES if code in districts}

    @model_validator(mode="after")
    def _sets_something(self) -> Self:
        if self.value is None and not self.districts:
            msg = "sets nothing; give a value, or districts with their own values"
            raise ScenarioError(msg)
        return self


class Scenario(_Record):
    """A full set of lever settings with its name, start and horizon.

    Attributes
    ----------
    schema_version : int
        Version of the file format; written `schema` in files and when constructing.
    name, description : Name, Description or None
        Text in both languages.
    start : str
        The month whose state is taken as given; the projection's first month follows it.
    horizon : str
        Last projected month.
    targets : tuple of str
        Targets to answer for, in the order of `TARGET_IDS`.
    stretch : tuple of str
        Levers marked as a what-if above their legal cap.
    allocation : str
        Key by which the province's money (`apbd_amount`, `csr_amount`) is split over districts without a number of
        their own: registered population, vulnerable workers not yet paid for, people missing to the nearest target,
        equal parts, or palm revenue.
    levers : dict of str to Setting
        Levers that are set, in the order of `LEVERS`; the others follow the baseline. Not to be altered.
    assumptions : dict of str to float
        Parameters that have this one value in every future, in the unit of their record and ordered by id; the others
        keep their range. Not to be altered.

    Raises
    ------
    ScenarioError
        If anything is unknown, missing, of the wrong type or out of bounds.
    """

    schema_version: Literal[1] = Field(default=1, alias="schema", description=f"{SCHEMA_VERSION}")
    name: Name = Field(description="a table with the texts id and en")
    description: Description | None = Field(default=None, description="a table with the texts id and en")
    start: StartMonth = Field(default=format_month(DATA_MONTH), description=_month_words(FIRST_MONTH, DATA_MONTH))
    horizon: HorizonMonth = Field(default=DEFAULT_HORIZON, description=_month_words(FIRST_MONTH + 1, LAST_MONTH))
    targets: tuple[str, ...] = Field(
        default=TARGET_IDS,
        strict=False,  # a file holds a list
        min_length=1,
        description=f"a list of at least one out of {', '.join(TARGET_IDS)}",
        json_schema_extra={"uniqueItems": True},
    )
    stretch: tuple[Literal["dbh_share"], ...] = Field(
        default=(), strict=False, description="a list out of dbh_share", json_schema_extra={"uniqueItems": True}
    )
    allocation: Allocation = Field(default=ALLOCATIONS[0], description=f"one out of {', '.join(ALLOCATIONS)}")
    levers: dict[str, Setting] = Field(default={}, description="a table of levers")
    assumptions: dict[str, float] = Field(default={}, description="a table of assumptions and numbers")

    @field_validator("schema_version", mode="before")
    @classmethod
    def _whole_version(cls, version: object) -> object:
        return shown(version) if isinstance(version, bool | float) else version  # Literal takes true and 1.0 for 1

    @field_validator("name", mode="before")
    @classmethod
    def _built_name(cls, raw: object) -> Name:
        return _built(Name, raw, "a table with the texts id and en")

    @field_validator("description", mode="before")
    @classmethod
    def _built_description(cls, raw: object) -> Description | None:
        return None if raw is None else _built(Description, raw, "a table with the texts id and en")

    @field_validator("levers", mode="before")
    @classmethod
    def _built_levers(cls, raw: object) -> dict[str, Setting]:
        if not isinstance(raw, Mapping):
            msg = f"is {shown(raw)}; a table of levers is allowed"
            raise ScenarioError(msg)
        for id in raw:
            if id not in LEVERS:
                msg = f"is not a lever; levers are {', '.join(LEVERS)}"
                raise ScenarioError(msg, (str(id),))
        return {id: _built_setting(id, raw[id]) for id in LEVERS if id in raw}

    @field_validator("assumptions", mode="before")
    @classmethod
    def _checked_assumptions(cls, raw: object) -> dict[str, float]:
        if not isinstance(raw, Mapping):
            msg = f"is {shown(raw)}; a table of assumptions and numbers is allowed"
            raise ScenarioError(msg)
        return checked(raw)

    @field_validator("targets")
    @classmethod
    def _known_targets(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        for position, id in enumerate(ids):
            if id not in TARGET_IDS:
                msg = f"is {shown(id)}; one out of {', '.join(TARGET_IDS)} is allowed"
                raise ScenarioError(msg, (position,))
        return ids

    @field_validator("targets", "stretch")
    @classmethod
    def _once_each(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        for position, id in enumerate(ids):
            if id in ids[:position]:
                msg = f"is {shown(id)} a second time; each may stand once"
                raise ScenarioError(msg, (position,))
        return tuple(sorted(ids, key=(*TARGET_IDS, *LEVER_INDEX).index))

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.horizon <= self.start:
            msg = f"is {shown(self.horizon)}; a month after start ({self.start}) is allowed"
            raise ScenarioError(msg, ("horizon",))
        for id, setting in self.levers.items():
            try:
                _check_values(LEVERS[id], setting, stretched=id in self.stretch)
                _check_schedule(LEVERS[id], setting, first=self.first_effect(id))
            except ScenarioError as error:
                raise error.below("levers", id) from None
        return self

    def first_effect(self, lever_id: str) -> int:
        """Return the month number of the first month in which a set lever has effect."""
        start = self.levers[lever_id].start
        return parse_month(self.start) + 1 if start is None else parse_month(start)

    def replace(self, **changes: Any) -> "Scenario":  # noqa: ANN401 - the fields check their own types
        """Return the scenario with some fields changed, checked as a whole.

        Raises
        ------
        ScenarioError
            If the result is no valid scenario.
        """
        kept = {field.alias or name: getattr(self, name) for name, field in type(self).model_fields.items()}
        return Scenario(**(kept | changes))


def _built_setting(lever_id: str, raw: object) -> Setting:
    """Return a setting; a number or text alone is its value."""
    table = {"value": raw} if isinstance(raw, int | float | str) else raw
    try:
        return _built(Setting, table, "a number, or a table with a value")
    except ScenarioError as error:
        raise _named(error).below(lever_id) from None


def _named(error: ScenarioError) -> ScenarioError:
    """Leave ``value`` out of the path: in the short form nobody wrote it."""
    return ScenarioError(error.problem) if error.path == ("value",) else error


def _check_values(lever: Lever, setting: Setting, *, stretched: bool) -> None:
    if lever.province_only and setting.districts:
        msg = f"is set; {lever.id} belongs to the province as a whole, so only a value without districts is allowed"
        raise ScenarioError(msg, ("districts", next(iter(setting.districts))))
    own = {} if setting.value is None else {(): setting.value}
    for path, value in (own | {("districts", code): value for code, value in setting.districts.items()}).items():
        if not lever.accepts(value, stretched=stretched):
            msg = f"is {shown(value)}; {lever.allowed(stretched=stretched)} is allowed"
            raise ScenarioError(msg, path)


def _check_schedule(lever: Lever, setting: Setting, *, first: int) -> None:
    if lever.stepped and setting.ramp_months:
        msg = f"is {setting.ramp_months}; {lever.id} changes at once, so only 0 is allowed"
        raise ScenarioError(msg, ("ramp_months",))
    if setting.end is not None and parse_month(setting.end) <= first:
        msg = f"is {shown(setting.end)}; a month after the lever's start ({format_month(first)}) is allowed"
        raise ScenarioError(msg, ("end",))
