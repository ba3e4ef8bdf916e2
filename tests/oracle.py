"""The model once more, slow and obvious: equations 1 to 29 of docs/model.md, written from the text alone.

One draw at a time. A quantity is an array over the kabupaten/kota; stocks are held in dictionaries by the names that
the text uses. Nothing here is fast, and nothing here may be copied from the kernel: the two are only worth having as
long as they are two readings of one text.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulator.facts.calendar import DATA_MONTH
from simulator.model.inputs import Inputs
from simulator.model.kernel import FIRST_YEAR, FUNDS, LEVER_IDS, N_DISTRICTS, PARAMETER_IDS, SEGMENTS

Array = NDArray[np.float64]
Slot = tuple[str, str]  # fund, segment

FIRMS = ("firms_large", "firms_small")
POSTS = ("non_asn", "village_officials", "rt_rw", "village_cadres")
ORGANIC = ("firms_large", "firms_small", "farmers_fishers", "independent", "construction")
CLASSES = {
    "pu": ("firms_large", "firms_small", "non_asn", "village_officials"),
    "bpu": ("rt_rw", "village_cadres", "palm", "vulnerable", "farmers_fishers", "independent"),
    "construction": ("construction",),
}
AGES = (0, 1, 2)
ROUNDING = 1e-9  # of one place


@dataclass(frozen=True)
class Programme:
    """One number of places for each district, over the slots of its segments in this order."""

    fund: str
    segments: tuple[str, ...]

    @property
    def slots(self) -> list[Slot]:
        return [(self.fund, segment) for segment in self.segments]

    @property
    def shared(self) -> bool:
        return self.fund in SHARED

    @property
    def verified(self) -> bool:
        return self.fund in ("apbd_province", "village", "dbh_sawit", "csr")

    @property
    def uses_capacity(self) -> bool:
        return self.shared


SHARED = ("apbd_province", "apbd_district", "village", "dbh_sawit", "csr")
PROGRAMMES = (
    Programme("apbd_province", ("vulnerable", "farmers_fishers")),
    Programme("apbd_district", ("vulnerable", "farmers_fishers")),
    Programme("village", ("vulnerable",)),
    Programme("dbh_sawit", ("palm", "vulnerable")),
    Programme("csr", ("vulnerable",)),
    *(Programme("public_posts", (post,)) for post in POSTS),
    *(Programme("election", (segment,)) for segment in ("farmers_fishers", "independent")),
    *(Programme("discount", (segment,)) for segment in ("farmers_fishers", "independent")),
)
SLOTS = [slot for programme in PROGRAMMES for slot in programme.slots]
LEVERS_OF_FUND = {
    "apbd_province": ("apbd_amount",),
    "apbd_district": ("metro_share",),
    "village": ("village_share", "village_people"),
    "dbh_sawit": ("dbh_amount", "dbh_share"),
    "csr": ("csr_amount",),
    "public_posts": ("public_mandate",),
    "election": ("public_mandate",),
}


@dataclass(frozen=True)
class OracleResult:
    """One draw.

    Attributes
    ----------
    active, reported, base : array, shape (n_districts, n_months + 1), persons
    by_segment : array, shape (n_segments, n_months + 1), persons
    money : array, shape (n_funds, n_years, 3)
    trace : array, shape (n_months + 1, 3, n_segments, n_districts), persons
        Not covered (waiting included), active, eligible.
    use : array, shape (n_funds, n_years, 6)
        Rupiah unspent for the list, the pool, the capacity; person-months of places, of doubles, of new cover.
    local : array, shape (n_districts, n_funds, n_years), rupiah spent
    payers : array, shape (n_funds + 1, n_months + 1), persons
    """

    active: Array
    reported: Array
    base: Array
    by_segment: Array
    money: Array
    trace: Array
    use: Array
    local: Array
    payers: Array


@dataclass
class Stocks:
    """Everything that changes from month to month, by segment, slot or programme; arrays over districts."""

    E: dict[str, Array]
    U: dict[str, Array]
    M: dict[str, Array]
    W: Array
    F: dict[Slot, Array]
    G: dict[Slot, list[Array]]
    O: dict[Programme, Array]  # noqa: E741 - the letter of the text
    H: dict[Programme, Array]
    X: dict[Programme, Array]
    gap: dict[Programme, Array]

    def funded(self, segment: str) -> Array:
        """Return F and G of every slot in a segment."""
        return sum((self.F[k] + sum(self.G[k]) for k in SLOTS if k[1] == segment), start=zeros())

    def active(self, segment: str) -> Array:
        return self.M[segment] + self.funded(segment)

    def uncovered(self, segment: str) -> Array:
        return self.U[segment] + self.W if segment == "non_asn" else self.U[segment]

    def paid(self, programme: Programme) -> Array:
        """Return sum F + O of a programme."""
        return sum((self.F[k] for k in programme.slots), start=zeros()) + self.O[programme]


@dataclass
class World:
    """One draw's numbers by name, the scenario, and what is remembered of the start."""

    inputs: Inputs
    draw: int
    p: dict[str, float]
    today: dict[str, float]
    shocks: Array
    E0: dict[str, Array] = field(default_factory=dict)
    U0: dict[str, Array] = field(default_factory=dict)
    M0: dict[str, Array] = field(default_factory=dict)
    public0: Array = field(default_factory=lambda: zeros())
    u0: dict[str, Array] = field(default_factory=dict)
    lapse: dict[str, Array] = field(default_factory=dict)
    k: dict[str, float] = field(default_factory=dict)

    @property
    def T0(self) -> float:
        return sum(E.sum() for E in self.E0.values())

    @property
    def M_org(self) -> float:
        return sum(self.M0[s].sum() for s in ORGANIC)

    @property
    def part_share(self) -> float:
        """Return part-time PPPK as a share of eligible non-ASN staff at the start."""
        return self.p["pppk_part_total"] / self.E0["non_asn"].sum()

    @property
    def registry(self) -> Array:
        return self.inputs.keys[0]

    @property
    def palm(self) -> Array:
        return self.inputs.keys[1]

    @property
    def grace_months(self) -> int:
        return int(self.p["grace_months"])

    def month(self, t: int) -> int:
        return self.inputs.start_month + t

    def cal(self, t: int) -> int:
        return self.month(t) % 12 + 1

    def past(self, t: int) -> bool:
        return self.month(t) <= DATA_MONTH

    def weight(self, lever: str, t: int) -> Array:
        return self.inputs.weight[t, LEVER_IDS.index(lever)]

    def given(self, lever: str) -> Array:
        return self.inputs.value[LEVER_IDS.index(lever)]

    def value(self, lever: str, t: int, baseline: Array | float | None = None) -> Array:
        """Equation 18."""
        b = self.today[lever] if baseline is None else baseline
        w = self.weight(lever, t)
        return (1 - w) * b + w * self.given(lever)

    def province_value(self, lever: str, t: int) -> float:
        return float(self.value(lever, t)[0])

    def renewal(self, row: int, year: int) -> float:
        """Return rho(y)."""
        return 1.0 if year <= 2026 else float(self.inputs.sample.renewal[self.draw, row, year - FIRST_YEAR])

    def premium(self, fund: str, t: int) -> Array:
        """Return rupiah a month for one place."""
        jht = self.p["premium_jht"] * self.value("with_jht", t)
        if fund == "apbd_district":
            return self.p["district_cost_year"] / 12 + jht
        if fund in ("public_posts", "election"):
            return np.full(N_DISTRICTS, self.p["premium_jkk_jkm"])
        return self.p["premium_jkk_jkm"] + jht


