"""The notebook with sliders in JupyterLab: no internet, and the keyboard moves the chart."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulator.ports import free_port
from tests.conftest import AppServer, wait_until_healthy
from tests.notebooks.conftest import ROOT, jupyter_environment

NAME = "4-levers.ipynb"
ANSWER = 90_000  # milliseconds; the first run may compile the kernel
# Cells out of sight are drawn as well, and Lab asks nobody for news.
SETTINGS = {
    "notebook-extension/tracker": '{"windowingMode": "none"}',
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """Yield the address of a JupyterLab whose settings, and whose copy of the notebook, are its own."""
    folder, settings, log = tmp_path / "notebooks", tmp_path / "settings", tmp_path / "lab.log"
    folder.mkdir()
    shutil.copy(ROOT / "notebooks" / NAME, folder)
    for name, text in SETTINGS.items():
        file = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    own = {"JUPYTERLAB_SETTINGS_DIR": str(settings), "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces")}
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--IdentityProvider.token="]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"],
            env=os.environ | jupyter_environment(tmp_path / "jupyter") | own,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl+C then reaches pytest alone, which ends it by its id
        )
        try:
            wait_until_healthy(AppServer(address, log), process, address="api")
            yield address
        finally:
            process.terminate()  # ends the kernels too
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def test_the_keyboard_moves_a_slider_and_the_chart_follows_without_the_internet(page: Page, lab: str):
    page.goto(f"{lab}/doc/tree/{NAME}")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=ANSWER)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    chart = page.locator(".jp-OutputArea [role=graphics-document]")
    expect(chart).to_have_count(1, timeout=ANSWER)
    before, picture = chart.get_attribute("aria-label"), chart.screenshot()
    assert before

    handle = page.locator(".jp-OutputArea .noUi-handle").first
    value = page.locator(".jp-OutputArea .widget-readout").first
    expect(value).to_contain_text("hari ini")
    handle.focus()
    handle.press("End")
    expect(value).to_have_text("100\N{NO-BREAK SPACE}%", use_inner_text=True)
    expect(chart).not_to_have_attribute("aria-label", before, timeout=ANSWER)
    assert "Acuan" in str(chart.get_attribute("aria-label"))
    assert chart.screenshot() != picture

    page.get_by_role("button", name="hari ini").click()
    expect(chart).to_have_attribute("aria-label", before, timeout=ANSWER)
    expect(value).to_contain_text("hari ini")
