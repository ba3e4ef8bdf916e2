"""Small worlds whose figures can be worked out on paper."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.model import SEGMENTS, make_inputs, run_inputs
from simulator.model.kernel import LEVER_IDS, PARAMETER_IDS
from simulator.scenario import Scenario
from tests.unit.model.hand import E, M, hand_inputs

STILL = {"eligible_growth": 0.0, "drift": 0.0, "disturbance_sd": 0.0, "discount_extra": 0.0, "imitation": 0.0}
CALM = {"pppk_full": 0.0, "pppk_part_kept": 1.0}
NO_MONEY = dict.fromkeys(("csr_amount", "apbd_amount", "dbh_amount", "village_share", "metro_share"), 0)
PALM = SEGMENTS.index("palm")
DRAWS = 3


def world(levers, *, par=None, base=None, horizon="2027-12", funded=False):
    """Return inputs in which nothing moves but what `levers`, `par` and `base` say."""
    inputs = make_inputs(Scenario(name={"id": "x", "en": "x"}, horizon=horizon, levers=levers), n_draws=DRAWS, seed=0)
    sample = inputs.sample
    columns, today = sample.par.copy(), sample.base.copy()
    for name, value in (STILL | (par or {})).items():
        columns[:, PARAMETER_IDS.index(name)] = value
    for name, value in (CALM | (base or {})).items():
        today[:, LEVER_IDS.index(name)] = value
    start = sample.start
    if not funded:
        start = replace(start, funded=np.zeros_like(start.funded), grace=np.zeros_like(start.grace))
    return replace(inputs, sample=replace(sample, par=columns, base=today, start=start))


def at(month):
    return (int(month[:4]) - 2026) * 12 + int(month[5:]) - 1


def test_nothing_moves_where_nothing_pushes():
    run = run_inputs(world(NO_MONEY))
    np.testing.assert_allclose(run.active, run.active[:, :, :1].repeat(run.active.shape[2], axis=2), rtol=1e-9)
    np.testing.assert_allclose(run.base, run.base[:, :, :1].repeat(run.base.shape[2], axis=2), rtol=1e-12)


def test_growth_is_the_yearly_rate():
    run = run_inputs(world(NO_MONEY, par={"eligible_growth": 0.012}))
    base = run.base.sum(axis=1)
    np.testing.assert_allclose(base[:, 12] / base[:, 0], np.exp(0.012), rtol=1e-12)


def test_the_new_in_a_firm_are_insured_at_its_coverage_however_few_they_are():
    firms = run_inputs(world(NO_MONEY, par={"eligible_growth": 1e-5})).by_segment[:, :2]
    np.testing.assert_allclose(firms[..., 12] / firms[..., 0], np.exp(1e-5), rtol=1e-9)


def test_drift_is_the_slope_of_the_first_month():
    run = run_inputs(world(NO_MONEY, par={"drift": -0.006}))
    # The first month moves a twelfth of the yearly slope, less what the month's own hazards take back (under 5 %).
    first = run.coverage[:, 1] - run.coverage[:, 0]
    assert first == pytest.approx(-0.006 / 12, rel=0.05)


def test_palm_money_month_by_month():
    """Rp10.08 billion x 0.1 for five months at Rp16,800 is 12,000 places; 0.8 x 0.75 of them are 7,200 people."""
    money = {**NO_MONEY, "dbh_amount": 10_080_000_000, "dbh_share": 0.1, "dbh_months": 5, "dbh_first_month": 9}
    par = {"grace_months": 3.0, "keep_six_months": 0.1, "lapse_bpu": 0.04, "overlap": 0.25}
    run = run_inputs(world(money, par=par, base={"list_quality": 0.8}))
    palm = run.by_segment[:, PALM] + 0
    overflow = run.by_segment[:, SEGMENTS.index("vulnerable")]
    both = palm + overflow
    expected = np.zeros(both.shape[1])
    expected[at("2026-09") : at("2027-05")] = 7_200  # five paid months and three of grace
    kept = 0.1 / 0.96**3  # of those who leave grace after three months, so that a tenth still pays after six
    for j in range(at("2027-05"), at("2027-09")):
        expected[j] = 7_200 * kept * 0.96 ** (j - at("2027-05"))
    until = at("2027-09")
    np.testing.assert_allclose(both[:, :until], np.tile(expected[:until], (DRAWS, 1)), rtol=1e-9, atol=1e-6)
    planned, spent, paid = (run.money[:, 3, 0, j] for j in range(3))
    np.testing.assert_allclose(planned, 4 / 5 * 1_008_000_000, rtol=1e-12)  # September to December 2026
    np.testing.assert_allclose(paid, 4 * (7_200 + 0.8 * 0.25 * 12_000), rtol=1e-9)  # overlap is paid and adds nobody
    np.testing.assert_allclose(spent, 16_800 * paid, rtol=1e-12)


def test_one_month_of_grace_ends_after_one_month():
    money = {**NO_MONEY, "dbh_amount": 10_080_000_000, "dbh_share": 0.1, "dbh_months": 5, "dbh_first_month": 9}
    par = {"grace_months": 1.0, "keep_six_months": 0.0, "overlap": 0.0}
    run = run_inputs(world(money, par=par, base={"list_quality": 1.0}))
    both = run.by_segment[:, PALM] + run.by_segment[:, SEGMENTS.index("vulnerable")]
    np.testing.assert_allclose(both[:, at("2027-02")], 12_000, rtol=1e-9)
    np.testing.assert_allclose(both[:, at("2027-03")], 0, atol=1e-6)


def test_capacity_spreads_enrolment_over_months():
    """13,000 places of a year-round fund at 5,000 names a month fill in three months."""
    money = {**NO_MONEY, "csr_amount": 13_000 * 16_800 * 12, "registration_capacity": 5_000}
    run = run_inputs(world(money, par={"overlap": 0.0}, base={"list_quality": 1.0}))
    people = run.by_segment[:, SEGMENTS.index("vulnerable")]
    np.testing.assert_allclose(people[:, 1:5], np.tile([5_000, 10_000, 13_000, 13_000], (DRAWS, 1)), rtol=1e-9)


def test_lost_places_are_offered_again_in_the_next_window():
    """Of 10,000 places 4 in 5 names pass; in the next year 4 in 5 of the 2,000 empty places follow."""
    money = {**NO_MONEY, "csr_amount": 10_000 * 16_800 * 12}
    run = run_inputs(world(money, par={"overlap": 0.0}, base={"list_quality": 0.8}))
    people = run.by_segment[:, SEGMENTS.index("vulnerable")]
    np.testing.assert_allclose(people[:, at("2026-12")], 8_000, rtol=1e-9)
    np.testing.assert_allclose(people[:, at("2027-01")], 9_600, rtol=1e-9)


def test_full_pppk_leave_numerator_and_base():
    run = run_inputs(world({**NO_MONEY, "pppk_full": 10_000}, horizon="2028-06"))
    before, after = run.active.sum(axis=1)[:, 0], run.active.sum(axis=1)[:, 24]
    members = 49_594 / 63_338  # share of non-ASN staff who are members; each leaves with that chance
    np.testing.assert_allclose(before - after, 10_000 * members, rtol=1e-6)
    base = run.base.sum(axis=1)
    np.testing.assert_allclose(base[:, 0] - base[:, 24], 10_000, rtol=1e-9)


def test_interrupted_part_time_pppk_come_back_in_part():
    par = {"pppk_return_share": 0.6, "pppk_return_months": 5.0}
    run = run_inputs(world(NO_MONEY, par=par, base={"pppk_part_kept": 0.7}))
    non_asn = run.by_segment[:, SEGMENTS.index("non_asn")]
    interrupted = 49_594 * 36_191 / 63_338 * 0.3
    np.testing.assert_allclose(non_asn[:, 0] - non_asn[:, 1], interrupted, rtol=1e-9)
    np.testing.assert_allclose(non_asn[:, 5], non_asn[:, 1], rtol=1e-12)
    np.testing.assert_allclose(non_asn[:, 6] - non_asn[:, 5], 0.6 * interrupted, rtol=1e-9)


def test_a_mandate_waits_for_the_budget_calendar():
    """Ordered in February 2026: nothing until the revised budget, then everyone within reach at once."""
    par = {"revised_budget_month": 10.0, "main_budget_month": 4.0, "public_reach": 0.95}
    run = run_inputs(world({**NO_MONEY, "public_mandate": 1.0}, par=par))
    rt_rw = run.by_segment[:, SEGMENTS.index("rt_rw")]
    eligible = run.inputs.sample.start.eligible[:, SEGMENTS.index("rt_rw")].sum(axis=1)
    np.testing.assert_allclose(rt_rw[:, at("2026-09")], rt_rw[:, 0], rtol=1e-9)
    np.testing.assert_allclose(rt_rw[:, at("2026-10")], 0.95 * eligible, rtol=1e-9)


def test_a_budget_line_that_ends_lets_its_members_lapse():
    mandate = {"value": 1.0, "start": "2026-02", "end": "2027-06"}
    run = run_inputs(world({**NO_MONEY, "public_mandate": mandate}, par={"grace_months": 2.0}))
    rt_rw = run.by_segment[:, SEGMENTS.index("rt_rw")]
    np.testing.assert_allclose(rt_rw[:, at("2027-07")], rt_rw[:, at("2027-05")], rtol=1e-9)  # grace
    np.testing.assert_allclose(rt_rw[:, at("2027-08")], rt_rw[:, 0], rtol=1e-9)


def test_season_moves_the_reported_figure_only():
    run = run_inputs(world(NO_MONEY, par={"season_depth": 0.05}))
    np.testing.assert_allclose(run.reported_coverage[:, at("2026-12")], run.coverage[:, at("2026-12")], rtol=1e-12)
    # In April the whole depth is missing; the class weights only share it out.
    np.testing.assert_allclose(
        run.reported_coverage[:, at("2026-04")] / run.coverage[:, at("2026-04")], 0.95, rtol=1e-9
    )


def test_each_segment_of_the_province_is_reported_by_the_season_of_its_class():
    """Members of four firm and public segments, four self-payers' and one of construction: the mean weight is 16/9."""
    par = {"season_depth": 0.1, "season_weight_pu": 1.0, "season_weight_bpu": 2.0, "season_weight_construction": 4.0}
    run = run_inputs(replace(hand_inputs(par=par), profile=np.arange(12) / 11), groups=True)
    for segment, weight in {"firms_large": 1, "rt_rw": 2, "construction": 4}.items():
        seen = run.groups[0, 0, SEGMENTS.index(segment), :12]
        np.testing.assert_allclose(seen, 15 * M * (1 - 0.1 * weight * 9 / 16 * np.arange(12) / 11), rtol=1e-12)