def zeros() -> Array:
    return np.zeros(N_DISTRICTS)


def share_of(part: Array, whole: Array) -> Array:
    """Return part / whole, 0 where there is nobody (the two cities have no villages)."""
    return np.divide(part, whole, out=zeros(), where=whole > 0)


def run_oracle(inputs: Inputs, draw: int) -> OracleResult:
    """Project one draw of one scenario."""
    world, stocks = read_start(inputs, draw)
    fix_hazards(world)
    out = empty_result(inputs)
    z = disturbance(world)
    record(world, stocks, out, 0)
    for t in range(1, inputs.n_months + 1):
        grow(world, stocks)
        convert_full_pppk(world, stocks, t)
        interrupt_part_time_pppk(world, stocks, t)
        lay_off(world, stocks, t)
        organic_flows(world, stocks, t, z[t])
        end_grace(world, stocks, t)
        places = places_of_month(world, stocks, t)
        for programme in PROGRAMMES:
            doubles = close_or_open(world, stocks, programme, places[programme], t)
            take_back(stocks, programme, places[programme], doubles)
        nobody_left, not_registered = fill(world, stocks, places, t)
        record(world, stocks, out, t)
        if t <= inputs.horizon:
            pay(world, stocks, places, out, t)
            give_reasons(world, stocks, places, (nobody_left, not_registered), out, t)
    return out


# ---- the start and what is fixed there (sections 4 and 5) ----


def read_start(inputs: Inputs, draw: int) -> tuple[World, Stocks]:
    sample = inputs.sample
    world = World(
        inputs=inputs,
        draw=draw,
        p=dict(zip(PARAMETER_IDS, sample.par[draw].tolist(), strict=True)),
        today=dict(zip(LEVER_IDS, sample.base[draw].tolist(), strict=True)),
        shocks=sample.shocks[draw],
    )
    E = {s: sample.start.eligible[draw, i].copy() for i, s in enumerate(SEGMENTS)}
    M = {s: sample.start.members[draw, i].copy() for i, s in enumerate(SEGMENTS)}
    F = {k: sample.start.funded[draw, i].copy() for i, k in enumerate(SLOTS)}
    G = {k: [sample.start.grace[draw, i, a].copy() for a in AGES] for i, k in enumerate(SLOTS)}
    nobody = {programme: zeros() for programme in PROGRAMMES}
    stocks = Stocks(E, {}, M, zeros(), F, G, dict(nobody), dict(nobody), dict(nobody), dict(nobody))
    for s in SEGMENTS:
        stocks.U[s] = E[s] - stocks.active(s)
    world.E0, world.M0, world.U0 = dict(E), dict(M), dict(stocks.U)
    world.public0 = publicly_paid(stocks)
    world.k = season_strength(world)
    return world, stocks


def publicly_paid(stocks: Stocks) -> Array:
    """Return public_d of equation 20; members of public posts are counted once, whoever pays for them."""
    posts = sum((stocks.active(s) for s in POSTS), start=zeros())
    others = [k for k in SLOTS if k[0] not in ("apbd_district", "discount") and k[1] not in POSTS]
    return posts + sum((stocks.F[k] + sum(stocks.G[k]) for k in others), start=zeros())


def season_strength(world: World) -> dict[str, float]:
    """Return k_c of equation 29."""
    members = {c: sum(world.M0[s].sum() for s in segments) for c, segments in CLASSES.items()}
    mean = sum(world.p[f"season_weight_{c}"] * members[c] for c in CLASSES) / sum(members.values())
    return {c: world.p[f"season_weight_{c}"] / mean for c in CLASSES}


def lapse_hazard(world: World, segment: str) -> float:
    if segment in POSTS:
        return 0.0
    if segment in FIRMS:
        return -np.log(1 - world.p["lapse_pu"])
    if segment == "construction":
        return -np.log(1 - world.p["lapse_construction"])
    return -np.log(1 - world.p["lapse_bpu"])


def fix_hazards(world: World) -> None:
    """Equation 6, for each cell."""
    for s in SEGMENTS:
        e = 0.0 if s in FIRMS else max(world.p["eligible_growth"], 0.0) / 12
        world.u0[s] = zeros()
        world.lapse[s] = np.full(N_DISTRICTS, lapse_hazard(world, s))
        for d in range(N_DISTRICTS):
            M, U = world.M0[s][d], world.U0[s][d]
            slope = world.p["drift"] / 12 * world.T0 * M / world.M_org if s in ORGANIC else 0.0
            need = world.lapse[s][d] * M + slope + e * M
            if need > 0 and U > 0:
                world.u0[s][d] = need / U
            elif need < 0:
                world.lapse[s][d] = -(slope + e * M) / M


def disturbance(world: World) -> list[float]:
    """Return z of equation 7, month by month."""
    r = world.p["disturbance_memory"]
    z = [float(world.shocks[0])]
    for t in range(1, world.inputs.n_months + 1):
        z.append(r * z[-1] + np.sqrt(1 - r * r) * world.shocks[t])
    return z


# ---- population (equations 9 to 12) ----


def scale_segment(stocks: Stocks, segment: str, factor: Array | float) -> None:
    """Multiply every stock of a segment."""
    for stock in (stocks.E, stocks.U, stocks.M):
        stock[segment] = stock[segment] * factor
    for k in SLOTS:
        if k[1] == segment:
            stocks.F[k] = stocks.F[k] * factor
            stocks.G[k] = [G * factor for G in stocks.G[k]]
    if segment == "non_asn":
        stocks.W = stocks.W * factor


def grow(world: World, stocks: Stocks) -> None:
    """Equation 9."""
    gamma = np.expm1(world.p["eligible_growth"] / 12)
    for s in SEGMENTS:
        if gamma < 0:
            scale_segment(stocks, s, 1 + gamma)
            continue
        new = gamma * stocks.E[s]
        insured = stocks.M[s] / stocks.E[s] if s in FIRMS else 0.0
        stocks.M[s] = stocks.M[s] + new * insured
        stocks.U[s] = stocks.U[s] + new * (1 - insured)
        stocks.E[s] = stocks.E[s] + new


