"""Goal seek: the least public rupiah for given odds, or the best odds for a given budget.

docs/decisions/0007-goal-seek.md has the reasons.
"""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import sqrt
from threading import Event
from typing import Literal

import numpy as np

from simulator.answers.bands import PAID_FUNDS
from simulator.answers.beside import beside
from simulator.answers.goal import PAID_BY, Futures, Question, Trial, Watch, ask, rounded
from simulator.answers.margins import odds_of, soft_odds
from simulator.answers.search import Evaluate, Point, Slacks, explore, level, search
from simulator.facts import load_facts
from simulator.facts.calendar import LAST_MONTH, MONTHS_PER_YEAR, format_month, parse_month
from simulator.model import Progress, check_draws
from simulator.model.draws import Array
from simulator.scenario import Scenario

TIE_COST = 1.05

_LEADS = 4  # plans that are levelled on half of the sure futures
_CONFIRMED = 3  # of them that are confirmed on all, before slopes are followed from the best
_CAP = 36
_ROUNDS = 4
_CLOSE = 0.004  # confirmed odds this little above the wanted ones need no cheaper plan
_CUSHION = 2e-3  # asked for on top, so that what holds on few futures holds on sure ones
_UNSURE = 0.01  # of the value: a window that few futures find so much dearer may be cheaper on sure ones
_MIX_APART = 0.1
_TIE_ROOM = 0.04  # of the cost: how far a mix may go
_TIE_ODDS = 0.1  # log-odds that a near-tie within the same budget may be worse
_NOTICED = 0.02
_TIGHT = 0.05
_EXPECTED_RUNS = 250


@dataclass(frozen=True)
class Plan:
    """A set of lever values with what it brings.

    Attributes
    ----------
    scenario : Scenario
    moved : dict of str to float
        The levers that were moved, in their units.
    odds, odds_error : float
        Share of futures that reach the target by the month asked for, and its standard error (binomial).
    rupiah : int
        Expected public spending from the start to that month; with a region, what is added to the given scenario.
    spent : dict of year to dict of fund to int
        Expected rupiah, companies' money included.
    """

    scenario: Scenario
    moved: dict[str, float]
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


# ---- from a question to a plan

Values = dict[str, float]


@dataclass(frozen=True)
class _Stage:
    """A question on some futures; `shift` is how far their slacks are off."""

    futures: Futures
    shift: Slacks | float = 0.0

    def judge(self, values: Mapping[str, float]) -> tuple[float, Slacks]:
        value, slacks = self.futures.worth(self.futures.trial(values))
        return value, slacks - self.shift

    def explore(self) -> list[Values]:
        question = self.futures.question
        points = explore(self._on(question.searched, question.tops), question.bounds)
        return [_values(question.searched, point) | question.tops for point in points]

    def search(self, start: Values) -> Values:
        """Return the best plan near `start`; what is not searched stays."""
        question = self.futures.question
        fixed = {name: start[name] for name in question.topped if name in start}
        at = [start.get(name, low) for name, (low, _) in zip(question.searched, question.bounds, strict=True)]
        points = search(self._on(question.searched, fixed), question.bounds, starts=[np.array(at)], cap=_CAP)
        return _values(question.searched, points[0]) | fixed

    def level(self, values: Values) -> Values:
        """Move what stands inside its bounds until the constraints just hold."""
        question = self.futures.question
        names = [name for name in question.searched if name in values]
        fixed = {name: value for name, value in values.items() if name not in names}
        bounds = [question.range_of(name) for name in names]
        return _values(names, level(self._on(names, fixed), bounds, np.array([values[n] for n in names]))) | fixed

    def shorten(self, values: Values, months: str) -> Values | None:
        """Pay for one month of the year less, and as many people; return None if that is clearly dearer."""
        paid = PAID_BY[months]
        if values.get(months, 1) <= 1 or values.get(paid, 1) <= 0:
            return None
        fewer = values | {months: values[months] - 1}
        if paid in values:
            fewer[paid] = values[paid] * fewer[months] / values[months]
        fewer = self.level(fewer)
        (value, slacks), (before, _) = self.judge(fewer), self.judge(values)
        return fewer if (slacks >= 0).all() and value < before + _UNSURE * abs(before) else None

    def simplify(self, values: Values) -> Values:
        """Leave levers at today's course as long as that costs nothing."""
        for name in tuple(values):
            without = {other: value for other, value in values.items() if other != name}
            if name not in self.futures.question.scenario.levers and without and self._no_worse(without, values):
                values = without
        return values

    def _on(self, names: Sequence[str], fixed: Values) -> Evaluate:
        return lambda at: self.judge(dict(zip(names, at.tolist(), strict=True)) | fixed)

    def _no_worse(self, new: Values, old: Values) -> bool:
        (value, slacks), (before, room) = self.judge(new), self.judge(old)
        return value <= before + 1e-9 and bool((slacks >= np.minimum(room, 0.0)).all())


