"""Each equation alone, in a Lampung of fifteen equal districts where nothing else moves; all worked out on paper."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.facts import parse_month
from simulator.model import FUNDS, SEGMENTS, run_inputs
from tests.unit.model.hand import DISTRICTS, VILLAGES, E, M, hand_inputs, people

MONTHS = 37  # month 0, two years, and the year that is run further


def members(inputs, segment):
    """Return active members of a segment in one district, by month."""
    return people(run_inputs(inputs), segment)


def hazard(share):
    return -np.log(1 - share)


def test_where_nothing_is_asked_for_nothing_moves():
    run = run_inputs(hand_inputs())
    assert (run.active == run.active[..., :1]).all()
    assert (run.base == run.base[..., :1]).all()
    assert (run.money == 0).all()


def test_who_lapses_is_replaced_so_that_coverage_without_drift_stands_still():
    lapses = {"lapse_pu": 0.01, "lapse_bpu": 0.04, "lapse_construction": 0.05}
    for segment in ("firms_small", "independent", "construction"):
        assert members(hand_inputs(par=lapses | {"imitation": 0.7}), segment) == pytest.approx(M)


def test_growth_is_insured_at_its_employers_coverage_and_elsewhere_by_drift_alone():
    par = {"eligible_growth": 0.012}
    for segment in ("firms_large", "construction"):
        people = members(hand_inputs(par=par), segment)
        assert people[1] == pytest.approx(M * np.exp(0.001), rel=1e-6)
    # A post that is not organic has the hazard that keeps its coverage as well.
    assert members(hand_inputs(par=par), "rt_rw")[1] == pytest.approx(M * np.exp(0.001), rel=1e-6)


def test_outreach_leads_to_another_steady_state_at_the_speed_of_both_hazards():
    """u0 = l M / U; with twice that, M tends to E 2 u0 / (2 u0 + l), and the gap closes by exp(-(2 u0 + l)) a month."""
    leave = hazard(0.04)
    join = 2 * leave * M / (E - M)
    inputs = hand_inputs(par={"lapse_bpu": 0.04}, levers={"outreach": (2.0, 1, None)})
    steady = E * join / (join + leave)
    expected = steady + (M - steady) * np.exp(-(join + leave) * np.arange(MONTHS))
    np.testing.assert_allclose(members(inputs, "farmers_fishers"), expected, rtol=1e-12)


def test_drift_is_the_slope_of_organic_coverage_in_proportion_to_members():
    """1 % of all workers a year, shared by five segments with 3,000 members each, when there is no lapse."""
    all_workers = 11 * E
    join = 0.01 / 12 * all_workers * (M / (5 * M)) / (E - M)
    expected = E - (E - M) * np.exp(-join * np.arange(MONTHS))
    np.testing.assert_allclose(members(hand_inputs(par={"drift": 0.01}), "construction"), expected, rtol=1e-12)
    assert expected[1] - M == pytest.approx(0.01 / 12 * all_workers / 5, rel=0.01)


def test_a_falling_drift_that_nobody_joins_against_is_lapse():
    leave = 0.01 / 12 * 11 * E / (5 * M)
    expected = M * np.exp(-leave * np.arange(MONTHS))
    np.testing.assert_allclose(members(hand_inputs(par={"drift": -0.01}), "firms_large"), expected, rtol=1e-12)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_single_shock_without_memory_moves_one_month(sign):
    shocks = np.zeros(MONTHS)
    shocks[1] = sign
    par = {"disturbance_sd": 0.006}
    x = 0.006 / 12 * 11 * E / (5 * M)
    people = members(hand_inputs(par=par, shocks=shocks), "construction")
    expected = E - (E - M) * np.exp(-x * M / (E - M)) if sign > 0 else M * np.exp(-x)
    np.testing.assert_allclose(people[1:], expected, rtol=1e-12)


def test_a_shock_fades_by_its_memory():
    shocks = np.zeros(MONTHS)
    shocks[0] = -1.0
    x = 0.006 / 12 * 11 * E / (5 * M)
    people = members(
        hand_inputs(par={"disturbance_sd": 0.006, "disturbance_memory": 0.8}, shocks=shocks), "firms_small"
    )
    np.testing.assert_allclose(people, M * np.exp(-x * np.cumsum([0.0, *0.8 ** np.arange(1, MONTHS)])), rtol=1e-12)


@pytest.mark.parametrize("focus", [0.0, 0.3, 1.0])
def test_enforcement_reaches_firms_by_its_focus_and_construction_whole(focus):
    levers = {"enforcement": (0.5, 1, None), "enforcement_focus": (focus, 1, None)}
    inputs = hand_inputs(par={"enforcement_gain": 0.06}, levers=levers)
    gain = 0.5 * 0.06 / 12
    reach = {"firms_large": focus * 2 * E, "firms_small": (1 - focus) * 2 * E, "construction": E}
    for segment, workers in reach.items():
        join = gain * workers / (E - M)
        expected = E - (E - M) * np.exp(-join * np.arange(MONTHS))
        np.testing.assert_allclose(members(inputs, segment), expected, rtol=1e-12)
    assert members(inputs, "independent") == pytest.approx(M)


def test_imitation_follows_the_coverage_of_the_month_before():
    """Without lapse: each month's hazard is u0 times c/c0 of the month before, here M/M(0)."""
    inputs = hand_inputs(par={"drift": 0.01, "imitation": 1.0})
    u0 = 0.01 / 12 * 11 * E / 5 / (E - M)
    people = M
    for found in members(inputs, "independent")[1:]:
        people = E - (E - people) * np.exp(-u0 * people / M)
        assert found == pytest.approx(people)


def test_covered_movers_leave_their_firm_with_their_place_in_the_base():
    par = {"lapse_pu": 0.02, "mover_share": 0.5}
    inputs = hand_inputs(par=par, levers={"transition_cover": (0.8, 1, 2)})
    run = run_inputs(inputs, trace=True)
    join, leave = hazard(0.02) * M / (E - M), hazard(0.02)
    lapsed = M * leave * -np.expm1(-join - leave) / (join + leave)
    uncovered, active, eligible = run.trace[0, 1, :, :, 0]
    firm, independent = SEGMENTS.index("firms_small"), SEGMENTS.index("independent")
    assert eligible[firm] == pytest.approx(E - 0.4 * lapsed)
    assert uncovered[firm] == pytest.approx(E - M - 0.4 * lapsed)
    assert active[firm] == pytest.approx(M)
    assert active[independent] - M == pytest.approx(2 * 0.4 * lapsed)  # from both firm segments
    assert eligible[independent] - E == pytest.approx(2 * 0.4 * lapsed)


def test_laid_off_workers_look_for_their_own_living_uninsured():
    run = run_inputs(replace(hand_inputs(levers={"layoff_shock": (0.3, 4, None)}), layoff_month=4), trace=True)
    uncovered, active, eligible = run.trace[0, :, :, :, 0].swapaxes(0, 1)
    firm, independent = SEGMENTS.index("firms_large"), SEGMENTS.index("independent")
    assert active[3:6, firm] == pytest.approx([M, 0.7 * M, 0.7 * M])
    assert eligible[4, firm] == pytest.approx(E - 0.3 * M)
    assert eligible[4, independent] == pytest.approx(E + 2 * 0.3 * M)
    assert uncovered[4, independent] == pytest.approx(E - M + 2 * 0.3 * M)
    assert active[4, independent] == pytest.approx(M)


def test_ten_thousand_full_pppk_take_their_share_of_members_along():
    """(A - c 10,000) / (E - 10,000), c the coverage of non-ASN staff."""
    run = run_inputs(hand_inputs(today={"pppk_full": 10_000}))
    workers, people, c = 15 * 11 * E, 15 * 9 * M, M / E
    assert run.coverage[0, 0] == pytest.approx(people / workers)
    assert run.coverage[0, 24] == pytest.approx((people - c * 10_000) / (workers - 10_000))
    assert run.coverage[0, 36] == pytest.approx(run.coverage[0, 24])
    assert np.diff(run.base[0].sum(axis=0))[:24] == pytest.approx(-10_000 / 24)


def test_interrupted_part_time_staff_wait_outside_cover():
    par = {"pppk_part_total": 0.4 * 15 * E, "pppk_return_share": 0.75, "pppk_return_months": 4.0}
    people = members(hand_inputs(par=par, today={"pppk_part_kept": 0.5}), "non_asn")
    waiting = 0.4 * 0.5 * M
    assert people[:8] == pytest.approx([M, *4 * [M - waiting], *3 * [M - 0.25 * waiting]])


