"""Fifteen governments: what one decides touches its own people only, and their sums are the province."""

import numpy as np
import pytest

from simulator.facts import DATA_MONTH, format_month
from simulator.model import make_inputs, run_inputs
from simulator.scenario import DISTRICT_CODES, LEVERS, load_scenario

OWN = [name for name, lever in LEVERS.items() if not lever.province_only]
# A kabupaten with every lever, and a city, which has no villages.
PAIRS = [(code, name) for code in ("1804", "1872") for name in OWN if code == "1804" or not name.startswith("village")]
# Offices register for the whole province, so their capacity is the one thing that districts share: here it is ample.
AMPLE = {"registration_capacity": int(LEVERS["registration_capacity"].high)}
ACTING = {  # what some levers need to have something to act on
    "incentive": {"public_mandate": 0.5},
    "with_jht": {"village_share": 0.5},
    "village_people": {"village_share": 0.5},
    "enforcement_focus": {"enforcement": 0.5},
}


def run(levers):
    scenario = load_scenario("baseline").replace(levers=AMPLE | levers, horizon="2028-12")
    return run_inputs(make_inputs(scenario, n_draws=8, seed=0), detail=True)


def own_value(name):
    lever = LEVERS[name]
    if lever.unit == "month":
        return format_month(DATA_MONTH + 30)
    if name == "pppk_full":
        return 500  # fewer than any kabupaten has
    value = (lever.low + 3 * lever.high) / 4
    return round(value) if lever.whole else value


@pytest.mark.parametrize(("code", "name"), PAIRS)
def test_an_own_value_moves_no_other_district(code, name):
    others = ACTING.get(name, {})
    one, two = run(others), run(others | {name: {"districts": {code: own_value(name)}}})
    d = DISTRICT_CODES.index(code)
    apart = np.arange(len(DISTRICT_CODES)) != d
    moved = False
    for field in ("active", "reported", "base", "local"):
        here, there = getattr(one, field), getattr(two, field)
        assert np.array_equal(here[:, apart], there[:, apart]), field
        moved = moved or not np.array_equal(here[:, d], there[:, d])
    assert moved


@pytest.mark.parametrize("name", ["baseline", "combined", "inpres_full"])
def test_districts_add_up_to_the_province(name):
    """People in every draw and month, rupiah in every draw, fund and year."""
    it = run_inputs(make_inputs(load_scenario(name), n_draws=8, seed=0), detail=True)
    assert np.allclose(it.active.sum(axis=1), it.by_segment.sum(axis=1), rtol=1e-12)
    spent = it.money[..., 1]
    assert np.abs(it.local.sum(axis=1) - spent).max() < 1e-9 * spent.max()


def test_capacity_is_shared_when_it_binds():
    """The exception that the model names: more names in one district leave fewer registrations for the others."""
    small = {"registration_capacity": 2000, "village_share": 1.0}
    one, two = run(small), run(small | {"apbd_amount": {"districts": {"1871": 10**11}}})
    d = DISTRICT_CODES.index("1871")
    apart = np.arange(len(DISTRICT_CODES)) != d
    assert (two.active[:, apart, 12:24] <= one.active[:, apart, 12:24] + 1e-6).all()
    assert (two.active[:, apart, 12:24] < one.active[:, apart, 12:24] - 1).any()
