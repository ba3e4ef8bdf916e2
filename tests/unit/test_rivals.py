"""Naive forecasters against means, lines and spreads worked by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.evidence.rivals import CHANGE_SD, CHANGE_SHARE, NAMES, Point, count_change_sd, forecast
from simulator.facts import parse_month

# Standard normal quantiles at the seven levels, from tables.
Z = np.array([-1.959964, -1.281552, -0.674490, 0.0, 0.674490, 1.281552, 1.959964])


def point(month, value, noise_sd=0.007):
    return Point(parse_month(month), value, noise_sd)


def quantiles(name, history, month, **options):
    return forecast(name, history, parse_month(month), **options)


def logit(value):
    return np.log(value / (1 - value))


def assert_normal(actual, mean, variance):
    np.testing.assert_allclose(actual, mean + np.sqrt(variance) * Z, rtol=1e-6, atol=1e-9)


def test_the_four_rivals():
    assert NAMES == ("persistence", "straight_line", "logistic", "last_change")


def test_persistence_takes_the_mean_of_the_latest_month():
    history = [point("2023-12", 0.40, 0.001), point("2024-12", 0.26, 0.006), point("2024-12", 0.24, 0.008)]
    # Base 0.006^2 + 0.008^2 over 2^2, new figure the mean square of both, half a year of walk.
    variance = (36e-6 + 64e-6) / 4 + (36e-6 + 64e-6) / 2 + 0.008**2 / 2
    assert_normal(quantiles("persistence", history, "2025-06"), 0.25, variance)


def test_the_noise_of_the_new_figure_and_the_walk_can_be_given():
    history = [point("2024-12", 0.25, 0.006)]
    actual = quantiles("persistence", history, "2026-12", noise_sd=0.01, change_sd=0.02)
    assert_normal(actual, 0.25, 0.006**2 + 0.01**2 + 2 * 0.02**2)


def test_no_walk_in_the_month_of_the_latest_figure():
    assert_normal(quantiles("persistence", [point("2024-12", 0.25, 0.006)], "2024-12"), 0.25, 2 * 0.006**2)


def test_a_straight_line_through_two_figures():
    # A year on: y = 2 y1 - y0, so its variance is 4 s1^2 + s0^2.
    history = [point("2023-12", 0.26, 0.007), point("2024-12", 0.25, 0.005)]
    variance = 4 * 0.005**2 + 0.007**2 + 0.005**2 + CHANGE_SD**2
    assert_normal(quantiles("straight_line", history, "2025-12"), 0.24, variance)


def test_a_straight_line_through_three_figures():
    # Unit noise at -1, 0, 1 year: the mean 3 plus 2 years at slope (y3 - y1)/2 = 1; variance 1/3 + 2^2/2.
    history = [point("2022-12", 2.5, 1), point("2023-12", 2.0, 1), point("2024-12", 4.5, 1)]
    actual = quantiles("straight_line", history, "2025-12", change_sd=0.0)
    assert_normal(actual, 5.0, 1 / 3 + 2 + 1)


def test_two_figures_of_a_month_weigh_as_one_of_half_the_variance():
    first = point("2023-12", 0.26)
    double = [first, point("2024-12", 0.24, 0.008), point("2024-12", 0.26, 0.008)]
    single = [first, point("2024-12", 0.25, 0.008 / np.sqrt(2))]
    np.testing.assert_allclose(
        quantiles("straight_line", double, "2026-03"), quantiles("straight_line", single, "2026-03", noise_sd=0.008)
    )


def test_a_noisier_figure_counts_less_in_a_straight_line():
    level = [point("2022-12", 0.25), point("2023-12", 0.25)]
    median = {sd: quantiles("straight_line", [*level, point("2024-12", 0.28, sd)], "2025-12")[3] for sd in (0.007, 0.7)}
    assert median[0.007] == pytest.approx(0.26 + 2 * 0.015)  # the mean, and two years at half of 0.03 a year
    assert median[0.7] == pytest.approx(0.25, abs=1e-4)


@given(st.floats(0.1, 0.5), st.floats(-0.02, 0.02), st.lists(st.floats(0.001, 0.02), min_size=4, max_size=4))
def test_a_straight_line_is_recovered_whatever_the_noise(level, slope, noise):
    months = (0, 5, 12, 23)
    history = [Point(24_000 + t, level + slope * t / 12, sd) for t, sd in zip(months, noise, strict=True)]
    assert forecast("straight_line", history, 24_040)[3] == pytest.approx(level + slope * 40 / 12, rel=1e-9)


@given(st.floats(-2, 2), st.floats(-1, 1), st.lists(st.floats(0.001, 0.02), min_size=4, max_size=4))
def test_a_logistic_curve_is_recovered_whatever_the_noise(level, slope, noise):
    def curve(t):
        return 1 / (1 + np.exp(-level - slope * t / 12))

    history = [Point(24_000 + t, curve(t), sd) for t, sd in zip((0, 5, 12, 23), noise, strict=True)]
    assert forecast("logistic", history, 24_040)[3] == pytest.approx(curve(40), rel=1e-9)


def test_logistic_through_two_figures():
    # Log-odds of 0.2 and 0.25 are -ln 4 and -ln 3: a year on -2 ln 3 + ln 4 = ln(4/9), a rate of 4/13.
    history = [point("2023-12", 0.20, 0.008), point("2024-12", 0.25, 0.006)]
    actual = quantiles("logistic", history, "2025-12")
    slope_first, slope_last = 1 / (0.2 * 0.8), 1 / (0.25 * 0.75)
    line = (2 * slope_last * 0.006) ** 2 + (slope_first * 0.008) ** 2
    assert actual[3] == pytest.approx(4 / 13)
    assert_normal(logit(actual), np.log(4 / 9), line + slope_last**2 * (0.006**2 + CHANGE_SD**2))


def test_logistic_stays_inside_its_limit_where_a_straight_line_does_not():
    history = [point("2023-12", 0.70), point("2024-12", 0.95)]
    assert quantiles("straight_line", history, "2026-12")[0] > 1
    assert 0.9 < quantiles("logistic", history, "2026-12")[-1] < 1


def test_logistic_of_counts_takes_their_limit():
    history = [point("2023-12", 600_000.0, 20_000), point("2024-12", 750_000.0, 20_000)]
    # Shares of 3 million: 0.2 and 0.25, as above.
    actual = quantiles("logistic", history, "2025-12", limit=3e6, change_sd=24_000)
    assert actual[3] == pytest.approx(3e6 * 4 / 13)


def test_last_change_of_a_year():
    # y(2024-12) + (y(2024-12) - y(2023-12)): twice the later less the earlier.
    history = [point("2023-12", 0.26, 0.007), point("2024-12", 0.25, 0.005)]
    variance = 4 * 0.005**2 + 0.007**2 + 0.005**2 + CHANGE_SD**2
    assert_normal(quantiles("last_change", history, "2025-12"), 0.24, variance)


def test_last_change_keeps_the_season_and_takes_the_change_from_the_latest_pair():
    history = [
        point("2023-12", 0.270, 0.001),
        point("2024-09", 0.249, 0.002),
        point("2024-12", 0.255, 0.003),
        point("2025-08", 0.238, 0.004),
    ]
    # Base December 2024; change of September 2024 to August 2025, eleven months, made a year; walk of one year.
    k = 12 / 11
    variance = 0.003**2 + k**2 * (0.004**2 + 0.002**2) + 0.004**2 + CHANGE_SD**2
    assert_normal(quantiles("last_change", history, "2025-12"), 0.255 - k * 0.011, variance)


def test_last_change_repeats_the_change_for_every_year_since_the_base():
    history = [point("2023-12", 0.26, 0.007), point("2024-12", 0.25, 0.005)]
    variance = 9 * 0.005**2 + 4 * 0.007**2 + 0.005**2 + 2 * CHANGE_SD**2
    assert_normal(quantiles("last_change", history, "2026-12"), 0.25 - 2 * 0.01, variance)


def test_last_change_averages_the_figures_of_a_month():
    history = [point("2023-12", 0.28, 0.006), point("2023-12", 0.26, 0.008), point("2024-12", 0.25, 0.005)]
    variance = 4 * 0.005**2 + (0.006**2 + 0.008**2) / 4 + 0.005**2 + CHANGE_SD**2
    assert_normal(quantiles("last_change", history, "2025-12"), 0.23, variance)


def test_last_change_where_the_base_starts_the_change():
    # Base December 2023 starts the pair that ends in October 2024: weights 1 - 12/10 and 12/10.
    history = [point("2023-12", 0.26, 0.007), point("2024-10", 0.25, 0.005)]
    variance = 0.2**2 * 0.007**2 + 1.2**2 * 0.005**2 + 0.005**2 + CHANGE_SD**2
    assert_normal(quantiles("last_change", history, "2024-12"), 0.26 - 1.2 * 0.01, variance)


@pytest.mark.parametrize(
    ("history", "month"),
    [
        ([point("2023-12", 0.26)], "2024-12"),  # one figure
        ([point("2023-12", 0.26), point("2024-08", 0.25)], "2024-12"),  # eight months apart
        ([point("2023-12", 0.26), point("2024-12", 0.25)], "2025-08"),  # no August
    ],
)
def test_last_change_falls_back_to_persistence(history, month):
    np.testing.assert_array_equal(quantiles("last_change", history, month), quantiles("persistence", history, month))


def test_figures_nine_months_apart_show_a_change():
    history = [point("2023-12", 0.26), point("2024-09", 0.25)]
    assert quantiles("last_change", history, "2024-12")[3] == pytest.approx(0.26 - 12 / 9 * 0.01)


def test_another_figure_of_the_latest_month_starts_a_year_before():
    history = [point("2023-12", 0.26), point("2024-03", 0.24), point("2024-12", 0.25)]
    assert quantiles("last_change", history, "2024-12")[3] == pytest.approx(0.26 + 12 / 9 * 0.01)


@pytest.mark.parametrize("name", ["straight_line", "logistic"])
def test_a_trend_needs_two_months(name):
    history = [point("2023-12", 0.28, 0.006), point("2023-12", 0.26, 0.008)]
    np.testing.assert_array_equal(quantiles(name, history, "2024-12"), quantiles("persistence", history, "2024-12"))


HISTORIES = st.lists(
    st.builds(Point, st.integers(24_280, 24_310), st.floats(0.1, 0.6), st.floats(0.002, 0.03)), min_size=1, max_size=8
)


@given(st.sampled_from(NAMES), HISTORIES, st.integers(24_310, 24_340))
def test_quantiles_increase_and_the_order_of_figures_does_not_matter(name, history, month):
    result = forecast(name, history, month)
    assert result.shape == (7,)
    assert (np.diff(result) >= 0).all()
    np.testing.assert_allclose(forecast(name, history[::-1], month), result, rtol=1e-7, atol=1e-9)


@given(st.sampled_from(NAMES), HISTORIES, st.integers(24_310, 24_340), st.sampled_from([1e-3, 7.0, 3e6]))
def test_rates_and_counts_are_forecast_alike(name, history, month, factor):
    scaled = [replace(p, value=factor * p.value, noise_sd=factor * p.noise_sd) for p in history]
    result = forecast(name, scaled, month, change_sd=factor * CHANGE_SD, limit=factor)
    np.testing.assert_allclose(result, factor * forecast(name, history, month), rtol=1e-7, atol=factor * 1e-9)


@given(st.sampled_from(("persistence", "straight_line", "last_change")), HISTORIES, st.integers(24_310, 24_340))
def test_normal_quantiles_lie_evenly_around_the_median(name, history, month):
    result = forecast(name, history, month)
    np.testing.assert_allclose(result + result[::-1], 2 * result[3], rtol=1e-9, atol=1e-9)


@given(st.sampled_from(NAMES), HISTORIES, st.integers(24_310, 24_340), st.floats(0.001, 0.05))
def test_a_wider_walk_makes_a_wider_forecast_around_the_same_median(name, history, month, more):
    narrow, wide = (forecast(name, history, month + 1, change_sd=CHANGE_SD + x) for x in (0, more))
    assert wide[3] == pytest.approx(narrow[3], rel=1e-9)
    assert wide[0] < narrow[0]
    assert wide[-1] > narrow[-1]


def test_the_walk_of_a_count_is_a_share_of_its_latest_figures():
    history = [point("2025-01", 568_468, 28_000), point("2025-03", 480_000, 24_000), point("2025-03", 500_000, 25_000)]
    assert count_change_sd(history) == pytest.approx(CHANGE_SHARE * 490_000)
    assert pytest.approx(CHANGE_SD / 0.25) == CHANGE_SHARE


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "oracle"}, "name is 'oracle'; it must be one of persistence, straight_line, logistic, last_change"),
        ({"history": []}, "history is empty; it must hold at least one figure"),
        ({"month": "2024-11"}, "month is 2024-11; it must not be before the latest figure, 2024-12"),
        ({"history": [point("2024-12", 0.0)]}, "value is 0; it must be finite and above 0"),
        ({"history": [point("2024-12", np.nan)]}, "value is nan; it must be finite and above 0"),
        ({"history": [point("2024-12", 0.25, 0.0)]}, "noise_sd is 0, 0; it must be finite and above 0"),
        ({"noise_sd": -0.01}, "noise_sd is 0.007, -0.01; it must be finite and above 0"),
        ({"change_sd": -0.01}, "change_sd is -0.01; it must be finite and at least 0"),
        ({"change_sd": np.inf}, "change_sd is inf; it must be finite and at least 0"),
        ({"limit": 0.0}, "limit is 0; it must be finite and above 0"),
        ({"name": "logistic", "limit": 0.25}, "value is 0.25; logistic needs values below the limit 0.25"),
    ],
)
def test_refusals(change, sentence):
    arguments = {"name": "persistence", "history": [point("2024-12", 0.25)], "month": "2025-12"} | change
    with pytest.raises(ValueError, match="^" + sentence.replace("(", r"\(") + "$"):
        quantiles(**arguments)
