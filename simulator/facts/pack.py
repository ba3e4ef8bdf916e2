"""The data pack: the folder that holds one province's facts, by default that of Lampung in `data/`.

A pack is chosen before the program starts, with the environment variable SIMULATOR_DATA, and holds for the process:
the number of kabupaten/kota is compiled into the engine. docs/new_province.md says what a pack needs.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

VARIABLE = "SIMULATOR_DATA"
_LAMPUNG = Path(__file__).parents[2] / "data"
DATA_FOLDER = Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else _LAMPUNG
IS_OWN_PACK = DATA_FOLDER != _LAMPUNG


def _table(name: str) -> dict[str, Any]:
    """Return a file of the pack, empty if it cannot be read: whoever asks for the facts is told what is wrong."""
    try:
        return tomllib.loads((DATA_FOLDER / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


_KINDS = {code: region.get("kind") for code, region in _table("regions.toml").items() if isinstance(region, dict)}
PROVINCE: str = next((code for code, kind in _KINDS.items() if kind == "province"), "")
DISTRICT_CODES: tuple[str, ...] = tuple(sorted(code for code, kind in _KINDS.items() if kind != "province"))
TARGET_IDS: tuple[str, ...] = tuple(_table("targets.toml").get("target", {}))
