"""Find a Chromium for the tests that look at the app as people do.

In this order: the one that ``CHROMIUM`` names, the system's Chromium or Chrome, the one that playwright downloads,
the system's package when the tests run as root. Where none of them works, the tests that need a browser fail with
one sentence; they are never skipped.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BUNDLES = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
WINDOWS_PROGRAMS = ("Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe")
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")

START_SECONDS = 60
DOWNLOAD_SECONDS = 240
PACKAGE_SECONDS = 300

ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
)


class NoBrowserError(RuntimeError):
    """No Chromium could be found or fetched."""


def find_chromium() -> Path:
    """Return a Chromium or Chrome that starts.

    Raises
    ------
    NoBrowserError
        If ``CHROMIUM`` names none, or if none is there and none can be fetched.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        if not starts(Path(named)):
            msg = f"CHROMIUM is {named!r}, which does not start; name a Chromium or Chrome, or unset it."
            raise NoBrowserError(msg)
        return Path(named)
    for step in (from_system, from_playwright, from_packages):
        found = step()
        if found is not None:
            return found
    msg = "No Chromium for the browser tests: install Chromium or Chrome, or set CHROMIUM to the path of one."
    raise NoBrowserError(msg)


def from_system() -> Path | None:
    """Return the first installed Chromium or Chrome that starts."""
    on_path = [Path(found) for name in NAMES if (found := shutil.which(name))]
    return next(filter(starts, [*on_path, *usual_places(sys.platform, os.environ)]), None)


def usual_places(platform: str, environment: Mapping[str, str]) -> list[Path]:
    """Return where macOS and Windows keep browsers that are not on the search path."""
    if platform == "darwin":
        folders = [Path("/Applications"), Path.home() / "Applications"]
        return [folder / bundle for folder in folders for bundle in MAC_BUNDLES]
    if platform == "win32":
        folders = [Path(environment[name]) for name in WINDOWS_FOLDERS if name in environment]
        return [folder / program for folder in folders for program in WINDOWS_PROGRAMS]
    return []


def from_playwright() -> Path | None:
    """Return the Chromium that playwright keeps, downloading it first if need be."""
    if (found := playwrights_own()) is not None:
        return found
    output_of([sys.executable, "-m", "playwright", "install", "chromium"], seconds=DOWNLOAD_SECONDS)
    return playwrights_own()


def playwrights_own() -> Path | None:
    """Return the Chromium that playwright has already downloaded, if it starts on this system."""
    # In a process of its own, because playwright leaves an event loop behind in the one that asks.
    answer = output_of([sys.executable, "-c", ASK_PLAYWRIGHT], seconds=START_SECONDS)
    return Path(answer.strip()) if answer and starts(Path(answer.strip())) else None


def from_packages() -> Path | None:
    """Install Debian's or Ubuntu's package and return its browser; only as root."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    output_of(["apt-get", "update", "-q"], seconds=PACKAGE_SECONDS)
    output_of(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"], seconds=PACKAGE_SECONDS)
    return from_system()


def starts(program: Path) -> bool:
    """Tell whether `program` is a browser that runs here: some are stubs, and some lack system libraries."""
    if not program.is_file():
        return False
    # On Windows, asking for the version opens a window instead.
    return sys.platform == "win32" or output_of([str(program), "--version"], seconds=START_SECONDS) is not None


def output_of(command: list[str], *, seconds: float) -> str | None:
    """Run `command` without a terminal; return what it printed, or None if it did not end well in time."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, env=environment, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None
