"""Assumptions that a scenario replaces: what is allowed, how they travel, and that the model has a place for each."""

import re
from pathlib import Path

import pytest

from simulator.facts import load_facts
from simulator.scenario import (
    EQUATIONS,
    LEVERS,
    QUOTED,
    Scenario,
    ScenarioError,
    allowed_bounds,
    decode_link,
    digest,
    dump_scenario,
    encode_link,
    load_scenario,
    read_scenario,
    replaceable,
    with_assumptions,
    with_levers,
)

FACTS = load_facts()
BASELINE = load_scenario("baseline")
# Up to the equations of a run; learning from figures has its own, later on.
MODEL = (Path(__file__).resolve().parents[3] / "docs" / "model.md").read_text(encoding="utf-8").split("\n## 11.")[0]
# Of the baseline as it was before scenarios could replace assumptions.
BASELINE_DIGEST = "8ab2b0604ba21a045eafae56d337dd1a390ad479d0d8211de8eb576b0c8c3154"
OLD_LINK = (
    "1w0gLuD2QwU7DMBBEf2XlC5c0aovEIXdOSAgJfmATL86SxI68TqtQ9d-ZFOjJ1u545nkuzrpeJnbNoXKRJ3HNxal3jXuRVr944Eit5C8ecTGZJ"
    "RfFOXDmGFzlJEL6lkbtVIxCohSJjUovK3EWd62cF-uyzkVTvJt_qOeB2DOVBfIVZuQ1SOYBiQ3NOYXMU0VYhC2rIg-AQWYuS4_bJDHosABmENh"
    "g0nNW0qjANVAyFmVLmdmKcowr1_Qu08Jkg0SIE42sEbEtR68xbF_1sMUBm_r_c6_QyUkyqdGUTuLvdJNYRe3igxQDqKcuTfOIrE7oM41jOlNJn"
    "tcHw2bJJnTW0pNCvUADRo1lrekZ7isldJbJuj82tZsdOvS_z0qPUYpSb51a4VwAd9wfn3b7A1j7lPV7axizx_3ucMTsxm0o_Xr9AQ"
)


def refusal(*assignments: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        with_assumptions(BASELINE, assignments)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
    return str(caught.value)


def blocks() -> dict[int, str]:
    """Return the text around each equation: from the one before it to the one after it."""
    starts = [(int(m[1]), m.start()) for m in re.finditer(r"^\((\d+)\)", MODEL, re.MULTILINE)]
    ends = [place for _, place in starts[1:]] + [len(MODEL)]
    befores = [0] + [place for _, place in starts[:-1]]
    return {number: MODEL[before:end] for (number, _), before, end in zip(starts, befores, ends, strict=True)}


def test_every_parameter_of_the_equations_has_its_equations_and_no_other():
    inputs = {name for name, record in FACTS.parameters.items() if record.role == "input"}
    assert set(EQUATIONS) | QUOTED == inputs
    assert set(EQUATIONS) & QUOTED == set()
    assert all(EQUATIONS.values())


def test_named_equations_are_those_of_the_model_and_speak_of_the_parameter():
    around = blocks()
    assert {number for numbers in EQUATIONS.values() for number in numbers} <= set(around)
    named = {name: numbers for name, numbers in EQUATIONS.items() if f"`{name}`" in MODEL and name not in LEVERS}
    assert len(named) > 40
    silent = {name: numbers for name, numbers in named.items() if not any(f"`{name}`" in around[n] for n in numbers)}
    assert silent == {}


def test_quoted_parameters_stand_in_no_equation():
    assert [name for name in QUOTED if f"`{name}`" in MODEL] == []


@pytest.mark.parametrize("name", replaceable(FACTS))
def test_both_bounds_are_allowed_and_what_lies_beyond_is_not(name):
    record = replaceable(FACTS)[name]
    low, high = allowed_bounds(record)
    assert record.bounds[0] <= low < high <= record.bounds[1]
    for bound, beyond in ((low, low - 1e-3 - abs(low) / 100), (high, high + 1e-3 + high / 100)):
        assert with_assumptions(BASELINE, [f"{name}={bound!r}"]).assumptions == {name: bound}
        assert refusal(f"{name}={beyond!r}").startswith(f"assumptions.{name} is {beyond!r}; a ")


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("laps_bpu=0.1", "assumptions.laps_bpu is not an assumption; the page Asumsi dan data and `python -m"),
        ("lapse_bpu=0.2", "assumptions.lapse_bpu is 0.2; a number (share per month) from 0.002 to 0.15 is allowed"),
        ("lapse_bpu=nan", "assumptions.lapse_bpu is nan; a number (share per month) from 0.002 to 0.15 is allowed"),
        ("lapse_bpu=3 %", "assumptions.lapse_bpu is '3 %'; a number (share per month) from 0.002 to 0.15 is allowed"),
        ("lapse_bpu", "assumptions 'lapse_bpu' sets nothing; NAME=VALUE is allowed"),
        ("grace_months=2.5", "assumptions.grace_months is 2.5; a whole number (months) from 1 to 3 is allowed"),
        ("apbd_months=12.4", "assumptions.apbd_months is 12.4; a whole number (months) from 6 to 12 is allowed"),
        ("main_budget_month=5", "assumptions.main_budget_month is 5.0; a whole number (month number) from 3 to 4"),
        ("overlap_is_heavy=0.5", "assumptions.overlap_is_heavy is 0.5; a whole number (0 or 1) from 0 to 1"),
        ("premium_jht=20000.5", "assumptions.premium_jht is 20000.5; a whole number (rupiah per month) from 20,000"),
        ("benchmark_gain=0.07", "assumptions.benchmark_gain is a yardstick for results, which no equation reads; "),
        ("administrative_ratio=0.6", "assumptions.administrative_ratio is read by calibration only; "),
        ("dbh_cap=0.3", "assumptions.dbh_cap is quoted, and no equation reads it; "),
        ("renewal_share=0.3", "assumptions.renewal_share is read from its record, not from the draws; "),
        ("village_share@1801=0.3", "assumptions.village_share@1801 is not an assumption; "),
    ],
)
def test_assumption_is_refused_with_its_path(assignment, expected):
    sentence = refusal(assignment)
    assert sentence.replace("'village_share@1801'", "village_share@1801").startswith(expected)


