"""Places where strangers hand something over: it is accepted, or refused with one sentence; anything else raises.

A target works in the current folder, which is empty when it starts and its own.
"""

import contextlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import category
from urllib.parse import urlencode
from warnings import catch_warnings, simplefilter

from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from simulator import cli
from simulator.evidence.own_data import DataError, read_own_data, template_csv
from simulator.evidence.own_data import sentence as data_sentence
from simulator.facts import load_facts
from simulator.model import MAX_DRAWS
from simulator.outputs import verify
from simulator.outputs.manifest import MANIFEST
from simulator.outputs.sweep_grid import SweepError, read_grid, scenario_of
from simulator.outputs.text import Words
from simulator.scenario import (
    ScenarioError,
    decode_link,
    dump_scenario,
    encode_link,
    load_scenario,
    read_scenario,
    sentence,
    with_assumptions,
    with_levers,
)
from simulator.workshop import Store
from tests import bundles
from tests.properties import fuzz_cases as cases
from tests.rooms import HOST, one_in_every_kind, served

LONGEST_SENTENCE = 2000  # characters: some sentences list every lever
LANGUAGES = ("id", "en")
STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")  # Unicode's controls, formats, surrogates and ends of lines
TODAY = date(2026, 11, 21)
SCRIPT = "<script>x"
_RUNNING = contextlib.ExitStack()  # the server of the phones, to the end of the process


class Target(NamedTuple):
    """How cases are made, to whom they are handed over, and their share of all cases."""

    make: Callable[[cases.Chance], Any]
    hand_over: Callable[[Any], None]
    share: int

    def case(self, source: bytes) -> Any:
        """Return the case that bytes of chance decide."""
        return self.make(cases.Chance(source))


def check_sentence(text: str) -> None:
    """Raise if a refusal is not one sentence that a terminal and a page can show."""
    assert text.strip(), "the refusal is empty"
    assert len(text) <= LONGEST_SENTENCE, f"the refusal has {len(text)} characters"
    assert len(text.splitlines()) == 1, "the refusal has several lines"
    steering = {letter for letter in text if category(letter) in STEERING}
    assert not steering, f"the refusal can steer a terminal with {steering}"


def check_refusal(error: ScenarioError) -> None:
    """Raise if the refusal of a scenario is not one sentence in both languages."""
    for language in LANGUAGES:
        check_sentence(sentence(error, language))


# ---- scenarios ----


def scenario_file_is_read(content: bytes) -> None:
    """Read a scenario file; what is accepted comes back the same from a file and from a link."""
    path = Path("skenario.toml")
    path.write_bytes(content)
    try:
        scenario = load_scenario(path)
    except ScenarioError as error:
        check_refusal(error)
        return
    assert read_scenario(dump_scenario(scenario)) == scenario
    assert decode_link(encode_link(scenario)) == scenario


def link_is_read(text: str) -> None:
    """Read a link."""
    try:
        scenario = decode_link(text)
    except ScenarioError as error:
        check_refusal(error)
        return
    assert decode_link(encode_link(scenario)) == scenario


def assignments_are_read(case: tuple[str, list[str], list[str]]) -> None:
    """Set levers and assumptions as the command line does."""
    name, levers, assumptions = case
    scenario = load_scenario(name)
    with contextlib.suppress(ScenarioError):
        scenario = with_levers(scenario, levers)
    try:
        scenario = with_assumptions(with_levers(scenario, levers), assumptions)
    except ScenarioError as error:
        check_refusal(error)
        return
    assert read_scenario(dump_scenario(scenario)) == scenario


# ---- own figures ----


def own_data_are_read(content: bytes) -> None:
    """Read figures of the user."""
    path = Path("data.csv")
    path.write_bytes(content)
    try:
        rows = read_own_data(path, facts=load_facts(), today=TODAY)
    except DataError as error:
        for language in LANGUAGES:
            check_sentence(data_sentence(error, language))
        return
    for row in rows:
        assert 0 <= row.value < 1e9
        assert 0 < row.noise_sd < 1


