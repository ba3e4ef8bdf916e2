"""Facts, contradictions, past programmes and observations as tables in words."""

import pytest

from simulator.facts import load_facts
from simulator.outputs import data_tables as data
from simulator.outputs.text import LANGUAGES, Words

FACTS = load_facts()
ID, EN = Words("id"), Words("en")


def read(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_record_has_its_words(language):
    words = Words(language)
    facts = data.fact_table(FACTS.facts.values(), FACTS, words)
    assert len(facts) == len(FACTS.facts)
    assert all(words(f"fact.topic.{topic}") for topic in data.topics(FACTS))
    assert len(data.history_table(FACTS, words)) == len(FACTS.history.windows)
    assert len(data.decree_table(FACTS, words)) == len(FACTS.history.decrees)
    assert len(data.observation_table(FACTS, words)) == len(FACTS.observations)
    for record in FACTS.contradictions.values():
        assert len(data.sides_table(record, FACTS, words)) >= len(record.sides)


@pytest.mark.parametrize(
    ("fact", "indonesian", "english"),
    [
        ("COV-007", "27,65 %", "27.65%"),
        ("COV-008", "824.714 orang", "824,714 people"),
        ("COV-005", "600.000 orang (550.000–650.000)", "600,000 people (550,000–650,000)"),
    ],
)
def test_figure_of_a_fact_reads_with_unit_and_range(fact, indonesian, english):
    assert read(data.fact_value_text(FACTS.facts[fact], ID)) == indonesian
    assert read(data.fact_value_text(FACTS.facts[fact], EN)) == english


def test_filters_of_facts_leave_what_fits():
    found = data.matching_facts(FACTS, topic="coverage", region="18", grade="placeholder")
    assert [fact.id for fact in found] == [
        fact.id
        for fact in FACTS.facts.values()
        if (fact.topic, fact.region, fact.grade) == ("coverage", "18", "placeholder")
    ]
    assert data.matching_facts(FACTS, text="cov-007")[0].id == "COV-007"
    assert data.matching_facts(FACTS) == list(FACTS.facts.values())


def test_regions_begin_with_lampung_and_every_fact_has_one_of_them():
    listed = data.regions(FACTS)
    assert listed[0] == "18"
    assert listed.index("1872") < listed.index("ID") < listed.index("Riau")
    assert set(listed) == {fact.region for fact in FACTS.facts.values()}
    assert data.region_text("1872", FACTS) == "Metro"
    assert data.region_text("ID", FACTS) == "Indonesia"


def test_side_of_a_contradiction_says_whether_it_is_used():
    table = data.sides_table(FACTS.contradictions["december_2023"], FACTS, EN)
    assert list(table["Fact"]) == ["COV-007", "COV-015", "COV-017"]
    assert list(table["Used?"]) == ["used", "used", "not used"]
    assert table["What it says"].iloc[-1].endswith("; an administrative count")


def test_observation_says_its_noise_and_why_it_is_left_out():
    table = data.observation_table(FACTS, EN).set_index("Fact")
    assert list(table.loc["COV-051", ["Month", "Figure", "Noise (sd)", "Used?"]]) == [
        "December 2025",
        "25.27%",
        "±0.7 points",
        "used",
    ]
    assert table.loc["COV-017", "Noise (sd)"] == "±5% of the count"
    assert table.loc["COV-020", "Why"] == "The same news as the rate of that month; not counted twice."
    assert (table["Why"] != "").all()


def test_past_programme_names_payer_months_people_and_place():
    table = data.history_table(FACTS, EN)
    row = table.iloc[list(FACTS.history.windows).index("palm_mesuji_2025")]
    assert list(row[["Months", "People", "Where", "Kind"]]) == [
        "September 2025 – January 2026",
        "1,550",
        "Mesuji",
        "realised",
    ]
    province = table.iloc[list(FACTS.history.windows).index("farmers_province_2022")]
    assert province["Where"] == "all kabupaten, without the two kota"


def test_newest_facts_come_first():
    newest = data.newest_facts(FACTS, 3)
    assert [fact.published for fact in newest] == sorted((f.published for f in FACTS.facts.values()), reverse=True)[:3]


def test_changes_of_data_are_those_of_the_newest_version_that_has_any():
    older = "## 0.2.0\n\n### Data\n\n- One\n  more line.\n- Two.\n\n### Internal\n\n- y\n"
    log = f"# Changelog\n\n## 0.3.0\n\n### Results\n\n- x\n\n{older}"
    assert data.data_changes(log) == ("0.2.0", ["One more line.", "Two."])
    assert data.data_changes("# Changelog\n\n## 0.1.0\n\n### Results\n\n- x\n") is None
