"""Scenario files: reading without trust, writing whole or not at all. The only disk access of the room."""

import errno
import os
import re
import secrets
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomli_w

from simulator.facts.pack import TARGET_IDS
from simulator.scenario.assumptions import assigned
from simulator.scenario.errors import ScenarioError, shown
from simulator.scenario.records import ALLOCATIONS, SCHEMA_VERSION, Scenario, Setting
from simulator.scenario.refusals import Said

SCENARIOS_FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
SHIPPED: tuple[str, ...] = (
    "baseline",
    "no_policy",
    "inpres_full",
    "village_100",
    "dbh_full",
    "dbh_price_fall",
    "csr_growth",
    "csr_stops",
    "pppk_full",
    "metro_everywhere",
    "money_stops",
    "combined",
)
LARGEST_FILE_BYTES = 2**20
_REASONS = {
    errno.EACCES: "os_denied",
    errno.EPERM: "os_denied",
    errno.ENOSPC: "os_full",
    errno.EFBIG: "os_full",
    errno.EROFS: "os_read_only",
    errno.ENOENT: "os_nowhere",
    errno.ENOTDIR: "os_nowhere",
    errno.EISDIR: "os_folder",
    errno.ENAMETOOLONG: "os_long",
}

# The parser's time and memory grow with the square of the parts of one dotted key: 64 kB of them take half a
# minute. A scenario needs four.
_KEY_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_ENDLESS_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART}){{32}}")
_LINE_NUMBER = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")
_SECOND_TIME = ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate")


def shipped() -> tuple[str, ...]:
    """Return the names of the shipped scenarios, the baseline first."""
    return SHIPPED


def load_scenario(path_or_stem: str | Path) -> Scenario:
    """Return a shipped scenario by its name, or the scenario in a file.

    Parameters
    ----------
    path_or_stem : str or Path
        One of `shipped()`, else the path of a TOML file.

    Raises
    ------
    ScenarioError
        If it cannot be read or is no valid scenario; one sentence that begins with the path.
    """
    source = str(path_or_stem)
    path = SCENARIOS_FOLDER / f"{source}.toml" if source in SHIPPED else Path(path_or_stem)
    try:
        return read_scenario(_text_of(path))
    except ScenarioError as error:
        raise error.below(source=source if source and source.isprintable() else repr(source)) from None


def baseline_of(scenario: Scenario) -> Scenario:
    """Return what a scenario is compared with: today's policies over the same months and targets.

    They stand under the same assumptions, so that the difference is that of policy; where only assumptions are
    replaced, under the published ones, so that it is theirs.
    """
    return load_scenario("baseline").replace(
        start=scenario.start,
        horizon=scenario.horizon,
        targets=scenario.targets,
        assumptions=scenario.assumptions if scenario.levers else {},
    )


def read_scenario(text: str) -> Scenario:
    """Return the scenario that a TOML text holds.

    Raises
    ------
    ScenarioError
        If the text is too long, is no TOML, or is no valid scenario.
    """
    if len(text) > LARGEST_FILE_BYTES:
        raise ScenarioError(Said("long_text", length=len(text), most=LARGEST_FILE_BYTES))
    raw = _parsed(text.removeprefix("\ufeff"))
    if "schema" not in raw:
        raise ScenarioError(Said("missing", allowed=f"schema = {SCHEMA_VERSION}"), ("schema",))
    return Scenario(**raw)


def dump_scenario(scenario: Scenario) -> str:
    """Return the scenario as TOML in one fixed order; `read_scenario` returns an equal one."""
    return tomli_w.dumps(plain(scenario))


def save_scenario(scenario: Scenario, path: str | Path) -> None:
    """Write a scenario file whole or not at all.

    The text goes to a file beside `path` that then takes its place, so that a reader, a full disk or a
    crash never meets half a file.

    Raises
    ------
    ScenarioError
        If the place cannot be written; one sentence. An older file at `path` is then unchanged.
    """
    path = Path(path)
    try:
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            with beside.open("xb") as file:
                file.write(dump_scenario(scenario).encode())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise ScenarioError(Said("unwritable", reason=_reason(error)), source=str(path)) from None


def with_levers(scenario: Scenario, assignments: Sequence[str]) -> Scenario:
    """Return the scenario with levers set as on the command line.

    Parameters
    ----------
    scenario : Scenario
        What the assignments are applied to.
    assignments : sequence of str
        ``LEVER=VALUE`` for the province or ``LEVER@CODE=VALUE`` for one kabupaten/kota, applied in order. A
        lever that is set already keeps its start, ramp, end and other values.

    Raises
    ------
    ScenarioError
        If an assignment cannot be read or its value is refused.
    """
    tables = {id: setting.model_dump() for id, setting in scenario.levers.items()}
    for assignment in assignments:
        id, code, value = _parts(assignment)
        table = tables.setdefault(id, {"districts": {}})
        if code is None:
            table["value"] = value
        else:
            table["districts"] = table["districts"] | {code: value}
    return scenario.replace(levers=tables)


