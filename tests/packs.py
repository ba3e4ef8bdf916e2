"""A second data pack, small and synthetic: three governments cut out of Lampung's files under other codes."""

import csv
import io
import re
import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from simulator.facts.files import FILES
from simulator.facts.pack import DATA_FOLDER

CODES = {"18": "99", "1801": "9901", "1804": "9902", "1872": "9971"}
Table = dict[str, Any]


def write_pack(folder: Path) -> None:
    """Write the pack; facts of other kabupaten/kota stay, as facts about elsewhere."""
    folder.mkdir()
    for name in (*FILES, "transfer.toml"):
        text = (DATA_FOLDER / name).read_text(encoding="utf-8")
        written = _facts(text) if name == "facts.csv" else tomli_w.dumps(_cut(name, tomllib.loads(text)))
        (folder / name).write_text(written, encoding="utf-8")


def _code(region: str) -> str:
    return CODES.get(region, f"elsewhere {region}" if re.fullmatch(r"18\d*", region) else region)


def _facts(text: str) -> str:
    rows = list(csv.DictReader(io.StringIO(text)))
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | {"region": _code(row["region"])} for row in rows)
    return out.getvalue()


def _cut(name: str, tables: Table) -> Table:
    if name == "regions.toml":
        regions = {CODES[code]: table for code, table in tables.items() if code in CODES}
        del regions["9901"]["pooled_with"]
        del regions["9971"]["facts"]["coverage_2024"]  # nobody published it here
        return regions
    if name == "history.toml":
        return {
            "window": {id: cut for id, window in tables["window"].items() if (cut := _window(window)) is not None},
            "exit": {id: table | {"region": "99"} for id, table in tables["exit"].items() if table["region"] == "18"},
        }
    if name == "targets.toml":
        for kind in tables.values():
            for target in kind.values():
                target["scope"] = _code(target["scope"])
    return tables


def _window(window: Table) -> Table | None:
    """Return a past programme with the regions that are left, None if it was of others only."""
    out = dict(window)
    for field in ("regions", "people_by_region"):
        if field in out:
            kept = [code for code in out[field] if code in CODES]
            if not kept:
                return None
            out[field] = [CODES[c] for c in kept] if field == "regions" else {CODES[c]: out[field][c] for c in kept}
    return out
