"""Naive forecasters of a published series, which the model has to beat to be worth its complexity.

Each looks only at earlier figures of the same series and says what a new *published* figure would read, its counting
noise included. All share one view of what they cannot see: the true value walks randomly from year to year.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

from simulator.evidence.scores import LEVELS
from simulator.facts.calendar import MONTHS_PER_YEAR, format_month
from simulator.model.draws import Array

CHANGE_SD = 0.008
"""Sd of a year's change of a coverage rate, as a fraction: an assumption that all rivals share.

Two yearly changes of the province's published rate have been seen, some 1.8 and 0.2 points downward from December 2023
to December 2025; they stand 0.8 points from their mean, and the noise of counting is part of that.
"""

CHANGE_SHARE = 0.032
"""The same for counts of members, as a share of the count: `CHANGE_SD` over a coverage of a quarter."""

_LEAST_GAP = 9  # months between two figures that show a year's change rather than the season


@dataclass(frozen=True)
class Point:
    """A published figure.

    Attributes
    ----------
    month : int
        Month number.
    value, noise_sd : float
        Both above 0 and in one unit: fractions for a rate, persons for a count.
    """

    month: int
    value: float
    noise_sd: float


@dataclass(frozen=True, eq=False)
class Task:
    """What a rival knows: figures by month, shape (n_points,), and what to expect of the new one."""

    at: NDArray[np.int64]
    value: Array
    noise: Array
    month: int
    new_noise: float
    change_sd: float
    limit: float

    def mean_of(self, month: int) -> tuple[float, float]:
        """Return the mean of a month's figures and its variance."""
        chosen = self.at == month
        return float(self.value[chosen].mean()), float((self.noise[chosen] ** 2).sum() / chosen.sum() ** 2)

    def unseen(self, since: int) -> float:
        """Return the variance of the new figure's noise and of the walk since month `since`."""
        return self.new_noise**2 + self.change_sd**2 * (self.month - since) / MONTHS_PER_YEAR


def forecast(
    name: str,
    history: Sequence[Point],
    month: int,
    *,
    change_sd: float = CHANGE_SD,
    limit: float = 1.0,
    noise_sd: float | None = None,
) -> Array:
    """Return a rival's quantiles at `LEVELS` of the figure published for a month.

    Multiplying the values, their noise, `change_sd`, `limit` and `noise_sd` by a number multiplies the quantiles by it,
    so rates and counts are forecast alike. The quantiles are those of a normal distribution (of the log-odds, for
    `logistic`) and are not cut at 0 or at `limit`: a straight line that leads out of bounds is to be scored as such.

    Parameters
    ----------
    name : str
        One of `NAMES`; the functions of these names tell what each does.
    history : sequence of Point
        The figures known, in any order; several may be of one month.
    month : int
        Month number, not before the latest figure.
    change_sd : float
        Sd of the true value's change in a year, in the unit of the values; for counts see `count_change_sd`.
    limit : float
        What the values cannot exceed; only `logistic` looks at it.
    noise_sd : float, optional
        Noise of the new figure; by default the root mean square of the noise of the latest month's figures.

    Returns
    -------
    array, shape (7,)
        Increasing, in the unit of the values.

    Raises
    ------
    ValueError
        If the name is unknown, there is no figure, a number is out of its range, or the month is before the latest.
    """
    if name not in _RIVALS:
        msg = f"name is {name!r}; it must be one of {', '.join(NAMES)}"
        raise ValueError(msg)
    return _RIVALS[name](_task(history, month, change_sd, limit, noise_sd))


def count_change_sd(history: Sequence[Point]) -> float:
    """Return the `change_sd` of a series of counts: `CHANGE_SHARE` of the mean of the latest month's figures."""
    latest = max(point.month for point in history)
    return CHANGE_SHARE * float(np.mean([point.value for point in history if point.month == latest]))


def persistence(task: Task) -> Array:
    """Let nothing change: the mean of the latest month's figures.

    Its variance is that of the mean, of the new figure's noise and of the walk since.
    """
    latest = int(task.at.max())
    mean, variance = task.mean_of(latest)
    return _normal(mean, variance + task.unseen(latest))


def straight_line(task: Task) -> Array:
    """Let the trend go on: a line through all figures, weighted by 1/noise^2.

    Its variance is that of the line at the month, of the new figure's noise and of the walk since the latest figure.
    With figures of one month only it is `persistence`.
    """
    latest = int(task.at.max())
    if latest == task.at.min():
        return persistence(task)
    mean, variance = _line(task.at - task.month, task.value, task.noise)
    return _normal(mean, variance + task.unseen(latest))


