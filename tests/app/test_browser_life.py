"""What a session survives, in a real browser: a lost connection, a new server, haste, reloads, zoom, two windows."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from socket import create_connection
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from simulator import load_scenario
from simulator.ports import free_port
from simulator.scenario import decode_link, encode_link
from tests.conftest import ROOT, AppServer, wait_until_healthy
from tests.screen import ANSWER, fits, opened, set_size, settled

COMBINED = encode_link(load_scenario("combined"))
LINK = re.compile(r"[?&]s=([A-Za-z0-9_-]+)")
OFFLINE_MILLISECONDS = 10_000
CONNECTED = "document.querySelector('[data-testid=stApp]')?.dataset.testConnectionState === 'CONNECTED'"
FEW_PIXELS = 4

# Every picture of the page that differs from the one before, from now on.
FILM = """() => {
    const box = e => { const r = e.getBoundingClientRect(); return [r.x, r.y, r.width, r.height].map(Math.round); };
    const all = query => [...document.querySelectorAll(query)];
    const main = document.querySelector('[data-testid=stMain]');
    window.film = [];
    const look = () => {
        const picture = {
            running: all('[class*=st-key-running-]').length > 0,
            scroll: main.scrollTop,
            charts: all('[data-testid=stVegaLiteChart]').map(chart => {
                const svg = chart.querySelector('svg');
                return svg && svg.querySelector('path, text') ? svg.getBoundingClientRect().height : 0;
            }),
            labels: all('.role-axis-label text').filter(e => e.textContent.endsWith('%')).length,
            places: all('h1, .st-key-cards [data-testid=stMetric], [data-testid=stVegaLiteChart]').map(box),
        };
        const text = JSON.stringify(picture);
        if (text !== window.film.at(-1)) window.film.push(text);
        requestAnimationFrame(look);
    };
    look();
}"""

# What the page does in the two seconds from now on.
NEXT_STATES = """() => new Promise(resolve => {
    const app = document.querySelector('[data-testid=stApp]'), seen = new Set([app.dataset.testScriptState]);
    new MutationObserver(() => seen.add(app.dataset.testScriptState)).observe(app, {attributes: true});
    setTimeout(() => resolve([...seen]), 2000);
})"""

FOCUSED = """() => {
    const e = document.activeElement, r = e.getBoundingClientRect();
    const key = e.closest('[class*=st-key-]')?.className.match(/st-key-(\\S+)/)[1];
    return {key: key ?? e.dataset.testid ?? e.textContent, box: {x: r.x, y: r.y, width: r.width, height: r.height}};
}"""


class _Wire(BaseRequestHandler):
    """One connection through a `Cable`."""

    server: "Cable"

    def handle(self) -> None:
        if self.server.cut:
            return
        with create_connection(("127.0.0.1", self.server.to)) as far:
            other = {self.request: far, far: self.request}
            while not self.server.cut:
                for end in select([*other], [], [], 0.05)[0]:
                    sent = end.recv(65536)
                    if not sent:
                        return
                    other[end].sendall(sent)


class Cable(ThreadingTCPServer):
    """A cable between browser and app that can be pulled out; a browser's own offline mode spares open sockets."""

    daemon_threads = True

    def __init__(self, to: int) -> None:
        self.to, self.cut = to, False
        super().__init__(("127.0.0.1", 0), _Wire)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Shown(NamedTuple):
    """What a page says: its words, the numbers in them, and its charts in words."""

    lines: list[str]
    charts: list[str]


def shown(page: Page) -> Shown:
    expect(page.locator("[data-testid=stVegaLiteChart]:not(:has(svg))")).to_have_count(0, timeout=ANSWER)
    charts = page.locator("[role=graphics-document]").evaluate_all("es => es.map(e => e.getAttribute('aria-label'))")
    return Shown(page.get_by_test_id("stMain").inner_text().splitlines(), charts)


def slider(page: Page, lever: str) -> Locator:
    return page.locator(f".st-key-value-{lever} input[type=range]")


def press(page: Page, lever: str, key: str = "ArrowRight") -> None:
    slider(page, lever).focus(timeout=ANSWER)
    page.keyboard.press(key)


