"""What decides an answer: every assumption moved alone (`tornado`), and who owns the variance (`sobol`).

Both work on the inputs of one run: a change rebuilds only what it reaches, and the start state, the costly part, only
for what equations 2 to 5 read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from threading import Event
from typing import TypeVar

import numpy as np
import pandas as pd

from simulator.answers.arrival import NEVER, arrival_quantile
from simulator.answers.beside import beside
from simulator.answers.targets import READINGS, arrivals
from simulator.facts import Facts, load_facts
from simulator.facts.calendar import FIRST_MONTH, format_month
from simulator.model import Inputs, Progress, RunError, Sample, check_draws, kernel, make_inputs, run_inputs
from simulator.model.draws import Array, uniform_draws
from simulator.model.inputs import draw_sample
from simulator.model.posterior import PAST_MONTHS, REACHED, Posterior, load_posterior
from simulator.model.start import DECEMBERS, StartState, between_decembers, start_state
from simulator.scenario import EQUATIONS, LEVERS, Said, Scenario, is_whole

LEVELS = (0.1, 0.9)
INTERVAL = (0.05, 0.95)
RESAMPLES = 400
RENEWALS = ("renewal_share", "csr_renewal")  # drawn for every programme and year, not once for a future
LEARNED, DISTURBANCE, EVERYTHING_ELSE = "learned", "disturbance", "everything_else"
OUTPUTS = ("coverage", "arrived")

_LAST_START_EQUATION = 5
_FIRST_REPORTED_EQUATION = 29  # from here on equations say what is published, and targets are judged by (28)
_TELLING = (0.05, 0.95)  # odds outside move by single draws, so that they cannot rank anything
_QUICK_DRAWS = 125
_MOST_PARAMETERS = 8
_T = TypeVar("_T")


def uncertain(scenario: Scenario, facts: Facts) -> list[str]:
    """Return the ids of assumptions that coverage depends on and that the scenario leaves open, as the records go."""
    return [
        name
        for name, record in facts.parameters.items()
        if record.role == "input"
        and record.prior is not None
        and EQUATIONS.get(name, (_FIRST_REPORTED_EQUATION,))[0] < _FIRST_REPORTED_EQUATION
        and name not in scenario.assumptions
    ]


def low_and_high(name: str, *, facts: Facts, posterior: Posterior, start_month: int) -> tuple[float, float]:
    """Return the 10 % and 90 % quantiles of an assumption, in its unit: of the posterior if learned, else of the prior.

    The class shares are learned by December; what holds is their value in the start month.
    """
    record = facts.parameters[name]
    if name not in posterior.names:
        ends = record.ppf(np.array(LEVELS))
        low, high = np.rint(ends) if is_whole(record) else ends
    elif name in REACHED:
        columns = [posterior.column(name), *(posterior.column(f"{name}/{end}") for end in DECEMBERS[1:])]
        low, high = np.quantile(between_decembers(columns, start_month), LEVELS)
    else:
        low, high = np.quantile(posterior.column(name), LEVELS)
    return float(low), float(high)


def judged_month(inputs: Inputs, name: str, facts: Facts) -> int:
    """Return the month index at which coverage is judged: the target's date if the run holds it, else the horizon.

    Raises
    ------
    RunError
        If there is no such target.
    """
    if name not in facts.targets:
        msg = f"target is {name!r}; allowed are {', '.join(facts.targets)}"
        raise RunError(msg)
    month = facts.targets[name].month
    due = inputs.horizon if month is None else month - inputs.start_month
    return due if 0 < due <= inputs.horizon else inputs.horizon


def check_reading(reading: str) -> None:
    """Refuse a reading that is no arrival.

    Raises
    ------
    RunError
        With one sentence.
    """
    if reading not in READINGS[:2]:
        msg = f"reading is {reading!r}; allowed are {' and '.join(READINGS[:2])}"
        raise RunError(msg)


def moved(sample: Sample, changed: dict[str, Array], *, start_month: int) -> Sample:
    """Return the sample with some parameters replaced and all else as drawn.

    Parameters
    ----------
    changed : dict of arrays, shape (n_draws,)
        By id. `RENEWALS` replace the renewals of every programme and year.

    Raises
    ------
    ValueError
        If no start state is possible with them.
    """
    parameters = sample.parameters | changed
    parameters |= _derived(parameters)
    base = sample.base.copy()
    for column, name in enumerate(LEVERS):
        if name in parameters:
            base[:, column] = parameters[name]
    renewal = sample.renewal.copy()
    for name in changed.keys() & set(RENEWALS):
        renewal[:, _renewal_rows(name)] = changed[name][:, None, None]
    start = sample.start
    if any(_read_by_start(name) for name in changed):
        start = start_state(load_facts(), parameters, month=start_month)
    par = np.column_stack([parameters[name] for name in kernel.PARAMETER_IDS])
    return replace(sample, parameters=parameters, base=base, par=par, renewal=renewal, start=start)


def _read_by_start(name: str) -> bool:
    return EQUATIONS.get(name, (_FIRST_REPORTED_EQUATION,))[0] <= _LAST_START_EQUATION


def _derived(sample: dict[str, Array]) -> dict[str, Array]:
    """Return what the kernel reads that is made of several parameters, as `build_sample` makes it."""
    plan = sample["apbd_province_people_2025"] * sample["premium_jkk_jkm"] * sample["apbd_months"]
    return {
        "overlap": np.where(sample["overlap_is_heavy"] > 0.5, sample["overlap_heavy"], sample["overlap_light"]),
        "season_depth": sample["season_own_share"] * (1 - sample["season_trough"]),
        "apbd_plan": plan * sample["apbd_change_2026"],
        "csr_plan": sample["csr_people_per_programme"] * sample["csr_programmes"] * sample["premium_jkk_jkm"] * 12,
    }


def _renewal_rows(name: str) -> list[int]:
    """Return the rows of the renewal draws that a record stands for."""
    rows = range(kernel.R_DISTRICT + kernel.N_DISTRICTS)
    return [row for row in rows if (row == kernel.R_CSR) == (name == "csr_renewal")]


# --- Tornado -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Outcome:
    """What one run says of the target; the median month is `NEVER` where half of the draws or fewer arrive."""

    median: int
    odds: float
    coverage: float


def tornado(
    scenario: Scenario,
    *,
    target: str,
    draws: int = 500,
    seed: int = 0,
    reading: str = "held",
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> pd.DataFrame:
    """Move every uncertain assumption from its 10 % to its 90 % quantile, in every draw, while all else stays as drawn.

    Learned assumptions move within the posterior, others within their priors. All runs share their random numbers, so
    that 500 draws tell small effects apart; but a learned assumption moves without the others it was learned with.
    `RENEWALS` are drawn anew for every programme and year; here all of them move together (column `yearly`), which is
    more than any one future holds. Assumptions that this run does not read, and those the scenario fixes, have no row.

    Parameters
    ----------
    target : str
        Id of a target.
    reading : str
        ``held`` or ``touched``.
    progress : callable, optional
        Called as ``progress(done, total)`` in assumptions.
    cancel : threading.Event, optional
        Looked at between assumptions.

    Returns
    -------
    DataFrame
        One row per assumption, the strongest first. `delay_months` is the change of the median arrival from low to
        high (never-arrivers count as latest; missing where half of the draws or fewer arrive at either end),
        `odds_change` that of the odds by the horizon, `coverage_change` that of median coverage at the target's date,
        or at the horizon if the run does not hold the date. `ranked_by` tells which orders the table, ties by
        coverage: ``delay`` where all rows have one, else ``odds`` if they lie between 5 and 95 %, else ``coverage``.
        `note` is ``no_start`` where an end contradicts the other start parameters, else empty.

    Raises
    ------
    Cancelled
        If `cancel` was set.
    RunError
        If the target, the reading, the number of draws or the seed is not allowed, or nothing is left open.
    """
    check_reading(reading)
    facts, posterior = load_facts(), load_posterior()
    names = uncertain(scenario, facts)
    if not names:
        raise RunError(Said("nothing_open"))
    inputs = make_inputs(scenario, n_draws=draws, seed=seed)
    judge = partial(_outcomes, name=target, reading=reading, month=judged_month(inputs, target, facts), facts=facts)
    (plain,) = judge(inputs, 1)

    def row(name: str) -> dict[str, object] | None:
        ends = low_and_high(name, facts=facts, posterior=posterior, start_month=inputs.start_month)
        pair = _both_ends(inputs, name, ends)
        if pair is not None and _same(*pair):
            return None
        outcomes = None if pair is None else judge(replace(inputs, sample=_stacked(pair)), 2)
        return _tornado_row(name, facts, posterior, ends, outcomes, inputs.start_month)

    rows = [found for found in beside(row, names, progress=progress, cancel=cancel) if found is not None]
    return _ranked(pd.DataFrame(rows), plain.odds).assign(draws=draws)


def _both_ends(inputs: Inputs, name: str, ends: tuple[float, float]) -> tuple[Sample, Sample] | None:
    """Return the sample with an assumption at its low and at its high end; None if one of them has no start state."""
    n_draws = inputs.sample.base.shape[0]
    try:
        low, high = (
            moved(inputs.sample, {name: np.full(n_draws, end)}, start_month=inputs.start_month) for end in ends
        )
    except ValueError:
        return None
    return low, high


def _outcomes(inputs: Inputs, parts: int, *, name: str, reading: str, month: int, facts: Facts) -> list[_Outcome]:
    """Run inputs and judge each of their equal parts."""
    paths = run_inputs(inputs).coverage
    arrived = arrivals(paths, float(facts.targets[name].value), reading, horizon=inputs.horizon)
    out = []
    for cover, months in zip(np.split(paths[:, month], parts), np.split(arrived, parts), strict=True):
        odds = float((months != NEVER).mean())
        median = arrival_quantile(months, 0.5) if odds > 0.5 else NEVER
        out.append(_Outcome(median, odds, float(np.median(cover))))
    return out


def _arrays(sample: Sample) -> list[Array]:
    """Return all that the kernel reads of a sample."""
    start = [getattr(sample.start, field.name) for field in fields(StartState)]
    return [sample.base, sample.par, sample.renewal, sample.shocks, *start]


def _same(one: Sample, two: Sample) -> bool:
    return all(a is b or np.array_equal(a, b) for a, b in zip(_arrays(one), _arrays(two), strict=True))


def _stacked(pair: tuple[Sample, Sample]) -> Sample:
    """Return the draws of two samples below each other, so that one run does both."""
    base, par, renewal, shocks, *start = (np.concatenate(both) for both in zip(*map(_arrays, pair), strict=True))
    one, two = (sample.parameters for sample in pair)
    return Sample(
        parameters={name: np.concatenate([one[name], two[name]]) for name in one},
        base=base,
        par=par,
        renewal=renewal,
        shocks=shocks,
        start=StartState(*start),
    )


def _tornado_row(
    name: str,
    facts: Facts,
    posterior: Posterior,
    ends: tuple[float, float],
    outcomes: list[_Outcome] | None,
    start_month: int,
) -> dict[str, object]:
    record = facts.parameters[name]
    row: dict[str, object] = {
        "parameter": name,
        "label_id": record.label.id,
        "label_en": record.label.en,
        "unit": record.unit,
        "grade": record.grade,
        "learned": name in posterior.names,
        "yearly": name in RENEWALS,
        "low": ends[0],
        "high": ends[1],
    }
    low, high = outcomes or (_Outcome(NEVER, np.nan, np.nan), _Outcome(NEVER, np.nan, np.nan))
    both = NEVER not in (low.median, high.median)
    return row | {
        "arrival_low": None if low.median == NEVER else format_month(start_month + low.median),
        "arrival_high": None if high.median == NEVER else format_month(start_month + high.median),
        "delay_months": float(high.median - low.median) if both else np.nan,
        "odds_low": low.odds,
        "odds_high": high.odds,
        "odds_change": high.odds - low.odds,
        "coverage_low": low.coverage,
        "coverage_high": high.coverage,
        "coverage_change": high.coverage - low.coverage,
        "note": "" if outcomes else "no_start",
    }


def _ranked(table: pd.DataFrame, odds: float) -> pd.DataFrame:
    """Order the rows by one measure for all, because months, odds and points cannot be compared with each other."""
    started = table["note"] == ""
    if table.loc[started, "delay_months"].notna().all():
        by, column = "delay", "delay_months"
    elif _TELLING[0] <= odds <= _TELLING[1]:
        by, column = "odds", "odds_change"
    else:
        by, column = "coverage", "coverage_change"
    sizes = pd.DataFrame({"first": table[column].abs(), "then": table["coverage_change"].abs()})
    order = sizes.sort_values(["first", "then"], ascending=False, kind="stable").index
    # A column of nothing but missing months would be of another type than one with months.
    months = {"arrival_low": "str", "arrival_high": "str"}
    return table.loc[order].reset_index(drop=True).astype(months).assign(ranked_by=by)


# --- Sobol indices -------------------------------------------------------------------------------------------------


def sobol(
    scenario: Scenario,
    *,
    target: str,
    parameters: Sequence[str] | None = None,
    n: int = 512,
    seed: int = 0,
    reading: str = "held",
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> pd.DataFrame:
    """Share the variance of an answer out over groups of inputs: first-order and total Sobol indices.

    The groups are independent, as the indices need it. Learned parameters are not independent of each other in the
    posterior, so a whole posterior row (with the past's shocks and the state they lead to) is one factor, `LEARNED`.
    Each of `parameters` is a factor; a renewal is one with all its programmes and years. `DISTURBANCE` is the shocks
    after the data month, `EVERYTHING_ELSE` all other draws, the noise of the districts included. Two independent
    samples of the run are mixed factor by factor, (factors + 2) x `n` draws.

    Parameters
    ----------
    target : str
        Id of a target.
    parameters : sequence of str, optional
        Not learned ones; the first eight of a quick tornado if left out.
    n : int
        Draws of each sample, a power of two.
    reading : str
        ``held`` or ``touched``.
    progress : callable, optional
        Called as ``progress(done, total)`` in blocks of `n` draws.
    cancel : threading.Event, optional
        Looked at between blocks.

    Returns
    -------
    DataFrame
        As from `sobol_table`, for the outputs ``coverage`` (at the target's date, or at the horizon if the run does
        not hold the date) and ``arrived`` (by the horizon, 0 or 1).

    Raises
    ------
    Cancelled
        If `cancel` was set.
    RunError
        If `n`, the seed, the target, the reading or a parameter is not allowed, or no start is possible for a mixture.
    """
    facts, posterior = load_facts(), load_posterior()
    check_reading(reading)
    _check_power_of_two(n)
    check_draws(n, seed)
    if parameters is None:
        table = tornado(scenario, target=target, draws=_QUICK_DRAWS, seed=seed, reading=reading, cancel=cancel)
        parameters = table.loc[~table["learned"], "parameter"].head(_MOST_PARAMETERS).tolist()
    _check_parameters(parameters, scenario, facts, posterior)
    inputs = make_inputs(scenario, n_draws=n, seed=seed)
    month = judged_month(inputs, target, facts)
    value = float(facts.targets[target].value)
    other = (seed + 2**31) % 2**32  # a stream that the seeds next to it do not use
    second = draw_sample(
        n_draws=n,
        seed=other,
        start_month=inputs.start_month,
        assumptions=tuple(sorted(scenario.assumptions.items())),
        last_year=(inputs.start_month + inputs.n_months) // 12,
    )

    def answer(sample: Sample) -> Array:
        paths = run_inputs(replace(inputs, sample=sample)).coverage
        arrived = arrivals(paths, value, reading, horizon=inputs.horizon)
        return np.stack([paths[:, month], (arrived != NEVER).astype(np.float64)])

    mix = partial(_with_factor, chosen=tuple(parameters), posterior=posterior, start_month=inputs.start_month)
    factors = (*parameters, LEARNED, DISTURBANCE, EVERYTHING_ELSE)
    values = pick_freeze(inputs.sample, second, factors, mix=mix, answer=answer, progress=progress, cancel=cancel)
    return sobol_table(factors, OUTPUTS, *values, seed=seed)


def _check_power_of_two(n: int) -> None:
    if isinstance(n, bool) or n < 2 or n & (n - 1):
        msg = f"n is {n}; a power of two from 2 on is allowed"
        raise RunError(msg)


def _check_parameters(names: Sequence[str], scenario: Scenario, facts: Facts, posterior: Posterior) -> None:
    allowed = [name for name in uncertain(scenario, facts) if name not in posterior.names]
    for name in names:
        if name not in allowed:
            msg = f"parameters holds {name!r}; uncertain assumptions that are not learned are allowed"
            raise RunError(msg)


def _with_factor(
    a: Sample,
    b: Sample,
    factor: str,
    *,
    chosen: tuple[str, ...],
    posterior: Posterior,
    start_month: int,
) -> Sample:
    """Return sample `a` with one factor as in sample `b`."""
    names = _names_of(factor, a, chosen, posterior)
    try:
        out = moved(a, {name: b.parameters[name] for name in names}, start_month=start_month)
    except ValueError as error:
        msg = f"assumptions of this scenario leave no possible start in {format_month(start_month)}: {error}"
        raise RunError(msg) from error
    renewal, shocks = a.renewal.copy(), a.shocks.copy()
    for name in names & set(RENEWALS):
        rows = _renewal_rows(name)
        renewal[:, rows] = b.renewal[:, rows]
    known = PAST_MONTHS - (start_month - FIRST_MONTH)  # the first columns: learned, or the state that the past left
    if factor == LEARNED:
        shocks[:, :known] = b.shocks[:, :known]
    if factor == DISTURBANCE:
        shocks[:, known:] = b.shocks[:, known:]
    return replace(out, renewal=renewal, shocks=shocks)


def _names_of(factor: str, sample: Sample, chosen: tuple[str, ...], posterior: Posterior) -> set[str]:
    """Return the parameters of a factor."""
    learned = sample.parameters.keys() & set(posterior.names)
    if factor == LEARNED:
        return learned
    if factor == DISTURBANCE:
        return set()
    if factor == EVERYTHING_ELSE:
        return sample.parameters.keys() - learned - set(chosen) - _derived(sample.parameters).keys()
    return {factor}


def pick_freeze(
    a: _T,
    b: _T,
    factors: Sequence[str],
    *,
    mix: Callable[[_T, _T, str], _T],
    answer: Callable[[_T], Array],
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> tuple[Array, Array, Array]:
    """Answer two independent samples, and the first with each factor in turn as in the second.

    Parameters
    ----------
    a, b : samples of n draws
        Whatever `mix` and `answer` take.
    mix : callable
        ``mix(a, b, factor)`` is `a` with one factor of `b`.
    answer : callable
        ``answer(sample)`` has shape (n_outputs, n).

    Returns
    -------
    tuple of arrays, shapes (n_outputs, n), (n_outputs, n), (n_factors, n_outputs, n)

    Raises
    ------
    Cancelled
        If `cancel` was set.
    """
    makers: list[Callable[[], _T]] = [lambda: a, lambda: b, *(partial(mix, a, b, factor) for factor in factors)]
    values = beside(lambda make: answer(make()), makers, progress=progress, cancel=cancel)
    return values[0], values[1], np.stack(values[2:])


def sobol_table(
    factors: Sequence[str], outputs: Sequence[str], f_a: Array, f_b: Array, f_ab: Array, *, seed: int
) -> pd.DataFrame:
    """Return Sobol indices with intervals from the values of `pick_freeze`.

    The intervals are ours and not those of `scipy.stats.SobolResult.bootstrap`, which takes no seed: the same run
    must give the same digits.

    Returns
    -------
    DataFrame
        One row per output and factor, within an output the largest total first: `first`, `total` and the 90 %
        bootstrap interval of each, shares of the output's variance. All are missing where an output does not vary.
        Estimates carry sampling error and may lie a little below 0 or above 1.
    """
    n = f_a.shape[1]
    estimate = _indices(f_a, f_b, f_ab)  # (2, n_outputs, n_factors)
    picks = (uniform_draws("sobol/bootstrap", seed=seed, n_draws=RESAMPLES, width=n) * n).astype(np.intp)
    again = np.stack([_indices(f_a[:, rows], f_b[:, rows], f_ab[:, :, rows]) for rows in picks])
    low, high = np.quantile(again, INTERVAL, axis=0)
    tables = []
    for i, output in enumerate(outputs):
        columns = {"output": output, "factor": list(factors)}
        for j, kind in enumerate(("first", "total")):
            columns |= {kind: estimate[j, i], f"{kind}_low": low[j, i], f"{kind}_high": high[j, i]}
        table = pd.DataFrame(columns).sort_values("total", ascending=False, kind="stable")
        if np.ptp(np.concatenate([f_a[i], f_b[i]])) == 0:
            table.iloc[:, 2:] = np.nan
        tables.append(table)
    return pd.concat(tables, ignore_index=True).assign(n=n)


def _indices(f_a: Array, f_b: Array, f_ab: Array) -> Array:
    """Return first-order and total indices, shape (2, n_outputs, n_factors)."""
    from scipy.stats import sobol_indices  # slow to import, and few runs ask for it

    result = sobol_indices(func={"f_A": f_a, "f_B": f_b, "f_AB": f_ab}, n=f_a.shape[1])
    return np.stack([np.atleast_2d(result.first_order), np.atleast_2d(result.total_order)])
