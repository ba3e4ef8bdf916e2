"""First passage on paths drawn by hand, one for each way a target can be met or missed."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulator.answers import NEVER, arrival_quantile, first_held, first_touched, share_by_month
from simulator.answers.arrival import published_rate
from simulator.model.draws import normal_draws

TARGET = 0.35
HORIZON = 24
LENGTH = HORIZON + 12 + 1


def path(*pieces: tuple[int, float]) -> np.ndarray:
    """Build a path of `LENGTH` months from (months, value) pieces, the last one filling up."""
    values = [value for months, value in pieces for _ in range(months)]
    values += [pieces[-1][1]] * (LENGTH - len(values))
    return np.array([values[:LENGTH]])


def held(p: np.ndarray) -> int:
    return int(first_held(p, TARGET, horizon=HORIZON)[0])


def touched(p: np.ndarray) -> int:
    return int(first_touched(p, TARGET, horizon=HORIZON)[0])


def test_never_reached() -> None:
    p = path((1, 0.25))
    assert (held(p), touched(p)) == (NEVER, NEVER)


def test_touch_and_fall_is_touched_but_not_held() -> None:
    p = path((5, 0.25), (3, 0.37), (1, 0.25))
    assert (held(p), touched(p)) == (NEVER, 5)


def test_touch_and_fall_then_hold_is_held_only_the_second_time() -> None:
    p = path((5, 0.25), (3, 0.37), (4, 0.30), (1, 0.36))
    assert (held(p), touched(p)) == (12, 5)


def test_one_month_two_points_below_breaks_the_hold() -> None:
    p = path((3, 0.25), (5, 0.40), (1, 0.33), (1, 0.40))
    # The twelve months from 3 hold one of 0.33, more than a point below; the first clean year starts after it.
    assert (held(p), touched(p)) == (9, 3)


def test_one_month_just_inside_one_point_below_does_not_break_the_hold() -> None:
    p = path((3, 0.25), (5, 0.40), (1, 0.3401), (1, 0.40))
    assert held(p) == 3


def test_a_mean_below_target_is_not_held_even_if_no_month_is_a_point_below() -> None:
    p = path((3, 0.25), (1, 0.351), (1, 0.345))
    assert (held(p), touched(p)) == (NEVER, 3)


def test_already_there_arrives_in_month_zero() -> None:
    p = path((1, 0.36))
    assert (held(p), touched(p)) == (0, 0)


def test_exactly_at_the_target_counts() -> None:
    p = path((4, 0.25), (1, TARGET))
    assert (held(p), touched(p)) == (4, 4)


def test_reached_in_the_last_month_counts_when_held_beyond_the_horizon() -> None:
    p = path((HORIZON, 0.25), (1, 0.36))
    assert (held(p), touched(p)) == (HORIZON, HORIZON)


def test_reached_one_month_after_the_horizon_does_not_count() -> None:
    p = path((HORIZON + 1, 0.25), (1, 0.36))
    assert (held(p), touched(p)) == (NEVER, NEVER)


def test_reached_in_the_last_month_and_lost_after_it_is_only_touched() -> None:
    p = path((HORIZON, 0.25), (2, 0.36), (1, 0.30))
    assert (held(p), touched(p)) == (NEVER, HORIZON)


def test_held_needs_a_year_beyond_the_horizon() -> None:
    with pytest.raises(ValueError, match="needs 36"):
        first_held(np.full((1, 30), 0.4), TARGET, horizon=HORIZON)


def test_held_is_never_earlier_than_touched() -> None:
    steps = np.random.default_rng(7).normal(0, 0.02, (500, LENGTH))
    paths = 0.33 + np.cumsum(steps, axis=1) / 3
    one, two = (f(paths, TARGET, horizon=HORIZON) for f in (first_held, first_touched))
    both = one != NEVER
    assert both.sum() > 50
    assert (two[both] <= one[both]).all()
    assert (two[both] >= 0).all()


def test_held_agrees_with_a_direct_reading_of_its_definition() -> None:
    steps = np.random.default_rng(8).normal(0, 0.02, (200, LENGTH))
    paths = 0.34 + np.cumsum(steps, axis=1) / 4
    expected = []
    for p in paths:
        hits = [
            m
            for m in range(HORIZON + 1)
            if p[m] >= TARGET and np.mean(p[m : m + 12]) >= TARGET and all(p[m : m + 12] >= TARGET - 0.01)
        ]
        expected.append(hits[0] if hits else NEVER)
    assert first_held(paths, TARGET, horizon=HORIZON).tolist() == expected


def test_never_arrivers_count_as_latest_in_quantiles() -> None:
    arrived = np.array([3, 5, 7, NEVER, NEVER])
    assert arrival_quantile(arrived, 0.2) == 3
    assert arrival_quantile(arrived, 0.5) == 7
    assert arrival_quantile(arrived, 0.6) == 7
    assert arrival_quantile(arrived, 0.61) == NEVER


def test_share_by_month_counts_arrivals_up_to_each_month() -> None:
    shares = share_by_month(np.array([0, 2, 2, NEVER]), horizon=3)
    assert shares.tolist() == [0.25, 0.25, 0.75, 0.75]


def test_a_hold_exactly_at_its_three_bounds_counts() -> None:
    # In binary fractions, so that the mean and the slack are met exactly: half a month above, half below.
    target = 0.5
    p = np.full((1, LENGTH), target)
    assert first_held(p, target, horizon=HORIZON).tolist() == [0]
    low = target - 0.01
    p[0, 1:12] = [low, 0.75] + [target] * 9
    assert first_held(p, target, horizon=0).tolist() == [0]


def published(reported: float, base: float, *, official: float | None, rebase: float, counting: float) -> np.ndarray:
    """Return the rate that is published of two districts, each with these people, in three draws."""
    count = np.full((3, 2, 5), np.nan)
    reported_paths, base_paths = count.copy(), count.copy()
    reported_paths[:, :, 4], base_paths[:, :, 4] = reported, base
    sample = {"rebase_sd": np.full(3, rebase), "counting_noise": np.full(3, counting)}
    run = SimpleNamespace(
        inputs=SimpleNamespace(sample=SimpleNamespace(parameters=sample)),
        active=count,
        reported=reported_paths,
        base=base_paths,
    )
    return published_rate(run, 4, name="rkp_2026", seed=5, official_base=official)


def test_without_noise_the_published_rate_is_reported_over_projected_or_announced_people() -> None:
    assert published(30.0, 100.0, official=None, rebase=0, counting=0) == pytest.approx([0.3] * 3)
    assert published(30.0, 100.0, official=240.0, rebase=0, counting=0) == pytest.approx([0.25] * 3)


def test_the_published_rate_has_its_own_noise_of_base_and_of_counting() -> None:
    base, counting = normal_draws("published/rkp_2026", seed=5, n_draws=3, width=2).T
    assert published(30.0, 100.0, official=None, rebase=0.1, counting=0) == pytest.approx(0.3 / np.exp(0.1 * base))
    assert published(30.0, 100.0, official=None, rebase=0, counting=0.01) == pytest.approx(0.3 + 0.01 * counting)
    assert published(30.0, 100.0, official=240.0, rebase=0.1, counting=0) == pytest.approx([0.25] * 3)
