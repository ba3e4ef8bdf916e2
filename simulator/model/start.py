"""The state at the start month: who is eligible, who is a member, who pays (equations 2 to 5 of docs/model.md)."""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from simulator.facts import Facts
from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, parse_month
from simulator.facts.pack import PROVINCE
from simulator.model import kernel
from simulator.model.draws import Array
from simulator.model.raking import rake_start

DECEMBERS = ("2022_12", "2023_12", "2024_12", "2025_12")
_POSTS = {
    "non_asn": kernel.NON_ASN,
    "village_officials": kernel.OFFICIALS,
    "rt_rw": kernel.RT_RW,
    "village_cadres": kernel.CADRES,
}


@dataclass(frozen=True)
class StartState:
    """Stocks at the end of the start month, in persons.

    Attributes
    ----------
    eligible, members : array, shape (n_draws, n_segments, n_districts)
    funded : array, shape (n_draws, n_slots, n_districts)
    grace : array, shape (n_draws, n_slots, 3, n_districts)
    rate : array, shape (n_draws,)
        The drawn coverage of the province, a share.
    """

    eligible: Array
    members: Array
    funded: Array
    grace: Array
    rate: Array


def start_state(facts: Facts, sample: dict[str, Array], *, month: int) -> StartState:
    """Build the start state of every draw.

    Parameters
    ----------
    sample : dict of arrays, each of shape (n_draws,)
        Drawn parameters by id; ``district_share`` and ``district_rate`` are standard normals, (n_draws, n_districts).
    month : int
        Start month number, from December 2022 to the data month.

    Raises
    ------
    ValueError
        If the facts contradict each other so far that no start state has all margins.
    """
    n_draws = sample["eligible_total"].size
    funded, grace = _funded_layer(facts, month, sample["grace_months"])
    held = _by_segment(funded, grace)
    total = sample["eligible_total"] * np.exp(-sample["eligible_growth"] * (DATA_MONTH - month) / 12)
    left = facts.history.exits[month + 1 - FIRST_MONTH :].sum()
    segment_eligible = _segment_eligible(sample, total, left)
    rate = between_decembers([sample[f"start_rate_{name}"] for name in DECEMBERS], month)
    members = _segment_members(sample, rate * total, segment_eligible, held.sum(axis=2), left)
    weight = np.array([d.registry_population for d in facts.districts]) * np.exp(
        sample["district_share_sigma"][:, None] * sample["district_share"]
    )
    rate_of, rate_sd = _district_rates(facts, sample)
    noise = rate_sd * sample["district_rate"] / (rate_of * (1 - rate_of))
    eligible = np.empty((n_draws, kernel.N_SEGMENTS, kernel.N_DISTRICTS))
    inside = np.empty_like(eligible)
    failed = rake_start(
        _seed_pattern(facts),
        held,
        segment_eligible,
        total[:, None] * weight / weight.sum(axis=1, keepdims=True),
        members,
        logit(rate_of) + noise,
        rate * total,
        eligible,
        inside,
    )
    if failed >= 0:
        msg = f"draw {failed}: the start margins contradict each other; check the bounds of the start parameters"
        raise ValueError(msg)
    return StartState(eligible, inside, funded, grace, rate)


def _district_rates(facts: Facts, sample: dict[str, Array]) -> tuple[Array, Array]:
    """Return published rates, shape (n_districts,), and their standard deviations, (n_draws, n_districts).

    A kabupaten/kota whose rate nobody published borrows that of the province, with the spread between districts.
    """
    province = facts.regions[PROVINCE].start_rate
    known = np.array([d.start_rate is not None for d in facts.districts])
    rates = np.array([province if d.start_rate is None else d.start_rate for d in facts.districts], dtype=float)
    unpublished = facts.parameters["district_rate_sd_unpublished"].value
    sd = np.where(known, sample["district_rate_sd"][:, None], unpublished)
    return rates, np.asarray(sd)


def _funded_layer(facts: Facts, month: int, grace_months: Array) -> tuple[Array, Array]:
    """Funded people and those in grace, from the record of past programmes."""
    recorded = facts.history.slots  # (slot, district, month since December 2022)
    now = month - FIRST_MONTH
    n_draws = grace_months.size
    funded = np.broadcast_to(recorded[:, :, now], (n_draws, *recorded.shape[:2])).copy()
    grace = np.zeros((n_draws, recorded.shape[0], kernel.N_AGES, recorded.shape[1]))
    for age in range(min(kernel.N_AGES, now)):
        stopped = np.maximum(recorded[:, :, now - age - 1] - recorded[:, :, now - age], 0.0)
        grace[:, :, age] = np.where(age < grace_months[:, None, None], stopped, 0.0)
    return funded, grace


def _by_segment(funded: Array, grace: Array) -> Array:
    """Funded and grace members by segment and district, shape (n_draws, n_segments, n_districts)."""
    held = np.zeros((funded.shape[0], kernel.N_SEGMENTS, funded.shape[2]))
    for slot, segment in enumerate(kernel.SLOT_SEGMENT):
        held[:, segment] += funded[:, slot] + grace[:, slot].sum(axis=1)
    return held


