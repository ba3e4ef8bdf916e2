"""The page "Anggaran" as people see it, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from simulator import load_scenario
from simulator.scenario import encode_link
from tests.conftest import SCREENS, AppServer

FIRST_PAINT = 120_000  # milliseconds; the first run may compile the kernel
ANSWER = 90_000
CHARTS = 5
COMBINED = encode_link(load_scenario("combined"))


def settled(page: Page) -> None:
    """Wait until the script has ended, what it replaced is gone and nothing is computed any more."""
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('[data-stale=true], [data-testid=stSkeleton], [class*=st-key-background]')",
        timeout=ANSWER,
    )


def opened(page: Page, app_server: AppServer, address: str) -> Page:
    page.goto(f"{app_server.url}/{address}")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=FIRST_PAINT)
    expect(page.locator("[role=graphics-document]")).to_have_count(CHARTS, timeout=ANSWER)
    settled(page)
    return page


@pytest.mark.parametrize("sizes", SCREENS)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_nothing_overflows(page: Page, app_server: AppServer, sizes, lang):
    outside = """nodes => nodes.flatMap(svg => {
        const edge = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')]
            .filter(text => text.textContent && getComputedStyle(text).opacity !== '0')
            .filter(text => { const r = text.getBoundingClientRect(); return r.width && r.right > edge.right + 1; })
            .map(text => text.textContent);
    })"""
    page.set_viewport_size({"width": sizes[0][0], "height": sizes[0][1]})
    opened(page, app_server, f"anggaran?lang={lang}&s={COMBINED}")
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        settled(page)
        assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth")
        assert page.locator("[role=graphics-document] svg, svg[role=graphics-document]").evaluate_all(outside) == []


def test_charts_have_their_numbers_in_words_and_as_files(page: Page, app_server: AppServer):
    opened(page, app_server, f"anggaran?lang=en&s={COMBINED}")
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
    opened(page, app_server, "anggaran")
    before = page.get_by_role("heading", level=1).inner_text()
    page.goto(f"{app_server.url}/anggaran?s={COMBINED}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("uang tambahan rencana ini", timeout=ANSWER)
    assert page.get_by_role("heading", level=1).inner_text() != before


def test_server_says_nothing_of_errors(app_server: AppServer):
    log = app_server.log.read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert "was created with a default value" not in log
