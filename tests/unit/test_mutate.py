"""Mutants differ from what they were made of in one place, and no test file of a group is missing."""

import ast
from pathlib import Path

import pytest

from simulator.answers import margins
from tools.mutate import GROUPS, mutants_of, write_mutant

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("module", [module for group in GROUPS.values() for module in group.modules])
def test_mutants_of_a_module_are_many_and_all_differ(module):
    every = list(mutants_of(module))
    assert len(every) >= 10
    assert all(mutant.before != mutant.after for mutant in every)


def test_a_mutant_changes_one_place_and_says_which():
    told = [(its.function, its.before, its.after) for its in mutants_of(margins.__name__)]
    assert ("odds_of", "margins >= 0", "margins < 0") in told
    assert ("held_margin", "target - HOLD_SLACK", "target + HOLD_SLACK") in told
    assert ("touched_margin", "max", "min") in [(function, before[-3:], after[-3:]) for function, before, after in told]


def test_the_tests_of_every_group_exist():
    named = {name.partition("::")[0] for group in GROUPS.values() for name in group.tests}
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_a_written_mutant_differs_in_its_place_alone(tmp_path):
    before = (ROOT / "simulator" / "answers" / "margins.py").read_text(encoding="utf-8")
    (mutant,) = [its for its in mutants_of(margins.__name__) if its.after == "margins < 0"]
    write_mutant(mutant, tmp_path / "mutant.py")
    after = (tmp_path / "mutant.py").read_text(encoding="utf-8")
    expected = ast.unparse(ast.parse(before)).replace("(margins >= 0)", "(margins < 0)")
    assert after == expected
    assert (ROOT / "simulator" / "answers" / "margins.py").read_text(encoding="utf-8") == before