def full_pppk_people(world: World, stocks: Stocks, t: int) -> Array:
    """Equation 27, and the recorded conversions of past months, which no lever takes back."""
    drawn_run, lever_run, recorded = world.inputs.flags[:, t]
    months = world.p["pppk_conversion_months"]
    share0 = world.E0["non_asn"] / world.E0["non_asn"].sum()
    baseline = drawn_run * world.today["pppk_full"] * share0
    number = np.where(world.inputs.own_pppk, world.given("pppk_full"), world.given("pppk_full") * share0)
    w = world.weight("pppk_full", t)
    planned = ((1 - w) * baseline + w * lever_run * number) / months
    return planned + recorded * stocks.E["non_asn"] / stocks.E["non_asn"].sum()


def convert_full_pppk(world: World, stocks: Stocks, t: int) -> None:
    """Equation 10."""
    people = full_pppk_people(world, stocks, t)
    scale_segment(stocks, "non_asn", 1 - people / stocks.E["non_asn"])


def interrupt_part_time_pppk(world: World, stocks: Stocks, t: int) -> None:
    """Equation 11."""
    if t == world.inputs.part_start:
        moved = stocks.M["non_asn"] * world.part_share * (1 - world.value("pppk_part_kept", t))
        stocks.M["non_asn"] = stocks.M["non_asn"] - moved
        stocks.W = stocks.W + moved
    if t == world.inputs.part_start + int(world.p["pppk_return_months"]):
        back = world.p["pppk_return_share"] * stocks.W
        stocks.M["non_asn"] = stocks.M["non_asn"] + back
        stocks.U["non_asn"] = stocks.U["non_asn"] + (stocks.W - back)
        stocks.W = zeros()


def lay_off(world: World, stocks: Stocks, t: int) -> None:
    """Equation 12."""
    if t != world.inputs.layoff_month:
        return
    for s in FIRMS:
        moved = world.value("layoff_shock", t) * stocks.M[s]
        stocks.M[s] = stocks.M[s] - moved
        stocks.E[s] = stocks.E[s] - moved
        stocks.U["independent"] = stocks.U["independent"] + moved
        stocks.E["independent"] = stocks.E["independent"] + moved


# ---- organic flows (equations 7, 8 and 13) ----


def per_uncovered(world: World, segment: str, amount: Array) -> Array:
    """Return amount / U(0), 0 where U(0) = 0."""
    return share_of(amount, world.U0[segment])


def enforcement(world: World, segment: str, t: int) -> Array:
    """Return what enforcement adds to the hazard of joining."""
    gain = world.value("enforcement", t) * world.p["enforcement_gain"] / 12
    focus = world.value("enforcement_focus", t)
    firms = world.E0["firms_large"] + world.E0["firms_small"]
    if segment == "firms_large":
        return gain * per_uncovered(world, segment, focus * firms)
    if segment == "firms_small":
        return gain * per_uncovered(world, segment, (1 - focus) * firms)
    if segment == "construction":
        return gain * per_uncovered(world, segment, world.E0[segment])
    return zeros()


def imitation(world: World, stocks: Stocks, segment: str) -> Array:
    """Return (c/c0)^w of equation 8, 1 where c0 = 0."""
    c = stocks.M[segment] / stocks.E[segment]
    c0 = world.M0[segment] / world.E0[segment]
    ratio = np.divide(c, c0, out=np.ones(N_DISTRICTS), where=c0 > 0)
    return ratio ** world.p["imitation"]


def hazards(world: World, stocks: Stocks, segment: str, t: int, z: float) -> tuple[Array, Array]:
    """Return u(t) and l(t): equations 7 and 8."""
    x = world.p["disturbance_sd"] / 12 * z * world.T0 / world.M_org if segment in ORGANIC else 0.0
    joining = world.u0[segment]
    if segment in ("farmers_fishers", "independent"):
        joining = joining * world.value("outreach", t)
    if segment == "independent":
        joining = joining * imitation(world, stocks, segment)
    joining = joining + enforcement(world, segment, t)
    joining = joining + max(x, 0.0) * per_uncovered(world, segment, world.M0[segment])
    return joining, world.lapse[segment] + max(-x, 0.0)


