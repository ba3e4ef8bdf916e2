"""Plausibility anchors: figures that an independent implementation of the same text gave, with stated tolerances.

They hold for the priors; what the calibrated model must still satisfy is in `test_calibrated.py`.
They test, they do not tune. Unless said otherwise an anchor is a median with its 5 and 95 % quantiles over futures, in
points of coverage; our median must lie within `MEDIAN` points of it and our quantiles within `TAIL`. The tolerance
covers what the text leaves open (district split, shape of the season, order of events in a month) and 1,000 draws.
"""

from functools import cache

import numpy as np
import pytest

from simulator.model import make_inputs, run
from simulator.scenario import Name, Scenario, load_scenario, shipped

DRAWS = 1000
MEDIAN = 0.3
TAIL = 0.6


@cache
def coverage(name: str, horizon: str = "2028-12", **levers: object) -> np.ndarray:
    scenario = load_scenario(name)
    if levers:
        scenario = Scenario(name=Name(id="uji", en="test"), levers={k: unfrozen(v) for k, v in levers.items()})
    return run(scenario.replace(horizon=horizon), draws=DRAWS, seed=0, evidence="priors").coverage * 100


def unfrozen(value: object) -> object:
    return dict(value) if isinstance(value, tuple) else value


def at(month: str) -> int:
    return (int(month[:4]) - 2026) * 12 + int(month[5:]) - 1


def check(values: np.ndarray, low: float, median: float, high: float, *, slack: float = 0.0) -> None:
    found = np.quantile(values, [0.05, 0.5, 0.95])
    assert found[1] == pytest.approx(median, abs=MEDIAN + slack), found
    assert found[0] == pytest.approx(low, abs=TAIL + slack), found
    assert found[2] == pytest.approx(high, abs=TAIL + slack), found


def test_baseline_at_the_end_of_2026() -> None:
    check(coverage("baseline")[:, at("2026-12")], 24.2, 25.4, 26.7)


def test_no_policy_is_a_point_lower() -> None:
    december = at("2026-12")
    check((coverage("no_policy") - coverage("baseline"))[:, december], -1.9, -1.0, -0.5)


@pytest.mark.parametrize("name", ["baseline", "no_policy"])
def test_no_national_target_is_met_by_2029(name: str) -> None:
    paths = coverage(name, horizon="2029-12")
    assert paths[:, at("2026-12")].max() < 34.99
    assert (paths[:, : at("2029-12") + 1].max(axis=1) >= 43.92).mean() == 0


@pytest.mark.parametrize(
    ("amount", "mean", "december", "may"), [(35_000_000_000, 0.9, 1.5, 0.15), (22_000_000_000, 0.6, 1.0, 0.1)]
)
def test_palm_money_at_the_cap(amount: int, mean: float, december: float, may: float) -> None:
    window = {"dbh_amount": amount, "dbh_months": 5, "dbh_first_month": 9}
    gain = coverage("baseline", dbh_share=0.20, **window) - coverage("baseline", dbh_share=0.05, **window)
    year = gain[:, at("2026-09") : at("2027-09")].mean(axis=1)
    snapshot = gain[:, at("2026-12")]
    assert np.median(year) == pytest.approx(mean, abs=0.1)
    assert np.median(snapshot) == pytest.approx(december, abs=0.15)
    assert np.median(gain[:, at("2027-05")]) == pytest.approx(may, abs=0.05)
    # 2.4 would mean no grace after the money stops, 1 no window at all.
    assert np.median(snapshot) / np.median(year) == pytest.approx(1.54, abs=0.1)


def test_all_villages() -> None:
    december = at("2027-12")
    check((coverage("village_100") - coverage("baseline"))[:, december], 1.4, 5.7, 6.8)


def test_metro_everywhere() -> None:
    december = at("2027-12")
    check((coverage("metro_everywhere") - coverage("baseline"))[:, december], 8.3, 9.0, 10.0, slack=0.3)


def test_both_are_not_the_sum_because_the_list_binds() -> None:
    december = at("2027-12")
    check(coverage("combined")[:, december], 35.0, 37.8, 39.8, slack=0.5)
    parts = [
        np.median((coverage(name) - coverage("baseline"))[:, december]) for name in ("village_100", "metro_everywhere")
    ]
    together = np.median((coverage("combined") - coverage("baseline"))[:, december])
    assert together < sum(parts) - 1.5


def test_ten_thousand_registrations_a_month_hold_both_back() -> None:
    ramp = {"start": "2026-03", "ramp_months": 18}
    slow = coverage(
        "baseline",
        village_share=(("value", 1.0), *ramp.items()),
        village_people=(("value", 100), ("start", "2026-03")),
        metro_share=(("value", 1.0), *ramp.items()),
        registration_capacity=10_000,
    )
    assert np.median(slow[:, at("2027-12")]) == pytest.approx(31.4, abs=MEDIAN)


def test_no_plan_reaches_the_provincial_target_in_2026() -> None:
    """Every shipped plan, and all their levers at once from the first month without any ramp."""
    at_once = {
        "village_share": 1.0,
        "village_people": 100,
        "metro_share": 1.0,
        "public_mandate": 1.0,
        "enforcement": 1.0,
        "dbh_share": 0.20,
        "csr_amount": 2_620_800_000,
        "pppk_full": 0,
    }
    for paths in (*(coverage(name) for name in shipped()), coverage("baseline", **at_once)):
        assert paths[:, : at("2026-12") + 1].max() < 45.53


def test_ten_thousand_full_pppk() -> None:
    gone = coverage("baseline", pppk_full=10_000)
    kept = coverage("baseline", pppk_full=0)
    done = at("2028-02")
    assert np.median((gone - kept)[:, done]) == pytest.approx(-0.16, abs=0.02)


def test_a_year_after_the_money_stops() -> None:
    later = at("2028-12")
    extra = (coverage("money_stops") - coverage("baseline"))[:, later]
    assert np.median(extra) == pytest.approx(1.1, abs=MEDIAN)
    assert np.quantile(extra, 0.95) == pytest.approx(2.8, abs=TAIL)


def test_sarolangun_lies_in_the_band_of_its_head_count() -> None:
    """49,788 names added among some 112,000 workers, less verification and overlap; 9 points were seen."""
    sample = make_inputs(load_scenario("baseline"), n_draws=4000, seed=0).sample.parameters
    change = 100 * 49_788 / 112_000 * sample["list_quality"] * (1 - sample["overlap"])
    low, high = np.quantile(change, [0.025, 0.975])
    assert low < 9 < high
    assert (low, high) == (pytest.approx(6, abs=1), pytest.approx(40, abs=1))


def test_drift_fades_without_policy() -> None:
    paths = coverage("no_policy", horizon="2045-12")
    check(paths[:, at("2045-12")], 19, 24, 27, slack=0.4)
