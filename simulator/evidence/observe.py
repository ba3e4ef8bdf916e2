"""The observation model: what the published figures would read if a future were true (equations 31 to 34)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from simulator.facts import Facts, Observation
from simulator.facts.calendar import FIRST_MONTH
from simulator.model import SEGMENTS, Projection
from simulator.model.draws import Array

COUNTING_FACTOR, RATIO, SEASON, NOISE = (
    "construction_counting_factor",
    "administrative_ratio",
    "administrative_season",
    "counting_noise",
)
MEASUREMENT = (COUNTING_FACTOR, RATIO, SEASON, NOISE)


@dataclass(frozen=True)
class Figures:
    """Published figures of the province, ready to be compared with a run of the past.

    Attributes
    ----------
    records : tuple of Observation
    value, noise_sd, rounding_sd : array, shape (n_figures,)
        Rates as fractions, counts in persons; the noise of a count is in persons.
    month : array of int, shape (n_figures,)
        Month index since December 2022.
    """

    records: tuple[Observation, ...]
    value: Array
    noise_sd: Array
    rounding_sd: Array
    month: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of figures."""
        return len(self.records)

    def take(self, which: Sequence[int] | NDArray[np.int64]) -> "Figures":
        """Return some of the figures."""
        index = np.asarray(which, dtype=np.int64)
        return Figures(
            tuple(self.records[i] for i in index),
            self.value[index],
            self.noise_sd[index],
            self.rounding_sd[index],
            self.month[index],
        )

    def until(self, month: int) -> "Figures":
        """Return the figures of months up to month number `month`."""
        return self.take(np.flatnonzero(self.month + FIRST_MONTH <= month))


def used_figures(facts: Facts) -> Figures:
    """Return every observation that calibration uses, by month."""
    records = sorted((o for o in facts.observations if o.used), key=lambda o: o.month)
    return figures(records)


def figures(records: Sequence[Observation]) -> Figures:
    """Arrange observations; each must carry its noise."""
    value = np.array([o.value for o in records])
    noise = np.array([np.nan if o.noise_sd is None else o.noise_sd for o in records])
    if np.isnan(noise).any():
        msg = f"observation {records[int(np.flatnonzero(np.isnan(noise))[0])].id} is used and has no noise_sd"
        raise ValueError(msg)
    counts = np.array([o.indicator == "members" for o in records])
    steps = np.array([_last_digit(o) for o in records])
    return Figures(
        records=tuple(records),
        value=value,
        noise_sd=np.where(counts, noise * value, noise),
        rounding_sd=steps / np.sqrt(12),  # a figure rounded to a step is uniform within it
        month=np.array([o.month - FIRST_MONTH for o in records], dtype=np.int64),
    )


def _last_digit(record: Observation) -> float:
    """Return the step to which a figure is printed: 25.27 per cent to a hundredth of a point, a count to one person."""
    percent = 0.01 if record.indicator == "coverage" else 1.0
    printed = Decimal(repr(round(record.value / percent, 6))).normalize()
    return percent * 10.0 ** min(0, int(printed.as_tuple().exponent))


def state_of(projection: Projection, figures: Figures, facts: Facts) -> Array:
    """Return what a run says of each figure before measurement, shape (n_draws, n_figures) (equation 31).

    A rate of the residence count: reported members over base, with season, of the province or a class. A count:
    December-equivalent members in persons, which the measurement of the administrative count starts from.
    """
    out = np.empty((projection.active.shape[0], len(figures)))
    for j, (record, t) in enumerate(zip(figures.records, figures.month, strict=True)):
        if record.count == "administrative":
            out[:, j] = projection.active[:, :, t].sum(axis=1)
            continue
        reported, base = _group(projection, record.group, t, facts)
        out[:, j] = reported / base if record.indicator == "coverage" else reported
    return out


def _group(projection: Projection, group: str, t: int, facts: Facts) -> tuple[Array, Array]:
    """Return reported members and base of the province, a class or a segment, shape (n_draws,) each."""
    if group == "all":
        return projection.reported[:, :, t].sum(axis=1), projection.base[:, :, t].sum(axis=1)
    members = [s for s, name in enumerate(SEGMENTS) if group in (name, facts.segments[name].worker_class)]
    both = projection.groups[:, :, members, t].sum(axis=2)
    return both[:, 0], both[:, 1]


def gain(figures: Figures, measurement: dict[str, Array], profile: Sequence[float]) -> Array:
    """Return what a state is multiplied by to be the figure, shape (n, n_figures) (equation 32).

    Parameters
    ----------
    measurement : dict of arrays, shape (n,)
        The parameters named in `MEASUREMENT`.
    profile : sequence of 12 float
        Season profile, January first.
    """
    out = np.ones((measurement[RATIO].size, len(figures)))
    for j, record in enumerate(figures.records):
        if record.count == "administrative":
            depth = profile[record.month % 12]
            out[:, j] = measurement[RATIO] * (1 - measurement[SEASON] * depth)
        elif record.rule == "cumulative":
            out[:, j] = measurement[COUNTING_FACTOR]
    return out


def noise_variance(figures: Figures, measurement: dict[str, Array], usual: float) -> Array:
    """Return the variance of each figure around gain times state, shape (n, n_figures) (equation 33).

    Parameters
    ----------
    usual : float
        The counting noise that the records' `noise_sd` were written for; rates of the whole province scale with it.
    """
    whole = np.array([o.group == "all" and o.indicator == "coverage" for o in figures.records])
    scale = np.where(whole, (measurement[NOISE] / usual)[:, None], 1.0)
    return np.asarray((scale * figures.noise_sd) ** 2 + figures.rounding_sd**2)


def log_likelihood(state: Array, gains: Array, variance: Array, figures: Figures) -> Array:
    """Return the log density of all figures, shape (n,) (equation 34); figures are independent given the state."""
    residual = figures.value - gains * state
    return np.asarray(-0.5 * (residual**2 / variance + np.log(2 * np.pi * variance)).sum(axis=1))