def organic_flows(world: World, stocks: Stocks, t: int, z: float) -> None:
    """Equation 13."""
    rates = {s: hazards(world, stocks, s, t, z) for s in SEGMENTS}
    movers = zeros()
    for s in SEGMENTS:
        u, lapse = rates[s]
        h = u + lapse
        phi = np.divide(-np.expm1(-h), h, out=np.ones(N_DISTRICTS), where=h != 0)
        joined = stocks.U[s] * u * phi
        lapsed = stocks.M[s] * lapse * phi
        moving = lapsed * world.p["mover_share"] * world.value("transition_cover", t) if s in FIRMS else zeros()
        stocks.U[s] = stocks.U[s] + (lapsed - moving) - joined
        stocks.M[s] = stocks.M[s] + joined - lapsed
        stocks.E[s] = stocks.E[s] - moving
        movers = movers + moving
        for k in SLOTS:
            if k[1] == s:
                funded_join(stocks, k, -np.expm1(-u))
    stocks.M["independent"] = stocks.M["independent"] + movers
    stocks.E["independent"] = stocks.E["independent"] + movers


def funded_join(stocks: Stocks, slot: Slot, share: Array) -> None:
    """F and every G lose the share to M."""
    segment = slot[1]
    stocks.M[segment] = stocks.M[segment] + share * (stocks.F[slot] + sum(stocks.G[slot]))
    stocks.F[slot] = stocks.F[slot] * (1 - share)
    stocks.G[slot] = [G * (1 - share) for G in stocks.G[slot]]


def end_grace(world: World, stocks: Stocks, t: int) -> None:
    """Equation 14."""
    g = world.grace_months
    later = (1 - world.p["lapse_bpu"]) ** (6 - g)
    for slot in SLOTS:
        fund, segment = slot
        kept = np.minimum(1.0, world.p["keep_six_months"] * world.value("continuation", t) / later)
        if fund == "public_posts":
            kept = zeros()
        out = stocks.G[slot][g - 1]
        stocks.M[segment] = stocks.M[segment] + kept * out
        stocks.U[segment] = stocks.U[segment] + (1 - kept) * out
        younger = stocks.G[slot][: g - 1]
        stocks.G[slot] = [zeros(), *younger] + [zeros() for _ in range(len(AGES) - g)]


# ---- places (equations 19 to 26) ----


def window_of(world: World, fund: str, t: int) -> tuple[int, int]:
    """Return length and first calendar month of the window of a shared fund."""
    if fund == "dbh_sawit":
        return round(world.province_value("dbh_months", t)), round(world.province_value("dbh_first_month", t))
    if fund == "apbd_province":
        length = round(world.province_value("apbd_months", t))
    elif fund == "village":
        length = round(world.p["village_months"])
    else:
        length = 12
    return length, 13 - length


def months_into_window(world: World, fund: str, t: int) -> int:
    """Return 0 in the first month of a window; open if less than its length."""
    return (world.cal(t) - window_of(world, fund, t)[1]) % 12


def is_open(world: World, fund: str, t: int) -> bool:
    return months_into_window(world, fund, t) < window_of(world, fund, t)[0]


def budget_year(world: World, fund: str, t: int) -> int:
    return (world.month(t) - months_into_window(world, fund, t)) // 12


def with_odds(world: World, share: Array, t: int) -> Array:
    """Return s' of equation 21."""
    m = 1 + world.value("incentive", t) * (world.p["incentive_odds"] - 1)
    return m * share / (1 + (m - 1) * share)


def apbd_province_places(world: World, t: int) -> Array:
    """Equation 19."""
    length = window_of(world, "apbd_province", t)[0]
    rho = world.renewal(0, budget_year(world, "apbd_province", t))
    amount = world.value("apbd_amount", t, baseline=world.p["apbd_plan"] * rho * world.registry)
    return amount / (world.premium("apbd_province", t) * length)


def apbd_district_places(world: World, t: int) -> Array:
    """Equation 20."""
    year = budget_year(world, "apbd_district", t)
    rho = np.array([world.renewal(3 + d, year) for d in range(N_DISTRICTS)])
    workers = sum(world.E0.values())
    wanted = world.given("metro_share") * world.p["metro_intensity"] * workers - world.public0
    w = world.weight("metro_share", t)
    return (1 - w) * world.inputs.keys[3] * rho + w * np.maximum(0.0, wanted)


def village_places(world: World, t: int) -> Array:
    """Equation 21."""
    rho = world.renewal(1, budget_year(world, "village", t))
    share = world.value("village_share", t, baseline=world.today["village_share"] * rho)
    return world.inputs.keys[2] * with_odds(world, share, t) * world.value("village_people", t)


def dbh_places(world: World, t: int) -> Array:
    """Equation 22."""
    amount = world.value("dbh_amount", t, baseline=world.today["dbh_amount"] * world.palm)
    length = window_of(world, "dbh_sawit", t)[0]
    return amount * world.value("dbh_share", t) / (world.premium("dbh_sawit", t) * length)


