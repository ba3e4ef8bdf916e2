"""Goal seek: the least public rupiah for given odds, or the best odds for a given budget.

A plan is judged by its *margin*: how far each future clears the target's rule. The share of futures with a margin of at
least 0 is the odds, and the odds are at least P exactly if the order statistic of `margin_at` is at least 0. Odds move
in steps, that order statistic does not, so the search can follow it. docs/decisions/0007-goal-seek.md has the reasons.
"""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, sqrt
from threading import Event
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import NonlinearConstraint, minimize
from scipy.special import logsumexp

from simulator.answers.arrival import HOLD_SLACK
from simulator.answers.bands import PUBLIC_FUNDS, expected_money
from simulator.answers.targets import READINGS, rate_on_the_day
from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH, LAST_MONTH, MONTHS_PER_YEAR, format_month, parse_month
from simulator.model import (
    HELD_MONTHS,
    Cancelled,
    Progress,
    Projection,
    check_draws,
    make_inputs,
    run_inputs,
)
from simulator.model.draws import Array
from simulator.scenario import DISTRICT_CODES, LEVERS, Scenario, Setting

COST_FUNDS = tuple(fund for fund in PUBLIC_FUNDS if fund != "csr")  # companies' money is no public rupiah
MONEY_LEVERS = ("village_share", "village_people", "metro_share", "apbd_amount", "dbh_share")
RULE_LEVERS = ("public_mandate", "enforcement")
MONTH_LEVERS = ("apbd_months", "dbh_months")
DECISIONS = (*MONEY_LEVERS, *MONTH_LEVERS, *RULE_LEVERS)
ON_REQUEST = (
    "csr_amount",
    "csr_renewal",
    "incentive",
    "pppk_part_kept",
    "list_quality",
    "continuation",
    "outreach",
    "transition_cover",
)
TIE_COST = 1.05

_BUDGET_LEVERS = {*MONEY_LEVERS, *MONTH_LEVERS, "csr_amount", "csr_renewal"}
_ALL_YEAR = 12
_SOFT = 0.004  # a share: over this distance from the target a future counts in part, where odds are to be climbed
_PER_POINT = 100.0
_ROUNDS = 4
_CLOSE = 0.01  # confirmed odds this little above the wanted ones need no cheaper plan
_CAPS = {"explore": 60, "refine": 45, "repair": 25, "tie": 24}
_BISECTIONS = 5
_BLOCK = 1000

Slacks = NDArray[np.float64]
Evaluate = Callable[[Array], tuple[float, Slacks]]


class SolveError(ValueError):
    """A question that is refused; the message is one sentence naming field, value and what is allowed."""


@dataclass(frozen=True)
class Point:
    """One point that the search has tried; feasible where no slack is negative."""

    at: tuple[float, ...]
    value: float
    slacks: tuple[float, ...]

    @property
    def slack(self) -> float:
        """The smallest slack."""
        return min(self.slacks, default=0.0)

    @property
    def feasible(self) -> bool:
        """Whether every constraint holds."""
        return self.slack >= 0


@dataclass(frozen=True)
class Plan:
    """A set of lever values with what it brings.

    Attributes
    ----------
    scenario : Scenario
    values : dict of str to float
        The levers that were moved, in their units.
    odds, odds_error : float
        Share of futures that reach the target by the month asked for, and its standard error (binomial).
    rupiah : int
        Expected public spending from the start to that month; with a region, what is added to the given scenario.
    spent : dict of year to dict of fund to int
        Expected rupiah, companies' money included.
    """

    scenario: Scenario
    values: dict[str, float]
    odds: float
    odds_error: float
    rupiah: int
    spent: dict[int, dict[str, int]]


@dataclass(frozen=True)
class Binding:
    """What stops a target: a limit that raises the odds when loosened, or a lever at its bound that lowers them.

    Attributes
    ----------
    kind : str
        ``lever``, ``list``, ``capacity``, ``time``, ``budget`` or ``yearly_change``.
    name : str
        The lever, the parameter, the month or the fund.
    odds : float or None
        Odds of the closest plan with the limit loosened; for a lever, with it a tenth of its range back. None where the
        limit was not moved.
    """

    kind: str
    name: str
    odds: float | None


@dataclass(frozen=True)
class Solution:
    """The answer to a goal.

    Attributes
    ----------
    status : str
        ``reached`` or ``not_reachable``; then the plan is the closest one.
    plan, today : Plan
        The plan found and the given scenario, both on the same fresh futures.
    draws : int
        Number of those futures.
    near_ties : tuple of Plan
        Other mixes at a cost within `TIE_COST` times that of the plan.
    binding : tuple of Binding
        What stops an unreachable target, strongest first.
    evaluations : int
        Runs of the model.
    """

    status: Literal["reached", "not_reachable"]
    target: str
    by: str
    reading: str
    plan: Plan
    today: Plan
    draws: int
    near_ties: tuple[Plan, ...]
    binding: tuple[Binding, ...]
    evaluations: int

    @property
    def scenario(self) -> Scenario:
        """The given scenario with the levers found."""
        return self.plan.scenario

    @property
    def odds(self) -> float:
        """Confirmed odds of the plan."""
        return self.plan.odds

    @property
    def odds_error(self) -> float:
        """Standard error of the odds."""
        return self.plan.odds_error

    @property
    def spent(self) -> dict[int, dict[str, int]]:
        """Expected rupiah of the plan by year and fund."""
        return self.plan.spent


