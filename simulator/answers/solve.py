"""Goal seek: the least public rupiah for given odds, or the best odds for a given budget.

docs/decisions/0007-goal-seek.md has the reasons.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from threading import Event
from typing import Literal

import numpy as np

from simulator.answers.bands import PAID_FUNDS
from simulator.answers.goal import COSTLESS, FUND_LEVERS, PAID_BY, Futures, Question, Trial, Watch, ask, rounded
from simulator.answers.margins import odds_of, soft_odds
from simulator.answers.search import Point, Slacks, search
from simulator.facts import load_facts
from simulator.facts.calendar import LAST_MONTH, MONTHS_PER_YEAR, format_month, parse_month
from simulator.model import Progress, check_draws, make_inputs
from simulator.model.draws import Array
from simulator.scenario import DISTRICT_CODES, LEVERS, Scenario

TIE_COST = 1.05

_ALL_YEAR = 12
_ROUNDS = 4
_CLOSE = 0.01  # confirmed odds this little above the wanted ones need no cheaper plan
_CAPS = {"explore": 50, "refine": 36, "repair": 12, "tie": 27}
_MIX_APART = 0.1
_NOTICED = 0.02
_TIGHT = 0.05
_EXPECTED_RUNS = 260


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
    """One search: on which futures, how much room each slack keeps, and what it costs at most."""

    futures: Futures
    shift: Slacks | float = 0.0

    def judge(self, values: Mapping[str, float]) -> tuple[float, Slacks]:
        value, slacks = self.futures.worth(self.futures.trial(values))
        return value, slacks - self.shift

    def seek(
        self, names: Sequence[str], fixed: Values, starts: Sequence[Values], stage: str, keep: int = 1
    ) -> list[Point]:
        """Search over `names` with the other levers fixed; the first point is the best."""
        return search(
            lambda at: self.judge(_values(names, at) | fixed),
            _bounds_of(self.futures.question, names),
            starts=[np.array([start[name] for name in names]) for start in starts],
            cap=_CAPS[stage],
            keep=keep,
        )

    def simplify(self, values: Values) -> Values:
        """Leave levers at today's course as long as that costs nothing."""
        given = self.futures.question.scenario.levers
        for name in tuple(values):
            without = {other: value for other, value in values.items() if other != name}
            if name not in given and without and self.no_worse(without, values):
                values = without
        return values

    def repair(self, values: Values) -> Values:
        """Meet slightly other constraints by the levers that stand inside their bounds, or by all where none does."""
        question = self.futures.question
        here = [name for name in question.searched if name in values]
        ranges = [(name, *question.range_of(name)) for name in here]
        names = [name for name, low, high in ranges if low < values[name] < high] or here
        if not names:
            return values
        fixed = {name: value for name, value in values.items() if name not in names}
        return _values(names, self.seek(names, fixed, [values], "repair")[0].at) | fixed

    def shorten(self, values: Values) -> Values:
        """Pay for fewer months of the year as long as that is better; the other levers follow.

        People still count for the months of grace, so a window of ten or eleven months can hold a target for less.
        """
        for name in self.futures.question.whole:
            while values[name] > 1:
                part = 1 - 1 / values[name]
                fewer = values | {name: values[name] - 1}
                if (paid := PAID_BY[name]) in values:
                    fewer[paid] = values[paid] * part  # as many people
                fewer = self.repair(fewer)
                if not self._better(fewer, values):
                    break
                values = fewer
        return values

    def _better(self, new: Values, old: Values) -> bool:
        (value, slacks), (before, _) = self.judge(new), self.judge(old)
        return bool((slacks >= 0).all()) and value < before - 1e-3 * abs(before)

    def no_worse(self, new: Values, old: Values) -> bool:
        (value, slacks), (before, room) = self.judge(new), self.judge(old)
        return value <= before + 1e-9 and bool((slacks >= np.minimum(room, 0.0)).all())


def _values(names: Sequence[str], at: Sequence[float] | Array) -> Values:
    return {name: float(value) for name, value in zip(names, at, strict=True)}


def _bounds_of(question: Question, names: Sequence[str]) -> list[tuple[float, float]]:
    every = dict(zip(question.searched, question.bounds, strict=True))
    return [every[name] for name in names]


