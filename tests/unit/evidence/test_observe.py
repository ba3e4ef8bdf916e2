"""The observation model against numbers worked out by hand."""

import numpy as np
import pytest

from simulator.evidence.observe import figures, gain, log_likelihood, noise_variance, state_of, used_figures
from simulator.evidence.simulate import draw_before_data, run_past, to_parameters
from simulator.facts import load_facts
from simulator.facts.calendar import FIRST_MONTH

FACTS = load_facts()
USED = used_figures(FACTS)


def of(identity: str):
    return USED.take([[record.id for record in USED.records].index(identity)])


@pytest.fixture(scope="module")
def past():
    z, shocks = draw_before_data(40, seed=3)
    return run_past(to_parameters(z, FACTS), shocks, seed=3)


def test_sixteen_figures_in_order_of_their_month() -> None:
    assert len(USED) == 16
    assert (np.diff(USED.month) >= 0).all()
    assert USED.month[0] == 12  # December 2023, a year after December 2022
    assert USED.until(FIRST_MONTH + 12).month.tolist() == [12] * 5


def test_no_figure_is_used_beside_the_parts_it_is_made_of() -> None:
    used = {record.fact for record in USED.records}
    assert not {"COV-007", "COV-008", "COV-009", "COV-011", "COV-013"} & used  # total and counts of December 2023
    assert not {"COV-022", "COV-023", "COV-024"} & used  # classes of October 2024, whose total is used
    assert not {"COV-016", "COV-020", "COV-045", "COV-052", "COV-054"} & used  # counts of rates that are used


def test_rounding_is_that_of_the_last_printed_digit() -> None:
    step = {"september_2024": 0.0001, "august_2025": 0.001, "administrative_october_2024": 1.0}
    for identity, its in step.items():
        assert of(identity).rounding_sd[0] == pytest.approx(its / 12**0.5)


def test_a_count_carries_its_noise_in_persons() -> None:
    assert of("administrative_october_2024").noise_sd[0] == pytest.approx(0.05 * 508_956)


def test_a_used_figure_without_noise_is_refused() -> None:
    record = replace_record("september_2024", noise_sd=None)
    with pytest.raises(ValueError, match="september_2024"):
        figures([record])


def replace_record(identity: str, **changes: object):
    return of(identity).records[0].model_copy(update=changes)


def test_gain_of_each_kind() -> None:
    measurement = {
        "construction_counting_factor": np.array([2.0]),
        "administrative_ratio": np.array([0.6]),
        "administrative_season": np.array([0.2]),
        "counting_noise": np.array([0.014]),
    }
    gains = dict(zip((r.id for r in USED.records), gain(USED, measurement, FACTS.season_profile)[0], strict=True))
    assert gains["december_2023_construction"] == 2.0
    assert gains["december_2024"] == gains["december_2023_pu"] == 1.0
    assert gains["administrative_december_2023"] == pytest.approx(0.6)
    assert gains["administrative_march_2025"] == pytest.approx(0.6 * (1 - 0.2 * 0.85))
    variance = dict(zip((r.id for r in USED.records), noise_variance(USED, measurement, 0.007)[0], strict=True))
    assert variance["december_2024"] == pytest.approx(0.014**2 + 0.0001**2 / 12)  # counting noise twice the usual
    assert variance["december_2024_pu"] == pytest.approx(0.01**2 + 0.0001**2 / 12)  # a class keeps its own


def test_log_likelihood_by_hand() -> None:
    two = USED.take([of_index("september_2024"), of_index("december_2024")])
    state, variance = np.array([[0.24, 0.26]]), np.array([[0.01**2, 0.02**2]])
    by_hand = sum(
        -0.5 * np.log(2 * np.pi) - np.log(sd) - (value - mean) ** 2 / (2 * sd**2)
        for value, mean, sd in ((0.2486, 0.24, 0.01), (0.2545, 0.26, 0.02))
    )
    assert log_likelihood(state, np.ones((1, 2)), variance, two)[0] == pytest.approx(by_hand, rel=1e-9)


def of_index(identity: str) -> int:
    return [record.id for record in USED.records].index(identity)


def test_states_are_read_from_the_run(past) -> None:
    state = state_of(past, USED, FACTS)
    t = 24
    province = past.reported[:, :, t].sum(axis=1) / past.base[:, :, t].sum(axis=1)
    assert np.allclose(state[:, of_index("december_2024")], province)
    bpu = [i for i, s in enumerate(FACTS.segments.values()) if s.worker_class == "BPU"]
    rate = past.groups[:, 0, bpu, t].sum(axis=1) / past.groups[:, 1, bpu, t].sum(axis=1)
    assert np.allclose(state[:, of_index("december_2024_bpu")], rate)
    assert np.allclose(state[:, of_index("administrative_october_2024")], past.active[:, :, 22].sum(axis=1))


def test_groups_add_up_to_the_province(past) -> None:
    assert np.allclose(past.groups[:, 0].sum(axis=1), past.reported.sum(axis=1), rtol=1e-12)
    assert np.allclose(past.groups[:, 1].sum(axis=1), past.base.sum(axis=1), rtol=1e-12)
