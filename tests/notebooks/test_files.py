"""What a notebook may hold: no results, no code of its own beyond showing, and every heading in two languages."""

import ast
import json
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MAY_IMPORT = {"pandas", "altair", "ipywidgets", "simulator", *sys.stdlib_module_names}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == kind]


def code(path: Path) -> ast.Module:
    return ast.parse("\n".join("".join(cell["source"]) for cell in cells(path, "code")))


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ +(.*)$", text, re.MULTILINE)


def test_there_are_six_numbered_from_one():
    assert [path.name.partition("-")[0] for path in NOTEBOOKS] == list("123456")


@each_notebook
def test_a_notebook_is_of_the_format_and_names_a_plain_kernel(path):
    content = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(content)
    assert content.nbformat == 4
    assert content.metadata == {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    assert {cell.cell_type for cell in content.cells} == {"code", "markdown"}
    assert all(cell.metadata == {} for cell in content.cells)


@each_notebook
def test_a_notebook_holds_no_result(path):
    assert [cell["id"] for cell in cells(path, "code") if cell["outputs"] or cell["execution_count"] is not None] == []


@each_notebook
def test_the_cells_of_a_notebook_have_names_of_their_own(path):
    theme = path.stem.partition("-")[2]
    ids = [cell["id"] for kind in ("markdown", "code") for cell in cells(path, kind)]
    assert sorted(ids) == [f"{theme}-{number:02d}" for number in range(1, len(ids) + 1)]


@each_notebook
def test_a_notebook_imports_the_simulator_and_what_shows_it_and_nothing_else(path):
    names = imported(code(path))
    assert "simulator" in names
    assert names - MAY_IMPORT == set()


@each_notebook
def test_headings_and_texts_come_in_two_languages(path):
    texts = ["".join(cell["source"]) for cell in cells(path, "markdown")]
    found = [heading for text in texts for heading in headings(text)]
    assert found
    assert [heading for heading in found if not re.fullmatch(r"\S.* / \S.*", heading)] == []
    paragraphs = {text: [part for part in text.split("\n\n") if not part.startswith("#")] for text in texts}
    assert [text for text, parts in paragraphs.items() if len(parts) < 2] == []


@each_notebook
def test_the_first_code_cell_chooses_the_language(path):
    first = ast.parse("".join(cells(path, "code")[0]["source"]))
    chosen = [node.value for node in first.body if isinstance(node, ast.Assign) and names_of(node) == ["LANGUAGE"]]
    assert [ast.literal_eval(value) for value in chosen] == ["id"]


def names_of(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


@each_notebook
def test_words_of_a_notebook_stand_in_both_languages(path):
    picked = [
        node.value
        for node in ast.walk(code(path))
        if isinstance(node, ast.Subscript) and ast.unparse(node.slice) == "LANGUAGE"
    ]
    languages = [
        [ast.literal_eval(key) for key in words.keys if key] for words in picked if isinstance(words, ast.Dict)
    ]
    assert languages == [["id", "en"]] * len(picked)


@each_notebook
def test_a_live_chart_brings_its_script_along(path):
    text = ast.unparse(code(path))
    assert "JupyterChart(" not in text or "JupyterChart.enable_offline(True)" in text
