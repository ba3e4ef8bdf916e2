"""Is a bundle what it says? Its files are hashed, its scenarios run again, and every number is compared.

A bundle comes from anywhere. It is read in memory within fixed limits; nothing is ever unpacked to disk.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import numpy as np
import pandas as pd

from simulator.facts import load_facts
from simulator.model import Progress, RunError, run
from simulator.outputs import manifest
from simulator.outputs.exports import csv_files, frames
from simulator.outputs.manifest import MANIFEST, Manifest, scenario_file
from simulator.outputs.result import Result
from simulator.outputs.text import Words
from simulator.scenario import Scenario, ScenarioError, digest, read_scenario

LARGEST_BYTES = 100 * 2**20
LARGEST_UNPACKED_BYTES = 300 * 2**20
MOST_FILES = 100
MOST_TIMES_SMALLER = 100
RELATIVE = 1e-9
_ENCRYPTED = 0x1
_LONGEST_FIELD = 300
_ALWAYS_READ = 2**20  # bytes: a file so small may be packed as tightly as it likes
_VALUES = {"arrival.csv": "probability"}


@dataclass(frozen=True)
class Line:
    """One sentence of a verdict: a key under ``verify.`` and its fields."""

    id: str
    fields: tuple[tuple[str, str | int], ...] = ()

    def text(self, words: Words) -> str:
        """Return the sentence."""
        shown = {key: words.number(value) if isinstance(value, int) else value for key, value in self.fields}
        return words(f"verify.{self.id}", **shown)


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes
    ----------
    matches : bool
        Whether every file has its hash and every number comes out again.
    lines : tuple of Line
        What agrees, what does not and where, and what another program or other data made it.
    """

    matches: bool
    lines: tuple[Line, ...]


class BundleError(ValueError):
    """A file is no bundle that can be read; `line` says why, `str()` in English."""

    def __init__(self, id: str, **fields: object) -> None:
        self.line = _line(id, **fields)
        super().__init__(self.line.text(Words("en")))


@dataclass(frozen=True)
class Bundle:
    """A bundle in memory; `files` are its members by name, manifest included."""

    manifest: Manifest
    files: Mapping[str, bytes]


def open_bundle(source: Path | bytes) -> Bundle:
    """Read a bundle without trust.

    Raises
    ------
    BundleError
        If it is too large, no ZIP, damaged, or holds what no bundle holds; one sentence.
    """
    files = _members(_content(source))
    if MANIFEST not in files:
        raise BundleError("refused_missing", file=MANIFEST)
    try:
        its = manifest.from_bytes(files[MANIFEST])
    except ValueError as error:
        raise BundleError("refused_manifest", field=str(error)) from None
    return Bundle(its, files)


def read_scenarios(bundle: Bundle) -> dict[str, Scenario]:
    """Return the scenarios of a bundle by name, the reference first.

    Raises
    ------
    BundleError
        If one is missing or no scenario of this version.
    """
    found = {}
    for name in bundle.manifest.names:
        file = scenario_file(name)
        if file not in bundle.files:
            raise BundleError("refused_missing", file=file)
        try:
            found[name] = read_scenario(bundle.files[file].decode())
        except (UnicodeDecodeError, ScenarioError) as error:
            raise BundleError("refused_scenario", file=file, reason=error) from None
    return found


def verify(source: Path | bytes, *, progress: Progress | None = None, cancel: Event | None = None) -> Verdict:
    """Check the files of a bundle, run its scenarios again and compare every number.

    Parameters
    ----------
    source : Path or bytes
    progress : callable, optional
        Called as ``progress(done, total)`` in draws over all runs.
    cancel : threading.Event, optional
        Looked at between chunks; raises `simulator.model.Cancelled`.

    Raises
    ------
    BundleError
        If there is no readable bundle.
    """
    bundle = open_bundle(source)
    changed = [*_changed(bundle)]
    scenarios = read_scenarios(bundle)
    for entry in bundle.manifest.scenarios:
        if digest(scenarios[entry.name]) != entry.digest:
            changed.append(_line("changed_scenario", name=entry.name))
    made_by = [*_other_program(bundle.manifest)]
    same, numbers = _numbers(bundle, _again(bundle.manifest, scenarios, progress, cancel))
    files = [] if changed else [_line("files", n=len(bundle.files))]
    return Verdict(same and not changed, (*files, *changed, *made_by, *numbers))


