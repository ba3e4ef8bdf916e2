"""The page "Anggaran" as people see it, in a real browser."""

import re

from playwright.sync_api import Page, expect

from simulator import load_scenario
from simulator.scenario import encode_link
from tests.conftest import AppServer
from tests.screen import ANSWER, opened

CHARTS = 5
COMBINED = encode_link(load_scenario("combined"))


def visited(page: Page, app_server: AppServer, address: str) -> Page:
    opened(page, f"{app_server.url}/{address}")
    expect(page.locator("[role=graphics-document]")).to_have_count(CHARTS, timeout=ANSWER)
    return page


def test_charts_have_their_numbers_in_words_and_as_files(page: Page, app_server: AppServer):
    visited(page, app_server, f"anggaran?lang=en&s={COMBINED}")
    charts = page.locator("[role=graphics-document]")
    for k in range(CHARTS):
        assert re.search(r"\d", charts.nth(k).get_attribute("aria-label") or "")
    heads = {
        "rupiah": "fund,public,year,planned_rupiah,",
        "perlindungan": "month,payer,persons",
        "bertahan": "stop,months,paid_q10,",
        "santunan": "year,q10,q50,q90,unit",
    }
    for name, head in heads.items():
        with page.expect_download(timeout=ANSWER) as download:
            page.locator(f".st-key-file-anggaran-{name}-csv button").click()
        assert download.value.path().read_text(encoding="utf-8").startswith(head)


def test_a_slider_moves_all_of_the_page(page: Page, app_server: AppServer):
    visited(page, app_server, "anggaran")
    before = page.get_by_role("heading", level=1).inner_text()
    page.goto(f"{app_server.url}/anggaran?s={COMBINED}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("uang tambahan rencana ini", timeout=ANSWER)
    assert page.get_by_role("heading", level=1).inner_text() != before


def test_server_says_nothing_of_errors(app_server: AppServer):
    log = app_server.log.read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert "was created with a default value" not in log