def _values(names: Sequence[str], point: Point) -> Values:
    return dict(zip(names, point.at, strict=True))


@dataclass(frozen=True)
class _Found:
    """A plan after confirmation.

    `reached` says whether it does what was asked, `value` what it is worth on the sure futures, and `shift` how far
    the few futures are off.
    """

    values: Values
    reached: bool
    value: float
    short: float
    shift: Slacks

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """Sort key: what attains all in full, what is within the error, and what misses least."""
        return not self.reached, self.short > 0, self.value if self.reached else self.short


def _confirmed(few: Futures, sure: Futures, values: Values, rounds: int) -> _Found:
    """Level a plan on the few futures until the sure ones do just what was asked."""
    tried = []
    for attempt in range(rounds):
        trial = sure.trial(values)
        value, slacks = sure.worth(trial)
        shift = few.worth(few.trial(values))[1] - slacks + _CUSHION
        short = max(-float(slacks.min(initial=0.0)), 0.0)
        tried.append(_Found(values, _keeps(sure.question, trial, slacks), value, short, shift))
        enough = odds_of(trial.margins) <= (sure.question.odds or 1) + _CLOSE
        if (short == 0 and enough) or attempt == rounds - 1:
            break
        values = _Stage(few, shift).level(values)
    return min(tried, key=lambda found: found.rank)


