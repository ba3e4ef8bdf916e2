"""Comparison tables and the command that prints them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator import compare, load_scenario
from simulator.answers.compare import MonthsEarlier, Price
from simulator.answers.contribution import contribution
from simulator.cli import main
from simulator.evidence import OwnRow
from simulator.facts import parse_month
from simulator.model import RunError
from simulator.outputs import compare_charts as charts
from simulator.outputs.comparison import Comparison, Sides, contributions, parts, sides
from simulator.outputs.text import LANGUAGES, Words, distinct
from simulator.scenario import ScenarioError, with_assumptions

FEW = 30


def test_differences_are_taken_future_by_future() -> None:
    its = compare(load_scenario("baseline"), load_scenario("village_100"), draws=FEW, names=["baseline", "village_100"])
    rows = its.differences().query("indicator == 'members' and month == '2028-12' and quantile == 0.5")
    before, after = (r.projection.active[:, :, 35].sum(axis=1) for r in (its.reference, its.others[0]))
    assert rows["value"].item() == pytest.approx(np.median(after - before))
    assert set(rows["reference"]) == {"baseline"}


def test_a_scenario_compared_with_itself_is_zero_everywhere() -> None:
    its = compare(load_scenario("combined"), load_scenario("combined"), draws=FEW)
    assert (its.differences()["value"] == 0).all()
    for target in its.to_json()["scenarios"][0]["targets"]:
        months = target["months_earlier"]
        assert months["earlier"] == months["later"] == 0
        assert months["at_least"] == (0, 0, 0)


def test_progress_runs_over_all_scenarios() -> None:
    seen: list[tuple[int, int]] = []
    compare(load_scenario("baseline"), load_scenario("no_policy"), draws=FEW, progress=lambda *step: seen.append(step))
    assert seen[-1] == (2 * FEW, 2 * FEW)


@pytest.mark.parametrize("number", [0, 4])
def test_one_or_five_scenarios_are_refused(number: int) -> None:
    with pytest.raises(RunError, match="2 to 4"):
        compare(load_scenario("baseline"), *[load_scenario("combined")] * number, draws=3)


def test_another_start_is_refused() -> None:
    with pytest.raises(ScenarioError, match="reference") as caught:
        compare(load_scenario("baseline"), load_scenario("combined").replace(start="2025-12", levers={}), draws=3)
    assert str(caught.value) == "start is 2025-12; a comparison needs that of the reference, 2026-01"


def test_command_writes_and_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["compare", "baseline", "combined", "--draws", str(FEW)]
    assert main([*arguments, "--json", "--out", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["contributions"]["combined"]["draws"] == FEW
    parts = answer["contributions"]["combined"]
    assert sum(group["coverage"] for group in parts["groups"]) == pytest.approx(parts["total"])
    differences = pd.read_csv(tmp_path / "differences.csv")
    assert set(differences["indicator"]) == {"coverage", "members"}
    assert set(pd.read_csv(tmp_path / "contributions.csv")["group"]) >= {"mandate", "other", "interaction"}
    for language, word in (("id", "dibanding"), ("en", "against")):
        assert main([*arguments, "--lang", language]) == 0
        assert word in capsys.readouterr().out


def test_contributions_are_of_each_scenario_against_the_baseline() -> None:
    its = compare(load_scenario("village_100"), load_scenario("combined"), draws=FEW, names=["a", "b"])
    assert set(contributions(its, draws=5)) == {"b"}


@pytest.fixture(scope="module")
def runs() -> Comparison:
    return compare(load_scenario("baseline"), load_scenario("village_100"), load_scenario("combined"), draws=FEW)


@pytest.fixture(scope="module")
def found(runs: Comparison) -> Sides:
    return sides(runs)


NAMES = ("Hari ini", "**Desa** <b>", "=Semua")


def test_small_numbers_are_those_of_the_runs(runs: Comparison, found: Sides) -> None:
    after, before = runs.others[1].projection, runs.reference.projection
    horizon = before.inputs.horizon
    members = after.active[:, :, horizon].sum(axis=1)
    assert found.standings[2].members == pytest.approx(np.quantile(members, (0.1, 0.5, 0.9)))
    gained = members - before.active[:, :, horizon].sum(axis=1)
    assert found.differences[1].people == pytest.approx(np.quantile(gained, (0.1, 0.5, 0.9)))
    last = found.differences[1].coverage.iloc[-1]
    assert last["month"] == parse_month("2030-12")
    assert last["q50"] == pytest.approx(np.median((after.coverage - before.coverage)[:, horizon]))


def test_own_figures_with_assumptions_that_differ_are_refused() -> None:
    row = OwnRow(2, parse_month("2026-02"), "18", "all", "coverage", "residence", 0.25, 0.007)
    other = with_assumptions(load_scenario("combined"), ["lapse_bpu=0.02"])
    with pytest.raises(RunError, match="same assumptions"):
        compare(load_scenario("baseline"), other, draws=3, own_data=(row,))


def test_parts_add_to_the_total_and_only_groups_with_a_lever_have_a_row() -> None:
    plan = load_scenario("combined").replace(horizon="2028-12")
    its = contribution(plan, targets=["rpjmn_2025"], draws=FEW)
    table = parts(plan, its)
    cover = table[table["indicator"] == "coverage"].set_index("group")["mean"]
    assert list(cover.index) == ["mandate", "other", "total", "interaction"]
    assert cover["mandate"] + cover["other"] == pytest.approx(cover["total"])
    assert cover["interaction"] == pytest.approx(cover["total"] - its.alone[:, :, -1].mean(axis=1).sum())
    months = table[table["target"] == "rpjmn_2025"].set_index("group")["mean"]
    assert months["mandate"] + months["other"] == pytest.approx(months["total"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_month_stands_without_its_odds_and_none_below_half(found: Sides, language) -> None:
    words = Words(language)
    for standing in found.standings:
        for view in standing.targets.values():
            text = charts.arrival_text(view, found, words)
            assert words.odds(view.odds_by_horizon, FEW) in text
            named = [m for m in range(found.start, found.horizon + 1) if words.month(m) in text]
            assert bool(named) == (view.odds_by_horizon > 0.5)
    mostly_not = next(v for s in found.standings for v in s.targets.values() if 0 < v.odds_by_horizon <= 0.5)
    assert str(found.horizon // 12) in charts.arrival_text(mostly_not, found, words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_the_table_has_its_ranges(found: Sides, language) -> None:
    table = charts.standing_table(found, NAMES, "rkp_2026", Words(language))
    assert table.shape == (3, 6)
    assert table.iloc[:, 3].str.contains("(", regex=False).all()
    assert table.iloc[:, 4].str.contains("(", regex=False).all()
    rows = charts.standing_rows(found, NAMES, "rkp_2026")
    assert rows["members_q50"].tolist() == [standing.members[1] for standing in found.standings]
    assert rows["scenario"].tolist() == ["Hari ini", "**Desa** <b>", "'=Semua"]  # no formula for a spreadsheet


def test_a_missing_price_is_said_and_not_shown_as_a_number() -> None:
    for note in ("people", "rupiah"):
        for language in LANGUAGES:
            text = charts.price_text(Price(None, None, note), Words(language))
            assert not any(letter.isdigit() for letter in text)
    assert charts.price_text(Price(861_449.8, (758_695.4, 1_009_633.2), ""), Words("id")) == "861 (759–1.010)"


@pytest.mark.parametrize(
    ("its", "said", "unsaid"),
    [
        (MonthsEarlier(0.9, 0.0, 0.0, 0.1, (0, 30, 40)), ("9 dari 10", "1 dari 10", "30", "0–40"), ("lambat",)),
        (MonthsEarlier(0.2, 0.0, 0.3, 0.5, (-4, 0, 6)), ("lebih lambat pada 3 dari 10", "-4 sampai 6"), ()),
        (MonthsEarlier(0.0, 0.0, 0.0, 1.0, (0, 0, 0)), ("keduanya tidak mencapai",), ("lebih cepat",)),
        (MonthsEarlier(0.0, 1.0, 0.0, 0.0, (0, 0, 0)), ("bulan yang sama",), ("lebih cepat",)),
    ],
)
def test_earlier_is_a_sentence_in_tenths(found: Sides, its, said, unsaid) -> None:
    text = charts.earlier_text(its, "A", "B", found, Words("id"))
    assert all(part in text for part in said), text
    assert not any(part in text for part in unsaid), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_have_title_sentence_alt_table_and_rows(found: Sides, language) -> None:
    words = Words(language)
    plan = load_scenario("combined").replace(horizon="2027-12")
    split = parts(plan, contribution(plan, draws=FEW))
    its = found.differences[1]
    exhibits = [
        charts.arrival_exhibit(found, NAMES, "rkp_2026", words),
        charts.difference_exhibit(its, NAMES[2], NAMES[0], found, words),
        charts.parts_exhibit(split, FEW, "rkp_2026", parse_month("2027-12"), words),
    ]
    for exhibit in exhibits:
        assert exhibit.finding.title in exhibit.finding.alt
        assert len(exhibit.table)
        assert len(exhibit.rows)
    points = words.number(100 * float(its.coverage["q50"].iloc[-1]), 1)
    assert points in exhibits[1].finding.title
    assert words.number(FEW) in exhibits[2].finding.sentence


def test_the_mark_of_a_scenario_that_mostly_does_not_arrive_stands_behind_the_last_month(found: Sides) -> None:
    picture = charts.arrival_exhibit(found, NAMES, "rkp_2026", Words("id")).picture
    line = float(picture.frame.loc[picture.frame["part"] == "line", "x"].iloc[0])
    points = picture.frame[(picture.frame["part"] == "point")]
    own = points.groupby("y").last()["x"]
    arrives = [standing.targets["rkp_2026"].most_arrive for standing in found.standings]
    assert [bool(x < line) for x in own] == arrives
    assert any(arrives)
    assert not all(arrives)


def test_repeated_names_are_told_apart() -> None:
    assert distinct(["A", "A", "B", "A"]) == ("A", "A (2)", "B", "A (3)")