def with_assumptions(scenario: Scenario, assignments: Sequence[str]) -> Scenario:
    """Return the scenario with assumptions replaced as on the command line.

    Parameters
    ----------
    scenario : Scenario
        What the assignments are applied to.
    assignments : sequence of str
        ``NAME=VALUE``, applied in order; the value in the unit of the parameter's record.

    Raises
    ------
    ScenarioError
        If an assignment cannot be read or its value is refused.
    """
    return scenario.replace(assumptions=assigned(scenario.assumptions, tuple(assignments)))


def plain(scenario: Scenario) -> dict[str, Any]:
    """Return the scenario as plain tables, lists, text and numbers, without what is left at its default."""
    tables: dict[str, Any] = {
        "schema": scenario.schema_version,
        "name": scenario.name.model_dump(),
        "description": scenario.description and scenario.description.model_dump(),
        "start": scenario.start,
        "horizon": scenario.horizon,
        "targets": None if scenario.targets == TARGET_IDS else list(scenario.targets),
        "stretch": list(scenario.stretch) or None,
        "allocation": None if scenario.allocation == ALLOCATIONS[0] else scenario.allocation,
        "levers": {id: _plain_setting(setting) for id, setting in scenario.levers.items()},
        "assumptions": {id: _plain_value(value) for id, value in scenario.assumptions.items()} or None,
    }
    return {key: value for key, value in tables.items() if value is not None}


def _plain_setting(setting: Setting) -> Any:  # noqa: ANN401 - a number, a text or a table
    table = {
        "value": None if setting.value is None else _plain_value(setting.value),
        "start": setting.start,
        "ramp_months": setting.ramp_months or None,
        "end": setting.end,
        "districts": {code: _plain_value(value) for code, value in setting.districts.items()} or None,
    }
    given = {key: value for key, value in table.items() if value is not None}
    return given["value"] if given.keys() == {"value"} else given


def _plain_value(value: float | str) -> float | str:
    """Return equal values in one form, so that 1, 1.0 and -0.0, 0 read and hash alike."""
    return int(value) if not isinstance(value, str) and value == int(value) else value


def _text_of(path: Path) -> str:
    try:
        if not path.exists():
            raise ScenarioError(Said("no_file", known=", ".join(SHIPPED)))
        if not path.is_file():
            raise ScenarioError(Said("directory" if path.is_dir() else "no_regular_file"))
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE_BYTES + 1)
            if len(content) > LARGEST_FILE_BYTES:
                raise ScenarioError(Said("long_file", length=path.stat().st_size, most=LARGEST_FILE_BYTES))
        return content.decode()
    except UnicodeDecodeError as error:
        byte = f"{error.object[error.start]:#04x}"
        raise ScenarioError(Said("no_text", position=str(error.start + 1), value=byte)) from None
    except OSError as error:
        raise ScenarioError(Said("unreadable", reason=_reason(error))) from None


def _reason(error: OSError | ValueError) -> str:
    """Return why the system refused a path; a path that holds a null byte is none."""
    if isinstance(error, OSError) and error.strerror:
        return Said(_REASONS.get(error.errno or 0, "os_other"), said=error.strerror)
    return Said("no_path")


def _parsed(text: str) -> dict[str, Any]:
    endless = _ENDLESS_KEY.search(text)
    if endless:
        line = text.count("\n", 0, endless.start()) + 1
        raise ScenarioError(Said("endless_key", line=str(line)))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(text, str(error)) from None
    except RecursionError:
        raise ScenarioError(Said("deep")) from None
    except ValueError:  # the parser lets Python's limit on the digits of a whole number through
        raise ScenarioError(Said("digits")) from None


def _no_toml(text: str, complaint: str) -> ScenarioError:
    """Return the parser's complaint as a sentence with line number and line."""
    lines = text.rstrip("\n").split("\n")
    match = _LINE_NUMBER.search(complaint)
    number = int(match[1]) if match and match[1] else len(lines)
    text = shown(lines[number - 1].strip()) if number <= len(lines) else Said("end")
    where = Said("line", line=str(number), text=text)
    if complaint.startswith(_SECOND_TIME):
        return ScenarioError(Said("repeated", where=where))
    reason = _LINE_NUMBER.sub("", complaint).replace("\n", " ")
    return ScenarioError(Said("no_toml", where=where, said=reason))


def _parts(assignment: str) -> tuple[str, str | None, float | str]:
    """Return lever, district code or None, and value of one assignment."""
    target, equals, written = assignment.partition("=")
    id, at, code = target.strip().partition("@")
    if not equals:
        raise ScenarioError(Said("no_lever_set", value=shown(assignment)))
    return id, code if at else None, _number_or_text(written.strip())


def _number_or_text(written: str) -> float | str:
    for kind in (int, float):
        try:
            return kind(written)
        except ValueError:
            continue
    return written
