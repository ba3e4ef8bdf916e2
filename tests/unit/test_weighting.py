"""Weights of draws: known posteriors and tails, and what must be called unreliable."""

import numpy as np
import pytest

from simulator.evidence.weighting import Weights, good_k, resample, smoothed_weights


def normal_log_likelihood(theta, observed, sd):
    return -0.5 * ((observed - theta) / sd) ** 2


@pytest.mark.parametrize(("observed", "sd"), [(0.0, 1.0), (1.0, 0.8), (-0.5, 2.0)])
def test_the_posterior_of_a_normal_with_a_normal_prior_is_recovered(observed, sd):
    theta = np.random.default_rng(1).normal(size=20_000)
    weights = smoothed_weights(normal_log_likelihood(theta, observed, sd))
    precision = 1 + 1 / sd**2
    mean = (weights.weights * theta).sum()
    spread = np.sqrt((weights.weights * (theta - mean) ** 2).sum())
    assert mean == pytest.approx(observed / sd**2 / precision, abs=0.03)
    assert spread == pytest.approx(precision**-0.5, rel=0.03)
    assert weights.reliable
    again = theta[resample(weights.weights, seed=0)]
    assert again.mean() == pytest.approx(mean, abs=0.015)
    assert again.std() == pytest.approx(spread, abs=0.015)


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9, 1.5])
def test_the_shape_of_a_known_pareto_tail_is_found(shape):
    exponential = np.random.default_rng(2).exponential(size=100_000)
    weights = smoothed_weights(shape * exponential)  # exp(shape x exponential) is Pareto with that shape
    assert weights.pareto_k == pytest.approx(shape, abs=0.12)
    assert weights.reliable == (shape < 0.7)


def test_below_the_tail_weights_are_in_the_ratio_of_the_likelihoods():
    log_likelihood = np.random.default_rng(3).normal(size=2000)
    weights = smoothed_weights(log_likelihood).weights
    lowest, highest = np.argsort(log_likelihood)[[10, 1500]]
    assert weights[highest] / weights[lowest] == pytest.approx(
        np.exp(log_likelihood[highest] - log_likelihood[lowest]), rel=1e-9
    )


def test_smoothing_keeps_the_order_and_no_weight_exceeds_the_largest_raw_one():
    log_likelihood = 2 * np.random.default_rng(4).normal(size=1000)
    weights = smoothed_weights(log_likelihood).weights
    assert (np.diff(weights[np.argsort(log_likelihood)]) >= 0).all()
    bulk = np.argsort(log_likelihood)[:800]
    assert weights.max() / weights[bulk].sum() <= (
        np.exp(log_likelihood.max()) / np.exp(log_likelihood[bulk]).sum() * (1 + 1e-9)
    )


def test_a_single_outlier_is_pulled_back_to_the_tail():
    log_likelihood = 0.3 * np.random.default_rng(11).exponential(size=2000)
    log_likelihood[0] = 10
    raw = np.exp(log_likelihood[0]) / np.exp(log_likelihood).sum()
    assert raw > 0.8
    weights = smoothed_weights(log_likelihood)
    assert np.argmax(weights.weights) == 0
    assert weights.weights[0] < 0.1


def test_the_size_of_the_log_likelihood_does_not_matter_only_its_differences():
    log_likelihood = np.random.default_rng(5).normal(size=500)
    here, far_down = smoothed_weights(log_likelihood), smoothed_weights(log_likelihood - 1e5)
    np.testing.assert_allclose(here.weights, far_down.weights, rtol=1e-6)
    assert here.pareto_k == pytest.approx(far_down.pareto_k, abs=1e-6)


@pytest.mark.parametrize("n_draws", [1, 7, 24, 25, 225, 226, 2000])
@pytest.mark.parametrize("level", [0.0, -123.456, -1e8])
def test_equal_likelihoods_give_equal_weights(n_draws, level):
    weights = smoothed_weights(np.full(n_draws, level))
    np.testing.assert_allclose(weights.weights, 1 / n_draws, rtol=1e-12)
    assert weights.pareto_k == -np.inf
    assert weights.reliable
    assert weights.effective == pytest.approx(n_draws)


def test_likelihoods_that_differ_by_rounding_are_equal():
    noise = np.random.default_rng(6).normal(size=2000) * 1e-13
    weights = smoothed_weights(-40 + noise)
    assert weights.reliable
    assert weights.effective == pytest.approx(2000)


@pytest.mark.parametrize(("observed", "sd"), [(6.0, 0.2), (50.0, 0.01), (1e6, 1e-3)])
def test_an_observation_far_from_every_draw_is_unreliable(observed, sd):
    theta = np.random.default_rng(7).normal(size=2000)
    weights = smoothed_weights(normal_log_likelihood(theta, observed, sd))
    assert not weights.reliable
    assert weights.weights.sum() == pytest.approx(1)
    assert weights.effective < 50


