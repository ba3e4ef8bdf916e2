"""Prior families as inverse distribution functions, cut to the bounds of their record.

The special functions behind ``scipy.stats`` are called directly: importing ``scipy.stats`` alone takes longer than
reading all data files.
"""

from functools import lru_cache
from itertools import pairwise
from math import inf, log
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy import special

Array = NDArray[np.float64]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
Bounds = tuple[float, float]

_TABLE_MASS = 1 - 1e-12  # a count prior is tabulated up to this share of its mass


class Family(BaseModel):
    """What every family offers: its support, its distribution function and the inverse."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def support(self) -> Bounds:
        """Lowest and highest value that the family allows."""
        return -inf, inf

    def cdf(self, x: float) -> float:
        """Return P(X <= x)."""
        raise NotImplementedError

    def below(self, x: float) -> float:
        """Return P(X < x); it differs from `cdf` only for discrete families."""
        return self.cdf(x)

    def ppf(self, q: Array) -> Array:
        """Return the smallest x with P(X <= x) >= q."""
        raise NotImplementedError

    def mass_within(self, bounds: Bounds) -> float:
        """Return the share of the uncut prior that lies inside `bounds`."""
        return self.cdf(bounds[1]) - self.below(bounds[0])


class Normal(Family):
    """Normal distribution."""

    family: Literal["normal"]
    mean: Number
    sd: Positive

    def cdf(self, x: float) -> float:
        """Return P(X <= x)."""
        return float(special.ndtr((x - self.mean) / self.sd))

    def ppf(self, q: Array) -> Array:
        """Return the inverse of `cdf`."""
        return np.asarray(self.mean + self.sd * special.ndtri(q))


class Lognormal(Family):
    """Distribution of a positive quantity whose logarithm is normal."""

    family: Literal["lognormal"]
    median: Positive
    sigma: Positive

    @property
    def support(self) -> Bounds:
        """All positive numbers."""
        return 0.0, inf

    def cdf(self, x: float) -> float:
        """Return P(X <= x)."""
        return float(special.ndtr(log(x / self.median) / self.sigma)) if x > 0 else 0.0

    def ppf(self, q: Array) -> Array:
        """Return the inverse of `cdf`."""
        return np.asarray(self.median * np.exp(self.sigma * special.ndtri(q)))


class HalfNormal(Family):
    """Absolute value of a normal quantity around zero."""

    family: Literal["halfnormal"]
    scale: Positive

    @property
    def support(self) -> Bounds:
        """Zero and all positive numbers."""
        return 0.0, inf

    def cdf(self, x: float) -> float:
        """Return P(X <= x)."""
        return float(special.erf(x / self.scale / np.sqrt(2))) if x > 0 else 0.0

    def ppf(self, q: Array) -> Array:
        """Return the inverse of `cdf`."""
        return np.asarray(self.scale * np.sqrt(2) * special.erfinv(q))


class Beta(Family):
    """Beta distribution of a share."""

    family: Literal["beta"]
    a: Positive
    b: Positive

    @property
    def support(self) -> Bounds:
        """Shares from zero to one."""
        return 0.0, 1.0

    def cdf(self, x: float) -> float:
        """Return P(X <= x)."""
        return float(special.betainc(self.a, self.b, min(max(x, 0.0), 1.0)))

    def ppf(self, q: Array) -> Array:
        """Return the inverse of `cdf`."""
        return np.asarray(special.betaincinv(self.a, self.b, q))


class Triangular(Family):
    """Triangular distribution; the mode may stand at an end."""

    family: Literal["triangular"]
    low: Number
    mode: Number
    high: Number

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            msg = "a triangular prior needs low <= mode <= high and low < high"
            raise ValueError(msg)
        return self

    @property
    def support(self) -> Bounds:
        """From low to high."""
        return self.low, self.high

    def cdf(self, x: float) -> float:
        """Return P(X <= x)."""
        width = self.high - self.low
        if x <= self.low:
            return 0.0
        if x >= self.high:
            return 1.0
        if x < self.mode:
            return (x - self.low) ** 2 / (width * (self.mode - self.low))
        return 1.0 - (self.high - x) ** 2 / (width * (self.high - self.mode))

    def ppf(self, q: Array) -> Array:
        """Return the inverse of `cdf`."""
        width = self.high - self.low
        rising = self.low + np.sqrt(q * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - q) * width * (self.high - self.mode))
        return np.asarray(np.where(q * width < self.mode - self.low, rising, falling))


class Uniform(Family):
    """Uniform distribution."""

    family: Literal["uniform"]
    low: Number
    high: Number

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low < self.high:
            msg = "a uniform prior needs low < high"
            raise ValueError(msg)
        return self

    @property
    def support(self) -> Bounds:
        """From low to high."""
        return self.low, self.high

    def cdf(self, x: float) -> float:
        """Return P(X <= x)."""
        return min(max((x - self.low) / (self.high - self.low), 0.0), 1.0)

    def ppf(self, q: Array) -> Array:
        """Return the inverse of `cdf`."""
        return np.asarray(self.low + q * (self.high - self.low))


class Discrete(Family):
    """A few values in rising order; weights are relative."""

    family: Literal["discrete"]
    values: tuple[Number, ...]
    weights: tuple[Positive, ...]

    @model_validator(mode="after")
    def _well_formed(self) -> Self:
        if len(self.values) != len(self.weights) or not self.values:
            msg = "a discrete prior needs one weight for each of its values"
            raise ValueError(msg)
        if any(left >= right for left, right in pairwise(self.values)):
            msg = "a discrete prior needs its values in rising order"
            raise ValueError(msg)
        return self

    @property
    def support(self) -> Bounds:
        """From the first to the last value."""
        return self.values[0], self.values[-1]

    @property
    def _heights(self) -> Array:
        return _relative_heights(self.weights)

    def cdf(self, x: float) -> float:
        """Return P(X <= x)."""
        count = int(np.searchsorted(self.values, x, side="right"))
        return float(self._heights[count - 1]) if count else 0.0

    def below(self, x: float) -> float:
        """Return P(X < x)."""
        count = int(np.searchsorted(self.values, x, side="left"))
        return float(self._heights[count - 1]) if count else 0.0

    def ppf(self, q: Array) -> Array:
        """Return the value whose slice of [0, 1) holds q."""
        return np.asarray(self.values)[np.searchsorted(self._heights[:-1], q, side="right")]


class NegativeBinomial(Family):
    """Counts with variance mean + mean^2 / dispersion."""

    family: Literal["negative_binomial"]
    mean: Positive
    dispersion: Positive

    @property
    def support(self) -> Bounds:
        """Zero and all whole numbers above."""
        return 0.0, inf

    def cdf(self, x: float) -> float:
        """Return P(X <= x)."""
        return float(_count_cdf(np.floor(x), self.mean, self.dispersion)) if x >= 0 else 0.0

    def below(self, x: float) -> float:
        """Return P(X < x)."""
        return self.cdf(np.ceil(x) - 1)

    def ppf(self, q: Array) -> Array:
        """Return the count whose slice of [0, 1) holds q."""
        heights = _count_heights(self.mean, self.dispersion)
        return np.asarray(np.searchsorted(heights, q, side="right"), dtype=np.float64)


# Kept outside the records, whose equality compares everything that they hold.
@lru_cache
def _relative_heights(weights: tuple[float, ...]) -> Array:
    return np.asarray(np.cumsum(weights) / np.sum(weights), dtype=np.float64)


@lru_cache
def _count_heights(mean: float, dispersion: float) -> Array:
    size = 64
    while (heights := _count_cdf(np.arange(size), mean, dispersion))[-1] < _TABLE_MASS:
        size *= 2
    return heights


def _count_cdf(counts: ArrayLike, mean: float, dispersion: float) -> Array:
    share = dispersion / (dispersion + mean)
    return np.asarray(special.betainc(dispersion, np.asarray(counts) + 1.0, share))


Prior = Annotated[
    Normal | Lognormal | HalfNormal | Beta | Triangular | Uniform | Discrete | NegativeBinomial,
    Field(discriminator="family"),
]


def truncated_ppf(prior: Family, u: Array, bounds: Bounds) -> Array:
    """Push uniforms through the inverse of a prior that is cut to `bounds`.

    Parameters
    ----------
    prior : Family
        The uncut prior.
    u : array, any shape
        Uniforms in [0, 1).
    bounds : tuple of float
        Lowest and highest value allowed, in the unit of the record.

    Returns
    -------
    array, shape of `u`
        Draws inside `bounds`, rising with `u`.

    Raises
    ------
    ValueError
        If a uniform is missing or outside [0, 1).
    """
    u = np.asarray(u, dtype=np.float64)
    if not np.all((u >= 0) & (u < 1)):
        msg = f"uniforms must lie in [0, 1); got {u[~((u >= 0) & (u < 1))].flat[0]!r}"
        raise ValueError(msg)
    lowest, highest = prior.below(bounds[0]), prior.cdf(bounds[1])
    draws = prior.ppf(lowest + u * (highest - lowest))
    return np.clip(draws, *bounds)  # the cut is in the probabilities; this only takes away the last bit of rounding
