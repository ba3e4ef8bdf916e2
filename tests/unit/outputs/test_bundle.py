"""A bundle: the same every time, whole, and equal to what the command line writes."""

import hashlib
import io
import json
import platform
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from threading import Event

import pandas as pd
import pytest
from frictionless import Package

from simulator import compare, project
from simulator.model import Cancelled, RunError
from simulator.outputs import bundle, table_files
from simulator.outputs.exports import file_names, run_export
from simulator.outputs.files import OutputError
from simulator.scenario import ScenarioError, digest, load_scenario
from tests import bundles
from tests.bundles import DRAWS, SEED, members, short

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("baseline", "desa-ke-1")
TABLES = ("quantiles.csv", "arrival.csv", "money.csv")


def test_members_are_those_that_readme_and_contract_name():
    charts = [
        f"charts/{name}-{kind}.{form}"
        for name in NAMES
        for kind in ("path", "arrival", "money")
        for form in ("png", "svg")
    ]
    assert sorted(members(bundles.bundle())) == sorted(
        [
            *TABLES, "differences.csv", *(f"scenarios/{name}.toml" for name in NAMES), *charts,
            "charts/comparison.png", "charts/comparison.svg", "workbook.xlsx", "report.html", "slides.pptx",
            "reproduce.py", "reproduce.ipynb", "README.txt", "manifest.json", "datapackage.json",
        ]
    )  # fmt: skip


def test_the_same_scenarios_give_the_same_bytes():
    scenarios = {"baseline": short("baseline"), "=Désa ke-1": bundles.evil()}
    again = bundle.make_bundle(scenarios, draws=DRAWS, seed=SEED)
    before, after = members(bundles.bundle()), members(again)
    assert [name for name in before if before[name] != after[name]] == []
    assert again == bundles.bundle()


def test_no_member_tells_of_the_time_or_the_machine():
    with zipfile.ZipFile(io.BytesIO(bundles.bundle())) as archive:
        assert {its.date_time for its in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())
    content = members(bundles.bundle())
    for name in ("workbook.xlsx", "slides.pptx"):
        content |= {f"{name}/{inner}": its for inner, its in members(content.pop(name)).items()}
    texts = {name: its.decode() for name, its in content.items() if not name.endswith((".png", ".jpeg", ".bin"))}
    private = rf"{re.escape(str(ROOT))}|\b{re.escape(platform.node())}\b|{date.today().isoformat()}"
    assert {name: re.findall(private, text) for name, text in texts.items() if re.search(private, text)} == {}


def test_tables_are_those_of_the_command_line_to_the_last_digit():
    files = members(bundles.bundle())
    alone = [
        table_files(project(its, draws=DRAWS, seed=SEED, name=name))
        for its, name in zip((short("baseline"), bundles.evil()), NAMES, strict=True)
    ]
    for name in TABLES:
        assert files[name] == alone[0][name] + alone[1][name].split(b"\n", 1)[1]
    both = compare(short("baseline"), bundles.evil(), draws=DRAWS, seed=SEED, names=NAMES)
    assert files["differences.csv"].decode() == both.differences().to_csv(index=False, lineterminator="\n")


def test_scenario_files_read_back_to_the_same_digest(tmp_path):
    files = members(bundles.bundle())
    for name, its in zip(NAMES, (short("baseline"), bundles.evil()), strict=True):
        path = tmp_path / f"{name}.toml"
        path.write_bytes(files[f"scenarios/{name}.toml"])
        assert digest(load_scenario(path)) == digest(its)
        assert load_scenario(path).name == its.name


def test_manifest_holds_the_hash_of_every_other_file():
    files = members(bundles.bundle())
    told = json.loads(files["manifest.json"])
    expected = {name: hashlib.sha256(its).hexdigest() for name, its in files.items() if name != "manifest.json"}
    assert told["files"] == expected
    assert (told["draws"], told["seed"], told["language"], told["target"]) == (DRAWS, SEED, "id", "rkp_2026")
    assert told["scenarios"] == [
        {"name": name, "digest": digest(its)}
        for name, its in zip(NAMES, (short("baseline"), bundles.evil()), strict=True)
    ]


def test_no_cell_of_a_table_starts_a_formula():
    for name in (*TABLES, "differences.csv"):
        table = pd.read_csv(io.BytesIO(members(bundles.bundle())[name]), dtype=str, keep_default_na=False)
        texts = table.select_dtypes(exclude="number").drop(columns=["value", "probability"], errors="ignore")
        assert not texts.map(lambda cell: cell.startswith(("=", "+", "-", "@", "\t", "\r"))).to_numpy().any()


