"""The command `sensitivity`: what it prints in both languages, and how numbers that do not exist are written."""

import json

import numpy as np
import pandas as pd
import pytest

from simulator.answers.failure import Condition, Failures, Range
from simulator.cli import main
from simulator.facts import load_facts, parse_month
from simulator.outputs.decides_charts import Context, ranking, tornado_exhibit
from simulator.outputs.sensitivity import (
    caution_text,
    condition_rows,
    condition_table,
    condition_text,
    sensitivity_json,
    sobol_table_text,
    tenths,
)
from simulator.outputs.text import LANGUAGES, Words

CONDITION = Condition(
    ranges=(Range("list_quality", None, 0.75), Range("overlap_is_heavy", 1.0, None)),
    density=0.8,
    coverage=0.21,
    inside=0.1,
    base=0.36,
)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("id", ("8 dari 10 masa depan seperti itu gagal", "2 dari 10 kegagalan", "4 dari 10", "tinggi 75 %", ": ya")),
        ("en", ("8 in 10 such futures fail", "2 in 10 failures", "4 in 10", "at most 75%", ": yes")),
    ],
)
def test_a_condition_is_a_sentence_with_its_coverage_and_density(language: str, parts: tuple[str, ...]) -> None:
    text = condition_text(CONDITION, Words(language)).replace("\u00a0", " ")
    assert all(part in text for part in parts), text


def test_numbers_of_a_condition_come_from_half_of_the_futures() -> None:
    text = caution_text(Failures(0.36, (CONDITION,), "", 2000), Words("id"))
    assert "1.000" in text
    assert "2.000" not in text


def test_months_in_a_condition_have_their_unit() -> None:
    one = Condition((Range("village_months", None, 9.0),), density=0.8, coverage=0.2, inside=0.1, base=0.3)
    assert "9 bulan" in condition_text(one, Words("id"))


def test_numbers_that_do_not_exist_are_null() -> None:
    table = pd.DataFrame({"parameter": ["drift"], "delay_months": [float("nan")], "learned": [True]})
    its = sensitivity_json("rkp_2026", table, Failures(0.35, (CONDITION,), "", 100), None)
    assert its["ranking"] == [{"parameter": "drift", "delay_months": None, "learned": True}]
    assert its["sobol"] is None
    assert json.loads(json.dumps(its, allow_nan=False))["failures"]["conditions"][0]["density"] == 0.8


def test_an_unknown_target_is_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", "combined", "--target", "nothing"]) == 2
    assert "rkp_2026" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "tidak satu pun"), (0.03, "kurang dari 1 dari 10"), (0.72, "7 dari 10"), (0.97, "lebih dari 9 dari 10"),
     (1.0, "semua")],
)  # fmt: skip
def test_tenths(share: float, text: str) -> None:
    assert tenths(share, Words("id")) == text


def test_conditions_as_a_table_and_as_plain_numbers() -> None:
    failures = Failures(0.36, (CONDITION,), "", 100)
    row = condition_table(failures, Words("en")).iloc[0]
    assert row.tolist()[1:] == ["80%", "21%", "10%"]
    rows = condition_rows(failures)
    assert rows["parameter"].tolist() == ["list_quality", "overlap_is_heavy"]
    assert rows["high"].iloc[0] == 0.75


def test_sobol_indices_stand_with_their_interval_or_say_that_nothing_varies() -> None:
    index = {"first": 0.5, "first_low": 0.4, "first_high": 0.6, "total": 0.7, "total_low": 0.6, "total_high": 0.8}
    rows = [
        {"output": "coverage", "factor": "learned", **index},
        {"output": "arrived", "factor": "list_quality", **dict.fromkeys(index, np.nan)},
    ]
    table, words = pd.DataFrame(rows), Words("en")
    assert sobol_table_text(table, "coverage", words).iloc[0].tolist()[1:] == ["0.50 (0.40–0.60)", "0.70 (0.60–0.80)"]
    assert sobol_table_text(table, "arrived", words).iloc[0].tolist()[1:] == ["does not vary"] * 2


HORIZON = parse_month("2030-12")


