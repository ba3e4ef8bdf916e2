"""A goal as something to search: the question checked, a plan for given lever values, and what it brings."""

import os
from collections.abc import Collection, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from math import sqrt
from threading import Event, Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.answers.bands import PAID_FUNDS, PUBLIC_FUNDS, expected_money
from simulator.answers.margins import held_margin, margin_at, soft_odds, touched_margin
from simulator.answers.search import Slacks
from simulator.answers.targets import READINGS, rate_on_the_day
from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH, LAST_MONTH, MONTHS_PER_YEAR, format_month, parse_month
from simulator.model import Cancelled, Inputs, Progress, Projection, Sample, make_inputs, run_inputs
from simulator.model.draws import Array
from simulator.model.parts import some
from simulator.scenario import DISTRICT_CODES, LEVERS, Scenario, Setting

COST_FUNDS = PUBLIC_FUNDS
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
PAID_BY = {"apbd_months": "apbd_amount", "dbh_months": "dbh_share"}

_COSTLESS = ("enforcement", "pppk_part_kept", "continuation", "outreach", "transition_cover")

_BUDGET_LEVERS = {*MONEY_LEVERS, *MONTH_LEVERS, "csr_amount", "csr_renewal"}
_PER_POINT = 100.0


class SolveError(ValueError):
    """A question that is refused; the message is one sentence naming field, value and what is allowed."""


@dataclass(frozen=True)
class Question:
    """What is asked, checked.

    Attributes
    ----------
    scenario : Scenario
        As given, cut at `by`.
    searched : tuple of str
        Levers that may move.
    topped : tuple of str
        Levers set to the top of their range: what costs no public rupiah; the share of villages where the people
        in each may move, because only the product counts; and payment all the year, which may be shortened afterwards.
    target : float
        The share asked for.
    by : int
        Month number.
    region : int or None
        Number of the kabupaten that is asked about.
    """

    scenario: Scenario
    searched: tuple[str, ...]
    topped: tuple[str, ...]
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
        return [self.range_of(name) for name in self.searched]

    @property
    def tops(self) -> dict[str, float]:
        """Values of `topped`."""
        return {name: self.range_of(name)[1] for name in self.topped}

    def range_of(self, name: str) -> tuple[float, float]:
        """Return the lowest and highest number of one lever."""
        lever = LEVERS[name]
        high = lever.upper(stretched=name in self.scenario.stretch)
        if self.region is None or not lever.total:
            return lever.low, high
        people = [d.registry_population for d in load_facts().districts]
        return lever.low, float(round(high * people[self.region] / sum(people)))

    def plan(self, values: Mapping[str, float]) -> Scenario:
        """Return the scenario with the levers in `values` set, rounded to what a file would hold."""
        moved = {name: self._setting(name, rounded(name, value)) for name, value in values.items()}
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


_COSTS = [PAID_FUNDS.index(fund) for fund in COST_FUNDS]


@dataclass
class Watch:
    """Counts runs, also of several threads, tells how far the work is and stops it when asked to."""

    total: int = 1
    progress: Progress | None = None
    cancel: Event | None = None
    done: int = 0
    _lock: Lock = field(default_factory=Lock)

    def count(self) -> None:
        """Note one more run."""
        with self._lock:
            if self.cancel is not None and self.cancel.is_set():
                raise Cancelled
            self.done += 1
            self.total = max(self.total, self.done + 1)
            if self.progress is not None:
                self.progress(self.done, self.total)


