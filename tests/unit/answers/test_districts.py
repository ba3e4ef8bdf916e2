"""Answers by kabupaten/kota add up to the province, and the cheapest split is no worse than the usual ones."""

import pytest

from simulator.answers.districts import cheapest_split, district_answers, gap_shares
from simulator.facts import load_facts
from simulator.model import make_inputs, run_inputs
from simulator.scenario import ALLOCATIONS, DISTRICT_CODES, load_scenario

FACTS = load_facts()
TARGET = float(FACTS.targets["rkp_2026"].value)
DRAWS = 40


def run(scenario):
    return run_inputs(make_inputs(scenario, n_draws=DRAWS, seed=0), detail=True)


BASELINE, PLAN = run(load_scenario("baseline")), run(load_scenario("village_100"))
DECEMBER_2027 = 23


def test_districts_sum_to_the_province_in_every_draw():
    answers = district_answers(PLAN, TARGET, DECEMBER_2027, reference=BASELINE)
    base, active = (x[:, :, DECEMBER_2027].sum(axis=1) for x in (PLAN.base, PLAN.active))
    assert [answer.code for answer in answers] == list(DISTRICT_CODES)
    assert sum(answer.missing for answer in answers) == pytest.approx(TARGET * base - active, rel=1e-9)
    before = BASELINE.active[:, :, DECEMBER_2027].sum(axis=1)
    assert sum(answer.gained for answer in answers) == pytest.approx(active - before, rel=1e-9)
    spent = PLAN.money[:, :7, :, 1].sum(axis=2).mean(axis=0)
    assert sum(answer.rupiah[:7] for answer in answers) == pytest.approx(spent, rel=1e-9)
    assert sum(answer.public_rupiah for answer in answers) == pytest.approx(spent[[0, 1, 2, 3, 5, 6]].sum(), rel=1e-9)


def test_parts_of_the_gap_add_to_the_part_that_is_closed():
    answers = district_answers(PLAN, TARGET, DECEMBER_2027, reference=BASELINE)
    t = DECEMBER_2027
    before, after = ((TARGET * x.base[..., t] - x.active[..., t]).sum(axis=1).mean() for x in (BASELINE, PLAN))
    # The base is the same in both, so people gained are the fall of the gap.
    assert gap_shares(answers).sum() == pytest.approx((before - after) / before, rel=1e-6)


def test_without_reference_nothing_is_gained():
    assert all((answer.gained == 0).all() for answer in district_answers(BASELINE, TARGET, DECEMBER_2027))


def test_odds_and_never_share_fit_each_other():
    for answer in district_answers(PLAN, 0.25, PLAN.inputs.horizon, reference=BASELINE):
        assert answer.odds + answer.never_share == pytest.approx(1)
        assert (answer.median_month is not None) == (answer.odds > 0.5)


def members(scenario, month):
    active = run(scenario).active[:, :, : month + 1]
    return active[:, :, month - 11 :].sum(axis=1).mean()


def test_cheapest_split_spends_all_and_beats_the_other_rules():
    rupiah = 30_000_000_000
    plan = load_scenario("baseline").replace(
        levers={"apbd_amount": {"value": rupiah, "start": "2027-01"}, "registration_capacity": 200_000}
    )
    best = cheapest_split(plan, "apbd_amount", rupiah, "2027-12", steps=6, draws=DRAWS)
    own = best.levers["apbd_amount"].districts
    assert sum(own.values()) == rupiah
    assert best.levers["apbd_amount"].start == "2027-01"
    others = [members(plan.replace(allocation=rule), 23) for rule in ALLOCATIONS]
    assert members(best, 23) >= max(others) - 1  # the search sees the same futures; rupiah are rounded


def test_cheapest_split_beats_every_rule_where_names_run_out():
    """With half of the names on the list, some districts use theirs up, and money moves to where names are left."""
    rupiah = 40_000_000_000
    plan = load_scenario("baseline").replace(
        levers={"apbd_amount": rupiah, "registration_capacity": 200_000}, assumptions={"vulnerable_list": 190_000}
    )
    best = cheapest_split(plan, "apbd_amount", rupiah, "2027-12", steps=8, draws=DRAWS)
    assert members(best, 23) > max(members(plan.replace(allocation=rule), 23) for rule in ALLOCATIONS) + 10
