"""Sweeps: the digits of `run`, whole parts, and work that goes on where it ended."""

import json
import os
import signal
import sys
from contextlib import nullcontext
from dataclasses import replace

import pandas as pd
import pytest

from simulator import project
from simulator.cli import main
from simulator.outputs import model_version
from simulator.outputs import sweep as room
from simulator.outputs.files import write_files
from simulator.outputs.manifest import program
from simulator.outputs.sweep import sweep
from simulator.outputs.sweep_grid import SweepError, read_grid, scenario_of
from simulator.outputs.sweep_tables import TABLES, Block, compute
from simulator.scenario import digest, dump_scenario, load_scenario

pytestmark = pytest.mark.xdist_group("sweep")  # one worker of pytest, one pair of workers
NOBODY = "tcp://127.0.0.1:9"
SMALL = """
base = "combined"
draws = 20
seed = 5
horizon = "2027-06"
[levers]
village_share = [0.2, 0.9]
"metro_share@1871" = [0.0, 0.7]
[assumptions]
keep_six_months = [0.2, 0.5]
"""
KEYS = {
    "targets": ["target", "reading"],
    "quantiles": ["indicator", "region", "segment", "month", "quantile"],
    "money": ["year", "fund", "indicator"],
}


@pytest.fixture(scope="module")
def client():
    """Two workers of this machine for all tests."""
    with room._here(2) as running:
        yield running


@pytest.fixture(scope="module")
def address(client):
    return client.scheduler.address


@pytest.fixture(scope="module")
def grid_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("grid") / "kisi.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def grid(grid_file):
    return read_grid(grid_file)


@pytest.fixture(scope="module")
def undisturbed(grid, address, tmp_path_factory):
    """A folder with a finished sweep, not to be altered."""
    out = tmp_path_factory.mktemp("sweep") / "out"
    steps = []
    done = sweep(grid, out, scheduler=address, progress=lambda *step: steps.append(step))
    assert (done.scenarios, done.computed, done.refused) == (8, 8, 0)
    assert steps == [(number, 8) for number in range(1, 9)]
    return out


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def of_scenario(out, table, number):
    rows = pd.read_parquet(out / table)
    texts = rows.select_dtypes("category").columns
    return rows[rows["scenario"] == number].astype(dict.fromkeys(texts, "str")).drop(columns="scenario")


def assert_rows_stand_in(rows, table, keys):
    """Every row is one of `table`, with the same bits."""
    found = rows[keys].merge(table, on=keys, how="left")
    pd.testing.assert_frame_equal(found[rows.columns], rows.reset_index(drop=True), check_exact=True, check_dtype=False)


def test_every_scenario_has_the_digits_of_a_run(grid, undisturbed):
    settings = pd.read_parquet(undisturbed / "scenarios.parquet").set_index("scenario")
    assert settings.loc[5].to_dict() == {
        "levers.village_share": 0.9,
        "levers.metro_share@1871": 0.0,
        "assumptions.keep_six_months": 0.5,
    }
    hashes = pd.read_parquet(undisturbed / "runs").set_index("scenario")["hash"]
    for number in (0, 5, 7):
        result = project(scenario_of(grid.base, grid.axes, grid.rows[number]), draws=20, seed=5)
        answer = result.to_json()
        targets = pd.DataFrame(answer["targets"]).rename(columns={"id": "target"})
        assert hashes[number] == answer["hash"] == digest(result.scenario)
        assert_rows_stand_in(of_scenario(undisturbed, "quantiles", number), result.quantiles(), KEYS["quantiles"])
        assert_rows_stand_in(of_scenario(undisturbed, "money", number), result.money(), KEYS["money"])
        assert_rows_stand_in(
            of_scenario(undisturbed, "targets", number), targets[targets["status"] == "open"], KEYS["targets"]
        )


def test_tables_hold_what_the_page_on_scale_says(undisturbed):
    one = {table: of_scenario(undisturbed, table, 0) for table in KEYS}
    assert len(one["quantiles"]) == 16 * 2 * 3  # regions, December 2026 and the horizon, levels
    assert set(one["quantiles"]["month"]) == {"2026-12", "2027-06"}
    assert len(one["targets"]) == 3 * one["targets"]["target"].nunique()
    assert set(one["money"]["year"]) == {2026, 2027}
    assert {table: one[table].duplicated(KEYS[table]).any() for table in KEYS} == dict.fromkeys(KEYS, False)


