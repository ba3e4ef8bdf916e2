from pathlib import Path

import pytest

from tests import browser


@pytest.fixture
def bare(monkeypatch):
    """A machine without any browser, where nothing can be fetched; returns the commands that were tried."""
    tried = []
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "from_system", lambda: None)
    monkeypatch.setattr(browser, "playwrights_own", lambda: None)
    monkeypatch.setattr(browser, "output_of", lambda command, *, seconds: tried.append(command))
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000, raising=False)
    return tried


def make_program(path: Path, text: str = "#!/bin/sh\nexit 0\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_variable_comes_before_the_system(monkeypatch, tmp_path):
    named = make_program(tmp_path / "named")
    monkeypatch.setenv("CHROMIUM", str(named))
    monkeypatch.setattr(browser, "from_system", lambda: tmp_path / "system")
    assert browser.find_chromium() == named


def test_a_variable_that_names_no_browser_is_refused_rather_than_passed_over(monkeypatch, tmp_path):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "missing"))
    monkeypatch.setattr(browser, "from_system", lambda: tmp_path / "system")
    with pytest.raises(browser.NoBrowserError, match=r"^CHROMIUM is '.*missing', which does not start"):
        browser.find_chromium()


def test_the_system_comes_before_any_download(monkeypatch, bare, tmp_path):
    monkeypatch.setattr(browser, "from_system", lambda: tmp_path / "system")
    assert browser.find_chromium() == tmp_path / "system"
    assert bare == []


def test_what_playwright_already_has_is_used_without_a_download(monkeypatch, bare, tmp_path):
    monkeypatch.setattr(browser, "playwrights_own", lambda: tmp_path / "own")
    assert browser.find_chromium() == tmp_path / "own"
    assert bare == []


def test_playwright_downloads_before_packages_are_installed(monkeypatch, bare, tmp_path):
    monkeypatch.setattr(browser, "playwrights_own", lambda: tmp_path / "own" if bare else None)
    assert browser.find_chromium() == tmp_path / "own"
    assert [command[1:] for command in bare] == [["-m", "playwright", "install", "chromium"]]


def test_root_installs_the_package_last(monkeypatch, bare, tmp_path):
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(browser.shutil, "which", lambda name: name)
    installed = {"apt-get"}
    monkeypatch.setattr(
        browser, "from_system", lambda: tmp_path / "packaged" if installed & {c[0] for c in bare} else None
    )
    assert browser.find_chromium() == tmp_path / "packaged"
    assert [command[:2] for command in bare[1:]] == [["apt-get", "update"], ["apt-get", "install"]]


def test_others_never_touch_the_systems_packages_and_get_one_sentence(bare):
    with pytest.raises(browser.NoBrowserError, match=r"^No Chromium for the browser tests: [^\n]+\.$"):
        browser.find_chromium()
    assert not any("apt-get" in command for command in bare)


def test_a_program_that_fails_to_start_is_passed_over(monkeypatch, tmp_path):
    stub = make_program(tmp_path / "a" / "chromium", "#!/bin/sh\nexit 1\n")
    works = make_program(tmp_path / "b" / "google-chrome")
    found = {"chromium": str(stub), "google-chrome": str(works)}
    monkeypatch.setattr(browser.sys, "platform", "linux")
    monkeypatch.setattr(browser.shutil, "which", found.get)
    assert browser.from_system() == works


def test_a_command_that_takes_too_long_counts_as_failed(tmp_path):
    slow = make_program(tmp_path / "slow", "#!/bin/sh\nexec sleep 5\n")
    assert browser.output_of([str(slow)], seconds=0.1) is None


def test_usual_places_of_macos_and_windows(tmp_path):
    assert Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome") in browser.usual_places("darwin", {})
    windows = browser.usual_places("win32", {"PROGRAMFILES": str(tmp_path)})
    assert windows[0] == tmp_path / "Google/Chrome/Application/chrome.exe"
    assert browser.usual_places("linux", {}) == []


def test_the_browser_that_is_found_starts(chromium):
    assert browser.starts(chromium)
