"""Quantiles against closed forms that do not use the code under test."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.facts.priors import (
    Beta,
    Discrete,
    HalfNormal,
    Lognormal,
    NegativeBinomial,
    Normal,
    Triangular,
    Uniform,
    truncated_ppf,
)

U = np.array([0.0, 0.001, 0.05, 0.25, 0.5, 0.8, 0.99, 1 - 2.0**-53])
INNER = U[1:-1]
CASES = {
    "normal": (Normal(family="normal", mean=0.012, sd=0.0045), (-0.01, 0.035)),
    "lognormal": (Lognormal(family="lognormal", median=22e9, sigma=0.35), (4e9, 120e9)),
    "halfnormal": (HalfNormal(family="halfnormal", scale=0.0125), (0.0, 0.06)),
    "beta": (Beta(family="beta", a=2.2, b=16), (0.0, 0.6)),
    "triangular": (Triangular(family="triangular", low=6, mode=10, high=12), (5.5, 12.49)),
    "mode at the end": (Triangular(family="triangular", low=25662, mode=61828, high=61828), (25662, 61828)),
    "mode at the start": (Triangular(family="triangular", low=31000, mode=31000, high=45000), (31000, 45000)),
    "uniform": (Uniform(family="uniform", low=0, high=1), (0.25, 0.75)),
    "discrete": (Discrete(family="discrete", values=(1, 2, 3), weights=(0.2, 0.2, 0.6)), (1, 3)),
    "negative_binomial": (NegativeBinomial(family="negative_binomial", mean=15, dispersion=3), (0, 80)),
}


def cut(prior, bounds, quantile, cdf):
    """Quantiles of a prior cut to bounds, from its textbook quantile and distribution functions."""
    low, high = cdf(bounds[0]), cdf(bounds[1])
    return np.array([quantile(low + u * (high - low)) for u in INNER])


def test_normal_against_the_standard_library():
    prior, bounds = CASES["normal"]
    book = NormalDist(0.012, 0.0045)
    expected = cut(prior, bounds, book.inv_cdf, book.cdf)
    assert truncated_ppf(prior, INNER, bounds) == pytest.approx(expected, rel=1e-9)


def test_lognormal_against_the_standard_library():
    prior, bounds = CASES["lognormal"]
    book = NormalDist(math.log(22e9), 0.35)
    expected = cut(prior, bounds, lambda q: math.exp(book.inv_cdf(q)), lambda x: book.cdf(math.log(x)))
    assert truncated_ppf(prior, INNER, bounds) == pytest.approx(expected, rel=1e-9)


def test_halfnormal_against_the_standard_library():
    prior, bounds = CASES["halfnormal"]
    book = NormalDist(0, 0.0125)
    expected = cut(prior, bounds, lambda q: book.inv_cdf((1 + q) / 2), lambda x: 2 * book.cdf(x) - 1)
    assert truncated_ppf(prior, INNER, bounds) == pytest.approx(expected, rel=1e-9)


def test_beta_with_whole_parameters_in_closed_form():
    # Beta(1, b) has the quantile 1 - (1 - q)^(1/b); cut at 0.5.
    b = 9
    prior = Beta(family="beta", a=1, b=b)
    mass = 1 - 0.5**b
    assert truncated_ppf(prior, INNER, (0.0, 0.5)) == pytest.approx(1 - (1 - INNER * mass) ** (1 / b), rel=1e-9)


def test_beta_against_scipy_stats():
    prior, bounds = CASES["beta"]
    book = stats.beta(2.2, 16)
    expected = cut(prior, bounds, book.ppf, book.cdf)
    assert truncated_ppf(prior, INNER, bounds) == pytest.approx(expected, rel=1e-9)


def test_triangular_in_closed_form():
    prior, _ = CASES["triangular"]
    # (x - 6)^2 / (6 * 4) up to the mode, where 2/3 of the mass lies; 1 - (12 - x)^2 / (6 * 2) above.
    expected = [6 + math.sqrt(24 * u) if u < 2 / 3 else 12 - math.sqrt(12 * (1 - u)) for u in INNER]
    assert truncated_ppf(prior, INNER, (5.5, 12.49)) == pytest.approx(expected)
    assert prior.cdf(10) == pytest.approx(2 / 3)
    assert (prior.cdf(5.5), prior.cdf(12.49)) == (0, 1)


def test_triangular_cut_below_its_mode():
    prior, _ = CASES["triangular"]
    # Only (x - 6)^2 / 24 between 8 and 10 is left: from 1/6 to 2/3.
    assert truncated_ppf(prior, INNER, (8, 10)) == pytest.approx(6 + np.sqrt(24 * (1 / 6 + INNER / 2)))


def test_triangular_with_the_mode_at_an_end():
    rising, bounds = CASES["mode at the end"]
    assert truncated_ppf(rising, INNER, bounds) == pytest.approx(25662 + 36166 * np.sqrt(INNER))
    falling, bounds = CASES["mode at the start"]
    assert truncated_ppf(falling, INNER, bounds) == pytest.approx(45000 - 14000 * np.sqrt(1 - INNER))


def test_uniform_cut_to_its_middle():
    prior, bounds = CASES["uniform"]
    assert truncated_ppf(prior, INNER, bounds) == pytest.approx(0.25 + INNER / 2)


def test_discrete_gives_each_value_its_weight():
    prior, bounds = CASES["discrete"]
    u = (np.arange(1000) + 0.5) / 1000
    draws = truncated_ppf(prior, u, bounds)
    assert [(draws == value).sum() for value in (1, 2, 3)] == [200, 200, 600]


def test_discrete_weights_are_relative():
    prior = Discrete(family="discrete", values=(3, 6, 9), weights=(1, 1, 1))
    assert truncated_ppf(prior, np.array([0, 0.3, 0.34, 0.6, 0.67, 0.999]), (3, 9)).tolist() == [3, 3, 6, 6, 9, 9]


def test_discrete_cut_leaves_the_values_inside():
    prior = Discrete(family="discrete", values=(1, 2, 3), weights=(1, 1, 2))
    draws = truncated_ppf(prior, (np.arange(300) + 0.5) / 300, (2, 3))
    assert [(draws == value).sum() for value in (1, 2, 3)] == [0, 100, 200]


def test_negative_binomial_against_its_recursion():
    # p(k + 1) / p(k) = (n + k) / (k + 1) * (1 - p), p(0) = p^n, with n = 3 and p = 3 / 18.
    mass, total, heights = (3 / 18) ** 3, 0.0, []
    for k in range(81):
        total += mass
        heights.append(total)
        mass *= (3 + k) / (k + 1) * (15 / 18)
    expected = np.searchsorted(np.array(heights) / heights[-1], INNER, side="right")
    prior, bounds = CASES["negative_binomial"]
    assert truncated_ppf(prior, INNER, bounds).tolist() == expected.tolist()
    assert prior.mass_within(bounds) == pytest.approx(heights[-1])


@pytest.mark.parametrize("prior_and_bounds", CASES.values(), ids=list(CASES))
def test_draws_stay_inside_their_bounds(prior_and_bounds):
    prior, bounds = prior_and_bounds
    draws = truncated_ppf(prior, U, bounds)
    assert draws.shape == U.shape
    assert ((draws >= bounds[0]) & (draws <= bounds[1])).all()


@pytest.mark.parametrize("prior_and_bounds", CASES.values(), ids=list(CASES))
@settings(max_examples=50, deadline=None)
@given(pair=st.tuples(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1)))
def test_a_larger_uniform_never_gives_a_smaller_draw(prior_and_bounds, pair):
    prior, bounds = prior_and_bounds
    u = np.sort(np.array(pair)) / 2.0**53  # generators give multiples of 2^-53
    low, high = truncated_ppf(prior, u, bounds)
    assert low <= high


@pytest.mark.parametrize("prior_and_bounds", CASES.values(), ids=list(CASES))
def test_shape_is_kept(prior_and_bounds):
    prior, bounds = prior_and_bounds
    assert truncated_ppf(prior, np.full((2, 3), 0.4), bounds).shape == (2, 3)


@pytest.mark.parametrize("u", [1.0, -0.1, math.nan, math.inf])
def test_what_is_no_uniform_is_refused(u):
    with pytest.raises(ValueError, match=r"uniforms must lie in \[0, 1\)"):
        truncated_ppf(CASES["normal"][0], np.array([0.5, u]), (0, 1))


@pytest.mark.parametrize(
    ("family", "fields"),
    [
        (Triangular, {"family": "triangular", "low": 3, "mode": 2, "high": 4}),
        (Triangular, {"family": "triangular", "low": 3, "mode": 3, "high": 3}),
        (Uniform, {"family": "uniform", "low": 1, "high": 1}),
        (Discrete, {"family": "discrete", "values": (2, 1), "weights": (1, 1)}),
        (Discrete, {"family": "discrete", "values": (1, 2), "weights": (1,)}),
        (Discrete, {"family": "discrete", "values": (), "weights": ()}),
        (Normal, {"family": "normal", "mean": 0, "sd": 0}),
        (Beta, {"family": "beta", "a": -1, "b": 2}),
        (Normal, {"family": "normal", "mean": math.nan, "sd": 1}),
        (Normal, {"family": "normal", "mean": 0, "sd": 1, "skew": 2}),
    ],
)
def test_malformed_prior_is_refused(family, fields):
    with pytest.raises(ValueError, match="validation error"):
        family(**fields)
