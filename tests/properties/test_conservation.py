"""Nobody appears or vanishes, whatever valid input: equation 1, stocks that stay at or above zero, shares in 0-1."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.facts import DATA_MONTH, FIRST_MONTH, format_month
from simulator.model import make_inputs, run_inputs
from simulator.scenario import DISTRICT_CODES, LEVERS, ScenarioError
from tests.properties.strategies import (
    UNCERTAIN,
    bounds_of,
    extremes,
    scenario,
    scenarios,
    with_columns,
    with_shocks,
)

ROUNDING = 1e-9  # of the eligible workers of a cell


def assert_conserved(inputs):
    projection = run_inputs(inputs, trace=True)
    uncovered, active, eligible = np.moveaxis(projection.trace, 2, 0)
    assert np.isfinite(projection.trace).all()
    assert (eligible >= 0).all(), "fewer than nobody are eligible"
    slack = ROUNDING * (1 + eligible)
    assert (np.abs(uncovered + active - eligible) <= slack).all(), "U + A differs from E"
    assert (uncovered >= -slack).all(), "fewer than nobody are uncovered"
    assert (active >= -slack).all(), "fewer than nobody are members"
    np.testing.assert_allclose(projection.active, active.sum(axis=2).swapaxes(1, 2), rtol=ROUNDING)
    np.testing.assert_allclose(projection.by_segment, active.sum(axis=3).swapaxes(1, 2), rtol=ROUNDING, atol=1e-6)
    for share in (projection.coverage, projection.reported_coverage, projection.active / projection.base):
        assert ((share >= 0) & (share <= 1)).all(), "coverage outside 0-1"
    assert (projection.money >= 0).all()
    planned, spent, _ = np.moveaxis(projection.money, 3, 0)
    assert (spent <= planned * (1 + ROUNDING) + 1).all(), "more rupiah spent than planned"


@given(
    scenario=scenarios(),
    numbers=st.just({}) | extremes(),
    shocks=st.sampled_from((1.0, 0.0, 4.0, -4.0)),
    seed=st.integers(0, 3),
)
def test_any_valid_scenario_with_any_parameters(scenario, numbers, shocks, seed):
    assert_conserved(with_shocks(with_columns(make_inputs(scenario, n_draws=4, seed=seed), numbers), shocks))


def highest(*names):
    return {name: LEVERS[name].upper(stretched=True) for name in names}


ALL_MONEY = highest(
    "village_share", "village_people", "incentive", "public_mandate", "enforcement", "dbh_amount", "dbh_share",
    "csr_amount", "apbd_amount", "metro_share", "registration_capacity",
)  # fmt: skip
EXTREMES = {
    "nobody registers": {"registration_capacity": 0},
    "every name is refused": {"list_quality": 0.0},
    "every name is accepted": {"list_quality": 1.0},
    "palm money lasts all year": {"dbh_months": 12, "dbh_first_month": 1},
    "the largest lay-off": highest("layoff_shock"),
    "everyone who stops goes on paying": highest("continuation"),
    "nobody reaches out": {"outreach": 0.0},
    "every mover keeps cover": highest("transition_cover", "layoff_shock", "outreach"),
    "all part-time staff wait": {"pppk_part_kept": 0.0, **highest("pppk_part_out_of_base", "pppk_full")},
}


@pytest.mark.parametrize("name", EXTREMES)
@pytest.mark.parametrize("end", [None, "2027-07"])
@pytest.mark.parametrize("side", [0, 1])
def test_extremes_of_every_lever(name, end, side):
    levers = {
        lever: {"value": int(value) if LEVERS[lever].whole else value, "start": "2026-03", "end": end}
        for lever, value in (ALL_MONEY | EXTREMES[name]).items()
    }
    inputs = make_inputs(scenario(months=24, levers=levers), n_draws=20, seed=0)
    assert_conserved(inputs)
    assert_conserved(with_columns(inputs, {n: bounds_of(n)[side] for n in UNCERTAIN if "season_weight" not in n}))


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("name", UNCERTAIN)
def test_one_parameter_at_its_bound(name, side):
    inputs = make_inputs(scenario(start=DATA_MONTH - 6, months=18), n_draws=3, seed=0)
    assert_conserved(with_columns(inputs, {name: bounds_of(name)[side]}))


@pytest.mark.parametrize("start", range(FIRST_MONTH, DATA_MONTH + 1, 5))
def test_the_past_is_conserved_too(start):
    assert_conserved(make_inputs(scenario(start=start, months=6), n_draws=10, seed=1))


@pytest.mark.parametrize("first", [1, 30])
@pytest.mark.parametrize("start", [FIRST_MONTH, DATA_MONTH])
@pytest.mark.parametrize("d", [0, 14])
def test_a_district_converts_all_the_staff_that_is_allowed(d, start, first):
    """The highest number that is not refused, after everyone whom recorded and drawn decrees took before."""

    def with_own(people):
        setting = {"districts": {DISTRICT_CODES[d]: people}, "start": format_month(start + first)}
        return make_inputs(scenario(start=start, months=60, levers={"pppk_full": setting}), n_draws=20, seed=0)

    low, high = 0.0, LEVERS["pppk_full"].high
    for _ in range(25):
        middle = (low + high) / 2
        try:
            with_own(middle)
        except ScenarioError:
            high = middle
        else:
            low = middle
    for today in bounds_of("pppk_full"):
        assert_conserved(with_columns(with_own(low), {"pppk_full": today}))
