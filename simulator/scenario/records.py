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
from simulator.scenario.levers import LEVER_INDEX, LEVERS, MONTH_PATTERN, Lever, is_month, month_between
from simulator.scenario.refusals import Said

Allocation = Literal["registry", "vulnerable", "gap", "equal", "palm"]
ALLOCATIONS: tuple[Allocation, ...] = get_args(Allocation)

SCHEMA_VERSION = 1
DEFAULT_HORIZON = "2030-12"
LONGEST_RAMP_MONTHS = 240
_SHORT_TEXT, _LONG_TEXT = 80, 600

# Marks that turn the reading direction would let a name look like other text.
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNSEEN_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}


def _not_allowed(value: object, allowed: str, path: tuple[str | int, ...] = ()) -> ScenarioError:
    return ScenarioError(Said("not_allowed", value=shown(value), allowed=allowed), path)


def _month_between(low: int, high: int) -> AfterValidator:
    def check(text: str) -> str:
        if not (is_month(text) and low <= parse_month(text) <= high):
            raise _not_allowed(text, month_between(low, high))
        return text

    return AfterValidator(check)


def _readable(text: str) -> str:
    lines = text.replace("\n", " ")
    unseen = any(unicodedata.category(character) in _UNSEEN_CATEGORIES for character in lines)
    if unseen or not lines.strip() or _DIRECTION_MARKS.search(lines):
        raise _not_allowed(text, Said("visible_text"))
    return text


def _one_line(text: str) -> str:
    if "\n" in text:
        raise _not_allowed(text, Said("one_line"))
    return text


