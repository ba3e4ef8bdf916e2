"""What the screen shows equals what files and the command line say, to the last digit."""

import numpy as np
import pytest

from simulator import load_scenario, project
from simulator.facts import format_month, parse_month
from simulator.outputs import Result
from simulator.outputs.overview import DOTS, Overview, level_name, overview


@pytest.fixture(scope="module")
def result() -> Result:
    return project(load_scenario("combined"), draws=200)


@pytest.fixture(scope="module")
def shown(result: Result) -> Overview:
    return overview(result)


def test_bands_are_those_of_the_table(result, shown):
    table = result.quantiles()
    table = table[(table["indicator"] == "coverage") & (table["region"] == "18") & (table["segment"] == "all")]
    for level, rows in table.groupby("quantile"):
        np.testing.assert_array_equal(shown.bands[level_name(level)], rows["value"])


def test_odds_and_months_are_those_of_the_answers(result, shown):
    for answer in result.targets():
        view = shown.targets[answer.id]
        assert (view.value, view.status) == (answer.value, answer.status)
        odds = {"held": view.odds_held, "touched": view.odds_touched, "on_the_day": view.odds_on_the_day}
        assert odds[answer.reading] == answer.odds_by_date
        if answer.reading == "held" and answer.median_month is not None:
            assert [None if m is None else format_month(m) for m in view.arrival] == [
                answer.q10_month,
                answer.median_month,
                answer.q90_month,
            ]


def test_curves_are_those_of_the_table(result, shown):
    table = result.arrival("rkp_2026")
    table = table[table["region"] == "18"].set_index(["reading", "month"])["probability"]
    for row in shown.curves[shown.curves["target"] == "rkp_2026"].to_dict("records"):
        month = format_month(row["month"])
        assert (row["held"], row["touched"]) == (table["held", month], table["touched", month])


def test_dots_agree_with_the_odds_to_half_a_dot(shown):
    view = shown.targets["rkp_2026"]
    arrived = sum(month is not None for month in view.dots)
    assert abs(arrived / DOTS - view.odds_by_horizon) <= 0.5 / DOTS + 1e-12
    assert view.most_arrive


def test_the_year_from_the_official_date_is_higher_while_a_plan_still_grows(shown):
    view = shown.targets["rkp_2026"]
    assert view.judged == parse_month("2026-12")
    assert view.year_mean[1] > view.coverage[1]
    assert view.missing_people[0] < view.missing_people[1] < view.missing_people[2]


@pytest.mark.parametrize(("level", "name"), [(0.025, "q025"), (0.1, "q10"), (0.5, "q50"), (0.975, "q975")])
def test_levels_are_named_by_their_digits(level, name):
    assert level_name(level) == name
