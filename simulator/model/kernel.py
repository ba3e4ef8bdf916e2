"""One future, month by month, compiled: equations 6 to 29 of docs/model.md.

Everything jitted lives in this one file, because the compiler's cache does not notice a change in an imported
jitted function. The code reads one draw at a time: its whole state (15 districts x 11 segments) stays in the
processor's nearest cache, no draw meets another, and so any split of the draws over threads gives the same digits.

Stocks are laid out ``[segment, district]`` and ``[slot, district]``, in persons.
"""

import math
import os

import numpy as np
from numba import njit

from simulator.facts.pack import DISTRICT_CODES, IS_OWN_PACK

N_DISTRICTS = len(DISTRICT_CODES)
N_SEGMENTS = 11
N_SLOTS = 16
N_SHARED = 5  # programmes with one number of places over several slots
N_PROGRAMMES = 13
N_FUNDS = 8
N_AGES = 3
ROUNDING = 1e-9  # of one place: what is left between places and people when a programme is full
N_MONEY = 3  # planned, spent (rupiah), person-months paid
N_USE = 6  # unspent rupiah by reason (list, pool, capacity); person-months of places, of doubles, of new cover
NEW_MONTHS = 3  # after which a death is paid in full

SEGMENTS = (
    "firms_large", "firms_small", "non_asn", "village_officials", "rt_rw", "village_cadres",
    "palm", "vulnerable", "farmers_fishers", "independent", "construction",
)  # fmt: skip
(LARGE, SMALL, NON_ASN, OFFICIALS, RT_RW, CADRES, PALM, VULNERABLE, FARMERS, INDEPENDENT, CONSTRUCTION) = range(11)
FUNDS = ("apbd_province", "apbd_district", "village", "dbh_sawit", "csr", "public_posts", "election", "discount")
(APBD_PROVINCE, APBD_DISTRICT, VILLAGE, DBH, CSR, PUBLIC_POSTS, ELECTION, DISCOUNT) = range(8)
CLASS_OF = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2])
ORGANIC = np.array([1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1])