def _scalar(value: object) -> float | str:
    """Let a number or a text through; which of them, and its bounds, depends on the lever."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ScenarioError(Said("no_number", value=shown(value)))
    return value


_MONTH_SCHEMA = WithJsonSchema({"type": "string", "pattern": MONTH_PATTERN})
Scalar = Annotated[int | float | str, PlainValidator(_scalar), WithJsonSchema({"type": ["number", "string"]})]
LeverMonth = Annotated[str, _month_between(FIRST_MONTH, LAST_MONTH), _MONTH_SCHEMA]
StartMonth = Annotated[str, _month_between(FIRST_MONTH, DATA_MONTH), _MONTH_SCHEMA]
HorizonMonth = Annotated[str, _month_between(FIRST_MONTH + 1, LAST_MONTH), _MONTH_SCHEMA]
ShortText = Annotated[
    str, StringConstraints(min_length=1, max_length=_SHORT_TEXT), AfterValidator(_one_line), AfterValidator(_readable)
]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=_LONG_TEXT), AfterValidator(_readable)]


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
        return ScenarioError(Said("unknown_key", known=", ".join(fields)), path)
    allowed = fields[str(path[0])].description or ""
    if first["type"] == "missing":
        return ScenarioError(Said("missing", allowed=allowed), path)
    return _not_allowed(first["input"], allowed, path)


def _built(record: type[_R], raw: object, allowed: str) -> _R:
    """Return `raw` as `record`, so that its refusals carry their own path."""
    if isinstance(raw, record):
        return raw
    if not isinstance(raw, Mapping):
        raise _not_allowed(raw, allowed)
    return record(**raw)


class Name(_Record):
    """Name of a scenario in both languages; plain text, never markup."""

    id: ShortText = Field(description=Said("short_text", most=_SHORT_TEXT))
    en: ShortText = Field(description=Said("short_text", most=_SHORT_TEXT))


class Description(_Record):
    """What a scenario supposes, in both languages; plain text, never markup."""

    id: LongText = Field(description=Said("long_description", most=_LONG_TEXT))
    en: LongText = Field(description=Said("long_description", most=_LONG_TEXT))


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
    start: LeverMonth | None = Field(default=None, description=month_between(FIRST_MONTH, LAST_MONTH))
    ramp_months: int = Field(
        default=0, ge=0, le=LONGEST_RAMP_MONTHS, description=Said("months", low=0, high=LONGEST_RAMP_MONTHS)
    )
    end: LeverMonth | None = Field(default=None, description=month_between(FIRST_MONTH, LAST_MONTH))
    districts: dict[str, Scalar] = Field(default={}, description=Said("district_table"))

    @field_validator("districts")
    @classmethod
    def _known_codes(cls, districts: dict[str, Scalar]) -> dict[str, Scalar]:
        for code in districts:
            if code not in DISTRICT_CODES:
                raise ScenarioError(Said("unknown_district", known=", ".join(DISTRICT_CODES)), (code,))
        return {code: districts[code] for code in DISTRICT_CODES if code in districts}

    @model_validator(mode="after")
    def _sets_something(self) -> Self:
        if self.value is None and not self.districts:
            raise ScenarioError(Said("empty_lever"))
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

    schema_version: Literal[1] = Field(default=1, alias="schema", description=str(SCHEMA_VERSION))
    name: Name = Field(description=Said("two_texts"))
    description: Description | None = Field(default=None, description=Said("two_texts"))
    start: StartMonth = Field(default=format_month(DATA_MONTH), description=month_between(FIRST_MONTH, DATA_MONTH))
    horizon: HorizonMonth = Field(default=DEFAULT_HORIZON, description=month_between(FIRST_MONTH + 1, LAST_MONTH))
    targets: tuple[str, ...] = Field(
        default=TARGET_IDS,
        strict=False,  # a file holds a list
        min_length=1,
        description=Said("at_least_one_of", known=", ".join(TARGET_IDS)),
        json_schema_extra={"uniqueItems": True},
    )
    stretch: tuple[Literal["dbh_share"], ...] = Field(
        default=(),
        strict=False,
        description=Said("some_of", known="dbh_share"),
        json_schema_extra={"uniqueItems": True},
    )
    allocation: Allocation = Field(default=ALLOCATIONS[0], description=Said("one_of", known=", ".join(ALLOCATIONS)))
    levers: dict[str, Setting] = Field(default={}, description=Said("lever_table"))
    assumptions: dict[str, float] = Field(default={}, description=Said("assumption_table"))

    @field_validator("schema_version", mode="before")
    @classmethod
    def _whole_version(cls, version: object) -> object:
        return shown(version) if isinstance(version, bool | float) else version  # Literal takes true and 1.0 for 1

    @field_validator("name", mode="before")
    @classmethod
    def _built_name(cls, raw: object) -> Name:
        return _built(Name, raw, Said("two_texts"))

    @field_validator("description", mode="before")
    @classmethod
    def _built_description(cls, raw: object) -> Description | None:
        return None if raw is None else _built(Description, raw, Said("two_texts"))

    @field_validator("levers", mode="before")
    @classmethod
    def _built_levers(cls, raw: object) -> dict[str, Setting]:
        if not isinstance(raw, Mapping):
            raise _not_allowed(raw, Said("lever_table"))
        for id in raw:
            if id not in LEVERS:
                raise ScenarioError(Said("unknown_lever", known=", ".join(LEVERS)), (str(id),))
        return {id: _built_setting(id, raw[id]) for id in LEVERS if id in raw}

    @field_validator("assumptions", mode="before")
    @classmethod
    def _checked_assumptions(cls, raw: object) -> dict[str, float]:
        if not isinstance(raw, Mapping):
            raise _not_allowed(raw, Said("assumption_table"))
        return checked(raw)

    @field_validator("targets")
    @classmethod
    def _known_targets(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        for position, id in enumerate(ids):
            if id not in TARGET_IDS:
                raise _not_allowed(id, Said("one_of", known=", ".join(TARGET_IDS)), (position,))
        return ids

    @field_validator("targets", "stretch")
    @classmethod
    def _once_each(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        for position, id in enumerate(ids):
            if id in ids[:position]:
                raise ScenarioError(Said("second_time", value=shown(id)), (position,))
        return tuple(sorted(ids, key=(*TARGET_IDS, *LEVER_INDEX).index))

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.horizon <= self.start:
            raise _not_allowed(self.horizon, Said("month_after_start", start=self.start), ("horizon",))
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
        return _built(Setting, table, Said("number_or_table"))
    except ScenarioError as error:
        raise _named(error).below(lever_id) from None


def _named(error: ScenarioError) -> ScenarioError:
    """Leave ``value`` out of the path: in the short form nobody wrote it."""
    return ScenarioError(error.problem) if error.path == ("value",) else error


def _check_values(lever: Lever, setting: Setting, *, stretched: bool) -> None:
    if lever.province_only and setting.districts:
        raise ScenarioError(Said("province_only", lever=lever.id), ("districts", next(iter(setting.districts))))
    own = {} if setting.value is None else {(): setting.value}
    for path, value in (own | {("districts", code): value for code, value in setting.districts.items()}).items():
        if not lever.accepts(value, stretched=stretched):
            raise _not_allowed(value, lever.allowed(stretched=stretched), path)


def _check_schedule(lever: Lever, setting: Setting, *, first: int) -> None:
    if lever.stepped and setting.ramp_months:
        raise ScenarioError(Said("at_once", value=str(setting.ramp_months), lever=lever.id), ("ramp_months",))
    if setting.end is not None and parse_month(setting.end) <= first:
        raise _not_allowed(setting.end, Said("month_after_lever", start=format_month(first)), ("end",))
