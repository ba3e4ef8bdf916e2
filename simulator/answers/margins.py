"""How far each future clears a target: the smooth form of "has it arrived".

The share of futures with a margin of at least 0 is the odds, and the odds are at least P exactly if `margin_at` is at
least 0. Odds move in steps, margins do not, so a search can follow them.
"""

from math import ceil

import numpy as np
from scipy.special import logsumexp

from simulator.answers.arrival import HOLD_SLACK, year_ahead
from simulator.model.draws import Array

_SOFT = 0.004  # a share: over this distance from the target a future counts in part, where odds are to be climbed


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
    lowest, mean = year_ahead(paths, horizon=horizon)
    clear = np.minimum(paths[:, : horizon + 1] - target, lowest - (target - HOLD_SLACK))
    return np.asarray(np.minimum(clear, mean - target).max(axis=1))


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