# ---- margins


def held_margin(paths: Array, target: float, *, horizon: int) -> Array:
    """Return by how much each draw clears `first_held` in its best month up to `horizon`, shape (n_draws,), a share.

    For a month m it is the smallest of: coverage of m less the target; the lowest of m to m+11 less the target and the
    slack of one point; their mean less the target. A draw has arrived by the horizon exactly if the best month's is
    at least 0.

    Parameters
    ----------
    paths : array, shape (n_draws, n_months + 1), shares
    target : float, a share
    horizon : int
        Last month index that counts; the paths run at least 11 months past it.
    """
    return np.concatenate(
        [_held_block(paths[i : i + _BLOCK], target, horizon) for i in range(0, paths.shape[0], _BLOCK)]
    )


def _held_block(paths: Array, target: float, horizon: int) -> Array:
    window = np.lib.stride_tricks.sliding_window_view(paths[:, : horizon + HELD_MONTHS], HELD_MONTHS, axis=1)
    years = np.ascontiguousarray(window)  # so that means are summed in the order of first_held
    lowest = years.min(axis=2) - (target - HOLD_SLACK)
    mean = years.reshape(-1, HELD_MONTHS).mean(axis=1).reshape(lowest.shape) - target
    return np.asarray(np.minimum(np.minimum(years[:, :, 0] - target, lowest), mean).max(axis=1))


def touched_margin(paths: Array, target: float, *, horizon: int) -> Array:
    """Return by how much the best month up to `horizon` clears the target, shape (n_draws,), a share."""
    return np.asarray(paths[:, : horizon + 1].max(axis=1) - target)


def odds_of(margins: Array) -> float:
    """Return the share of draws with a margin of at least 0."""
    return float((margins >= 0).mean())


def margin_at(margins: Array, odds: float) -> float:
    """Return the margin that a share `odds` of the draws attains: 0 or more exactly if the odds are `odds` or more."""
    needed = max(ceil(odds * margins.size - 1e-9), 1)
    return float(np.sort(margins)[margins.size - needed])


def soft_odds(margins: Array) -> float:
    """Return the log-odds of arriving, where a future near the target counts in part; smooth, and never flat."""
    z = margins / _SOFT
    return float(logsumexp(-np.logaddexp(0.0, -z)) - logsumexp(-np.logaddexp(0.0, z)))


# ---- the search, which knows nothing of the model


def search(
    evaluate: Evaluate,
    bounds: Sequence[tuple[float, float]],
    *,
    starts: Sequence[Array],
    cap: int,
    keep: int = 3,
    reach: float = 0.25,
) -> list[Point]:
    """Minimise a value under constraints that are met where their slacks are at least 0.

    Each start is first moved to the edge of what is allowed: along the line to the upper corner if it breaks a
    constraint, else along the line to the lower corner. The best `keep` of these then start COBYQA, a derivative-free
    trust-region method, in units of the bounds.

    Parameters
    ----------
    evaluate : callable
        Takes a point in the units of `bounds`, returns the value and the slacks, each of the size of 1.
    bounds : sequence of (low, high)
    starts : sequence of arrays, shape (n,), in units of the bounds' width: 0 is low, 1 is high
    cap : int
        Most evaluations of one run of COBYQA.
    reach : float
        First step, in the same unit.

    Returns
    -------
    list of Point
        All points tried: feasible ones first, cheapest first, then the others by how little they miss.
    """
    low, high = (np.array(side, dtype=float) for side in zip(*bounds, strict=True))
    tried: dict[tuple[float, ...], Point] = {}

    def look(unit: Array) -> Point:
        at = tuple(np.round(np.clip(unit, 0.0, 1.0), 4).tolist())
        if at not in tried:
            value, slacks = evaluate(low + np.array(at) * (high - low))
            tried[at] = Point(at, float(value), tuple(np.asarray(slacks, dtype=float).tolist()))
        return tried[at]

    edges = sorted({_edge(look, np.asarray(start, dtype=float)) for start in starts}, key=_rank)
    if not edges[0].feasible:
        _descend(look, np.array(edges[0].at), cap=cap, reach=reach, missing=True)
        edges = [best for best in [min(tried.values(), key=_rank)] if best.feasible]
    for edge in edges[:keep]:
        _descend(look, np.array(edge.at), cap=cap, reach=reach, missing=False)
    ranked = sorted(tried.values(), key=_rank)
    return [replace(p, at=tuple((low + np.array(p.at) * (high - low)).tolist())) for p in ranked]


