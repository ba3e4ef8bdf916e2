"""Fixtures for tests that look at the running app, and the number of examples of property tests."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from simulator.ports import free_port
from tests.browser import find_chromium

ROOT = Path(__file__).resolve().parent.parent
HEALTHY_WITHIN_SECONDS = 120
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# The same few examples on every machine; `make fuzz` looks for new ones. How fast examples are made says something
# about the machine only.
settings.register_profile(
    "test", max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "fuzz", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("test")


class AppServer(NamedTuple):
    """A running app: where it answers and what it prints."""

    url: str
    log: Path


@pytest.hookimpl(tryfirst=True)  # before xdist's hook of this name, which reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests of the running app in one worker: two browsers at once are slower than one after the other."""
    for item in items:
        if {"app_server", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session", autouse=True)
def _saves_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep saved scenarios and workshops out of the folder of whoever runs the tests, in the running app too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIMULATOR_SAVES", str(tmp_path_factory.mktemp("saves")))
        patch.setenv("SIMULATOR_WORKSHOP", str(tmp_path_factory.mktemp("workshop")))
        yield


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the path of a Chromium or Chrome that starts."""
    return find_chromium()


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """Yield a running headless browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """Yield one browser window for all tests, which keeps the scripts of Streamlit: reading them is the slow part."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write down what stood on the page when a test in the browser failed: often only the report can be seen."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and page is not None:
        with contextlib.suppress(PlaywrightError):
            report.sections.append(("Text of the page", page.locator("body").inner_text(timeout=2000)))
    return report


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """Yield an empty page; the test fails if anything on it asks another machine for something."""
    opened = window.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("websocket", lambda websocket: asked.append(websocket.url))
    yield opened
    opened.close()
    outside = [url for url in asked if urlsplit(url).hostname not in {"localhost", "127.0.0.1", "::1", None}]
    assert not outside, f"requests left this machine: {outside}"


@pytest.fixture(scope="session")
def app_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Yield the app, running as `make app` runs it but on a free port."""
    port = free_port()
    server = AppServer(f"http://localhost:{port}", tmp_path_factory.mktemp("app") / "server.log")
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={port}"]
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl+C then reaches pytest alone, which ends the app by its id
        )
        try:
            wait_until_healthy(server, process)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_healthy(server: AppServer, process: subprocess.Popen[bytes], *, address: str = "_stcore/health") -> None:
    """Return once a server answers at `address`; fail with what it printed if it ends or takes too long."""
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/{address}", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"{server.url} did not start; it printed:\n{server.log.read_text(encoding='utf-8', errors='replace')}")