@dataclass
class Futures:
    """A question on one fixed set of futures; plans that were run are remembered. `rows` are those that count.

    Threads may ask at the same time: a plan is run by the first that asks.
    """

    question: Question
    draws: int
    seed: int
    watch: Watch
    rows: NDArray[np.intp] | None = None
    _known: dict[str, Future[Trial]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _taken: tuple[Sample, Sample] | None = None  # all futures, and those that count

    def trial(self, values: Mapping[str, float]) -> Trial:
        """Run the plan with these lever values."""
        trial = self.run(self.question.plan(values))
        if self.question.region is None:
            return trial
        return replace(trial, spent=trial.spent - self.run(self.question.scenario).spent)

    def run(self, scenario: Scenario) -> Trial:
        """Run a scenario up to its horizon and judge it there."""
        key = scenario.model_dump_json()
        with self._lock:
            is_new = key not in self._known
            known = self._known.setdefault(key, Future())
        if is_new:
            try:
                known.set_result(self._judged(scenario))
            except BaseException as error:  # also of those who wait for it
                known.set_exception(error)
        return known.result()

    def _judged(self, scenario: Scenario) -> Trial:
        self.watch.count()
        inputs = make_inputs(scenario, n_draws=self.draws, seed=self.seed)
        if self.rows is not None:
            inputs = replace(inputs, sample=self._few_of(inputs, self.rows))
        chunk = max(min(125, -(-inputs.sample.base.shape[0] // (os.cpu_count() or 1))), 1)
        projection = run_inputs(inputs, cancel=self.watch.cancel, chunk=chunk)
        return Trial(self._margins(projection), expected_money(projection)[: len(PAID_FUNDS), :, 1])

    def _few_of(self, inputs: Inputs, rows: NDArray[np.intp]) -> Sample:
        """Return the futures that count, which are taken once: most plans of a question share them all."""
        known = self._taken
        if known is None or known[0] is not inputs.sample:
            known = self._taken = inputs.sample, some(inputs.sample, rows)
        return known[1]

    def typical(self, size: int) -> "Futures":
        """Return a few of these futures that stand for all.

        Sorted by their margin with every searched lever at its bottom, futures are cut into blocks, and each block is
        sorted by the margin with every lever at its top; then every n-th counts. So the few have luck and limits like
        all. Odds from about a half on come nearer to those of all than blind ones; small odds need not.
        """
        sides = zip(*self.question.bounds, strict=True) if self.question.bounds else ((), ())
        ends = [dict(zip(self.question.searched, side, strict=True)) | self.question.tops for side in sides]
        bottom, top = (self.trial(values).margins for values in ends)
        blocks = np.array_split(np.argsort(bottom, kind="stable"), round(sqrt(size)))
        order = np.concatenate([block[np.argsort(top[block], kind="stable")] for block in blocks])
        rows = order[((np.arange(size) + 0.5) * self.draws / size).astype(np.intp)]
        return self._only(rows)

    def first(self, size: int) -> "Futures":
        """Return the first of these futures."""
        return self._only(np.arange(size))

    def _only(self, rows: NDArray[np.intp]) -> "Futures":
        return replace(self, rows=rows, _known={}, _taken=None)

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
        return [(limit - rise) / scale for fund, limit in limits.items() for rise in rises[PAID_FUNDS.index(fund)]]


def rounded(name: str, value: float) -> float:
    """Return a lever value with the digits a plan would print, inside the bounds."""
    lever = LEVERS[name]
    if lever.unit == "rupiah_per_year":
        return round(value / 1e6) * 10**6 if value > 1e6 else round(value)
    if lever.whole:
        return round(value)
    return round(value, 1 if lever.unit == "people_per_village" else 4)


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
    _check_goal(odds, budget)
    for field_name, names, known in (("lock", lock, tuple(LEVERS)), ("free", free, ON_REQUEST)):
        for name in names:
            _refuse_unless(name in known, field_name, name, f"a lever out of {', '.join(known)}")
    limits = dict(yearly_change or {})
    for fund, rupiah in limits.items():
        _refuse_unless(fund in PAID_FUNDS, "yearly_change", fund, f"a fund out of {', '.join(PAID_FUNDS)}")
        _refuse_unless(_is_whole(rupiah, 0), f"yearly_change of {fund}", rupiah, "a whole number of rupiah from 0 on")
    levers = tuple(dict.fromkeys(name for name in (*DECISIONS, *free) if name not in lock and _own(name, region)))
    question = asked_about(scenario, target=target, by=by, levers=levers, reading=reading, region=region)
    left = ", ".join(name for name in DECISIONS if name not in MONTH_LEVERS and _own(name, region))
    moves = set(levers) > set(MONTH_LEVERS) & set(levers)
    _refuse_unless(moves, "lock", ", ".join(lock), f"a choice that leaves one of {left} free")
    return replace(question, odds=odds, budget=budget, yearly_change=limits)


def asked_about(
    scenario: Scenario, *, target: str, by: str, levers: Collection[str], reading: str, region: str | None
) -> Question:
    """Return a question without a goal; `levers` may move.

    Raises
    ------
    SolveError
        With one sentence naming field, value and what is allowed.
    """
    targets = load_facts().targets
    _refuse_unless(target in targets, "target", target, f"one of {', '.join(targets)}")
    _refuse_unless(reading in READINGS, "reading", reading, f"one of {', '.join(READINGS)}")
    _refuse_unless(region is None or region in DISTRICT_CODES, "region", region, f"one of {', '.join(DISTRICT_CODES)}")
    fits = region is None or reading != "on_the_day"
    _refuse_unless(fits, "reading", reading, "held or touched for a single kabupaten/kota")
    topped = {*MONTH_LEVERS, *_COSTLESS} | ({"village_share"} if "village_people" in levers else set())
    return Question(
        scenario=scenario.replace(horizon=format_month(_month_asked(by))),
        searched=tuple(name for name in levers if name not in topped),
        topped=tuple(name for name in levers if name in topped),
        target=float(targets[target].value),
        by=_month_asked(by),
        reading=reading,
        region=None if region is None else DISTRICT_CODES.index(region),
    )


def check_levers(region: str | None, **levers: str) -> None:
    """Refuse what is no lever with a range of numbers, or none of a single kabupaten/kota where one is asked about.

    Raises
    ------
    SolveError
        With one sentence naming field, value and what is allowed.
    """
    known = [name for name, lever in LEVERS.items() if lever.unit != "month" and _own(name, region)]
    for field_name, name in levers.items():
        _refuse_unless(name in known, field_name, name, f"a lever out of {', '.join(known)}")


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