def _rank(point: Point) -> tuple[bool, float, float]:
    return (False, point.value, 0.0) if point.feasible else (True, -point.slack, point.value)


def _edge(look: Callable[[Array], Point], start: Array) -> Point:
    """Return the best allowed point of the line from `start` to a corner, by bisection.

    An allowed start moves to the corner with the lower value, another one to a corner that is allowed.
    """
    here, corners = look(start), [look(np.ones_like(start)), look(np.zeros_like(start))]
    if here.feasible:
        goal = min(corners, key=lambda point: point.value)
        if goal.feasible or goal.value >= here.value:
            return min(here, goal, key=_rank)
        good, bad = start, np.array(goal.at)
    else:
        inside = [corner for corner in corners if corner.feasible]
        if not inside:
            return min(here, *corners, key=_rank)
        good, bad = np.array(min(inside, key=_rank).at), start
    for _ in range(_BISECTIONS):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if look(middle).feasible else (good, middle)
    return look(good)


def _descend(look: Callable[[Array], Point], start: Array, *, cap: int, reach: float, missing: bool) -> None:
    """Run COBYQA from `start`: on the value, or on what is `missing` to the constraints."""
    first = look(start)
    if missing:
        worth: Callable[[Array], float] = lambda unit: -look(unit).slack  # noqa: E731 - one of two short forms
        constraints = []
    else:
        scale = max(abs(first.value), 1e-12)
        worth = lambda unit: look(unit).value / scale  # noqa: E731
        constraints = [NonlinearConstraint(lambda unit: np.array(look(unit).slacks), 0.0, np.inf)]
    minimize(
        worth,
        start,
        method="COBYQA",
        bounds=[(0.0, 1.0)] * start.size,
        constraints=constraints if first.slacks else [],
        options={"maxfev": cap, "initial_tr_radius": reach, "final_tr_radius": min(0.005, reach / 2)},
    )


# ---- the model as something to search


