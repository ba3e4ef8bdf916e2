"""References between data files: each check raises `FactsError` for the first one that leads nowhere."""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from simulator.facts.arithmetic import evaluate
from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, format_month
from simulator.facts.catalogue import (
    Contradiction,
    Derivation,
    Exit,
    Fund,
    Observation,
    Quoted,
    Region,
    Segment,
    Target,
    Transfer,
    Window,
)
from simulator.facts.errors import FactsError
from simulator.facts.pack import PROVINCE
from simulator.facts.records import Fact, FactIds

_HERE = re.compile(re.escape(PROVINCE) + r"\d*")
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SAME = 1e-9  # a value and its fact may differ by the rounding of one division


class _HasFacts(Protocol):
    @property
    def facts(self) -> FactIds: ...


def fact_regions(facts: Mapping[str, Fact], regions: Mapping[str, Region]) -> None:
    """Refuse facts about a part of the province whose code does not exist."""
    for fact in facts.values():
        if _HERE.fullmatch(fact.region) and fact.region not in regions:
            raise FactsError("facts.csv", fact.id, "region", fact.region, _codes(regions))


def known_facts(file: str, records: Mapping[str, _HasFacts], facts: Mapping[str, Fact]) -> None:
    """Refuse records that name a fact which does not exist."""
    for name, record in records.items():
        _known(file, name, "facts", record.facts, facts)


def known_segments(file: str, record: str, names: Iterable[str], segments: Mapping[str, Segment]) -> None:
    """Refuse segments that do not exist."""
    for name in names:
        if name not in segments:
            raise FactsError(file, record, "segment", name, f"segments are {', '.join(segments)}")


def target_values(targets: Mapping[str, Target | Quoted], facts: Mapping[str, Fact]) -> None:
    """Refuse a target whose value is not that of its first fact."""
    for name, target in targets.items():
        if target.facts and target.value is not None:
            source = facts[target.facts[0]]
            if source.value is None or abs(target.value - source.value / 100) > _SAME:
                allowed = f"it must be the value of {source.id}, {source.value} percent"
                raise FactsError("targets.toml", name, "value", target.value, allowed)


def windows(windows: Mapping[str, Window], funds: Mapping[str, Fund], regions: Mapping[str, Region]) -> None:
    """Refuse windows with an unknown fund or region, a segment the fund does not cover, or months outside the past."""
    for name, window in windows.items():
        if window.fund not in funds:
            raise FactsError("history.toml", name, "fund", window.fund, f"funds are {', '.join(funds)}")
        covered = funds[window.fund].segments
        if window.segment not in covered:
            allowed = f"{window.fund} covers {', '.join(covered)}"
            raise FactsError("history.toml", name, "segment", window.segment, allowed)
        for code in (*window.regions, *window.people_by_region):
            if code not in regions or regions[code].kind == "province":
                raise FactsError("history.toml", name, "region", code, _codes(regions))
        if not window.first <= DATA_MONTH or window.first + window.months <= FIRST_MONTH:
            raise FactsError("history.toml", name, "first", format_month(window.first), _past())


def exits(exits: Mapping[str, Exit], regions: Mapping[str, Region]) -> None:
    """Refuse decrees of an unknown region or outside the past."""
    for name, decree in exits.items():
        if decree.region not in regions:
            raise FactsError("history.toml", name, "region", decree.region, _codes(regions))
        if not FIRST_MONTH <= decree.month <= DATA_MONTH:
            raise FactsError("history.toml", name, "month", format_month(decree.month), _past())


def observations(records: Iterable[Observation]) -> None:
    """Refuse observations for calibration that lie outside the past, or carry no noise."""
    for record in records:
        if record.used and not FIRST_MONTH <= record.month <= DATA_MONTH:
            allowed = (
                f"one that is used lies from {format_month(FIRST_MONTH)} to the data month {format_month(DATA_MONTH)}"
            )
            raise FactsError("observations.toml", record.id, "month", format_month(record.month), allowed)
        if record.used and record.noise_sd is None:
            raise FactsError("observations.toml", record.id, "noise_sd", None, "one that is used needs its noise")


