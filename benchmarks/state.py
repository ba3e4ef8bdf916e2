"""The state of all draws in NumPy, as the rival of the kernel starts with it; see `benchmarks.vectorised`."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.model import Inputs, kernel
from simulator.model.kernel import (
    APBD_DISTRICT,
    CADRES,
    CONSTRUCTION,
    FARMERS,
    FIRST_DISCOUNT,
    FIRST_YEAR,
    INDEPENDENT,
    LARGE,
    N_DISTRICTS,
    N_PROGRAMMES,
    N_SEGMENTS,
    N_SLOTS,
    NON_ASN,
    PALM,
    RENEWAL_FROM,
    SLOT_SEGMENT,
    SMALL,
    VULNERABLE,
)

Array = NDArray[np.float64]

FIRMS = [LARGE, SMALL]
ORGANIC = [LARGE, SMALL, FARMERS, INDEPENDENT, CONSTRUCTION]
FIXED = [s for s in range(N_SEGMENTS) if s not in ORGANIC]  # segments whose hazards never change
POSTS = slice(NON_ASN, CADRES + 1)
SLOTS = [range(first, end) for first, end in pairwise(kernel.FIRST_SLOT.tolist())]
SLOTS_OF = [[k for k in range(N_SLOTS) if SLOT_SEGMENT[k] == s] for s in range(N_SEGMENTS)]
LEVER = {name: i for i, name in enumerate(kernel.LEVER_IDS)}


def divide(a: Array, b: Array) -> Array:
    """Return a / b, 0 where b is 0."""
    return np.divide(a, b, out=np.zeros(np.broadcast_shapes(a.shape, b.shape)), where=b != 0)


class State:
    """The draws on their way through the months; the last axis of every array is the draw."""

    def __init__(self, inputs: Inputs, draws: NDArray[np.intp]) -> None:
        sample, start = inputs.sample, inputs.sample.start
        self.inputs = inputs
        self.par = dict(zip(kernel.PARAMETER_IDS, sample.par[draws].T.copy(), strict=True))
        self.today = dict(zip(kernel.LEVER_IDS, sample.base[draws].T.copy(), strict=True))
        self.renewal = sample.renewal[draws].transpose(1, 2, 0).copy()
        self.shocks = sample.shocks[draws].T.copy()
        self.eligible = start.eligible[draws].transpose(1, 2, 0).copy()
        self.members = start.members[draws].transpose(1, 2, 0).copy()
        self.funded = start.funded[draws].transpose(1, 2, 0).copy()
        self.grace = start.grace[draws].transpose(1, 2, 3, 0).copy()
        n = self.eligible.shape[2]
        self.waiting, self.gate = np.zeros((2, N_DISTRICTS, n))
        self.places, self.overlap, self.lost, self.gap = np.zeros((4, N_PROGRAMMES, N_DISTRICTS, n))
        self.uncovered = self.eligible - self.members - self.held()
        self._remember_start()
        self._start_hazards()

    def held(self) -> Array:
        """Funded members and those in grace by segment."""
        held = np.zeros_like(self.eligible)
        for k, s in enumerate(SLOT_SEGMENT):
            held[s] += self.funded[k]
            held[s] += self.grace[k].sum(axis=0)
        return held

    def _remember_start(self) -> None:
        eligible, members, par = self.eligible, self.members, self.par
        self.members0 = members.copy()
        self.non_asn_key = eligible[NON_ASN] / eligible[NON_ASN].sum(axis=0)
        self.part_share = par["pppk_part_total"] / eligible[NON_ASN].sum(axis=0)
        self.eligible0 = eligible.sum(axis=0)
        self.c0 = members[INDEPENDENT] / eligible[INDEPENDENT]
        reach = par["public_reach"] - divide(members[POSTS], eligible[POSTS])
        self.reach = np.maximum(0.0, reach)
        public = [k for p in range(FIRST_DISCOUNT) if p != APBD_DISTRICT for k in SLOTS[p]]
        self.public0 = members[POSTS].sum(axis=0) + self.funded[public].sum(axis=0)
        self.public0 += self.grace[public].sum(axis=(0, 1))
        weight = np.stack([par[f"season_weight_{name}"] for name in ("pu", "bpu", "construction")])[kernel.CLASS_OF]
        by_segment = members.sum(axis=1)
        self.depth = par["season_depth"] * weight * by_segment.sum(axis=0) / (by_segment * weight).sum(axis=0)

    def _start_hazards(self) -> None:
        """Equations 6 and 7, and the exponentials of the segments whose hazards never change."""
        par, members, uncovered = self.par, self.members, self.uncovered
        n = members.shape[2]
        loss, dilution, drift = np.zeros((3, N_SEGMENTS, 1, n))
        loss[FIRMS] = -np.log(1 - par["lapse_pu"])
        loss[PALM:] = -np.log(1 - par["lapse_bpu"])
        loss[CONSTRUCTION] = -np.log(1 - par["lapse_construction"])
        dilution[NON_ASN:] = np.maximum(par["eligible_growth"], 0.0) / 12
        self.per_member = self.eligible.sum(axis=(0, 1)) / members[ORGANIC].sum(axis=(0, 1))
        drift[ORGANIC] = par["drift"] / 12 * self.per_member
        outside = (drift + dilution) * members
        need = loss * members + outside
        joining = np.where(need > 0, divide(need, uncovered), 0.0)
        leaving = np.where(need < 0, -divide(outside, members), loss)
        self.joining, self.leaving = joining[ORGANIC], leaving[ORGANIC]
        self.disturbed = divide(members, uncovered)[ORGANIC]
        firms = self.eligible[FIRMS].sum(axis=0)
        self.pushed = divide(np.stack([firms, firms, self.eligible[CONSTRUCTION]]), uncovered[[*FIRMS, CONSTRUCTION]])
        self.fixed = self.shares(joining[FIXED], leaving[FIXED])
        self.fixed_join = -np.expm1(-joining[FIXED])

    @staticmethod
    def shares(joining: Array, leaving: Array) -> tuple[Array, Array]:
        """Shares of U that join and of M that lapse within the month (equation 13)."""
        both = joining + leaving
        phi = np.divide(-np.expm1(-both), both, out=np.ones_like(both), where=both > 0)
        return joining * phi, leaving * phi

    def blend(self, t: int, name: str, baseline: Array | float) -> Array | float:
        """Equation 18."""
        weight = self.inputs.weight[t, LEVER[name]]
        if not weight.any():
            return baseline
        weight = weight[:, None]
        return baseline * (1 - weight) + self.inputs.value[LEVER[name]][:, None] * weight

    def month(self, t: int) -> int:
        """Month number of month index t."""
        return self.inputs.start_month + t

    def renewed(self, t: int, row: int | slice) -> Array | float:
        """Return how much of the 2026 plan a baseline programme pays."""
        year = self.month(t) // 12
        return self.renewal[row, year - FIRST_YEAR] if year >= RENEWAL_FROM else 1.0

    def held_vulnerable(self) -> Array:
        """Funded members and those in grace of the vulnerable segment."""
        slots = SLOTS_OF[VULNERABLE]
        return self.funded[slots].sum(axis=0) + self.grace[slots].sum(axis=(0, 1))
