"""What holds on every page, in both languages and on every screen, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from simulator import load_scenario
from simulator.scenario import encode_link
from tests.conftest import AppServer
from tests.screen import FIRST_PAINT, SCREENS, fits, set_size, settled

PAGES = ("", "bandingkan", "target", "anggaran", "kabupaten", "penentu", "asumsi", "uji")
COMBINED = encode_link(load_scenario("combined"))

CUT_OFF = """nodes => nodes.flatMap(svg => {
    const edge = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')]
        .filter(text => text.textContent && getComputedStyle(text).opacity !== '0')
        .filter(text => { const r = text.getBoundingClientRect(); return r.width && r.right > edge.right + 1; })
        .map(text => text.textContent);
})"""


@pytest.mark.parametrize("sizes", SCREENS, ids=["wide", "phone"])
@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("address", PAGES, ids=lambda address: address or "kapan")
def test_a_page_fits_every_screen(page: Page, app_server: AppServer, address, lang, sizes):
    set_size(page, *sizes[0])
    page.goto(f"{app_server.url}/{address}?lang={lang}&s={COMBINED}")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=FIRST_PAINT)
    settled(page)
    assert page.evaluate("document.documentElement.lang") == lang
    for size in sizes:
        set_size(page, *size)
        fits(page)
        assert page.locator("[role=graphics-document] svg, svg[role=graphics-document]").evaluate_all(CUT_OFF) == []
        strip = page.locator(".st-key-strip strong").first
        assert strip.evaluate(
            "e => { const r = e.getBoundingClientRect();"
            " return e.contains(document.elementFromPoint(r.x + 5, r.y + r.height / 2)); }"
        ), "something hides the header strip"
