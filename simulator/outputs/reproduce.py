"""The script and the notebook in a bundle, which project its scenarios again and compare every number."""

import json
from collections.abc import Sequence

from simulator.outputs.exports import Export

_OPENING = '''"""Projects the scenarios of this bundle again and compares every number / Hitung ulang dan bandingkan.

Run it with the simulator's Python from the simulator's folder / Jalankan dari folder simulator:
    .venv/bin/python PATH/TO/reproduce.py
"""'''
_ABOUT = (
    "# Hitung ulang paket ini / Repeat this bundle\n\nJalankan dengan Python simulator, dari folder simulator atau "
    "dengan folder itu di `PYTHONPATH`. / Run with the simulator's Python, from its folder or with that folder on "
    "`PYTHONPATH`."
)
_SETTINGS = """import io
import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path.cwd()))
from simulator import load_scenario, project

HERE = Path(__file__).parent if "__file__" in globals() else Path.cwd()
NAMES = {names}
DRAWS, SEED = {draws}, {seed}
VALUES = {{"quantiles": "value", "arrival": "probability", "money": "value"}}"""
_RUN = """results = [
    project(load_scenario(HERE / "scenarios" / f"{name}.toml"), draws=DRAWS, seed=SEED, name=name) for name in NAMES
]
tables = {
    "quantiles": pd.concat([result.quantiles() for result in results]),
    "arrival": pd.concat([result.arrival() for result in results]),
    "money": pd.concat([result.money() for result in results]),
}"""
_COMPARE = '''def first_difference(name, table):
    """Return where a table differs from the file beside it, None if every digit or all but the tenth are the same."""
    old = (HERE / f"{name}.csv").read_text(encoding="utf-8")
    new = table.to_csv(index=False, lineterminator="\\n")
    if old == new:
        return None
    before, after = (pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False) for text in (old, new))
    if list(before.columns) != list(after.columns) or len(before) != len(after):
        return "other rows or columns"
    for one, two in zip(before.to_dict("records"), after.to_dict("records")):
        x, y = one.pop(VALUES[name]), two.pop(VALUES[name])
        if one != two or not abs(float(x) - float(y)) <= 1e-9 * max(abs(float(x)), abs(float(y))):
            return f"{one}: {x}, {y}"
    return None


same = True
for name, table in tables.items():
    difference = first_difference(name, table)
    same = same and difference is None
    print(f"{name}.csv: {'cocok / match' if difference is None else f'tidak cocok / mismatch: {difference}'}")'''
_CLOSING = "sys.exit(0 if same else 1)"
_HEADINGS = ("Pengaturan / Settings", "Hitung / Project", "Bandingkan / Compare")


def script(export: Export) -> str:
    """Return ``reproduce.py``: exit 0 if every number is the same, else 1 and the first that differs."""
    return "\n\n".join([_OPENING, *_code(export), _CLOSING]) + "\n"


def notebook(export: Export) -> str:
    """Return ``reproduce.ipynb``: the same in cells, notebook format 4."""
    cells = [_cell("markdown", 0, _ABOUT)]
    for heading, code in zip(_HEADINGS, _code(export), strict=True):
        cells += [_cell("markdown", len(cells), f"## {heading}"), _cell("code", len(cells) + 1, code)]
    content = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _code(export: Export) -> Sequence[str]:
    names = [result.name for result in export.results]
    settings = _SETTINGS.format(names=json.dumps(names), draws=export.results[0].draws, seed=export.results[0].seed)
    return settings, _RUN, _COMPARE


def _cell(kind: str, number: int, text: str) -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text}
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell
