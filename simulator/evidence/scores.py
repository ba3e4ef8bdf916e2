"""How good a forecast was: the weighted interval score, its parts, and whether its intervals held the figure."""

from dataclasses import dataclass

import numpy as np

from simulator.model.draws import Array

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Levels of the quantiles that make a forecast: the median and the central 50, 80 and 95 % intervals."""

_MEDIAN = len(LEVELS) // 2
_INTERVALS = {round(100 * (LEVELS[-1 - k] - LEVELS[k])): k for k in reversed(range(_MEDIAN))}
_PARTS = _MEDIAN + 0.5  # the median counts as half an interval


@dataclass(frozen=True)
class Score:
    """Weighted interval score of one forecast, in the unit of the figure; 0 is best.

    Attributes
    ----------
    dispersion : float
        What the widths of the intervals cost.
    overprediction, underprediction : float
        What it cost that the forecast lay above, or below, the figure; at most one of them is not 0.
    """

    dispersion: float
    overprediction: float
    underprediction: float

    @property
    def wis(self) -> float:
        """The score: the sum of its three parts."""
        return self.dispersion + self.overprediction + self.underprediction


def score(quantiles: Array, observed: float) -> Score:
    """Score a forecast against the figure that came.

    The interval score of the central interval [l, u] that should miss a share a of the time is u - l, plus 2/a times
    what the figure lies outside. The intervals count with weight a/2, the distance from the median with 1/2, and the
    sum is divided by the number of intervals plus 1/2 (Bracher and others, 2021, PLOS Computational Biology 17(2)).
    That equals twice the mean pinball loss over `LEVELS`.

    Parameters
    ----------
    quantiles : array, shape (7,)
        At `LEVELS`, in the unit of the figure, none below the one before.
    observed : float

    Raises
    ------
    ValueError
        If the quantiles are no such array, or the figure is not a finite number.
    """
    values = _checked(quantiles, observed)
    lower, upper = values[:_MEDIAN], values[:_MEDIAN:-1]
    median = values[_MEDIAN]
    half_missed = np.array(LEVELS[:_MEDIAN])  # the weight a/2 of an interval is the level of its lower end
    # With weight a/2 the factor 2/a of what lies outside becomes 1.
    above = 0.5 * max(median - observed, 0.0) + np.maximum(lower - observed, 0.0).sum()
    below = 0.5 * max(observed - median, 0.0) + np.maximum(observed - upper, 0.0).sum()
    return Score(
        dispersion=float((half_missed * (upper - lower)).sum() / _PARTS),
        overprediction=float(above / _PARTS),
        underprediction=float(below / _PARTS),
    )


def interval_coverage(quantiles: Array, observed: float) -> dict[int, bool]:
    """Tell for the central 50, 80 and 95 % intervals, ends included, whether the figure lay inside.

    Parameters and refusals are those of `score`.
    """
    values = _checked(quantiles, observed)
    return {percent: bool(values[k] <= observed <= values[-1 - k]) for percent, k in _INTERVALS.items()}


def _checked(quantiles: Array, observed: float) -> Array:
    values = np.asarray(quantiles, dtype=np.float64)
    if values.shape != (len(LEVELS),) or not np.isfinite(values).all() or (np.diff(values) < 0).any():
        msg = f"quantiles must be {len(LEVELS)} finite numbers, none below the one before"
        raise ValueError(msg)
    if not np.isfinite(observed):
        msg = f"observed is {observed}; it must be a finite number"
        raise ValueError(msg)
    return values
