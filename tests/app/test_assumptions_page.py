"""The page "Asumsi dan data" as Streamlit runs it, without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator import load_scenario
from simulator.app import edits
from simulator.facts import load_facts
from simulator.outputs.text import Words
from simulator.scenario import decode_link, encode_link, with_assumptions, with_levers
from tests import pages

FACTS = load_facts()
BASELINE = load_scenario("baseline")


def opened(tab: str | None = None, **address: str) -> AppTest:
    held = {} if tab is None else {"data_tabs": Words(address.get("lang", "id"))(f"data.tab.{tab}")}
    return pages.opened("assumptions", held=held, **address)


def texts(app: AppTest) -> str:
    return "\n".join(part.value for part in (*app.title, *app.markdown, *app.caption, *app.warning))


def cells(app: AppTest, number: int = 0) -> list[str]:
    """Return the cells of a table as they read, row by row."""
    return [str(cell).replace("\\", "") for cell in app.table[number].value.to_numpy().ravel()]


def own(app: AppTest) -> dict[str, float]:
    return decode_link(app.query_params["s"]).assumptions if "s" in app.query_params else {}


@pytest.mark.parametrize(
    ("lang", "caveats"),
    [
        ("id", ("Bukti tipis", "Sumber saling bertentangan", "Aturan tanpa anggaran")),
        ("en", ("Evidence is thin", "Sources contradict each other", "A rule without a budget")),
    ],
)
def test_page_opens_with_its_three_caveats_and_its_counts(lang, caveats):
    app = opened(lang=lang)
    for caveat in caveats:
        assert texts(app).count(caveat) == 1
    for records in (FACTS.parameters, FACTS.facts, FACTS.contradictions):
        assert str(len(records)) in app.title[0].value


@pytest.mark.parametrize("tab", ["assumptions", "facts", "contradictions", "history", "observations", "update"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_part_is_drawn_in_both_languages(tab, lang):
    app = opened(tab, lang=lang)
    assert len(app.table) >= 1
    assert "None" not in cells(app)
    assert "nan" not in cells(app)


def test_search_and_filter_leave_what_fits():
    app = opened()
    app.text_input(key="search:assumptions").set_value("berhenti membayar").run()
    assert any("Berhenti membayar, BPU mandiri" in cell for cell in cells(app))
    app.selectbox(key="filter:assumptions:grade").set_value("official").run()
    assert not app.exception
    assert len(app.table) == 0
    assert "Tidak ada yang cocok" in texts(app)


def test_one_number_replaces_a_range_is_marked_and_goes_back():
    app = opened()
    app.selectbox(key="assumption").set_value("lapse_bpu").run()
    app.toggle(key="own:lapse_bpu").set_value(True).run()
    assert not app.exception
    assert own(app)["lapse_bpu"] == pytest.approx(FACTS.parameters["lapse_bpu"].ppf(0.5), abs=5e-5)
    app.number_input(key="number:lapse_bpu").set_value(2.5).run()
    assert own(app) == {"lapse_bpu": 0.025}
    assert "1 asumsi diganti" in texts(app)
    app.text_input(key="search:assumptions").set_value("lapse_bpu").run()
    assert cells(app)[0] == "● Berhenti membayar, BPU mandiri"
    assert cells(app)[1].replace("\xa0", " ").startswith("2,5 %, tadinya 3,7 % (1,4–7,6 %)")
    app.toggle(key="own:lapse_bpu").set_value(False).run()
    assert "s" not in app.query_params
    assert cells(app)[0] == "Berhenti membayar, BPU mandiri"


def test_page_says_that_calibration_is_not_redone():
    assert "Kalibrasi tidak diulang" in texts(opened())
    assert "Calibration is not redone" in texts(opened(lang="en"))


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [("dbh_amount", 35.0, 35e9), ("eligible_total", 3_000_000.0, 3_000_000.0), ("drift", -0.5, -0.005)],
)
def test_typed_numbers_are_read_in_the_unit_that_stands_beside_them(name, typed, expected):
    app = opened(s=encode_link(with_assumptions(BASELINE, [f"{name}={FACTS.parameters[name].value}"])))
    app.selectbox(key="assumption").set_value(name).run()
    app.number_input(key=f"number:{name}").set_value(typed).run()
    assert not app.exception
    assert own(app) == {name: expected}


def test_few_whole_numbers_are_offered_one_by_one():
    app = opened()
    app.selectbox(key="assumption").set_value("grace_months").run()
    app.toggle(key="own:grace_months").set_value(True).run()
    assert app.selectbox(key="number:grace_months").options == ["1", "2", "3"]
    app.selectbox(key="number:grace_months").set_value(1.0).run()
    assert own(app) == {"grace_months": 1.0}


@pytest.mark.parametrize("name", ["dbh_cap", "benchmark_gain", "administrative_ratio"])
def test_what_no_equation_reads_is_shown_and_cannot_be_replaced(name):
    app = opened()
    app.selectbox(key="assumption").set_value(name).run()
    assert "Tidak dapat diganti" in texts(app)
    assert not [toggle for toggle in app.toggle if toggle.key == f"own:{name}"]


def test_assumptions_of_a_link_are_listed_and_go_back_one_by_one_and_together():
    link = encode_link(with_assumptions(BASELINE, ["lapse_bpu=0.02", "imitation=0.2"]))
    app = opened(s=link)
    assert "2 asumsi diganti" in texts(app)
    app.button(key="reset:imitation").click().run()
    assert own(app) == {"lapse_bpu": 0.02}
    app = opened(s=link)
    app.button(key="reset_all").click().run()
    assert "s" not in app.query_params


def test_levers_of_the_sidebar_act_on_this_page_and_keep_assumptions():
    app = opened(s=encode_link(with_assumptions(BASELINE, ["lapse_bpu=0.02"])))
    app.select_slider(key="value:village_share").set_value(0.5).run()
    assert not app.exception
    chosen = decode_link(app.query_params["s"])
    assert chosen.assumptions == {"lapse_bpu": 0.02}
    assert chosen.levers["village_share"].value == 0.5


def test_another_policy_keeps_the_assumptions_and_the_sidebar_takes_them_back():
    app = opened(s=encode_link(with_assumptions(BASELINE, ["lapse_bpu=0.02"])))
    app.selectbox(key="preset").set_value("village_100").run()
    chosen = decode_link(app.query_params["s"])
    assert (chosen.assumptions, chosen.levers) == ({"lapse_bpu": 0.02}, load_scenario("village_100").levers)
    app.button(key="reset_assumptions").click().run()
    assert decode_link(app.query_params["s"]) == load_scenario("village_100")


def test_assumptions_that_leave_no_start_are_said_and_can_be_left():
    impossible = with_assumptions(BASELINE, ["non_asn_eligible=40000"])
    app = opened(s=encode_link(impossible))
    assert ["tidak dapat berlaku bersama-sama" in warning.value for warning in app.warning] == [True]
    app.button(key="go_back").click().run()
    assert not app.warning
    assert app.title[0].value.startswith("Asumsi dan data")


def test_facts_are_filtered_by_topic_region_grade_and_text():
    app = opened("facts")
    app.selectbox(key="filter:facts:topic").set_value("apbd_programme").run()
    app.selectbox(key="filter:facts:region").set_value("1872").run()
    wanted = [fact.id for fact in FACTS.facts.values() if (fact.topic, fact.region) == ("apbd_programme", "1872")]
    assert list(app.table[0].value.iloc[:, 0].str.replace("\\", "")) == wanted[:20]
    app.text_input(key="search:facts").set_value(wanted[0]).run()
    assert cells(app)[0] == wanted[0]


def test_a_fact_leads_to_its_source_and_shows_no_markup_of_its_own():
    app = opened("facts")
    app.text_input(key="search:facts").set_value("COV-007").run()
    row = app.table[0].value.iloc[0]
    assert "](http://kupastuntas.co/2023/12/22/" in row["Alamat"]
    assert "](" not in " ".join(row.drop("Alamat"))


def test_a_contradiction_has_its_sides_what_is_used_why_and_its_effect():
    app = opened("contradictions")
    app.text_input(key="search:contradictions").set_value("tiga angka untuk desember 2023").run()
    assert len(app.table) == 1
    used = dict(zip(app.table[0].value.iloc[:, 0].str.replace("\\", ""), app.table[0].value.iloc[:, -1], strict=True))
    assert used == {"COV-007": "dipakai", "COV-015": "dipakai", "COV-017": "tidak dipakai"}
    assert "**Mengapa:**" in texts(app)
    assert "**Pengaruhnya pada hitungan:**" in texts(app)


def test_update_names_the_digest_the_newest_facts_and_the_way_to_the_next_figure():
    app = opened("update")
    assert FACTS.digest[:12] in texts(app)
    newest = max(fact.published for fact in FACTS.facts.values())
    assert newest in cells(app)[6]
    assert "docs/new-month.md" in texts(app)


def test_policy_under_other_assumptions_keeps_its_levers_and_loses_its_name():
    policy = with_levers(BASELINE, ["village_share=0.5"])
    changed = edits.under(policy, {"lapse_bpu": 0.02})
    assert changed.levers == policy.levers
    assert changed.name.en == Words("en")("scenario.own")
    assert edits.under(policy, {}) == policy
    assert edits.with_assumption(changed, "lapse_bpu", None).assumptions == {}
