"""The page "Kabupaten/Kota" as people see it, in a real browser."""

import re

from playwright.sync_api import Page, expect

from simulator import load_scenario
from simulator.scenario import encode_link
from tests.conftest import AppServer
from tests.screen import ANSWER, opened

COMBINED = encode_link(load_scenario("combined"))


def visited(page: Page, app_server: AppServer, query: str) -> Page:
    opened(page, f"{app_server.url}/kabupaten?{query}")
    expect(page.locator(".st-key-wide-league table")).to_be_visible(timeout=ANSWER)
    return page


def test_charts_have_their_numbers_in_words_and_as_files(page: Page, app_server: AppServer):
    visited(page, app_server, f"lang=en&s={COMBINED}")
    charts = page.locator("[role=graphics-document]")
    expect(charts).to_have_count(4, timeout=ANSWER)
    for k in range(4):
        assert re.search(r"\d", charts.nth(k).get_attribute("aria-label") or "")
    for name in ("kabupaten-kekurangan", "kabupaten-peta", "kabupaten-tabel"):
        with page.expect_download(timeout=ANSWER) as download:
            page.locator(f".st-key-file-{name}-csv button").click()
        assert download.value.path().read_text(encoding="utf-8").startswith("code,name,target,month,missing_q10")
    with page.expect_download(timeout=ANSWER) as download:
        page.locator(".st-key-file-kabupaten-peta-png button").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_the_map_switches_to_people(page: Page, app_server: AppServer):
    visited(page, app_server, "lang=en")
    page.get_by_role("radio", name="People missing").or_(page.get_by_text("People missing", exact=True)).first.click()
    expect(page.get_by_text(re.compile("people still to enrol from"))).to_be_visible(timeout=ANSWER)


def test_own_value_is_in_the_link(page: Page, app_server: AppServer):
    visited(page, app_server, "lang=en")
    page.get_by_text("Levers and budgets of Lampung Barat alone").click()
    slider = page.locator("[class*='st-key-own-'] input").first
    slider.focus(timeout=ANSWER)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("All as the province again")).to_be_visible(timeout=ANSWER)
    assert "s=" in page.url
