"""Boxes of failures: planted ones are found, absent ones are not, and numbers come from futures that found nothing."""

import numpy as np
import pytest

from simulator.answers import NEVER, arrivals
from simulator.answers.failure import Failures, boxes_of_failure, failure_conditions
from simulator.answers.sensitivity import uncertain
from simulator.facts import load_facts
from simulator.facts.calendar import parse_month
from simulator.model import RunError, run
from simulator.scenario import load_scenario

NAMES = ["a", "b", "c", "d", "e", "f"]
N = 4000


def futures(seed: int = 0) -> tuple[np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return rng.random((N, len(NAMES))), rng


def ranges(found: Failures, box: int = 0) -> dict[str, tuple[float | None, float | None]]:
    return {one.parameter: (one.low, one.high) for one in found.conditions[box].ranges}


def test_a_planted_box_of_two_ranges_is_found_with_its_numbers() -> None:
    x, rng = futures()
    inside = (x[:, 1] < 0.3) & (x[:, 4] > 0.6)
    failed = rng.random(N) < np.where(inside, 0.95, 0.05)
    found = boxes_of_failure(NAMES, x, failed)
    (condition,) = found.conditions
    box = ranges(found)
    assert set(box) == {"b", "e"}
    assert box["b"] == (None, pytest.approx(0.3, abs=0.04))
    assert box["e"] == (pytest.approx(0.6, abs=0.04), None)
    # The box holds 0.3 x 0.4 = 12 % of futures and, of failures, 0.12 x 0.95 / (0.12 x 0.95 + 0.88 x 0.05) = 72 %.
    assert condition.inside == pytest.approx(0.12, abs=0.025)
    assert condition.density == pytest.approx(0.95, abs=0.08)
    assert condition.coverage == pytest.approx(0.72, abs=0.08)
    assert condition.base == found.base == failed.mean()
    assert found.note == ""


def test_one_range_is_said_with_one_range() -> None:
    x, rng = futures(1)
    failed = rng.random(N) < np.where(x[:, 2] > 0.55, 0.9, 0.1)
    found = boxes_of_failure(NAMES, x, failed)
    assert set(ranges(found)) == {"c"}
    assert ranges(found)["c"][0] == pytest.approx(0.55, abs=0.05)
    assert len(found.conditions) == 1


def test_two_reasons_are_two_conditions_and_the_one_that_holds_most_comes_first() -> None:
    x, rng = futures(2)
    failed = rng.random(N) < np.where((x[:, 0] < 0.3) | (x[:, 3] > 0.8), 0.97, 0.03)
    found = boxes_of_failure(NAMES, x, failed)
    assert [set(ranges(found, i)) for i in range(len(found.conditions))] == [{"a"}, {"d"}]
    # Conditions may overlap: of 0.3 + 0.2 - 0.06 = 44 % the first holds 30 and the second 20.
    assert found.conditions[0].inside == pytest.approx(0.3, abs=0.04)
    assert found.conditions[1].inside == pytest.approx(0.2, abs=0.04)


def test_an_assumption_of_two_values_makes_a_range() -> None:
    x, rng = futures(3)
    x[:, 5] = rng.random(N) < 0.2
    failed = rng.random(N) < np.where(x[:, 5] == 1, 0.9, 0.1)
    found = boxes_of_failure(NAMES, x, failed)
    assert ranges(found) == {"f": (1.0, None)}
    assert found.conditions[0].density == pytest.approx(0.9, abs=0.05)


def test_numbers_are_those_of_the_futures_that_did_not_find_the_box() -> None:
    x, rng = futures(4)
    failed = rng.random(N) < np.where((x[:, 1] < 0.3) & (x[:, 4] > 0.6), 0.95, 0.05)
    found = boxes_of_failure(NAMES, x, failed)
    box, condition = ranges(found), found.conditions[0]
    inside = np.ones(N, dtype=bool)
    for name, (low, high) in box.items():
        values = x[:, NAMES.index(name)]
        inside &= (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
    odd = np.arange(N) % 2 == 1
    assert condition.density == pytest.approx(failed[odd & inside].mean())
    assert condition.coverage == pytest.approx((failed & inside)[odd].sum() / failed[odd].sum())
    assert condition.inside == pytest.approx(inside[odd].mean())


@pytest.mark.parametrize("seed", range(5))
def test_failures_by_luck_alone_have_no_box(seed: int) -> None:
    x, rng = futures(seed)
    found = boxes_of_failure(NAMES, x, rng.random(N) < 0.4)
    assert (found.conditions, found.note) == ((), "no_box")


@pytest.mark.parametrize(
    ("failures", "note"), [(0, "none_fail"), (N, "all_fail"), (40, "few_fail"), (N - 40, "few_succeed")]
)
def test_nothing_is_said_where_one_side_is_missing(failures: int, note: str) -> None:
    x, _ = futures()
    found = boxes_of_failure(NAMES, x, np.argsort(x[:, 0]) < failures)
    assert (found.conditions, found.note, found.base) == ((), note, failures / N)


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_a_handful_of_futures_is_no_error(n: int) -> None:
    x, _ = futures()
    assert boxes_of_failure(NAMES, x[:n], np.arange(n) % 3 == 0).conditions == ()


def test_a_plan_fails_where_it_is_not_held_by_the_month() -> None:
    scenario, by = load_scenario("combined"), parse_month("2030-12")
    found = failure_conditions(scenario, target="rkp_2026", by="2030-12", draws=600, seed=2)
    plain = run(scenario, draws=600, seed=2)
    arrived = arrivals(plain.coverage, 0.3499, "held", horizon=plain.inputs.horizon)
    assert found.base == ((arrived == NEVER) | (arrived > by - plain.inputs.start_month)).mean()
    assert found.draws == 600
    known = uncertain(scenario, load_facts())
    assert all(one.parameter in known for condition in found.conditions for one in condition.ranges)
    for condition in found.conditions:
        assert condition.density > found.base
        assert len(condition.ranges) <= 2


def test_the_baseline_fails_everywhere_and_says_so() -> None:
    found = failure_conditions(load_scenario("baseline"), target="rpjmn_2029", by="2029-12", draws=20)
    assert (found.conditions, found.note, found.base) == ((), "all_fail", 1.0)


@pytest.mark.parametrize("by", ["2026-01", "2031-01", "2026", "2026-13"])
def test_a_month_outside_the_run_is_refused(by: str) -> None:
    with pytest.raises(RunError, match=f"by is '{by}'; a month written YYYY-MM from 2026-02 to 2030-12 is allowed"):
        failure_conditions(load_scenario("combined"), target="rkp_2026", by=by, draws=2)


def test_an_unknown_target_or_reading_is_refused() -> None:
    with pytest.raises(RunError, match="target is 'moon'"):
        failure_conditions(load_scenario("combined"), target="moon", by="2027-01", draws=2)
    with pytest.raises(RunError, match="reading is 'published'"):
        failure_conditions(load_scenario("combined"), target="rkp_2026", by="2027-01", draws=2, reading="published")