def csr_places(world: World, t: int) -> Array:
    """Equation 23."""
    year = budget_year(world, "csr", t)
    rho_baseline = rho_lever = np.ones(N_DISTRICTS)
    if year >= 2027:
        rho_baseline = world.value("csr_renewal", t, baseline=world.renewal(2, year))
        rho_lever = world.value("csr_renewal", t, baseline=1.0)
    w = world.weight("csr_amount", t)
    baseline = world.p["csr_plan"] * world.registry
    amount = (1 - w) * baseline * rho_baseline + w * world.given("csr_amount") * rho_lever
    return amount / (world.premium("csr", t) * 12)


def mandate(world: World, t: int) -> Array:
    """Return value(t) of equation 24, 0 before the start."""
    return with_odds(world, world.value("public_mandate", t), t) if t >= 0 else zeros()


def gate(world: World, t: int) -> Array:
    """Return what the last budget before or in month t has let through."""
    for earlier in range(t, 0, -1):
        if world.cal(earlier) == world.p["main_budget_month"]:
            return mandate(world, earlier - world.cal(earlier))
        if world.cal(earlier) == world.p["revised_budget_month"]:
            return mandate(world, earlier - (world.cal(earlier) - 8))
    return zeros()


def budgeted_mandate(world: World, t: int) -> Array:
    """Return x of equation 24."""
    return np.minimum(mandate(world, t), gate(world, t))


def public_posts_places(world: World, stocks: Stocks, segment: str, t: int) -> Array:
    """Equation 24."""
    c0 = share_of(world.M0[segment], world.E0[segment])
    return budgeted_mandate(world, t) * np.maximum(0.0, world.p["public_reach"] - c0) * stocks.E[segment]


def election_places(world: World, stocks: Stocks, segment: str, t: int) -> Array:
    """Equation 25."""
    if not world.inputs.election[t]:
        return zeros()
    part = stocks.E[segment] / (stocks.E["farmers_fishers"] + stocks.E["independent"])
    return budgeted_mandate(world, t) * world.p["election_people"] * world.registry * part


def discount_places(world: World, segment: str, t: int) -> Array:
    """Equation 26."""
    first, last = world.inputs.windows[("farmers_fishers", "independent").index(segment)]
    until = np.where(world.weight("discount_until", t) > 0, world.given("discount_until"), last)
    j = world.month(t) - first + 1
    if j < 1:
        return zeros()
    places = world.p["discount_extra"] * world.M0[segment] * min(1.0, j / 9)
    return np.where(world.month(t) <= until, places, 0.0)


def lever_places(world: World, stocks: Stocks, programme: Programme, t: int) -> Array:
    """Return P as levers and drawn baseline have it."""
    fund = programme.fund
    if programme.shared:
        if not is_open(world, fund, t):
            return zeros()
        shared = {
            "apbd_province": apbd_province_places,
            "apbd_district": apbd_district_places,
            "village": village_places,
            "dbh_sawit": dbh_places,
            "csr": csr_places,
        }
        return shared[fund](world, t)
    (segment,) = programme.segments
    if fund == "public_posts":
        return public_posts_places(world, stocks, segment, t)
    if fund == "election":
        return election_places(world, stocks, segment, t)
    return discount_places(world, segment, t)


def fund_weight(world: World, programme: Programme, t: int) -> Array:
    """Return w_f."""
    return np.max([world.weight(lever, t) for lever in LEVERS_OF_FUND[programme.fund]], axis=0)


def runs_as_recorded(world: World, programme: Programme, t: int) -> NDArray[np.bool_]:
    """Tell by district whether the record alone says how many places there are."""
    if programme.fund == "discount" or not world.past(t):
        return np.zeros(N_DISTRICTS, dtype=bool)
    return fund_weight(world, programme, t) == 0


def places_of_month(world: World, stocks: Stocks, t: int) -> dict[Programme, Array]:
    """Return P of every programme by district; recorded ones in past months."""
    places = {}
    for number, programme in enumerate(PROGRAMMES):
        P = lever_places(world, stocks, programme, t)
        if world.past(t) and programme.fund != "discount":
            recorded = world.inputs.recorded[t, number]
            w = fund_weight(world, programme, t)
            blended = (1 - w) * recorded + w * P if programme.shared else P
            P = np.where(w > 0, blended, recorded)
        places[programme] = P
    return places


# ---- who gets the places (equations 15 to 17) ----