# Slot k serves SLOT_SEGMENT[k]; programme p owns slots FIRST_SLOT[p] up to FIRST_SLOT[p + 1].
SLOT_SEGMENT = np.array(
    [VULNERABLE, FARMERS, VULNERABLE, FARMERS, VULNERABLE, PALM, VULNERABLE, VULNERABLE,
     NON_ASN, OFFICIALS, RT_RW, CADRES, FARMERS, INDEPENDENT, FARMERS, INDEPENDENT]
)  # fmt: skip
FIRST_SLOT = np.array([0, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
PROGRAMME_FUND = np.array([0, 1, 2, 3, 4, 5, 5, 5, 5, 6, 6, 7, 7])
VERIFIED = np.array([1, 0, 1, 1, 1, 0, 0, 0])
USES_CAPACITY = np.array([1, 1, 1, 1, 1, 0, 0, 0])
FIRST_DISCOUNT = 11  # programme number of the discount's first segment

LEVER_IDS = (
    "enforcement", "enforcement_focus", "public_mandate", "village_share", "village_people", "incentive",
    "dbh_amount", "dbh_share", "dbh_months", "dbh_first_month", "csr_amount", "csr_renewal",
    "pppk_full", "pppk_part_kept", "pppk_part_out_of_base", "apbd_amount", "apbd_months", "metro_share", "with_jht",
    "list_quality", "continuation", "outreach", "discount_until", "transition_cover", "registration_capacity",
    "layoff_shock",
)  # fmt: skip
(
    L_ENFORCEMENT, L_FOCUS, L_MANDATE, L_VILLAGE_SHARE, L_VILLAGE_PEOPLE, L_INCENTIVE,
    L_DBH_AMOUNT, L_DBH_SHARE, L_DBH_MONTHS, L_DBH_FIRST, L_CSR_AMOUNT, L_CSR_RENEWAL,
    L_PPPK_FULL, L_PPPK_KEPT, L_PPPK_OUT, L_APBD_AMOUNT, L_APBD_MONTHS, L_METRO, L_JHT,
    L_QUALITY, L_CONTINUATION, L_OUTREACH, L_DISCOUNT, L_TRANSITION, L_CAPACITY, L_LAYOFF,
) = range(26)  # fmt: skip

PARAMETER_IDS = (
    "eligible_growth", "drift", "disturbance_sd", "disturbance_memory",
    "lapse_pu", "lapse_bpu", "lapse_construction", "imitation",
    "grace_months", "keep_six_months", "overlap", "public_reach",
    "village_months", "apbd_plan", "csr_plan", "pppk_part_total", "pppk_return_share", "pppk_return_months",
    "pppk_conversion_months", "enforcement_gain", "incentive_odds", "discount_extra", "mover_share",
    "metro_intensity", "district_cost_year", "election_people", "main_budget_month", "revised_budget_month",
    "season_depth", "season_weight_pu", "season_weight_bpu", "season_weight_construction",
    "premium_jkk_jkm", "premium_jht", "vulnerable_list",
)  # fmt: skip
(
    P_GROWTH, P_DRIFT, P_DISTURBANCE, P_MEMORY, P_LAPSE_PU, P_LAPSE_BPU, P_LAPSE_CONSTRUCTION, P_IMITATION,
    P_GRACE, P_KEEP, P_OVERLAP, P_REACH, P_VILLAGE_MONTHS, P_APBD_PLAN, P_CSR_PLAN, P_PART_TOTAL, P_RETURN_SHARE,
    P_RETURN_MONTHS, P_CONVERSION_MONTHS, P_GAIN, P_ODDS, P_DISCOUNT, P_MOVER, P_METRO, P_DISTRICT_COST, P_ELECTION,
    P_MAIN_MONTH, P_REVISED_MONTH, P_DEPTH, P_WEIGHT_PU, P_WEIGHT_BPU, P_WEIGHT_CONSTRUCTION,
    P_PREMIUM, P_JHT, P_LIST,
) = range(35)  # fmt: skip

# Rows of the renewal draws: three province-wide programmes, then apbd_district of each district.
R_APBD, R_VILLAGE, R_CSR, R_DISTRICT = 0, 1, 2, 3
FIRST_YEAR = 2022  # of the renewal draws
RENEWAL_FROM = 2027

# Rows of the district keys.
KEY_REGISTRY, KEY_PALM, KEY_VILLAGES, KEY_OWN_PLACES = range(4)

# The number of districts is compiled in, and the compiler's cache does not notice when another data pack changes it.
_CACHE = not IS_OWN_PACK or "NUMBA_CACHE_DIR" in os.environ

# Everything becomes part of its caller: a call would hand over each array with all its fields, month after month.
_jit = njit(nogil=True, cache=_CACHE, error_model="numpy", forceinline=True)


@_jit
def _blend(levers, month, lever, district, baseline):
    """Equation 18."""
    value, weight = levers
    w = weight[month, lever, district]
    return baseline * (1.0 - w) + value[lever, district] * w


@_jit
def _odds(share, factor):
    """Multiply the odds of `share` by `factor` (equation 21); 0 and 1 stay."""
    return factor * share / (1.0 + (factor - 1.0) * share)


@_jit
def start_hazards(par, eligible, members, uncovered):
    """Return joining and lapse hazards per cell, and the scale of the disturbance (equations 6, 7)."""
    joining = np.zeros((N_SEGMENTS, N_DISTRICTS))
    lapse = np.zeros((N_SEGMENTS, N_DISTRICTS))
    total = 0.0
    organic = 0.0
    for s in range(N_SEGMENTS):
        for d in range(N_DISTRICTS):
            total += eligible[s, d]
            organic += ORGANIC[s] * members[s, d]
    per_member = total / organic
    for s in range(N_SEGMENTS):
        share = 0.0
        if s == LARGE or s == SMALL:
            share = par[P_LAPSE_PU]
        elif s == CONSTRUCTION:
            share = par[P_LAPSE_CONSTRUCTION]
        elif s >= PALM:
            share = par[P_LAPSE_BPU]
        hazard = -math.log(1.0 - share)
        dilution = 0.0 if s == LARGE or s == SMALL else max(par[P_GROWTH], 0.0) / 12.0
        for d in range(N_DISTRICTS):
            m, u = members[s, d], uncovered[s, d]
            lapse[s, d] = hazard
            if m == 0.0:
                continue
            outside = ORGANIC[s] * par[P_DRIFT] / 12.0 * per_member * m + dilution * m
            need = hazard * m + outside
            if need < 0.0:
                lapse[s, d] = -outside / m
            elif u > 0.0:
                joining[s, d] = need / u
    return joining, lapse, per_member


@_jit
def _scale_cell(s, d, factor, eligible, uncovered, members, funded, grace, waiting):
    eligible[s, d] *= factor
    uncovered[s, d] *= factor
    members[s, d] *= factor
    for k in range(N_SLOTS):
        if SLOT_SEGMENT[k] == s:
            funded[k, d] *= factor
            for a in range(N_AGES):
                grace[k, a, d] *= factor
    if s == NON_ASN:
        waiting[d] *= factor


@_jit
def _grow(rate, eligible, uncovered, members, funded, grace, waiting):
    """Equation 9; `rate` is gamma."""
    if rate < 0.0:
        for s in range(N_SEGMENTS):
            for d in range(N_DISTRICTS):
                _scale_cell(s, d, 1.0 + rate, eligible, uncovered, members, funded, grace, waiting)
        return
    for s in range(N_SEGMENTS):
        for d in range(N_DISTRICTS):
            new = rate * eligible[s, d]
            insured = new * members[s, d] / eligible[s, d] if s <= SMALL and new > 0.0 else 0.0
            members[s, d] += insured
            uncovered[s, d] += new - insured
            eligible[s, d] += new


@_jit
def _full_pppk(people, eligible, uncovered, members, funded, grace, waiting):
    """Equation 10; `people` leave non_asn by district."""
    for d in range(N_DISTRICTS):
        if people[d] > 0.0:
            keep = 1.0 - people[d] / eligible[NON_ASN, d]
            _scale_cell(NON_ASN, d, keep, eligible, uncovered, members, funded, grace, waiting)


@_jit
def _shares(join, leave):
    """Shares of U that join and of M that lapse within one month (equation 13)."""
    h = join + leave
    phi = (1.0 - math.exp(-h)) / h if h > 0.0 else 1.0
    return join * phi, leave * phi


@_jit
def _month_shares(t, par, levers, shift, focus, ratio, c0, joining, lapse, members, eligible, shares):
    """Equation 8 in the organic segments, whose hazards change from month to month; `shift` is x(t)."""
    gain = par[P_GAIN] / 12.0
    for s in (LARGE, SMALL, FARMERS, INDEPENDENT, CONSTRUCTION):
        for d in range(N_DISTRICTS):
            u, leave = joining[s, d], lapse[s, d]
            outreach = _blend(levers, t, L_OUTREACH, d, 1.0)
            push = _blend(levers, t, L_ENFORCEMENT, d, 0.0)
            phi = _blend(levers, t, L_FOCUS, d, focus)
            if s == FARMERS or s == INDEPENDENT:
                u *= outreach
                if s == INDEPENDENT and c0[d] > 0.0 and par[P_IMITATION] > 0.0:
                    u *= (members[s, d] / eligible[s, d] / c0[d]) ** par[P_IMITATION]
            else:
                split = phi if s == LARGE else (1.0 - phi if s == SMALL else 1.0)
                u += push * gain * split * ratio[s, d]
            if shift > 0.0:
                u += shift * ratio[N_SEGMENTS + s, d]
            else:
                leave -= shift
            shares[0, s, d], shares[1, s, d] = _shares(u, leave)
            if s == FARMERS or s == INDEPENDENT:
                shares[2, s, d] = 1.0 - math.exp(-u)


@_jit
def _organic(t, par, levers, shares, uncovered, members, eligible, funded, grace, moved, used):
    """Equation 13 for every cell; `moved` is a scratch array for covered movers."""
    for s in range(NON_ASN):
        for d in range(N_DISTRICTS):
            moved[s, d] = par[P_MOVER] * _blend(levers, t, L_TRANSITION, d, 0.0) * members[s, d] * shares[1, s, d]
    for s in range(N_SEGMENTS):
        for d in range(N_DISTRICTS):
            joined = uncovered[s, d] * shares[0, s, d]
            lapsed = members[s, d] * shares[1, s, d]
            uncovered[s, d] += lapsed - joined
            members[s, d] += joined - lapsed
    for s in range(NON_ASN):
        for d in range(N_DISTRICTS):
            uncovered[s, d] -= moved[s, d]
            eligible[s, d] -= moved[s, d]
            members[INDEPENDENT, d] += moved[s, d]
            eligible[INDEPENDENT, d] += moved[s, d]
    for k in range(N_SLOTS):
        s = SLOT_SEGMENT[k]
        if not used[k] or s == PALM or s == VULNERABLE:
            continue
        for d in range(N_DISTRICTS):
            joined = shares[2, s, d] * funded[k, d]
            funded[k, d] -= joined
            members[s, d] += joined
        for a in range(N_AGES):
            for d in range(N_DISTRICTS):
                joined = shares[2, s, d] * grace[k, a, d]
                grace[k, a, d] -= joined
                members[s, d] += joined


@_jit
def _end_grace(t, par, levers, uncovered, members, grace, keep, used):
    """Equation 14; `keep` is a scratch array."""
    last = int(par[P_GRACE]) - 1
    survive = (1.0 - par[P_LAPSE_BPU]) ** (5 - last)
    for d in range(N_DISTRICTS):
        keep[d] = min(1.0, par[P_KEEP] * _blend(levers, t, L_CONTINUATION, d, 1.0) / survive)
    for k in range(N_SLOTS):
        s = SLOT_SEGMENT[k]
        if not used[k]:
            continue
        stays = 0.0 if NON_ASN <= s <= CADRES else 1.0
        for d in range(N_DISTRICTS):
            out = grace[k, last, d]
            kept = stays * keep[d] * out
            members[s, d] += kept
            uncovered[s, d] += out - kept
        for a in range(last, 0, -1):
            for d in range(N_DISTRICTS):
                grace[k, a, d] = grace[k, a - 1, d]
        for d in range(N_DISTRICTS):
            grace[k, 0, d] = 0.0


@_jit
def _open(calendar_month, first, length):
    return (calendar_month - first) % 12 < length


@_jit
def _shared_places(t, month, base, par, renewal, levers, keys, eligible0, public0, places, length, opening):
    """Places of the five funds that share them over slots (equations 19 to 23)."""
    cal = month % 12 + 1
    year = month // 12
    renew = year - FIRST_YEAR if year >= RENEWAL_FROM else -1
    for d in range(N_DISTRICTS):
        share = keys[KEY_REGISTRY, d]
        premium = par[P_PREMIUM] + par[P_JHT] * _blend(levers, t, L_JHT, d, 0.0)
        for p in range(N_SHARED):
            places[p, d] = 0.0
        if _open(cal, opening[APBD_PROVINCE], length[APBD_PROVINCE]):
            plan = par[P_APBD_PLAN] * share * (renewal[R_APBD, renew] if renew >= 0 else 1.0)
            amount = _blend(levers, t, L_APBD_AMOUNT, d, plan)
            places[APBD_PROVINCE, d] = amount / (premium * length[APBD_PROVINCE])
        own = keys[KEY_OWN_PLACES, d] * (renewal[R_DISTRICT + d, renew] if renew >= 0 else 1.0)
        w = levers[1][t, L_METRO, d]
        if w > 0.0:
            wanted = levers[0][L_METRO, d] * par[P_METRO] * eligible0[d] - public0[d]
            own = own * (1.0 - w) + max(0.0, wanted) * w
        places[APBD_DISTRICT, d] = own
        if _open(cal, opening[VILLAGE], length[VILLAGE]):
            plan = base[L_VILLAGE_SHARE] * (renewal[R_VILLAGE, renew] if renew >= 0 else 1.0)
            odds = 1.0 + _blend(levers, t, L_INCENTIVE, d, 0.0) * (par[P_ODDS] - 1.0)
            taking_part = _odds(_blend(levers, t, L_VILLAGE_SHARE, d, plan), odds)
            people = _blend(levers, t, L_VILLAGE_PEOPLE, d, base[L_VILLAGE_PEOPLE])
            places[VILLAGE, d] = keys[KEY_VILLAGES, d] * taking_part * people
        if _open(cal, opening[DBH], length[DBH]):
            amount = _blend(levers, t, L_DBH_AMOUNT, d, base[L_DBH_AMOUNT] * keys[KEY_PALM, d])
            used = _blend(levers, t, L_DBH_SHARE, d, base[L_DBH_SHARE])
            places[DBH, d] = amount * used / (premium * length[DBH])
        w = levers[1][t, L_CSR_AMOUNT, d]
        drawn, promised = 1.0, 1.0
        if renew >= 0:
            drawn = _blend(levers, t, L_CSR_RENEWAL, d, renewal[R_CSR, renew])
            promised = _blend(levers, t, L_CSR_RENEWAL, d, 1.0)
        amount = par[P_CSR_PLAN] * share * drawn * (1.0 - w) + levers[0][L_CSR_AMOUNT, d] * promised * w
        places[CSR, d] = amount / (premium * 12.0)


@_jit
def _mandate(t, par, levers, d):
    odds = 1.0 + _blend(levers, t, L_INCENTIVE, d, 0.0) * (par[P_ODDS] - 1.0)
    return _odds(_blend(levers, t, L_MANDATE, d, 0.0), odds)


@_jit
def _slot_places(t, month, election, windows, par, levers, keys, eligible, members0, c_public, gate, places):
    """Places of public posts, election months and the half-price offer (equations 24 to 26)."""
    cal = month % 12 + 1
    for d in range(N_DISTRICTS):
        if cal == int(par[P_MAIN_MONTH]):
            gate[d] = _mandate(t - cal, par, levers, d) if t >= cal else 0.0
        if cal == int(par[P_REVISED_MONTH]):
            gate[d] = _mandate(t - cal + 8, par, levers, d) if t - cal + 8 >= 0 else 0.0
        x = min(_mandate(t, par, levers, d), gate[d])
        for j in range(4):
            s = NON_ASN + j
            places[N_SHARED + j, d] = x * max(0.0, par[P_REACH] - c_public[j, d]) * eligible[s, d]
        both = eligible[FARMERS, d] + eligible[INDEPENDENT, d]
        for j in range(2):
            s = FARMERS + j
            officers = 0.0
            if election:
                officers = x * par[P_ELECTION] * keys[KEY_REGISTRY, d] * eligible[s, d] / both
            places[9 + j, d] = officers
            last = windows[j, 1]
            if levers[1][t, L_DISCOUNT, d] > 0.0:
                last = int(levers[0][L_DISCOUNT, d])
            reached = 0.0
            if windows[j, 0] <= month <= last:
                reached = min(1.0, (month - windows[j, 0] + 1) / 9.0)
            places[FIRST_DISCOUNT + j, d] = par[P_DISCOUNT] * members0[s, d] * reached


@_jit
def _recorded_places(t, past, recorded, levers, places, exempt):
    """In past months the recorded head counts stand, unless a lever of the fund has weight.

    `exempt` is set where they do: recorded programmes pass no verification and use no capacity.
    """
    for p in range(N_SHARED):
        for d in range(N_DISTRICTS):
            exempt[p, d] = False
            if past:
                w = _fund_weight(t, p, d, levers)
                exempt[p, d] = w == 0.0
                places[p, d] = recorded[t, p, d] * (1.0 - w) + places[p, d] * w
    if past:
        for p in range(N_SHARED, FIRST_DISCOUNT):
            for d in range(N_DISTRICTS):
                if levers[1][t, L_MANDATE, d] == 0.0:
                    places[p, d] = recorded[t, p, d]


@_jit
def _fund_weight(t, p, d, levers):
    weight = levers[1]
    if p == APBD_PROVINCE:
        return weight[t, L_APBD_AMOUNT, d]
    if p == APBD_DISTRICT:
        return weight[t, L_METRO, d]
    if p == VILLAGE:
        return max(weight[t, L_VILLAGE_SHARE, d], weight[t, L_VILLAGE_PEOPLE, d])
    if p == DBH:
        return max(weight[t, L_DBH_AMOUNT, d], weight[t, L_DBH_SHARE, d])
    return weight[t, L_CSR_AMOUNT, d]


@_jit
def _fill(
    order, t, left, par, base, levers, places, short, exempt, list_room, uncovered, funded, overlap, lost, empty,
    scratch,
):  # fmt: skip
    """Take new names from U, programme by programme, within the registration capacity `left` (equation 17).

    `empty` becomes the places for which there is nobody left to name: (17a).
    """
    names, passed, doubled = scratch[0], scratch[1], scratch[2]
    for p in order:
        if not short[p]:
            continue
        fund = PROGRAMME_FUND[p]
        first, end = FIRST_SLOT[p], FIRST_SLOT[p + 1]
        total = 0.0
        for d in range(N_DISTRICTS):
            quality = _blend(levers, t, L_QUALITY, d, base[L_QUALITY])
            verified = VERIFIED[fund] == 1 and not exempt[p, d]
            passed[d] = quality if verified else 1.0
            doubled[d] = par[P_OVERLAP] if verified else 0.0
            rho = passed[d] * (1.0 - doubled[d])
            room = places[p, d] - overlap[p, d] - lost[p, d]
            pool = 0.0
            for k in range(first, end):
                room -= funded[k, d]
                pool += _available(SLOT_SEGMENT[k], d, uncovered, list_room)
            names[d] = 0.0
            if room > ROUNDING:
                names[d] = room if rho * room <= pool else pool / rho
                empty[p, d] = room - names[d]
            if USES_CAPACITY[fund] == 1 and not exempt[p, d]:
                total += names[d]
        scale = left / total if total > left else 1.0
        left = 0.0 if total > left else left - total
        for d in range(N_DISTRICTS):
            asked = names[d] * scale if USES_CAPACITY[fund] == 1 and not exempt[p, d] else names[d]
            people = passed[d] * (1.0 - doubled[d]) * asked
            for k in range(first, end):
                s = SLOT_SEGMENT[k]
                taken = min(people, _available(s, d, uncovered, list_room))
                uncovered[s, d] -= taken
                funded[k, d] += taken
                people -= taken
                if s == VULNERABLE:
                    list_room[d] -= taken
            overlap[p, d] += passed[d] * doubled[d] * asked
            lost[p, d] += (1.0 - passed[d]) * asked


@_jit
def _available(s, d, uncovered, list_room):
    return min(uncovered[s, d], max(0.0, list_room[d])) if s == VULNERABLE else uncovered[s, d]


@_jit
def _mark_used(places, used):
    """Note the slots of programmes that have places; the others are left out once nobody is left in them."""
    for p in range(N_PROGRAMMES):
        for d in range(N_DISTRICTS):
            if places[p, d] > 0.0:
                for k in range(FIRST_SLOT[p], FIRST_SLOT[p + 1]):
                    used[k] = True
                break


@_jit
def _open_and_close(cal, par, opening, places, used, uncovered, funded, grace, overlap, lost, gap, short, scratch):
    """Equations 15 and 16 for every programme and district; a shut window is one with room for nobody.

    `short` notes the programmes that have room left for new names.
    """
    keep, room, doubles = scratch[0], scratch[1], scratch[2]
    for p in range(N_PROGRAMMES):
        short[p] = False
        starts = p < N_SHARED and (cal - opening[p]) % 12 == 0
        first, end = FIRST_SLOT[p], FIRST_SLOT[p + 1]
        if not used[first]:
            continue
        empty, leaving, roomy = True, False, False
        for d in range(N_DISTRICTS):
            wanted = places[p, d]
            doubles[d] = 0.0  # paid doubles of before a pause: they wait with the people in grace
            if wanted == 0.0:
                gap[p, d] += 1.0
                if gap[p, d] >= par[P_GRACE]:
                    overlap[p, d] = 0.0
            elif gap[p, d] > 0.0:
                gap[p, d] = 0.0
                doubles[d] = overlap[p, d]
                overlap[p, d] = 0.0
            paid = 0.0
            for k in range(first, end):
                paid += funded[k, d]
            held = paid + overlap[p, d]
            keep[d] = wanted / held if held > wanted else 1.0
            if wanted > 0.0:
                overlap[p, d] *= keep[d]
            if starts or wanted == 0.0:
                lost[p, d] = 0.0
            room[d] = wanted - overlap[p, d] - lost[p, d] - paid * keep[d]
            empty = empty and gap[p, d] > par[P_GRACE]
            leaving = leaving or keep[d] < 1.0
            roomy = roomy or room[d] > ROUNDING
        if leaving:
            _leave(p, keep, uncovered, funded, grace)
        if roomy:
            short[p] = _take_back(p, room, doubles, funded, grace, overlap)
        for k in range(first, end):
            used[k] = not empty  # shut for longer than grace lasts, so nobody is left in it


@_jit
def _leave(p, keep, uncovered, funded, grace):
    """Send what exceeds the places to grace, or at once to U after an election (equation 15)."""
    for k in range(FIRST_SLOT[p], FIRST_SLOT[p + 1]):
        for d in range(N_DISTRICTS):
            gone = funded[k, d] * (1.0 - keep[d])
            funded[k, d] -= gone
            if PROGRAMME_FUND[p] == ELECTION:
                uncovered[SLOT_SEGMENT[k], d] += gone
            else:
                grace[k, 0, d] += gone


@_jit
def _take_back(p, room, doubles, funded, grace, overlap):
    """Take back the programme's own people in grace (equation 16); return whether there is still room."""
    short = False
    for d in range(N_DISTRICTS):
        waiting = doubles[d]
        for k in range(FIRST_SLOT[p], FIRST_SLOT[p + 1]):
            waiting += grace[k, 0, d] + grace[k, 1, d] + grace[k, 2, d]
        share = 0.0
        if room[d] > ROUNDING and waiting > 0.0:
            share = min(1.0, room[d] / waiting)
            overlap[p, d] += share * doubles[d]
            for k in range(FIRST_SLOT[p], FIRST_SLOT[p + 1]):
                for a in range(N_AGES):
                    back = share * grace[k, a, d]
                    grace[k, a, d] -= back
                    funded[k, d] += back
        short = short or room[d] - share * waiting > ROUNDING
    return short


@_jit
def _list_room(par, keys, funded, grace, room):
    """Fill in what the list of vulnerable workers can still take in each district (equation 17)."""
    for d in range(N_DISTRICTS):
        room[d] = par[P_LIST] * keys[KEY_REGISTRY, d]
    for k in range(N_SLOTS):
        if SLOT_SEGMENT[k] == VULNERABLE:
            for d in range(N_DISTRICTS):
                room[d] -= funded[k, d] + grace[k, 0, d] + grace[k, 1, d] + grace[k, 2, d]


@_jit
def _by_length(length, order):
    """Sort the shared programmes by window length, longer first, ties as they stand."""
    for i in range(N_SHARED):
        order[i] = i
        j = i
        while j > 0 and length[order[j - 1]] < length[order[j]]:
            order[j - 1], order[j] = order[j], order[j - 1]
            j -= 1


@_jit
def _windows(t, par, base, levers, length, opening):
    """Window length and first month of each shared fund; window levers are the province's."""
    length[APBD_PROVINCE] = round(_blend(levers, t, L_APBD_MONTHS, 0, base[L_APBD_MONTHS]))
    length[APBD_DISTRICT] = 12
    length[VILLAGE] = round(par[P_VILLAGE_MONTHS])
    length[DBH] = round(_blend(levers, t, L_DBH_MONTHS, 0, base[L_DBH_MONTHS]))
    length[CSR] = 12
    opening[APBD_PROVINCE] = 13 - length[APBD_PROVINCE]
    opening[APBD_DISTRICT] = 1
    opening[VILLAGE] = 13 - length[VILLAGE]
    opening[DBH] = round(_blend(levers, t, L_DBH_FIRST, 0, base[L_DBH_FIRST]))
    opening[CSR] = 1


@_jit
def _part_time_pppk(t, start, part_share, par, base, levers, uncovered, members, waiting):
    """Part-time PPPK: premium interrupted while the budget line changes, then resumed by some (equation 11)."""
    for d in range(N_DISTRICTS):
        if t == start:
            kept = _blend(levers, t, L_PPPK_KEPT, d, base[L_PPPK_KEPT])
            moved = members[NON_ASN, d] * part_share * (1.0 - kept)
            members[NON_ASN, d] -= moved
            waiting[d] += moved
        elif t == start + int(par[P_RETURN_MONTHS]):
            back = par[P_RETURN_SHARE] * waiting[d]
            members[NON_ASN, d] += back
            uncovered[NON_ASN, d] += waiting[d] - back
            waiting[d] = 0.0


@_jit
def _leavers(t, par, base, levers, own, flags, eligible, non_asn0, people):
    """Full PPPK of the month by district, before equation 10 (equation 27)."""
    total0 = 0.0
    total = 0.0
    for d in range(N_DISTRICTS):
        total0 += non_asn0[d]
        total += eligible[NON_ASN, d]
    for d in range(N_DISTRICTS):
        w = levers[1][t, L_PPPK_FULL, d]
        key = non_asn0[d] / total0
        drawn = flags[0, t] * base[L_PPPK_FULL] * key
        promised = flags[1, t] * levers[0][L_PPPK_FULL, d] * (1.0 if own[d] else key)
        people[d] = ((1.0 - w) * drawn + w * promised) / par[P_CONVERSION_MONTHS]
        people[d] += flags[2, t] * eligible[NON_ASN, d] / total


@_jit
def _lay_off(levers, t, uncovered, members, eligible):
    """Equation 12."""
    for d in range(N_DISTRICTS):
        share = _blend(levers, t, L_LAYOFF, d, 0.0)
        for s in range(NON_ASN):
            moved = share * members[s, d]
            members[s, d] -= moved
            eligible[s, d] -= moved
            uncovered[INDEPENDENT, d] += moved
            eligible[INDEPENDENT, d] += moved


@_jit
def _record(n, t, cal, part_share, par, levers, profile, weights, hazards, stocks, out, cells, used):
    """Active members, reported members and base by district, active members by segment (equations 28, 29).

    `cells` is a scratch array for the active members of every cell.
    """
    eligible, uncovered, members, funded, grace, waiting = stocks
    active, reported, base_out, by_segment, groups, trace, payers = out
    for s in range(N_SEGMENTS):
        for d in range(N_DISTRICTS):
            cells[s, d] = members[s, d]
    for k in range(N_SLOTS):
        s = SLOT_SEGMENT[k]
        if not used[k]:
            continue
        for d in range(N_DISTRICTS):
            cells[s, d] += funded[k, d] + grace[k, 0, d] + grace[k, 1, d] + grace[k, 2, d]
    for d in range(N_DISTRICTS):
        a, seen, base = 0.0, 0.0, 0.0
        for s in range(N_SEGMENTS):
            a += cells[s, d]
            seen += cells[s, d] - par[P_DEPTH] * weights[CLASS_OF[s]] * profile[cal - 1] * members[s, d]
            base += eligible[s, d]
        active[n, d, t] = a
        reported[n, d, t] = seen
        base_out[n, d, t] = base - _blend(levers, t, L_PPPK_OUT, d, 0.0) * part_share * eligible[NON_ASN, d]
    for s in range(N_SEGMENTS):
        total = 0.0
        for d in range(N_DISTRICTS):
            total += cells[s, d]
            if trace.shape[0] > 0:
                trace[n, t, 0, s, d] = uncovered[s, d] + (waiting[d] if s == NON_ASN else 0.0)
                trace[n, t, 1, s, d] = cells[s, d]
                trace[n, t, 2, s, d] = eligible[s, d]
        by_segment[n, s, t] = total
    if payers.shape[0] > 0:
        _record_payers(n, t, funded, grace, used, payers)
    if groups.shape[0] > 0:
        _record_groups(
            n, t, cal, part_share, par, levers, profile, weights, hazards, eligible, uncovered, members, cells, groups
        )


@_jit
def _record_groups(
    n, t, cal, part_share, par, levers, profile, weights, hazards, eligible, uncovered, members, cells, groups
):
    """Record reported members, base and organic slope by segment of the province (equations 28, 29, 6).

    The slope is what joins less what lapses and is diluted in a month, disturbance apart: (6) solved for it, so that a
    run that starts from this month can be given the drift that this one has come to.
    """
    joining, lapse, c0 = hazards
    for s in range(N_SEGMENTS):
        seen, base, slope = 0.0, 0.0, 0.0
        dilution = 0.0 if s == LARGE or s == SMALL else max(par[P_GROWTH], 0.0) / 12.0
        for d in range(N_DISTRICTS):
            seen += cells[s, d] - par[P_DEPTH] * weights[CLASS_OF[s]] * profile[cal - 1] * members[s, d]
            left_out = _blend(levers, t, L_PPPK_OUT, d, 0.0) * part_share if s == NON_ASN else 0.0
            base += (1.0 - left_out) * eligible[s, d]
            if ORGANIC[s]:
                u = joining[s, d]
                if s == INDEPENDENT and c0[d] > 0.0:
                    u *= (members[s, d] / eligible[s, d] / c0[d]) ** par[P_IMITATION]
                slope += u * uncovered[s, d] - (lapse[s, d] + dilution) * members[s, d]
        groups[n, 0, s, t] = seen
        groups[n, 1, s, t] = base
        groups[n, 2, s, t] = slope


@_jit
def _record_payers(n, t, funded, grace, used, payers):
    """Record who is paid for by each fund, and last those whose money has stopped and whose grace has not."""
    payers[n, :, t] = 0.0
    for p in range(N_PROGRAMMES):
        for k in range(FIRST_SLOT[p], FIRST_SLOT[p + 1]):
            if used[k]:
                for d in range(N_DISTRICTS):
                    payers[n, PROGRAMME_FUND[p], t] += funded[k, d]
                    payers[n, N_FUNDS, t] += grace[k, 0, d] + grace[k, 1, d] + grace[k, 2, d]


@_jit
def _is_new(cal, par, length, opening):
    """Whether cover that was interrupted for longer than the grace has begun again in the last three months."""
    return 12 - length > par[P_GRACE] and (cal - opening) % 12 < NEW_MONTHS


@_jit
def _pay(n, t, cal, year, par, levers, windows, places, used, funded, overlap, lost, empty, money, use, local):
    """Planned and spent rupiah and person-months paid, by fund and year (section 6 of docs/model.md)."""
    for p in range(N_PROGRAMMES):
        fund = PROGRAMME_FUND[p]
        if not used[FIRST_SLOT[p]]:
            continue
        standard = par[P_DISTRICT_COST] / 12.0 if fund == APBD_DISTRICT else par[P_PREMIUM]
        planned, spent, months = 0.0, 0.0, 0.0
        fresh = p < N_SHARED and _is_new(cal, par, windows[0][p], windows[1][p])
        for d in range(N_DISTRICTS):
            extra = par[P_JHT] * _blend(levers, t, L_JHT, d, 0.0)
            premium = standard + extra if p < N_SHARED else (0.0 if fund == DISCOUNT else standard)
            paid = overlap[p, d] if places[p, d] > 0.0 else 0.0
            for k in range(FIRST_SLOT[p], FIRST_SLOT[p + 1]):
                paid += funded[k, d]
            planned += premium * places[p, d]
            spent += premium * paid
            months += paid
            if use.shape[0] > 0:
                left = places[p, d] - paid
                by_list = min(lost[p, d], left)
                use[n, fund, year, 0] += premium * by_list
                use[n, fund, year, 1] += premium * empty[p, d]
                use[n, fund, year, 2] += premium * (left - by_list - empty[p, d])
                use[n, fund, year, 3] += places[p, d]
                use[n, fund, year, 4] += overlap[p, d] if places[p, d] > 0.0 else 0.0
                use[n, fund, year, 5] += paid if fresh else 0.0
                local[n, d, fund, year] += premium * paid
        money[n, fund, year, 0] += planned
        money[n, fund, year, 1] += spent
        money[n, fund, year, 2] += months


@_jit
def _season_weights(par, members):
    """Class weights of the seasonal depth, scaled so that their mean over members is one (equation 29)."""
    weights = np.array([par[P_WEIGHT_PU], par[P_WEIGHT_BPU], par[P_WEIGHT_CONSTRUCTION]])
    total = 0.0
    weighted = 0.0
    for s in range(N_SEGMENTS):
        for d in range(N_DISTRICTS):
            total += members[s, d]
            weighted += members[s, d] * weights[CLASS_OF[s]]
    return weights * (total / weighted)


@_jit
def _start_keys(eligible, members, funded, grace):
    """Start values that later months refer to: eligible and publicly paid by district (equation 20)."""
    eligible0 = np.zeros(N_DISTRICTS)
    public0 = np.zeros(N_DISTRICTS)
    for d in range(N_DISTRICTS):
        for s in range(N_SEGMENTS):
            eligible0[d] += eligible[s, d]
            if NON_ASN <= s <= CADRES:
                public0[d] += members[s, d]
        for p in range(FIRST_DISCOUNT):
            if p != APBD_DISTRICT:
                for k in range(FIRST_SLOT[p], FIRST_SLOT[p + 1]):
                    public0[d] += funded[k, d] + grace[k, 0, d] + grace[k, 1, d] + grace[k, 2, d]
    return eligible0, public0


@njit(nogil=True, cache=_CACHE, error_model="numpy")
def run_draws(first, end, start_month, data_month, draws, start, shared, levers, out, money, use, local):
    """Project draws `first` to `end` - 1 in place.

    Parameters
    ----------
    first, end : int
        Draws to run.
    start_month, data_month : int
        Month numbers of the start state and of the last recorded month.
    draws, start, shared, levers, out : tuples of arrays
        As built by `simulator.model.inputs`; `levers` is value (lever, district) and weight (month, lever, district).
    money : array, shape (n_draws, n_funds, n_years, 3)
        Planned and spent rupiah and person-months, filled in; years count from that of `start_month`.
    use : array, shape (n_draws, n_funds, n_years, 6)
        Unspent rupiah by reason (list, pool, capacity) and person-months of places, of doubles and of new cover, filled
        in; with no draws it is left out, and `local` with it.
    local : array, shape (n_draws, n_districts, n_funds, n_years)
        Spent rupiah by district, filled in.
    """
    base_all, par_all, renewal_all, shock_all = draws
    eligible_all, members_all, funded_all, grace_all = start
    keys, recorded, flags, own, election, windows, profile, part_start, layoff_month, horizon = shared
    n_months = flags.shape[1] - 1
    places = np.zeros((N_PROGRAMMES, N_DISTRICTS))
    overlap = np.zeros((N_PROGRAMMES, N_DISTRICTS))
    lost = np.zeros((N_PROGRAMMES, N_DISTRICTS))
    empty = np.zeros((N_PROGRAMMES, N_DISTRICTS))
    gap = np.zeros((N_PROGRAMMES, N_DISTRICTS))
    eligible = np.zeros((N_SEGMENTS, N_DISTRICTS))
    members = np.zeros((N_SEGMENTS, N_DISTRICTS))
    members0 = np.zeros((N_SEGMENTS, N_DISTRICTS))
    uncovered = np.zeros((N_SEGMENTS, N_DISTRICTS))
    funded = np.zeros((N_SLOTS, N_DISTRICTS))
    grace = np.zeros((N_SLOTS, N_AGES, N_DISTRICTS))
    non_asn0 = np.zeros(N_DISTRICTS)
    ratio = np.zeros((2 * N_SEGMENTS, N_DISTRICTS))
    c_public = np.zeros((4, N_DISTRICTS))
    c0 = np.zeros(N_DISTRICTS)
    waiting = np.zeros(N_DISTRICTS)
    gate = np.zeros(N_DISTRICTS)
    people = np.zeros(N_DISTRICTS)
    scratch = np.zeros((3, N_DISTRICTS))
    room = np.zeros(N_DISTRICTS)
    moved = np.zeros((NON_ASN, N_DISTRICTS))
    shares = np.zeros((3, N_SEGMENTS, N_DISTRICTS))
    cells = np.zeros((N_SEGMENTS, N_DISTRICTS))
    length = np.zeros(N_SHARED, np.int64)
    opening = np.zeros(N_SHARED, np.int64)
    order = np.zeros(N_PROGRAMMES, np.int64)
    exempt = np.zeros((N_PROGRAMMES, N_DISTRICTS), np.bool_)
    used = np.zeros(N_SLOTS, np.bool_)
    short = np.zeros(N_PROGRAMMES, np.bool_)
    for p in range(N_PROGRAMMES):
        order[p] = p
    for n in range(first, end):
        base, par, renewal = base_all[n], par_all[n], renewal_all[n]
        eligible[:] = eligible_all[n]
        members[:] = members_all[n]
        funded[:] = funded_all[n]
        grace[:] = grace_all[n]
        for array in (overlap, lost, gap):
            array[:] = 0.0
        used[:] = False
        waiting[:] = 0.0
        gate[:] = 0.0
        uncovered[:] = eligible - members
        for p in range(N_PROGRAMMES):
            first_slot, end_slot = FIRST_SLOT[p], FIRST_SLOT[p + 1]
            for k in range(first_slot, end_slot):
                for d in range(N_DISTRICTS):
                    held = funded[k, d] + grace[k, 0, d] + grace[k, 1, d] + grace[k, 2, d]
                    uncovered[SLOT_SEGMENT[k], d] -= held
                    if held > 0.0:
                        used[first_slot:end_slot] = True
        joining, lapse, per_member = start_hazards(par, eligible, members, uncovered)
        members0[:] = members
        non_asn0[:] = eligible[NON_ASN]
        eligible0, public0 = _start_keys(eligible, members, funded, grace)
        weights = _season_weights(par, members)
        rate = math.expm1(par[P_GROWTH] / 12.0)
        for s in range(N_SEGMENTS):
            for d in range(N_DISTRICTS):
                shares[0, s, d], shares[1, s, d] = _shares(joining[s, d], lapse[s, d])
                shares[2, s, d] = -math.expm1(-joining[s, d])
        part_share = par[P_PART_TOTAL] / non_asn0.sum()
        for d in range(N_DISTRICTS):
            firms = eligible[LARGE, d] + eligible[SMALL, d]
            c0[d] = members[INDEPENDENT, d] / eligible[INDEPENDENT, d]
            for s in range(N_SEGMENTS):
                inverse = 1.0 / uncovered[s, d] if uncovered[s, d] > 0.0 else 0.0
                ratio[s, d] = inverse * (eligible[s, d] if s == CONSTRUCTION else firms)
                ratio[N_SEGMENTS + s, d] = inverse * members[s, d]
            for j in range(4):
                e = eligible[NON_ASN + j, d]
                c_public[j, d] = members[NON_ASN + j, d] / e if e > 0.0 else 0.0
        stocks = (eligible, uncovered, members, funded, grace, waiting)
        hazards = (joining, lapse, c0)
        _record(
            n, 0, start_month % 12 + 1, part_share, par, levers, profile, weights, hazards, stocks, out, cells, used
        )
        z = shock_all[n, 0]
        memory = par[P_MEMORY]
        for t in range(1, n_months + 1):
            month = start_month + t
            cal = month % 12 + 1
            past = month <= data_month
            _grow(rate, eligible, uncovered, members, funded, grace, waiting)
            _leavers(t, par, base, levers, own, flags, eligible, non_asn0, people)
            _full_pppk(people, eligible, uncovered, members, funded, grace, waiting)
            _part_time_pppk(t, part_start, part_share, par, base, levers, uncovered, members, waiting)
            if t == layoff_month:
                _lay_off(levers, t, uncovered, members, eligible)
            z = memory * z + math.sqrt(1.0 - memory * memory) * shock_all[n, t]
            shift = par[P_DISTURBANCE] / 12.0 * z * per_member
            _month_shares(t, par, levers, shift, base[L_FOCUS], ratio, c0, joining, lapse, members, eligible, shares)
            _organic(t, par, levers, shares, uncovered, members, eligible, funded, grace, moved, used)
            _end_grace(t, par, levers, uncovered, members, grace, room, used)
            _windows(t, par, base, levers, length, opening)
            _shared_places(t, month, base, par, renewal, levers, keys, eligible0, public0, places, length, opening)
            _slot_places(t, month, election[t], windows, par, levers, keys, eligible, members0, c_public, gate, places)
            _recorded_places(t, past, recorded, levers, places, exempt)
            _mark_used(places, used)
            _open_and_close(
                cal, par, opening, places, used, uncovered, funded, grace, overlap, lost, gap, short, scratch
            )
            _list_room(par, keys, funded, grace, room)
            _by_length(length, order)
            left = _blend(levers, t, L_CAPACITY, 0, base[L_CAPACITY])
            empty[:] = 0.0
            _fill(
                order, t, left, par, base, levers, places, short, exempt, room,
                uncovered, funded, overlap, lost, empty, scratch,
            )  # fmt: skip
            _record(n, t, cal, part_share, par, levers, profile, weights, hazards, stocks, out, cells, used)
            if t <= horizon:
                _pay(
                    n, t, cal, month // 12 - start_month // 12, par, levers, (length, opening), places, used, funded,
                    overlap, lost, empty, money, use, local,
                )  # fmt: skip
