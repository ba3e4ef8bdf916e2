"""When a target is met, in three readings that are always named (section 10 of docs/model.md).

*Held*: the first month at or above the target from which the mean of twelve months is at or above it and no month is
more than one point below. *Touched*: the first month at or above. *On the day*: the rate published at its date.
"""

from collections.abc import Mapping
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from simulator.model import HELD_MONTHS
from simulator.model.draws import Array, normal_draws
from simulator.model.projection import Projection

Months = NDArray[np.int64]
NEVER = -1
HOLD_SLACK = 0.01


def first_touched(paths: Array, target: float, *, horizon: int) -> Months:
    """Return the first month index at or above `target`, `NEVER` if none up to `horizon`.

    Parameters
    ----------
    paths : array, shape (n_draws, n_months + 1), shares
    target : float, a share
    horizon : int
        Last month index that counts.
    """
    return _first(paths[:, : horizon + 1] >= target)


def year_ahead(paths: Array, *, horizon: int) -> tuple[Array, Array]:
    """Return the lowest and the mean of the twelve months from each month index 0..`horizon`.

    Parameters
    ----------
    paths : array, shape (n_draws, n_months + 1), shares
        Must run at least `HELD_MONTHS` - 1 months past `horizon`.

    Returns
    -------
    tuple of array, shape (n_draws, horizon + 1), shares

    Raises
    ------
    ValueError
        If the paths end before a year from the horizon is over.
    """
    last = horizon + HELD_MONTHS
    if paths.shape[1] < last:
        msg = f"paths have {paths.shape[1]} months; judging month {horizon} needs {last}"
        raise ValueError(msg)
    months = [paths[:, k : k + horizon + 1] for k in range(HELD_MONTHS)]
    return reduce(np.minimum, months), reduce(np.add, months) / HELD_MONTHS


def first_held(paths: Array, target: float, *, horizon: int, ahead: tuple[Array, Array] | None = None) -> Months:
    """Return the first month index from which `target` is held for a year, `NEVER` if none up to `horizon`.

    Parameters
    ----------
    paths : array, shape (n_draws, n_months + 1), shares
    target : float, a share
    horizon : int
        Last month index that counts.
    ahead : tuple of array, optional
        What `year_ahead` returns of these paths, where several targets are asked about.
    """
    lowest, mean = year_ahead(paths, horizon=horizon) if ahead is None else ahead
    return _first((paths[:, : horizon + 1] >= target) & (lowest >= target - HOLD_SLACK) & (mean >= target))


def all_held(paths: Array, targets: Mapping[str, float], *, horizon: int) -> dict[str, Months]:
    """Return `first_held` of several targets by name; the year ahead is looked at once."""
    ahead = year_ahead(paths, horizon=horizon)
    return {name: first_held(paths, value, horizon=horizon, ahead=ahead) for name, value in targets.items()}


def _first(reached: NDArray[np.bool_]) -> Months:
    return np.where(reached.any(axis=1), reached.argmax(axis=1), NEVER)


def share_by_month(arrived: Months, *, horizon: int) -> Array:
    """Share of draws that have arrived by each month 0..`horizon`, shape (horizon + 1,)."""
    counts = np.bincount(arrived[arrived >= 0], minlength=horizon + 1)
    return np.asarray(np.cumsum(counts) / arrived.size)


def arrival_quantile(arrived: Months, level: float) -> int:
    """Return the month by which at least `level` of all draws have arrived, `NEVER` if they do not.

    Draws that never arrive count as latest, so the answer is honest about them.
    """
    ordered = np.sort(np.where(arrived == NEVER, np.iinfo(np.int64).max, arrived))
    month = ordered[max(int(np.ceil(level * arrived.size)) - 1, 0)]
    return NEVER if month == np.iinfo(np.int64).max else int(month)


def published_rate(projection: Projection, month: int, *, name: str, seed: int, official_base: float | None) -> Array:
    """Return the rate an office would publish for month index `month`, shape (n_draws,), a share.

    The reported count (with season) over the official base where one is announced, else over the projected base times a
    drawn re-basing, plus the noise between counting rules.
    """
    sample = projection.inputs.sample.parameters
    n_draws = projection.active.shape[0]
    noise = normal_draws(f"published/{name}", seed=seed, n_draws=n_draws, width=2)
    base = projection.base[:, :, month].sum(axis=1) * np.exp(sample["rebase_sd"] * noise[:, 0])
    if official_base is not None:
        base = np.full(n_draws, official_base)
    return np.asarray(
        projection.reported[:, :, month].sum(axis=1) / base + sample["counting_noise"] * noise[:, 1],
    )
