"""The check before the day: what it looks at, and what it says to mend."""

import json
import sys
from types import SimpleNamespace

import pytest

from simulator import cli
from simulator.outputs.text import Words
from simulator.workshop import ready

WORDS = Words("en")
LOOKS = ["ports", "network", "fonts", "browser", "disk", "model", "clock"]


@pytest.fixture(autouse=True)
def _machine(monkeypatch, store):
    """Let this machine be ready, whatever it is."""
    monkeypatch.setattr(ready, "is_busy", lambda *_: False)
    monkeypatch.setattr(ready, "local_addresses", lambda: ["192.168.1.5"])
    monkeypatch.setattr(ready, "find_browser", lambda: sys.executable)
    monkeypatch.setattr(ready, "run", lambda *_, **__: None)


def looked(id):
    return next(check for check in ready.checks(WORDS) if check.id == id)


def test_a_ready_machine_ends_with_0_and_one_line_each(capsys):
    assert cli.main(["workshop-check", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(LOOKS) + 1
    assert all(line.startswith("ok ") for line in lines[:-1])
    assert lines[-1] == "This machine is ready for the workshop."


def test_what_is_missing_is_said_and_ends_with_1(monkeypatch, capsys):
    monkeypatch.setattr(ready, "local_addresses", list)
    assert cli.main(["workshop-check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("BENAHI")] == [
        "BENAHI  Laptop ini tidak tersambung ke jaringan setempat; sambungkan ke wifi atau nyalakan hotspot."
    ]
    assert lines[-1].startswith("Laptop ini belum siap")


@pytest.mark.parametrize(("is_busy", "code"), [(False, 0), (True, 1)])
def test_json_is_one_object(monkeypatch, capsys, is_busy, code):
    monkeypatch.setattr(ready, "is_busy", lambda *_: is_busy)
    assert cli.main(["workshop-check", "--json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert told["ready"] is not is_busy
    assert [check["id"] for check in told["checks"]] == LOOKS
    assert [check["ok"] for check in told["checks"]] == [not is_busy] + [True] * (len(LOOKS) - 1)
    assert all(set(check) == {"id", "ok", "said"} for check in told["checks"])


def test_busy_ports_are_named(monkeypatch):
    monkeypatch.setattr(ready, "is_busy", lambda port, _: port == 8502)
    assert looked("ports").said.startswith("Busy: port 8502;")


def test_fonts_from_outside_are_found(monkeypatch, tmp_path):
    assert looked("fonts").ok
    settings = tmp_path / ".streamlit" / "config.toml"
    settings.parent.mkdir()
    settings.write_text('[theme]\nfont = "https://example.org/a.woff2"\n', encoding="utf-8")
    monkeypatch.setattr(ready, "_PROJECT", tmp_path)
    assert "fetch fonts from outside" in looked("fonts").said


def test_a_machine_without_the_app_has_no_fonts(monkeypatch):
    monkeypatch.setattr(ready.importlib.util, "find_spec", lambda _: None)
    assert "requirements.txt" in looked("fonts").said


def test_a_full_disk_is_said(monkeypatch):
    monkeypatch.setattr(ready.shutil, "disk_usage", lambda _: SimpleNamespace(free=499_999_999))
    assert looked("disk").said.startswith("Only 499 MB are free")
    monkeypatch.setattr(ready.shutil, "disk_usage", lambda _: SimpleNamespace(free=500_000_000))
    assert looked("disk").ok


def test_a_store_that_cannot_be_written_is_said(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SIMULATOR_WORKSHOP", str(tmp_path / "file"))
    assert "cannot be read or written" in looked("disk").said


@pytest.mark.parametrize(("seconds", "ok"), [(20.0, True), (20.1, False)])
def test_a_slow_model_is_said(monkeypatch, seconds, ok):
    clock = iter([100.0, 100.0 + seconds])
    monkeypatch.setattr(ready.time, "perf_counter", lambda: next(clock))
    assert ready._model(WORDS)[0] is ok


@pytest.mark.parametrize(("day", "ok"), [("2025-12-31", False), ("2026-01-01", True)])
def test_a_clock_before_the_data_is_said(monkeypatch, day, ok):
    today = ready.date.fromisoformat(day)
    monkeypatch.setattr(ready, "date", SimpleNamespace(today=lambda: today))
    assert looked("clock").ok is ok
    assert day in looked("clock").said
