"""Margins: zero exactly where a future arrives, and odds that can be climbed."""

import numpy as np
import pytest

from simulator.answers import NEVER, first_held, first_touched
from simulator.answers.margins import held_margin, margin_at, odds_of, soft_odds, touched_margin

TARGET = 0.35
HORIZON = 6
LENGTH = HORIZON + 12


def paths(*rows):
    """Return paths of `LENGTH` months from lists of values, the last one filling up."""
    return np.array([[*row, *[row[-1]] * (LENGTH - len(row))] for row in rows])


@pytest.mark.parametrize(
    "row",
    [
        [0.37],
        [0.30],
        [0.36, 0.345, 0.40],
        [0.40, 0.40, 0.40, 0.20],
        [0.36, 0.36, 0.341, 0.352],  # the month of 0.341 decides, or the mean
        [0.351, 0.345],  # the mean decides
    ],
)
def test_the_margin_is_the_smallest_of_three_in_the_best_month(row):
    values = paths(row)[0]
    by_hand = max(
        min(values[m] - TARGET, min(values[m : m + 12]) - (TARGET - 0.01), sum(values[m : m + 12]) / 12 - TARGET)
        for m in range(HORIZON + 1)
    )
    assert held_margin(paths(row), TARGET, horizon=HORIZON) == pytest.approx([by_hand], abs=1e-12)


def test_a_margin_of_zero_or_more_is_an_arrival():
    steps = np.random.default_rng(3).normal(0, 0.02, (400, LENGTH))
    some = 0.34 + np.cumsum(steps, axis=1) / 3
    for margin, first in ((held_margin, first_held), (touched_margin, first_touched)):
        arrived = first(some, TARGET, horizon=HORIZON) != NEVER
        assert 20 < arrived.sum() < 380
        assert ((margin(some, TARGET, horizon=HORIZON) >= 0) == arrived).all()


def test_the_best_month_up_to_the_horizon_and_none_after_it_touches():
    some = paths([0.30] * HORIZON + [0.34, 0.40])
    assert touched_margin(some, TARGET, horizon=HORIZON) == pytest.approx([-0.01])
    assert touched_margin(some, TARGET, horizon=HORIZON + 1) == pytest.approx([0.05])


def test_odds_are_the_share_at_zero_or_above():
    assert odds_of(np.array([-0.01, 0.0, 0.01, 0.02])) == 0.75


@pytest.mark.parametrize(
    ("odds", "margin"),
    [(0.0, 4.0), (0.25, 4.0), (0.26, 3.0), (0.5, 3.0), (0.75, 2.0), (1.0, 1.0), (0.1 + 0.2 - 0.05, 4)],
)
def test_the_margin_that_a_share_of_draws_attains(odds, margin):
    assert margin_at(np.array([2.0, 4.0, 1.0, 3.0]), odds) == margin


def test_soft_odds_of_one_future_are_its_distance_over_four_tenths_of_a_point():
    for distance in (-0.02, -0.001, 0.0, 0.003):
        assert soft_odds(np.array([distance])) == pytest.approx(distance / 0.004)


def test_soft_odds_of_futures_that_mirror_each_other_are_even():
    assert soft_odds(np.array([-0.01, 0.01, 0.002, -0.002])) == pytest.approx(0, abs=1e-12)
