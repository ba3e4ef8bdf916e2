"""In which futures a plan fails: boxes of one or two assumptions that hold most failures and little else (PRIM)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product
from math import ceil, inf
from threading import Event

import numpy as np
from numpy.typing import NDArray

from simulator.answers.arrival import NEVER
from simulator.answers.sensitivity import RENEWALS, check_reading, judged_month, uncertain
from simulator.answers.targets import arrivals
from simulator.facts import load_facts
from simulator.facts.calendar import format_month, parse_month
from simulator.model import Inputs, Progress, RunError, kernel, make_inputs, run_inputs
from simulator.model.draws import Array
from simulator.scenario import Scenario
from simulator.scenario.levers import is_month

Bools = NDArray[np.bool_]

PEEL = 0.05  # share of the futures in a box that one step takes away
MOST_RANGES = 2
MOST_CONDITIONS = 3
LEAST_INSIDE, LEAST_ROWS = 0.05, 20  # of the futures that find a box, so that it is not a handful of them
LEAST_SIDE = 0.02  # of all futures must fail, and must not, before anything can be said of them
SOUGHT, KEPT = 0.7, 0.6  # how far a box must close the gap to certain failure: where it is found, and where judged
_SHORTLIST = 8
_RANGE_COSTS = 0.05  # a second range must bring this much more gain


@dataclass(frozen=True)
class Range:
    """A range of one assumption, in its unit; None where that end is open. Both ends belong to it."""

    parameter: str
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Condition:
    """One box of futures.

    Attributes
    ----------
    ranges : tuple of Range
        One or two; a future is inside if it is inside all of them.
    density : float
        Share of the futures inside that fail.
    coverage : float
        Share of all failures that are inside.
    inside : float
        Share of all futures that are inside.
    base : float
        Share of all futures that fail.
    """

    ranges: tuple[Range, ...]
    density: float
    coverage: float
    inside: float
    base: float


@dataclass(frozen=True)
class Failures:
    """What is known of the failures of a plan.

    Attributes
    ----------
    base : float
        Share of all futures that fail.
    conditions : tuple of Condition
        The one that holds most failures first; they may overlap.
    note : str
        Why there is none: ``none_fail``, ``all_fail``, ``few_fail``, ``few_succeed``, or ``no_box`` where no one or
        two ranges tell failures apart. Empty where there are conditions.
    draws : int
        Futures of the run; half of them found the boxes, the other half gave their numbers.
    """

    base: float
    conditions: tuple[Condition, ...]
    note: str
    draws: int


def failure_conditions(
    scenario: Scenario,
    *,
    target: str,
    by: str,
    draws: int = 2000,
    seed: int = 0,
    reading: str = "held",
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> Failures:
    """Describe the futures in which a target is not met by a month, by ranges of at most two assumptions.

    Assumptions are those of `uncertain`; a renewal stands for its mean over programmes and the years up to `by`.

    Parameters
    ----------
    target : str
        Id of a target.
    by : str
        Month ``YYYY-MM`` up to which an arrival counts, within the run.
    reading : str
        ``held`` or ``touched``.
    progress, cancel
        As in `run_inputs`.

    Raises
    ------
    Cancelled
        If `cancel` was set.
    RunError
        If the target, the month, the reading, the number of draws or the seed is not allowed.
    """
    check_reading(reading)
    facts = load_facts()
    inputs = make_inputs(scenario, n_draws=draws, seed=seed)
    judged_month(inputs, target, facts)
    month = _month_index(inputs, by)
    renewals = _renewal_means(inputs, month)
    names = [name for name in uncertain(scenario, facts) if name not in RENEWALS or name in renewals]
    parameters = inputs.sample.parameters | renewals
    paths = run_inputs(inputs, progress=progress, cancel=cancel).coverage
    arrived = arrivals(paths, float(facts.targets[target].value), reading, horizon=inputs.horizon)
    failed = (arrived == NEVER) | (arrived > month)
    return boxes_of_failure(names, np.column_stack([parameters[name] for name in names]), failed)


def _month_index(inputs: Inputs, by: str) -> int:
    month = parse_month(by) - inputs.start_month if is_month(by) else -1
    if not 0 < month <= inputs.horizon:
        first, last = (format_month(inputs.start_month + index) for index in (1, inputs.horizon))
        msg = f"by is {by!r}; a month written YYYY-MM from {first} to {last} is allowed"
        raise RunError(msg)
    return month


def _renewal_means(inputs: Inputs, month: int) -> dict[str, Array]:
    """Return the mean renewal of each draw up to month index `month`, shape (n_draws,); none if it is too early.

    The budgets of the fifteen kabupaten/kota count as one programme.
    """
    first, last = kernel.RENEWAL_FROM, (inputs.start_month + month) // 12
    if last < first:
        return {}
    means = inputs.sample.renewal[:, :, first - kernel.FIRST_YEAR : last + 1 - kernel.FIRST_YEAR].mean(axis=2)
    public = [means[:, kernel.R_APBD], means[:, kernel.R_VILLAGE], means[:, kernel.R_DISTRICT :].mean(axis=1)]
    return {"renewal_share": np.mean(public, axis=0), "csr_renewal": means[:, kernel.R_CSR]}


def boxes_of_failure(names: Sequence[str], x: Array, failed: Bools) -> Failures:
    """Find boxes that hold failures, by the patient rule induction method (Friedman and Fisher 1999).

    Boxes are found on every second future and judged on the others, because a box chosen among hundreds looks better
    than it is where it was chosen. Each further box is sought among the futures that no earlier one holds.

    Parameters
    ----------
    names : sequence of str
        Of the columns of `x`.
    x : array, shape (n, n_names)
    failed : array of bool, shape (n,)
    """
    base = float(failed.mean())
    note = _too_clear(base)
    found: list[Condition] = []
    left = np.arange(failed.size) % 2 == 0
    others, least = ~left, max(LEAST_INSIDE * left.sum(), LEAST_ROWS)
    while not note and len(found) < MOST_CONDITIONS:
        box = _best_box(x[left], failed[left], base, least=least)
        if box is None:
            break
        condition = _judged(names, box, x[others], failed[others], base)
        if condition.density < _density(base, KEPT):
            break
        found.append(condition)
        left &= ~_inside(box, x)
    found.sort(key=lambda condition: -condition.coverage)
    return Failures(base, tuple(found), note or ("" if found else "no_box"), failed.size)


def _too_clear(base: float) -> str:
    """Return why failures cannot be told apart, empty if they can."""
    if base in (0.0, 1.0):
        return "all_fail" if base else "none_fail"
    if base < LEAST_SIDE:
        return "few_fail"
    return "few_succeed" if base > 1 - LEAST_SIDE else ""


def _density(base: float, part: float) -> float:
    """Return the density that lies `part` of the way from what fails anyway to certain failure."""
    return base + part * (1 - base)


# A box is an array of shape (n_names, 2): lowest and highest value that belong to it.


def _inside(box: Array, x: Array) -> Bools:
    return np.asarray(((x >= box[:, 0]) & (x <= box[:, 1])).all(axis=1))


@dataclass(frozen=True)
class _Scored:
    """A box with the share of all failures and of all successes that it holds, and its density."""

    box: Array
    failures: float
    successes: float
    density: float

    @property
    def gain(self) -> float:
        """How much more of the failures than of the successes is held, less what each range costs.

        Failures alone would widen a box until it is only just dense enough.
        """
        return self.failures - self.successes - _RANGE_COSTS * float(np.isfinite(self.box).any(axis=1).sum())


def _best_box(x: Array, failed: Bools, base: float, *, least: float) -> Array | None:
    """Return the box with most gain of those dense enough; None if none is.

    Columns are peeled alone, then the most telling of them in pairs. Peeling all at once and stopping at two would let
    the column that gains most in the first step keep out a better pair.
    """
    if failed.all() or not failed.any():
        return None
    alone = [list(_peeled(x, failed, (column,), least=least)) for column in range(x.shape[1])]
    telling = [max((one.failures - one.successes for one in boxes), default=0.0) for boxes in alone]
    shortlist = np.argsort(telling)[: -_SHORTLIST - 1 : -1].tolist()
    pairs = (_peeled(x, failed, pair, least=least) for pair in combinations(shortlist, MOST_RANGES))
    dense = [one for one in chain(*alone, *pairs) if one.density >= _density(base, SOUGHT)]
    return max(dense, key=lambda one: one.gain).box if dense else None


def _peeled(x: Array, failed: Bools, columns: tuple[int, ...], *, least: float) -> Iterator[_Scored]:
    """Yield ever smaller boxes of at least `least` rows, bounded in `columns` only."""
    box = np.tile([-inf, inf], (x.shape[1], 1))
    inside, held = x[:, columns], failed
    while (step := _best_step(inside, held)) is not None:
        column, side, bound = step
        box = box.copy()
        box[columns[column], side] = bound
        kept = inside[:, column] >= bound if side == 0 else inside[:, column] <= bound
        inside, held = inside[kept], held[kept]
        if held.size < least:
            return
        yield _Scored(box, held.sum() / failed.sum(), (~held).sum() / (~failed).sum(), float(held.mean()))


def _best_step(x: Array, failed: Bools) -> tuple[int, int, float] | None:
    """Return column, side and new bound of the step that gains most density for each row it takes away.

    A step takes at least `PEEL` of the rows; of equal values it takes all, which is why the gain is counted for each
    row. None if every column has one value left.
    """
    best, best_gain = None, -inf
    place = ceil(PEEL * failed.size) - 1
    for column, side in product(range(x.shape[1]), (0, 1)):
        values = x[:, column] if side == 0 else -x[:, column]
        kept = values > np.partition(values, place)[place]
        if not kept.any():
            continue
        gain = (failed[kept].mean() - failed.mean()) / (failed.size - kept.sum())
        if gain > best_gain:
            bound = values[kept].min()
            best, best_gain = (column, side, float(bound if side == 0 else -bound)), gain
    return best


def _judged(names: Sequence[str], box: Array, x: Array, failed: Bools, base: float) -> Condition:
    """Return a box in words of parameters, with its numbers among futures that did not find it."""
    inside = _inside(box, x)
    ranges = tuple(
        Range(names[i], *(float(end) if np.isfinite(end) else None for end in box[i]))
        for i in np.flatnonzero(np.isfinite(box).any(axis=1)).tolist()
    )
    return Condition(
        ranges=ranges,
        density=float(failed[inside].mean()) if inside.any() else 0.0,
        coverage=float(failed[inside].sum() / max(failed.sum(), 1)),
        inside=float(inside.mean()),
        base=base,
    )
