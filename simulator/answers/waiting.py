"""The cost of waiting: what is lost if a lever, or the whole plan, starts later."""

from dataclasses import dataclass
from itertools import product
from threading import Event

import numpy as np

from simulator.answers.arrival import Months
from simulator.answers.bands import public_rupiah
from simulator.answers.beside import beside
from simulator.answers.compare import MonthsEarlier, compare_arrivals
from simulator.answers.targets import arrivals
from simulator.facts import format_month, load_facts, parse_month
from simulator.facts.calendar import LAST_MONTH
from simulator.model import Progress, Projection, run
from simulator.model.draws import Array
from simulator.scenario import Scenario, Setting

DELAYS = (6, 12, 24)
PLAN = "plan"
DRAWS = 500


@dataclass(frozen=True, eq=False)
class Delayed:
    """One thing that starts later.

    Attributes
    ----------
    what : str
        A lever id, or `PLAN` for all levers at once.
    delay : int
        Months.
    lost : MonthsEarlier
        Of the plan on time against the delayed one: its `earlier` is the share of futures that lose by waiting.
    odds_on_time, odds_delayed : float
        Odds that the target is held by the horizon.
    rupiah_saved : array, shape (n_draws,)
        Public rupiah not spent by the horizon because of the delay.
    """

    what: str
    delay: int
    lost: MonthsEarlier
    odds_on_time: float
    odds_delayed: float
    rupiah_saved: Array


def cost_of_waiting(
    scenario: Scenario,
    *,
    target: str,
    delays: tuple[int, ...] = DELAYS,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> list[Delayed]:
    """Delay each lever, and all of them, on shared draws.

    Raises
    ------
    Cancelled
        If `cancel` was set.
    """
    what = [(PLAN, tuple(scenario.levers)), *((name, (name,)) for name in scenario.levers)]
    on_time = run(scenario, draws=draws, seed=seed, cancel=cancel)
    arrived = _arrived(on_time, target)

    def late(case: tuple[tuple[str, tuple[str, ...]], int]) -> Delayed:
        (name, levers), delay = case
        later = run(delayed(scenario, levers, delay), draws=draws, seed=seed, cancel=cancel)
        then = _arrived(later, target)
        return Delayed(
            what=name,
            delay=delay,
            lost=compare_arrivals(then, arrived, horizon=on_time.inputs.horizon),
            odds_on_time=float((arrived >= 0).mean()),
            odds_delayed=float((then >= 0).mean()),
            rupiah_saved=public_rupiah(on_time) - public_rupiah(later),
        )

    return beside(late, product(what, delays), progress=progress, cancel=cancel)


def delayed(scenario: Scenario, levers: tuple[str, ...], months: int) -> Scenario:
    """Return the scenario with `levers` starting later, their ramps and ends as they are.

    A lever that has begun before the scenario does is delayed from its first projected month. One whose end would come
    first, or which would start after the last month there is, is left out.
    """
    settings = {}
    first = parse_month(scenario.start) + 1
    for name, setting in scenario.levers.items():
        its = _later(setting, max(scenario.first_effect(name), first) + months) if name in levers else setting
        if its is not None:
            settings[name] = its
    return scenario.replace(levers=settings)


def _later(setting: Setting, start: int) -> Setting | None:
    if start > LAST_MONTH or (setting.end is not None and start >= parse_month(setting.end)):
        return None
    return setting.model_copy(update={"start": format_month(start)})


def _arrived(its: Projection, target: str) -> Months:
    value = float(load_facts().targets[target].value)
    return np.asarray(arrivals(its.coverage, value, "held", horizon=its.inputs.horizon))
