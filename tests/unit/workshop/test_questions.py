"""What can be asked, and what the model answers, worked by hand."""

from types import SimpleNamespace

import pandas as pd
import pytest

from simulator import load_scenario
from simulator.facts.calendar import parse_month
from simulator.scenario import TARGET_IDS, shipped, with_levers
from simulator.workshop import NEVER, questions
from simulator.workshop.records import LONGEST_QUESTION, Vote

CHOICES = ("2026-06", "2026-12", "2027-06", "2027-12", NEVER)
BASELINE = load_scenario("baseline")


def overview(by, *, due=None, horizon="2027-12"):
    """Return what an overview holds of one target: `by` is the share that has arrived by the end of each half-year."""
    first, last = parse_month("2026-01"), parse_month(horizon)
    arrived = {parse_month(month): share for month, share in by.items()}
    shares, now = [], 0.0
    for month in range(first, last + 1):
        now = arrived.get(month, now)
        shares.append(now)
    curve = pd.DataFrame({"target": "rkp_2026", "month": range(first, last + 1), "held": shares})
    view = SimpleNamespace(value=0.3499, odds_held=due, odds_by_horizon=now)
    return SimpleNamespace(curves=curve, targets={"rkp_2026": view}, horizon=last, draws=2000)


def vote(choice, lever=None):
    return Vote(round=1, person=1, name="", table="", choice=choice, lever=lever, cast_at="")


def test_choices_are_the_half_years_to_the_horizon_and_never():
    assert questions.choices(BASELINE.replace(horizon="2027-12")) == CHOICES


def test_a_horizon_inside_a_half_year_has_its_choice():
    assert questions.choices(BASELINE.replace(horizon="2027-08")) == CHOICES


def test_shares_are_what_each_half_year_adds_and_sum_to_one():
    shown = overview({"2026-05": 0.1, "2026-12": 0.3, "2027-07": 0.6})
    found = questions.answer(shown, "rkp_2026", CHOICES)
    assert found.shares == pytest.approx({"2026-06": 0.1, "2026-12": 0.2, "2027-06": 0.0, "2027-12": 0.3, NEVER: 0.4})
    assert sum(found.shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("by", "central"),
    [
        ({"2026-06": 0.6}, "2026-06"),
        ({"2026-06": 0.3, "2027-02": 0.51}, "2027-06"),
        ({"2026-06": 0.5, "2027-12": 0.55}, "2027-12"),  # one half is not passed
        ({"2026-06": 0.2, "2027-12": 0.5}, NEVER),
        ({}, NEVER),
    ],
)
def test_the_central_choice_is_that_of_the_middle_future(by, central):
    assert questions.answer(overview(by), "rkp_2026", CHOICES).central == central


def test_odds_are_those_by_the_official_month_else_by_the_horizon():
    assert questions.answer(overview({"2027-12": 0.7}, due=0.2), "rkp_2026", CHOICES).odds == 0.2
    assert questions.answer(overview({"2027-12": 0.7}), "rkp_2026", CHOICES).odds == 0.7


def test_the_sentence_says_odds_and_middle_in_both_languages():
    said = questions.answer(overview({"2027-03": 0.8}), "rkp_2026", CHOICES).sentence
    assert said.id == "Model: 8 dari 10 masa depan menahan 34,99\N{NO-BREAK SPACE}% setahun s.d. akhir 2027; " + (
        "yang di tengah mulai Jan–Jun 2027."
    )
    assert "none of 2,000 futures" in questions.answer(overview({}), "rkp_2026", CHOICES).sentence.en


def test_a_run_that_ends_before_the_choices_is_answered_up_to_its_end():
    found = questions.answer(overview({"2026-12": 0.6}, horizon="2026-12"), "rkp_2026", CHOICES)
    assert found.shares["2027-12"] == 0
    assert found.shares[NEVER] == pytest.approx(0.4)


def test_hits_are_votes_on_the_central_choice():
    assert questions.hits([vote("2026-06"), vote(NEVER), vote(NEVER)], NEVER) == 2


def test_the_lever_named_most_and_its_equals_are_returned():
    votes = [vote(NEVER, "dbh_share"), vote(NEVER, "csr_amount"), vote(NEVER)]
    assert questions.named_most(votes) == (("csr_amount", "dbh_share"), 1)
    assert questions.named_most([vote(NEVER)]) == ((), 0)


def test_built_in_questions_name_shipped_scenarios_and_known_targets():
    assert len(questions.BUILT_IN) >= 5
    for its in questions.BUILT_IN.values():
        assert its.scenario in shipped()
        assert its.target in TARGET_IDS
        assert its.said.id != its.said.en
        assert max(len(its.said.id), len(its.said.en)) <= LONGEST_QUESTION


def test_a_question_of_ones_own_names_what_the_scenario_changes():
    said = questions.automatic(with_levers(BASELINE, ["dbh_share=0.2"]), "rkp_2026")
    assert "Bagian DBH untuk iuran: 20" in said.id
    assert "34.99%" in said.en


def test_a_question_about_many_changes_stays_short_enough_to_be_asked():
    many = with_levers(BASELINE, [f"{lever}=0.5" for lever in ("enforcement", "public_mandate", "village_share")])
    many = with_levers(many, ["dbh_share=0.2", "metro_share=1", "csr_renewal=1"])
    said = questions.automatic(many, "rkp_2026")
    assert "seperti di layar" in said.id
    assert len(said.id) <= LONGEST_QUESTION


def test_a_plan_is_asked_for_with_its_budget():
    asked = questions.automatic(BASELINE, "rkp_2026", kind="plan", budget=30_000_000_000)
    assert "Rp\N{NO-BREAK SPACE}30\N{NO-BREAK SPACE}miliar" in asked.id
    assert "Rp" not in questions.automatic(BASELINE, "rkp_2026", kind="plan").id
