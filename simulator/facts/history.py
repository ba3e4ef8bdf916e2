"""Past programmes as arrays of people by payer, place and month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH
from simulator.facts.catalogue import Exit, Fund, Region, Window
from simulator.facts.priors import Array

if TYPE_CHECKING:
    from simulator.facts.load import Facts

N_MONTHS = DATA_MONTH - FIRST_MONTH + 1  # December 2022 to the data month, both included
_RUN = ("realised", "planned", "assumed")  # kinds of windows whose people are part of the past that is run


@dataclass(frozen=True, eq=False)
class History:
    """Past lever paths: the records, and the arrays made from them.

    Attributes
    ----------
    windows : mapping of str to Window
    decrees : mapping of str to Exit
    slots : array, shape (n_slots, n_districts, n_months), persons
        People paid for in each month, December 2022 first; a slot is one pair of fund and segment, in fund order.
    exits : array, shape (n_months,), persons
        Non-ASN staff who left as full PPPK in each month.
    """

    windows: Mapping[str, Window]
    decrees: Mapping[str, Exit]
    slots: Array
    exits: Array


def slot_pairs(funds: Mapping[str, Fund]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of fund and segment, funds in their order, segments in filling order."""
    return tuple((name, segment) for name, fund in funds.items() for segment in fund.segments)


def build_history(
    windows: Mapping[str, Window],
    decrees: Mapping[str, Exit],
    *,
    districts: Sequence[Region],
    funds: Mapping[str, Fund],
    planned_share: float,
) -> History:
    """Spread the records of past programmes over slots, districts and months.

    Parameters
    ----------
    planned_share : float
        Share of the people of a planned window who are counted; the others of its list fall out at verification.
    """
    pairs = slot_pairs(funds)
    slots = np.zeros((len(pairs), len(districts), N_MONTHS))
    for window in windows.values():
        if window.kind in _RUN:
            share = planned_share if window.kind == "planned" else 1.0
            first, end = max(window.first - FIRST_MONTH, 0), max(window.first - FIRST_MONTH + window.months, 0)
            people = share * people_by_district(window, districts)
            slots[pairs.index((window.fund, window.segment)), :, first:end] += people[:, None]
    exits = np.zeros(N_MONTHS)
    for decree in decrees.values():
        exits[decree.month - FIRST_MONTH] += decree.people
    slots.flags.writeable = exits.flags.writeable = False
    return History(windows, decrees, slots, exits)


def people_by_district(window: Window, districts: Sequence[Region]) -> Array:
    """Return the people of one window by district, shape (n_districts,)."""
    if window.people is None or window.spread is None:
        return np.array([window.people_by_region.get(d.code, 0.0) for d in districts])
    chosen = np.array([not window.regions or d.code in window.regions for d in districts])
    weight = chosen * np.array([getattr(d, window.spread) for d in districts], dtype=float)
    return np.asarray(window.people * weight / weight.sum())


def history_places(facts: "Facts") -> Array:
    """Return people paid for by fund, district and month, shape (n_funds, n_districts, n_months), persons."""
    payer = np.array([fund for fund, _ in slot_pairs(facts.funds)])
    return np.stack([facts.history.slots[payer == fund].sum(axis=0) for fund in facts.funds])


def history_exits(facts: "Facts") -> Array:
    """Return people who left `non_asn` as full PPPK in each month, shape (n_months,), persons."""
    return facts.history.exits
