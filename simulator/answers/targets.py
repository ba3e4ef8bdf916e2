"""What the projection says of each target: status, odds, months (section 10 of docs/model.md)."""

from dataclasses import dataclass

import numpy as np

from simulator.answers.arrival import (
    NEVER,
    Months,
    arrival_quantile,
    first_held,
    first_touched,
    published_rate,
    share_by_month,
)
from simulator.facts import Facts
from simulator.facts.calendar import DATA_MONTH, format_month
from simulator.model import Projection
from simulator.model.draws import Array

READINGS = ("held", "touched", "on_the_day")
OFFICIAL_BASES = {2026: "ELI-009"}  # eligible workers announced for a year, by the fact that holds them


@dataclass(frozen=True)
class TargetAnswer:
    """One target in one reading; shares are 0-1, months ``YYYY-MM``, None where there is no answer.

    `odds_by_date` counts draws that arrive by the official date, `odds_by_horizon` by the end of the run,
    `never_share` the rest. Months are None where half of the draws or fewer arrive; `q90_month` also where the slowest
    tenth does not arrive.
    """

    id: str
    date: str | None
    value: float
    reading: str
    status: str
    odds_by_date: float | None = None
    odds_by_horizon: float | None = None
    never_share: float | None = None
    median_month: str | None = None
    q10_month: str | None = None
    q90_month: str | None = None


def arrivals(
    paths: Array, target: float, reading: str, *, horizon: int, ahead: tuple[Array, Array] | None = None
) -> Months:
    """Return the arrival month index of every draw for the reading `held` or `touched`; see `first_held`."""
    if reading == "held":
        return first_held(paths, target, horizon=horizon, ahead=ahead)
    return first_touched(paths, target, horizon=horizon)


def answer_target(projection: Projection, name: str, reading: str, *, facts: Facts, seed: int) -> TargetAnswer:
    """Answer the target `name` in one reading."""
    target = facts.targets[name]
    value, month = float(target.value), target.month
    date = None if month is None else format_month(month)
    if month is not None and month < DATA_MONTH:
        return TargetAnswer(name, date, value, reading, _past_status(facts, value, month))
    start, horizon = projection.inputs.start_month, projection.inputs.horizon
    due = month - start if month is not None and month - start <= horizon else None
    if reading == "on_the_day":
        odds = None if due is None else odds_on_the_day(projection, name, facts=facts, seed=seed)
        return TargetAnswer(name, date, value, reading, "open", odds_by_date=odds)
    arrived = arrivals(projection.coverage, value, reading, horizon=horizon)
    by_month = share_by_month(arrived, horizon=horizon)
    low, median, high = (_month(arrival_quantile(arrived, level), start) for level in (0.1, 0.5, 0.9))
    most = by_month[-1] > 0.5
    return TargetAnswer(
        name,
        date,
        value,
        reading,
        "open",
        odds_by_date=None if due is None else float(by_month[due]),
        odds_by_horizon=float(by_month[-1]),
        never_share=float((arrived == NEVER).mean()),
        median_month=median if most else None,
        q10_month=low if most else None,
        q90_month=high if most else None,
    )


def rate_on_the_day(projection: Projection, month: int, *, facts: Facts, seed: int) -> Array:
    """Return the rate published for month number `month` of the run, shape (n_draws,), a share.

    The base is the official one where it has been announced for that year (equation 30).
    """
    fact = OFFICIAL_BASES.get(month // 12)
    base = None if fact is None else facts.facts[fact].value
    return published_rate(
        projection, month - projection.inputs.start_month, name=format_month(month), seed=seed, official_base=base
    )


def odds_on_the_day(projection: Projection, name: str, *, facts: Facts, seed: int) -> float | None:
    """Return the share of draws whose published rate meets the target in its month; None where that cannot be said."""
    target = facts.targets[name]
    inputs = projection.inputs
    if target.month is None or not DATA_MONTH <= target.month <= inputs.start_month + inputs.horizon:
        return None
    return float((rate_on_the_day(projection, target.month, facts=facts, seed=seed) >= target.value).mean())


def still_to_enrol(projection: Projection, target: float, month: int) -> Array:
    """Return people missing to `target` in month index `month`, shape (n_draws,), persons; negative where exceeded."""
    base = projection.base[:, :, month].sum(axis=1)
    return np.asarray(target * base - projection.active[:, :, month].sum(axis=1))


def _past_status(facts: Facts, value: float, month: int) -> str:
    """Met or missed, by the last published rate of the residence count up to the target's month."""
    known = [
        o
        for o in facts.observations
        if o.count == "residence" and o.indicator == "coverage" and o.group == "all" and o.used and o.month <= month
    ]
    return "met" if max(known, key=lambda o: o.month).value >= value else "missed"


def _month(index: int, start: int) -> str | None:
    return None if index == NEVER else format_month(start + index)
