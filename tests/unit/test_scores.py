"""The weighted interval score against sums done by hand and against its other definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.evidence.scores import LEVELS, Score, interval_coverage, score

FORECAST = np.array([10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0])
NUMBERS = st.floats(-1e3, 1e3)
FORECASTS = st.lists(NUMBERS, min_size=7, max_size=7).map(lambda values: np.array(sorted(values)))


def mean_pinball(quantiles, observed):
    """Return the mean over levels of what each quantile loses, written from its definition."""
    losses = [
        level * (observed - quantile) if observed >= quantile else (1 - level) * (quantile - observed)
        for level, quantile in zip((0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975), quantiles, strict=True)
    ]
    return sum(losses) / 7


def test_the_levels_are_the_median_and_the_ends_of_the_central_50_80_and_95_percent():
    assert LEVELS == (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


# Widths 60, 40, 20 with weights 0.025, 0.1, 0.25: 1.5 + 4 + 5 = 10.5, over 3.5 is 3.
@pytest.mark.parametrize(
    ("observed", "over", "under"),
    [
        (40.0, 0.0, 0.0),
        (44.0, 0.0, 0.5 * 4),
        (36.0, 0.5 * 4, 0.0),
        (55.0, 0.0, 0.5 * 15 + 5),
        (24.0, 0.5 * 16 + 6, 0.0),
        (75.0, 0.0, 0.5 * 35 + 25 + 15 + 5),
        (3.0, 0.5 * 37 + 27 + 17 + 7, 0.0),
    ],
)
def test_scores_worked_by_hand(observed, over, under):
    result = score(FORECAST, observed)
    assert result.dispersion == pytest.approx(3.0, rel=1e-12)
    assert result.overprediction == pytest.approx(over / 3.5, rel=1e-12)
    assert result.underprediction == pytest.approx(under / 3.5, rel=1e-12)
    assert result.wis == pytest.approx(3 + (over + under) / 3.5, rel=1e-12)


def test_a_forecast_of_one_number_scores_its_absolute_error():
    # Over K + 1/2 = 3.5: the median half an error, three intervals of no width one each.
    assert score(np.full(7, 0.25), 0.27) == Score(0.0, 0.0, pytest.approx(0.02, rel=1e-12))
    assert score(np.full(7, 0.25), 0.25).wis == 0


def test_uneven_intervals_weigh_as_in_the_definition():
    quantiles = np.array([1.0, 2.0, 4.0, 5.0, 9.0, 10.0, 20.0])
    # Interval scores at 12: 95 %: 19; 80 %: 8 + 10 x 2; 50 %: 5 + 4 x 3; median off by 7.
    expected = (0.5 * 7 + 0.025 * 19 + 0.1 * (8 + 10 * 2) + 0.25 * (5 + 4 * 3)) / 3.5
    assert score(quantiles, 12.0).wis == pytest.approx(expected, rel=1e-12)


@given(FORECASTS, NUMBERS)
def test_it_is_twice_the_mean_pinball_loss(quantiles, observed):
    assert score(quantiles, observed).wis == pytest.approx(2 * mean_pinball(quantiles, observed), rel=1e-9, abs=1e-9)


@given(FORECASTS, NUMBERS)
def test_parts_are_not_negative_and_a_forecast_is_not_both_too_high_and_too_low(quantiles, observed):
    result = score(quantiles, observed)
    assert min(result.dispersion, result.overprediction, result.underprediction) >= 0
    assert result.overprediction == 0 or result.underprediction == 0


@given(FORECASTS, NUMBERS, NUMBERS, st.floats(0.01, 100))
def test_shifting_changes_nothing_and_stretching_stretches_each_part(quantiles, observed, shift, factor):
    plain, moved = score(quantiles, observed), score(factor * quantiles + shift, factor * observed + shift)
    for part in ("dispersion", "overprediction", "underprediction"):
        assert getattr(moved, part) == pytest.approx(factor * getattr(plain, part), rel=1e-9, abs=1e-6)


@given(FORECASTS, NUMBERS)
def test_mirroring_swaps_too_high_and_too_low(quantiles, observed):
    plain, mirrored = score(quantiles, observed), score(-quantiles[::-1], -observed)
    assert mirrored.overprediction == pytest.approx(plain.underprediction, rel=1e-12)
    assert mirrored.underprediction == pytest.approx(plain.overprediction, rel=1e-12)
    assert mirrored.dispersion == pytest.approx(plain.dispersion, rel=1e-12)


@given(FORECASTS, st.floats(0, 100), st.floats(0.01, 100))
def test_outside_all_intervals_every_step_costs_a_step(quantiles, outside, further):
    # Half a step for the median and one for each of three intervals, over 3.5.
    near, far = (score(quantiles, quantiles[-1] + x).wis for x in (outside, outside + further))
    assert far - near == pytest.approx(further, rel=1e-6)


@pytest.mark.parametrize(
    ("observed", "inside"),
    [
        (40.0, (True, True, True)),
        (30.0, (True, True, True)),
        (50.0, (True, True, True)),
        (29.9, (False, True, True)),
        (60.0, (False, True, True)),
        (60.1, (False, False, True)),
        (10.0, (False, False, True)),
        (9.9, (False, False, False)),
        (70.1, (False, False, False)),
    ],
)
def test_intervals_hold_what_lies_between_their_ends_or_on_them(observed, inside):
    assert interval_coverage(FORECAST, observed) == dict(zip((50, 80, 95), inside, strict=True))


def test_intervals_of_a_normal_forecast_hold_their_share_of_normal_figures():
    # Normal quantiles from tables.
    quantiles = np.array([-1.959964, -1.281552, -0.674490, 0.0, 0.674490, 1.281552, 1.959964])
    figures = np.random.default_rng(0).normal(size=20_000)
    held = [interval_coverage(quantiles, x) for x in figures]
    for percent in (50, 80, 95):
        # Five standard deviations of a share of 20,000 are at most 0.018.
        assert np.mean([one[percent] for one in held]) == pytest.approx(percent / 100, abs=0.018)


@pytest.mark.parametrize("call", [score, interval_coverage])
@pytest.mark.parametrize(
    "quantiles",
    [FORECAST[:5], FORECAST[::-1], np.append(FORECAST[:6], np.nan), np.append(FORECAST[:6], np.inf), FORECAST[None, :]],
)
def test_what_is_no_forecast_is_refused(call, quantiles):
    with pytest.raises(ValueError, match="quantiles must be 7 finite numbers, none below the one before"):
        call(quantiles, 40.0)


@pytest.mark.parametrize("call", [score, interval_coverage])
@pytest.mark.parametrize("observed", [np.nan, np.inf])
def test_a_figure_that_is_no_number_is_refused(call, observed):
    with pytest.raises(ValueError, match=r"observed is (nan|inf); it must be a finite number"):
        call(FORECAST, observed)
