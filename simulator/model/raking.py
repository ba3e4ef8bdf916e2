"""Eligible workers and members by district and segment at the start, so that every margin is met (equations 4, 5).

All cells stay positive and every coverage stays inside (0, 1) by construction: eligible workers are scaled by rows and
columns, members are moved in log-odds. Jitted functions call only functions of this file.
"""

import math

import numpy as np
from numba import njit

_TOLERANCE = 1e-12
_ROW_TOLERANCE = 1e-9
_SWEEPS = 2000

_jit = njit(nogil=True, cache=True, error_model="numpy")


@_jit
def _fit(seed, rows, columns, out):
    """Fit `seed` to both margins by iterative proportional fitting; return False where it does not settle."""
    out[:] = seed
    n_rows, n_columns = seed.shape
    for _ in range(_SWEEPS):
        for j in range(n_columns):
            total = 0.0
            for i in range(n_rows):
                total += out[i, j]
            for i in range(n_rows):
                out[i, j] *= columns[j] / total
        worst = 0.0
        for i in range(n_rows):
            total = 0.0
            for j in range(n_columns):
                total += out[i, j]
            worst = max(worst, abs(total / rows[i] - 1.0))
            for j in range(n_columns):
                out[i, j] *= rows[i] / total
        if worst < _TOLERANCE:
            return True
    return False


@_jit
def _shift(weights, offset, total):
    """Return x with sum(weights * expit(offset + x)) = total, by Newton steps kept inside a bracket."""
    low, high, x = -60.0, 60.0, 0.0
    for _ in range(200):
        value = -total
        slope = 0.0
        for i in range(weights.size):
            p = 1.0 / (1.0 + math.exp(-offset[i] - x))
            value += weights[i] * p
            slope += weights[i] * p * (1.0 - p)
        if abs(value) <= _TOLERANCE * total:
            break
        if value > 0.0:
            high = x
        else:
            low = x
        x -= value / slope
        if not low < x < high:
            x = 0.5 * (low + high)
    return x


@_jit
def _rake(pool, rows, columns, out):
    """Put members into `pool` with both margins; return False where it does not settle."""
    n_rows, n_columns = pool.shape
    x = np.zeros(n_rows)
    y = np.zeros(n_columns)
    for _ in range(_SWEEPS):
        for i in range(n_rows):
            x[i] = _shift(pool[i], y, rows[i])
        worst = 0.0
        for j in range(n_columns):
            total = 0.0
            for i in range(n_rows):
                total += pool[i, j] / (1.0 + math.exp(-x[i] - y[j]))
            worst = max(worst, abs(total / columns[j] - 1.0))
            y[j] = y[j] + _shift(pool[:, j].copy(), x + y[j], columns[j])
        if worst < 1e-11:
            break
    else:
        return False
    for i in range(n_rows):
        total = 0.0
        for j in range(n_columns):
            out[i, j] = pool[i, j] / (1.0 + math.exp(-x[i] - y[j]))
            total += out[i, j]
        if abs(total / rows[i] - 1.0) > _ROW_TOLERANCE:  # shifts ran away: no cell can hold these margins
            return False
    return True


@_jit
def rake_start(seed, held, segment_eligible, district_eligible, members, district_odds, total, eligible, inside):
    """Fill `eligible` and `inside` (members who are not funded), shapes (n_draws, n_segments, n_districts), persons.

    Parameters
    ----------
    seed : array, shape (n_segments, n_districts)
        Starting pattern of eligible workers that are not funded.
    held : array, shape (n_draws, n_segments, n_districts), persons
        Funded members and those in grace.
    segment_eligible : array, shape (n_draws, n_segments), persons
    district_eligible : array, shape (n_draws, n_districts), persons
    members : array, shape (n_draws, n_segments), persons
        Members who are not funded; 0 where a segment has none.
    district_odds : array, shape (n_draws, n_districts)
        Log-odds of a district's coverage before the common shift (equation 4).
    total : array, shape (n_draws,), persons
        Members of the province, funded ones included.

    Returns
    -------
    int
        -1, or the number of the first draw whose margins contradict each other.
    """
    n_draws, n_segments, n_districts = held.shape
    pool = np.zeros((n_segments, n_districts))
    rows = np.zeros(n_segments)
    columns = np.zeros(n_districts)
    for n in range(n_draws):
        for i in range(n_segments):
            rows[i] = segment_eligible[n, i] - held[n, i].sum()
        for j in range(n_districts):
            columns[j] = district_eligible[n, j] - held[n, :, j].sum()
        if rows.min() <= 0.0 or columns.min() <= 0.0 or not _fit(seed, rows, columns, pool):
            return n
        eligible[n] = pool + held[n]
        with_members = np.flatnonzero(members[n] > 0.0)
        if (members[n] >= rows).any():
            return n
        size = np.array([eligible[n, :, j].sum() for j in range(n_districts)])
        delta = _shift(size, district_odds[n], total[n])
        for j in range(n_districts):
            columns[j] = size[j] / (1.0 + math.exp(-district_odds[n, j] - delta)) - held[n, :, j].sum()
        if columns.min() <= 0.0:
            return n
        open_rows = pool[with_members]
        result = np.zeros(open_rows.shape)
        if not _rake(open_rows, members[n][with_members], columns, result):
            return n
        inside[n] = 0.0
        for i in range(with_members.size):
            inside[n, with_members[i]] = result[i]
    return -1
