"""Frozen records of facts and parameters; each refuses unknown keys and wrong types."""

from typing import Annotated, Literal

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from simulator.facts.priors import Array, Bounds, Number, Prior, truncated_ppf

Grade = Literal["official", "lampung", "borrowed", "judgement", "placeholder"]
FactIds = tuple[str, ...]

_UNSOURCED = ("judgement", "placeholder")
_NATURAL_SUPPORT = ("beta", "lognormal", "halfnormal", "negative_binomial")
_LEAST_MASS = 0.5  # a prior with less of its mass inside its bounds says something else than the bounds


class Record(BaseModel):
    """A record: frozen, and no key beyond the ones declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Record):
    """The same words in Indonesian and in English."""

    id: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Fact(Record):
    """One row of facts.csv: a figure or a rule with its source."""

    id: str = Field(pattern=r"^[A-Z]+-\d{3}$")
    topic: str = Field(min_length=1)
    quantity: str = Field(min_length=1)
    segment: str
    region: str = Field(min_length=1)
    as_of: str = Field(pattern=r"^\d{4}(-\d{2}){0,2}$")
    value: float | None
    low: float | None
    high: float | None
    unit: str = Field(min_length=1)
    source_kind: Literal["press", "seed", "regulation", "census", "derived", "assumption"]
    source: str = Field(min_length=1)
    url: str
    published: str = Field(pattern=r"^(\d{4}(-\d{2}){0,2})?$")
    note: str
    grade: Grade

    @field_validator("low", "high")
    @classmethod
    def _holds_value(cls, end: float | None, info: ValidationInfo) -> float | None:
        value = info.data.get("value")
        if end is None or value is None or (end <= value if info.field_name == "low" else end >= value):
            return end
        msg = f"the value {value:g} must lie between low and high"
        raise ValueError(msg)


class Sourced(Record):
    """A record with a grade, which names facts or a source, or gives a reason where it is a judgement."""

    grade: Grade
    facts: FactIds = ()
    source: str | None = Field(default=None, min_length=1, validate_default=True)
    reason: str | None = Field(default=None, min_length=1, validate_default=True)

    @field_validator("source")
    @classmethod
    def _has_source(cls, source: str | None, info: ValidationInfo) -> str | None:
        if source is None and not info.data.get("facts") and info.data.get("grade") not in _UNSOURCED:
            msg = f"a record of grade {info.data.get('grade')} needs facts or a source"
            raise ValueError(msg)
        return source

    @field_validator("reason")
    @classmethod
    def _has_reason(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if reason is None and info.data.get("grade") in _UNSOURCED:
            msg = f"a record of grade {info.data['grade']} needs a reason"
            raise ValueError(msg)
        return reason


class Parameter(Sourced):
    """A number with unit, bounds, prior, grade and source; fixed where it has no prior.

    `before_data` is the prior that calibration starts from, where `prior` was sized by figures that calibration uses:
    no figure may speak twice. A record of role `observation` is read by the observation model alone.
    """

    label: Text
    definition: Text
    unit: str = Field(min_length=1)
    kind: Literal["stock", "flow", "share", "multiplier", "duration", "money", "month", "spread"]
    bounds: tuple[Number, Number]
    value: Number
    prior: Prior | None = None
    before_data: Prior | None = None
    basis: tuple[Annotated[str, Field(pattern=r"^PRI-\d{3}$")], ...] = ()
    derived: str | None = Field(default=None, min_length=1)
    role: Literal["input", "check", "observation"] = "input"

    @field_validator("bounds")
    @classmethod
    def _rises(cls, bounds: Bounds) -> Bounds:
        if not bounds[0] < bounds[1]:
            msg = "the lower bound must be below the upper one"
            raise ValueError(msg)
        return bounds

    @field_validator("value")
    @classmethod
    def _in_bounds(cls, value: float, info: ValidationInfo) -> float:
        low, high = info.data.get("bounds", (value, value))
        if not low <= value <= high:
            msg = f"the value must lie in its bounds, {low:g} to {high:g}"
            raise ValueError(msg)
        return value

    @field_validator("prior", "before_data")
    @classmethod
    def _fits_bounds(cls, prior: Prior | None, info: ValidationInfo) -> Prior | None:
        if prior is None or "bounds" not in info.data:
            return prior
        low, high = info.data["bounds"]
        lowest, highest = prior.support
        if prior.family in _NATURAL_SUPPORT and (low < lowest or high > highest):
            msg = f"the bounds {low:g} to {high:g} leave what a {prior.family} prior can take"
            raise ValueError(msg)
        if prior.family == "discrete" and (lowest < low or highest > high):
            msg = f"every value of a discrete prior must lie in the bounds {low:g} to {high:g}"
            raise ValueError(msg)
        inside = prior.mass_within((low, high))
        if inside < _LEAST_MASS:
            msg = f"{inside:.0%} of the prior lies in the bounds {low:g} to {high:g}, at least half must"
            raise ValueError(msg)
        return prior

    def ppf(self, u: Array) -> Array:
        """Return draws for uniforms in [0, 1), or the value everywhere if the parameter is fixed.

        Parameters
        ----------
        u : array, any shape
            Uniforms in [0, 1).

        Returns
        -------
        array, shape of `u`, in `unit`
            Draws of the prior cut to `bounds`.

        Raises
        ------
        ValueError
            If a uniform is missing or outside [0, 1).
        """
        return self._draws(self.prior, u)

    def ppf_before_data(self, u: Array) -> Array:
        """Return what `ppf` returns, for the prior that calibration starts from."""
        return self._draws(self.before_data or self.prior, u)

    def _draws(self, prior: Prior | None, u: Array) -> Array:
        if prior is None:
            return np.full(np.shape(u), self.value, dtype=np.float64)
        return truncated_ppf(prior, u, self.bounds)
