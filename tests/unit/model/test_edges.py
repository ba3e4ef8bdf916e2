"""Cells that are empty, full or nearly so, in a Lampung of fifteen equal districts: worked out on paper."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.model import FUNDS, SEGMENTS, run_inputs
from simulator.model.kernel import LEVER_IDS
from tests.unit.model.hand import DISTRICTS, E, M, hand_inputs, people

VILLAGE_SLOT = 4  # vulnerable workers for whom villages pay


def test_where_everyone_is_covered_nobody_is_left_to_replace_who_lapses():
    run = run_inputs(hand_inputs(par={"lapse_bpu": 0.04}, members={"independent": E}))
    expected = E * 0.96 ** np.arange(run.active.shape[2])
    assert people(run, "independent") == pytest.approx(expected)


def test_where_everyone_was_covered_enforcement_finds_nobody():
    levers = {"enforcement": (1.0, 1, None), "enforcement_focus": (1.0, 1, None)}
    par = {"lapse_pu": 0.01, "enforcement_gain": 0.02}
    run = run_inputs(hand_inputs(par=par, levers=levers, members={"firms_large": E}))
    assert people(run, "firms_large") == pytest.approx(E * 0.99 ** np.arange(run.active.shape[2]))


def test_half_a_person_is_enough_to_replace_who_lapses():
    run = run_inputs(hand_inputs(par={"lapse_bpu": 0.04}, members={"independent": E - 0.5}))
    assert people(run, "independent") == pytest.approx(E - 0.5)


def test_half_a_person_is_enough_for_enforcement():
    """Twelve hundredths of the eligible in a year, all of them from the half person that is left."""
    par = {"lapse_construction": 0.04, "enforcement_gain": 0.12}
    inputs = hand_inputs(par=par, levers={"enforcement": (1.0, 1, None)}, members={"construction": E - 0.5})
    leave = -np.log(0.96)
    join = (leave * (E - 0.5) + 0.01 * E) / 0.5
    moving = (1 - np.exp(-join - leave)) / (join + leave)
    expected = E - 0.5 + (0.5 * join - leave * (E - 0.5)) * moving
    assert people(run_inputs(inputs), "construction")[1] == pytest.approx(expected, rel=1e-12)


def test_nobody_imitates_where_nobody_is_covered():
    nobody = {"independent": 0.0}
    run = run_inputs(hand_inputs(par={"imitation": 0.7, "lapse_bpu": 0.04}, members=nobody), groups=True)
    assert (people(run, "independent") == 0).all()
    assert (run.groups[0, 2, SEGMENTS.index("independent")] == 0).all()


def test_firms_without_workers_do_not_grow():
    empty = {"firms_small": 0.0}
    run = run_inputs(hand_inputs(par={"eligible_growth": 0.012}, eligible=empty, members=empty))
    assert (people(run, "firms_small") == 0).all()
    assert np.isfinite(run.active).all()


def test_half_a_person_a_month_becomes_full_pppk_and_nobody_where_nobody_can():
    """Two years of 14 x 12 people: half a person a month from each district but the one without such staff."""
    staff, members = np.full(DISTRICTS, E), np.full(DISTRICTS, M)
    staff[3] = members[3] = 0.0
    today = {"pppk_full": (DISTRICTS - 1) * 24 * 0.5}
    run = run_inputs(hand_inputs(today=today, eligible={"non_asn": staff}, members={"non_asn": members}))
    left = run.base[0, :, 1:] - run.base[0, :, :1]
    months = np.arange(1, 25)
    np.testing.assert_allclose(left[0, :24], -0.5 * months, rtol=1e-9)
    np.testing.assert_array_equal(left[3], 0)


def test_no_more_go_on_paying_than_were_paid_for():
    """Half would go on by themselves and help triples that: all of the 60, and not 90."""
    levers = {"village_share": (0.06, 1, 6), "continuation": (3.0, 1, None)}
    par = {"keep_six_months": 0.5, "vulnerable_list": DISTRICTS * 100.0}
    run = run_inputs(hand_inputs(par=par, levers=levers))
    assert people(run, "vulnerable")[2:24] == pytest.approx(60)


def test_a_district_promises_its_own_full_pppk_whatever_its_share_of_them():
    inputs = hand_inputs(levers={"pppk_full": (240.0, 1, None)})
    own = np.zeros(DISTRICTS, dtype=bool)
    own[3] = True
    run = run_inputs(replace(inputs, own_pppk=own))
    gone = run.base[0, :, 0] - run.base[0, :, 12]
    assert gone == pytest.approx(np.where(own, 12 * 10, 12 * 10 / DISTRICTS))


def test_a_programme_cut_to_half_a_place_pays_half_a_premium():
    """Of 100 places 25 went to people who were members already; both kinds shrink alike."""
    inputs = hand_inputs(par={"overlap": 0.25}, levers={"csr_amount": (100 * 16_800 * 12, 1, None)})
    weight = inputs.weight.copy()
    weight[5:, LEVER_IDS.index("csr_amount")] = 0.005
    run = run_inputs(replace(inputs, weight=weight), detail=True)
    assert run.money[0, FUNDS.index("csr"), 1, 1] / DISTRICTS == pytest.approx(12 * 0.5 * 16_800)
    assert run.use[0, FUNDS.index("csr"), 1, 4] / DISTRICTS == pytest.approx(12 * 0.25 * 0.5)


def test_half_a_person_waits_in_grace_and_comes_back():
    """Villages pay from March to December, and grace lasts three months."""
    run = run_inputs(hand_inputs(levers={"village_share": (0.0005, 1, None)}))
    assert people(run, "vulnerable")[2:24] == pytest.approx(0.5)


def test_half_a_person_is_paid_for_from_the_start():
    assert people(run_inputs(hand_inputs(funded={VILLAGE_SLOT: 0.5})), "vulnerable")[0] == pytest.approx(0.5)


def test_a_public_post_of_half_a_person_gets_half_of_what_is_left_of_it():
    inputs = hand_inputs(
        levers={"public_mandate": (1.0, 0, None)},
        eligible={"rt_rw": 0.5},
        members={"rt_rw": 0.25, "non_asn": E, "village_officials": E, "village_cadres": E},
    )
    planned = run_inputs(inputs).money[0, FUNDS.index("public_posts"), 1, 0]
    assert planned / DISTRICTS == pytest.approx(12 * 16_800 * 0.25)


def test_people_in_grace_at_the_start_are_covered_and_count_as_paid_by_the_public():
    """A district that buys half of Metro's intensity, 20 % of its workers, buys what those and public posts leave."""
    inputs = hand_inputs(
        par={"metro_intensity": 0.4}, levers={"metro_share": (0.5, 1, None)}, funded={VILLAGE_SLOT: 40.0}
    )
    start = inputs.sample.start
    grace = start.grace.copy()
    grace[:, VILLAGE_SLOT] = np.array([10.0, 20.0, 30.0])[None, :, None]
    sample = replace(inputs.sample, start=replace(start, grace=grace))
    run = run_inputs(replace(inputs, sample=sample), detail=True, trace=True)
    uncovered, active, eligible = run.trace[0, 0]
    np.testing.assert_allclose(uncovered + active, eligible, rtol=1e-12)
    assert people(run, "vulnerable")[0] == pytest.approx(100)
    bought = run.use[0, FUNDS.index("apbd_district"), 0, 3] / DISTRICTS
    assert bought == pytest.approx(11 * (0.2 * 11 * E - 4 * M - 100))
