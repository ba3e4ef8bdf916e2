"""Every code block of the README files and of docs/ runs as it stands, or is of a kind that says why it does not.

| block | what is done with it |
|---|---|
| `python` | runs; the blocks of a page share their names, as in one session |
| `text` | is what the blocks since the last `text` printed |
| `sh` | each line runs if it is a command of the simulator; see `SHELL` for lines that do not |
| `csv` | is the file that `--data` names on the page |
| `bat` | does not run: Windows |
| `console` | does not run: typed as root on a server, only in docs/deploy.md |
| `{toctree}` | of the site, which `test_site.py` builds |
| indented | a formula set apart: only in docs/model.md |

A command that takes `--draws` and names none runs with fewer futures, so that all pages take less than a minute.
"""

import json
import os
import re
import runpy
import shlex
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import typer
from markdown_it import MarkdownIt

from simulator import cli
from simulator.evidence import read_own_data
from simulator.facts import load_facts
from tests.packs import write_pack

ROOT = Path(__file__).resolve().parents[2]
FRONT = ("README.md", "README.id.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES = (*FRONT, *sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("docs/**/*.md")))
SIMULATOR = ".venv/bin/python -m simulator"
SHELL = {  # what a line begins with, where it is not run
    "make ": "installs, or starts a server",
    ".venv/bin/jupyter ": "starts a server",
}
FEWER = ["--draws", "500"]  # the least that figures of your own need
# One interpreter for the lines of a block: importing the engine takes longer than most of them.
SESSION = """
import json, runpy, sys
for line, arguments in json.load(sys.stdin):
    sys.argv = ["simulator", *arguments]
    try:
        runpy.run_module("simulator", run_name="__main__", alter_sys=True)
        sys.exit(f"{line} did not end the program")
    except SystemExit as end:
        if end.code != 0:
            sys.exit(f"{line} ended with {end.code}")
"""
PACK = "/path/to/pack"  # stands for the reader's own folder
COMMANDS = typer.main.get_command(cli.app).commands


class Block(NamedTuple):
    """A code block: its language, its text, and the line it starts in."""

    kind: str
    text: str
    line: int


@cache
def blocks(page: str) -> list[Block]:
    tokens = MarkdownIt().parse((ROOT / page).read_text(encoding="utf-8"))
    return [
        Block(its.info.strip() if its.type == "fence" else "indented", its.content, its.map[0] + 1)
        for its in tokens
        if its.type in {"fence", "code_block"}
    ]


def shell_lines(page: str) -> list[str]:
    return [line for block in blocks(page) if block.kind == "sh" for line in block.text.splitlines()]


def commands(page: str) -> list[list[str]]:
    """The simulator's arguments on the page: shell lines, then rows of tables of commands, then code in sentences."""
    shell = [line.partition(SIMULATOR)[2] for line in shell_lines(page) if SIMULATOR in line]
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = [row for row in re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE) if row.split()[0] in COMMANDS]
    inline = re.findall(r"(?<!`)`(?:\.venv/bin/)?python\s+-m\s+simulator\s+([a-z][^`]*)`", text)
    return [shlex.split(words, comments=True) for words in (*shell, *rows, *inline)]


def accepted(arguments: list[str]) -> None:
    """Raise what the command line raises if it does not know a command or an option."""
    COMMANDS[arguments[0]].make_context(arguments[0], arguments[1:])


def takes_draws(command: str) -> bool:
    return any("--draws" in its.opts for its in COMMANDS[command].params)


def variables_of(line: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(line.partition(SIMULATOR)[0]))


def renews(arguments: list[str]) -> bool:
    """Whether a command takes minutes and writes into data/."""
    return "--renew" in arguments or (arguments[0] == "calibrate" and "--check" not in arguments)


def as_run(line: str, folder: Path) -> list[str]:
    """Return the arguments of one line of a shell, wildcards replaced."""
    arguments: list[str] = []
    for word in shlex.split(line.partition(SIMULATOR)[2], comments=True):
        found = sorted(path.relative_to(folder).as_posix() for path in folder.glob(word)) if "*" in word else [word]
        assert found, f"no file is {word}"
        arguments += found
    assert not renews(arguments), f"belongs in the table of what takes longer: {line}"
    return [*arguments, *FEWER] if takes_draws(arguments[0]) and "--draws" not in arguments else arguments