def _plans(few: Futures, sure: Futures) -> list[_Found]:
    """Confirm some plans that differ, and what slopes find from the best of them; the best first.

    How far a few futures are off differs from mix to mix, so which mix is cheapest is decided by the sure ones.
    """
    stage, leads = _Stage(few), list[Values]()
    for values in stage.explore():
        feasible = (stage.judge(values)[1] >= 0).all()
        if not leads or (feasible and _apart(few, values, leads) >= _MIX_APART):
            leads.append(values)
        if len(leads) == _LEADS:
            break
    half = sure.first(max(sure.draws // 2, 1))
    guessed = beside(lambda values: _confirmed(few, half, stage.simplify(values), 1), leads)
    mended = sorted(beside(lambda plan: _mended(few, plan), guessed), key=lambda plan: plan[:2])
    found = beside(lambda plan: _confirmed(few, sure, plan[2], 2), mended[:_CONFIRMED])
    found.sort(key=lambda plan: (not plan.reached, plan.value if plan.reached else plan.short))
    found[0] = _shortened(few, sure, found[0])
    stage = _Stage(few, found[0].shift)
    best = stage.simplify(stage.search(found[0].values))
    return sorted([_confirmed(few, sure, best, _ROUNDS), *found], key=lambda plan: plan.rank)


def _shortened(few: Futures, sure: Futures, plan: _Found) -> _Found:
    """Pay for fewer months of the year as long as the sure futures find that better.

    People still count for the months of grace, so a window of ten or eleven months can hold a target for less. How far
    the few futures are off differs from window to window.
    """
    for months in PAID_BY:
        while (fewer := _Stage(few, plan.shift).shorten(plan.values, months)) is not None:
            shorter = _confirmed(few, sure, fewer, _ROUNDS)
            if shorter.rank >= plan.rank:
                break
            plan = shorter
    return plan


def _mended(few: Futures, plan: _Found) -> tuple[bool, float, Values]:
    """Level a plan by how far the few futures were off; return whether it misses, what it is worth, and its values."""
    stage = _Stage(few, plan.shift)
    values = stage.level(plan.values)
    value, slacks = stage.judge(values)
    return bool((slacks < 0).any()), value, values


def _keeps(question: Question, trial: Trial, slacks: Slacks) -> bool:
    """Whether fresh futures keep what was asked: odds within one standard error, rupiah strictly."""
    if question.odds is None:
        return bool((slacks >= 0).all())
    odds = odds_of(trial.margins)
    return odds + _error(odds, trial.margins.size) >= question.odds and bool((slacks[1:] >= 0).all())


def _error(odds: float, draws: int) -> float:
    return sqrt(odds * (1 - odds) / draws)


# ---- what lies beside the plan, and what stops one


def _near_ties(few: Futures, sure: Futures, plans: list[_Found], wanted: int) -> list[Values]:
    """Take other plans of about the same cost; from dearer ones, a mix of each and the plan."""
    best, *others = plans
    room = _TIE_ROOM * abs(best.value) if few.question.odds is not None else _TIE_ODDS
    taken = [best.values]
    for other in (plan for plan in others if plan.reached):
        near = other
        if other.value > best.value + room:
            mixed = _between(few.question, best.values, other.values, room / (other.value - best.value))
            near = _confirmed(few, sure, _Stage(few, best.shift).level(mixed), 2)
        if len(taken) <= wanted and near.reached and _is_tie(sure, near.values, taken):
            taken.append(near.values)
    return taken[1:]


def _between(question: Question, one: Values, other: Values, part: float) -> Values:
    """Return the plan that lies a part of the way from one to the other; whole months are those of the first."""
    out = dict(one)
    for name, (low, _) in zip(question.searched, question.bounds, strict=True):
        out[name] = (1 - part) * one.get(name, low) + part * other.get(name, low)
    return out


def _apart(futures: Futures, values: Values, others: list[Values]) -> float:
    """Share of the rupiah that other funds carry than in the most similar of `others`."""
    mix = _mix(futures.trial(values))
    return min(float(np.abs(mix - _mix(futures.trial(other))).sum()) / 2 for other in others)


def _mix(trial: Trial) -> Array:
    """Share of each fund in what is spent, shape (n_public_funds,)."""
    funds = np.maximum(trial.spent.sum(axis=1), 0.0)
    return np.asarray(funds / max(funds.sum(), 1.0))


def _is_tie(sure: Futures, values: Values, others: list[Values]) -> bool:
    """Whether a plan costs about the same as the first of `others` and spends a tenth elsewhere than any."""
    dear = sure.question.odds is not None and sure.trial(values).rupiah > TIE_COST * sure.trial(others[0]).rupiah
    return not dear and _apart(sure, values, others) >= _MIX_APART


def _closest(few: Futures) -> Values:
    """Return the plan with the highest odds, whatever it costs."""
    stage = _Stage(replace(few, question=replace(few.question, odds=None)))
    return stage.search(stage.explore()[0])


def _binding(few: Futures, values: Values) -> tuple[Binding, ...]:
    """Loosen each limit of the closest plan in turn, and draw back each lever at its bound."""
    plan = few.question.plan(values)
    before = soft_odds(few.run(plan).margins)
    found = [(abs(soft_odds(trial.margins) - before), Binding(kind, name, odds_of(trial.margins)))
             for kind, name, trial in _loosened(few, values, plan)
             if soft_odds(trial.margins) > before + _NOTICED]  # fmt: skip
    bounds = dict(zip(few.question.searched, few.question.bounds, strict=True))
    for name, (low, high) in bounds.items():
        if name in values and values[name] >= high - 1e-3 * (high - low):
            trial = few.run(few.question.plan(values | {name: high - (high - low) / 10}))
            if (loss := before - soft_odds(trial.margins)) > _NOTICED:
                found.append((loss, Binding("lever", name, odds_of(trial.margins))))
    limits = _limits(few, values)
    return (*limits, *(binding for _, binding in sorted(found, key=lambda entry: -entry[0])))


def _loosened(few: Futures, values: Values, plan: Scenario) -> list[tuple[str, str, Trial]]:
    """Run the plan with a longer list, more registrations a month, and a year later."""
    parameters, out = load_facts().parameters, []
    for kind, name in (("list", "vulnerable_list"), ("capacity", "registration_capacity")):
        levers = {id: setting for id, setting in plan.levers.items() if id != name}
        most = float(parameters[name].bounds[1])
        loose = plan.replace(levers=levers, assumptions=dict(plan.assumptions) | {name: most})
        out.append((kind, name, few.run(loose)))
    later = few.question.by + MONTHS_PER_YEAR
    if later <= LAST_MONTH:
        horizon = format_month(later)
        out.append(("time", horizon, few.run(plan.replace(horizon=horizon))))
    return out


def _limits(few: Futures, values: Values) -> list[Binding]:
    """Name the budget's years and the yearly rises that leave the plan no room."""
    question = few.question
    slacks = few.worth(few.trial(values))[1]
    first = parse_month(question.scenario.start) // MONTHS_PER_YEAR
    years = range(first, question.by // MONTHS_PER_YEAR + 1)
    names = [("budget", str(year)) for year in years] if question.budget is not None else []
    names += [("yearly_change", fund) for fund in question.yearly_change for _ in years]
    tight = slacks[len(slacks) - len(names) :] <= _TIGHT
    return [
        Binding(kind, name, None) for kind, name in dict.fromkeys(n for n, t in zip(names, tight, strict=True) if t)
    ]


def _described(sure: Futures, given: Scenario, values: Values | None) -> Plan:
    """Return a plan with its odds and rupiah on the fresh futures; no values: the scenario as given."""
    question = sure.question
    trial = sure.trial(values or {})
    levers = question.plan(values or {}).levers
    odds = odds_of(trial.margins)
    first = parse_month(given.start) // MONTHS_PER_YEAR
    return Plan(
        scenario=given.replace(levers=levers, horizon=max(given.horizon, question.scenario.horizon)),
        moved={name: rounded(name, value) for name, value in (values or {}).items()},
        odds=odds,
        odds_error=_error(odds, trial.margins.size),
        rupiah=round(trial.rupiah),
        spent={
            first + year: {fund: round(float(row[year])) for fund, row in zip(PAID_FUNDS, trial.spent, strict=True)}
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
    draws: int = 100,
    confirm: int = 2000,
    seed: int = 0,
    ties: int = 2,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> Solution:
    """Find the cheapest plan for given odds, or the best odds for a given budget.

    Decisions are searched (`DECISIONS`): money of villages, kabupaten, province and palm revenue with the months it is
    paid for, the rule for public posts and enforcement. What companies and offices do (`ON_REQUEST`) moves only if
    `free` names it; how much palm revenue there is, decrees on staff and shocks never do. Levers that the scenario sets
    keep their start, ramp and end; of the others, rules begin in the first projected month, money in the next January.
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
        Typical futures of the search, and fresh ones on which the plan is confirmed.
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
    sure = Futures(question, confirm, (seed + 1) % 2**32, watch)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(sure.trial, {})  # asked for below: the fresh futures are drawn beside the first runs
        few = Futures(question, max(draws, confirm // 2), seed, watch).typical(draws)
    plans = _plans(few, sure)
    reached, values = plans[0].reached, plans[0].values
    binding: tuple[Binding, ...] = ()
    others: list[Values] = []
    if reached:
        others = _near_ties(few, sure, plans, ties)
    else:
        if odds is not None:
            values = _closest(few)
        binding = _binding(few, values)
    described = [_described(sure, scenario, values) for values in (values, None, *others)]
    if progress is not None:
        progress(watch.total, watch.total)
    return Solution(
        status="reached" if reached else "not_reachable",
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
