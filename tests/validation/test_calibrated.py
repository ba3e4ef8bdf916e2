"""What the calibrated model must satisfy, from the stored results and from runs."""

import numpy as np
import pytest

from simulator.evidence.calibrate import sample
from simulator.evidence.emulate import build_emulator
from simulator.evidence.observe import used_figures
from simulator.evidence.recovery import INTERVALS, fit_one, inside, simulate_figures
from simulator.evidence.renew import check
from simulator.evidence.simulate import LEARNED, to_parameters
from simulator.evidence.stored import load_account, load_backtest, load_recovery
from simulator.facts import load_facts
from simulator.model import run
from simulator.model.posterior import POSTERIOR_FILE
from simulator.scenario import load_scenario, shipped

FACTS = load_facts()


def at(month: str) -> int:
    return (int(month[:4]) - 2026) * 12 + int(month[5:]) - 1


def coverage(name: str, horizon: str = "2029-12") -> np.ndarray:
    return run(load_scenario(name).replace(horizon=horizon), draws=1000, seed=0).coverage * 100


def test_the_posterior_is_that_of_todays_facts_and_equations() -> None:
    assert "posterior" in check()
    assert POSTERIOR_FILE.stat().st_size < 10 * 2**20


def test_the_sampler_has_converged() -> None:
    account = load_account()
    assert account["sampler"]["worst_rhat"] < 1.01
    assert account["sampler"]["least_effective"] > 1000
    assert account["correction"]["reliable"]
    assert account["correction"]["effective"] > 1000


def test_no_learning_is_claimed_above_nine_tenths() -> None:
    for row in load_account()["parameters"]:
        assert row["learned"] == (row["spread_ratio"] < 0.9), row["id"]


def test_each_figure_is_one_that_the_posterior_could_have_made() -> None:
    """Of 16 figures, 1.6 are expected outside a 90 % interval; more than four would be one in fifty."""
    outside = [row["id"] for row in load_account()["figures"] if not 0.05 < row["below"] < 0.95]
    assert len(outside) <= 4, outside


def test_starts_at_the_reported_rate() -> None:
    start = coverage("baseline")[:, 0]
    assert np.median(start) == pytest.approx(25.27, abs=0.3)


def test_baseline_stays_near_a_quarter_and_meets_no_national_target() -> None:
    paths = coverage("baseline")
    assert np.median(paths[:, at("2026-12")]) == pytest.approx(25, abs=1.5)
    assert (paths.max(axis=1) >= 34.99).mean() == 0


@pytest.mark.parametrize("name", shipped())
def test_no_plan_reaches_the_target_of_2026(name: str) -> None:
    paths = coverage(name)
    assert paths[:, : at("2026-12") + 1].max() < 45.53


def test_intervals_recover_known_parameters() -> None:
    """Stored result of at least 200 simulated data sets; five points are two standard errors or more."""
    result = load_recovery()
    assert result["data_sets"] >= 200
    for name in LEARNED:
        assert result["inside"][name]["0.9"] == pytest.approx(0.9, abs=0.05), name
        assert result["inside"][name] == {f"{level:g}": inside(result["ranks"][name], level) for level in INTERVALS}


@pytest.fixture(scope="module")
def small():
    """The figures and an emulator from few draws, for fits that need not be sharp."""
    figures = used_figures(FACTS)
    return figures, build_emulator(figures, n_draws=1000)


def test_recovery_live_in_small(small) -> None:
    """Eight simulated data sets, ten parameters each: ranks in the outer tenth are 8 of 80 if all is well."""
    truth, values = simulate_figures(8, seed=7)
    figures, emulator = small
    ranks = []
    for i in range(8):
        chains = sample(replace_values(figures, values[i]), emulator, seed=i, chains=1, steps=400)
        learned = to_parameters(chains.flat, FACTS)
        ranks += [float((learned[name] < truth[name][i]).mean()) for name in LEARNED]
    assert inside(ranks, 0.9) > 0.75
    assert 0.3 < np.mean(ranks) < 0.7


def replace_values(figures, values):
    return type(figures)(figures.records, values, figures.noise_sd, figures.rounding_sd, figures.month)


def test_one_simulated_data_set_is_fitted_like_the_real_one(small) -> None:
    truth, values = simulate_figures(3, seed=8)
    figures, emulator = small
    fit = fit_one(
        replace_values(figures, values[1]),
        emulator,
        {name: float(x[1]) for name, x in truth.items()},
        seed=3,
    )
    assert set(fit["ranks"]) == set(LEARNED)
    assert all(0 <= rank <= 1 for rank in fit["ranks"].values())


def test_backtest_reports_every_forecaster_whatever_it_says() -> None:
    result = load_backtest()
    assert [origin["origin"] for origin in result["origins"]] == ["2023-12", "2024-09", "2024-12", "2025-05"]
    for kind, its in result["summary"].items():
        rows = [row for origin in result["origins"] for row in origin["forecasts"] if row["kind"] == kind]
        assert its["n"] == len(rows) > 0
        for name in result["forecasters"]:
            assert its[name]["wis"] == pytest.approx(np.mean([row["by"][name]["wis"] for row in rows]))


def test_each_later_figure_is_predicted_from_every_origin_before_it() -> None:
    figures = used_figures(FACTS)
    for origin in load_backtest()["origins"]:
        known = set(origin["known"])
        later = [row["figure"] for row in origin["forecasts"]]
        assert [record.id for record in figures.records if record.id not in known] == later
        assert origin["reliable"]
