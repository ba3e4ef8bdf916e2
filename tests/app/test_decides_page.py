"""The page "Apa yang menentukan" as Streamlit runs it, without a browser; few futures, to be quick."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator import load_scenario
from simulator.answers import sensitivity
from simulator.answers.failure import Condition, Failures, Range
from simulator.app.sections import decides_failures, decides_sobol, decides_tornado
from simulator.scenario import encode_link
from tests import pages
from tests.pages import asked, said

COMBINED = encode_link(load_scenario("combined"))


@pytest.fixture(autouse=True)
def _few_futures(monkeypatch):
    monkeypatch.setattr(decides_tornado, "DRAWS", 20)
    monkeypatch.setattr(decides_failures, "DRAWS", 100)
    monkeypatch.setattr(decides_sobol, "DRAWS", 16)
    monkeypatch.setattr(sensitivity, "_QUICK_DRAWS", 5)
    few = ("lapse_bpu", "overlap_is_heavy", "list_quality", "village_months")
    monkeypatch.setattr(sensitivity, "uncertain", lambda scenario, facts: list(few))


def opened(**address: str) -> AppTest:
    return pages.opened("decides", **address)


def test_nothing_is_computed_before_it_is_asked_for():
    app = opened()
    assert not app.exception
    assert not app.get("progress")
    assert len(app.header) == 2


@pytest.mark.parametrize(("lang", "words"), [("id", "yang diukur cakupan"), ("en", "is measured instead")])
def test_where_no_future_arrives_the_title_says_what_is_measured(lang, words):
    app = asked(opened(lang=lang), "tornado")
    assert words in said(app)


def test_an_answer_to_another_target_is_marked_and_kept():
    app = asked(opened(s=COMBINED), "tornado")
    title = next(part.value for part in app.markdown if "menentukan" in part.value)
    app.selectbox(key="target_choice").set_value("rpjmn_2029").run()
    assert title in [part.value for part in app.markdown]
    assert [button for button in app.button if button.key == "renew:tornado"]


def test_answers_are_there_again_after_another_page():
    first = asked(opened(s=COMBINED), "tornado")
    again = pages.opened("decides", held={key: first.session_state[key] for key in ("asked:tornado", "s")})
    assert not again.get("progress")
    assert said(again) == said(first)


def test_conditions_are_sentences_with_a_table(monkeypatch):
    one = Condition((Range("list_quality", None, 0.75),), density=0.9, coverage=0.7, inside=0.2, base=0.3)
    monkeypatch.setattr(decides_failures, "_run", lambda question, progress, cancel: Failures(0.3, (one,), "", 100))
    app = asked(opened(s=COMBINED, target="rpjmn_2025"), "failures")
    assert "9 dari 10 masa depan seperti itu gagal" in said(app)
    assert "menjelaskan 7 dari 10 kegagalan" in said(app)
    assert app.table[0].value.shape == (1, 4)


def test_a_plan_that_fails_everywhere_is_said():
    app = asked(opened(), "failures")
    assert "semua masa depan" in said(app)
    assert not app.table
