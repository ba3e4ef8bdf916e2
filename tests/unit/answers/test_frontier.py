"""Rupiah against odds and the grid of two levers, each against plans judged alone."""

import numpy as np
import pytest

from simulator.answers import NEVER, first_touched
from simulator.answers.frontier import frontier, heat
from simulator.answers.goal import SolveError
from simulator.model import FUNDS, run
from simulator.scenario import load_scenario

BY = "2027-12"


@pytest.fixture(scope="module")
def baseline():
    return load_scenario("baseline")


@pytest.fixture(scope="module")
def curve(baseline):
    return frontier(baseline, target="rpjmn_2025", by=BY, odds=(0.2, 0.8), draws=40, confirm=100)


def test_better_odds_cost_more(curve) -> None:
    asked = curve[curve["goal"] == "odds"].sort_values("asked")
    assert asked["status"].tolist() == ["reached", "reached"]
    assert (np.diff(asked["rupiah"]) > 0).all()
    assert (np.diff(asked["odds"]) > 0).all()


def test_todays_plan_stands_on_the_frontier_table(curve, baseline) -> None:
    today = curve[curve["goal"] == "today"]
    projection = run(baseline.replace(horizon=BY), draws=100, seed=1)
    public = [i for i, fund in enumerate(FUNDS) if fund not in ("csr", "discount")]
    years = projection.money[..., 1].mean(axis=0)[public].sum(axis=0)
    assert len(today) == 1
    assert today["rupiah"].item() == pytest.approx(years.sum(), abs=1)
    assert today["rupiah_year"].item() == pytest.approx(years.max(), abs=10)


def test_rows_are_cheapest_first_and_those_that_another_beats_are_marked(curve) -> None:
    assert curve["rupiah"].is_monotonic_increasing
    for row in curve.itertuples():
        cheaper = curve[(curve["rupiah"] <= row.rupiah) & (curve.index < row.Index)]
        assert row.dominated == bool((cheaper["odds"] >= row.odds).any())


def test_a_frontier_of_budgets_keeps_each(baseline) -> None:
    found = frontier(baseline, target="rpjmn_2025", by=BY, budgets=(20_000_000_000,), draws=40, confirm=60)
    row = found[found["goal"] == "budget"].iloc[0]
    assert row["rupiah_year"] <= 20e9


def test_heat_is_what_each_plan_brings_alone(baseline) -> None:
    grid = heat(
        baseline, "metro_share", "village_share", target="rpjmn_2025", by=BY, n=3, reading="touched", draws=60, seed=4
    )
    assert list(zip(grid["x"], grid["y"], strict=True)) == [(x, y) for y in (0, 0.5, 1) for x in (0, 0.5, 1)]
    levers = {name: {"value": 0.5, "start": "2027-01"} for name in ("metro_share", "village_share")}
    projection = run(baseline.replace(horizon=BY, levers=levers), draws=60, seed=4)
    arrived = first_touched(projection.coverage, 0.3215, horizon=projection.inputs.horizon)
    assert grid["odds"][4] == (arrived != NEVER).mean()
    assert grid["odds"][8] > grid["odds"][0]


@pytest.mark.parametrize(
    ("levers", "n", "sentence"),
    [
        (("gravity", "metro_share"), 3, "lever_x is 'gravity'; a lever out of"),
        (("metro_share", "discount_until"), 3, "lever_y is 'discount_until'; a lever out of"),
        (("metro_share", "metro_share"), 3, "lever_y is 'metro_share'; another lever"),
        (("metro_share", "village_share"), 1, "n is 1; a whole number from 2 to 25"),
    ],
)
def test_a_grid_is_refused_in_one_sentence(baseline, levers, n, sentence) -> None:
    with pytest.raises(SolveError, match=sentence):
        heat(baseline, *levers, target="rkp_2026", by=BY, n=n)


def test_a_frontier_has_goals_of_one_kind(baseline) -> None:
    with pytest.raises(SolveError, match="goal is both odds and budgets; one of them is allowed"):
        frontier(baseline, target="rkp_2026", by=BY, odds=(0.5,), budgets=(10,))