def _starts(futures: Futures) -> list[Values]:
    """Return today's values, a half of everything, and each fund alone at its top; what costs nothing at its top."""
    question = futures.question
    bounds = dict(zip(question.searched, question.bounds, strict=True))
    half = {name: (low + high) / 2 for name, (low, high) in bounds.items()}
    bottom = {name: high if name in COSTLESS else low for name, (low, high) in bounds.items()}
    leads = [{name: bounds[name][1] for name in group if name in bounds} for group in FUND_LEVERS]
    return [_today(question, futures), half, *(bottom | lead for lead in leads if lead)]


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
    """Search on few futures from many starts; all points, best first, with the best window for each."""
    stage, months = _Stage(rough), _months(question)
    points = stage.seek(question.searched, months, _starts(rough), "explore", keep=2)
    pool = [_values(question.searched, point.at) | months for point in points]
    return [stage.shorten(pool[0]), *pool] if points[0].feasible else pool


def _months(question: Question) -> Values:
    """Payment all the year: the rule for holding a target asks for every month."""
    return dict.fromkeys(question.whole, _ALL_YEAR)


def _confirmed(fine: Futures, sure: Futures, pool: list[Values]) -> _Found:
    """Refine on `fine` futures until the plan does on `sure` ones what was asked, a bounded number of times.

    The first correction searches all levers anew, because another mix may be the cheapest under the corrected
    constraints. Later ones only move the levers that stand inside their bounds.
    """
    question, shift, today = fine.question, np.array(0.0), _today(fine.question, fine)
    values, feasible = _refined(_Stage(fine), pool[0])
    tried: list[tuple[int, float, _Found]] = []
    for attempt in range(_ROUNDS):
        trial = sure.trial(values)
        value, slacks = sure.worth(trial)
        reached = _keeps(question, trial, slacks)
        grade = 2 - reached - bool((slacks >= 0).all())
        tried.append((grade, value if reached else -float(slacks.min()), _Found(values, reached, shift)))
        if not feasible or _settled(question, trial, slacks):
            break
        shift = _tightened(question, shift, slacks)
        if attempt:
            values = _Stage(fine, shift).repair(values)
        else:
            values, feasible = _refined(_Stage(fine, shift), today | _months(question) | values)
    return min(tried, key=lambda entry: entry[:2])[2]


def _refined(stage: _Stage, start: Values) -> tuple[Values, bool]:
    """Return the best plan near `start` without what it does not need, and whether it is allowed."""
    question = stage.futures.question
    months = {name: start[name] for name in question.whole}
    best = stage.seek(question.searched, months, [start], "refine")[0]
    values = _values(question.searched, best.at) | months
    return (stage.simplify(values) if best.feasible else values), best.feasible


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
        weights = sum((_mix(fine.trial(values)) for values in [found.values, *taken]), np.zeros(len(PAID_FUNDS)))
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
        return float(_mix(rough.trial(values)) @ weights)

    near = [values for values in pool if rough.worth(rough.trial(values))[0] <= limit]
    starts = [_today(question, rough) | found.values, min(near or pool[:1], key=carried)]
    points = search(
        judge,
        question.bounds,
        starts=[np.array([start[name] for name in question.searched]) for start in starts],
        cap=_CAPS["tie"],
        keep=1,
    )
    best = points[0]
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


def _closest(fine: Futures, pool: list[Values]) -> Values:
    """Return the plan with the highest odds, whatever it costs."""
    question = replace(fine.question, odds=None)
    free = replace(fine, question=question)
    fixed = _months(question)
    top = {name: high for name, (_, high) in zip(question.searched, question.bounds, strict=True)}
    stage = _Stage(free)
    point = stage.seek(question.searched, fixed, [top, *pool[:1]], "explore")[0]
    values = _values(question.searched, point.at) | fixed
    for name in question.searched:  # slopes are small far from the target, so each top is tried by itself as well
        raised = values | {name: top[name]}
        if point.feasible and stage.no_worse(raised, values):
            values = raised
    return values


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
    found = _confirmed(fine, sure, pool)
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
