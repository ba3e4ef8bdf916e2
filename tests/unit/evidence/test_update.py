"""The user's own figures: weights by hand, refusals, and the same futures for every scenario."""

from datetime import date

import numpy as np
import pytest

from simulator.evidence import DataError, past_run, read_own_data
from simulator.evidence.update import update
from simulator.facts import load_facts
from simulator.facts.calendar import FIRST_MONTH, parse_month
from simulator.model import make_inputs, run, run_inputs
from simulator.outputs import project
from simulator.scenario import load_scenario

N = 500
FACTS = load_facts()


def rows(*lines: str):
    text = "date,region,indicator,count,value,noise_sd\n" + "".join(f"{line}\n" for line in lines)
    return read_own_data(text.encode(), facts=FACTS, today=date(2026, 11, 21))


def test_weights_are_the_normal_density_of_the_figure() -> None:
    """A wide figure, so that smoothing of the tail changes next to nothing."""
    month, value, noise = parse_month("2025-02"), 0.25, 0.02
    its = update(rows(f"2025-02,18,coverage,residence,{value},{noise}"), n_draws=N)
    past = past_run(n_draws=N)
    t = month - FIRST_MONTH
    expected = past.reported[:, :, t].sum(axis=1) / past.base[:, :, t].sum(axis=1)
    sd = noise * past.inputs.sample.parameters["counting_noise"] / 0.007
    density = np.exp(-0.5 * ((value - expected) / sd) ** 2) / sd
    assert np.corrcoef(its.weights.weights, density / density.sum())[0, 1] > 0.995
    assert its.weights.effective == pytest.approx(density.sum() ** 2 / (density**2).sum(), rel=0.02)


@pytest.mark.parametrize("shift", [-0.008, 0.008])
def test_a_figure_moves_the_futures_towards_it(shift: float) -> None:
    baseline = load_scenario("baseline").replace(horizon="2026-12")
    plain = run(baseline, draws=N)
    june = parse_month("2026-06") - plain.inputs.start_month
    median = float(np.median(plain.reported_coverage[:, june]))
    result = project(baseline, draws=N, own_data=rows(f"2026-06,18,coverage,residence,{median + shift:.4f},0.007"))
    moved = np.median(result.projection.reported_coverage[:, june]) - median
    assert np.sign(moved) == np.sign(shift)
    assert abs(moved) < abs(shift)
    assert result.to_json()["own_data"]["rows"] == 1


def test_scenarios_keep_the_same_futures() -> None:
    own = rows("2026-06,18,coverage,residence,0.25,0.01")
    here = update(own, n_draws=N)
    plan = project(load_scenario("village_100").replace(horizon="2026-12"), draws=N, own_data=own).projection
    alone = run_inputs(make_inputs(load_scenario("village_100").replace(horizon="2026-12"), n_draws=N, seed=0))
    assert np.array_equal(plan.active, alone.active[here.draws])
    assert np.array_equal(plan.inputs.sample.parameters["drift"], alone.inputs.sample.parameters["drift"][here.draws])


def test_a_figure_of_a_kabupaten_and_of_a_class() -> None:
    own = rows("2025-06,1872,coverage,residence,0.33,0.03", "2025-06,1871,members,residence,120000,0.2")
    assert update(own, n_draws=N).weights.reliable


def test_all_draws_equal_where_a_figure_says_nothing() -> None:
    its = update(rows("2025-02,18,coverage,residence,0.25,0.2"), n_draws=N)
    assert its.weights.effective > 0.5 * N


def test_too_far_is_refused_and_names_the_recalibration() -> None:
    with pytest.raises(DataError, match="simulator calibrate"):
        update(rows("2026-06,18,coverage,residence,0.6,0.005"), n_draws=N)


@pytest.mark.parametrize(
    "line",
    [
        "2025-12,18,coverage,residence,0.2527,0.007",  # the rate itself
        "2025-12,18,coverage,residence,0.253,0.007",  # rounded
        "2025-12,18,members,residence,791600,0.02",  # the count of that rate
        "2024-09,1872,coverage,residence,0.329,0.02",  # a rate that districts start from
    ],
)
def test_a_figure_that_calibration_used_is_refused(line: str) -> None:
    with pytest.raises(DataError, match="calibration has used"):
        update(rows(line), n_draws=N)


def test_few_futures_cannot_be_weighted() -> None:
    with pytest.raises(DataError, match="at least 500"):
        update(rows("2026-06,18,coverage,residence,0.25,0.01"), n_draws=100)


def test_assumptions_of_a_scenario_leave_the_past_as_it_was() -> None:
    own = rows("2025-10,18,coverage,residence,0.25,0.01")
    plain, changed = (update(own, n_draws=N, assumptions=its) for its in ((), (("drift", 0.02),)))
    assert np.array_equal(plain.draws, changed.draws)


def test_a_rate_and_its_count_of_one_month_are_one_figure() -> None:
    with pytest.raises(DataError, match="Line 3"):
        rows("2026-02,18,coverage,residence,0.25,0.01", "2026-02,18,members,residence,790000,0.02")


def test_taking_every_draw_changes_nothing() -> None:
    projection = run(load_scenario("baseline").replace(horizon="2026-06"), draws=20)
    again = projection.take(np.arange(20))
    assert np.array_equal(again.coverage, projection.coverage)
    assert np.array_equal(again.money, projection.money)
    assert again.groups.shape == projection.groups.shape