def test_the_manifest_names_what_the_numbers_follow_from(undisturbed, grid):
    manifest = json.loads((undisturbed / "manifest.json").read_text(encoding="utf-8"))
    assert program().items() <= manifest.items()
    assert (manifest["draws"], manifest["seed"], manifest["scenarios"]) == (20, 5, 8)
    assert load_scenario(undisturbed / "base.toml") == grid.base


def test_workers_listen_on_this_machine_alone(client):
    addresses = [client.scheduler.address, *client.scheduler_info(n_workers=-1)["workers"]]
    assert len(addresses) == 3
    assert {address.rpartition(":")[0] for address in addresses} == {"tcp://127.0.0.1"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_a_killed_worker_changes_no_byte(client, address, grid, undisturbed, tmp_path):
    killed = []

    def kill_one(done, total):
        if not killed:
            assert done < total - 2  # both workers are in the middle of a part
            killed.append(min(client.run(os.getpid).values()))
            os.kill(killed[0], signal.SIGKILL)

    sweep(grid, tmp_path, scheduler=address, progress=kill_one)
    assert killed
    assert contents(tmp_path) == contents(undisturbed)
    client.wait_for_workers(2, timeout=60)
    assert killed[0] not in client.run(os.getpid).values()


def test_a_second_call_computes_only_what_is_missing(grid, address, undisturbed, tmp_path):
    files = contents(undisturbed)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "money" / "part-00003.parquet").unlink()
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in files if "part" in name and "00003" not in name}
    steps = []
    done = sweep(grid, tmp_path, scheduler=address, progress=lambda *step: steps.append(step))
    assert (done.computed, steps) == (1, [(8, 8)])
    assert contents(tmp_path) == files
    assert before == {name: (tmp_path / name).stat().st_mtime_ns for name in before}


def test_a_finished_sweep_asks_no_worker(grid, undisturbed):
    assert sweep(grid, undisturbed, scheduler=NOBODY).computed == 0


@pytest.mark.parametrize("changed", [("draws = 20", "draws = 21"), ("0.9", "0.8"), ("2027-06", "2027-07")])
def test_another_grid_does_not_enter_the_folder(changed, undisturbed, tmp_path):
    other = tmp_path / "lain.toml"
    other.write_text(SMALL.replace(*changed), encoding="utf-8")
    before = contents(undisturbed)
    with pytest.raises(SweepError, match="holds the sweep of another grid"):
        sweep(read_grid(other), undisturbed, scheduler=NOBODY)
    assert contents(undisturbed) == before


def test_parts_without_a_manifest_are_not_taken_for_finished(grid, tmp_path):
    (tmp_path / "runs").mkdir()
    with pytest.raises(SweepError, match="holds the sweep of another grid"):
        sweep(grid, tmp_path, scheduler=NOBODY)


def test_a_scenario_that_the_model_refuses_says_why_and_stops_no_other(address, tmp_path):
    path = tmp_path / "kisi.toml"
    path.write_text(
        'base = "baseline"\ndraws = 10\nhorizon = "2026-12"\n[levers]\n"pppk_full@1872" = [10, 20000]\n',
        encoding="utf-8",
    )
    done = sweep(read_grid(path), tmp_path / "out", scheduler=address)
    assert (done.scenarios, done.refused) == (2, 1)
    runs = pd.read_parquet(tmp_path / "out" / "runs")
    assert runs["refused"].isna().tolist() == [True, False]
    assert "fewer non-ASN staff" in runs["refused"][1]
    for table in KEYS:
        assert set(pd.read_parquet(tmp_path / "out" / table)["scenario"]) == {0}


def test_a_worker_that_joins_with_another_model_refuses_its_block(grid):
    block = Block(0, dump_scenario(grid.base), grid.axes, grid.rows[:1], 10, 0, program())
    with pytest.raises(SweepError, match="a worker lacks this model"):
        compute(replace(block, program=program() | {"data_hash": "0" * 64}))


@pytest.fixture
def one_strange_worker(client):
    """Let one of the two workers say that its model is another one."""

    def say(version):
        from simulator.outputs import manifest

        manifest.model_version = lambda: version

    strange = [min(client.scheduler_info(n_workers=-1)["workers"])]
    client.run(say, "0.0.1", workers=strange)
    yield
    client.run(say, model_version(), workers=strange)


@pytest.mark.usefixtures("one_strange_worker")
def test_a_worker_with_another_model_is_refused_before_anything_is_written(grid, address, tmp_path):
    with pytest.raises(SweepError, match="a worker lacks this model"):
        sweep(grid, tmp_path / "out", scheduler=address)
    assert list(tmp_path.iterdir()) == []


