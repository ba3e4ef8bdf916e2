"""The page "Capai target" as Streamlit runs it, without a browser; few futures and few free levers, to be quick."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from simulator import load_scenario
from simulator.answers import first_held, frontier
from simulator.answers.goal import DECISIONS
from simulator.app.sections import goal_questions
from simulator.model import run
from simulator.scenario import decode_link, encode_link, with_levers
from tests import pages
from tests.pages import asked, control, said

FREE = {"metro_share", "enforcement"}
LOCK = [name for name in DECISIONS if name not in FREE]
TARGET = "pergub_2025"  # 0.3262, within reach of two levers


@pytest.fixture(autouse=True)
def _few_futures(monkeypatch):
    monkeypatch.setattr(goal_questions, "DRAWS", 40)
    monkeypatch.setattr(goal_questions, "CONFIRM", 100)
    monkeypatch.setattr(goal_questions, "GRID", 2)
    monkeypatch.setattr(goal_questions, "GRID_DRAWS", 40)
    monkeypatch.setattr(frontier, "ODDS", (0.5, 0.9))


def opened(target: str = TARGET, **address: str) -> AppTest:
    return pages.opened("goal", held={"goal_lock": LOCK}, target=target, **address)


def open_fold(name: str, **address: str) -> AppTest:
    app = opened(**address)
    app.session_state[f"fold:{name}"] = True
    return app.run()


@pytest.mark.parametrize(("lang", "title"), [("id", "Apa yang harus diputuskan"), ("en", "What has to be decided")])
def test_nothing_is_searched_before_the_button_is_pressed(lang, title):
    app = opened(lang=lang)
    assert not app.exception
    assert app.title[0].value.startswith(title)
    assert not app.subheader
    assert not app.get("progress")
    assert app.selectbox(key="goal_by").value == "2027-12"
    assert app.select_slider(key="goal_odds").value == 0.8


def test_the_plan_is_one_click_away_and_has_the_odds_that_were_said():
    app = asked(opened(), "goal")
    told = re.search(r"dalam (\d+) dari 10 masa depan", app.subheader[0].value)
    assert told is not None
    app.button(key="use:plan").click().run()
    plan = decode_link(app.query_params["s"])
    assert set(plan.levers) <= FREE
    assert "Rencana untuk Pergub" in plan.name.id
    assert "menjadi skenario Anda" in said(app)
    assert "setelan sebelumnya" not in said(app)
    projection = run(plan.replace(horizon="2027-12"), draws=100, seed=1)
    horizon = projection.inputs.horizon
    held = first_held(projection.coverage, 0.3262, horizon=horizon) >= 0
    assert round(10 * held.mean()) == int(told[1])


def test_rupiah_of_the_sentence_are_those_of_the_table():
    app = asked(opened(), "goal")
    sentence = re.search(r"belanja publik (Rp\s[\d,.]+\s\w+)", app.subheader[0].value)
    assert sentence is not None
    money = app.table[1].value
    total = money[money.iloc[:, 0].str.contains("Jumlah")]["Jumlah"].iloc[0]
    assert total.replace("\\", "") == sentence[1]


def test_a_moved_slider_leaves_the_answer_as_one_for_the_settings_before():
    app = asked(opened(), "goal")
    before = app.subheader[0].value
    app.select_slider(key="value:village_share").set_value(0.5).run()
    assert app.subheader[0].value == before
    assert "setelan sebelumnya" in said(app)
    assert not app.get("progress")
    control(app.selectbox, "preset").set_value("baseline").run()
    assert "setelan sebelumnya" not in said(app)


def test_what_cannot_be_reached_is_said_with_the_closest_plan_and_what_stands_in_the_way():
    app = asked(opened("rpjpn_2045"), "goal")
    assert (
        "tidak dapat mencapai 99,5\N{NO-BREAK SPACE}% paling lambat akhir 2027 dalam 8 dari 10 masa depan"
        in app.subheader[0].value
    )
    assert "Rencana yang paling dekat: tidak satu pun dari 100 masa depan" in app.subheader[0].value
    assert "use:plan" in {button.key for button in app.button}


def test_a_ceiling_is_answered_with_its_best_odds():
    app = opened(lang="en")
    app.segmented_control(key="goal_kind").set_value("budget").run()
    app.number_input(key="goal_budget").set_value(30).run()
    assert re.match(
        r"With at most Rp\s30\sbillion a year, Lampung reaches 32.62%", asked(app, "goal").subheader[0].value
    )


def test_one_kabupaten_is_asked_about_by_its_name_and_moves_its_own_value():
    app = opened()
    app.selectbox(key="goal_region").set_value("1872").run()
    assert "apbd_months" not in app.multiselect(key="goal_lock").options
    asked(app, "goal")
    assert "Metro" in app.subheader[0].value
    app.button(key="use:plan").click().run()
    levers = decode_link(app.query_params["s"]).levers
    assert {code for setting in levers.values() for code in setting.districts} == {"1872"}
    assert all(setting.value is None for setting in levers.values())


def test_without_a_free_lever_there_is_nothing_to_search():
    app = opened()
    app.multiselect(key="goal_lock").set_value(list(DECISIONS)).run()
    assert "Semua tuas dikunci" in said(app)
    assert "ask:goal" not in {button.key for button in app.button}


def test_a_limited_rise_is_part_of_the_question():
    app = opened()
    app.number_input(key="goal_rise:apbd_district").set_value(0).run()
    asked(app, "goal")
    assert app.session_state["asked:goal"].yearly_change == (("apbd_district", 0),)


def test_waiting_needs_a_lever_that_can_be_delayed():
    assert "tidak ada yang dapat ditunda" in said(open_fold("waiting"))


def test_cost_of_waiting_names_months_and_rupiah():
    scenario = with_levers(load_scenario("baseline"), ["metro_share=1"])
    app = asked(open_fold("waiting", s=encode_link(scenario)), "waiting")
    table = app.table[0].value
    assert table.iloc[:, 0].tolist() == ["6 bulan", "12 bulan", "24 bulan"]
    assert "Ditunda 12 bulan" in said(app)


def test_price_of_odds_and_two_levers_are_drawn_with_their_sentence():
    app = asked(open_fold("heat"), "heat")
    assert "Desa yang menanggung dan Kab./kota seperti Metro" in said(app)
    app.session_state["fold:frontier"] = True
    app.run()
    asked(app, "frontier")
    assert re.search(r"Tercapai dalam .*: Rp|Paling tinggi .* dengan belanja publik Rp", said(app))
    assert "Skenario sekarang: tidak satu pun dari 100 masa depan" in said(app)


def test_the_same_lever_twice_is_refused_in_a_sentence():
    app = open_fold("heat")
    app.selectbox(key="heat_y").set_value("village_share").run()
    assert "dua tuas yang berbeda" in said(app)
    assert "ask:heat" not in {button.key for button in app.button}
