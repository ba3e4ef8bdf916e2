"""What is said about a goal and what its charts are drawn from, on plans made by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator import load_scenario
from simulator.answers.bands import PAID_FUNDS
from simulator.answers.compare import MonthsEarlier
from simulator.answers.solve import Binding, Plan, Solution
from simulator.answers.waiting import PLAN, Delayed
from simulator.outputs import charts, goal, goal_charts
from simulator.outputs.text import LANGUAGES, Words
from simulator.scenario import with_levers

ID, EN = Words("id"), Words("en")
CURVE = pd.DataFrame(
    {
        "goal": ["today", "odds", "odds", "odds", "odds"],
        "asked": [np.nan, 0.25, 0.5, 0.75, 0.9],
        "status": ["today", "reached", "reached", "reached", "not_reachable"],
        "odds": [0.0, 0.26, 0.51, 0.49, 0.6],
        "odds_error": 0.01,
        "rupiah": [5e9, 40e9, 50e9, 60e9, 90e9],
        "rupiah_year": [4e9, 30e9, 40e9, 50e9, 80e9],
        "dominated": [False, False, False, True, False],
    }
)
GRID = pd.DataFrame(
    {"x": [0, 1, 0, 1], "y": [0, 0, 300, 300], "odds": [0.02, 0.5, 0.5, 1.0], "rupiah": [1e9, 3e9, 2e9, 9e9]}
)
PAIR = ("metro_share", "village_people")


def plan(rupiah: int, odds: float, **moved: float) -> Plan:
    scenario = with_levers(load_scenario("baseline"), [f"{name}={value}" for name, value in moved.items()])
    spent = {2026: dict.fromkeys(PAID_FUNDS, 0), 2027: dict.fromkeys(PAID_FUNDS, 0)}
    spent[2026]["village"], spent[2027]["village"] = 2_000_000_000, 3_000_000_000
    spent[2027]["dbh_sawit"], spent[2027]["csr"] = 4_000_000_000, 7_000_000_000
    return Plan(scenario, dict(moved), odds, 0.01, rupiah, spent)


@pytest.fixture
def solution() -> Solution:
    best = plan(9_000_000_000, 0.81, village_share=1.0, metro_share=0.0)
    return Solution("reached", "rkp_2026", "2027-12", "held", best, plan(4_000_000_000, 0.0), 2000, (), (), 100)


@pytest.mark.parametrize("words", [ID, EN])
def test_the_sentence_names_share_date_odds_and_rupiah(solution, words):
    said = goal.headline(solution, region=None, odds=0.8, budget=None, words=words)
    for part in (words.exact_percent(0.3499), words.end_of(2027 * 12 + 11), words.odds(0.8, 2000), words.rupiah(9e9)):
        assert part in said


def test_a_target_out_of_reach_is_not_said_to_be_reached(solution):
    failed = replace(solution, status="not_reachable", plan=replace(solution.plan, odds=0.31))
    said = goal.headline(failed, region=None, odds=0.8, budget=None, words=EN)
    assert said.startswith("Lampung cannot reach 34.99% by the end of 2027 in 8 in 10 futures")
    assert "closest plan: 3 in 10 futures" in said
    assert "limits cannot be kept" in goal.headline(failed, region=None, odds=None, budget=10**9, words=EN)


def test_rupiah_of_one_kabupaten_are_said_to_be_added(solution):
    for status in ("reached", "not_reachable"):
        said = goal.headline(replace(solution, status=status), region="1872", odds=0.8, budget=None, words=EN)
        assert said.startswith("Metro ")
        assert f"{EN.rupiah(9e9)} of extra public spending" in said


def test_money_of_the_year_that_has_begun_is_warned_of(solution):
    assert "from 2026" in (goal.early_money(solution, EN) or "")
    levers = {"village_share": {"value": 1.0, "start": "2027-01"}, "enforcement": {"value": 1.0}}
    later = replace(
        solution.plan, scenario=load_scenario("baseline").replace(levers=levers), moved={"village_share": 1.0}
    )
    assert goal.early_money(replace(solution, plan=later), EN) is None


def test_a_lever_at_nothing_is_named_as_not_used(solution):
    said = goal.decisions(solution.plan, EN)
    assert said == "To be decided: Villages that pay 100%. Not used in this plan: Districts funding like Metro."
    assert goal.decisions(replace(solution.plan, moved={}), EN) == "No new decision is needed."


def test_villages_that_pay_for_nobody_do_not_count_as_a_decision():
    said = goal.decisions(plan(1, 0.5, village_share=1.0, village_people=0.0, enforcement=0.5), EN)
    assert "To be decided: Firms under inspection 50%." in said
    assert "Villages that pay, Workers per village" in said


@pytest.mark.parametrize(("rupiah", "words"), [(9_000_000_000, "adds Rp\xa05 billion"), (1_000_000_000, "saves")])
def test_the_plan_is_set_against_the_scenario_as_it_was(solution, rupiah, words):
    other = replace(solution, plan=replace(solution.plan, rupiah=rupiah))
    said = goal.against_now(other, region=None, words=EN)
    assert words.replace("\xa0", " ") in said.replace("\xa0", " ")
    assert "none of 2,000 futures" in said


def test_money_adds_up_and_company_money_stays_outside_the_public_sum(solution):
    table = goal.money_table(solution.plan, EN).set_index("Fund")
    assert table.loc["Public spending, sum"].tolist() == [EN.rupiah(x) for x in (9e9, 2e9, 7e9)]
    assert table.loc["Companies (CSR)", "Sum"] == EN.rupiah(7e9)
    assert "Provincial budget" not in table.index
    rows = goal.money_rows(solution.plan)
    assert rows["rupiah"].sum() == 16_000_000_000


def test_the_table_of_the_plan_says_from_when(solution):
    table = goal.plan_table(solution.plan, {"village_share": "7%", "metro_share": "Metro only"}, EN)
    assert table["Lever"].tolist() == ["Villages that pay", "Districts funding like Metro"]
    assert table["Needed"].tolist() == ["100%", "0%"]
    assert table["From"].tolist() == ["Feb 2026", "Feb 2026"]
    assert table["Before"].tolist() == ["7%", "Metro only"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("limit", "named"),
    [
        (Binding("lever", "enforcement", 0.2), "lever.enforcement.label"),
        (Binding("list", "vulnerable_list", 0.2), None),
        (Binding("capacity", "registration_capacity", 0.2), None),
        (Binding("time", "2028-12", 0.2), None),
        (Binding("budget", "2027", None), None),
        (Binding("yearly_change", "village", None), "fund.village"),
    ],
)
def test_every_kind_of_limit_has_its_words(limit, named, language):
    words = Words(language)
    said = goal.binding_text(limit, draws=200, words=words)
    assert "{" not in said
    assert named is None or words(named) in said
    assert limit.odds is None or words.odds(0.2, 200) in said


def test_a_plan_becomes_a_scenario_that_its_name_explains(solution):
    scenario = goal.plan_scenario(solution.plan, solution, "1872")
    assert scenario.name.id == "Rencana untuk RKP 2026, Metro, sampai Desember 2027"
    assert scenario.levers == solution.plan.scenario.levers


def delayed(what: str, delay: int, *, neither: float = 0.0, saved: float = 2e9) -> Delayed:
    lost = MonthsEarlier(1 - neither, 0.0, 0.0, neither, (1, delay, delay + 2))
    return Delayed(what, delay, lost, 0.9, 0.6, np.array([saved - 1e9, saved, saved + 3e9]))


def waiting(**more: float) -> list[Delayed]:
    return [delayed(what, delay, **more) for what in (PLAN, "metro_share") for delay in (6, 12, 24)]


def test_waiting_is_told_in_months_where_most_arrive_and_else_in_odds():
    arriving = goal.waiting_finding(waiting(), horizon=2030 * 12 + 11, draws=500, words=EN)
    assert arriving.title == "Delayed by 12 months, half of the futures reach the target at least 12 months later"
    assert EN.rupiah(2e9) in arriving.sentence
    missing = goal.waiting_finding(waiting(neither=0.7), horizon=2030 * 12 + 11, draws=500, words=EN)
    assert "on time in 9 in 10 futures, a year later in 6 in 10 futures" in missing.title


def test_waiting_tables_hold_plan_and_levers():
    table = goal.waiting_table(waiting(saved=-2e9), draws=500, words=EN)
    assert table.iloc[:, 1].tolist() == ["6 (1–8)", "12 (1–14)", "24 (1–26)"]
    assert table.iloc[:, 3].tolist() == [f"{EN.rupiah(2e9)} more"] * 3
    levers = goal.lever_waiting_table(waiting(neither=0.7), EN)
    assert levers.columns.tolist() == ["Lever", "6 months", "12 months", "24 months"]
    assert set(levers.iloc[0, 1:]) == {"most do not arrive, delayed or not"}
    assert len(goal.waiting_rows(waiting())) == 6


def test_price_of_odds_leaves_out_beaten_and_closest_plans_from_its_line():
    frame = goal_charts.frontier_frame(CURVE, draws=2000, words=EN)
    assert frame.loc[frame["part"] == "line", "x"].tolist() == [40e9, 50e9]
    assert frame.loc[frame["part"] == "beaten", "y"].tolist() == [0.49]
    assert frame.loc[frame["part"] == "closest", "x"].tolist() == [90e9]
    finding = goal_charts.frontier_finding(CURVE, target="rkp_2026", end="end of 2027", draws=2000, words=EN)
    assert finding.title == f"Reached in 3 in 10 futures: {EN.rupiah(40e9)}. In 5 in 10 futures: {EN.rupiah(50e9)}"
    assert "Not all of the odds" in finding.sentence
    notes = goal_charts.frontier_table(CURVE, EN)["Note"].tolist()
    assert notes == ["", "", "", "another plan is better", "not reached; closest plan"]


def test_price_of_odds_without_a_reached_plan_names_the_best_there_is():
    hopeless = CURVE.assign(status=["today", *["not_reachable"] * 4])
    finding = goal_charts.frontier_finding(hopeless, target="rkp_2026", end="end of 2027", draws=2000, words=EN)
    assert finding.title == f"At best 6 in 10 futures, with public spending of {EN.rupiah(90e9)}"


def test_two_levers_are_told_by_their_range_and_the_cheapest_best_cell():
    finding = goal_charts.heat_finding(GRID, PAIR, target="rkp_2026", end="end of 2027", draws=200, words=EN)
    assert "odds between fewer than 1 in 10 futures and all 200 futures" in finding.title
    assert "Districts funding like Metro 100%, Workers per village 300 people per village" in finding.sentence
    assert goal_charts.heat_frame(GRID, PAIR, draws=200, words=EN)["label"].tolist() == ["<1", "5", "5", "10"]


@pytest.mark.parametrize("look", [charts.LIGHT, charts.DARK])
def test_charts_carry_their_finding_for_those_who_do_not_see_them(look):
    frame = goal_charts.frontier_frame(CURVE, draws=2000, words=ID)
    drawn = goal_charts.frontier_chart(frame, look=look, words=ID, description="harga")
    cells = goal_charts.heat_frame(GRID, PAIR, draws=200, words=ID)
    heat = goal_charts.heat_chart(cells, GRID, PAIR, look=look, words=ID, description="dua tuas")
    assert (drawn.to_dict()["description"], heat.to_dict()["description"]) == ("harga", "dua tuas")