@dataclass(frozen=True)
class Question:
    """What is asked, checked.

    Attributes
    ----------
    scenario : Scenario
        As given, cut at `by`.
    searched : tuple of str
        Continuous levers that may move.
    whole : tuple of str
        Levers in whole months that may move.
    target : float
        The share asked for.
    by : int
        Month number.
    region : int or None
        Number of the kabupaten that is asked about.
    """

    scenario: Scenario
    searched: tuple[str, ...]
    whole: tuple[str, ...]
    target: float
    by: int
    reading: str
    region: int | None = None
    odds: float | None = None
    budget: int | None = None
    yearly_change: Mapping[str, int] = field(default_factory=dict)

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Lowest and highest number of each searched lever; a kabupaten gets its part of a total."""
        return [(LEVERS[name].low, self._high(name)) for name in self.searched]

    def _high(self, name: str) -> float:
        high = LEVERS[name].upper(stretched=name in self.scenario.stretch)
        if self.region is None or not LEVERS[name].total:
            return high
        people = [d.registry_population for d in load_facts().districts]
        return float(round(high * people[self.region] / sum(people)))

    def plan(self, values: Mapping[str, float]) -> Scenario:
        """Return the scenario with the levers in `values` set, rounded to what a file would hold."""
        moved = {name: self._setting(name, _rounded(name, value)) for name, value in values.items()}
        return self.scenario.replace(levers=self.scenario.levers | moved)

    def _setting(self, name: str, value: float) -> Setting:
        """Keep start, ramp and end of the given scenario; else rules act at once and money from the next budget."""
        start = self._next_budget() if name in _BUDGET_LEVERS else None
        given = self.scenario.levers.get(name)
        table: dict[str, Any] = {"start": start} if given is None else dict(given)
        if self.region is None:
            return Setting(**(table | {"value": value}))
        return Setting(**(table | {"districts": table.get("districts", {}) | {DISTRICT_CODES[self.region]: value}}))

    def _next_budget(self) -> str | None:
        """First January after the scenario's start; None, the first projected month, where that is after `by`."""
        january = (parse_month(self.scenario.start) // MONTHS_PER_YEAR + 1) * MONTHS_PER_YEAR
        return format_month(january) if january <= self.by else None


@dataclass(frozen=True)
class Trial:
    """What one plan brings: margins, shape (n_draws,); spent, shape (n_public_funds, n_years), expected rupiah."""

    margins: Array
    spent: Array

    @property
    def rupiah(self) -> float:
        """Expected public rupiah, companies' money left out."""
        return float(self.spent[_COSTS].sum())


_COSTS = [PUBLIC_FUNDS.index(fund) for fund in COST_FUNDS]


@dataclass
class Watch:
    """Counts runs, tells how far the work is and stops it when asked to."""

    total: int = 1
    progress: Progress | None = None
    cancel: Event | None = None
    done: int = 0

    def count(self) -> None:
        """Note one more run."""
        self.done += 1
        self.total = max(self.total, self.done + 1)
        if self.progress is not None:
            self.progress(self.done, self.total)
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled


@dataclass
class Futures:
    """A question on one fixed set of futures; plans that were run are remembered."""

    question: Question
    draws: int
    seed: int
    watch: Watch
    _known: dict[str, Trial] = field(default_factory=dict)

    def trial(self, values: Mapping[str, float]) -> Trial:
        """Run the plan with these lever values."""
        trial = self.run(self.question.plan(values))
        if self.question.region is None:
            return trial
        return replace(trial, spent=trial.spent - self.run(self.question.scenario).spent)

    def run(self, scenario: Scenario) -> Trial:
        """Run a scenario up to its horizon and judge it there."""
        key = scenario.model_dump_json()
        if key not in self._known:
            self.watch.count()
            inputs = make_inputs(scenario, n_draws=self.draws, seed=self.seed)
            chunk = max(min(125, -(-self.draws // (os.cpu_count() or 1))), 1)
            projection = run_inputs(inputs, cancel=self.watch.cancel, chunk=chunk)
            spent = expected_money(projection)[: len(PUBLIC_FUNDS), :, 1]
            self._known[key] = Trial(self._margins(projection), spent)
        return self._known[key]

    def _margins(self, projection: Projection) -> Array:
        question, horizon = self.question, projection.inputs.horizon
        if question.reading == "on_the_day":
            month = projection.inputs.start_month + horizon
            return rate_on_the_day(projection, month, facts=load_facts(), seed=self.seed) - question.target
        paths = projection.coverage
        if question.region is not None:
            paths = projection.active[:, question.region] / projection.base[:, question.region]
        judge = held_margin if question.reading == "held" else touched_margin
        return judge(paths, question.target, horizon=horizon)

    def worth(self, trial: Trial) -> tuple[float, Slacks]:
        """Return what is to be kept low and the slacks.

        With odds given these are billions of rupiah and the margin in points; else log-odds with their sign changed and
        the part of the budget that each year leaves. Room under the yearly rises follows.
        """
        question, changes = self.question, self._change_slacks(trial)
        if question.odds is not None:
            return trial.rupiah / 1e9, np.array([margin_at(trial.margins, question.odds) * _PER_POINT, *changes])
        if question.budget is None:
            return -soft_odds(trial.margins), np.array(changes)
        left = 1 - trial.spent[_COSTS].sum(axis=0) / question.budget
        return -soft_odds(trial.margins), np.array([*left, *changes])

    def _change_slacks(self, trial: Trial) -> list[float]:
        """Room under the largest yearly rise of each limited fund; the first year is compared with today's course."""
        limits = self.question.yearly_change
        if not limits:
            return []
        today = self.run(self.question.scenario.replace(levers={})).spent[:, :1]
        before = np.zeros_like(today) if self.question.region is not None else today
        rises = np.diff(np.concatenate([before, trial.spent], axis=1), axis=1)
        scale = max(1e9, *limits.values())
        return [(limit - rise) / scale for fund, limit in limits.items() for rise in rises[PUBLIC_FUNDS.index(fund)]]


def _rounded(name: str, value: float) -> float:
    """Return a lever value with the digits a plan would print, inside the bounds."""
    lever = LEVERS[name]
    if lever.unit == "rupiah_per_year":
        return round(value / 1e6) * 10**6 if value > 1e6 else round(value)
    if lever.whole:
        return round(value)
    return round(value, 1 if lever.unit == "people_per_village" else 4)


# ---- from a question to a plan

Values = dict[str, float]


@dataclass(frozen=True)
class _Stage:
    """One search: on which futures, how much room each slack keeps, and what it costs at most."""

    futures: Futures
    shift: Slacks | float = 0.0

    def judge(self, values: Mapping[str, float]) -> tuple[float, Slacks]:
        value, slacks = self.futures.worth(self.futures.trial(values))
        return value, slacks - self.shift

    def seek(self, names: Sequence[str], fixed: Values, starts: Sequence[Values], **how: float) -> list[Point]:
        """Search over `names` with the other levers fixed; the first point is the best."""
        bounds = _bounds_of(self.futures.question, names)
        low, high = np.array(bounds).T
        return search(
            lambda at: self.judge(_values(names, at) | fixed),
            bounds,
            starts=[(np.array([start[name] for name in names]) - low) / (high - low) for start in starts],
            cap=int(how.get("cap", _CAPS["refine"])),
            keep=int(how.get("keep", 1)),
            reach=how.get("reach", 0.15),
        )

    def simplify(self, values: Values) -> Values:
        """Shorten windows month by month and leave levers out as long as that costs nothing."""
        for name in self.futures.question.whole:
            while values[name] > 1 and self._no_worse(shorter := values | {name: values[name] - 1}, values, gain=1e-3):
                values = shorter
        for name in tuple(values):
            without = {other: value for other, value in values.items() if other != name}
            if name not in self.futures.question.scenario.levers and without and self._no_worse(without, values):
                values = without
        return values

    def _no_worse(self, new: Values, old: Values, *, gain: float = 0.0) -> bool:
        value, slacks = self.judge(new)
        before, room = self.judge(old)
        limit = before - gain * abs(before) + 1e-9
        return value <= limit and bool((slacks >= np.minimum(room, 0.0)).all())


def _values(names: Sequence[str], at: Sequence[float] | Array) -> Values:
    return {name: float(value) for name, value in zip(names, at, strict=True)}


def _bounds_of(question: Question, names: Sequence[str]) -> list[tuple[float, float]]:
    every = dict(zip(question.searched, question.bounds, strict=True))
    return [every[name] for name in names]


def _starts(futures: Futures) -> list[Values]:
    """Return today's values, half of everything, and each lever alone at its top."""
    question = futures.question
    bounds = dict(zip(question.searched, question.bounds, strict=True))
    half = {name: (low + high) / 2 for name, (low, high) in bounds.items()}
    bottom = {name: low for name, (low, _) in bounds.items()}
    leads = [bottom | {name: high} for name, (_, high) in bounds.items()]
    return [_today(question, futures), half, *leads]


def _today(question: Question, futures: Futures) -> Values:
    """Where each searched lever stands in the given scenario, or on average without a decision."""
    sample = make_inputs(question.scenario, n_draws=futures.draws, seed=futures.seed).sample
    plans = {"apbd_amount": "apbd_plan", "csr_amount": "csr_plan"}
    out = {}
    for name, (low, high) in zip(question.searched, question.bounds, strict=True):
        given = question.scenario.levers.get(name)
        column = sample.parameters[plans[name]] if name in plans else sample.base[:, tuple(LEVERS).index(name)]
        value = float(column.mean()) * (high / LEVERS[name].high if LEVERS[name].total else 1.0)
        if given is not None and given.value is not None and not (LEVERS[name].total and question.region is not None):
            value = LEVERS[name].number(given.value)
        if given is not None and question.region is not None and DISTRICT_CODES[question.region] in given.districts:
            value = LEVERS[name].number(given.districts[DISTRICT_CODES[question.region]])
        out[name] = min(max(value, low), high)
    return out


@dataclass(frozen=True)
class _Found:
    """The plan after confirmation: its values, whether it does what was asked, and the room its slacks needed."""

    values: Values
    reached: bool
    shift: Slacks | float


def _explore(question: Question, rough: Futures) -> list[Values]:
    """Search on few futures from many starts; all points, best first."""
    points = _Stage(rough).seek(
        question.searched, _months(question), _starts(rough), cap=_CAPS["explore"], keep=3, reach=0.25
    )
    return [_values(question.searched, point.at) for point in points]


def _months(question: Question) -> Values:
    """Payment all the year: the rule for holding a target asks for every month."""
    return dict.fromkeys(question.whole, _ALL_YEAR)


def _confirmed(fine: Futures, sure: Futures, starts: list[Values]) -> _Found:
    """Refine on `fine` futures until the plan does on `sure` ones what was asked, a bounded number of times."""
    question = fine.question
    names, fixed, shift = list(question.searched), _months(question), np.array(0.0)
    tried: list[tuple[bool, float, _Found]] = []
    for attempt in range(_ROUNDS):
        stage = _Stage(fine, shift)
        cap, reach = (_CAPS["repair"], 0.03) if attempt else (_CAPS["refine"], 0.1)
        best = stage.seek(names, fixed, starts, cap=cap, reach=reach)[0]
        values = _values(names, best.at) | fixed
        if not attempt and best.feasible:
            values = stage.simplify(values)
            names = [name for name in names if name in values]
            fixed = {name: value for name, value in values.items() if name not in names}
        trial = sure.trial(values)
        value, slacks = sure.worth(trial)
        reached = _keeps(question, trial, slacks)
        tried.append((not reached, value if reached else -float(slacks.min()), _Found(values, reached, shift)))
        if not best.feasible or not names or _settled(question, trial, slacks):
            break
        shift = _tightened(question, shift, slacks)
        starts = [values]
    return min(tried, key=lambda entry: entry[:2])[2]


def _keeps(question: Question, trial: Trial, slacks: Slacks) -> bool:
    """Whether fresh futures keep what was asked: odds within one standard error, rupiah strictly."""
    if question.odds is None:
        return bool((slacks >= 0).all())
    odds = odds_of(trial.margins)
    return odds + _error(odds, trial.margins.size) >= question.odds and bool((slacks[1:] >= 0).all())


def _settled(question: Question, trial: Trial, slacks: Slacks) -> bool:
    if question.odds is None:
        return bool((slacks >= 0).all())
    return bool((slacks >= 0).all()) and odds_of(trial.margins) - question.odds <= _CLOSE


def _tightened(question: Question, shift: Slacks, slacks: Slacks) -> Slacks:
    """Ask for more where fresh futures fell short, and for less margin where they had too much."""
    missing = np.maximum(-slacks, 0.0) * 1.05
    if question.odds is not None:
        missing[0] = 0.01 - slacks[0]
    return np.asarray(shift + missing)


def _error(odds: float, draws: int) -> float:
    return sqrt(odds * (1 - odds) / draws)


# ---- what lies beside the plan, and what stops one


def _near_ties(
    fine: Futures, sure: Futures, rough: Futures, found: _Found, pool: list[Values], wanted: int
) -> list[Values]:
    """Look for plans of about the same cost that use the plan's funds as little as possible."""
    taken: list[Values] = []
    best = fine.worth(fine.trial(found.values))[0]
    limit = best * (1 + 0.8 * (TIE_COST - 1)) if fine.question.odds is not None else best + 0.1
    for _ in range(wanted):
        weights = sum((_mix(fine.trial(values)) for values in [found.values, *taken]), np.zeros(len(PUBLIC_FUNDS)))
        other = _other_mix(fine, rough, found, pool, weights, limit)
        if other is not None and _is_tie(sure, other, [found.values, *taken]):
            taken.append(other)
    return taken


def _other_mix(
    fine: Futures, rough: Futures, found: _Found, pool: list[Values], weights: Array, limit: float
) -> Values | None:
    """Minimise what the funds of earlier plans carry, under the same constraints and a limit on the value."""
    question, stage = fine.question, _Stage(fine, found.shift)
    fixed = _months(question) | {name: found.values[name] for name in question.whole if name in found.values}

    def judge(at: Array) -> tuple[float, Slacks]:
        values = _values(question.searched, at) | fixed
        value, slacks = stage.judge(values)
        return float(_mix(fine.trial(values)) @ weights), np.array([(limit - value) / abs(limit), *slacks])

    def carried(values: Values) -> float:
        return float(_mix(rough.trial(values | _months(question))) @ weights)

    near = [values for values in pool if rough.worth(rough.trial(values | _months(question)))[0] <= limit]
    start = min(near or pool[:1], key=carried)
    low, high = np.array(question.bounds).T
    unit = (np.array([start[name] for name in question.searched]) - low) / (high - low)
    best = search(judge, question.bounds, starts=[unit], cap=_CAPS["tie"], keep=1, reach=0.1)[0]
    return _values(question.searched, best.at) | fixed if best.feasible else None


def _mix(trial: Trial) -> Array:
    """Share of each fund in what is spent, shape (n_public_funds,)."""
    funds = np.maximum(trial.spent.sum(axis=1), 0.0)
    return np.asarray(funds / max(funds.sum(), 1.0))


def _is_tie(sure: Futures, values: Values, others: list[Values]) -> bool:
    """Whether a plan keeps what was asked on fresh futures, costs about the same and spends a tenth elsewhere."""
    trial = sure.trial(values)
    slacks, plan = sure.worth(trial)[1], sure.trial(others[0])
    apart = min(float(np.abs(_mix(trial) - _mix(sure.trial(other))).sum()) / 2 for other in others)
    dear = sure.question.odds is not None and trial.rupiah > TIE_COST * plan.rupiah
    return _keeps(sure.question, trial, slacks) and not dear and apart >= _MIX_APART


_MIX_APART = 0.1


def _closest(fine: Futures, pool: list[Values]) -> Values:
    """Return the plan with the highest odds, whatever it costs."""
    question = replace(fine.question, odds=None)
    free = replace(fine, question=question)
    fixed = _months(question)
    top = {name: high for name, (_, high) in zip(question.searched, question.bounds, strict=True)}
    points = _Stage(free).seek(question.searched, fixed, [top, *pool[:1]], cap=_CAPS["refine"], keep=1, reach=0.2)
    return _values(question.searched, points[0].at) | fixed


def _binding(fine: Futures, values: Values) -> tuple[Binding, ...]:
    """Loosen each limit of the closest plan in turn, and draw back each lever at its bound."""
    plan = fine.question.plan(values)
    before = soft_odds(fine.run(plan).margins)
    found = [(abs(soft_odds(trial.margins) - before), Binding(kind, name, odds_of(trial.margins)))
             for kind, name, trial in _loosened(fine, values, plan)
             if soft_odds(trial.margins) > before + _NOTICED]  # fmt: skip
    bounds = dict(zip(fine.question.searched, fine.question.bounds, strict=True))
    for name, (low, high) in bounds.items():
        if name in values and values[name] >= high - 1e-3 * (high - low):
            trial = fine.run(fine.question.plan(values | {name: high - (high - low) / 10}))
            if (loss := before - soft_odds(trial.margins)) > _NOTICED:
                found.append((loss, Binding("lever", name, odds_of(trial.margins))))
    limits = _limits(fine, values)
    return (*limits, *(binding for _, binding in sorted(found, key=lambda entry: -entry[0])))


_NOTICED = 0.02


def _loosened(fine: Futures, values: Values, plan: Scenario) -> list[tuple[str, str, Trial]]:
    """Run the plan with a longer list, more registrations a month, and a year later."""
    parameters, out = load_facts().parameters, []
    for kind, name in (("list", "vulnerable_list"), ("capacity", "registration_capacity")):
        levers = {id: setting for id, setting in plan.levers.items() if id != name}
        most = float(parameters[name].bounds[1])
        loose = plan.replace(levers=levers, assumptions=dict(plan.assumptions) | {name: most})
        out.append((kind, name, fine.run(loose)))
    later = fine.question.by + MONTHS_PER_YEAR
    if later <= LAST_MONTH:
        horizon = format_month(later)
        out.append(("time", horizon, fine.run(plan.replace(horizon=horizon))))
    return out


def _limits(fine: Futures, values: Values) -> list[Binding]:
    """Name the budget's years and the yearly rises that leave the plan no room."""
    question = fine.question
    slacks = fine.worth(fine.trial(values))[1]
    first = parse_month(question.scenario.start) // MONTHS_PER_YEAR
    years = range(first, question.by // MONTHS_PER_YEAR + 1)
    names = [("budget", str(year)) for year in years] if question.budget is not None else []
    names += [("yearly_change", fund) for fund in question.yearly_change for _ in years]
    tight = slacks[len(slacks) - len(names) :] <= _TIGHT
    return [
        Binding(kind, name, None) for kind, name in dict.fromkeys(n for n, t in zip(names, tight, strict=True) if t)
    ]


_TIGHT = 0.01


def _described(sure: Futures, given: Scenario, values: Values | None) -> Plan:
    """Return a plan with its odds and rupiah on the fresh futures; no values: the scenario as given."""
    question = sure.question
    trial = sure.trial(values or {})
    levers = question.plan(values or {}).levers
    odds = odds_of(trial.margins)
    first = parse_month(given.start) // MONTHS_PER_YEAR
    return Plan(
        scenario=given.replace(levers=levers, horizon=max(given.horizon, question.scenario.horizon)),
        values={name: _rounded(name, value) for name, value in (values or {}).items()},
        odds=odds,
        odds_error=_error(odds, trial.margins.size),
        rupiah=round(trial.rupiah),
        spent={
            first + year: {fund: round(float(row[year])) for fund, row in zip(PUBLIC_FUNDS, trial.spent, strict=True)}
            for year in range(trial.spent.shape[1])
        },
    )


# ---- the question


def solve(
    scenario: Scenario,
    *,
    target: str,
    by: str,
    odds: float | None = None,
    budget: int | None = None,
    lock: Collection[str] = (),
    free: Collection[str] = (),
    reading: str = "held",
    region: str | None = None,
    yearly_change: Mapping[str, int] | None = None,
    draws: int = 200,
    confirm: int = 2000,
    seed: int = 0,
    ties: int = 2,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> Solution:
    """Find the cheapest plan for given odds, or the best odds for a given budget.

    Decisions are searched (`DECISIONS`): money of villages, kabupaten, province and palm revenue with the months it is
    paid for, the rule for public posts and enforcement. What companies and offices do (`ON_REQUEST`) moves only if
    `free` names it; how much palm revenue there is, decrees on staff and shocks never do. Levers that the scenario sets keep
    their start, ramp and end; of the others, rules begin in the first projected month and money in the next January.
    Enforcement costs no public rupiah in the model, so it is used in full unless it is locked.

    Parameters
    ----------
    target : str
        Id of a target; its share is asked for, whatever its own date.
    by : str
        Month ``YYYY-MM`` by which it is to be reached.
    odds : float
        Wanted share of futures, above 0 and below 1. Rupiah are then the least expected spending of `COST_FUNDS` from
        the start to `by`.
    budget : int
        Most rupiah of those funds in any calendar year, as a mean over futures. Exactly one of `odds` and `budget`.
    lock : collection of str
        Levers that keep the scenario's value, or today's.
    region : str
        Code of the kabupaten that is asked about: only its own values move, the target is asked of its coverage, and
        rupiah are those added to the scenario.
    yearly_change : mapping of fund to rupiah
        Most by which a fund's expected spending may rise from one calendar year to the next.
    draws, confirm : int
        Futures of the search (a third of them for its first stage), and fresh ones on which the plan is confirmed.
    ties : int
        Other mixes to look for.

    Returns
    -------
    Solution
        Confirmed odds of a reached plan are at least `odds` less one standard error.

    Raises
    ------
    SolveError
        If the question is refused.
    Cancelled
        If `cancel` was set.
    """
    question = ask(scenario, target=target, by=by, odds=odds, budget=budget, lock=lock, free=free, reading=reading,
                   region=region, yearly_change=yearly_change)  # fmt: skip
    for n_draws in (draws, confirm):
        check_draws(n_draws, seed)
    watch = Watch(total=_EXPECTED_RUNS, progress=progress, cancel=cancel)
    rough, fine = (Futures(question, n_draws, seed, watch) for n_draws in (max(draws // 3, 1), draws))
    sure = Futures(question, confirm, (seed + 1) % 2**32, watch)
    pool = _explore(question, rough)
    found = _confirmed(fine, sure, pool[:2])
    binding: tuple[Binding, ...] = ()
    others: list[Values] = []
    if found.reached:
        others = _near_ties(fine, sure, rough, found, pool, ties)
    else:
        if odds is not None:
            found = replace(found, values=_closest(fine, pool))
        binding = _binding(fine, found.values)
    described = [_described(sure, scenario, values) for values in (found.values, None, *others)]
    if progress is not None:
        progress(watch.total, watch.total)
    return Solution(
        status="reached" if found.reached else "not_reachable",
        target=target,
        by=by,
        reading=reading,
        plan=described[0],
        today=described[1],
        draws=confirm,
        near_ties=tuple(described[2:]),
        binding=binding,
        evaluations=watch.done,
    )


_EXPECTED_RUNS = 320


def ask(
    scenario: Scenario,
    *,
    target: str,
    by: str,
    odds: float | None = None,
    budget: int | None = None,
    lock: Collection[str] = (),
    free: Collection[str] = (),
    reading: str = "held",
    region: str | None = None,
    yearly_change: Mapping[str, int] | None = None,
) -> Question:
    """Return the question of `solve`, checked.

    Raises
    ------
    SolveError
        With one sentence naming field, value and what is allowed.
    """
    targets = load_facts().targets
    _refuse_unless(target in targets, "target", target, f"one of {', '.join(targets)}")
    _refuse_unless(reading in READINGS, "reading", reading, f"one of {', '.join(READINGS)}")
    _check_goal(odds, budget)
    month = _month_asked(by)
    for field_name, names, known in (("lock", lock, tuple(LEVERS)), ("free", free, ON_REQUEST)):
        for name in names:
            _refuse_unless(name in known, field_name, name, f"levers out of {', '.join(known)}")
    _refuse_unless(region is None or region in DISTRICT_CODES, "region", region, f"one of {', '.join(DISTRICT_CODES)}")
    _refuse_unless(
        region is None or reading != "on_the_day", "reading", reading, "held or touched for a single kabupaten"
    )
    for fund, rupiah in (yearly_change or {}).items():
        _refuse_unless(fund in PUBLIC_FUNDS, "yearly_change", fund, f"funds out of {', '.join(PUBLIC_FUNDS)}")
        _refuse_unless(_is_whole(rupiah, 0), f"yearly_change of {fund}", rupiah, "a whole number of rupiah from 0 on")
    movable = [name for name in (*DECISIONS, *free) if name not in lock and _own(name, region)]
    searched = tuple(dict.fromkeys(name for name in movable if name not in MONTH_LEVERS))
    _refuse_unless(bool(searched), "lock", ", ".join(lock), f"locks that leave one of {', '.join(DECISIONS)}")
    return Question(
        scenario=scenario.replace(horizon=by),
        searched=searched,
        whole=tuple(name for name in movable if name in MONTH_LEVERS),
        target=float(targets[target].value),
        by=month,
        reading=reading,
        region=None if region is None else DISTRICT_CODES.index(region),
        odds=odds,
        budget=budget,
        yearly_change=dict(yearly_change or {}),
    )


def _own(name: str, region: str | None) -> bool:
    """Whether a lever can be moved for what is asked about."""
    return region is None or not LEVERS[name].province_only


def _check_goal(odds: float | None, budget: int | None) -> None:
    if (odds is None) == (budget is None):
        both = "both odds and budget" if odds is not None else "neither odds nor budget"
        msg = f"goal is {both}; exactly one of them is allowed"
        raise SolveError(msg)
    if odds is not None:
        fits = not isinstance(odds, bool) and 0 < odds < 1
        _refuse_unless(fits, "odds", odds, "a share above 0 and below 1")
    else:
        _refuse_unless(_is_whole(budget, 1), "budget", budget, "a whole number of rupiah above 0")


def _month_asked(by: str) -> int:
    allowed = f"a month written YYYY-MM from {format_month(DATA_MONTH + 1)} to {format_month(LAST_MONTH)}"
    try:
        month = parse_month(by)
    except (ValueError, TypeError):
        month = -1
    _refuse_unless(DATA_MONTH < month <= LAST_MONTH, "by", by, allowed)
    return month


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _refuse_unless(fits: bool, name: str, value: object, allowed: str) -> None:
    if not fits:
        msg = f"{name} is {value!r}; {allowed} is allowed"
        raise SolveError(msg)
