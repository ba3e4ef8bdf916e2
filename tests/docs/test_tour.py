"""The tour leads only to files and names that exist."""

import ast
import csv
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
STOPS = [
    (path, name)
    for path, names in re.findall(r"^\| `([^`]+)` \| (`.+`) \|$", TOUR, re.MULTILINE)
    for name in re.findall(r"`([^`]+)`", names)
]


def names_in(path: Path) -> set[str]:
    """What can be looked for: names and texts of code, ids of records, keys of catalogues, numbers of equations."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return names_of_code(text)
    if path.suffix == ".csv":
        return {row["id"] for row in csv.DictReader(text.splitlines())}
    if path.suffix == ".toml":
        tables = tomllib.loads(text)
        return set(tables) | set(tables.get("levers", {}))
    if path.suffix == ".po":
        return set(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE))
    return set(re.findall(r"^\(\d+\)", text, re.MULTILINE))


def names_of_code(text: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def test_there_are_stops():
    assert len(STOPS) > 40


@pytest.mark.parametrize(("path", "name"), STOPS)
def test_a_stop_is_where_the_tour_says(path, name):
    assert name in names_in(ROOT / path)


def test_files_named_in_sentences_exist():
    named = {its for its in re.findall(r"`([\w./-]+)`", TOUR) if "/" in its}
    assert [its for its in named if not its.startswith(".venv/") and not (ROOT / its).exists()] == []


def test_a_name_that_is_none_is_noticed():
    assert "no_such_function" not in names_in(ROOT / "simulator" / "model" / "draws.py")
    assert "N-999999" not in names_in(ROOT / "data" / "facts.csv")
