"""Which browser the check before the day finds."""

import sys
from pathlib import Path

import pytest

from simulator.workshop import ready


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(ready.shutil, "which", lambda _: None)
    monkeypatch.setattr(ready, "_usual_places", list)
    monkeypatch.setattr(ready, "_of_playwright", lambda: None)


def test_none_is_none():
    assert ready.find_browser() is None


def test_the_named_one_comes_first_and_is_not_passed_over(monkeypatch):
    monkeypatch.setattr(ready.shutil, "which", lambda _: sys.executable)
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    assert ready.find_browser() is None
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert ready.find_browser() == Path(sys.executable)


def test_then_the_systems_and_then_playwrights(monkeypatch, tmp_path):
    stub = tmp_path / "chromium"
    stub.touch()
    monkeypatch.setattr(ready, "_of_playwright", lambda: Path("own"))
    monkeypatch.setattr(ready.shutil, "which", lambda name: str(stub) if name == "chromium" else None)
    assert ready.find_browser() == (stub if sys.platform == "win32" else Path("own"))  # a stub does not start
    monkeypatch.setattr(ready.shutil, "which", lambda name: sys.executable)
    assert ready.find_browser() == Path(sys.executable)
