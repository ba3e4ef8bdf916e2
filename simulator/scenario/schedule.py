"""Levers in time: how much of each counts, month by month and district by district."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.facts.calendar import parse_month
from simulator.facts.pack import DISTRICT_CODES
from simulator.scenario.levers import LEVER_INDEX, LEVERS
from simulator.scenario.records import Scenario, Setting

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LeverPaths:
    """All levers of a scenario as arrays, in the order of `LEVERS` and of `DISTRICT_CODES`.

    Missing numbers are not-a-number on purpose: a sum that forgets to ask whether a lever is set cannot
    pass for a result. `resolve` returns finite numbers only.

    Attributes
    ----------
    province : array, shape (n_levers,)
        The province value in the lever's unit; NaN where none is given. A month is its month number.
    value : array, shape (n_levers, n_districts)
        The district's own value; NaN where it follows the province.
    weight : array, shape (n_levers, n_districts, n_months + 1), 0-1
        Share of the way from the baseline to the value; index 0 is the first month asked for. Exactly 0
        where neither the province nor the district sets the lever, before its start and from its end on.
        All districts that are set share one schedule.
    """

    province: Array
    value: Array
    weight: Array

    def resolve(self, split: Array) -> Array:
        """Return the number that holds in each district.

        Parameters
        ----------
        split : array, shape (n_levers, n_districts)
            What one unit of the province value means in each district: the district's part for levers that
            are a `total`, 1 for the others. The rule is the model's.

        Returns
        -------
        array, shape (n_levers, n_districts)
            The own value where there is one, else the province value times `split`, else exactly 0 (and
            there the weight is 0). An own value does not change what the other districts get.
        """
        follows = self.province[:, None] * split
        chosen = np.where(np.isnan(self.value), follows, self.value)
        return np.where(np.isnan(chosen), 0.0, chosen)


def lever_paths(scenario: Scenario, first_month: int, n_months: int) -> LeverPaths:
    """Lay the levers of a scenario over time.

    Parameters
    ----------
    scenario : Scenario
        The scenario; a lever without a start begins in the month after the scenario's start.
    first_month : int
        Month number of index 0, the month whose state is given.
    n_months : int
        Months that follow it.

    Returns
    -------
    LeverPaths
        Values and weights; with a start s, a ramp of r months and an end e the weight in month t is 0 before
        s, min(1, (t - s + 1) / r) from s on (1 at once for r of 0 or 1), and 0 from e on.

    Raises
    ------
    ValueError
        If `n_months` is negative.

    Notes
    -----
    Section "Levers" of docs/model.md.
    """
    if n_months < 0:
        msg = f"n_months is {n_months}; 0 or more is allowed"
        raise ValueError(msg)
    months = np.arange(first_month, first_month + n_months + 1)
    province = np.full(len(LEVERS), np.nan)
    value = np.full((len(LEVERS), len(DISTRICT_CODES)), np.nan)
    weight = np.zeros((len(LEVERS), len(DISTRICT_CODES), months.size))
    for id, setting in scenario.levers.items():
        lever = LEVER_INDEX[id]
        weights = _weights(setting, scenario.first_effect(id), months)
        if setting.value is not None:
            province[lever] = LEVERS[id].number(setting.value)
            weight[lever] = weights
        for code, number in setting.districts.items():
            district = DISTRICT_CODES.index(code)
            value[lever, district] = LEVERS[id].number(number)
            weight[lever, district] = weights
    return LeverPaths(province=province, value=value, weight=weight)


def _weights(setting: Setting, start: int, months: npt.NDArray[np.int64]) -> Array:
    """Return the weight of one lever, shape (months,), from its month of first effect."""
    grown = np.minimum(1.0, (months - start + 1) / max(setting.ramp_months, 1))
    in_force = months >= start
    if setting.end is not None:
        in_force &= months < parse_month(setting.end)
    return np.where(in_force, grown, 0.0)
