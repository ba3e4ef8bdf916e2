import csv
import math
import re
from collections import Counter
from pathlib import Path

import pytest

from simulator.facts import load_facts
from simulator.facts.arithmetic import evaluate

DATA = Path(__file__).parents[2] / "data"
FACTS = load_facts().facts
DERIVED = [name for name, fact in FACTS.items() if fact.source_kind == "derived"]
WEAK = {"COV-057", "EFF-025", "NAT-027", "PPK-014", "TGT-008", "TGT-010", "TGT-022", "TGT-023"}


def raw_rows():
    with (DATA / "facts.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


ROWS = raw_rows()


def grade_by_rule(fact):
    """The rule of data/README.md, written again."""
    lampung = re.fullmatch(r"18(\d\d)?", fact.region) is not None
    if fact.source_kind == "assumption":
        return "judgement"
    if fact.id in WEAK or fact.source == "press reports":
        return "placeholder"
    if not lampung and fact.region != "ID":
        return "borrowed"
    if "interpolated" in fact.quantity:
        return "judgement"
    published = fact.topic in ("target", "contribution") and fact.source_kind != "derived"
    if fact.source_kind in ("regulation", "census") or published:
        return "official"
    return "lampung" if lampung else "borrowed"


def test_all_facts_are_there_and_no_prior_is_among_them():
    assert len(FACTS) == 716
    assert Counter(f.source_kind for f in FACTS.values()) == {
        "press": 479,
        "derived": 118,
        "census": 53,
        "seed": 32,
        "regulation": 31,
        "assumption": 3,
    }
    assert not [name for name in FACTS if name.startswith("PRI")]
    assert "prior" not in {fact.topic for fact in FACTS.values()}


def test_every_fact_names_a_source_and_no_file():
    assert [fact.id for fact in FACTS.values() if not fact.source.strip()] == []
    assert [fact.id for fact in FACTS.values() if re.search(r"\.txt|\d{3}_[0-9a-f]{8}", fact.source + fact.note)] == []


def test_grades_follow_the_written_rule():
    assert {f.id: f.grade for f in FACTS.values()} == {f.id: grade_by_rule(f) for f in FACTS.values()}


def test_every_derived_row_has_its_arithmetic_or_a_reason():
    assert list(load_facts().derivations) == DERIVED
    assert [n for n, d in load_facts().derivations.items() if d.not_recomputed] == ["LAB-017", "ELI-017"]


@pytest.mark.parametrize("name", DERIVED)
def test_derived_row_is_recomputed_within_its_rounding(name):
    derivation = load_facts().derivations[name]
    if derivation.expression is None:
        assert derivation.not_recomputed
        return
    printed = ROWS[name]["value"]
    decimals = len(printed.partition(".")[2])
    step = derivation.round_to or 10.0**-decimals
    values = {fact.id: fact.value for fact in FACTS.values()}
    assert abs(evaluate(derivation.expression, values) - float(printed)) <= step / 2 * (1 + 1e-9)


def test_coarse_rounding_is_used_for_few_rows_only():
    coarse = {name for name, d in load_facts().derivations.items() if d.round_to is not None}
    assert coarse == {
        "COV-052", "COV-056", "KAB-016", "DBH-027", "FIS-031", "FIS-032", "APB-017", "N-135", "N-150", "N-151",
    }  # fmt: skip


def test_growth_over_two_years_closes_with_its_square_root():
    assert FACTS["ELI-017"].value == pytest.approx(100 * (math.sqrt(3.133 / 2.983) - 1), abs=0.005)


def test_figures_known_by_heart():
    assert FACTS["COV-051"].value == 25.27
    assert FACTS["ELI-007"].value == 3_058_943
    assert FACTS["N-134"].value == 58.03
    assert FACTS["SEG-018"].value == 380_270
    assert FACTS["TGT-016"].value == 58.35
