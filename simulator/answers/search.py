"""A search under constraints that knows nothing of the model.

Every look at a point is dear, so points are remembered, and the differences that SLSQP takes for its objective and for
its constraints are the same looks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from simulator.model.draws import Array

Slacks = NDArray[np.float64]
Evaluate = Callable[[Array], tuple[float, Slacks]]
_BISECTIONS = 5
_STEP = 0.03  # of the range of a lever: wide enough to look past the steps of an order statistic
_DIGITS = 4


@dataclass(frozen=True)
class Point:
    """One point that was tried, with its value and slacks."""

    at: tuple[float, ...]
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


Look = Callable[[Array], Point]


def search(
    evaluate: Evaluate, bounds: Sequence[tuple[float, float]], *, starts: Sequence[Array], cap: int, keep: int = 3
) -> list[Point]:
    """Minimise a value where all slacks are at least 0.

    Each start is first moved to the edge of what is allowed. From the best `keep` edges SLSQP goes on, in units of the
    bounds; what it finds a hair outside is brought back by bisection. If no start can be moved inside, what is missing
    is made small first.

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
    low, high = (np.array(side, dtype=float) for side in zip(*bounds, strict=True))
    width = np.where(high > low, high - low, 1.0)
    tried: dict[tuple[float, ...], Point] = {}

    def look(unit: Array) -> Point:
        at = tuple(np.round(np.clip(unit, 0.0, 1.0), _DIGITS).tolist())
        if at not in tried:
            value, slacks = evaluate(low + np.array(at) * (high - low))
            tried[at] = Point(at, float(value), tuple(np.asarray(slacks, dtype=float).tolist()))
        return tried[at]

    edges = sorted({_edge(look, (np.asarray(start) - low) / width) for start in starts}, key=rank)
    if not edges[0].feasible:
        _approach(look, np.array(edges[0].at), cap=cap)
        edges = [min(tried.values(), key=rank)]
    for edge in edges[:keep]:
        if edge.feasible:
            _descend(look, edge, cap=cap)
    ordered = sorted(tried.values(), key=rank)
    return [replace(point, at=tuple((low + np.array(point.at) * (high - low)).tolist())) for point in ordered]


def rank(point: Point) -> tuple[bool, float, float]:
    """Sort key: allowed points by value, after them the others by what they miss."""
    return (False, point.value, 0.0) if point.feasible else (True, -point.slack, point.value)


def _edge(look: Look, start: Array) -> Point:
    """Return the best allowed point of the line from `start` to a corner.

    An allowed start moves to the corner with the lower value, another one to a corner that is allowed.
    """
    here, corners = look(start), [look(np.ones_like(start)), look(np.zeros_like(start))]
    if here.feasible:
        goal = min(corners, key=lambda point: point.value)
        if goal.feasible or goal.value >= here.value:
            return min(here, goal, key=rank)
        return _between(look, here, goal)
    inside = [corner for corner in corners if corner.feasible]
    return _between(look, min(inside, key=rank), here) if inside else min(here, *corners, key=rank)


def _between(look: Look, good: Point, bad: Point) -> Point:
    """Return the allowed point nearest to `bad` on the line from `good`, by bisection."""
    for _ in range(_BISECTIONS):
        middle = look((np.array(good.at) + np.array(bad.at)) / 2)
        good, bad = (middle, bad) if middle.feasible else (good, middle)
    return good


def _slopes(look: Look, unit: Array) -> tuple[Array, Array]:
    """Return differences of the value, shape (n,), and of the slacks, shape (n_slacks, n)."""
    here = look(unit)
    value, slacks = np.empty(unit.size), np.empty((len(here.slacks), unit.size))
    for i in range(unit.size):
        moved = np.clip(unit, 0.0, 1.0)
        step = _STEP if moved[i] + _STEP <= 1.0 else -_STEP
        moved[i] += step
        there = look(moved)
        value[i] = (there.value - here.value) / step
        slacks[:, i] = (np.array(there.slacks) - np.array(here.slacks)) / step
    return value, slacks


def _descend(look: Look, start: Point, *, cap: int) -> None:
    """Lower the value from an allowed `start`."""
    scale = max(abs(start.value), 1e-12)
    n = len(start.at)
    constraint = {
        "type": "ineq",
        "fun": lambda unit: np.array(look(unit).slacks),
        "jac": lambda unit: _slopes(look, unit)[1],
    }
    end = minimize(
        lambda unit: look(unit).value / scale,
        np.array(start.at),
        jac=lambda unit: _slopes(look, unit)[0] / scale,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * n,
        constraints=[constraint] if start.slacks else [],
        options={"maxiter": max(cap // (n + 2), 2), "ftol": 1e-3},
    )
    last = look(end.x)
    if not last.feasible:
        _between(look, start, last)


def _approach(look: Look, start: Array, *, cap: int) -> None:
    """Make the largest shortfall small: it is a further unknown that SLSQP minimises."""
    n, first = start.size, max(-look(start).slack, 0.0)
    constraint = {
        "type": "ineq",
        "fun": lambda z: np.array(look(z[:-1]).slacks) + z[-1],
        "jac": lambda z: np.column_stack([_slopes(look, z[:-1])[1], np.ones(len(look(z[:-1]).slacks))]),
    }
    minimize(
        lambda z: z[-1],
        np.append(start, first),
        jac=lambda _: np.append(np.zeros(n), 1.0),
        method="SLSQP",
        bounds=[(0.0, 1.0)] * n + [(-1.0, first + 1.0)],
        constraints=[constraint],
        options={"maxiter": max(cap // (n + 2), 2), "ftol": 1e-3},
    )