@pytest.mark.parametrize("grace", [1, 2, 3])
def test_five_months_of_palm_money(grace):
    """September to January, then grace, then those who keep paying: at rest if nobody lapses."""
    places = 900.0
    levers = {"dbh_amount": (places * 16_800 * 5 / 0.1, 1, None), "dbh_share": (0.1, 1, 10)}
    par = {"grace_months": float(grace), "keep_six_months": 0.2, "overlap": 0.1, "lapse_bpu": 0.05}
    inputs = hand_inputs(par=par, levers=levers, today={"list_quality": 0.75})
    people = members(inputs, "palm")
    covered = 0.75 * 0.9 * places
    kept = 0.2 / 0.95 ** (6 - grace)
    assert people[:8] == pytest.approx(0)
    # The share stops after month 9 (October 2026), so that one window of two months is seen whole.
    assert people[8 : 10 + grace] == pytest.approx(covered)
    after = people[10 + grace :]
    assert after == pytest.approx(kept * covered * 0.95 ** np.arange(after.size))
    assert after[6 - grace] == pytest.approx(0.2 * covered)  # a fifth still pays six months after the stop


def test_places_beyond_the_palm_workers_go_to_vulnerable_ones():
    levers = {"dbh_amount": (500 * 16_800 * 5, 1, None), "dbh_share": (1.0, 1, None)}
    run = run_inputs(hand_inputs(levers=levers, eligible={"palm": 300.0}))
    assert run.by_segment[0, SEGMENTS.index("palm"), 9] / DISTRICTS == pytest.approx(300)
    assert run.by_segment[0, SEGMENTS.index("vulnerable"), 9] / DISTRICTS == pytest.approx(200)


def test_money_beyond_the_pool_is_unspent():
    levers = {"dbh_amount": (500 * 16_800 * 5, 1, 11), "dbh_share": (1.0, 1, 11)}
    inputs = hand_inputs(levers=levers, eligible={"palm": 300.0}, par={"vulnerable_list": 15 * 50.0})
    planned, spent, paid = run_inputs(inputs).money[0, FUNDS.index("dbh_sawit"), 0]
    assert (planned, spent, paid) == pytest.approx(
        (15 * 2 * 500 * 16_800 + 15 * 500 * 16_800, 3 * 15 * 350 * 16_800, 3 * 15 * 350)
    )


def test_the_capacity_goes_to_the_longer_window_first_and_evenly_over_the_districts():
    """Of 3,000 names a month in the province, a year-round fund takes 200 in each district; its last 100 leave 100."""
    levers = {
        "csr_amount": (300 * 16_800 * 12, 2, None),
        "village_share": (1.0, 2, None),
        "registration_capacity": (15 * 200, 1, None),
    }
    run = run_inputs(hand_inputs(levers=levers))
    people = run.by_segment[0, SEGMENTS.index("vulnerable")] / DISTRICTS
    assert people[:5] == pytest.approx([0, 0, 200, 400, 600])
    paid = run.money[0, :, 0, 2] / DISTRICTS
    assert paid[FUNDS.index("csr")] == pytest.approx(200 + 9 * 300)
    village = np.minimum(100 + 200 * np.arange(9), 100 * VILLAGES)
    assert paid[FUNDS.index("village")] == pytest.approx(village.sum())


def test_each_name_that_fails_leaves_its_place_empty_until_the_next_window():
    par = {"overlap": 0.25, "grace_months": 2.0, "village_months": 11.0}
    people = members(
        hand_inputs(par=par, levers={"village_share": (1.0, 1, None)}, today={"list_quality": 0.6}), "vulnerable"
    )
    places = 100 * VILLAGES
    assert people[1:13] == pytest.approx(0.6 * 0.75 * places)  # February to December, and January in grace
    second = 0.6 * 0.75 * (places - 0.6 * places)  # 600 come back with their doubles, the other 400 are offered again
    assert people[13:25] == pytest.approx(0.6 * 0.75 * places + second)


