"""Assumptions in words: values and ranges in their unit, marks, and what a scenario replaces."""

import numpy as np
import pytest

from simulator import load_scenario
from simulator.facts import Parameter, load_facts
from simulator.model.posterior import Posterior
from simulator.outputs import assumptions as about
from simulator.outputs.lever_text import changes
from simulator.outputs.text import LANGUAGES, Words
from simulator.scenario import EQUATIONS, allowed_bounds, is_whole, replaceable, with_assumptions

FACTS = load_facts()
BASELINE = load_scenario("baseline")
ID, EN = Words("id"), Words("en")


def record(name: str) -> Parameter:
    return FACTS.parameters[name]


def read(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("name", "value", "indonesian", "english"),
    [
        ("lapse_bpu", 0.03, "3 %", "3%"),
        ("lapse_bpu", 0.0275, "2,75 %", "2.75%"),
        ("eligible_total", 3_130_000, "3.130.000", "3,130,000"),
        ("dbh_amount", 22e9, "Rp 22 miliar", "Rp 22 billion"),
        ("premium_jkk_jkm", 16_800, "Rp 16.800", "Rp 16,800"),
        ("main_budget_month", 3, "Maret", "March"),
        ("grace_months", 3, "3", "3"),
        ("overlap_is_heavy", 1, "ya", "yes"),
        ("overlap_is_heavy", 0, "tidak", "no"),
        ("imitation", 0.5, "0,50", "0.50"),
        ("disturbance_memory", 0.944, "0,944", "0.944"),
        ("drift", -0.001, "-0,1 %", "-0.1%"),
    ],
)
def test_value_reads_in_its_unit_and_language(name, value, indonesian, english):
    assert read(about.value_text(record(name), value, ID)) == indonesian
    assert read(about.value_text(record(name), value, EN)) == english


@pytest.mark.parametrize(
    ("name", "spread", "shown"),
    [
        ("lapse_bpu", (0.0141, 0.037, 0.0758), "3,7 % (1,4–7,6 %)"),
        ("members_share_bpu", (0.12, 0.178, 0.246), "18 % (12–25 %)"),
        ("start_rate_2025_12", (0.2502, 0.2527, 0.2552), "25,27 % (25,02–25,52 %)"),
        ("eligible_total", (2_979_303, 3_129_999, 3_288_314), "3.130.000 (2.979.000–3.288.000)"),
        ("drift", (-0.011, -0.001, 0.009), "-0,1 % (-1,1 sampai 0,9 %)"),
        ("main_budget_month", (3, 3, 4), "Maret (Maret–April)"),
        ("metro_intensity", (0.13, 0.13, 0.13), "13 %"),
        ("overlap_is_heavy", (0, 0, 1), "20 % ya"),
        ("dbh_amount", (12.4e9, 22e9, 39.1e9), "Rp 22 miliar (Rp 12,4–39,1 miliar)"),
        ("district_cost_year", (203_437, 215_396, 237_006), "Rp 215.400 (Rp 203.400–237.000)"),
    ],
)
def test_range_has_the_digits_that_tell_its_ends_apart(name, spread, shown):
    assert read(about.spread_text(record(name), spread, ID)) == shown


def test_spread_of_a_prior_is_its_quantiles():
    low, median, high = about.prior_spread(record("imitation"))  # uniform from 0 to 1
    assert (low, median, high) == pytest.approx((0.05, 0.5, 0.95))
    assert about.prior_spread(record("metro_intensity")) == (0.13, 0.13, 0.13)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_parameter_is_a_row_in_both_languages(language):
    table = about.assumption_table(FACTS, FACTS.parameters, Words(language), replaced={})
    assert len(table) == len(FACTS.parameters)
    assert (table.map(len).drop(columns=Words(language)("assumption.column.facts")) > 0).all(axis=None)
    for name in FACTS.parameters:
        assert about.input_unit_text(record(name), Words(language))
        assert about.bounds_text(record(name), Words(language))


def test_every_part_of_the_model_has_its_name_and_every_equation_its_part():
    assert {about.part_of(name) for name in FACTS.parameters} == {*about.PARTS, "none"}
    for language in LANGUAGES:
        for part in (*about.PARTS, "none"):
            assert Words(language)(f"assumption.part.{part}")
    assert (about.part_of("eligible_total"), about.part_of("keep_six_months")) == ("start", "month")
    assert about.equations_text("lapse_bpu") == "(6), (14)"
    assert about.equations_text("dbh_cap") == ""
    assert all(about.equations_text(name) for name in EQUATIONS)


def test_replaced_row_is_marked_and_says_what_it_was():
    plain, marked = (
        about.assumption_table(FACTS, ["imitation"], ID, replaced=replaced) for replaced in ({}, {"imitation": 0.2})
    )
    assert list(plain.iloc[0, :2]) == ["Pengaruh tetangga", "0,50 (0,05–0,95)"]
    assert list(marked.iloc[0, :2]) == ["● Pengaruh tetangga", "0,20, tadinya 0,50 (0,05–0,95)"]