def test_the_base_of_each_segment_is_all_its_workers_but_part_time_staff_who_are_left_out():
    """In each district 2,000 of 10,000 non-ASN are part-time, and a quarter of them are left out from February on."""
    par = {"pppk_part_total": 15 * 2_000.0}
    inputs = hand_inputs(par=par, levers={"pppk_part_out_of_base": (0.25, 1, None)}, eligible={"palm": 300.0})
    run = run_inputs(inputs, groups=True)
    expected = {segment: 15 * E for segment in SEGMENTS} | {"palm": 15 * 300, "non_asn": 15 * (E - 500)}
    assert run.groups[0, 1, :, 5] == pytest.approx([*expected.values()])
    assert run.groups[0, 1].sum(axis=0) == pytest.approx(run.base[0].sum(axis=0))


def test_the_slope_of_a_segment_starts_as_its_share_of_the_drift():
    """1 % of all workers a year, shared by five segments with equal members, whatever lapses and is diluted."""
    par = {"drift": 0.01, "eligible_growth": 0.012, "lapse_pu": 0.01, "lapse_bpu": 0.04, "lapse_construction": 0.05}
    run = run_inputs(hand_inputs(par=par), groups=True)
    organic = ("firms_large", "firms_small", "farmers_fishers", "independent", "construction")
    expected = [0.01 / 12 * 15 * 11 * E / 5 * (segment in organic) for segment in SEGMENTS]
    assert run.groups[0, 2, :, 0] == pytest.approx(expected)


