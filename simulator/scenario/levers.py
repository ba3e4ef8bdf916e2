"""The levers: what can be moved, in which unit, how far."""

import re
from dataclasses import dataclass
from typing import Literal

from simulator.facts.calendar import FIRST_MONTH, LAST_MONTH, format_month, parse_month
from simulator.scenario.refusals import Said

Group = Literal["mandate", "csr", "pppk", "dbh", "budget", "practice", "stress"]
ContributionGroup = Literal["mandate", "csr", "pppk", "dbh", "other"]
Grade = Literal["official", "lampung", "borrowed", "judgement", "placeholder"]
Unit = Literal[
    "share",
    "rupiah_per_year",
    "people",
    "people_per_village",
    "months",
    "calendar_month",
    "month",
    "multiplier",
    "names_per_month",
]

MONTH_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"

_CONTRIBUTION: dict[Group, ContributionGroup] = {
    "mandate": "mandate",
    "csr": "csr",
    "pppk": "pppk",
    "dbh": "dbh",
    "budget": "other",
    "practice": "other",
    "stress": "other",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One thing that policy can move.

    Attributes
    ----------
    id : str
        Name in files and commands.
    group : str
        Group in which it is shown.
    unit : str
        Unit of its value.
    low, high : float
        Bounds, both allowed. For unit ``month`` they are month numbers.
    stretch_high : float or None
        Upper bound in a scenario that lists the lever under ``stretch``; None if it cannot be stretched.
    whole : bool
        The value has no fraction.
    stepped : bool
        It changes at once: a calendar setting or a one-off. A ramp is refused.
    total : bool
        A province value is a total to be split over the districts, not a number that holds in each.
    province_only : bool
        It belongs to the province as a whole, such as the one pool of registrations; own values are refused.
    main : bool
        One of the few that are always in sight.
    grade : str
        Evidence for what the lever does.
    """

    id: str
    group: Group
    unit: Unit
    low: float
    high: float
    grade: Grade
    stretch_high: float | None = None
    whole: bool = False
    stepped: bool = False
    total: bool = False
    province_only: bool = False
    main: bool = False

    @property
    def contribution(self) -> ContributionGroup:
        """Group in which its effect is counted when contributions are split."""
        return _CONTRIBUTION[self.group]

    def upper(self, *, stretched: bool) -> float:
        """Return the highest allowed number."""
        return self.high if self.stretch_high is None or not stretched else self.stretch_high

    def accepts(self, value: float | str, *, stretched: bool) -> bool:
        """Tell whether `value` has the right type and unit and lies within the bounds."""
        high = self.upper(stretched=stretched)
        if isinstance(value, str):
            return self.unit == "month" and is_month(value) and self.low <= parse_month(value) <= high
        if self.unit == "month" or not self.low <= value <= high:  # not-a-number fails the comparison too
            return False
        if not self.whole:
            return True
        # Rupiah are often written 35e9, which is a float; a month or a head count never is.
        return isinstance(value, int) or (self.unit == "rupiah_per_year" and value.is_integer())

    def allowed(self, *, stretched: bool) -> str:
        """Return in words what `accepts` accepts."""
        if self.unit == "month":
            return month_between(int(self.low), int(self.high))
        words = Said(self.unit, low=self.low, high=self.upper(stretched=stretched))
        if self.stretch_high is None or stretched:
            return words
        return Said("stretchable", allowed=words, most=self.stretch_high, lever=self.id)

    def number(self, value: float | str) -> float:
        """Return `value` as the number that the model reads; a month becomes its month number."""
        return float(parse_month(value)) if isinstance(value, str) else float(value)


def month_between(low: int, high: int) -> str:
    """Return in words which months are allowed, from month number `low` to `high`."""
    return Said("month_between", low=format_month(low), high=format_month(high))


def is_month(text: str) -> bool:
    """Tell whether `text` is a month as files write it, in plain digits."""
    return re.fullmatch(MONTH_PATTERN[1:-1], text) is not None


def _share(id: str, group: Group, grade: Grade, *, high: float = 1.0, main: bool = False) -> Lever:
    return Lever(id=id, group=group, unit="share", low=0.0, high=high, grade=grade, main=main)


def _rupiah(id: str, group: Group, grade: Grade, *, high: float) -> Lever:
    return Lever(
        id=id, group=group, unit="rupiah_per_year", low=0.0, high=high, grade=grade, whole=True, total=True, main=True
    )


def _twelve(id: str, group: Group, grade: Grade, *, unit: Unit) -> Lever:
    return Lever(
        id=id, group=group, unit=unit, low=1.0, high=12.0, grade=grade, whole=True, stepped=True, province_only=True
    )


_ALL = (
    _share("enforcement", "mandate", "judgement", main=True),
    _share("enforcement_focus", "mandate", "judgement"),
    _share("public_mandate", "mandate", "judgement", main=True),
    _share("village_share", "mandate", "borrowed", main=True),
    Lever(id="village_people", group="mandate", unit="people_per_village", low=0.0, high=300.0, grade="borrowed"),
    _share("incentive", "mandate", "judgement"),
    _rupiah("dbh_amount", "dbh", "borrowed", high=200e9),
    Lever(id="dbh_share", group="dbh", unit="share", low=0.0, high=0.20, stretch_high=1.0, grade="lampung", main=True),
    _twelve("dbh_months", "dbh", "lampung", unit="months"),
    _twelve("dbh_first_month", "dbh", "lampung", unit="calendar_month"),
    _rupiah("csr_amount", "csr", "judgement", high=100e9),
    _share("csr_renewal", "csr", "judgement"),
    Lever(
        id="pppk_full", group="pppk", unit="people", low=0.0, high=20_000.0, grade="judgement", total=True, main=True
    ),
    _share("pppk_part_kept", "pppk", "judgement"),
    _share("pppk_part_out_of_base", "pppk", "placeholder"),
    _rupiah("apbd_amount", "budget", "lampung", high=500e9),
    _twelve("apbd_months", "budget", "lampung", unit="months"),
    _share("metro_share", "budget", "lampung", main=True),
    _share("with_jht", "budget", "official"),
    _share("list_quality", "practice", "lampung"),
    Lever(id="continuation", group="practice", unit="multiplier", low=1.0, high=4.0, grade="borrowed"),
    Lever(id="outreach", group="practice", unit="multiplier", low=0.0, high=3.0, grade="judgement"),
    Lever(
        id="discount_until",
        group="practice",
        unit="month",
        low=FIRST_MONTH,
        high=LAST_MONTH,
        grade="official",
        whole=True,
        stepped=True,
    ),
    _share("transition_cover", "practice", "placeholder"),
    Lever(
        id="registration_capacity",
        group="practice",
        unit="names_per_month",
        low=0.0,
        high=1_000_000.0,
        grade="placeholder",
        whole=True,
        province_only=True,
    ),
    Lever(id="layoff_shock", group="stress", unit="share", low=0.0, high=0.3, grade="placeholder", stepped=True),
)
LEVERS: dict[str, Lever] = {lever.id: lever for lever in _ALL}
LEVER_INDEX: dict[str, int] = {lever.id: index for index, lever in enumerate(_ALL)}
STRETCHABLE: tuple[str, ...] = tuple(lever.id for lever in _ALL if lever.stretch_high is not None)
