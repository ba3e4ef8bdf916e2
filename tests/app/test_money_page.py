"""The page "Anggaran" as Streamlit runs it, without a browser; few futures, to be quick."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from simulator import load_scenario
from simulator.app import runs
from simulator.app.sections import money_ledgers
from simulator.scenario import encode_link
from tests import pages
from tests.pages import finished, said

BASELINE = load_scenario("baseline")
VILLAGES = encode_link(load_scenario("village_100"))


@pytest.fixture(autouse=True)
def _few_futures(monkeypatch):
    monkeypatch.setattr(runs, "DRAWS", 40)
    monkeypatch.setattr(money_ledgers, "DRAWS", 20)


def opened(**address: str) -> AppTest:
    return finished(pages.opened("money", **address))


def charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


@pytest.mark.parametrize(
    ("lang", "words"), [("id", "kehilangan perlindungan setahun kemudian"), ("en", "have lost cover a year later")]
)
def test_the_sentence_says_what_is_spent_left_and_lost(lang, words):
    app = opened(lang=lang, s=VILLAGES)
    title = app.title[0].value.replace("\\", "")
    assert len(re.findall(r"Rp\s", title)) == 2
    assert words in title
    assert charts(app) == 5
    assert ("Acuan:" if lang == "id" else "Baseline:") in said(app)


def test_the_baseline_stands_alone_and_todays_programmes_stop():
    app = opened()
    assert "Acuan:" not in said(app)
    assert "semua program hari ini" in said(app)


def test_another_month_of_the_stop_is_computed_on_demand():
    app = opened(s=VILLAGES)
    assert "berhenti pada Januari 2028" in said(app)
    app.selectbox(key="stop_month").set_value("2029-03").run()
    assert "berhenti pada Maret 2029" not in said(app)
    finished(app.button(key="ask:stop").click().run())
    assert "berhenti pada Maret 2029" in app.title[0].value.replace("\\", "")


def test_those_who_pay_themselves_are_shown_on_demand():
    app = opened()
    before = app.get("vega_lite_chart")[2].proto.spec
    app.toggle(key="money_everybody").set_value(True).run()
    assert "membayar sendiri" not in before
    assert "membayar sendiri" in app.get("vega_lite_chart")[2].proto.spec


def test_no_money_at_all_is_said():
    levers = ("village_share", "metro_share", "apbd_amount", "dbh_share", "csr_amount", "public_mandate")
    app = opened(s=encode_link(BASELINE.replace(levers=dict.fromkeys(levers, 0))), lang="en")
    assert not app.warning
    assert app.title[0].value.replace("\\", "") == "No public money pays premiums a year"
    assert "that money would pay for nobody" in said(app)


def test_an_own_rate_of_death_grants_is_named_as_such():
    own = BASELINE.replace(assumptions={"death_claims": 0.01})
    assert "Bukti: data Lampung" in said(opened())
    assert "angka yang Anda tetapkan sendiri" in said(opened(s=encode_link(own)))
