"""The page "Bandingkan" as Streamlit runs it, without a browser; few futures, to be quick."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator import load_scenario
from simulator.app import runs
from simulator.app.sections import compare_parts
from simulator.scenario import decode_link, digest, encode_link, with_assumptions, with_levers
from tests import pages
from tests.pages import control, finished, said


@pytest.fixture(autouse=True)
def _few_futures(monkeypatch):
    monkeypatch.setattr(runs, "DRAWS", 40)
    monkeypatch.setattr(compare_parts, "DRAWS", 20)


def opened(**address: str) -> AppTest:
    return finished(pages.opened("compare", **address))


def standings(app: AppTest) -> list[str]:
    """Return the first column of the table, without the marks that keep it plain."""
    return [str(name).replace("\\", "") for name in app.table[0].value.iloc[:, 0]]


def test_the_baseline_is_compared_at_first_sight():
    app = opened()
    names = [load_scenario(stem).name.id for stem in ("baseline", "village_100", "metro_everywhere", "combined")]
    assert standings(app) == [f"{names[0]} (pembanding)", *names[1:]]
    assert "paling sering mencapai 34,99" in app.title[0].value.replace("\\", "")
    assert "dari 10 masa depan" in said(app)
    assert "Bandingkan" not in app.title[0].value


def test_the_scenario_on_screen_stands_beside_the_baseline_in_english():
    scenario = with_levers(load_scenario("baseline"), ["village_share=0.5"]).replace(name={"id": "A", "en": "Half"})
    app = opened(s=encode_link(scenario), lang="en")
    assert standings(app) == ["Policies go on as they are (reference)", "Half"]
    assert "against" in said(app)


def test_any_of_them_can_be_the_reference():
    app = opened()
    app.selectbox(key="pick:0").set_value("combined").run()
    app.selectbox(key="pick:3").set_value("baseline").run()
    finished(app)
    assert standings(app)[0].startswith(load_scenario("combined").name.id)
    assert app.query_params["compare"] == "combined.village_100.metro_everywhere.baseline"


def test_the_same_scenario_twice_is_compared_once_and_one_alone_not_at_all():
    app = opened(compare="baseline.baseline..")
    assert not app.table
    assert "sedikitnya dua skenario" in said(app)


def test_what_is_put_aside_stands_in_the_address_and_comes_back_with_it():
    scenario = with_levers(load_scenario("baseline"), ["village_share=0.5"])
    app = opened(s=encode_link(scenario))
    app.button(key="keep").click().run()
    finished(app)
    link, picked = (app.query_params[key] for key in ("kept", "compare"))
    assert digest(decode_link(link)) == digest(scenario)
    token = digest(scenario)[:8]
    assert picked == f"baseline.now.{token}."
    again = opened(compare=picked, kept=link)
    assert again.selectbox(key="pick:2").value == token
    again.button(key=f"forget:{token}").click().run()
    finished(again)
    assert "kept" not in again.query_params
    assert control(again.selectbox, "pick:2").value == ""


def test_a_shipped_scenario_need_not_be_put_aside():
    assert opened(s=encode_link(load_scenario("combined"))).button(key="keep").disabled


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"compare": "baseline.nobody.combined."}, "tidak dikenal (nobody)"),
        ({"kept": "1damaged"}, "tersimpan di alamat ini ditolak"),
    ],
)
def test_a_bad_address_is_refused_in_a_sentence_and_the_rest_shown(address, words):
    app = opened(**address)
    assert words in said(app)
    assert app.table


def test_names_of_users_are_text():
    named = with_levers(load_scenario("baseline"), ["village_share=0.5"]).replace(name={"id": "**x** <b>", "en": "z"})
    app = opened(s=encode_link(named))
    assert standings(app)[1] == "**x** <b>"
    assert any(r"\*\*x\*\* \<b\>" in part.value for part in app.markdown)


def test_shipped_scenarios_take_the_assumptions_on_screen():
    app = opened(s=encode_link(with_assumptions(load_scenario("combined"), ["start_rate_2025_12=0.26"])))
    members = app.table[0].value.iloc[0, 3]
    assert members != opened().table[0].value.iloc[0, 3]


def test_lever_groups_are_split_on_the_button_only():
    app = opened(s=encode_link(load_scenario("combined")))
    assert "menyumbang terbanyak" not in said(app)
    finished(app.button(key="ask:parts").click().run())
    assert "menyumbang terbanyak" in said(app)
    assert "Rata-rata 20 masa depan" in said(app)
    assert "tidak menggeser tuas" in said(opened())


def test_choices_survive_another_page():
    # What is left when a page change has emptied the address.
    app = finished(pages.opened("compare", held={"compare": "combined.baseline.."}))
    assert app.selectbox(key="pick:0").value == "combined"
    assert app.query_params["compare"] == "combined.baseline.."
