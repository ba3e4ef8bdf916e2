"""A search under constraints that knows nothing of the model.

Every look at a point is dear. `explore` finds the regions where the best points lie, `search` goes on from there by
slopes, `level` moves a point along one line until the constraints just hold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import count, product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from simulator.answers.beside import beside
from simulator.model.draws import Array

Slacks = NDArray[np.float64]
Evaluate = Callable[[Array], tuple[float, Slacks]]
Bounds = Sequence[tuple[float, float]]

_STEP = 0.03  # of the range of a lever: wide enough to look past the steps of an order statistic
_STRIDES = (_STEP, 0.1, 0.3, 1.0)
_DIGITS = 4
_SAME = 2e-3  # of a value: nearer ends of a bracket are not told apart
_ROUGHLY = 1e-2  # the same while edges are explored
_NARROWINGS = 7
_REACH = 0.08  # of the best value: crossings that are this much worse are found too
_CROSSINGS = 3  # and at least so many
_ABREAST = 2  # edges narrowed at a time, whatever the machine: the path must not depend on it


@dataclass(frozen=True, order=True)
class Point:
    """One point that was tried: in the units of the bounds, as shares of them, and with its value and slacks."""

    at: tuple[float, ...]
    unit: tuple[float, ...]
    value: float
    slacks: tuple[float, ...]

    @property
    def slack(self) -> float:
        """The smallest slack."""
        return min(self.slacks, default=0.0)

    @property
    def feasible(self) -> bool:
        """Whether no slack is negative."""
        return self.slack >= 0


@dataclass
class _Ground:
    """What is searched; points that were looked at are remembered."""

    evaluate: Evaluate
    bounds: Bounds
    tried: dict[tuple[float, ...], Point] = field(default_factory=dict)

    def every(self) -> list[Point]:
        """Return what was tried, best first; among equals in an order of their own, because threads look in any."""
        return sorted(self.tried.values(), key=lambda point: (rank(point), point.unit))

    def look(self, unit: Sequence[float] | Array) -> Point:
        key = tuple(np.round(np.clip(unit, 0.0, 1.0), _DIGITS).tolist())
        if key not in self.tried:
            at = tuple(low + part * (high - low) for part, (low, high) in zip(key, self.bounds, strict=True))
            value, slacks = self.evaluate(np.array(at))
            self.tried[key] = Point(at, key, float(value), tuple(np.asarray(slacks, dtype=float).tolist()))
        return self.tried[key]

    def unit(self, at: Array) -> Array:
        low, high = (np.array(side, dtype=float) for side in zip(*self.bounds, strict=True)) if at.size else (at, at)
        return np.asarray(np.clip((at - low) / np.where(high > low, high - low, 1.0), 0.0, 1.0))


@dataclass(frozen=True)
class _Bracket:
    """An allowed and a forbidden point, and the slacks that say where to look between them."""

    good: Point
    bad: Point
    over: float
    under: float

    def narrow(self, part: float) -> bool:
        """Whether the ends are the same point, or differ by less than `part` of the value."""
        gap = max(abs(a - b) for a, b in zip(self.good.unit, self.bad.unit, strict=True))
        return gap <= 2 * 10**-_DIGITS or abs(self.good.value - self.bad.value) <= part * abs(self.good.value)

    def narrowed(self, ground: _Ground) -> "_Bracket":
        """Look where a line through the slacks is 0; the slack of an end that stays is halved (Illinois)."""
        part = np.clip(self.over / (self.over - self.under), 0.05, 0.95)
        good, bad = np.array(self.good.unit), np.array(self.bad.unit)
        middle = ground.look(good + part * (bad - good))
        if middle.feasible:
            return _Bracket(middle, self.bad, middle.slack, self.under / 2)
        return _Bracket(self.good, middle, self.over / 2, middle.slack)


def _bracket(good: Point, bad: Point) -> _Bracket:
    return _Bracket(good, bad, good.slack, bad.slack)


def rank(point: Point) -> tuple[bool, float, float]:
    """Sort key: allowed points by value, after them the others by what they miss."""
    return (False, point.value, 0.0) if point.feasible else (True, -point.slack, point.value)


def explore(evaluate: Evaluate, bounds: Bounds) -> list[Point]:
    """Look at all corners, and where an edge between an allowed and a forbidden corner crosses what is allowed.

    With a value that rises or falls along each edge, no crossing is better than the better end of its bracket. The
    bracket with the best such bound is narrowed first, until the best bound left is `_REACH` worse than the best
    crossing: far edges cost no look.

    Returns
    -------
    list of Point
        Crossings and corners, allowed ones first, lowest value first; then forbidden corners, least missing first.
    """
    ground, order = _Ground(evaluate, bounds), count()
    corners = beside(ground.look, product((0.0, 1.0), repeat=len(bounds)))
    edges = [
        (min(good.value, bad.value), next(order), _bracket(good, bad))
        for good, bad in product(corners, repeat=2)
        if good.feasible and not bad.feasible and sum(a != b for a, b in zip(good.unit, bad.unit, strict=True)) == 1
    ]
    heapify(edges)
    found: list[Point] = []
    while edges:
        wide: list[_Bracket] = []
        while edges and len(wide) < _ABREAST:
            bound, _, edge = heappop(edges)
            best = min((point.value for point in found), default=np.inf)
            if len(found) >= _CROSSINGS and bound > best + _REACH * abs(best):
                edges.clear()
            elif edge.narrow(_ROUGHLY):
                found.append(edge.good)
            else:
                wide.append(edge)
        for edge in beside(lambda edge: edge.narrowed(ground), wide):
            heappush(edges, (min(edge.good.value, edge.bad.value), next(order), edge))
    return sorted({*found, *corners}, key=rank)


def search(evaluate: Evaluate, bounds: Bounds, *, starts: Sequence[Array], cap: int, keep: int = 3) -> list[Point]:
    """Minimise a value where all slacks are at least 0.

    Each start is first levelled. From the best `keep` SLSQP goes on, in units of the bounds; what it finds is levelled
    again. If no start can be moved inside, what is missing is made small first.

    Parameters
    ----------
    evaluate : callable
        Takes a point in the units of `bounds`; returns the value and the slacks, which should be of the size of 1.
    bounds : sequence of (low, high)
    starts : sequence of arrays, shape (n,)
        In the units of `bounds`.
    cap : int
        About how many looks one run of SLSQP may take.

    Returns
    -------
    list of Point
        All points tried: allowed ones first, lowest value first; then the others, least missing first.
    """
    ground = _Ground(evaluate, bounds)
    edges = sorted({_levelled(ground, ground.unit(np.asarray(start))) for start in starts}, key=rank)
    if bounds and not edges[0].feasible:
        _approach(ground, edges[0], cap=cap)
        edges = ground.every()[:1]
    for edge in edges[:keep] if bounds else ():
        if edge.feasible:
            _levelled(ground, np.array(_descend(ground, edge, cap=cap)))
    return ground.every()


def level(evaluate: Evaluate, bounds: Bounds, start: Array) -> Point:
    """Move what stands inside its bounds, all by one measure, until the value is least and the slacks just hold."""
    ground = _Ground(evaluate, bounds)
    return _levelled(ground, ground.unit(start))


def _levelled(ground: _Ground, start: Array) -> Point:
    """Go from `start` towards the bottom or the top of its inner levers; of all levers where that is not enough."""
    inner = (start > 0) & (start < 1)
    for moved in (inner, np.ones_like(inner)):
        here = _along(ground, start, moved) if moved.any() else ground.look(start)
        if here.feasible and moved.any():
            return here
    return min(here, ground.look(start), key=rank)


def _along(ground: _Ground, start: Array, moved: NDArray[np.bool_]) -> Point:
    def look(part: float) -> Point:
        end = np.where(moved, float(part > 0), start)
        return ground.look(start + abs(part) * (end - start))

    here, probe = look(0.0), look(-_STEP)
    down = probe.value < here.value if here.feasible else probe.slack > here.slack
    for stride in _STRIDES:
        there = look(-stride if down else stride)
        if there.feasible != here.feasible:
            return _between(ground, *sorted((here, there), key=rank))
        if rank(there) >= rank(here):
            break
        here = there
    return here


def _between(ground: _Ground, good: Point, bad: Point) -> Point:
    """Return the allowed point nearest to `bad` on the line from `good`."""
    bracket = _bracket(good, bad)
    for _ in range(_NARROWINGS):
        if bracket.narrow(_SAME):
            break
        bracket = bracket.narrowed(ground)
    return bracket.good


def _slopes(ground: _Ground, unit: Array) -> tuple[Array, Array]:
    """Return differences of the value, shape (n,), and of the slacks, shape (n_slacks, n)."""
    at = np.clip(unit, 0.0, 1.0)
    steps = np.where(at + _STEP <= 1.0, _STEP, -_STEP)
    here, *there = beside(ground.look, [unit, *(at + np.diag(steps))])
    value = np.array([point.value - here.value for point in there]) / steps
    slacks = np.array([np.subtract(point.slacks, here.slacks) for point in there]).T / steps
    return value, slacks


def _descend(ground: _Ground, start: Point, *, cap: int) -> Array:
    """Lower the value from an allowed `start`."""
    scale = max(abs(start.value), 1e-12)
    n = len(start.unit)
    constraint = {
        "type": "ineq",
        "fun": lambda unit: np.array(ground.look(unit).slacks),
        "jac": lambda unit: _slopes(ground, unit)[1],
    }
    end = minimize(
        lambda unit: ground.look(unit).value / scale,
        np.array(start.unit),
        jac=lambda unit: _slopes(ground, unit)[0] / scale,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * n,
        constraints=[constraint] if start.slacks else [],
        options={"maxiter": max(cap // (n + 2), 2), "ftol": 1e-3},
    )
    return np.asarray(np.clip(end.x, 0.0, 1.0))


def _approach(ground: _Ground, start: Point, *, cap: int) -> None:
    """Make the largest shortfall small: it is a further unknown that SLSQP minimises."""
    n, first = len(start.unit), max(-start.slack, 0.0)
    constraint = {
        "type": "ineq",
        "fun": lambda z: np.array(ground.look(z[:-1]).slacks) + z[-1],
        "jac": lambda z: np.column_stack([_slopes(ground, z[:-1])[1], np.ones(len(start.slacks))]),
    }
    minimize(
        lambda z: z[-1],
        np.append(start.unit, first),
        jac=lambda _: np.append(np.zeros(n), 1.0),
        method="SLSQP",
        bounds=[(0.0, 1.0)] * n + [(-1.0, first + 1.0)],
        constraints=[constraint],
        options={"maxiter": max(cap // (n + 2), 2), "ftol": 1e-3},
    )
