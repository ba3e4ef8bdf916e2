"""What the first screen needs of one scenario: a few small numbers and tables, no draws and no words."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.answers import (
    LEVELS,
    NEVER,
    answer_target,
    arrival_quantile,
    arrivals,
    quantiles,
    rate_on_the_day,
    share_by_month,
    still_to_enrol,
    year_ahead,
    yearly_spending,
)
from simulator.facts.calendar import DATA_MONTH, MONTHS_PER_YEAR
from simulator.model import Projection, Sample
from simulator.model.draws import Array
from simulator.outputs.result import Result, model_version
from simulator.scenario import LEVER_INDEX

DOTS = 50
SAMPLED = 8
RANGE = (0.1, 0.5, 0.9)  # the ends of "8 in 10 futures" and the median between them
_HALF = 0.5

Spread = tuple[float, float, float]


@dataclass(frozen=True)
class TargetView:
    """One target seen from one scenario; months are month numbers, shares 0-1, spreads at the levels of `RANGE`.

    Attributes
    ----------
    id : str
    value : float
        The share of eligible workers that is asked for.
    due : int or None
        The official month; None for a target without one.
    status : str
        ``open``, ``met`` or ``missed``.
    odds_held, odds_touched, odds_on_the_day : float or None
        Odds by the official month; None where that lies in the past or beyond the horizon, or there is none.
    odds_by_horizon : float
        Odds that it is held by the horizon.
    arrival : tuple of int or None
        Month of first holding it at the levels of `RANGE` over all draws; None where it is not reached by the horizon.
    dots : tuple of int or None
        The same at `DOTS` equally likely levels.
    judged : int
        Month at which the shortfall is measured: the official one, or the horizon where that is past or beyond.
    coverage, on_the_day, year_mean, missing_people : tuple of float
        Coverage in that month, the rate that would be published, the mean of the twelve months from then on, and people
        still to enrol (negative where it is exceeded).
    """

    id: str
    value: float
    due: int | None
    status: str
    odds_held: float | None
    odds_touched: float | None
    odds_on_the_day: float | None
    odds_by_horizon: float
    arrival: tuple[int | None, int | None, int | None]
    dots: tuple[int | None, ...]
    judged: int
    coverage: Spread
    on_the_day: Spread
    year_mean: Spread
    missing_people: Spread

    @property
    def most_arrive(self) -> bool:
        """Whether more than half of the futures hold the target by the horizon: only then is a date named."""
        return self.odds_by_horizon > _HALF


@dataclass(frozen=True)
class Overview:
    """One scenario in small numbers.

    Attributes
    ----------
    draws, seed : int
    model_version : str
    start, horizon : int
        Month numbers of the first state and the last month.
    bands : DataFrame
        Columns month (month number) and one per level of `LEVELS`, named ``q025`` to ``q975``: coverage.
    samples : DataFrame
        Columns month, draw, value: the first few futures.
    curves : DataFrame
        Columns target, month, held, touched: share of futures that have arrived.
    targets : dict of str to TargetView
    spending : tuple of float or None
        Public rupiah a year, mean of the whole years, at the levels of `RANGE`; None if the run holds no whole year.
    spending_years : tuple of int
        First and last of those years.
    today : dict of str to tuple of float
        Where each lever stands without a decision, at the levels of `RANGE`.
    """

    draws: int
    seed: int
    model_version: str
    start: int
    horizon: int
    bands: pd.DataFrame
    samples: pd.DataFrame
    curves: pd.DataFrame
    targets: dict[str, TargetView]
    spending: Spread | None
    spending_years: tuple[int, int]
    today: dict[str, Spread]


def overview(result: Result) -> Overview:
    """Summarise one scenario."""
    projection = result.projection
    inputs = projection.inputs
    horizon = inputs.start_month + inputs.horizon
    coverage = projection.coverage
    paths = coverage[:, : inputs.horizon + 1]
    months = np.arange(inputs.start_month, horizon + 1)
    ahead = year_ahead(coverage, horizon=inputs.horizon)
    judged = {
        id: _arrivals(coverage, ahead, target.value, inputs.horizon) for id, target in result.facts.targets.items()
    }
    return Overview(
        draws=result.draws,
        seed=result.seed,
        model_version=model_version(),
        start=inputs.start_month,
        horizon=horizon,
        bands=_bands(months, paths),
        samples=_samples(months, paths),
        curves=pd.concat([_curve(name, months, arrived) for name, arrived in judged.items()], ignore_index=True),
        targets={name: _target_view(result, name, arrived, coverage) for name, arrived in judged.items()},
        spending=_spending(projection),
        spending_years=(inputs.start_month // MONTHS_PER_YEAR + 1, (horizon + 1) // MONTHS_PER_YEAR - 1),
        today=_today(projection.inputs.sample),
    )


def level_name(level: float) -> str:
    """Return the column of a quantile level: 0.025 is ``q025``."""
    return "q" + f"{level:.3f}"[2:].rstrip("0").ljust(2, "0")


@dataclass(frozen=True)
class _Arrivals:
    """Arrival month indices of every draw in two readings, and the share that has arrived by each month."""

    held: NDArray[np.int64]
    held_share: Array
    touched_share: Array


def _arrivals(paths: Array, ahead: tuple[Array, Array], value: float, horizon: int) -> _Arrivals:
    held, touched = (arrivals(paths, value, reading, horizon=horizon, ahead=ahead) for reading in ("held", "touched"))
    return _Arrivals(held, share_by_month(held, horizon=horizon), share_by_month(touched, horizon=horizon))


def _target_view(result: Result, name: str, arrived: _Arrivals, coverage: Array) -> TargetView:
    target, projection = result.facts.targets[name], result.projection
    start, horizon = projection.inputs.start_month, projection.inputs.horizon
    day = answer_target(projection, name, "on_the_day", facts=result.facts, seed=result.seed)
    due = target.month - start if target.month is not None and DATA_MONTH <= target.month <= start + horizon else None
    at = horizon if due is None else due
    low, median, high = (_month(arrival_quantile(arrived.held, level), start) for level in RANGE)
    return TargetView(
        id=name,
        value=float(target.value),
        due=target.month,
        status=day.status,
        odds_held=None if due is None else float(arrived.held_share[due]),
        odds_touched=None if due is None else float(arrived.touched_share[due]),
        odds_on_the_day=day.odds_by_date,
        odds_by_horizon=float(arrived.held_share[-1]),
        arrival=(low, median, high),
        dots=tuple(_month(arrival_quantile(arrived.held, (k + _HALF) / DOTS), start) for k in range(DOTS)),
        judged=start + at,
        coverage=_spread(coverage[:, at]),
        on_the_day=_spread(rate_on_the_day(projection, start + at, facts=result.facts, seed=result.seed)),
        year_mean=_spread(coverage[:, at : at + MONTHS_PER_YEAR].mean(axis=1)),
        missing_people=_spread(still_to_enrol(projection, float(target.value), at)),
    )


def _curve(name: str, months: NDArray[np.int64], arrived: _Arrivals) -> pd.DataFrame:
    return pd.DataFrame({"target": name, "month": months, "held": arrived.held_share, "touched": arrived.touched_share})


def _spending(projection: Projection) -> Spread | None:
    years = yearly_spending(projection)
    return _spread(years.mean(axis=1)) if years.shape[1] else None


def _today(sample: Sample) -> dict[str, Spread]:
    """Spread of where levers stand; the two funds that are planned in rupiah are drawn as plans of 2026."""
    drawn = {lever: sample.base[:, column] for lever, column in LEVER_INDEX.items()}
    drawn |= {"apbd_amount": sample.parameters["apbd_plan"], "csr_amount": sample.parameters["csr_plan"]}
    return {lever: _spread(values) for lever, values in drawn.items()}


def _bands(months: NDArray[np.int64], paths: Array) -> pd.DataFrame:
    levels = quantiles(paths)
    return pd.DataFrame({"month": months, **{level_name(p): row for p, row in zip(LEVELS, levels, strict=True)}})


def _samples(months: NDArray[np.int64], paths: Array) -> pd.DataFrame:
    few = paths[:SAMPLED]
    return pd.DataFrame(
        {
            "month": np.tile(months, len(few)),
            "draw": np.repeat(np.arange(len(few)), len(months)),
            "value": few.ravel(),
        }
    )


def _spread(values: Array) -> Spread:
    low, median, high = np.quantile(values, RANGE)
    return float(low), float(median), float(high)


def _month(index: int, start: int) -> int | None:
    return None if index == NEVER else start + index
