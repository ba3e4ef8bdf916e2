"""The province's money is split by the rule that the scenario names."""

import numpy as np
import pytest

from simulator.facts import load_facts
from simulator.model import kernel, make_inputs
from simulator.model.allocation import allocation_key
from simulator.scenario import ALLOCATIONS, ScenarioError, load_scenario

FACTS = load_facts()
CODES = [d.code for d in FACTS.districts]
PEOPLE = np.array([d.registry_population for d in FACTS.districts], dtype=float)


def key(rule, **changes):
    return allocation_key(FACTS, load_scenario("baseline").replace(allocation=rule, **changes))


@pytest.mark.parametrize("rule", ALLOCATIONS)
def test_parts_add_to_one(rule):
    assert key(rule).sum() == pytest.approx(1)
    assert (key(rule) >= 0).all()


def test_equal_and_registry_and_palm_by_hand():
    assert key("equal") == pytest.approx(np.full(15, 1 / 15))
    assert key("registry") == pytest.approx(PEOPLE / 9_144_263)
    assert key("palm")[CODES.index("1811")] == pytest.approx(8_699_570_000 / 77_655_570_000)


def test_gap_gives_to_who_is_far_from_the_nearest_target():
    """Missing people are registered people times the missing points; Lampung Timur stands at 17.4 of 34.99 %."""
    parts = key("gap", targets=("rkp_2026", "lampung_2030"))
    east, city = CODES.index("1804"), CODES.index("1871")
    missing = 1_122_605 * (0.3499 - 0.174), 1_077_664 * (0.3499 - 0.328)
    assert parts[east] / parts[city] == pytest.approx(missing[0] / missing[1])


def test_vulnerable_leaves_out_who_is_paid_for():
    """Metro pays for more vulnerable workers than its part of the list, so it gets less than its share of people."""
    parts = key("vulnerable")
    assert parts[CODES.index("1872")] < key("registry")[CODES.index("1872")]


@pytest.mark.parametrize("lever", ["apbd_amount", "csr_amount"])
def test_rule_splits_what_the_province_gives(lever):
    plan = load_scenario("baseline").replace(levers={lever: 15_000_000_000}, allocation="equal")
    value = make_inputs(plan, n_draws=1, seed=0, evidence="priors").value
    assert value[kernel.LEVER_IDS.index(lever)] == pytest.approx(np.full(15, 1e9))


def test_own_numbers_and_the_law_on_palm_money_stay():
    levers = {"apbd_amount": {"value": 15_000_000_000, "districts": {"1872": 7}}, "dbh_amount": 10_000_000_000}
    plan = load_scenario("baseline").replace(levers=levers, allocation="equal")
    value = make_inputs(plan, n_draws=1, seed=0, evidence="priors").value
    assert value[kernel.L_APBD_AMOUNT, CODES.index("1872")] == 7
    assert value[kernel.L_APBD_AMOUNT, 0] == pytest.approx(1e9)
    assert value[kernel.L_DBH_AMOUNT] == pytest.approx(1e10 * key("palm"))


def test_unknown_rule_is_refused_by_name():
    with pytest.raises(ScenarioError, match="allocation"):
        load_scenario("baseline").replace(allocation="population")
