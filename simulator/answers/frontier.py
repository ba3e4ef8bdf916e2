"""Rupiah against odds, and odds over a grid of two levers."""

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from threading import Event

import numpy as np
import pandas as pd

from simulator.answers.beside import beside
from simulator.answers.goal import COST_FUNDS, Futures, SolveError, Watch, asked_about, check_levers, rounded
from simulator.answers.margins import odds_of
from simulator.answers.solve import Plan, solve
from simulator.model import Progress, check_draws
from simulator.scenario import Scenario

ODDS = (0.1, 0.25, 0.5, 0.75, 0.9)
_FEWEST, _MOST = 2, 25


def frontier(
    scenario: Scenario,
    *,
    target: str,
    by: str,
    odds: Sequence[float] = (),
    budgets: Sequence[int] = (),
    lock: Collection[str] = (),
    free: Collection[str] = (),
    reading: str = "held",
    region: str | None = None,
    yearly_change: Mapping[str, int] | None = None,
    draws: int = 100,
    confirm: int = 2000,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> pd.DataFrame:
    """Return what odds cost, or what budgets bring, with the given scenario beside them.

    Parameters
    ----------
    odds, budgets : sequence
        Goals of `solve`, of one kind or the other; neither means the odds of `ODDS`. The other arguments are those of
        `solve`.

    Returns
    -------
    DataFrame
        One row per goal, cheapest first, and one for the scenario as given. Columns: goal (``odds``, ``budget`` or
        ``today``), asked (a share or rupiah a year, NaN for today), status, odds and odds_error (shares), rupiah
        (expected, from the start to `by`), rupiah_year (the most in a calendar year), dominated (another row costs no
        more and has better odds: the search's error, or today's plan) and one column for each lever that moved.
    """
    if odds and budgets:
        msg = "goal is both odds and budgets; one of them is allowed"
        raise SolveError(msg)
    kind = "budget" if budgets else "odds"
    goals: Sequence[float] = budgets or odds or ODDS
    rows: list[dict[str, object]] = []
    for done, goal in enumerate(goals):
        answer = solve(
            scenario,
            target=target,
            by=by,
            odds=None if budgets else goal,
            budget=int(goal) if budgets else None,
            lock=lock,
            free=free,
            reading=reading,
            region=region,
            yearly_change=yearly_change,
            draws=draws,
            confirm=confirm,
            seed=seed,
            ties=0,
            progress=None if progress is None else _part_of(progress, done, len(goals)),
            cancel=cancel,
        )
        if not rows:
            rows.append({"goal": "today", "asked": np.nan, "status": "today", **_row(answer.today)})
        rows.append({"goal": kind, "asked": goal, "status": answer.status, **_row(answer.plan)})
    return _marked(pd.DataFrame(rows))


def heat(
    scenario: Scenario,
    lever_x: str,
    lever_y: str,
    *,
    target: str,
    by: str,
    n: int = 7,
    reading: str = "held",
    region: str | None = None,
    draws: int = 200,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> pd.DataFrame:
    """Return odds and rupiah over a grid of two levers, everything else as the scenario has it.

    Returns
    -------
    DataFrame
        n * n rows with columns x, y (in the levers' units, from their lowest to their highest), odds, rupiah.

    Raises
    ------
    SolveError
        If the question is refused.
    """
    if isinstance(n, bool) or not isinstance(n, int) or not _FEWEST <= n <= _MOST:
        msg = f"n is {n!r}; a whole number from {_FEWEST} to {_MOST} is allowed"
        raise SolveError(msg)
    check_levers(region, lever_x=lever_x, lever_y=lever_y)
    if lever_x == lever_y:
        msg = f"lever_y is {lever_y!r}; another lever than lever_x is allowed"
        raise SolveError(msg)
    check_draws(draws, seed)
    question = asked_about(scenario, target=target, by=by, levers=(lever_x, lever_y), reading=reading, region=region)
    futures = Futures(question, draws, seed, Watch(total=n * n, progress=progress, cancel=cancel))
    xs, ys = (np.linspace(*question.range_of(name), n) for name in (lever_x, lever_y))
    plans = [{lever_x: rounded(lever_x, float(x)), lever_y: rounded(lever_y, float(y))} for y, x in product(ys, xs)]
    trials = beside(futures.trial, plans)
    return pd.DataFrame({
        "x": [values[lever_x] for values in plans],
        "y": [values[lever_y] for values in plans],
        "odds": [odds_of(trial.margins) for trial in trials],
        "rupiah": [round(trial.rupiah) for trial in trials],
    })  # fmt: skip


def _part_of(progress: Progress, part: int, parts: int) -> Progress:
    """Return what one of several searches reports to, in thousandths of all of them."""
    return lambda done, total: progress(round(1000 * (part + done / total) / parts), 1000)


def _row(plan: Plan) -> dict[str, object]:
    """Return one plan as numbers."""
    years = [sum(funds[fund] for fund in COST_FUNDS) for funds in plan.spent.values()]
    return {
        "odds": plan.odds,
        "odds_error": plan.odds_error,
        "rupiah": plan.rupiah,
        "rupiah_year": max(years),
        **dict(plan.moved),
    }


def _marked(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort by rupiah and mark rows that another one beats."""
    ordered = rows.sort_values(["rupiah", "odds"], ascending=[True, False], ignore_index=True)
    best = ordered["odds"].cummax().shift(fill_value=-1.0)
    ordered.insert(7, "dominated", ordered["odds"] <= best)
    return ordered