def _content(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        content = source
    else:
        try:
            if not source.is_file():
                raise BundleError("refused_no_file", file=source)
            with source.open("rb") as file:
                content = file.read(LARGEST_BYTES + 1)
        except OSError as error:
            raise BundleError("refused_unreadable", file=source, reason=error.strerror) from None
    if len(content) > LARGEST_BYTES:
        raise BundleError("refused_too_large", limit=LARGEST_BYTES // 2**20)
    return content


def _members(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_members(members)
            return {its.filename: _unpacked(archive, its) for its in members}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError("refused_no_zip") from None


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_FILES:
        raise BundleError("refused_too_many", n=len(members), most=MOST_FILES)
    seen: set[str] = set()
    for its in members:
        shown = ascii(its.orig_filename)[:80]
        kind = stat.S_IFMT(its.external_attr >> 16)
        if its.orig_filename != its.filename or not manifest.is_member(its.filename):
            raise BundleError("refused_name", file=shown)
        if its.filename in seen:
            raise BundleError("refused_twice", file=shown)
        if kind not in (0, stat.S_IFREG):
            raise BundleError("refused_link", file=shown)
        if its.flag_bits & _ENCRYPTED or its.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BundleError("refused_packing", file=shown)
        if its.file_size > max(_ALWAYS_READ, MOST_TIMES_SMALLER * its.compress_size):
            raise BundleError("refused_bomb", file=shown)
        seen.add(its.filename)
    if sum(its.file_size for its in members) > LARGEST_UNPACKED_BYTES:
        raise BundleError("refused_unpacked", limit=LARGEST_UNPACKED_BYTES // 2**20)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return the content of a member; no more than the size that was checked is ever read."""
    try:
        with archive.open(member) as file:
            content = file.read(member.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError):
        raise BundleError("refused_damaged", file=member.filename) from None
    if len(content) != member.file_size:
        raise BundleError("refused_damaged", file=member.filename)
    return content


def _changed(bundle: Bundle) -> Iterator[Line]:
    """Say which files are not those that the manifest names."""
    its, files = bundle.manifest, bundle.files
    if files[MANIFEST] != manifest.to_bytes(its) or its.mark != manifest.mark_of(its):
        yield _line("changed", file=MANIFEST)
    for name in sorted({*its.files, *files} - {MANIFEST}):
        if name not in files:
            yield _line("missing", file=name)
        elif name not in its.files:
            yield _line("added", file=name)
        elif manifest.sha256(files[name]) != its.files[name]:
            yield _line("changed", file=name)


def _other_program(its: Manifest) -> Iterator[Line]:
    """Say in what the program or the data that made a bundle differ from those at hand."""
    here = manifest.program()
    for field, ours in here.items():
        theirs = str(getattr(its, field))
        if theirs != ours:
            yield _line(f"other_{field}", theirs=theirs[:12], ours=ours[:12])


def _again(
    its: Manifest, scenarios: Mapping[str, Scenario], progress: Progress | None, cancel: Event | None
) -> dict[str, bytes]:
    """Run the scenarios of a bundle and return their tables."""
    results = []
    for n, (name, scenario) in enumerate(scenarios.items()):
        step = None if progress is None else _part(progress, n, len(scenarios))
        try:
            projection = run(scenario, draws=its.draws, seed=its.seed, progress=step, cancel=cancel)
        except (RunError, ScenarioError) as error:
            raise BundleError("refused_scenario", file=scenario_file(name), reason=error) from None
        results.append(Result(name, scenario, projection, its.seed, load_facts()))
    return csv_files(frames(results))


def _part(progress: Progress, part: int, parts: int) -> Progress:
    return lambda done, total: progress(part * total + done, parts * total)


def _numbers(bundle: Bundle, again: Mapping[str, bytes]) -> tuple[bool, list[Line]]:
    """Return whether all tables come out again, and in which sense or where not."""
    lines: list[Line] = []
    equal, n_rows = True, 0
    for name, ours in again.items():
        theirs = bundle.files.get(name)
        n_rows += ours.count(b"\n") - 1
        if theirs is None or theirs == ours:
            lines += [] if theirs is not None else [_line("missing", file=name)]
            continue
        equal = False
        lines += _compared(name, theirs, ours)
    if lines:
        return False, lines
    draws = bundle.manifest.draws
    return True, [_line("exact" if equal else "close", n=n_rows, tables=len(again), draws=draws)]


def _compared(name: str, theirs: bytes, ours: bytes) -> list[Line]:
    """Return where two tables differ by more than rounding; nothing where they do not."""
    try:
        before, after = _frame(theirs), _frame(ours)
    except ValueError:
        return [_line("unreadable", file=name)]
    if list(before.columns) != list(after.columns) or len(before) != len(after):
        return [_line("shape", file=name, theirs=len(before), ours=len(after))]
    column = _VALUES.get(name, "value")
    keys = [key for key in after.columns if key != column]
    other = np.flatnonzero((before[keys].to_numpy() != after[keys].to_numpy()).any(axis=1))
    if other.size:
        first = int(other[0])
        row, expected = (_row(frame, keys, first) for frame in (before, after))
        return [_line("row", file=name, number=first + 2, theirs=row, ours=expected)]
    gaps = _gaps(before[column], after[column])
    if not gaps:
        return []
    return [
        _line(
            kind, file=name, row=_row(after, keys, row), theirs=before[column].iloc[row], ours=after[column].iloc[row]
        )
        for kind, row in zip(("first", "largest"), gaps, strict=True)
    ][: len(set(gaps))]


def _gaps(before: "pd.Series[str]", after: "pd.Series[str]") -> tuple[int, int] | None:
    """Return the first and the largest difference beyond rounding, None without one."""
    theirs, ours = (pd.to_numeric(column, errors="coerce").to_numpy(float) for column in (before, after))
    size = np.abs(theirs - ours) / np.maximum(np.maximum(np.abs(theirs), np.abs(ours)), np.finfo(float).tiny)
    wrong = ~(size <= RELATIVE)  # what is no number counts as well
    if not wrong.any():
        return None
    return int(wrong.argmax()), int(np.where(np.isnan(size), np.inf, size).argmax())


def _frame(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)


def _row(frame: pd.DataFrame, keys: list[str], row: int) -> str:
    return ", ".join(str(frame[key].iloc[row])[:60] for key in keys)


def _line(id: str, **fields: object) -> Line:
    """Return a line; what comes from a stranger's file is cut short and cannot steer a terminal."""
    return Line(
        id, tuple((key, value if isinstance(value, int) else _printable(value)) for key, value in fields.items())
    )


def _printable(value: object) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in str(value)[:_LONGEST_FIELD])