def test_data_package_is_valid(tmp_path):
    for name, content in members(bundles.bundle()).items():
        if name.endswith((".csv", "datapackage.json")):
            (tmp_path / name).write_bytes(content)
    package = Package(str(tmp_path / "datapackage.json"))
    assert [resource.name for resource in package.resources] == ["quantiles", "arrival", "money", "differences"]
    report = package.validate(limit_rows=2000)
    assert report.valid, report.flatten(["type", "message"])[:3]
    money = tmp_path / "money.csv"
    money.write_bytes(money.read_bytes().replace(b"rupiah", b"dollar", 1))
    assert not package.validate(limit_rows=10).valid


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["baseline", "village_100"], ("baseline", "village_100")),
        (["Désa 1", "Desa 1"], ("desa-1", "desa-1-2")),
        (["=cmd|' /C calc'!A0", "../../etc", "-x"], ("cmd-c-calc-a0", "etc", "x")),
        (["日本", "***"], ("scenario", "scenario-2")),
        (["a" * 90], ("a" * 40,)),
    ],
)
def test_file_names_are_plain_and_differ(names, expected):
    assert file_names(names) == expected


def test_the_baseline_stands_beside_what_is_another_scenario():
    both = bundles.export()
    assert both.baselines[0] is None
    beside = both.baselines[1]
    assert beside is not None
    assert digest(beside.scenario) == digest(short("baseline"))
    own = short("baseline").replace(assumptions={"keep_six_months": 0.3})
    alone = run_export({"mine": own}, draws=5)
    assert alone.baselines[0] is not None  # where only assumptions are replaced, it is the published baseline
    assert alone.baselines[0].scenario.assumptions == {}


@pytest.mark.parametrize(
    ("scenarios", "more", "words"),
    [
        ({}, {}, ["0", "1 to 4"]),
        ({f"s{n}": "baseline" for n in range(5)}, {}, ["5", "1 to 4"]),
        ({"a": "baseline"}, {"target": "moon"}, ["target", "moon", "rkp_2026"]),
        ({"a": "baseline"}, {"language": "jv"}, ["language", "jv", "id, en"]),
        ({"a": "baseline"}, {"draws": 0}, ["draws", "0"]),
    ],
)
def test_what_cannot_be_a_bundle_is_refused_in_one_sentence(scenarios, more, words):
    chosen = {name: short(stem) for name, stem in scenarios.items()}
    with pytest.raises(RunError) as refused:
        bundle.make_bundle(chosen, **{"draws": 5, **more})
    assert all(word in str(refused.value) for word in words)
    assert "\n" not in str(refused.value)


def test_scenarios_over_other_months_are_refused():
    with pytest.raises(ScenarioError, match=r"later.*horizon.*2030-12.*2027-12"):
        bundle.make_bundle({"a": short("baseline"), "later": load_scenario("baseline")}, draws=5)


def test_progress_rises_to_its_end_and_cancel_ends_the_work():
    seen: list[tuple[int, int]] = []
    stop = Event()

    def watch(done, total):
        seen.append((done, total))
        if done > 30:
            stop.set()

    with pytest.raises(Cancelled):
        bundle.bundle_of(bundles.export(), progress=watch, cancel=stop)
    shares = [done / total for done, total in seen]
    assert shares == sorted(shares)
    assert shares[-1] < 1


def test_without_the_packages_that_draw_it_says_which_set_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(OutputError, match=r"xlsxwriter.*requirements\.txt"):
        bundle.make_bundle({"a": short("baseline")}, draws=5)


def unpacked(folder: Path) -> Path:
    for name, content in members(bundles.bundle()).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return folder


def ran(script: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(script)], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_script_in_a_bundle_repeats_its_numbers(tmp_path):
    done = ran(unpacked(tmp_path) / "reproduce.py")
    assert (done.returncode, done.stdout.count("match")) == (0, 3), done.stderr


def test_the_notebook_in_a_bundle_finds_a_changed_number(tmp_path):
    notebook = json.loads((unpacked(tmp_path) / "reproduce.ipynb").read_text(encoding="utf-8"))
    assert (notebook["nbformat"], len({cell["id"] for cell in notebook["cells"]})) == (4, len(notebook["cells"]))
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    script = tmp_path / "cells.py"
    script.write_text("\n".join([*code, "print(same)"]), encoding="utf-8")
    table = (tmp_path / "money.csv").read_text(encoding="utf-8").splitlines()
    row = table[5].split(",")
    row[4] = str(int(row[4]) + 10**6)
    (tmp_path / "money.csv").write_text("\n".join([*table[:5], ",".join(row), *table[6:]]) + "\n", encoding="utf-8")
    done = ran(script)
    assert done.stdout.splitlines()[-1] == "False", done.stderr
    assert f"mismatch: {{'scenario': 'baseline', 'year': '{row[1]}', 'fund': '{row[2]}'" in done.stdout
    assert row[4] in done.stdout
