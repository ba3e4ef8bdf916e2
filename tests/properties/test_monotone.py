"""More is never worse: which levers never lower active members, in which months, and when they may.

What decides is whether something that several funds share has run out: the list of vulnerable workers, the month's
registration capacity, or the uncovered people of a cell whom funds could take (a *pool*).

1. `public_mandate`, `enforcement` and `continuation` take no name from the list and use no capacity: they never lower
   active members in any month, as long as no pool is empty, whatever the list and the capacity do.
2. `dbh_amount`, `apbd_amount`, `csr_amount`, `village_share` and `village_people` never lower them in any month up to
   the first in which the list or the capacity binds or a pool is empty. Later they may: a name given to one fund is
   not there for another whose window stays open longer.
3. `list_quality` does not either under the condition of 2, as long as no programme shrinks from one year to the next:
   one that shrinks loses people and paid doubles alike, and a better list has had more of both.

All on shared draws, one lever at a time, from the same month on and without `end`.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from simulator.model import make_inputs, run_inputs
from simulator.model.kernel import FARMERS, INDEPENDENT, LEVER_IDS, PALM, SEGMENTS, VULNERABLE
from tests.properties.strategies import scenario, with_columns
from tests.unit.model.hand import hand_inputs

ROUNDING = 1e-12  # of active members
BUYING = ("dbh_amount", "apbd_amount", "csr_amount", "village_share", "village_people")
NOT_BUYING = ("public_mandate", "enforcement", "continuation")
STEPS = {
    "dbh_amount": (0, 10_000_000_000, 40_000_000_000, 120_000_000_000),
    "apbd_amount": (0, 400_000_000, 4_000_000_000, 20_000_000_000),
    "csr_amount": (0, 600_000_000, 4_000_000_000, 20_000_000_000),
    "village_share": (0.0, 0.1, 0.5, 1.0),
    "village_people": (0.0, 40.0, 100.0, 250.0),
    "public_mandate": (0.0, 0.3, 0.7, 1.0),
    "enforcement": (0.0, 0.3, 0.7, 1.0),
    "list_quality": (0.0, 0.5, 0.8, 1.0),
    "continuation": (1.0, 1.5, 2.5, 4.0),
}
AROUND = {
    "today": {},
    "a little of everything": {
        "village_share": 0.15, "dbh_share": 0.1, "csr_amount": 1_000_000_000, "public_mandate": 0.5, "outreach": 1.5,
        "metro_share": {"value": 0.4, "ramp_months": 18}, "transition_cover": 0.5, "pppk_full": 12_000,
    },
    "long palm money": {"dbh_share": 0.2, "dbh_months": 11, "dbh_first_month": 2, "apbd_months": 11},
}  # fmt: skip
CROWDED = {
    "everyone pays": {"village_share": 1.0, "metro_share": 1.0, "dbh_share": 0.2, "csr_amount": 10_000_000_000},
    "slow offices": {"village_share": 1.0, "dbh_share": 0.2, "registration_capacity": 3_000},
    "a lay-off": {"village_share": 0.8, "layoff_shock": {"value": 0.3, "start": "2026-09"}, "transition_cover": 1.0},
}
POOLS = [PALM, VULNERABLE, FARMERS, INDEPENDENT]


def inputs_of(around, name, value, *, ramp_months=0, steady=False):
    setting = {"value": value, "start": "2026-04", "ramp_months": ramp_months}
    inputs = make_inputs(scenario(months=36, levers=around | {name: setting}), n_draws=40, seed=5)
    if steady:
        ones = np.ones_like(inputs.sample.renewal)
        inputs = replace(inputs, sample=replace(inputs.sample, renewal=ones))
    return inputs


def without_limits(inputs):
    """Return the inputs with a list and a capacity that nothing can exhaust."""
    capacity = LEVER_IDS.index("registration_capacity")
    free = replace(inputs, weight=inputs.weight.copy())
    free.weight[:, capacity] = 0.0
    return with_columns(free, {"vulnerable_list": 1e12, "registration_capacity": 1e12})


def so_far(true):
    """Return where something was true in every month until now; the last axis is time."""
    return np.logical_and.accumulate(true, axis=-1)


def pools_hold(projection):
    return so_far((projection.trace[:, :, 0, POOLS] > 1e-6).all(axis=(2, 3)))


def unlimited(projection):
    """Return by draw and month whether list and capacity have never changed a digit so far."""
    free = run_inputs(without_limits(projection.inputs))
    return so_far((free.active == projection.active).all(axis=1))


def steps(around, name, **changes):
    """Return one projection for each value of the lever, in rising order."""
    around = {key: setting for key, setting in around.items() if key != name}
    return [run_inputs(inputs_of(around, name, value, **changes), trace=True) for value in STEPS[name]]


def assert_never_lower(low, high, where):
    members = low.active.sum(axis=1)
    change = high.active.sum(axis=1) - members
    lowered = where & (change < -ROUNDING * members)
    assert not lowered.any(), f"{lowered.sum()} months lowered, by up to {-change[lowered].min():.3g} people"


@pytest.mark.parametrize("ramp_months", [0, 12])
@pytest.mark.parametrize("around", [*AROUND, *CROWDED])
@pytest.mark.parametrize("name", NOT_BUYING)
def test_levers_that_buy_no_place_never_lower(name, around, ramp_months):
    runs = steps((AROUND | CROWDED)[around], name, ramp_months=ramp_months)
    for low, high in pairwise(runs):
        where = pools_hold(low) & pools_hold(high)
        assert where.mean() > 0.3
        assert_never_lower(low, high, where)


@pytest.mark.parametrize("ramp_months", [0, 12])
@pytest.mark.parametrize("around", [*AROUND, *CROWDED])
@pytest.mark.parametrize("name", BUYING)
def test_money_never_lowers_until_something_has_run_out(name, around, ramp_months):
    runs = steps((AROUND | CROWDED)[around], name, ramp_months=ramp_months)
    plenty = [pools_hold(run) & unlimited(run) for run in runs]
    if around in AROUND:
        assert plenty[0].mean() > 0.5
    for (low, one), (high, two) in pairwise(zip(runs, plenty, strict=True)):
        assert_never_lower(low, high, one & two)


@pytest.mark.parametrize("around", [*AROUND, *CROWDED])
def test_a_better_list_never_lowers_programmes_that_do_not_shrink(around):
    runs = steps((AROUND | CROWDED)[around], "list_quality", steady=True)
    plenty = [pools_hold(run) & unlimited(run) for run in runs]
    if around in AROUND:
        assert plenty[0].mean() > 0.5
    for (low, one), (high, two) in pairwise(zip(runs, plenty, strict=True)):
        assert_never_lower(low, high, one & two)


@pytest.mark.parametrize("name", STEPS)
def test_every_lever_raises_something(name):
    low, *_, high = steps(AROUND["today"], name)
    assert (high.active[..., -1].sum(axis=1) > low.active[..., -1].sum(axis=1)).any()


# ---- how it is lowered: examples by hand, one district shown, all fifteen alike ----

LIST = 1_000.0  # names in a district


def vulnerable_people(inputs):
    return run_inputs(inputs).by_segment[0, SEGMENTS.index("vulnerable")] / 15


def test_two_funds_and_one_list():
    """Village money from March to December takes the names that palm money would have kept from September to January.

    The list holds 1,000 names and grace is one month. With palm money alone they are covered from September to
    January and in February's grace. Where villages were first, they are covered from March on, but their money ends
    in December: they are in grace in January and uncovered in February.
    """
    palm = {"dbh_amount": (1e9, 1, None), "dbh_share": (1.0, 1, None)}
    par = {"grace_months": 1.0, "vulnerable_list": 15 * LIST}

    def covered(village_share):
        levers = palm | {"village_share": (village_share, 1, None)}
        nobody_in_palm = {"palm": 1e-6}
        return vulnerable_people(hand_inputs(par=par, levers=levers, eligible=nobody_in_palm))

    without, with_villages = covered(0.0), covered(1.0)
    january_27, february_27, march_27 = 12, 13, 14
    assert without[8 : february_27 + 1] == pytest.approx(LIST)
    assert without[march_27] == pytest.approx(0, abs=1e-3)
    assert with_villages[2 : january_27 + 1] == pytest.approx(LIST)
    assert with_villages[february_27] == pytest.approx(0, abs=1e-3)
    assert with_villages[march_27] == pytest.approx(LIST)


def test_two_funds_and_one_capacity():
    """The same with 1,000 registrations a month in place of a list: village money uses them up from March on."""
    palm = {"dbh_amount": (1e9, 1, None), "dbh_share": (1.0, 1, None), "registration_capacity": (15_000, 1, None)}

    def covered(people):
        levers = palm | {"village_share": (1.0, 1, None), "village_people": (people, 1, None)}
        return vulnerable_people(hand_inputs(par={"grace_months": 1.0}, levers=levers, eligible={"palm": 1e-6}))

    without, with_villages = covered(0.0), covered(1_000.0)
    assert without[8:14] == pytest.approx([1_000, 2_000, 3_000, 4_000, 5_000, 5_000])
    assert with_villages[2:13] == pytest.approx([*range(1_000, 11_000, 1_000), 10_000])
    assert with_villages[13] == pytest.approx(0, abs=1e-3)


def test_a_better_list_of_a_programme_that_shrinks():
    """A fund pays for 100 real people of before. With 200 places and half of all names double, a perfect list adds 50
    people and 50 doubles, a useless one nobody. Cut to 100 places a year later, 75 of the 150 people stay after grace,
    against all 100 of the useless list.
    """
    csr, district_places = 7, 16_800 * 12  # slot number; rupiah a year for one place
    par = {"overlap": 0.5, "grace_months": 3.0}

    def covered(quality):
        inputs = hand_inputs(
            par=par | {"csr_plan": 15 * 200.0 * district_places},
            levers={"list_quality": (quality, 1, None)},
            funded={csr: 100.0},
        )
        renewal = inputs.sample.renewal.copy()
        renewal[:, 2, 2027 - 2022 :] = 0.5
        return vulnerable_people(replace(inputs, sample=replace(inputs.sample, renewal=renewal)))

    useless, perfect = covered(0.0), covered(1.0)
    assert useless[1:20] == pytest.approx(100)
    assert perfect[1:15] == pytest.approx(150)  # until March 2027, the third month of grace
    assert perfect[15:20] == pytest.approx(75)


def test_a_shared_number_of_places_covers_as_many_in_every_window():
    """200 places a year, half of all names double: 100 people in each window, also where all had lapsed between."""
    for length, grace in ((10.0, 1.0), (10.0, 2.0), (10.0, 3.0), (9.0, 3.0), (6.0, 2.0)):
        levers = {"village_share": (1.0, 1, None), "village_people": (20.0, 1, None)}
        par = {"overlap": 0.5, "grace_months": grace, "village_months": length}
        people = vulnerable_people(hand_inputs(months=48, par=par, levers=levers))
        assert people[[11, 23, 35, 47]] == pytest.approx(100), f"a window of {length:g} months, grace of {grace:g}"


def test_a_window_with_half_the_places_covers_half_the_people():
    """What comes back after a pause comes back in proportion: 100 places hold 50 people and 50 doubles."""
    levers = {"village_people": (20.0, 1, None)}
    par = {"overlap": 0.5, "village_months": 10.0}
    inputs = hand_inputs(par=par, levers=levers, today={"village_share": 1.0})
    renewal = inputs.sample.renewal.copy()
    renewal[:, 1, 2027 - 2022 :] = 0.5
    people = vulnerable_people(replace(inputs, sample=replace(inputs.sample, renewal=renewal)))
    assert people[11] == pytest.approx(100)
    assert people[23] == pytest.approx(50)