def test_parts_depend_on_the_grid_alone(grid):
    many = replace(grid, rows=tuple((number / 1e6, 0, 0.2) for number in range(7001)))
    blocks = room._blocks(many)
    assert {len(block.rows) for block in blocks.values()} == {50, 1}
    assert [row for block in blocks.values() for row in block.rows] == list(many.rows)
    assert [block.first for block in blocks.values()] == list(range(0, 7001, 50))


def test_ctrl_c_leaves_whole_parts_and_a_second_call_adds_the_others(grid, address, undisturbed, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        sweep(grid, tmp_path, scheduler=address, progress=lambda *_: signal.raise_signal(signal.SIGINT))
    whole, left = contents(undisturbed), contents(tmp_path)
    assert left.items() <= whole.items()
    assert sum("part-" in name for name in left) == len(TABLES)
    assert sweep(grid, tmp_path, scheduler=address).computed == 7
    assert contents(tmp_path) == whole


def test_ctrl_c_while_a_file_is_written_leaves_no_half_of_it(grid, address, tmp_path, monkeypatch):
    def write_half(folder, files):
        if folder.name == "money":
            folder.mkdir()
            (folder / ".part-00000.parquet.x").write_bytes(b"PAR1")
            raise KeyboardInterrupt
        write_files(folder, files)

    monkeypatch.setattr(room, "write_files", write_half)
    with pytest.raises(KeyboardInterrupt):
        sweep(grid, tmp_path, scheduler=address)
    assert list((tmp_path / "money").iterdir()) == []


def test_workers_leave_ctrl_c_to_the_program_that_was_started(client):
    assert list(client.run(signal.getsignal, signal.SIGINT).values()) == [signal.SIG_IGN] * 2


def refusal(capsys, arguments):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    return err


def test_the_command_runs_the_grid_on_so_many_workers_and_tells_it(
    client, grid_file, undisturbed, tmp_path, capsys, monkeypatch
):
    asked = []

    def here(workers):
        asked.append(workers)
        return nullcontext(client)

    monkeypatch.setattr(room, "_here", here)
    assert main(["sweep", str(grid_file), "--out", str(tmp_path), "--workers", "3", "--lang", "en"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}: 8 scenarios, 8 of them computed now, 0 refused by the model\n"
    assert asked == [3]
    assert contents(tmp_path) == contents(undisturbed)


@pytest.mark.parametrize("scheduler", [NOBODY, "", "foo", "foo://bar:1", "tls://127.0.0.1:9"])
def test_a_scheduler_that_does_not_answer_is_refused_and_nothing_written(
    scheduler, grid_file, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(room, "_PATIENCE", "0.3s")
    arguments = ["sweep", str(grid_file), "--out", str(tmp_path / "out"), "--scheduler", scheduler]
    assert f"--scheduler adalah {scheduler!r}" in refusal(capsys, arguments)
    assert f"--scheduler is {scheduler!r}" in refusal(capsys, [*arguments, "--lang", "en"])
    assert not (tmp_path / "out").exists()


def test_a_refused_grid_writes_nothing(tmp_path, capsys):
    path = tmp_path / "kisi.toml"
    path.write_text('base = "baseline"\n[levers]\nvillage_share = [2]\n', encoding="utf-8")
    said = refusal(capsys, ["sweep", str(path), "--out", str(tmp_path / "out")])
    assert "kisi.toml: levers.village_share bernilai 2; yang boleh: " in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("more", [["--workers", "0"], ["--workers", "two"], ["--workers", "2", "--scheduler", NOBODY]])
def test_workers_that_cannot_be_are_refused(more, grid_file, tmp_path, capsys):
    refusal(capsys, ["sweep", str(grid_file), "--out", str(tmp_path / "out"), *more])
    assert list(tmp_path.iterdir()) == []


def test_without_the_optional_packages_the_command_names_their_file(grid_file, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "simulator.outputs.sweep", None)
    said = refusal(capsys, ["sweep", str(grid_file), "--out", str(tmp_path / "out"), "--lang", "en"])
    assert "requirements-scale.txt" in said
    assert not (tmp_path / "out").exists()


def test_a_file_is_no_output_folder(grid_file, tmp_path, capsys):
    file = tmp_path / "sudah-ada"
    file.write_text("isi", encoding="utf-8")
    assert "--out" in refusal(capsys, ["sweep", str(grid_file), "--out", str(file)])
    assert file.read_text(encoding="utf-8") == "isi"
