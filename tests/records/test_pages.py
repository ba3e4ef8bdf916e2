"""A page module puts sections in order: it is short, and computes nothing."""

import ast
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[2] / "simulator" / "app" / "pages"
MOST_LINES = 80
ARITHMETIC = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
COMPUTING = {"sum", "round", "min", "max", "abs"}


def arithmetic(source: str) -> list[int]:
    """Return the lines on which numbers are computed; a plus may join texts."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ARITHMETIC):
            found.append(node.lineno)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in COMPUTING:
            found.append(node.lineno)
    return sorted(found)


def sources() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.py")}


def test_every_page_fits_a_screen_or_two():
    lengths = {name: len(text.splitlines()) for name, text in sources().items()}
    assert len(lengths) > 8
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_pages_compute_nothing():
    assert {name: lines for name, text in sources().items() if (lines := arithmetic(text))} == {}


@pytest.mark.parametrize(
    ("code", "count"), [("a - b", 1), ("horizon // 12", 1), ("round(x)", 1), ("-1", 0), ("st.columns([7, 2])", 0)]
)
def test_the_search_for_arithmetic_finds_it(code, count):
    assert len(arithmetic(code)) == count
