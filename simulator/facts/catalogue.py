"""Frozen records of everything else in `data/`: targets, regions, segments, funds, the past and its figures."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, ValidationInfo, field_validator

from simulator.facts.calendar import parse_month
from simulator.facts.pack import PROVINCE
from simulator.facts.priors import Number
from simulator.facts.records import FactIds, Grade, Record, Sourced, Text

WorkerClass = Literal["PU", "BPU", "construction"]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
People = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]


def _month(value: object) -> int:
    if not isinstance(value, str):
        msg = f"{value!r} is not a month; write it as YYYY-MM, such as 2026-01"
        raise ValueError(msg)  # pydantic turns a ValueError into its own error, a TypeError it lets through
    return parse_month(value)


Month = Annotated[int, BeforeValidator(_month)]


class _Aim(Record):
    label: Text
    month: Month | None = None
    scope: str
    facts: FactIds = ()
    reason: str | None = Field(default=None, min_length=1, validate_default=True)
    note: Text | None = None

    @field_validator("scope")
    @classmethod
    def _nation_or_province(cls, scope: str) -> str:
        if scope not in ("ID", PROVINCE):
            msg = f"allowed are ID and {PROVINCE}"
            raise ValueError(msg)
        return scope

    @field_validator("reason")
    @classmethod
    def _has_reason(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if reason is None and not info.data.get("facts"):
            msg = "a record without facts needs a reason"
            raise ValueError(msg)
        return reason


class Target(_Aim):
    """A share of eligible workers that is to be covered by the end of a month, or without date."""

    kind: Literal["official", "context"]
    value: Share


class Quoted(_Aim):
    """A figure printed beside the targets and not simulated; `note` says why."""

    kind: Literal["interpolated", "misquoted", "context"]
    value: Share | None = None
    note: Text


class Region(Record):
    """The province or one kabupaten/kota; every number is the value of the fact that `facts` names for it.

    Attributes
    ----------
    code, name, kind, pooled_with, note
        What regions.toml says of it; `pooled_with` is the code of the region with which it is read as one unit.
    facts : dict
        Fact id of each of the numbers below; a number without fact is 0 (`villages`) or missing.
    villages : int
    registry_population, census_population : int, persons
        Civil registry of December 2024; census of September 2020.
    coverage_2024 : float, optional
        Published coverage of September 2024, a share.
    start_rate : float, optional
        The same, but for pooled regions that of the unit, weighted by registered population.
    palm_allocation_2023, village_funds_2024, village_funds_2026 : int, rupiah a year
    part_time_pppk : int, persons
    own_target : float, optional
        The share that its government aims at by the date of the fact.
    """

    code: str
    name: str = Field(min_length=1)
    kind: Literal["province", "kabupaten", "kota"]
    pooled_with: str | None = None
    note: Text | None = None
    facts: dict[str, str]
    villages: int = 0
    registry_population: int
    census_population: int
    coverage_2024: float | None = None
    start_rate: float | None = None
    palm_allocation_2023: int
    village_funds_2024: int | None = None
    village_funds_2026: int | None = None
    part_time_pppk: int | None = None
    own_target: float | None = None


class Segment(Record):
    """One exclusive group of eligible workers."""

    worker_class: WorkerClass
    label: Text
    payer: Text
    moved_by: Text
    facts: FactIds


class Fund(Record):
    """A payer of premiums for others, with the segments it may cover in filling order."""

    label: Text
    segments: tuple[str, ...] = Field(min_length=1)
    verified: StrictBool
    uses_capacity: StrictBool
    cost: Literal["premium", "district", "none"]
    facts: FactIds
    reason: str | None = None


class Window(Sourced):
    """A stretch of months in which a fund paid for a number of people somewhere in the province."""

    fund: str
    segment: str
    first: Month
    months: Annotated[StrictInt, Field(ge=1, le=60)]
    kind: Literal["realised", "planned", "assumed", "counted", "announced"]
    people: People | None = None
    regions: tuple[str, ...] = ()
    spread: Literal["registry_population", "villages", "palm_allocation_2023"] | None = None
    people_by_region: dict[str, People] = Field(default={}, validate_default=True)
    note: str = Field(min_length=1)

    @field_validator("people_by_region")
    @classmethod
    def _one_way_of_counting(cls, by_region: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        spread, people = info.data.get("spread") is not None, info.data.get("people") is not None
        if (spread, people) != ((False, False) if by_region else (True, True)):
            msg = "a window needs either people and spread, or people_by_region alone"
            raise ValueError(msg)
        return by_region


class ElectionMonths(Sourced):
    """Months in which election officers serve."""

    past: tuple[Month, ...]
    future: tuple[Month, ...]


class DiscountWindow(Sourced):
    """First and last month of the half price for self-payers of one segment."""

    first: Month
    last: Month

    @field_validator("last")
    @classmethod
    def _after_first(cls, last: int, info: ValidationInfo) -> int:
        if last < info.data.get("first", last):
            msg = "the last month must not come before the first"
            raise ValueError(msg)
        return last


class SeasonProfile(Sourced):
    """Depth of the season from January to December, 1 in the deepest months and 0 in December."""

    values: tuple[Annotated[float, Field(strict=True, ge=0, le=1)], ...] = Field(min_length=12, max_length=12)

    @field_validator("values")
    @classmethod
    def _december_is_zero(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if values[-1] != 0:
            msg = "December is the reference and must be 0"
            raise ValueError(msg)
        return values


class Calendar(Record):
    """Dates that are no single number: elections, half-price months and the shape of the year."""

    election_months: ElectionMonths
    discount_windows: dict[str, DiscountWindow]
    season_profile: SeasonProfile

    def records(self) -> dict[str, Sourced]:
        """Return all records by name."""
        windows = {f"discount_windows.{name}": window for name, window in self.discount_windows.items()}
        return {"election_months": self.election_months, "season_profile": self.season_profile, **windows}


class Exit(Sourced):
    """Full PPPK conversions of one decree: people who left the segment of non-ASN staff."""

    month: Month
    region: str
    people: People
    note: str = Field(min_length=1)


class Side(Record):
    """One of the figures or readings that contradict each other."""

    fact: str
    value: Number | None = None
    says: str | None = None


class Contradiction(Record):
    """Sources that disagree, which one is used, why, and what it does to the model."""

    title: Text
    sides: tuple[Side, ...] = Field(min_length=1)
    used: FactIds
    why: Text
    effect: Text


class Observation(Record):
    """A dated, published figure for the province that charts show and calibration may use."""

    id: str
    fact: str
    month: Month
    group: Literal["all", "PU", "BPU", "construction"]
    count: Literal["residence", "administrative", "other"]
    indicator: Literal["coverage", "members"]
    value: float
    rule: Literal["active", "cumulative"] = "active"
    noise_sd: Annotated[float, Field(strict=True, gt=0)] | None = None
    used: StrictBool
    note: Text | None = None


class Derivation(Record):
    """Arithmetic behind a derived fact, or the reason why it cannot be recomputed."""

    round_to: Annotated[float, Field(strict=True, gt=0)] | None = None
    expression: str | None = None
    not_recomputed: str | None = Field(default=None, min_length=1, validate_default=True)

    @field_validator("not_recomputed")
    @classmethod
    def _either_or(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if (info.data.get("expression") is None) == (reason is None):
            msg = "give either expression or not_recomputed"
            raise ValueError(msg)
        return reason


class Figure(Record):
    """A number that stands in the row of a fact, or that was worked out for the reason given."""

    value: People
    fact: str | None = None
    source: str | None = Field(default=None, min_length=1)
    reason: str | None = Field(default=None, min_length=1, validate_default=True)

    @field_validator("reason")
    @classmethod
    def _has_origin(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if reason is None and info.data.get("fact") is None:
            msg = "a figure without fact needs a reason"
            raise ValueError(msg)
        return reason


class Level(Figure):
    """Coverage (a share) or members (persons) of a region at the end of a month."""

    month: Month
    unit: Literal["coverage", "members"]

    @field_validator("unit")
    @classmethod
    def _coverage_is_a_share(cls, unit: str, info: ValidationInfo) -> str:
        if unit == "coverage" and info.data.get("value", 0) > 1:
            msg = f"coverage is a share from 0 to 1, and the value is {info.data['value']:g}"
            raise ValueError(msg)
        return unit


class Transfer(Record):
    """A region elsewhere whose coverage changed when people were added to the paid (start) or dropped (stop).

    Attributes
    ----------
    first : int
        Month number of the first month paid (start) or no longer paid (stop).
    paid_months : int, optional
        How long the money of a start lasts.
    ends_at_once : bool
        The people stop being members with their contract, as in fund `election`.
    funded, eligible : Figure, optional
        Persons added or dropped; eligible workers. Missing where nobody published them.
    before, after : Level
        What was counted on either side.
    assumption, reading : Text
        What is missing and was assumed; what the comparison says.
    """

    label: Text
    region: str = Field(min_length=1)
    direction: Literal["start", "stop"]
    kind: Literal["realised", "planned"]
    first: Month
    paid_months: Annotated[StrictInt, Field(ge=1, le=60)] | None = None
    ends_at_once: StrictBool = False
    funded: Figure | None = None
    eligible: Figure | None = None
    before: Level | None = None
    after: Level
    facts: FactIds = ()
    grade: Grade
    assumption: Text
    reading: Text

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures that are given, by field."""
        given = {"funded": self.funded, "eligible": self.eligible, "before": self.before, "after": self.after}
        return {field: figure for field, figure in given.items() if figure is not None}

    @property
    def all_facts(self) -> FactIds:
        """Ids of every fact the case rests on, each once."""
        named = (figure.fact for figure in self.figures.values())
        return tuple(dict.fromkeys([*(name for name in named if name is not None), *self.facts]))
