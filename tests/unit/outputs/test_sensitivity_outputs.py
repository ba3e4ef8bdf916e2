"""The command `sensitivity`: what it prints in both languages, and how numbers that do not exist are written."""

import json

import pandas as pd
import pytest

from simulator.answers.failure import Condition, Failures, Range
from simulator.cli import main
from simulator.outputs.sensitivity import condition_text, sensitivity_json
from simulator.outputs.text import Words

CONDITION = Condition(
    ranges=(Range("list_quality", None, 0.75), Range("overlap_is_heavy", 1.0, None)),
    density=0.8,
    coverage=0.25,
    inside=0.1,
    base=0.35,
)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("id", ("80 %", "25 %", "35 %", "paling tinggi 75 %", ": ya")),
        ("en", ("80%", "25%", "35%", "at most 75%", ": yes")),
    ],
)
def test_a_condition_is_a_sentence_with_its_coverage_and_density(language: str, parts: tuple[str, ...]) -> None:
    text = condition_text(CONDITION, Words(language)).replace("\u00a0", " ")
    assert all(part in text for part in parts), text


def test_numbers_that_do_not_exist_are_null() -> None:
    table = pd.DataFrame({"parameter": ["drift"], "delay_months": [float("nan")], "learned": [True]})
    its = sensitivity_json("rkp_2026", table, Failures(0.35, (CONDITION,), "", 100), None)
    assert its["ranking"] == [{"parameter": "drift", "delay_months": None, "learned": True}]
    assert its["sobol"] is None
    assert json.loads(json.dumps(its, allow_nan=False))["failures"]["conditions"][0]["density"] == 0.8


def test_an_unknown_target_is_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", "combined", "--target", "nothing"]) == 2
    assert "rkp_2026" in capsys.readouterr().err
