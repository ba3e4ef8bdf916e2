"""Valid but hostile scenarios and inputs, for hypothesis."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from simulator.facts import DATA_MONTH, FIRST_MONTH, LAST_MONTH, format_month, load_facts
from simulator.model.kernel import LEVER_IDS, PARAMETER_IDS
from simulator.scenario import ALLOCATIONS, DISTRICT_CODES, LEVERS, Scenario

NAME = {"id": "Uji", "en": "Test"}
LONGEST = 30  # projected months; every run goes on for a year behind its horizon
STAFF_OF_A_DISTRICT = 400  # fewer than may be converted in any district of any draw

# Months of a year that starts with a reading of the budget, an election year, the data month, the first renewals.
STARTS = st.sampled_from([DATA_MONTH, DATA_MONTH - 4]) | st.integers(FIRST_MONTH, DATA_MONTH)


def scenario(*, start=DATA_MONTH, months=24, levers=None):
    """Return a scenario of so many months."""
    return Scenario(
        name=NAME,
        start=format_month(start),
        horizon=format_month(start + months),
        stretch=["dbh_share"],
        levers=levers or {},
    )


@st.composite
def scenarios(draw, *, longest=LONGEST):
    """Return a scenario with any levers, from any start month."""
    start = draw(STARTS)
    months = draw(st.integers(1, longest))
    chosen = draw(st.lists(st.sampled_from(list(LEVERS)), unique=True, max_size=len(LEVERS)))
    levers = {name: draw(settings_of(LEVERS[name], start, start + months)) for name in chosen}
    plan = scenario(start=start, months=months, levers=levers)
    return plan.replace(allocation=draw(st.sampled_from(ALLOCATIONS)))


@st.composite
def settings_of(draw, lever, start, horizon):
    """Return a valid setting: values, districts' own values, start, ramp and end."""
    first = draw(st.none() | st.integers(max(FIRST_MONTH, start - 6), min(LAST_MONTH - 1, horizon + 2)))
    effect = start + 1 if first is None else first
    setting = {} if first is None else {"start": format_month(first)}
    where = "province" if lever.province_only else draw(st.sampled_from(("province", "districts", "both")))
    if where != "districts":
        setting["value"] = draw(values_of(lever))
    if where != "province":
        own = values_of(lever, own=True)
        setting["districts"] = draw(st.dictionaries(st.sampled_from(DISTRICT_CODES), own, min_size=1, max_size=15))
    if not lever.stepped:
        setting["ramp_months"] = draw(st.integers(0, 30))
    if draw(st.booleans()):
        setting["end"] = format_month(draw(st.integers(effect + 1, min(LAST_MONTH, effect + LONGEST))))
    return setting


def values_of(lever, *, own=False):
    """Return values inside the bounds, with the bounds themselves more often than by chance."""
    low, high = lever.low, lever.upper(stretched=True)
    if lever.id == "pppk_full" and own:
        high = STAFF_OF_A_DISTRICT
    if lever.unit == "month":
        return st.integers(int(low), int(high)).map(format_month)
    if lever.whole:
        return st.sampled_from([int(low), int(high)]) | st.integers(int(low), int(high))
    return st.sampled_from([low, high]) | st.floats(low, high)


# ---- parameters at the bounds of their records ----

_PRODUCTS = {
    "apbd_plan": ("apbd_province_people_2025", "premium_jkk_jkm", "apbd_months", "apbd_change_2026"),
    "csr_plan": ("csr_people_per_programme", "csr_programmes", "premium_jkk_jkm"),
}


def bounds_of(name):
    """Return lowest and highest value of a column of `par` or `base`, rounded where it counts months."""
    records = load_facts().parameters
    if name in _PRODUCTS:
        low, high = np.prod([records[part].bounds for part in _PRODUCTS[name]], axis=0)
    elif name == "overlap":
        low, high = records["overlap_light"].bounds[0], records["overlap_heavy"].bounds[1]
    elif name == "season_depth":
        low, high = 0.0, records["season_own_share"].bounds[1] * (1 - records["season_trough"].bounds[0])
    else:
        low, high = records[name].bounds
    if name.endswith(("_months", "_month")):
        low, high = np.rint(low), np.rint(high)
    return float(low), float(high)


_MADE = (*_PRODUCTS, "overlap", "season_depth")
_FIXED = ("pppk_conversion_months",)  # also says in which months people leave, which is arranged before the run
UNCERTAIN = [
    name
    for name in dict.fromkeys((*PARAMETER_IDS, *LEVER_IDS))
    if name in (*_MADE, *load_facts().parameters) and name not in _FIXED
]


def with_columns(inputs, values):
    """Return the inputs with parameters or levers of today replaced in every draw, by id."""
    sample = inputs.sample
    par, base = sample.par.copy(), sample.base.copy()
    for name, value in values.items():
        if name in PARAMETER_IDS:
            par[:, PARAMETER_IDS.index(name)] = value
        else:
            base[:, LEVER_IDS.index(name)] = value
    # The funded layer holds nobody beyond the months of grace; who is cut here is uncovered.
    months = par[:, PARAMETER_IDS.index("grace_months")]
    kept = np.arange(sample.start.grace.shape[2]) < months[:, None]
    start = replace(sample.start, grace=np.where(kept[:, None, :, None], sample.start.grace, 0.0))
    return replace(inputs, sample=replace(sample, par=par, base=base, start=start))


def with_shocks(inputs, factor):
    """Return the inputs with all shocks multiplied."""
    return replace(inputs, sample=replace(inputs.sample, shocks=inputs.sample.shocks * factor))


@st.composite
def extremes(draw):
    """Return values by id for some uncertain numbers, each at one of its bounds."""
    sides = draw(
        st.dictionaries(st.sampled_from(UNCERTAIN), st.sampled_from((0, 1)))
        | st.fixed_dictionaries({name: st.sampled_from((0, 1)) for name in UNCERTAIN})
    )
    values = {name: bounds_of(name)[side] for name, side in sides.items()}
    if all(values.get(f"season_weight_{c}") == 0 for c in ("pu", "bpu", "construction")):
        del values["season_weight_pu"]  # a season that falls on nobody has no strength to share out
    return values
