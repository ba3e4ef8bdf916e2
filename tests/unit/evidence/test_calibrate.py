"""The sampler, the shocks given the figures and the weights, against algebra; directions of learning."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm, truncnorm

from simulator.evidence.calibrate import Likelihood, correct, draw_shocks, sample, to_posterior
from simulator.evidence.emulate import Emulator, build_emulator, fit_emulator
from simulator.evidence.observe import gain, noise_variance, used_figures
from simulator.evidence.simulate import DISTURBANCE, LEARNED, STATE, possible, to_parameters
from simulator.facts import load_facts
from simulator.model.posterior import PAST_MONTHS

FACTS = load_facts()
USED = used_figures(FACTS)
NAMES = [record.id for record in USED.records]


def linear_emulator(state: np.ndarray, response: np.ndarray | None = None, rest: np.ndarray | None = None) -> Emulator:
    """An emulator whose state does not depend on the parameters."""
    n, k = state.size, len(STATE)
    coefficients = np.zeros((1 + k + k * (k + 1) // 2, n))
    coefficients[0] = state
    return Emulator(
        centre=np.zeros(k),
        width=np.ones(k),
        coefficients=coefficients,
        response=np.zeros((n, PAST_MONTHS)) if response is None else response,
        rest=np.zeros((n, n)) if rest is None else rest,
        explained=np.ones(n),
    )


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    return build_emulator(USED, n_draws=600)


def quick(figures, emulator, **changes: object):
    return sample(figures, emulator, seed=5, chains=1, steps=500, **changes)


def mean_of(chains, name: str) -> float:
    learned = to_parameters(chains.flat[::7], FACTS)
    return float(learned[name].mean())


def spread_of(chains, name: str) -> float:
    return float(to_parameters(chains.flat[::7], FACTS)[name].std())


def test_likelihood_is_the_joint_normal_density() -> None:
    rng = np.random.default_rng(1)
    two = USED.take([NAMES.index("september_2024"), NAMES.index("administrative_october_2024")])
    response = rng.normal(size=(2, PAST_MONTHS)) * np.array([[0.1], [1e6]])
    rest = np.array([[1e-5, 30.0], [30.0, 4e8]])
    emulator = linear_emulator(np.array([0.25, 780_000.0]), response, rest)
    z = rng.normal(size=(30, len(LEARNED))) * 0.5
    learned = to_parameters(z, FACTS)
    got = Likelihood(two, emulator, FACTS)(z)
    gains = gain(two, learned, FACTS.season_profile)
    variance = noise_variance(two, learned, 0.007)
    for i in np.flatnonzero(possible(learned, FACTS)):
        common = rest + learned[DISTURBANCE][i] ** 2 * response @ response.T
        covariance = np.diag(gains[i]) @ common @ np.diag(gains[i]) + np.diag(variance[i])
        unit = np.array([1.0, 1e6])  # scipy refuses a matrix whose units lie twelve orders apart
        density = (
            multivariate_normal.logpdf(
                two.value / unit, gains[i] * [0.25, 780_000.0] / unit, covariance / np.outer(unit, unit)
            )
            - np.log(unit).sum()
        )
        expected = density + norm.logpdf(z[i]).sum() + (len(two) + len(LEARNED)) / 2 * np.log(2 * np.pi)
        assert got[i] == pytest.approx(expected, rel=1e-6)


def test_sampler_finds_a_posterior_known_in_closed_form() -> None:
    """One administrative count of a known state: a normal cut to the bounds of the ratio's uniform prior."""
    one = USED.take([NAMES.index("administrative_december_2023")])
    state = 800_000.0
    chains = sample(one, linear_emulator(np.array([state])), seed=2, chains=2, steps=1200)
    centre, sd = one.value[0] / state, one.noise_sd[0] / state
    exact = truncnorm((0.4 - centre) / sd, (0.95 - centre) / sd, centre, sd)
    draws = to_parameters(chains.flat, FACTS)["administrative_ratio"]
    assert draws.mean() == pytest.approx(exact.mean(), abs=0.1 * sd)
    assert draws.std() == pytest.approx(exact.std(), rel=0.1)
    for name in set(LEARNED) - {"administrative_ratio"}:  # the count says nothing of them
        assert chains.flat[:, LEARNED.index(name)].std() == pytest.approx(1, abs=0.05), name