def run_shell(text: str, folder: Path) -> None:
    """Run the lines of a block in order; the variables that they set hold for the block."""
    session: list[tuple[str, list[str]]] = []
    variables: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith(tuple(SHELL)):
            assert SIMULATOR in line, f"not a command of the simulator, and no kind of line that is left out: {line}"
            session.append((line, as_run(line, folder)))
            variables |= variables_of(line)
    if PACK in variables.values():
        write_pack(folder / "pack")
        variables = {name: value.replace(PACK, str(folder / "pack")) for name, value in variables.items()}
    ended = subprocess.run(
        [sys.executable, "-c", SESSION],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | variables,
        input=json.dumps(session),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def data_file(page: str) -> str:
    """The name that `--data` gives to a file of figures on the page."""
    (name,) = {arguments[arguments.index("--data") + 1] for arguments in commands(page) if "--data" in arguments}
    return name


def without_ends(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder like that of the project, as far as the pages need one: what they write goes nowhere else."""
    (tmp_path / "scenarios").mkdir()
    for path in ROOT.glob("scenarios/*.toml"):
        (tmp_path / "scenarios" / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if page != "README.id.md" and blocks(page)])
def test_code_blocks_of_a_page_run(page, folder, tmp_path_factory, capsys):
    for block in blocks(page):
        if block.kind == "csv":
            (folder / data_file(page)).write_text(block.text, encoding="utf-8")
    session: dict[str, object] = {}
    printed = ""
    for block in blocks(page):
        if block.kind == "python":
            script = tmp_path_factory.mktemp("block") / f"{Path(page).name}.py"
            # Blank lines before it, so that a fault names the line of the page.
            script.write_text("\n" * block.line + block.text, encoding="utf-8")
            session = runpy.run_path(str(script), init_globals=session)
            printed += capsys.readouterr().out
        elif block.kind == "text":
            assert without_ends(printed) == without_ends(block.text), f"{page}, line {block.line}"
            printed = ""
        elif block.kind == "sh":
            run_shell(block.text, folder)
    assert not printed, f"{page} does not show what its last blocks print"


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_of_a_known_kind(page):
    for block in blocks(page):
        known = {"python", "text", "sh", "csv", "bat"}
        if page.startswith("docs/"):
            known |= {"{toctree}"}
        if page == "docs/deploy.md":
            known |= {"console"}
        if page == "docs/model.md":
            known |= {"indented"}
        assert block.kind in known, f"{page}, line {block.line}: a block of kind {block.kind!r}"


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_tables_and_sentences_are_accepted(page):
    for arguments in commands(page):
        accepted(arguments)


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_are_in_the_makefile(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    used = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
    assert used <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_an_unknown_option_is_not_accepted():
    with pytest.raises(typer.TyperException):
        accepted(["run", "baseline", "--no-such-option"])


@pytest.mark.parametrize("words", ["calibrate", "calibrate --recovery", "backtest --renew"])
def test_nothing_that_writes_into_data_is_run(words, tmp_path):
    with pytest.raises(AssertionError, match="belongs in the table"):
        run_shell(f"{SIMULATOR} {words}", tmp_path)


def test_the_two_readmes_hold_the_same_commands():
    """So that those of the Indonesian one need not run again; language and names that a reader gives may differ."""

    def neutral(arguments):
        if "--lang" in arguments:
            place = arguments.index("--lang")
            arguments = arguments[:place] + arguments[place + 2 :]
        return tuple(re.sub(r"^(\w+\.(csv|zip|toml)|[A-Z]+)$", "NAME", word) for word in arguments)

    english, indonesian = ({neutral(its) for its in commands(page)} for page in ("README.md", "README.id.md"))
    assert english == indonesian


@pytest.mark.parametrize("page", ["README.md", "README.id.md"])
def test_example_figures_are_read_as_the_table_below_them_says(page, tmp_path):
    (example,) = [block.text for block in blocks(page) if block.kind == "csv"]
    path = tmp_path / data_file(page)
    path.write_text(example, encoding="utf-8")
    rows = read_own_data(path, facts=load_facts(), today=date(2026, 3, 1))
    assert [(row.region, row.indicator, row.value) for row in rows] == [
        ("18", "coverage", 0.2527),
        ("1872", "members", 24500),
    ]
