"""The equations of docs/model.md in NumPy, vectorised over draws, districts and segments: the kernel's rival.

Python loops run over months, programmes and slots only. Arrays hold the draws last, so that a segment or a slot is one
contiguous piece of memory, and draws that fill the programmes in the same order stand side by side, so that each order
is a slice. What no month changes is computed once, and empty slots are left out.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.state import FIRMS, FIXED, LEVER, ORGANIC, POSTS, SLOTS, SLOTS_OF, Array, State, divide
from simulator.facts.calendar import DATA_MONTH
from simulator.model import Inputs, kernel
from simulator.model.kernel import (
    APBD_DISTRICT,
    APBD_PROVINCE,
    CADRES,
    CSR,
    DBH,
    DISCOUNT,
    ELECTION,
    FARMERS,
    FIRST_DISCOUNT,
    INDEPENDENT,
    N_AGES,
    N_DISTRICTS,
    N_FUNDS,
    N_PROGRAMMES,
    N_SEGMENTS,
    N_SHARED,
    NON_ASN,
    RENEWAL_FROM,
    SLOT_SEGMENT,
    VILLAGE,
    VULNERABLE,
)  # fmt: skip

FUND_LEVERS = (("apbd_amount",), ("metro_share",), ("village_share", "village_people"), ("dbh_amount", "dbh_share"),
               ("csr_amount",))  # fmt: skip


@dataclass
class Result:
    """Arrays as in `simulator.model.Projection`."""

    active: Array
    reported: Array
    base: Array
    by_segment: Array
    money: Array


def run(inputs: Inputs) -> Result:
    """Project every draw; see `simulator.model.run_inputs`."""
    n_draws, months = inputs.sample.base.shape[0], inputs.n_months + 1
    years = (inputs.start_month + inputs.horizon) // 12 - inputs.start_month // 12 + 1
    result = Result(
        *(np.empty((months, N_DISTRICTS, n_draws)) for _ in range(3)),
        np.empty((months, N_SEGMENTS, n_draws)),
        np.zeros((years, N_FUNDS, kernel.N_MONEY, n_draws)),
    )
    together = _by_order(inputs)
    _Draws(inputs, together).project(result)
    back = np.argsort(together)
    return Result(
        *(a[:, :, back].transpose(2, 1, 0) for a in (result.active, result.reported, result.base, result.by_segment)),
        result.money[..., back].transpose(3, 1, 0, 2),
    )


def _by_order(inputs: Inputs) -> NDArray[np.intp]:
    """Return the draws such that those that fill the programmes in the same order stand together."""
    draws = _Draws(inputs, np.arange(inputs.sample.base.shape[0]))
    draws.set_windows(1)
    return np.lexsort(draws.order)


def _odds(share: Array, factor: Array) -> Array:
    return factor * share / (1 + (factor - 1) * share)


class _Draws(State):
    """The draws on their way through the months."""

    def project(self, result: Result) -> None:
        """Run all months and fill `result`."""
        inputs, memory = self.inputs, self.par["disturbance_memory"]
        z = self.shocks[0]
        self._record(0, result)
        for t in range(1, inputs.n_months + 1):
            self._grow()
            self._full_pppk(t)
            self._part_time_pppk(t)
            if t == inputs.layoff_month:
                self._lay_off(t)
            z = memory * z + np.sqrt(1 - memory * memory) * self.shocks[t]
            self._organic(t, self.par["disturbance_sd"] / 12 * z * self.per_member)
            self._end_grace(t)
            self.set_windows(t)
            self._shared_places(t)
            self._slot_places(t)
            self._recorded_places(t)
            self._open_and_close(t)
            self._fill_all(t)
            self._record(t, result)
            if t <= inputs.horizon:
                self._pay(t, result.money)

    def _grow(self) -> None:
        """Equation 9."""
        rate = np.expm1(self.par["eligible_growth"] / 12)
        shrinking = np.flatnonzero(rate < 0)
        if shrinking.size:
            for stock in (self.eligible, self.uncovered, self.members, self.funded, self.grace, self.waiting):
                stock[..., shrinking] *= 1 + rate[shrinking]
        new = np.maximum(rate, 0.0) * self.eligible
        insured = new[FIRMS] * divide(self.members[FIRMS], self.eligible[FIRMS])
        self.eligible += new
        self.uncovered += new
        self.members[FIRMS] += insured
        self.uncovered[FIRMS] -= insured

    def _full_pppk(self, t: int) -> None:
        """Equations 10 and 27."""
        inputs, eligible = self.inputs, self.eligible[NON_ASN]
        drawn_runs, promise_runs, past = inputs.flags[:, t]
        if drawn_runs == promise_runs == past == 0:
            return
        own = np.where(inputs.own_pppk[:, None], 1.0, self.non_asn_key)
        promised = promise_runs * inputs.value[LEVER["pppk_full"]][:, None] * own
        weight = inputs.weight[t, LEVER["pppk_full"]][:, None]
        people = (1 - weight) * drawn_runs * self.today["pppk_full"] * self.non_asn_key + weight * promised
        people = people / self.par["pppk_conversion_months"] + past * eligible / eligible.sum(axis=0)
        keep = 1 - divide(people, eligible)
        for stock in (self.eligible, self.uncovered, self.members):
            stock[NON_ASN] *= keep
        self.waiting *= keep
        for k in SLOTS_OF[NON_ASN]:
            self.funded[k] *= keep
            self.grace[k] *= keep

    def _part_time_pppk(self, t: int) -> None:
        """Equation 11."""
        if t == self.inputs.part_start:
            kept = self.blend(t, "pppk_part_kept", self.today["pppk_part_kept"])
            moved = self.members[NON_ASN] * self.part_share * (1 - kept)
            self.members[NON_ASN] -= moved
            self.waiting += moved
        returning = self.inputs.part_start + self.par["pppk_return_months"] == t
        if returning.any():
            ended = np.where(returning, self.waiting, 0.0)
            back = self.par["pppk_return_share"] * ended
            self.members[NON_ASN] += back
            self.uncovered[NON_ASN] += ended - back
            self.waiting -= ended

    def _lay_off(self, t: int) -> None:
        """Equation 12."""
        moved = self.blend(t, "layoff_shock", 0.0) * self.members[FIRMS]
        self.members[FIRMS] -= moved
        self.eligible[FIRMS] -= moved
        self.uncovered[INDEPENDENT] += moved.sum(axis=0)
        self.eligible[INDEPENDENT] += moved.sum(axis=0)

    def _joining_now(self, t: int, shift: Array) -> Array:
        """Return the joining hazard of the organic segments, in the order of `ORGANIC` (equation 8)."""
        par = self.par
        joining = self.joining.copy()
        joining[2:4] *= self.blend(t, "outreach", 1.0)
        coverage = self.members[INDEPENDENT] / self.eligible[INDEPENDENT]
        relative = np.divide(coverage, self.c0, out=np.ones_like(coverage), where=self.c0 > 0)
        joining[3] *= relative ** par["imitation"]
        if self.inputs.weight[t, LEVER["enforcement"]].any():
            push = self.blend(t, "enforcement", 0.0) * (par["enforcement_gain"] / 12) * self.pushed
            focus = self.blend(t, "enforcement_focus", self.today["enforcement_focus"])
            joining[0] += push[0] * focus
            joining[1] += push[1] * (1 - focus)
            joining[4] += push[2]
        joining += np.maximum(shift, 0.0) * self.disturbed
        return joining

    def _organic(self, t: int, shift: Array) -> None:
        """Equation 13."""
        uncovered, members = self.uncovered, self.members
        joining = self._joining_now(t, shift)
        join, lapse = np.empty((2, *uncovered.shape))
        join[FIXED], lapse[FIXED] = self.fixed
        join[ORGANIC], lapse[ORGANIC] = self.shares(joining, self.leaving + np.maximum(-shift, 0.0))
        join *= uncovered
        lapse *= members
        members += join - lapse
        uncovered += lapse - join
        self._funded_join(FARMERS, -np.expm1(-joining[2]))
        self._funded_join(INDEPENDENT, -np.expm1(-joining[3]))
        for s, share in zip(FIXED, self.fixed_join, strict=True):
            if share.any():
                self._funded_join(s, share)
        if self.inputs.weight[t, LEVER["transition_cover"]].any():
            moved = self.par["mover_share"] * self.blend(t, "transition_cover", 0.0) * lapse[FIRMS]
            uncovered[FIRMS] -= moved
            self.eligible[FIRMS] -= moved
            members[INDEPENDENT] += moved.sum(axis=0)
            self.eligible[INDEPENDENT] += moved.sum(axis=0)

    def _funded_join(self, s: int, share: Array) -> None:
        for k in SLOTS_OF[s]:
            for stock in (self.funded[k], *self.grace[k]):
                if stock.any():
                    joined = share * stock
                    stock -= joined
                    self.members[s] += joined

    def _end_grace(self, t: int) -> None:
        """Equation 14."""
        par, grace = self.par, self.grace
        last = par["grace_months"] - 1
        survive = (1 - par["lapse_bpu"]) ** (5 - last)
        keep = np.minimum(1.0, par["keep_six_months"] * self.blend(t, "continuation", 1.0) / survive)
        ends = (np.arange(N_AGES)[:, None, None] == last).astype(float)
        for k, s in enumerate(SLOT_SEGMENT):
            if not grace[k].any():
                continue
            out = (grace[k] * ends).sum(axis=0)
            kept = 0.0 if NON_ASN <= s <= CADRES else keep * out
            self.members[s] += kept
            self.uncovered[s] += out - kept
            np.multiply(grace[k, :-1], 1 - ends[:-1], out=grace[k, 1:])
            grace[k, 0] = 0.0

    def set_windows(self, t: int) -> None:
        """Window length and first calendar month of the shared funds; window levers are the province's."""
        today, n = self.today, self.eligible.shape[2]
        one = {name: np.broadcast_to(self.blend(t, name, today[name]), (N_DISTRICTS, n))[0]
               for name in ("apbd_months", "dbh_months", "dbh_first_month")}  # fmt: skip
        self.length = np.full((N_SHARED, n), 12.0)
        self.length[APBD_PROVINCE] = np.rint(one["apbd_months"])
        self.length[VILLAGE] = self.par["village_months"]
        self.length[DBH] = np.rint(one["dbh_months"])
        self.opening = 13 - self.length
        self.opening[DBH] = np.rint(one["dbh_first_month"])
        self.since = (self.month(t) % 12 + 1 - self.opening) % 12
        self.order = np.argsort(-self.length, axis=0, kind="stable")
        changes = np.flatnonzero((self.order[:, 1:] != self.order[:, :-1]).any(axis=0)) + 1
        self.runs = [slice(a, b) for a, b in pairwise([0, *changes.tolist(), n])]

    def _village_odds(self, t: int) -> Array | float:
        return 1 + self.blend(t, "incentive", 0.0) * (self.par["incentive_odds"] - 1)

    def _shared_places(self, t: int) -> None:
        """Equations 19 to 23."""
        par, today, inputs = self.par, self.today, self.inputs
        registry, palm, villages, own = inputs.keys[:, :, None]
        premium = par["premium_jkk_jkm"] + par["premium_jht"] * self.blend(t, "with_jht", 0.0)
        amount = self.blend(t, "apbd_amount", par["apbd_plan"] * registry * self.renewed(t, kernel.R_APBD))
        self.places[APBD_PROVINCE] = amount / (premium * self.length[APBD_PROVINCE])
        wanted = inputs.value[LEVER["metro_share"]][:, None] * par["metro_intensity"] * self.eligible0 - self.public0
        weight = inputs.weight[t, LEVER["metro_share"]][:, None]
        own = own * self.renewed(t, slice(kernel.R_DISTRICT, None))
        self.places[APBD_DISTRICT] = own * (1 - weight) + np.maximum(0.0, wanted) * weight
        share = self.blend(t, "village_share", today["village_share"] * self.renewed(t, kernel.R_VILLAGE))
        people = self.blend(t, "village_people", today["village_people"])
        self.places[VILLAGE] = villages * _odds(share, self._village_odds(t)) * people
        amount = self.blend(t, "dbh_amount", today["dbh_amount"] * palm)
        amount = amount * self.blend(t, "dbh_share", today["dbh_share"])
        self.places[DBH] = amount / (premium * self.length[DBH])
        later = self.month(t) // 12 >= RENEWAL_FROM
        drawn = self.blend(t, "csr_renewal", self.renewed(t, kernel.R_CSR)) if later else 1.0
        promised = self.blend(t, "csr_renewal", 1.0) if later else 1.0
        weight = inputs.weight[t, LEVER["csr_amount"]][:, None]
        amount = par["csr_plan"] * registry * drawn * (1 - weight)
        amount = amount + inputs.value[LEVER["csr_amount"]][:, None] * promised * weight
        self.places[CSR] = amount / (premium * 12)
        for p in (APBD_PROVINCE, VILLAGE, DBH):
            self.places[p] *= self.since[p] < self.length[p]

    def _mandate(self, t: int) -> Array | float:
        return _odds(self.blend(t, "public_mandate", 0.0), self._village_odds(t)) if t >= 0 else 0.0

    def _slot_places(self, t: int) -> None:
        """Equations 24 to 26."""
        inputs, par, eligible, month = self.inputs, self.par, self.eligible, self.month(t)
        cal = month % 12 + 1
        for name, decided in (("main_budget_month", t - cal), ("revised_budget_month", t - cal + 8)):
            now = par[name] == cal
            if now.any():
                np.copyto(self.gate, self._mandate(decided), where=now)
        x = np.minimum(self._mandate(t), self.gate)
        self.places[N_SHARED : N_SHARED + 4] = x * self.reach * eligible[POSTS]
        officers = 0.0
        if inputs.election[t]:
            registry = inputs.keys[kernel.KEY_REGISTRY][:, None]
            officers = x * par["election_people"] * registry / (eligible[FARMERS] + eligible[INDEPENDENT])
        for j, s in enumerate((FARMERS, INDEPENDENT)):
            self.places[N_SHARED + 4 + j] = officers * eligible[s]
            first, last = inputs.windows[j]
            chosen = inputs.weight[t, LEVER["discount_until"]] > 0
            last = np.where(chosen, inputs.value[LEVER["discount_until"]], last)
            reached = np.where((first <= month) & (month <= last), min(1.0, (month - first + 1) / 9), 0.0)[:, None]
            self.places[FIRST_DISCOUNT + j] = par["discount_extra"] * self.members0[s] * reached

    def _recorded_places(self, t: int) -> None:
        """In past months the recorded head counts stand, unless a lever of the fund has weight."""
        self.recorded = np.zeros((N_PROGRAMMES, N_DISTRICTS, 1), bool)
        if self.month(t) > DATA_MONTH:
            return
        recorded, weight = self.inputs.recorded[t], self.inputs.weight[t]
        for p, levers in enumerate(FUND_LEVERS):
            w = weight[[LEVER[name] for name in levers]].max(axis=0)[:, None]
            self.places[p] = recorded[p][:, None] * (1 - w) + self.places[p] * w
            self.recorded[p] = w == 0
        posts = slice(N_SHARED, FIRST_DISCOUNT)
        untouched = weight[LEVER["public_mandate"]] == 0
        self.places[posts, untouched] = recorded[posts, untouched, None]

    def _open_and_close(self, t: int) -> None:
        """Equations 15 and 16."""
        for p, slots in enumerate(SLOTS):
            here = slice(slots.start, slots.stop)
            funded, grace, overlap, lost = self.funded[here], self.grace[here], self.overlap[p], self.lost[p]
            places = self.places[p]
            is_open = places > 0
            waiting = np.where(is_open & (self.gap[p] > 0), overlap, 0.0)
            overlap -= waiting
            self.gap[p] = np.where(is_open, 0.0, self.gap[p] + 1)
            lost *= is_open & (self.since[p] != 0) if p < N_SHARED else is_open
            overlap *= is_open | (self.gap[p] < self.par["grace_months"])
            held = funded.sum(axis=0) + overlap
            if not held.any() and not grace.any() and not waiting.any():
                continue
            keep = np.where(held > places, divide(places, held), 1.0)
            left = funded * keep
            if kernel.PROGRAMME_FUND[p] == ELECTION:
                self.uncovered[SLOT_SEGMENT[here]] += funded - left
            else:
                grace[:, 0] += funded - left
            np.copyto(overlap, overlap * keep, where=is_open)
            room = places - left.sum(axis=0) - overlap - lost
            share = np.minimum(1.0, divide(np.maximum(room, 0.0), grace.sum(axis=(0, 1)) + waiting))
            share *= is_open
            overlap += share * waiting
            back = share * grace
            grace -= back
            funded[:] = left + back.sum(axis=1)

    def _fill_all(self, t: int) -> None:
        """Equation 17."""
        n = self.eligible.shape[2]
        registry = self.inputs.keys[kernel.KEY_REGISTRY][:, None]
        self.list_room = self.par["vulnerable_list"] * registry - self.held_vulnerable()
        capacity = self.blend(t, "registration_capacity", self.today["registration_capacity"])
        self.left = np.broadcast_to(capacity, (N_DISTRICTS, n))[0].copy()
        for run in self.runs:
            for p in self.order[:, run.start].tolist():
                self._fill(t, p, run)
        for p in range(N_SHARED, N_PROGRAMMES):
            self._fill(t, p, slice(None))

    def _fill(self, t: int, p: int, run: slice) -> None:
        """Take new names of one programme in draws that stand together."""
        fund = kernel.PROGRAMME_FUND[p]
        room = self.places[p, :, run] - self.overlap[p, :, run] - self.lost[p, :, run]
        for k in SLOTS[p]:
            room -= self.funded[k, :, run]
        if room.max() <= 0:
            return
        np.maximum(room, 0.0, out=room)
        uncovered, list_room = self.uncovered[:, :, run], self.list_room[:, run]
        pools = [uncovered[SLOT_SEGMENT[k]] for k in SLOTS[p]]
        for j, k in enumerate(SLOTS[p]):
            if SLOT_SEGMENT[k] == VULNERABLE:
                pools[j] = np.minimum(pools[j], np.maximum(list_room, 0.0))
        pool = sum(pools)
        passed, doubled = self._yield(t, p, fund, run)
        rho = passed * (1 - doubled)
        names = np.where(rho * room <= pool, room, divide(pool, rho)) * (pool > 0)
        if kernel.USES_CAPACITY[fund]:
            names = self._within_capacity(names, p, run)
        people = rho * names
        for k, available in zip(SLOTS[p], pools, strict=True):
            taken = np.minimum(people, available)
            uncovered[SLOT_SEGMENT[k]] -= taken
            self.funded[k, :, run] += taken
            people -= taken
            if SLOT_SEGMENT[k] == VULNERABLE:
                list_room -= taken
        if kernel.VERIFIED[fund]:
            self.overlap[p, :, run] += passed * doubled * names
            self.lost[p, :, run] += (1 - passed) * names

    def _yield(self, t: int, p: int, fund: int, run: slice) -> tuple[Array, Array]:
        """Share of names that pass, and share of those already insured."""
        if not kernel.VERIFIED[fund]:
            return np.ones((1, 1)), np.zeros((1, 1))
        passed = np.broadcast_to(self.blend(t, "list_quality", self.today["list_quality"]), self.places[p].shape)
        exempt = self.recorded[p]
        return np.where(exempt, 1.0, passed[:, run]), np.where(exempt, 0.0, self.par["overlap"][run])

    def _within_capacity(self, names: Array, p: int, run: slice) -> Array:
        left, asked = self.left[run], np.where(self.recorded[p], 0.0, names)
        total = asked.sum(axis=0)
        short = total > left
        if short.any():
            names = np.where(self.recorded[p], names, names * np.where(short, divide(left, total), 1.0))
        self.left[run] = np.where(short, 0.0, left - total)
        return names

    def _record(self, t: int, result: Result) -> None:
        """Equations 28 and 29."""
        active = self.members + self.held()
        hidden = self.depth * self.inputs.profile[self.month(t) % 12]
        removed = self.blend(t, "pppk_part_out_of_base", 0.0) * self.part_share * self.eligible[NON_ASN]
        result.active[t] = active.sum(axis=0)
        result.reported[t] = result.active[t] - (hidden[:, None] * self.members).sum(axis=0)
        result.base[t] = self.eligible.sum(axis=0) - removed
        result.by_segment[t] = active.sum(axis=1)

    def _pay(self, t: int, money: Array) -> None:
        """Rupiah planned and spent and person-months paid, by fund and year."""
        par = self.par
        year = self.month(t) // 12 - self.inputs.start_month // 12
        extra = par["premium_jht"] * self.blend(t, "with_jht", 0.0)
        for p, slots in enumerate(SLOTS):
            fund = kernel.PROGRAMME_FUND[p]
            premium = par["premium_jkk_jkm"] if fund != APBD_DISTRICT else par["district_cost_year"] / 12
            premium = (premium + extra if p < N_SHARED else premium) * (fund != DISCOUNT)
            paid = (self.overlap[p] + self.funded[slots.start : slots.stop].sum(axis=0)) * (self.places[p] > 0)
            money[year, fund, 0] += (premium * self.places[p]).sum(axis=0)
            money[year, fund, 1] += (premium * paid).sum(axis=0)
            money[year, fund, 2] += paid.sum(axis=0)
