"""Is this laptop ready for the room? What is looked at the day before, each with what to mend."""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from simulator.facts.calendar import DATA_MONTH, MONTHS_PER_YEAR
from simulator.model import run
from simulator.outputs.text import Words
from simulator.ports import LOOPBACKS, is_busy
from simulator.scenario import load_scenario
from simulator.workshop.addresses import APP_PORT, PHONES_PORT, local_addresses
from simulator.workshop.records import WorkshopError
from simulator.workshop.store import Store, folder

LEAST_MEGABYTES = 500
LONGEST_RUN_SECONDS = 20.0
DRAWS = 2000
_PROJECT = Path(__file__).resolve().parents[2]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC_BROWSERS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
_WINDOWS_BROWSERS = ("Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe")
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
)
_BROWSER_SECONDS = 60


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    id : str
    ok : bool
    said : str
        How it stands, or what to mend.
    """

    id: str
    ok: bool
    said: str


def checks(words: Words) -> Iterator[Check]:
    """Look at everything, one after the other."""
    for id, look in _LOOKS.items():
        ok, key, fields = look(words)
        yield Check(id, ok, words(key, **fields))


def ready_json(made: list[Check]) -> dict[str, Any]:
    """Return checks as they are printed with ``--json``."""
    return {"ready": all(check.ok for check in made), "checks": [asdict(check) for check in made]}


def ready_line(check: Check, words: Words) -> str:
    """Return a check as one line."""
    return f"{words('ready.ok' if check.ok else 'ready.mend')}  {check.said}"


_Looked = tuple[bool, str, Mapping[str, object]]


def _ports(_: Words) -> _Looked:
    busy = [str(port) for port in (APP_PORT, PHONES_PORT) if is_busy(port, [*LOOPBACKS, *local_addresses()])]
    if busy:
        return False, "ready.ports.busy", {"ports": ", ".join(busy)}
    return True, "ready.ports", {"app": APP_PORT, "phones": PHONES_PORT}


def _network(_: Words) -> _Looked:
    found = local_addresses()
    return bool(found), "ready.network" if found else "ready.network.none", {"addresses": ", ".join(found)}


def _fonts(_: Words) -> _Looked:
    config = tomllib.loads((_PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    if "//" in repr(config.get("theme")):
        return False, "ready.fonts.outside", {}
    streamlit = importlib.util.find_spec("streamlit")
    home = Path(streamlit.origin).parent if streamlit and streamlit.origin else Path()
    found = any((home / "static").rglob("*.woff2")) if streamlit else False
    return found, "ready.fonts" if found else "ready.fonts.none", {}


def _browser(_: Words) -> _Looked:
    found = find_browser()
    return found is not None, "ready.browser" if found else "ready.browser.none", {"path": str(found)}


def find_browser() -> Path | None:
    """Return a Chromium or Chrome: the one that ``CHROMIUM`` names, the system's, or playwright's."""
    named = os.environ.get("CHROMIUM")
    on_path = [Path(found) for name in _BROWSERS if (found := shutil.which(name))]
    places = [Path(named)] if named else [*on_path, *_usual_places()]
    first = next(filter(_starts, places), None)
    return first if first or named else _of_playwright()


def _usual_places() -> list[Path]:
    if sys.platform == "darwin":
        folders = [Path("/Applications"), Path.home() / "Applications"]
        return [folder / bundle for folder in folders for bundle in _MAC_BROWSERS]
    if sys.platform == "win32":
        folders = [Path(os.environ[name]) for name in _WINDOWS_FOLDERS if name in os.environ]
        return [folder / program for folder in folders for program in _WINDOWS_BROWSERS]
    return []


def _of_playwright() -> Path | None:
    told = _output([sys.executable, "-c", _ASK_PLAYWRIGHT])
    return Path(told.strip()) if told and _starts(Path(told.strip())) else None


def _starts(program: Path) -> bool:
    # On Windows, asking for the version opens a window instead.
    return program.is_file() and (sys.platform == "win32" or _output([str(program), "--version"]) is not None)


def _output(command: list[str]) -> str | None:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_BROWSER_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


def _disk(words: Words) -> _Looked:
    place = folder()
    try:
        Store().versions()
    except WorkshopError as error:
        return False, error.key, error.fields
    megabytes = shutil.disk_usage(place).free // 10**6
    fields = {"megabytes": words.number(megabytes), "least": words.number(LEAST_MEGABYTES), "folder": place}
    return megabytes >= LEAST_MEGABYTES, "ready.disk" if megabytes >= LEAST_MEGABYTES else "ready.disk.full", fields


def _model(words: Words) -> _Looked:
    baseline = load_scenario("baseline")
    run(baseline, draws=2)  # compiles the kernel on a new machine, which takes half a minute
    begin = time.perf_counter()
    run(baseline, draws=DRAWS)
    seconds = time.perf_counter() - begin
    fields = {"seconds": words.number(seconds, 1), "most": words.number(LONGEST_RUN_SECONDS)}
    return (
        seconds <= LONGEST_RUN_SECONDS,
        "ready.model" if seconds <= LONGEST_RUN_SECONDS else "ready.model.slow",
        fields,
    )


def _clock(words: Words) -> _Looked:
    today = date.today()
    is_sane = MONTHS_PER_YEAR * today.year + today.month - 1 >= DATA_MONTH
    fields = {"today": today.isoformat(), "month": words.month(DATA_MONTH)}
    return is_sane, "ready.clock" if is_sane else "ready.clock.wrong", fields


_LOOKS: dict[str, Callable[[Words], _Looked]] = {
    "ports": _ports,
    "network": _network,
    "fonts": _fonts,
    "browser": _browser,
    "disk": _disk,
    "model": _model,
    "clock": _clock,
}