def row(name: str, low: str | None, high: str | None, odds: tuple[float, float], **more: object) -> dict[str, object]:
    record = load_facts().parameters[name]
    return {
        "parameter": name,
        "label_id": record.label.id,
        "label_en": record.label.en,
        "unit": record.unit,
        "grade": record.grade,
        "learned": False,
        "yearly": False,
        "low": 0.1,
        "high": 0.9,
        "arrival_low": low,
        "arrival_high": high,
        "odds_low": odds[0],
        "odds_high": odds[1],
        "odds_change": odds[1] - odds[0],
        "coverage_low": 0.30,
        "coverage_high": 0.31,
        "coverage_change": 0.01,
        "note": "",
        "ranked_by": "coverage",
        "draws": 100,
    } | more


def table(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype({"arrival_low": "str", "arrival_high": "str"})


ARRIVING = table(
    row("lapse_bpu", "2027-01", "2027-07", (0.9, 0.7)),
    row("list_quality", None, "2030-02", (0.4, 0.6)),
    row("overlap_is_heavy", "2027-03", "2027-03", (0.8, 0.7)),
)


def test_an_end_that_does_not_arrive_counts_as_the_month_after_the_horizon() -> None:
    its = ranking(ARRIVING, HORIZON)
    assert its.by == "delay"
    assert its.rows["parameter"].tolist() == ["list_quality", "lapse_bpu", "overlap_is_heavy"]
    assert its.rows["size"].tolist() == [11, 6, 0]  # February 2030 to January 2031; January to July 2027
    assert its.rows["at_least"].tolist() == [True, False, False]
    assert its.rows["bad_when_high"].tolist()[:2] == [False, True]


@pytest.mark.parametrize("measure", ["odds", "coverage"])
def test_where_neither_end_arrives_the_odds_or_the_coverage_are_told_and_the_title_says_so(measure: str) -> None:
    plain = table(
        row("lapse_bpu", None, None, (0.2, 0.1), coverage_change=-0.02, ranked_by=measure),
        row("list_quality", None, None, (0.1, 0.2), coverage_change=0.03, ranked_by=measure),
    )
    its = ranking(plain, HORIZON)
    assert its.by == measure
    assert its.rows["parameter"].tolist() == ["list_quality", "lapse_bpu"]
    assert its.rows["size"].tolist() == pytest.approx([0.1, 0.1] if measure == "odds" else [0.03, 0.02])
    assert its.rows["bad_when_high"].tolist() == [False, True]
    for language, word in (("id", {"odds": "Peluangnya", "coverage": "diukur cakupan"}), ("en", {
        "odds": "The odds", "coverage": "coverage at the"})):  # fmt: skip
        exhibit = tornado_exhibit(plain, Context(0.3499, HORIZON, HORIZON), load_facts(), Words(language))
        assert word[measure] in exhibit.finding.title


def test_a_target_that_no_future_reaches_is_said_in_the_title() -> None:
    nobody = table(row("lapse_bpu", None, None, (0.0, 0.0)))
    title = tornado_exhibit(nobody, Context(0.4392, HORIZON, HORIZON), load_facts(), Words("id")).finding.title
    assert title.startswith("Tidak ada masa depan yang mencapai 43,92")


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_is_told_by_words_and_shape_and_months_stand_with_odds(language) -> None:
    words = Words(language)
    exhibit = tornado_exhibit(ARRIVING, Context(0.3499, HORIZON, HORIZON), load_facts(), words)
    grades = {load_facts().parameters[name].grade for name in ARRIVING["parameter"]}
    shapes = [series.shape for series in exhibit.picture.series]
    assert len(shapes) == len(set(shapes)) == len(grades)
    first = ranking(ARRIVING, HORIZON).rows.iloc[0]
    assert words(f"grade.{first['grade']}.short") in exhibit.picture.rows[0]
    assert "60 → 40" in exhibit.picture.rows[0]
    assert exhibit.picture.frame.query("part == 'value'")["label"].iloc[0].startswith("≥ 11")
    assert words.percent(0.4) in exhibit.table.iloc[0, 2]
    assert words("decides.at_least", months=words("unit.months", n="11")) in exhibit.finding.alt


def test_judgement_that_was_calibrated_is_not_counted_as_mere_judgement() -> None:
    mine = [name for name, record in load_facts().parameters.items() if record.grade == "judgement"][:2]
    both = table(*(row(name, "2027-01", "2027-03", (0.9, 0.7), learned=name == mine[0]) for name in mine))
    sentence = tornado_exhibit(both, Context(0.3499, HORIZON, HORIZON), load_facts(), Words("id")).finding.sentence
    assert sentence.startswith("1 dari 2 ")