def logistic(task: Task) -> Array:
    """Let the trend go on and flatten: the line of `straight_line` through the log-odds of value / limit.

    Noise passes to the log-odds by the slope of the logit: at its own value for a figure of the past, at the latest
    month's mean for the new figure and the walk. With figures of one month only it is `persistence`.
    """
    if (task.value >= task.limit).any():
        msg = f"value is {task.value.max():g}; logistic needs values below the limit {task.limit:g}"
        raise ValueError(msg)
    latest = int(task.at.max())
    if latest == task.at.min():
        return persistence(task)
    share = task.value / task.limit
    mean, variance = _line(task.at - task.month, logit(share), task.noise / task.limit * _logit_slope(share))
    slope = float(_logit_slope(np.array(task.mean_of(latest)[0] / task.limit))) / task.limit
    return np.asarray(task.limit * expit(_normal(mean, variance + slope**2 * task.unseen(latest))))


def last_change(task: Task) -> Array:
    """Repeat the last year: an earlier figure of the same calendar month, moved by the latest year-on-year change.

    With y(m) the mean of the figures of month m: b is the latest month that lies a whole number n >= 1 of years before
    the month asked for; e is the latest month of all and s the latest month at least nine months before e. The forecast
    is y(b) + n (y(e) - y(s)) 12 / (e - s). Its variance is that of this sum of means (b may be e or s), of the new
    figure's noise and of the walk since b. Where b or s does not exist it is `persistence`.
    """
    same_season = task.at[(task.at < task.month) & ((task.month - task.at) % MONTHS_PER_YEAR == 0)]
    end = int(task.at.max())
    before = task.at[task.at <= end - _LEAST_GAP]
    if same_season.size == 0 or before.size == 0:
        return persistence(task)
    base, start = int(same_season.max()), int(before.max())
    repeats = (task.month - base) / (end - start)
    factors = {month: 0.0 for month in (base, start, end)}
    for month, factor in ((base, 1.0), (end, repeats), (start, -repeats)):
        factors[month] += factor
    means = [(factor, *task.mean_of(month)) for month, factor in factors.items()]
    return _normal(
        sum(factor * mean for factor, mean, _ in means),
        sum(factor**2 * variance for factor, _, variance in means) + task.unseen(base),
    )


_RIVALS: dict[str, Callable[[Task], Array]] = {
    rival.__name__: rival for rival in (persistence, straight_line, logistic, last_change)
}
NAMES = tuple(_RIVALS)


def _task(history: Sequence[Point], month: int, change_sd: float, limit: float, noise_sd: float | None) -> Task:
    if not history:
        msg = "history is empty; it must hold at least one figure"
        raise ValueError(msg)
    at = np.array([point.month for point in history], dtype=np.int64)
    value = np.array([point.value for point in history], dtype=np.float64)
    noise = np.array([point.noise_sd for point in history], dtype=np.float64)
    latest = at.max()
    if month < latest:
        msg = f"month is {format_month(month)}; it must not be before the latest figure, {format_month(int(latest))}"
        raise ValueError(msg)
    new_noise = float(np.sqrt(np.square(noise[at == latest]).mean())) if noise_sd is None else noise_sd
    numbers = {"value": value, "noise_sd": np.append(noise, new_noise), "limit": np.array([limit])}
    for name, array in numbers.items():
        _require(name, array, bool((array > 0).all()), "above 0")
    _require("change_sd", np.array([change_sd]), change_sd >= 0, "at least 0")
    return Task(at, value, noise, month, new_noise, change_sd, limit)


def _require(name: str, numbers: Array, in_range: bool, allowed: str) -> None:
    if not in_range or not np.isfinite(numbers).all():
        msg = f"{name} is {', '.join(f'{x:g}' for x in numbers)}; it must be finite and {allowed}"
        raise ValueError(msg)


def _line(time: NDArray[np.int64], value: Array, noise: Array) -> tuple[float, float]:
    """Return a weighted line's value at time 0 and its variance; the times are at least two different ones."""
    weight = noise**-2.0
    centre = (weight * time).sum() / weight.sum()
    moment = (weight * (time - centre) ** 2).sum()
    slope = (weight * (time - centre) * value).sum() / moment
    mean = (weight * value).sum() / weight.sum() - slope * centre
    return float(mean), float(1 / weight.sum() + centre**2 / moment)


def _logit_slope(share: Array) -> Array:
    return np.asarray(1 / (share * (1 - share)))


def _normal(mean: float, variance: float) -> Array:
    return np.asarray(mean + np.sqrt(variance) * ndtri(LEVELS))