def close_or_open(world: World, stocks: Stocks, programme: Programme, P: Array, t: int) -> Array:
    """Equation 15; return H, the doubles that wait with the people in grace."""
    opened = P > 0
    reopened = opened & (stocks.gap[programme] > 0)
    stocks.gap[programme] = np.where(opened, 0.0, stocks.gap[programme] + 1)
    doubles = np.where(reopened, stocks.O[programme], 0.0)
    forgotten = reopened | (stocks.gap[programme] >= world.grace_months)
    stocks.O[programme] = np.where(forgotten, 0.0, stocks.O[programme])
    paid = stocks.paid(programme)
    part = np.divide(P, paid, out=np.ones(N_DISTRICTS), where=paid > P)
    for slot in programme.slots:
        stop_paying(stocks, slot, (1 - np.where(opened, part, 0.0)) * stocks.F[slot])
    stocks.O[programme] = np.where(opened, part, 1.0) * stocks.O[programme]
    first = programme.shared and months_into_window(world, programme.fund, t) == 0
    stocks.X[programme] = np.where(opened & (not first), stocks.X[programme], 0.0)
    return doubles


def stop_paying(stocks: Stocks, slot: Slot, people: Array) -> None:
    """People leave F for their first month of grace; election officers have none."""
    fund, segment = slot
    stocks.F[slot] = stocks.F[slot] - people
    if fund == "election":
        stocks.U[segment] = stocks.U[segment] + people
    else:
        stocks.G[slot][0] = stocks.G[slot][0] + people


def take_back(stocks: Stocks, programme: Programme, P: Array, doubles: Array) -> None:
    """Equation 16."""
    room = P - stocks.paid(programme) - stocks.X[programme]
    waiting = sum((sum(stocks.G[k]) for k in programme.slots), start=zeros()) + doubles
    back = np.where(room > ROUNDING, np.minimum(room, waiting), 0.0)
    share = share_of(back, waiting)
    stocks.O[programme] = stocks.O[programme] + share * doubles
    for k in programme.slots:
        stocks.F[k] = stocks.F[k] + share * sum(stocks.G[k])
        stocks.G[k] = [(1 - share) * G for G in stocks.G[k]]


def filling_order(world: World, t: int) -> list[Programme]:
    shared = [programme for programme in PROGRAMMES if programme.shared]
    shared.sort(key=lambda programme: -window_of(world, programme.fund, t)[0])  # a stable sort keeps the order in ties
    return shared + [programme for programme in PROGRAMMES if not programme.shared]


def list_room(world: World, stocks: Stocks) -> Array:
    """Return how many more vulnerable workers the list holds."""
    return np.maximum(0.0, world.p["vulnerable_list"] * world.registry - stocks.funded("vulnerable"))


ByProgramme = dict[Programme, Array]


def fill(world: World, stocks: Stocks, places: ByProgramme, t: int) -> tuple[ByProgramme, ByProgramme]:
    """Equation 17; return the places for which nobody was left, and those whose names could not be registered."""
    nobody_left, not_registered = {}, {}
    on_list = list_room(world, stocks)
    capacity = world.province_value("registration_capacity", t)
    for programme in filling_order(world, t):
        recorded = runs_as_recorded(world, programme, t)
        checked = ~recorded if programme.verified else np.zeros(N_DISTRICTS, dtype=bool)
        q = np.where(checked, world.value("list_quality", t), 1.0)
        o = np.where(checked, world.p["overlap"], 0.0)
        names = wanted = names_wanted(stocks, programme, places[programme], q * (1 - o), on_list)
        room = places[programme] - stocks.paid(programme) - stocks.X[programme]
        nobody_left[programme] = np.where((places[programme] > 0) & (room > ROUNDING), room - wanted, 0.0)
        if programme.uses_capacity:
            counted = ~recorded
            total = names[counted].sum()
            if total > capacity:
                names = np.where(counted, names * (capacity / total), names)
            capacity -= min(total, capacity)
        on_list = on_list - enrol(stocks, programme, q * (1 - o) * names, on_list)
        stocks.O[programme] = stocks.O[programme] + q * o * names
        stocks.X[programme] = stocks.X[programme] + (1 - q) * names
        not_registered[programme] = wanted - names
    return nobody_left, not_registered


def can_take(stocks: Stocks, segment: str, on_list: Array) -> Array:
    return np.minimum(stocks.U[segment], on_list) if segment == "vulnerable" else stocks.U[segment]


def names_wanted(stocks: Stocks, programme: Programme, P: Array, rho: Array, on_list: Array) -> Array:
    room = P - stocks.paid(programme) - stocks.X[programme]
    pool = sum((can_take(stocks, s, on_list) for s in programme.segments), start=zeros())
    names = zeros()
    for d in range(N_DISTRICTS):
        if P[d] > 0 and room[d] > ROUNDING:
            names[d] = room[d] if rho[d] * room[d] <= pool[d] else pool[d] / rho[d]
    return names


