"""Scenarios that users keep under a name: one ordinary scenario file each, in a folder of this machine."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from simulator.outputs.text import SaidError
from simulator.scenario import Name, Said, Scenario, ScenarioError, load_scenario, save_scenario

FOLDER_VARIABLE = "SIMULATOR_SAVES"
MOST = 200
TAKEN = "saves.taken"
_SUFFIX = ".toml"
_SLUG_LETTERS, _HASH_LETTERS = 40, 8
# Windows gives these names to devices, whatever stands behind the point.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


class SaveError(SaidError):
    """Something cannot be done with saved scenarios."""


@dataclass(frozen=True)
class Saved:
    """One file of the folder.

    Attributes
    ----------
    file : str
        Its name in the folder.
    content : Scenario or ScenarioError
        What it holds, or why that is refused.
    """

    file: str
    content: Scenario | ScenarioError


def folder() -> Path:
    """Return where saved scenarios stand: the user's data folder, or the one that `SIMULATOR_SAVES` names."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else user_data_path("lampung-jamsos", appauthor=False) / "scenarios"


def saved() -> list[Saved]:
    """Return the saved scenarios, newest first and at most `MOST`; files that are none stand with their refusal.

    Raises
    ------
    SaveError
        If the folder cannot be read.
    """
    return [Saved(file, _content(file)) for file in _files()[:MOST]]


def save(scenario: Scenario, *, replace: bool = False) -> Path:
    """Write a scenario under its name, whole or not at all, and return its file.

    Raises
    ------
    SaveError
        If one of that name is saved already and `replace` is false (`TAKEN`), or there are too many.
    ScenarioError
        If the file cannot be written; what was there before is then unchanged.
    """
    held = [(its.file, its.content.name) for its in saved() if isinstance(its.content, Scenario)]
    older = [file for file, name in held if _spelled(name) == _spelled(scenario.name)]
    files = _files()
    if older and not replace:
        raise SaveError(TAKEN, name=scenario.name.en)
    if not older and len(files) >= MOST:
        raise SaveError("saves.full", most=MOST)
    path = folder() / (older[0] if older else _free_file(scenario.name, {file.lower() for file in files}))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = Said("os_other", said=error.strerror or str(error))
        raise ScenarioError(Said("unwritable", reason=why), source=str(path.parent)) from None
    save_scenario(scenario, path)
    return path


def open_saved(file: str) -> Scenario:
    """Return the scenario in one file of the folder.

    Raises
    ------
    SaveError
        If the folder has no such file.
    ScenarioError
        If the file is no valid scenario.
    """
    content = _content(_present(file))
    if isinstance(content, ScenarioError):
        raise content
    return content


def remove(file: str) -> None:
    """Delete one file of the folder, whatever it holds.

    Raises
    ------
    SaveError
        If the folder has no such file, or it cannot be deleted.
    """
    try:
        (folder() / _present(file)).unlink()
    except OSError:
        raise SaveError("saves.stays", file=_readable(file)) from None


def _files() -> list[str]:
    """Return the names of all scenario files in the folder, newest first; hidden ones are not the user's."""
    try:
        if not folder().exists():
            return []
        with os.scandir(folder()) as entries:
            found = [
                (-entry.stat(follow_symlinks=False).st_mtime_ns, entry.name)
                for entry in entries
                if entry.name.lower().endswith(_SUFFIX) and not entry.name.startswith(".")
            ]
    except OSError:
        raise SaveError("saves.unreadable", folder=_readable(str(folder()))) from None
    return [name for _, name in sorted(found)]


def _present(file: str) -> str:
    """Return the name of a file if it is one of the folder; no other place can be reached by a name."""
    if file not in _files():
        raise SaveError("saves.gone", file=_readable(file))
    return file


def _content(file: str) -> Scenario | ScenarioError:
    try:
        return load_scenario(folder() / file)
    except ScenarioError as error:
        return ScenarioError(error.problem, error.path, source=_readable(file))


def _free_file(name: Name, taken: Container[str]) -> str:
    """Return a file name made of a scenario's name: its plain letters, with a hash where these are taken."""
    letters = unicodedata.normalize("NFKD", name.id).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters)[:_SLUG_LETTERS].strip("-") or "skenario"
    full_hash = hashlib.sha256("\n".join(_spelled(name)).encode()).hexdigest()
    hashed = [f"{slug}-{full_hash[:length]}" for length in range(_HASH_LETTERS, len(full_hash) + 1)]
    stems = hashed if slug in _DEVICES else [slug, *hashed]
    return next(f"{stem}{_SUFFIX}" for stem in stems if f"{stem}{_SUFFIX}" not in taken)


def _spelled(name: Name) -> tuple[str, str]:
    """Return a name such that two that look the same are the same."""
    seen = [" ".join(unicodedata.normalize("NFKC", text).split()) for text in (name.id, name.en)]
    return seen[0], seen[1]


def _readable(text: str) -> str:
    return text if text.isprintable() else ascii(text)