# ---- the command line ----


@cache
def _command_line_is_quick() -> None:
    """Let commands run one future only: what is looked at are their arguments."""
    whole_run = cli.project

    def project(scenario: Any, *, draws: int, **options: Any) -> Any:
        return whole_run(scenario, draws=1 if 1 <= draws <= MAX_DRAWS else draws, **options)

    cli.project = project


def command_line_is_read(arguments: tuple[str, ...]) -> None:
    """Run a command; refused, it prints one line and leaves no file."""
    if {"solve", "sensitivity", "compare", "export", "calibrate", "backtest", "workshop"} & set(arguments):
        return
    _command_line_is_quick()
    _lay_out()
    before = _tree()
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors) for errors in ("strict", "backslashreplace"))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main([*arguments])
        out.flush()
        err.flush()
    said = err.buffer.getvalue().decode()
    assert code in ((0, 1, 2) if arguments[:1] == ("verify",) else (0, 2)), f"exit {code}"
    assert "Traceback" not in said, said
    if code == 2:
        assert out.buffer.getvalue() == b"", "a refused command printed something"
        check_sentence(said.removesuffix("\n"))
        assert _tree() == before, "a refused command left a file"
    elif code == 0:
        assert not said
    out.buffer.truncate(0)  # the package that prints remembers every stream


def _lay_out() -> None:
    """Put the files that command lines name into the current folder."""
    if Path("folder").exists():
        return
    good = dump_scenario(load_scenario("village_100"))
    Path("folder").mkdir()
    for name, content in (
        ("baik.toml", good.encode()),
        ("rusak.toml", b"\xff\0"),
        ("kosong.toml", b""),
        ("data.csv", template_csv().encode()),
        ("kisi.toml", b'base = "baseline"\n[levers]\nvillage_share = [0, 1]\n'),
        ("paket.zip", b"PK\x03\x04"),
    ):
        Path(name).write_bytes(content)


def _tree() -> set[tuple[str, int]]:
    return {(str(path), path.lstat().st_size) for path in Path().rglob("*")}


# ---- grids ----


def grid_is_read(content: bytes) -> None:
    """Read a grid; its first and last rows are scenarios."""
    path = Path("kisi.toml")
    path.write_bytes(content)
    try:
        grid = read_grid(path)
    except SweepError as error:
        for language in LANGUAGES:
            check_sentence(error.text(language))
        return
    except ScenarioError as error:
        check_refusal(error)
        return
    for row in (grid.rows[0], grid.rows[-1]):
        scenario_of(grid.base, grid.axes, row)


# ---- bundles ----

_TABLES = {
    name: b"scenario,month,value\nbaseline,2026-01,0.25\nbaseline,2026-02,0.26\n"
    for name in ("quantiles.csv", "money.csv", "differences.csv")
} | {"arrival.csv": b"scenario,month,probability\nbaseline,2026-01,0.5\n"}


@cache
def _good_bundle() -> dict[str, bytes]:
    """Return the files of a small bundle; its numbers come out again without a run."""
    verify._again = lambda *_: _TABLES
    made = bundles.members(bundles.bare())
    files = {name: content for name, content in made.items() if not name.endswith(".csv")} | _TABLES
    return bundles.members(bundles.forged(files))


def bundle_is_checked(case: tuple[bool, list[Any], list[tuple[int, int, bytes]]]) -> None:
    """Check a bundle after changes to its files, with a manifest that fits them if the forger knows how."""
    forge, changes, byte_changes = case
    content = cases.edited(_archive(forge, changes), byte_changes)
    path = Path("paket.zip")
    path.write_bytes(content)
    try:
        verdict = verify.verify(path)
    except verify.BundleError as error:
        lines = (error.line,)
    else:
        lines = verdict.lines
        assert lines
    for line in lines:
        for language in LANGUAGES:
            check_sentence(line.text(Words(language)))
    assert {name for name, _ in _tree()} <= {"paket.zip"}