def enrol(stocks: Stocks, programme: Programme, people: Array, on_list: Array) -> Array:
    """Put people into the slots in order; return how many the list has given."""
    from_list = zeros()
    for slot in programme.slots:
        segment = slot[1]
        last = slot == programme.slots[-1]
        here = people if last else np.minimum(people, can_take(stocks, segment, on_list))
        stocks.U[segment] = stocks.U[segment] - here
        stocks.F[slot] = stocks.F[slot] + here
        people = people - here
        if segment == "vulnerable":
            from_list = from_list + here
    return from_list


# ---- what is reported (equations 28 and 29, money) ----


def empty_result(inputs: Inputs) -> OracleResult:
    months = inputs.n_months + 1
    years = (inputs.start_month + inputs.horizon) // 12 - inputs.start_month // 12 + 1
    return OracleResult(
        active=np.zeros((N_DISTRICTS, months)),
        reported=np.zeros((N_DISTRICTS, months)),
        base=np.zeros((N_DISTRICTS, months)),
        by_segment=np.zeros((len(SEGMENTS), months)),
        money=np.zeros((len(FUNDS), years, 3)),
        trace=np.zeros((months, 3, len(SEGMENTS), N_DISTRICTS)),
        use=np.zeros((len(FUNDS), years, 6)),
        local=np.zeros((N_DISTRICTS, len(FUNDS), years)),
        payers=np.zeros((len(FUNDS) + 1, months)),
    )


def record(world: World, stocks: Stocks, out: OracleResult, t: int) -> None:
    """Equations 28 and 29."""
    for i, s in enumerate(SEGMENTS):
        out.trace[t, :, i] = stocks.uncovered(s), stocks.active(s), stocks.E[s]
    out.active[:, t] = out.trace[t, 1].sum(axis=0)
    out.by_segment[:, t] = out.trace[t, 1].sum(axis=1)
    outside = world.value("pppk_part_out_of_base", t) * world.part_share * stocks.E["non_asn"]
    out.base[:, t] = out.trace[t, 2].sum(axis=0) - outside
    p = world.inputs.profile[world.cal(t) - 1]
    dip = zeros()
    for c, segments in CLASSES.items():
        dip = dip + world.p["season_depth"] * world.k[c] * p * sum(stocks.M[s] for s in segments)
    out.reported[:, t] = out.active[:, t] - dip
    for i, fund in enumerate(FUNDS):
        out.payers[i, t] = sum(stocks.F[slot].sum() for slot in SLOTS if slot[0] == fund)
    out.payers[-1, t] = sum(sum(stocks.G[slot]).sum() for slot in SLOTS)


def pay(world: World, stocks: Stocks, places: ByProgramme, out: OracleResult, t: int) -> None:
    """Book planned and spent rupiah and person-months paid; a closed programme pays for nobody."""
    year = world.month(t) // 12 - world.inputs.start_month // 12
    for programme in PROGRAMMES:
        P = places[programme]
        paid = np.where(P > 0, stocks.paid(programme), 0.0)
        premium = zeros() if programme.fund == "discount" else world.premium(programme.fund, t)
        fund = FUNDS.index(programme.fund)
        out.money[fund, year] += (premium * P).sum(), (premium * paid).sum(), paid.sum()
        out.local[:, fund, year] += premium * paid


def give_reasons(
    world: World,
    stocks: Stocks,
    places: ByProgramme,
    empty_and_waiting: tuple[ByProgramme, ByProgramme],
    out: OracleResult,
    t: int,
) -> None:
    """Equation 17a: places that are not paid for were left by the list, the pool or the capacity."""
    year = world.month(t) // 12 - world.inputs.start_month // 12
    nobody_left, not_registered = empty_and_waiting
    for programme in PROGRAMMES:
        P, fund = places[programme], programme.fund
        is_open = P > 0
        premium = zeros() if fund == "discount" else world.premium(fund, t)
        paid = np.where(is_open, stocks.paid(programme), 0.0)
        refused = np.where(is_open, np.minimum(stocks.X[programme], P - paid), 0.0)
        doubles = np.where(is_open, stocks.O[programme], 0.0)
        fresh = 0.0
        if programme.shared:
            length = window_of(world, fund, t)[0]
            if 12 - length > world.grace_months and months_into_window(world, fund, t) <= 2:
                fresh = paid.sum()
        rupiah = [(premium * x).sum() for x in (refused, nobody_left[programme], not_registered[programme])]
        out.use[FUNDS.index(fund), year] += *rupiah, P.sum(), doubles.sum(), fresh