def contradictions(records: Mapping[str, Contradiction], facts: Mapping[str, Fact]) -> None:
    """Refuse contradictions that name an unknown fact or quote it with another value."""
    for name, record in records.items():
        _known("contradictions.toml", name, "used", record.used, facts)
        for side in record.sides:
            _known("contradictions.toml", name, "sides", (side.fact,), facts)
            stated = facts[side.fact].value
            if side.value is not None and side.value != stated:
                raise FactsError(
                    "contradictions.toml", name, "sides", side.value, f"{side.fact} has the value {stated}"
                )


def derivations(records: Mapping[str, Derivation], facts: Mapping[str, Fact]) -> None:
    """Refuse arithmetic that does not belong to a derived fact or cannot be computed."""
    values = {name: fact.value for name, fact in facts.items()}
    for name, record in records.items():
        if name not in facts or facts[name].source_kind != "derived":
            raise FactsError("derived.toml", name, "-", name, "it must be the id of a fact of source_kind derived")
        if record.expression is not None:
            try:
                evaluate(record.expression, values)
            except ValueError as error:
                raise FactsError("derived.toml", name, "expression", record.expression, str(error)) from error


def transfers(records: Mapping[str, Transfer], facts: Mapping[str, Fact]) -> None:
    """Refuse cases of an unknown fact or region, figures that no row holds, and months out of order."""
    for name, case in records.items():
        _known("transfer.toml", name, "facts", case.all_facts, facts)
        for fact in case.all_facts:
            if facts[fact].region != case.region:
                allowed = f"{fact} is about {facts[fact].region}, and the region of every fact must be that of the case"
                raise FactsError("transfer.toml", name, "region", case.region, allowed)
        for field, figure in case.figures.items():
            if figure.reason is None and figure.fact is not None and not _stands_in(figure.value, facts[figure.fact]):
                allowed = f"{figure.fact} does not hold this number, so it needs a reason"
                raise FactsError("transfer.toml", name, f"{field}.value", figure.value, allowed)
        _transfer_months(name, case)


def _transfer_months(name: str, case: Transfer) -> None:
    last = case.after.month
    if case.before is not None and case.before.month >= case.first:
        allowed = f"it must lie before the first month, {format_month(case.first)}"
        raise FactsError("transfer.toml", name, "before.month", format_month(case.before.month), allowed)
    if case.first > last:
        allowed = f"it must not lie after the second count, {format_month(last)}"
        raise FactsError("transfer.toml", name, "first", format_month(case.first), allowed)
    if (case.direction == "start") != (case.paid_months is not None):
        raise FactsError("transfer.toml", name, "paid_months", case.paid_months, "a start needs it, a stop has none")
    if case.ends_at_once and case.direction == "start":
        raise FactsError("transfer.toml", name, "ends_at_once", case.ends_at_once, "only a stop can end at once")
    if case.paid_months is not None and case.first + case.paid_months <= last:
        allowed = f"the money must last until the second count, {format_month(last)}"
        raise FactsError("transfer.toml", name, "paid_months", case.paid_months, allowed)


def _stands_in(value: float, fact: Fact) -> bool:
    """Whether a row holds a number, in its value or its words; shares stand there in per cent."""
    printed = [float(text.replace(",", "")) for text in _FIGURE.findall(f"{fact.source} {fact.note}")]
    found = [*printed, *(number for number in (fact.value, fact.low, fact.high) if number is not None)]
    wanted = value * 100 if value <= 1 else value
    return any(abs(number - wanted) <= _SAME * max(1.0, wanted) for number in found)


def _known(file: str, record: str, field: str, names: Iterable[str], facts: Mapping[str, Fact]) -> None:
    for name in names:
        if name not in facts:
            raise FactsError(file, record, field, name, "it must be the id of a row of facts.csv")


def _codes(regions: Mapping[str, Region]) -> str:
    return f"region codes are {', '.join(regions)}"


def _past() -> str:
    return f"the past reaches from {format_month(FIRST_MONTH)} to {format_month(DATA_MONTH)}"
