"""What levers cost and which plan is best, with a model of a few lines in place of the real one."""

from types import SimpleNamespace

import pandas as pd
import pytest

from simulator import load_scenario
from simulator.outputs.text import Words
from simulator.outputs.workshop_frames import PlanView
from simulator.scenario import LEVERS, encode_link, with_levers
from simulator.workshop import Proposal, Round, Said, plans

BASELINE = load_scenario("baseline")
TODAY = {lever: (0.0, 0.0, 0.0) for lever in LEVERS} | {"village_people": (100.0, 100.0, 100.0)}
WORDS = Words("en")


def run(scenario):
    """Let a village worker cost 2 million rupiah a year, the full mandate 40 billion, and odds follow the mandate."""
    set_to = {id: setting.value for id, setting in scenario.levers.items()}
    rupiah = 5e9 + 2e6 * (set_to.get("village_people", 100) - 100) + 40e9 * set_to.get("public_mandate", 0)
    odds = set_to.get("public_mandate", 0)
    return SimpleNamespace(
        spending=(0.0, rupiah, 0.0),
        today=TODAY,
        targets={"rkp_2026": SimpleNamespace(odds_by_horizon=odds)},
        bands=pd.DataFrame({"q50": [0.25, 0.3 + odds / 10]}),
    )


def offers(*levers, scenario=BASELINE):
    return plans.offers(scenario, levers, run(scenario), run)


def asked(offered):
    return Round(
        id=1, room=1, number=1, kind="plan", question=Said(id="?", en="?"), target="rkp_2026",
        scenario=encode_link(BASELINE), choices=(), levers=(), offers=offered, state="revealed", answer=None,
        opened_at="", revealed_at=None,
    )  # fmt: skip


def compared(budget, **tables):
    offered = offers("village_people", "public_mandate")
    sent = [Proposal(round=1, table=table, values=values, sent_at="") for table, values in tables.items()]
    return plans.compared(asked(offered), BASELINE, sent, budget, run, WORDS)


def view(name, odds, rupiah, *, coverage=0.3, within=True):
    return PlanView(name, "", odds, rupiah, coverage, within=within, wins=False)


def test_an_offer_costs_what_its_lever_alone_costs_for_one_unit():
    people, mandate = offers("village_people", "public_mandate")
    assert (people.low, people.high, people.step, people.today, people.rupiah) == (0, 300, 10, 100, 2e6)
    assert (mandate.high, mandate.today, mandate.rupiah) == (1, 0, 40e9)


def test_an_offer_of_a_lever_that_is_set_starts_from_its_value():
    (mandate,) = offers("public_mandate", scenario=with_levers(BASELINE, ["public_mandate=0.2"]))
    assert mandate.today == 0.2
    assert mandate.rupiah == pytest.approx(40e9)


def test_an_amount_of_rupiah_stays_within_what_a_slider_can_set():
    (amount,) = offers("apbd_amount")
    assert (amount.high, amount.step) == (100e9, 1e9)


def test_a_plan_changes_only_the_levers_that_it_moves():
    offered = offers("village_people", "public_mandate")
    plan = plans.planned(BASELINE, {"village_people": 100, "public_mandate": 0.5}, offered)
    assert {id: setting.value for id, setting in plan.levers.items()} == {"public_mandate": 0.5}
    assert plans.planned(BASELINE, {"village_people": 100}, offered) is BASELINE


def test_a_plan_keeps_when_a_lever_starts():
    village = load_scenario("village_100")
    plan = plans.planned(village, {"village_people": 200.0}, offers("village_people", scenario=village))
    assert (plan.levers["village_people"].value, plan.levers["village_people"].start) == (200, "2026-03")


def test_rupiah_of_a_plan_are_those_beyond_the_scenario_without_it():
    (only,) = compared(None, Satu={"village_people": 150, "public_mandate": 0.1})
    assert only.rupiah == pytest.approx(50 * 2e6 + 4e9)
    assert only.coverage == pytest.approx(0.31)


def test_the_best_odds_within_the_budget_win_and_a_dearer_plan_cannot():
    found = compared(20e9, Murah={"public_mandate": 0.2}, Tengah={"public_mandate": 0.5}, Mahal={"public_mandate": 0.9})
    assert [(its.name, its.within, its.wins) for its in found] == [
        ("Mahal", False, False), ("Tengah", True, True), ("Murah", True, False),
    ]  # fmt: skip
    assert (
        plans.verdict_text(found, 2000, WORDS) == "Best: Tengah, 5 in 10 futures for " + WORDS.rupiah(20e9) + " a year"
    )


def test_equal_odds_are_won_with_less_rupiah():
    found = [view("Dear", 0.4, 9e9), view("Cheap", 0.4, 3e9)]
    assert plans.verdict(found) == plans.Verdict("wins", "Cheap")


def test_where_no_plan_reaches_one_in_ten_the_nearest_is_named_and_none_wins():
    found = [view("A", 0.04, 1e9, coverage=0.29), view("B", 0.0, 2e9, coverage=0.31)]
    assert plans.verdict(found) == plans.Verdict("nearest", "B")
    assert "No plan within the budget gets to 1 in 10" in plans.verdict_text(found, 2000, WORDS)
    assert not any(its.wins for its in compared(None, A={}, B={"village_people": 150}))


def test_where_all_plans_are_beyond_the_budget_none_wins():
    found = compared(1e9, Satu={"public_mandate": 0.5})
    assert plans.verdict(found) == plans.Verdict("none", None)
    assert "none wins" in plans.verdict_text(found, 2000, WORDS)


def test_the_message_holds_every_plan():
    found = compared(20e9, Satu={"public_mandate": 0.2}, Dua={"public_mandate": 0.9})
    said = plans.finding(found, 20_000_000_000, 2000, WORDS)
    assert "Satu: 2 in 10 futures" in said.alt
    assert "1 go beyond it" in said.sentence
