"""Importance weights of draws, smoothed in their tail, with a diagnostic that says when not to trust them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from simulator.model.draws import Array, uniform_draws

GOOD_K = 0.7
_LEAST_TAIL = 5  # fewer weights cannot be fitted with a Pareto tail
_MANY = 225  # up to here the tail is a fifth of the draws, beyond it 3 sqrt(n)
_FLAT = 1e-9  # log-likelihoods of a tail closer together than this differ by rounding alone
_LOST = 1e-100  # of the largest weight
_OFFSETS = 2**20


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of draws and how far to trust them.

    Attributes
    ----------
    weights : array, shape (n_draws,)
        At least 0, sum 1.
    pareto_k : float
        Shape of the Pareto tail of the raw weights: the heavier the tail, the larger. Minus infinity where the
        largest weights are all equal; infinity where too few draws have any weight to tell.
    effective : float
        Number of equally weighted draws that would be as precise, 1 / sum of squared weights.
    """

    weights: Array
    pareto_k: float
    effective: float

    @property
    def reliable(self) -> bool:
        """True if the tail is light enough for the number of draws."""
        return self.pareto_k <= good_k(self.weights.size)


def good_k(n_draws: int) -> float:
    """Return the largest shape of the tail at which `n_draws` weights give usable estimates (at most `GOOD_K`)."""
    return min(1.0 - 1.0 / float(np.log10(n_draws)), GOOD_K) if n_draws > 1 else -np.inf


def smoothed_weights(log_likelihood: Array) -> Weights:
    """Weigh draws by their likelihood; the largest weights are replaced by quantiles of a fitted Pareto tail.

    Parameters
    ----------
    log_likelihood : array, shape (n_draws,)
        Of the observations, given each draw; a constant added to all changes nothing. Minus infinity excludes a draw.

    Raises
    ------
    ValueError
        If there is no draw, a value is not a number or plus infinity, or every draw is excluded.
    """
    log_ratios = _checked(log_likelihood)
    n_draws = log_ratios.size
    n_tail = int(3 * np.sqrt(n_draws)) if n_draws > _MANY else n_draws // 5
    ascending = np.sort(log_ratios)
    tail = ascending[n_draws - max(n_tail, 1) :]
    if tail[-1] - tail[0] < _FLAT and (n_tail >= _LEAST_TAIL or ascending[-1] - ascending[0] < _FLAT):
        return _weights(log_ratios, -np.inf)
    if n_tail < _LEAST_TAIL or _vanishes(tail, ascending[n_draws - n_tail - 1]):
        return _weights(log_ratios, np.inf)
    from arviz_stats.base.array import BaseArray  # here, because it brings in scipy.stats: most of a second

    with np.errstate(over="ignore", divide="ignore"):  # quantiles of a very heavy tail, cut to the largest ratio later
        # It takes log-likelihoods of what is left out, whose inverse is the ratio: hence the minus.
        smoothed, pareto_k = BaseArray().psislw(-log_ratios)  # type: ignore[no-untyped-call]
    return _weights(smoothed, float(pareto_k))


def resample(weights: Array, *, seed: int) -> NDArray[np.intp]:
    """Return as many draws as there are weights, each as often as its weight says, to less than one (systematic).

    Parameters
    ----------
    weights : array, shape (n_draws,)
        At least 0, with a positive sum; equal weights return every draw once.
    seed : int
        Seed of the run; the same seed and weights give the same draws.

    Returns
    -------
    array of int, shape (n_draws,)
        Positions of draws, ascending.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or all are 0.
    """
    if weights.ndim != 1 or not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum() > 0:
        msg = "weights must be one row of finite numbers, at least 0 and not all 0"
        raise ValueError(msg)
    # The offset keeps half a grid step away from both ends, so that rounding in the sum never repeats a draw.
    uniform = uniform_draws("resample", seed=seed, n_draws=1)[0, 0]
    offset = (np.floor(uniform * _OFFSETS) + 0.5) / _OFFSETS
    reached = np.cumsum(weights) * (weights.size / weights.sum())
    return np.asarray(np.searchsorted(reached, np.arange(weights.size) + offset, side="right"), dtype=np.intp)


def _checked(log_likelihood: Array) -> Array:
    values = np.asarray(log_likelihood, dtype=np.float64)
    if values.ndim != 1 or values.size == 0 or np.isnan(values).any() or values.max() in (np.inf, -np.inf):
        msg = "log-likelihoods must be one row of numbers below infinity, with at least one above minus infinity"
        raise ValueError(msg)
    return np.asarray(values - values.max())


def _vanishes(tail: Array, below: float) -> bool:
    """Tell whether the excess of the tail at its first quarter, which the fit relies on, is lost beside the top."""
    return bool(np.exp(tail[int(tail.size / 4 + 0.5) - 1]) - np.exp(below) < _LOST)


def _weights(log_weights: Array, pareto_k: float) -> Weights:
    weights = np.asarray(softmax(log_weights), dtype=np.float64)
    return Weights(weights, pareto_k, float(1 / np.square(weights).sum()))