def _segment_eligible(sample: dict[str, Array], total: Array, left: float) -> Array:
    """Eligible workers by segment, shape (n_draws, n_segments) (equation 2 and the text after it)."""
    parts = np.column_stack([sample[f"class_eligible_{name}"] for name in ("pu", "bpu", "construction")])
    pu, bpu, construction = (total[:, None] * parts / parts.sum(axis=1, keepdims=True)).T
    out = np.empty((total.size, kernel.N_SEGMENTS))
    for name, segment in _POSTS.items():
        out[:, segment] = sample[f"{name}_eligible"]
    out[:, kernel.NON_ASN] += left
    private = pu - out[:, kernel.NON_ASN] - out[:, kernel.OFFICIALS]
    out[:, kernel.LARGE] = sample["firms_large_eligible_share"] * private
    out[:, kernel.SMALL] = private - out[:, kernel.LARGE]
    out[:, kernel.PALM] = sample["palm_eligible"]
    out[:, kernel.VULNERABLE] = sample["vulnerable_eligible"] - sample["palm_eligible"]
    rest = bpu - out[:, kernel.RT_RW : kernel.FARMERS].sum(axis=1)
    out[:, kernel.FARMERS] = sample["farmers_eligible_share"] * rest
    out[:, kernel.INDEPENDENT] = rest - out[:, kernel.FARMERS]
    out[:, kernel.CONSTRUCTION] = construction
    return out


def _segment_members(sample: dict[str, Array], active: Array, eligible: Array, held: Array, left: float) -> Array:
    """Members by segment who are not funded, shape (n_draws, n_segments) (equation 3 and the text after it)."""
    bpu = sample["members_share_bpu"] * active
    pu = sample["members_share_pu_of_rest"] * (active - bpu)
    out = np.zeros_like(eligible)
    for name, segment in _POSTS.items():
        out[:, segment] = sample[f"public_members_{name}"] - held[:, segment]
    counted = sample["public_members_non_asn"] / sample["non_asn_eligible"]
    out[:, kernel.NON_ASN] += left * counted
    private = pu - out[:, kernel.NON_ASN] - out[:, kernel.OFFICIALS]
    large = sample["firms_large_firm_share"] * sample["firms_large_worker_share"]
    small = sample["firms_small_coverage_guess"]
    odds = np.column_stack([large / (1 - large), small / (1 - small)])
    out[:, kernel.LARGE : kernel.SMALL + 1] = split_by_odds(odds, eligible[:, [kernel.LARGE, kernel.SMALL]], private)
    rest = (
        bpu - out[:, kernel.RT_RW : kernel.PALM].sum(axis=1) - held[:, kernel.RT_RW : kernel.CONSTRUCTION].sum(axis=1)
    )
    pair = [kernel.FARMERS, kernel.INDEPENDENT]
    free = eligible[:, pair] - held[:, pair]
    farmers = sample["farmers_members_share"]
    odds = np.column_stack([farmers, 1 - farmers]) / free
    out[:, pair] = split_by_odds(odds, free, rest)
    out[:, kernel.CONSTRUCTION] = active - bpu - pu
    return out


def split_by_odds(odds: Array, pool: Array, total: Array) -> Array:
    """Split `total` members over two pools by one common factor on their odds.

    Parameters
    ----------
    odds : array, shape (n, 2), positive
    pool : array, shape (n, 2), persons
    total : array, shape (n,), persons
        Between 0 and the sum of both pools.

    Returns
    -------
    array, shape (n, 2), persons
        Each inside its pool; the rows add to `total`. The factor k solves the quadratic
        o1 o2 (E1 + E2 - m) k^2 + (o1 E1 + o2 E2 - m (o1 + o2)) k - m = 0.
    """
    a = odds[:, 0] * odds[:, 1] * (pool.sum(axis=1) - total)
    b = (odds * pool).sum(axis=1) - total * odds.sum(axis=1)
    root = np.sqrt(b * b + 4 * a * total)
    # Two forms of the same root; each loses no digits where it is used.
    k = np.where(b > 0, 2 * total / (b + root), (root - b) / (2 * a))
    shifted = odds * k[:, None]
    return np.asarray(pool * shifted / (1 + shifted))


def between_decembers(values: list[Array], month: int) -> Array:
    """Return what holds at `month`, shape (n,), between four values at `DECEMBERS`; flat after the last."""
    ends = [parse_month(name.replace("_", "-")) for name in DECEMBERS]
    later = int(np.searchsorted(ends, month))
    if later == len(ends):
        return values[-1]
    if later == 0:
        return values[0]
    part = (month - ends[later - 1]) / (ends[later] - ends[later - 1])
    return np.asarray((1 - part) * values[later - 1] + part * values[later])


def _seed_pattern(facts: Facts) -> Array:
    """Where the workers of each segment live, up to the margins; shape (n_segments, n_districts)."""
    people = np.array([d.registry_population for d in facts.districts], dtype=float)
    city = np.array([d.kind == "kota" for d in facts.districts])
    seed = np.tile(people, (kernel.N_SEGMENTS, 1))
    seed[[kernel.OFFICIALS, kernel.CADRES]] = np.array([d.villages for d in facts.districts], dtype=float)
    seed[kernel.NON_ASN] = people * _staff_per_person(facts)
    seed[kernel.PALM] = np.array([d.palm_allocation_2023 for d in facts.districts])
    seed[kernel.FARMERS] *= np.where(city, facts.parameters["city_weight_farmers"].value, 1.0)
    seed[[kernel.LARGE, kernel.SMALL]] *= np.where(city, facts.parameters["city_weight_firms"].value, 1.0)
    return np.asarray(seed)


def _staff_per_person(facts: Facts) -> Array:
    """Part-time PPPK per registered person, which tells where non-ASN staff work, shape (n_districts,).

    Most of that staff became part-time PPPK. Where nobody published their number, the mean of the others is borrowed;
    where nobody did anywhere, staff live where people live.
    """
    people = np.array([d.registry_population for d in facts.districts], dtype=float)
    known = np.array([d.part_time_pppk is not None for d in facts.districts])
    if not known.any():
        return np.ones_like(people)
    staff = np.array([d.part_time_pppk or 0 for d in facts.districts], dtype=float)
    return np.asarray(np.where(known, staff / people, staff.sum() / people[known].sum()))
