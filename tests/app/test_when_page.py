"""The front page as Streamlit runs it, without a browser."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from simulator import load_scenario
from simulator.scenario import decode_link, digest, encode_link, with_assumptions, with_levers
from tests.pages import control

ENTRY = Path(__file__).resolve().parents[2] / "streamlit_app.py"
TIMEOUT_SECONDS = 120  # the first run may compile the kernel


def opened(**address: str) -> AppTest:
    app = AppTest.from_file(ENTRY, default_timeout=TIMEOUT_SECONDS)
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


def texts(app: AppTest) -> str:
    parts = [*app.title, *app.caption, *app.markdown, *app.warning]
    labels = [f"{metric.label} {metric.value}" for metric in app.metric]
    return "\n".join([*(part.value for part in parts), *labels])


def figures(app: AppTest) -> list[str]:
    return [metric.value for metric in app.metric]


def test_baseline_is_on_the_page_in_indonesian():
    app = opened()
    assert not app.exception
    assert re.match(
        r"Akhir 2026: \d\d–\d\d.%, kurang \d+–\d+ poin \(\d+.ribu orang\) dari target 34,99.%", app.title[0].value
    )
    assert "dikalibrasi dengan angka terbit" in texts(app)
    assert "tidak satu pun dari 2.000 masa depan" in figures(app)


def test_page_runs_in_english():
    app = opened(lang="en")
    assert not app.exception
    assert app.title[0].value.startswith("End of 2026: ")
    assert "calibrated on published figures" in texts(app)
    assert "none of 2,000 futures" in figures(app)


def test_language_is_one_click_away_and_stands_in_the_address():
    app = opened()
    app.segmented_control(key="language").set_value("en").run()
    assert app.title[0].value.startswith("End of 2026: ")
    assert app.query_params["lang"] == "en"


def test_one_slider_moves_a_number_and_the_link():
    app = opened()
    before = figures(app)
    app.select_slider(key="value:village_share").set_value(0.5).run()
    assert not app.exception
    assert figures(app)[2] != before[2]
    assert "Desa yang menanggung" in texts(app)
    assert decode_link(app.query_params["s"]).levers["village_share"].value == 0.5


def test_baseline_is_one_click_away_and_its_address_is_bare():
    app = opened()
    before = figures(app)
    app.select_slider(key="value:village_share").set_value(0.5).run()
    control(app.selectbox, "preset").set_value("baseline").run()
    assert figures(app) == before
    assert "s" not in app.query_params


def test_click_from_a_page_that_is_not_up_to_date_moves_only_what_was_clicked():
    app = opened()
    # Both on the page as it opened, which sends along that the policy is the baseline.
    village, metro = (app.select_slider(key=f"value:{lever}") for lever in ("village_share", "metro_share"))
    app.selectbox(key="preset").set_value("baseline")
    village.set_value(0.1).run()
    metro.set_value(0.05).run()
    moved = {name: setting.value for name, setting in decode_link(app.query_params["s"]).levers.items()}
    assert moved == {"village_share": 0.1, "metro_share": 0.05}


def test_link_opens_its_scenario():
    scenario = with_levers(load_scenario("combined"), ["dbh_share=0.17"])
    app = opened(s=encode_link(scenario))
    assert app.select_slider(key="value:dbh_share").value == 0.17
    assert app.select_slider(key="value:village_share").value == 1.0
    assert digest(decode_link(app.query_params["s"])) == digest(scenario)


@pytest.mark.parametrize(
    ("lang", "words"), [("id", "Tautan ditolak"), ("en", "The link is refused, so the baseline is shown")]
)
def test_bad_link_is_refused_in_one_sentence_and_the_baseline_shown(lang, words):
    app = opened(s="1damaged", lang=lang)
    assert not app.exception
    assert [warning.value.startswith(words) for warning in app.warning] == [True]
    assert figures(app) == figures(opened(lang=lang))


def test_unknown_target_and_language_are_said():
    app = opened(target="rkp_2027", lang="xx")
    said = " ".join(warning.value for warning in app.warning).replace("\\", "")
    assert "rkp_2027" in said
    assert "xx" in said


def test_target_of_the_address_is_answered():
    app = opened(target="rpjmn_2029")
    assert "43,92" in app.title[0].value
    assert app.selectbox(key="target_choice").value == "rpjmn_2029"


@pytest.mark.parametrize("target", ["lampung_2025", "rpjpn_2045", "national_average", "all_workers"])
def test_targets_past_beyond_the_run_and_without_date_are_answered(target):
    app = opened(target=target)
    assert not app.exception
    assert "None" not in texts(app)


def test_preset_and_way_out_lead_to_the_same_numbers():
    by_button, by_preset = opened(), opened()
    by_button.button(key="way_out").click().run()
    by_preset.selectbox(key="preset").set_value("combined").run()
    assert by_button.title[0].value == by_preset.title[0].value
    assert "kurang dari 1 dari 10 masa depan" in figures(by_button)
    assert not [button for button in by_button.button if button.key == "way_out"]


def test_name_of_a_user_is_shown_as_text():
    named = load_scenario("village_100").model_copy(deep=True).replace(name={"id": "**x** <b>$y$", "en": "z"})
    strip = next(part.value for part in opened(s=encode_link(named)).markdown if "Desa yang" in part.value)
    assert r"\*\*x\*\* \<b\>\$y\$" in strip


def test_values_of_single_districts_survive_a_move():
    scenario = with_levers(load_scenario("baseline"), ["metro_share@1871=0.5"])
    app = opened(s=encode_link(scenario))
    app.select_slider(key="value:metro_share").set_value(0.2).run()
    assert decode_link(app.query_params["s"]).levers["metro_share"].districts == {"1871": 0.5}


def test_only_replaced_assumptions_are_compared_with_the_published_baseline():
    alone = opened(s=encode_link(with_assumptions(load_scenario("baseline"), ["start_rate_2025_12=0.26"])))
    assert not alone.exception
    assert "1 asumsi diganti" in texts(alone)
    assert "Acuan tanpa kebijakan baru" in texts(alone)
    assert figures(alone)[2] != figures(opened())[2]


def test_way_out_keeps_replaced_assumptions():
    app = opened(s=encode_link(with_assumptions(load_scenario("baseline"), ["lapse_bpu=0.02"])))
    app.button(key="way_out").click().run()
    chosen = decode_link(app.query_params["s"])
    assert (chosen.levers, chosen.assumptions) == (load_scenario("combined").levers, {"lapse_bpu": 0.02})
    assert not [button for button in app.button if button.key == "way_out"]


def test_a_longer_run_is_named_in_the_strip():
    app = opened(s=encode_link(load_scenario("baseline").replace(horizon="2035-12")))
    assert "hitung sampai Desember 2035" in texts(app).replace("\\", "")
