"""Levers in time."""

import numpy as np
import pytest

from simulator.facts.calendar import parse_month
from simulator.scenario import DISTRICT_CODES, LEVER_INDEX, LEVERS, lever_paths, load_scenario, shipped

START = parse_month("2026-01")
BASELINE = load_scenario("baseline")
OUTREACH = LEVER_INDEX["outreach"]


def paths_of(setting, *, id="outreach", first=START, n_months=12):
    return lever_paths(BASELINE.replace(levers={id: setting}), first, n_months)


def test_shapes_and_order():
    paths = lever_paths(BASELINE, START, 24)
    assert paths.province.shape == (len(LEVERS),)
    assert paths.value.shape == (len(LEVERS), 15)
    assert paths.weight.shape == (len(LEVERS), 15, 25)


def test_no_lever_weighs_exactly_nothing():
    paths = lever_paths(BASELINE, START, 24)
    assert not paths.weight.any()
    assert np.isnan(paths.province).all()
    assert np.isnan(paths.value).all()
    assert not paths.resolve(np.ones_like(paths.value)).any()


def test_a_number_alone_counts_from_the_first_projected_month():
    np.testing.assert_array_equal(paths_of(2).weight[OUTREACH, 3], [0.0] + [1.0] * 12)


def test_without_a_start_the_scenario_decides_not_the_months_asked_for():
    early = paths_of(2, first=parse_month("2025-11"), n_months=4)
    np.testing.assert_array_equal(early.weight[OUTREACH, 0], [0, 0, 0, 1, 1])


def test_a_ramp_grows_in_equal_steps():
    weight = paths_of({"value": 2, "start": "2026-03", "ramp_months": 4}).weight[OUTREACH, 0]
    np.testing.assert_array_equal(weight[:8], [0, 0, 0.25, 0.5, 0.75, 1, 1, 1])


@pytest.mark.parametrize("ramp", [0, 1])
def test_a_ramp_of_nought_or_one_is_at_once(ramp):
    weight = paths_of({"value": 2, "start": "2026-03", "ramp_months": ramp}).weight[OUTREACH, 0]
    np.testing.assert_array_equal(weight[:4], [0, 0, 1, 1])


def test_the_end_is_the_first_month_without_effect():
    weight = paths_of({"value": 2, "start": "2026-03", "ramp_months": 4, "end": "2026-05"}).weight[OUTREACH, 0]
    np.testing.assert_array_equal(weight[:6], [0, 0, 0.25, 0.5, 0, 0])


def test_a_start_before_the_first_month_is_already_under_way():
    weight = paths_of({"value": 2, "start": "2025-11", "ramp_months": 10}).weight[OUTREACH, 0]
    np.testing.assert_allclose(weight[:3], [0.3, 0.4, 0.5], rtol=1e-15)


def test_a_start_after_the_last_month_has_no_weight():
    assert not paths_of({"value": 2, "start": "2040-01"}).weight.any()


def test_a_district_alone_leaves_the_others_at_the_baseline():
    paths = paths_of({"districts": {"1872": 3}})
    city = DISTRICT_CODES.index("1872")
    assert np.isnan(paths.province[OUTREACH])
    assert paths.value[OUTREACH, city] == 3
    assert np.isnan(np.delete(paths.value[OUTREACH], city)).all()
    assert paths.weight[OUTREACH, city, 1] == 1
    assert not np.delete(paths.weight[OUTREACH], city, axis=0).any()


def test_own_values_stand_and_totals_are_split():
    paths = paths_of({"value": 15_000, "districts": {"1801": 7, "1802": 0}}, id="csr_amount")
    split = np.full_like(paths.value, 1 / 15)
    resolved = paths.resolve(split)[LEVER_INDEX["csr_amount"]]
    np.testing.assert_allclose(resolved, [7, 0] + [1000] * 13, rtol=1e-12)


def test_a_month_becomes_its_month_number():
    paths = paths_of({"value": "2027-03", "districts": {"1801": "2026-12"}}, id="discount_until")
    assert paths.province[LEVER_INDEX["discount_until"]] == parse_month("2027-03")
    assert paths.value[LEVER_INDEX["discount_until"], 0] == parse_month("2026-12")


@pytest.mark.parametrize("stem", shipped())
def test_weights_lie_between_nought_and_one(stem):
    weight = lever_paths(load_scenario(stem), START, 120).weight
    assert ((weight >= 0) & (weight <= 1)).all()


def test_money_stops_follows_combined_until_it_stops():
    stop = parse_month("2028-01") - START
    ending = lever_paths(load_scenario("money_stops"), START, 59).weight
    lasting = lever_paths(load_scenario("combined"), START, 59).weight
    np.testing.assert_array_equal(ending[..., :stop], lasting[..., :stop])
    assert not ending[..., stop:].any()


def test_no_months_leave_the_first_one_and_fewer_are_refused():
    assert lever_paths(BASELINE, START, 0).weight.shape[-1] == 1
    with pytest.raises(ValueError, match="n_months is -1; 0 or more is allowed"):
        lever_paths(BASELINE, START, -1)