def test_the_incentive_multiplies_the_odds():
    """A share of 1/5 has odds of 1/4; three times that is 3/4, a share of 3/7."""
    levers = {"village_share": (0.2, 1, None), "incentive": (1.0, 1, None)}
    people = members(hand_inputs(par={"incentive_odds": 3.0}, levers=levers), "vulnerable")
    assert people[5] == pytest.approx(3 / 7 * 100 * VILLAGES)


def test_a_district_buys_the_difference_to_the_intensity_of_metro():
    """20 % of 110,000 workers less 12,000 members in public posts."""
    inputs = hand_inputs(par={"metro_intensity": 0.25}, levers={"metro_share": (0.8, 1, None)})
    assert members(inputs, "vulnerable")[1] == pytest.approx(0.2 * 11 * E - 4 * M)
    run = run_inputs(inputs)
    assert run.money[0, FUNDS.index("apbd_district"), 0, 0] == pytest.approx(15 * 10_000 * 11 * 201_600 / 12)


def test_old_age_saving_buys_fewer_places_for_the_same_money():
    levers = {"csr_amount": (1_000 * 16_800 * 12, 1, None), "with_jht": (0.5, 1, None)}
    assert members(hand_inputs(levers=levers), "vulnerable")[1] == pytest.approx(1_000 * 16_800 / 26_800)


def test_election_officers_are_covered_for_one_month():
    inputs = hand_inputs(par={"election_people": 15 * 600.0}, levers={"public_mandate": (1.0, 1, None)})
    election = inputs.election.copy()
    election[[3, 15]] = True  # April 2026, before any budget line, and April 2027
    inputs = replace(inputs, election=election)
    for segment in ("farmers_fishers", "independent"):
        people = members(inputs, segment)
        assert people[15] == pytest.approx(M + 300)
        assert np.delete(people, 15) == pytest.approx(M)


def test_half_price_grows_over_nine_months_and_ends_after_grace():
    first = parse_month("2026-03")
    inputs = hand_inputs(par={"discount_extra": 0.1, "keep_six_months": 0.0, "grace_months": 2.0})
    inputs = replace(inputs, windows=np.array([[first, first + 10], [first, first + 30]]))
    extra = members(inputs, "farmers_fishers") - M
    grown = 0.1 * M * np.minimum(1, np.arange(1, 12) / 9)
    assert extra[:13] == pytest.approx([0, 0, *grown], abs=1e-9)
    assert extra[13:16] == pytest.approx([0.1 * M, 0.1 * M, 0], abs=1e-9)
    assert (run_inputs(inputs).money[0, FUNDS.index("discount"), :, :2] == 0).all()


def test_a_later_end_of_the_half_price_holds_for_both_segments():
    first = parse_month("2026-03")
    levers = {"discount_until": (parse_month("2026-06"), 1, None)}
    inputs = hand_inputs(par={"discount_extra": 0.1, "grace_months": 1.0}, levers=levers)
    inputs = replace(inputs, windows=np.array([[first, first], [first, first + 30]]))
    for segment in ("farmers_fishers", "independent"):
        extra = members(inputs, segment) - M
        assert extra[1:9] == pytest.approx([0, *(0.1 * M * np.arange(1, 5) / 9), 0.1 * M * 4 / 9, 0, 0], abs=1e-9)


def test_part_time_staff_can_be_left_out_of_the_base_only():
    par = {"pppk_part_total": 0.4 * 15 * E}
    run = run_inputs(hand_inputs(par=par, levers={"pppk_part_out_of_base": (0.5, 3, None)}))
    assert run.base[0, 0, 2:4] == pytest.approx([11 * E, 11 * E - 0.5 * 0.4 * E])
    assert run.active[0, 0, 2:4] == pytest.approx([9 * M, 9 * M])


def test_the_season_falls_on_classes_by_their_weights_and_on_the_whole_by_its_depth():
    par = {"season_depth": 0.1, "season_weight_pu": 1.0, "season_weight_bpu": 2.0, "season_weight_construction": 4.0}
    inputs = hand_inputs(par=par, levers={"enforcement": (0.0, 1, None)})
    run = run_inputs(replace(inputs, profile=np.arange(12) / 11))
    lost = 1 - run.reported_coverage[0] / run.coverage[0]
    assert lost[:12] == pytest.approx(0.1 * np.arange(12) / 11)
