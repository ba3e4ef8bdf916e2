"""The fuzzer counts its cases, and notices what a target must not do."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import fuzz

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def watch(tmp_path, monkeypatch):
    """Return a function that watches a target work on one case, and gives what was found as texts."""
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path / "folder")
    monkeypatch.setattr(fuzz, "FOUND", tmp_path / "found")

    def watched(hand_over, case="x"):
        its = fuzz.Watch("target", hand_over)
        its.hand_over(case)
        assert its.n_cases == 1
        return [file.read_text(encoding="utf-8") for file in its.found.values()]

    return watched


def test_a_case_that_is_borne_leaves_nothing(watch):
    assert watch(lambda case: Path("own.txt").write_text(case, encoding="utf-8")) == []


def test_an_exception_is_kept_with_its_case(watch):
    (found,) = watch(lambda case: 1 / len(case), "")
    assert "ZeroDivisionError" in found
    assert "\n('target', '')\n" in found


def test_a_file_elsewhere_is_found(watch, tmp_path):
    (found,) = watch(lambda case: (tmp_path / "elsewhere.txt").write_text(case, encoding="utf-8"))
    assert "outside its folder" in found


def test_a_hang_is_found(watch, monkeypatch):
    monkeypatch.setattr(fuzz, "SECONDS_A_CASE", 0.05)

    def hang(_):
        while time.monotonic():
            pass

    (found,) = watch(hang)
    assert "TooLongError" in found


def test_the_same_place_is_kept_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fuzz, "FOUND", tmp_path / "found")
    its = fuzz.Watch("target", lambda case: 1 / case)
    for _ in range(3):
        its.hand_over(0)
    assert (its.n_cases, len(its.found)) == (3, 1)


@pytest.mark.parametrize("target", ["scenario_file", "link", "own_data", "grid", "bundle", "command_line", "request"])
def test_a_target_bears_some_cases(target):
    told = ["--target", target, "--cases", "40", "--seed", "0"]
    ended = subprocess.run([sys.executable, "-m", "tools.fuzz", *told], cwd=ROOT, check=False, capture_output=True)
    assert ended.returncode == 0, ended.stdout.decode()
    assert " 40 cases" in ended.stdout.decode()