def move(page: Page, lever: str, key: str = "ArrowRight") -> None:
    before = page.url
    press(page, lever, key)
    expect(page).not_to_have_url(before, timeout=ANSWER)
    settled(page)


def levers(page: Page) -> dict[str, float | str]:
    found = LINK.search(page.url)
    return {name: setting.value for name, setting in decode_link(found[1]).levers.items()} if found else {}


@contextmanager
def serving(port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={port}"]
    with log.open("ab") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            wait_until_healthy(AppServer(f"http://localhost:{port}", log), process)
            yield process
        finally:
            process.kill()
            process.wait()


def test_ten_seconds_without_a_connection_change_nothing(page: Page, app_server: AppServer):
    with Cable(urlsplit(app_server.url).port) as cable:
        opened(page, f"http://localhost:{cable.server_address[1]}/?lang=en&target=rpjmn_2029")
        move(page, "village_share")
        before, address = shown(page), page.url
        cable.cut = True
        page.wait_for_function(f"!({CONNECTED})", timeout=ANSWER)
        page.wait_for_timeout(OFFLINE_MILLISECONDS)
        assert "Connection lost" in page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e, '::after').content")
        expect(page.get_by_text("Is Streamlit still running?")).to_be_hidden()
        cable.cut = False
        page.wait_for_function(CONNECTED, timeout=ANSWER)
        settled(page)
        assert (page.url, shown(page)) == (address, before)
        expect(page.get_by_role("dialog")).to_have_count(0)
        move(page, "village_share")
        assert shown(page) != before
        cable.shutdown()


def test_a_page_comes_back_by_itself_when_the_server_starts_again(page: Page, tmp_path: Path):
    port, log = free_port(), tmp_path / "server.log"
    with serving(port, log):
        opened(page, f"http://localhost:{port}/?lang=en&s={COMBINED}")
        move(page, "village_share", "ArrowLeft")
        before, address = shown(page), page.url
    page.wait_for_function(f"!({CONNECTED})", timeout=ANSWER)
    with serving(port, log):
        page.wait_for_function(CONNECTED, timeout=ANSWER)
        settled(page)
        assert (page.url, shown(page)) == (address, before)
        page.reload()
        settled(page)
        assert (page.url, shown(page)) == (address, before)
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("moved", [("village_share",) * 12, ("village_share", "metro_share") * 6], ids=["one", "two"])
def test_twelve_quick_moves_end_at_the_last_one(page: Page, app_server: AppServer, moved):
    opened(page, app_server.url)
    for lever in moved:
        press(page, lever)
    # From today's 7 % to 10 % and on in steps of 5 points; from Metro alone, which is 0 %, to 5 % and on.
    times = {lever: moved.count(lever) for lever in moved}
    first = {"village_share": 0.10, "metro_share": 0.05}
    last = {lever: pytest.approx(first[lever] + 0.05 * (n - 1)) for lever, n in times.items()}
    expect(page).to_have_url(LINK, timeout=ANSWER)
    settled(page)
    assert any(page.evaluate(NEXT_STATES) == ["notRunning"] for _ in range(5)), "something still runs after ten seconds"
    assert levers(page) == last
    for lever in times:
        said = slider(page, lever).get_attribute("aria-valuetext")
        assert said == f"{round(100 * levers(page)[lever])}\N{NO-BREAK SPACE}%"
    before = shown(page)
    opened(page, page.url)
    assert shown(page) == before
    assert "Traceback" not in app_server.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("start", ["", f"?s={COMBINED}"], ids=["baseline", "combined"])
def test_a_moved_slider_keeps_charts_layout_and_scroll(page: Page, app_server: AppServer, start):
    opened(page, f"{app_server.url}/{start}")
    shown(page)
    main = page.get_by_test_id("stMain")
    for scroll in (0, 300):
        slider(page, "apbd_amount").focus()
        main.evaluate("(main, top) => { main.scrollTop = top; }", scroll)
        page.evaluate(FILM)
        move(page, "apbd_amount")  # no other test moves it: what is kept from before would not run
        film = pd.DataFrame(map(json.loads, page.evaluate("window.film")))
        assert film["charts"].map(lambda heights: len(heights) == 2 and min(heights) > 50).all()
        assert (film["labels"] >= 5).all()
        assert film["scroll"].iloc[-1] == scroll
        running = film[film["running"]]
        assert len(running)
        for places in running["places"]:
            assert abs(np.subtract(places, film["places"][0])).max() <= FEW_PIXELS


