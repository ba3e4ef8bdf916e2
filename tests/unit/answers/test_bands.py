"""Quantiles, and the money of a run, worked out on paper."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulator.answers.bands import (
    LEVELS,
    PUBLIC_FUNDS,
    expected_money,
    public_rupiah,
    quantiles,
    regions,
    yearly_spending,
)
from simulator.model import FUNDS

N_YEARS = 4
JANUARY_2026 = 12 * 2026
VILLAGE, CSR, DISCOUNT = (FUNDS.index(fund) for fund in ("village", "csr", "discount"))


def run(*, horizon, start=JANUARY_2026):
    """In year y the village spends 10^y rupiah in the first draw and three times that in the second."""
    money = np.zeros((2, len(FUNDS), N_YEARS, 3))
    money[0, VILLAGE, :, 1] = 10.0 ** np.arange(N_YEARS)
    money[1, VILLAGE, :, 1] = 3 * 10.0 ** np.arange(N_YEARS)
    money[:, VILLAGE, :, 0] = 7.0
    money[:, (CSR, DISCOUNT), :, 1] = 500.0
    return SimpleNamespace(money=money, inputs=SimpleNamespace(start_month=start, horizon=horizon))


def test_expected_money_is_the_mean_over_draws():
    expected = expected_money(run(horizon=47))
    assert expected.shape == (len(FUNDS), N_YEARS, 3)
    assert expected[VILLAGE, :, 1].tolist() == [2, 20, 200, 2000]
    assert expected[VILLAGE, :, 0].tolist() == [7] * N_YEARS


def test_firms_and_self_payers_are_no_public_money():
    assert set(FUNDS) - set(PUBLIC_FUNDS) == {"csr", "discount"}
    assert public_rupiah(run(horizon=47)).tolist() == [1111, 3333]


@pytest.mark.parametrize(
    ("start", "horizon", "years"),
    [
        (JANUARY_2026, 47, [10, 100, 1000]),  # January 2026 to December 2029: three whole years after the first
        (JANUARY_2026, 46, [10, 100]),  # to November 2029
        (JANUARY_2026 + 11, 36, [10, 100, 1000]),  # December 2026 to December 2029
        (JANUARY_2026, 22, []),
    ],
)
def test_only_whole_calendar_years_after_the_first_count(start, horizon, years):
    assert yearly_spending(run(horizon=horizon, start=start))[0].tolist() == years


def test_quantiles_are_taken_over_draws_month_by_month():
    paths = np.stack([np.arange(101.0), 2 * np.arange(101.0)], axis=1)
    found = quantiles(paths)
    assert found[:, 0] == pytest.approx(100 * np.array(LEVELS))
    assert found[:, 1] == pytest.approx(200 * np.array(LEVELS))


def test_the_province_is_the_sum_of_its_districts_up_to_the_horizon():
    ones = np.ones((2, 3, 9))
    its = SimpleNamespace(active=ones, reported=2 * ones, base=4 * ones, inputs=SimpleNamespace(horizon=5))
    found = list(regions(its))
    assert [district for district, *_ in found] == [None, 0, 1, 2]
    assert [paths[0].tolist() for paths in found[0][1:]] == [[3.0] * 6, [6.0] * 6, [12.0] * 6]
    assert [paths[0].tolist() for paths in found[3][1:]] == [[1.0] * 6, [2.0] * 6, [4.0] * 6]