def test_a_slip_is_told_what_is_near():
    assert "near it are lapse_bpu" in refusal("laps_bpu=0.1")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("assumptions = 3", "assumptions is 3; a table of assumptions and numbers is allowed"),
        ("[assumptions]\nlapse_bpu = true", "assumptions.lapse_bpu is true; a number (share per month)"),
        ("[assumptions]\nlapse_bpu = {value = 0.1}", "assumptions.lapse_bpu is a table; a number (share per month)"),
        ("[assumptions]\nlapse_bpu = 0x" + "f" * 400, "assumptions.lapse_bpu is a whole number of more than 64 bits"),
        ("[assumptions]\n" + "a" * 90_000 + " = 1", "assumptions.'aaaa"),
    ],
)
def test_table_of_a_file_is_refused_with_its_path(table, expected):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(f'schema = 1\n{table}\n[name]\nid = "a"\nen = "b"\n')
    assert str(caught.value).startswith(expected)


def test_assumptions_are_ordered_by_id_and_read_alike_however_written():
    one = with_assumptions(BASELINE, ["lapse_bpu=0.03", "grace_months=1", "grace_months=2"])
    other = BASELINE.replace(assumptions={"grace_months": 2, "lapse_bpu": 3e-2})
    assert list(one.assumptions.items()) == [("grace_months", 2.0), ("lapse_bpu", 0.03)]
    assert one == other
    assert (digest(one), encode_link(one), dump_scenario(one)) == (
        digest(other),
        encode_link(other),
        dump_scenario(other),
    )
    assert dump_scenario(one).endswith("[assumptions]\ngrace_months = 2\nlapse_bpu = 0.03\n")


def test_assumptions_travel_in_file_and_link():
    written = [f"{name}={record.value}" for name, record in replaceable(FACTS).items()]
    changed = with_assumptions(load_scenario("combined"), written)
    assert decode_link(encode_link(changed)) == changed
    assert read_scenario(dump_scenario(changed)) == changed
    assert len(encode_link(changed)) < 3000


def test_assumptions_count_in_equality_and_digest_and_survive_other_changes():
    changed = with_assumptions(BASELINE, ["lapse_bpu=0.03"])
    assert changed != BASELINE
    assert digest(changed) != digest(BASELINE)
    assert digest(changed) != digest(with_assumptions(BASELINE, ["lapse_bpu=0.04"]))
    moved = with_levers(changed.replace(horizon="2035-12"), ["village_share=0.5"])
    assert moved.assumptions == {"lapse_bpu": 0.03}
    assert moved.replace(assumptions={}, levers={}, horizon="2030-12") == BASELINE


def test_the_baseline_is_what_it_was():
    assert digest(BASELINE) == BASELINE_DIGEST
    assert decode_link(OLD_LINK) == BASELINE
    assert "assumptions" not in dump_scenario(BASELINE)
    assert Scenario(**(BASELINE.model_dump(by_alias=True) | {"assumptions": {}})) == BASELINE