def _archive(forge: bool, changes: list[Any]) -> bytes:
    files, added, claims = dict(_good_bundle()), list[tuple[str, bytes]](), dict[str, Any]()
    modes, methods = dict[str, int](), dict[str, int]()
    for kind, name, *rest in changes:
        match kind:
            case "drop":
                files.pop(name, None)
            case "add":
                added.append((name, rest[0]))
            case "zeros":
                added.append((name, bytes(rest[0])))
            case "put":
                files[name] = rest[0]
            case "claim":
                claims[name] = rest[0]
            case "mode":
                modes[name] = rest[0]
            case "method":
                methods[name] = rest[0]
    if forge and MANIFEST in files:
        with contextlib.suppress(ValueError, TypeError):  # the manifest cannot be made to fit
            files = bundles.members(bundles.forged(files, **claims))
    elif MANIFEST in files and claims:
        files[MANIFEST] = json.dumps(json.loads(_good_bundle()[MANIFEST]) | claims).encode(errors="replace")
    buffer = io.BytesIO()
    with catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        simplefilter("ignore")  # a name that comes twice, on purpose
        for name, content in (*files.items(), *added):
            member = zipfile.ZipInfo(name or "_")
            member.external_attr = modes.get(name, 0o100644) << 16
            archive.writestr(member, content, compress_type=methods.get(name, zipfile.ZIP_DEFLATED))
    return buffer.getvalue()


# ---- phones ----


@cache
def _phones() -> list[TestClient]:
    """Return a phone for every kind of question, each in a room of its own; the server ends with the process."""
    store = Store(Path.cwd() / "workshop.sqlite3")
    return one_in_every_kind(store, _RUNNING.enter_context(served(store)))


def request_is_answered(case: tuple[int, str, str, Any, dict[str, str]]) -> None:
    """Send a phone's request; a fault in the server is raised here."""
    who, method, path, form, headers = case
    phone = _phones()[who]
    body = form if isinstance(form, bytes) else urlencode(form, errors="replace").encode()
    query = f"?{body.decode('latin-1')}" if method == "GET" and not isinstance(form, bytes) else ""
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = phone.request(method, path + query, content=None if query else body, headers=kind | headers)
    assert answer.status_code in {200, 303, 400, 403, 404, 405, 408, 409, 413, 415, 422, 429}, answer.status_code
    assert "Traceback" not in answer.text
    assert SCRIPT not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert phone.get("/").status_code == 200


def message_ends_the_socket(case: tuple[int, list[str | bytes]]) -> None:
    """Send a phone's messages; the server says good-bye and goes on."""
    who, messages = case
    phone = _phones()[who]
    with phone.websocket_connect(f"ws://{HOST}/live") as socket:
        for message in messages:
            socket.send_text(message) if isinstance(message, str) else socket.send_bytes(message)
        with contextlib.suppress(WebSocketDisconnect):
            for _ in range(5):
                socket.receive_text()
            raise AssertionError("the socket stays open")
    assert phone.get("/").status_code == 200


TARGETS = {
    "scenario_file": Target(cases.scenario_file, scenario_file_is_read, 18),
    "link": Target(cases.link, link_is_read, 20),
    "assignments": Target(cases.assignments, assignments_are_read, 15),
    "own_data": Target(cases.own_data, own_data_are_read, 26),
    "command_line": Target(cases.command_line, command_line_is_read, 3),
    "grid": Target(cases.grid, grid_is_read, 10),
    "bundle": Target(cases.bundle, bundle_is_checked, 5),
    "request": Target(cases.request, request_is_answered, 2),
    "message": Target(cases.message, message_ends_the_socket, 1),
}