def test_shocks_given_the_figures_have_the_conditional_mean_and_spread() -> None:
    rng = np.random.default_rng(4)
    one = USED.take([NAMES.index("december_2024")])
    response = rng.normal(size=(1, PAST_MONTHS))
    n = 40_000
    likelihood = Likelihood(one, linear_emulator(np.array([0.27]), response, np.array([[1e-5]])), FACTS)
    learned = {name: np.full(n, FACTS.parameters[name].value) for name in LEARNED} | {DISTURBANCE: np.full(n, 0.004)}
    shocks = draw_shocks(likelihood, learned, seed=9)
    total = 0.004**2 * response @ response.T + 1e-5 + 0.007**2 + 0.0001**2 / 12
    pull = 0.004 * response[0] / total[0, 0]
    assert np.allclose(shocks.mean(axis=0), pull * (0.2545 - 0.27), atol=5 / np.sqrt(n))
    along = shocks @ response[0] / np.linalg.norm(response[0])
    assert along.var() == pytest.approx(1 - 0.004 * np.linalg.norm(response[0]) * np.linalg.norm(pull), rel=0.05)


def test_emulator_recovers_a_quadratic_exactly() -> None:
    rng = np.random.default_rng(0)
    learned = {name: rng.normal(size=400) for name in (*STATE, DISTURBANCE)}
    shocks = rng.normal(size=(400, PAST_MONTHS))
    first, second = learned[STATE[0]], learned[STATE[1]]
    effect = rng.normal(size=PAST_MONTHS)
    state = (1 + 2 * first - 3 * first * second + second**2 + learned[DISTURBANCE] * (shocks @ effect))[:, None]
    fitted = fit_emulator(learned, shocks, state)
    assert np.allclose(fitted.mean(learned)[:, 0], state[:, 0] - learned[DISTURBANCE] * (shocks @ effect))
    assert np.allclose(fitted.response[0], effect)
    assert fitted.explained[0] == pytest.approx(1)


@pytest.mark.parametrize(
    ("figure", "shift", "parameter"),
    [
        ("december_2025", 0.02, "drift"),
        ("december_2023_pu", 0.03, "members_share_pu_of_rest"),
        ("april_2025", 0.02, "season_trough"),
        ("administrative_december_2023", 60_000, "administrative_ratio"),
    ],
)
def test_a_higher_figure_moves_what_it_speaks_of_up(emulator, figure: str, shift: float, parameter: str) -> None:
    value = USED.value.copy()
    value[NAMES.index(figure)] += shift
    before, after = (mean_of(quick(f, emulator), parameter) for f in (USED, replace(USED, value=value)))
    assert after > before


def test_dropping_one_of_several_changes_little_and_the_only_one_of_its_kind_much(emulator) -> None:
    everything = quick(USED, emulator)

    def without(*names: str):
        kept = [i for i, name in enumerate(NAMES) if name not in names]
        return quick(USED.take(kept), emulator.take(np.array(kept)))

    level = "start_rate_2022_12"
    moved = abs(mean_of(without("september_2024"), level) - mean_of(everything, level))
    assert moved < 0.5 * spread_of(everything, level)
    factor = "construction_counting_factor"
    before = FACTS.parameters[factor].ppf_before_data((np.arange(500) + 0.5) / 500)
    assert spread_of(everything, factor) < 0.8 * before.std()
    assert spread_of(without("december_2023_construction"), factor) == pytest.approx(before.std(), rel=0.15)


def test_model_corrects_the_emulator_and_keeps_all_draws(emulator) -> None:
    chains = quick(USED, emulator)
    draws = correct(USED, emulator, chains, n=800, seed=6)
    assert draws.weights.weights.sum() == pytest.approx(1)
    assert draws.weights.effective > 80
    posterior = to_posterior(draws, n=200)
    assert posterior.values.shape == (200, len(posterior.names))
    assert posterior.shocks.shape == (200, PAST_MONTHS)
    assert set(LEARNED) <= set(posterior.names)
    assert np.isfinite(posterior.values).all()


def test_same_seed_same_chain(emulator) -> None:
    assert np.array_equal(quick(USED, emulator).z, quick(USED, emulator).z)