def test_learned_column_is_fed_by_what_calibration_learned():
    names = ["drift", "imitation"]
    column = ID("assumption.column.learned")
    assert list(about.assumption_table(FACTS, names, ID, replaced={})[column]) == ["belum", "belum"]
    table = about.assumption_table(FACTS, names, ID, replaced={}, learned={"drift": (-0.014, -0.006, 0.004)})
    assert [read(cell) for cell in table[column]] == ["-0,6 % (-1,4 sampai 0,4 %)", "tidak"]


def test_learned_spreads_are_quantiles_of_the_draws_in_the_data_month():
    values = np.column_stack([np.arange(101) / 100, np.full(101, 0.4), np.full(101, 0.19)])
    names = ("season_trough", "members_share_bpu", "members_share_bpu/2025_12")
    posterior = Posterior(names, values, shocks=np.zeros((101, 1)), proposal=np.zeros(101, dtype=np.int64))
    assert about.learned_spreads(FACTS, posterior) == {
        "season_trough": pytest.approx((0.05, 0.5, 0.95)),
        "members_share_bpu": pytest.approx((0.19, 0.19, 0.19)),
    }


def test_search_reads_ids_both_languages_and_facts():
    assert about.matching(FACTS, text="lapse_bpu") == ["lapse_bpu"]
    assert "lapse_bpu" in about.matching(FACTS, text="BERHENTI membayar")
    assert "lapse_bpu" in about.matching(FACTS, text="stop paying month")
    cited = [name for name in FACTS.parameters if "COV-051" in record(name).facts]
    assert about.matching(FACTS, text="cov-051") == cited
    graded = about.matching(FACTS, grade="placeholder", part="month")
    assert graded == ["registration_capacity"]


def test_replaced_assumptions_and_a_longer_run_are_among_the_changes():
    scenario = with_assumptions(BASELINE, ["imitation=0.2", "metro_intensity=0.2"]).replace(horizon="2035-12")
    assert [read(change) for change in changes(scenario, ID)] == [
        "Pengaruh tetangga: 0,20 (tadinya 0,05–0,95)",
        "Intensitas Metro: 20 % (tadinya 13 %)",
        "hitung sampai Desember 2035",
    ]
    assert changes(scenario, EN)[-1] == "run to December 2035"
    learned = {"imitation": (0.1, 0.3, 0.4)}
    assert changes(scenario, ID, learned)[0] == "Pengaruh tetangga: 0,20 (tadinya 0,10–0,40)"
    assert changes(BASELINE, ID) == []


def test_file_of_assumptions_holds_every_parameter_and_the_scenarios_numbers():
    rows = about.assumption_rows(FACTS, with_assumptions(BASELINE, ["imitation=0.2"])).set_index("id")
    assert list(rows.index) == list(FACTS.parameters)
    assert rows["replaced_by"].dropna().to_dict() == {"imitation": 0.2}
    assert rows.loc["imitation", ["q05", "q50", "q95"]].tolist() == pytest.approx([0.05, 0.5, 0.95])


@pytest.mark.parametrize(
    ("name", "value", "now", "decimals"),
    [
        ("lapse_bpu", 0.0275, 2.75, 2),  # a share is typed in per cent
        ("dbh_amount", 22e9, 22.0, 2),  # money of a year in billions
        ("eligible_total", 3_130_000, 3_130_000.0, 0),
    ],
)
def test_a_number_is_typed_in_its_unit_and_read_back(name, value, now, decimals):
    typed = about.typed(record(name), value)
    assert (typed.now, typed.decimals) == (now, decimals)
    assert typed.least <= typed.now <= typed.most
    assert about.from_typed(record(name), typed.now) == value


def test_a_step_is_about_a_hundredth_of_what_can_be_typed():
    for name in replaceable(FACTS):
        typed = about.typed(record(name), record(name).value)
        if typed.step >= 1 and is_whole(record(name)):
            continue  # people are not typed in parts, however narrow their range
        parts = (typed.most - typed.least) / typed.step
        assert 99.999 <= parts < 1000.001, name


def test_three_typed_per_cent_are_no_bit_beside_it():
    assert about.from_typed(record("lapse_bpu"), 2.9) == 0.029  # 2.9 / 100 is 0.028999999999999998


def test_the_middle_of_a_range_is_rounded_to_what_can_be_typed_and_stays_allowed():
    assert about.nearest_typed(record("lapse_bpu"), 0.0370123) == 0.037
    low, high = allowed_bounds(record("lapse_bpu"))
    for value in (low, high):
        assert low <= about.nearest_typed(record("lapse_bpu"), value) <= high