@pytest.mark.parametrize("address", ["bandingkan", "kabupaten"])
def test_a_reload_and_a_new_window_show_the_same(page: Page, window: BrowserContext, app_server: AppServer, address):
    opened(page, f"{app_server.url}/{address}?lang=en&target=rpjmn_2029&s={COMBINED}")
    move(page, "village_share", "ArrowLeft")
    before = shown(page)
    page.reload()
    settled(page)
    assert shown(page) == before
    other = opened(window.new_page(), page.url)
    assert shown(other) == before
    other.close()


def test_two_windows_do_not_disturb_each_other(page: Page, window: BrowserContext, app_server: AppServer):
    opened(page, f"{app_server.url}/?s={COMBINED}")
    other = opened(window.new_page(), f"{app_server.url}/?lang=en&target=rpjmn_2029")
    page.bring_to_front()  # a window behind another is drawn once a second
    move(page, "village_share", "ArrowLeft")
    first = (page.url, shown(page))
    other.bring_to_front()
    move(other, "metro_share")
    second = (other.url, shown(other))
    assert (page.url, shown(page)) == first
    assert levers(page)["metro_share"] == load_scenario("combined").levers["metro_share"].value
    assert [*levers(other)] == ["metro_share"]
    for each, its in ((page, first), (other, second)):
        each.bring_to_front()
        each.reload()
        settled(each)
        assert (each.url, shown(each)) == its
    other.close()


def test_keyboard_reads_lever_language_and_target_with_visible_focus(page: Page, app_server: AppServer):
    set_size(page, 1440, 900)
    opened(page, app_server.url)
    wanted = ["preset", "value-enforcement", "language", "target_choice"]
    assert reached(page, wanted, presses=60) == wanted


def test_at_200_percent_nothing_scrolls_sideways_and_focus_stays_on_screen(page: Page, app_server: AppServer):
    set_size(page, 720, 450)  # what is left of 1440 x 900
    opened(page, f"{app_server.url}/?s={COMBINED}")
    wanted = ["language", "target_choice"]
    assert reached(page, wanted, presses=30) == wanted
    menu = page.locator(".st-key-menu a")
    for k in range(menu.count()):
        menu.nth(k).click(timeout=ANSWER)
        expect(menu.nth(k)).to_have_attribute("aria-current", "page", timeout=ANSWER)
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=ANSWER)
        fits(page)


def reached(page: Page, wanted: list[str], *, presses: int) -> list[str]:
    """Return which controls Tab reaches from the top, in its order; each stop must be on screen and show its focus."""
    out: list[str] = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        box = focused["box"]
        assert 0 <= box["x"] < page.evaluate("innerWidth"), f"{focused['key']} is off the screen"
        if focused["key"] in wanted and focused["key"] not in out:
            out.append(focused["key"])
            around = {"x": box["x"] - 6, "y": box["y"] - 6, "width": box["width"] + 12, "height": box["height"] + 12}
            lit = page.screenshot(clip=around)
            page.evaluate("document.activeElement.blur()")
            assert page.screenshot(clip=around) != lit, f"{focused['key']} does not show that it is focused"
        if out == wanted:
            break
    return out


def test_the_table_of_a_chart_ends_with_the_number_in_its_title(page: Page, app_server: AppServer):
    opened(page, f"{app_server.url}/?s={COMBINED}")
    for language, code, decimal in (("Indonesia", "id", ","), ("English", "en", ".")):
        page.get_by_text(language, exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", code, timeout=ANSWER)
        settled(page)
        with page.expect_download(timeout=ANSWER) as download:
            page.locator(".st-key-file-kapan-cakupan-csv button").click()
        last = pd.read_csv(download.value.path()).iloc[-1]
        title = page.locator("[role=graphics-document]").nth(1).get_attribute("aria-label")
        assert f"{100 * last['q50']:.1f}".replace(".", decimal) in title