def test_the_slope_of_later_months_is_what_joins_less_what_lapses_by_then():
    """What joins at first replaces what lapses; the independent imitate later, and farmers do not."""
    par, imitation = {"lapse_bpu": 0.04, "imitation": 0.7}, {"independent": 0.7, "farmers_fishers": 0.0}
    run = run_inputs(hand_inputs(par=par, levers={"outreach": (2.0, 1, None)}), groups=True)
    leave = -np.log(0.96)
    join = leave * M / (E - M)
    for segment, power in imitation.items():
        people = run.by_segment[0, SEGMENTS.index(segment)] / 15
        slope = join * (people / M) ** power * (E - people) - leave * people
        assert people[12] > 1.1 * M
        assert run.groups[0, 2, SEGMENTS.index(segment)] / 15 == pytest.approx(slope)


def test_layoffs_move_people_and_insure_nobody():
    run = run_inputs(world({**NO_MONEY, "layoff_shock": {"value": 0.1, "start": "2026-03"}}, horizon="2026-06"))
    firms = run.by_segment[:, :2].sum(axis=1)
    np.testing.assert_allclose(run.base[:, :, 2], run.base[:, :, 1], rtol=1e-12)
    np.testing.assert_allclose(firms[:, 2] / firms[:, 1], 0.9, atol=0.01)


def test_a_shrinking_base_shrinks_those_whose_premium_is_interrupted_too():
    inputs = world(NO_MONEY, par={"eligible_growth": -0.012}, base={"pppk_part_kept": 0.2})
    run = run_inputs(inputs, trace=True)
    uncovered, active, eligible = np.moveaxis(run.trace, 2, 0)
    np.testing.assert_allclose(uncovered + active, eligible, rtol=1e-12)
    np.testing.assert_allclose(run.base.sum(axis=1)[:, 12] / run.base.sum(axis=1)[:, 0], np.exp(-0.012), rtol=1e-12)
