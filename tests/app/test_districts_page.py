"""The page "Kabupaten/Kota" as Streamlit runs it, without a browser; few futures, to be quick."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from simulator import load_scenario
from simulator.app import edits, runs
from simulator.app.sections import district_split
from simulator.outputs.districts import SEARCHED, Proposal
from simulator.scenario import DISTRICT_CODES, LEVERS, Setting, decode_link, encode_link, with_levers
from tests import pages
from tests.pages import asked, checked

BASELINE = load_scenario("baseline")
COMBINED = encode_link(load_scenario("combined"))


@pytest.fixture(autouse=True)
def _few_futures(monkeypatch):
    monkeypatch.setattr(runs, "DETAILED_DRAWS", 30)
    monkeypatch.setattr(runs, "DRAWS", 30)


def opened(**address: str) -> AppTest:
    return pages.opened("districts", **address)


def scenario(app: AppTest):
    link = app.query_params.get("s")
    return BASELINE if link is None else decode_link(link[0] if isinstance(link, list) else link)


def said(app: AppTest) -> str:
    return pages.said(app).replace("\N{NO-BREAK SPACE}", " ")


def opened_fold(app: AppTest) -> AppTest:
    app.session_state["district_levers"] = True
    return checked(app.run())


@pytest.mark.parametrize(
    ("lang", "order", "draws"),
    [("id", "bukan hasil hitungan", "30 masa depan"), ("en", "is not a result", "30 futures")],
)
def test_people_come_first_and_ranks_are_no_result(lang, order, draws):
    app = opened(s=COMBINED, lang=lang)
    text = said(app)
    assert "34" in app.title[0].value
    assert "%" in app.title[0].value
    assert text.count(order) == 1
    assert draws in text
    assert len(app.table[0].value) == len(DISTRICT_CODES)


def test_baseline_stands_alone():
    app = opened(lang="en")
    assert "Missing in the baseline" not in app.table[0].value.columns
    assert "Missing in the baseline" in opened(lang="en", s=COMBINED).table[0].value.columns


def test_other_target_other_numbers():
    app = opened(lang="en")
    before = app.table[0].value
    app.selectbox(key="target_choice").set_value("rpjmn_2029").run()
    assert not checked(app).table[0].value.equals(before)
    assert "43.92%" in said(app)


def test_one_and_two_with_their_warnings():
    app = opened(lang="en")
    app.selectbox(key="district_one").set_value("1871").run()
    assert "Sources that disagree about it: 1" in [fold.label for fold in checked(app).expander]
    assert not app.warning
    app.selectbox(key="district_two").set_value("1813").run()
    text = said(checked(app))
    assert "Bandar Lampung: coverage" in text
    assert "Pesisir Barat: coverage" in text
    assert len(app.warning) == 1
    assert "1.9%" in app.warning[0].value.replace("\\", "")
    app.selectbox(key="district_one").set_value("1813").run()  # the second gives way
    assert checked(app).selectbox(key="district_two").value == ""


def test_own_value_goes_into_the_link_and_back():
    app = opened_fold(opened(lang="en"))
    app.selectbox(key="district_lever").set_value("village_share").run()
    app.select_slider(key="own:village_share:1801").set_value(0.5).run()
    assert scenario(checked(app)).levers["village_share"].districts == {"1801": 0.5}
    assert scenario(app).levers["village_share"].value is None
    app = opened_fold(app)
    app.button(key="own_reset:1801").click().run()
    assert scenario(checked(app)).levers == {}


def test_rule_goes_into_the_link():
    app = opened()
    app.selectbox(key="allocation").set_value("gap").run()
    assert scenario(checked(app)).allocation == "gap"
    assert "Belum berpengaruh" in said(app)
    paid = encode_link(with_levers(BASELINE, ["apbd_amount=20e9"]))
    assert "Belum berpengaruh" not in said(opened(s=paid))


@pytest.mark.parametrize(("gain", "billions"), [(1234.0, 16), (-50.0, 17)])  # answers are kept by question
def test_proposal_is_asked_for_shown_and_taken_over_if_it_adds_members(monkeypatch, gain, billions):
    own = Setting(districts={code: 10**9 * (1 + (code == "1804")) for code in DISTRICT_CODES})

    def propose(split, progress, cancel):
        assert (split.lever, split.rupiah) == ("apbd_amount", billions * 10**9)
        plans = {"registry": BASELINE, SEARCHED: BASELINE.replace(levers={"apbd_amount": own})}
        rupiah = dict.fromkeys(plans, np.full(15, 1e9))
        return Proposal({"registry": 0.0, SEARCHED: gain}, rupiah, plans, 30)

    monkeypatch.setattr(district_split, "_propose", propose)
    app = opened(lang="en")
    app.number_input(key="split_amount:apbd_amount").set_value(billions).run()
    asked(app, "split")
    if gain < 0:
        assert "no split found is better" in said(checked(app))
        assert not [button for button in app.button if button.key == "use:split"]
        return
    assert "1.2 thousand people more" in said(checked(app))
    app.button(key="use:split").click().run()
    assert scenario(checked(app)).levers["apbd_amount"].districts == own.districts


def test_edits_of_one_leave_the_others():
    plan = with_levers(BASELINE, ["village_share=0.4", "village_share@1801=0.9", "village_share@1802=0.2"])
    changed = edits.with_own_value(plan, "village_share", "1801", None)
    assert (changed.levers["village_share"].value, changed.levers["village_share"].districts) == (0.4, {"1802": 0.2})
    assert edits.with_own_value(BASELINE, "village_share", "1801", None) == BASELINE
    alone = edits.with_own_value(BASELINE, "csr_amount", "1871", 10**9)
    assert edits.without_own_values(alone, "1871").levers == {}
    assert plan.levers["village_share"].districts == {"1801": 0.9, "1802": 0.2}


def test_levers_of_the_province_alone_are_not_offered():
    app = opened_fold(opened(lang="en"))
    assert len(app.selectbox(key="district_lever").options) == sum(not lever.province_only for lever in LEVERS.values())