def test_the_further_an_observation_the_fewer_draws_carry_it():
    theta = np.random.default_rng(10).normal(size=2000)
    found = [
        smoothed_weights(normal_log_likelihood(theta, y, 0.2)) for y in (0, 1, 2, 3, 5, 7, 10, 12, 15, 20, 30, 1e3)
    ]
    assert [weights.reliable for weights in found[:3]] == [True, True, True]
    assert not any(weights.reliable for weights in found[4:])
    assert (np.diff([weights.effective for weights in found]) < 1e-6).all()
    assert found[-1].effective == pytest.approx(1, abs=2)


def test_half_of_the_draws_excluded_leaves_the_other_half_equal():
    log_likelihood = np.where(np.arange(2000) % 2, 0.0, -np.inf)
    weights = smoothed_weights(log_likelihood)
    np.testing.assert_allclose(weights.weights, np.arange(2000) % 2 / 1000)
    assert weights.effective == pytest.approx(1000)
    assert weights.reliable


def test_a_handful_of_possible_draws_is_unreliable():
    log_likelihood = np.where(np.arange(2000) < 20, 0.0, -np.inf)
    weights = smoothed_weights(log_likelihood)
    assert not weights.reliable
    assert weights.effective == pytest.approx(20)


def test_too_few_draws_to_see_a_tail_are_unreliable():
    weights = smoothed_weights(np.arange(24) / 10)
    assert weights.pareto_k == np.inf
    assert not weights.reliable
    np.testing.assert_allclose(weights.weights[1:] / weights.weights[:-1], np.exp(0.1))


@pytest.mark.parametrize(
    "log_likelihood", [[], [np.nan, 0.0], [np.inf, 0.0], [-np.inf, -np.inf], [[0.0, 1.0], [1.0, 0.0]]]
)
def test_what_is_no_likelihood_is_refused(log_likelihood):
    with pytest.raises(ValueError, match="log-likelihoods must be one row of numbers"):
        smoothed_weights(np.array(log_likelihood))


@pytest.mark.parametrize(("n_draws", "threshold"), [(1, -np.inf), (10, 0.0), (100, 0.5), (1000, 2 / 3), (10**6, 0.7)])
def test_fewer_draws_need_a_lighter_tail(n_draws, threshold):
    assert good_k(n_draws) == pytest.approx(threshold)


def test_the_same_tail_is_reliable_with_more_draws_only():
    assert not Weights(np.full(100, 0.01), 0.6, 100.0).reliable
    assert Weights(np.full(1000, 0.001), 0.6, 1000.0).reliable


@pytest.mark.parametrize("n_draws", [1, 3, 49, 2000, 100_003])
def test_unit_weights_return_every_draw_once(n_draws):
    for seed in range(3):
        for weights in (np.ones(n_draws), np.full(n_draws, 1 / n_draws), smoothed_weights(np.zeros(n_draws)).weights):
            np.testing.assert_array_equal(resample(weights, seed=seed), np.arange(n_draws))


def test_every_draw_comes_as_often_as_its_weight_says_to_less_than_one():
    weights = np.random.default_rng(8).exponential(size=1000)
    weights[::7] = 0
    times = np.bincount(resample(weights, seed=3), minlength=1000)
    assert times.sum() == 1000
    assert (np.abs(times - weights / weights.mean()) < 1).all()
    assert (times[::7] == 0).all()


def test_over_seeds_a_draw_comes_as_often_as_its_weight_says():
    weights = np.array([0.05, 0.15, 0.2, 0.6])
    times = np.mean([np.bincount(resample(weights, seed=seed), minlength=4) for seed in range(2000)], axis=0)
    np.testing.assert_allclose(times, 4 * weights, atol=0.05)


def test_resampling_is_sorted_and_depends_on_the_seed_alone():
    weights = np.random.default_rng(9).exponential(size=300)
    first = resample(weights, seed=5)
    np.testing.assert_array_equal(first, resample(weights, seed=5))
    assert (np.diff(first) >= 0).all()
    assert any((resample(weights, seed=seed) != first).any() for seed in range(6, 9))


@pytest.mark.parametrize("weights", [[], [0.0, 0.0], [1.0, -0.1], [np.nan, 1.0], [np.inf, 1.0], [[1.0, 1.0]]])
def test_what_are_no_weights_is_refused(weights):
    with pytest.raises(ValueError, match="weights must be one row of finite numbers"):
        resample(np.array(weights), seed=0)
