"""Scenarios against each other, future by future: all run on the same draws, so a difference is the plan's alone."""

from dataclasses import dataclass

import numpy as np

from simulator.answers.arrival import NEVER, Months, arrival_quantile
from simulator.answers.bands import public_rupiah
from simulator.model import Projection
from simulator.model.draws import Array

RANGE = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class MonthsEarlier:
    """How much earlier a plan arrives than its reference, over futures; shares 0-1.

    Attributes
    ----------
    earlier, same, later, neither : float
        Shares of futures; `neither` of those in which neither arrives by the horizon. They add to one.
    at_least : tuple of int
        Months earlier at the levels of `RANGE`, negative where later. A future that never arrives counts as arriving in
        the month after the horizon, so the true number is at least as large in size.
    """

    earlier: float
    same: float
    later: float
    neither: float
    at_least: tuple[int, int, int]


@dataclass(frozen=True)
class Price:
    """Extra public rupiah for each extra member who is still there at the horizon.

    Attributes
    ----------
    middle : float or None
        Mean rupiah over mean people; None where `note` says that there is no price.
    ends : tuple of float or None
        Between them lie 8 of 10 futures.
    note : str
        ``people`` where the extra members cannot be told from none: one future in ten or more has none; ``rupiah``
        where the same holds of the extra rupiah. Else empty.
    """

    middle: float | None
    ends: tuple[float, float] | None
    note: str


def months_earlier(reference: Months, other: Months, *, horizon: int) -> Months:
    """Return in each future by how many months `other` arrives before `reference`; never counts as horizon + 1."""
    before, after = (np.where(months == NEVER, horizon + 1, months) for months in (reference, other))
    return np.asarray(before - after)


def compare_arrivals(reference: Months, other: Months, *, horizon: int) -> MonthsEarlier:
    """Compare arrival months draw by draw.

    Parameters
    ----------
    reference, other : array of int, shape (n_draws,)
        As from `simulator.answers.arrivals`, of the same draws.
    horizon : int
        Last month index that counts.
    """
    gained = months_earlier(reference, other, horizon=horizon)
    neither = (reference == NEVER) & (other == NEVER)
    # All futures are ranked, so a quantile is a number of months that some future has.
    low, middle, high = (arrival_quantile(gained - gained.min(), level) + int(gained.min()) for level in RANGE)
    return MonthsEarlier(
        earlier=float((gained > 0).mean()),
        same=float(((gained == 0) & ~neither).mean()),
        later=float((gained < 0).mean()),
        neither=float(neither.mean()),
        at_least=(low, middle, high),
    )


def extra_coverage(reference: Projection, other: Projection) -> Array:
    """Return the difference of coverage up to the horizon, shape (n_draws, horizon + 1), shares."""
    return np.asarray((other.coverage - reference.coverage)[:, : reference.inputs.horizon + 1])


def extra_people(reference: Projection, other: Projection) -> Array:
    """Return the difference of active members up to the horizon, shape (n_draws, horizon + 1), persons."""
    end = reference.inputs.horizon + 1
    return np.asarray((other.active - reference.active)[:, :, :end].sum(axis=1))


def extra_rupiah(reference: Projection, other: Projection) -> Array:
    """Return the difference of public rupiah from the start to the horizon, shape (n_draws,)."""
    return np.asarray(public_rupiah(other) - public_rupiah(reference))


def rupiah_per_retained(people: Array, rupiah: Array) -> Price:
    """Price what a plan adds: extra public rupiah of the whole run for each extra member at its end.

    The price is the mean of the rupiah over the mean of the people. A mean of ratios would be led by the futures with
    hardly any extra member. The ends of its range are those of the futures' own ratios; a future that pays and keeps
    nobody counts as dearest.

    Parameters
    ----------
    people : array, shape (n_draws,)
        Extra members at the horizon, future by future.
    rupiah : array, shape (n_draws,)
        Extra public rupiah up to the horizon.
    """
    if (people < 1).mean() >= RANGE[0] or people.mean() < 1:
        return Price(None, None, "people")
    if (rupiah <= 0).mean() >= RANGE[0] or rupiah.mean() <= 0:
        return Price(None, None, "rupiah")
    each = np.divide(rupiah, people, out=np.full(people.size, np.inf), where=people >= 1)
    # By rank, so that a future without a gain is never averaged with one that has it.
    low, high = np.quantile(each, (RANGE[0], RANGE[2]), method="inverted_cdf")
    return Price(float(rupiah.mean() / people.mean()), (float(low), float(high)), "")
