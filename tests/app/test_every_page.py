"""What holds on every page, in both languages and on every screen, in a real browser."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import read_po
from playwright.sync_api import Page

from simulator import load_scenario
from simulator.scenario import encode_link
from tests.conftest import AppServer
from tests.screen import SCREENS, fits, opened, set_size

WIDE, PHONE = SCREENS

PAGES = ("", "bandingkan", "target", "anggaran", "kabupaten", "penentu", "asumsi", "uji", "ekspor", "lokakarya")
LOCALE = Path(__file__).parents[2] / "simulator/outputs/locale"
COMBINED = encode_link(load_scenario("combined"))

# Words on the page that are no text: names of icons, each language under its own name, and Way Kanan.
NO_TEXT = {"more", "right", "left", "search", "english", "indonesia", "way"}
# Words that Streamlit itself draws, in English only: the button and limits of an upload, a link for keyboards.
OF_STREAMLIT = {"upload", "per", "file", "skip", "main", "content"}
# Streamlit's tables scroll sideways on a phone without a tab stop; browsers of today give such a region one themselves.
MENDED_BY_BROWSERS = {"scrollable-region-focusable"}


def catalogue_words(language: str) -> set[str]:
    """Return every word of three letters or more that the texts of a language use."""
    with (LOCALE / language / "LC_MESSAGES/messages.po").open("rb") as file:
        texts = [re.sub(r"\{[^}]*\}", " ", str(message.string)) for message in read_po(file)]
    return set(re.findall(r"[a-z]{3,}", " ".join(texts).lower()))


ENGLISH = catalogue_words("en") - catalogue_words("id")
VIOLATIONS_ONLY = {"resultTypes": ["violations"]}  # what is right is not described, which takes as long
CUT_OFF = """nodes => nodes.flatMap(svg => {
    const edge = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')]
        .filter(text => text.textContent && getComputedStyle(text).opacity !== '0')
        .filter(text => { const r = text.getBoundingClientRect(); return r.width && r.right > edge.right + 1; })
        .map(text => text.textContent);
})"""


@pytest.mark.parametrize(
    ("lang", "appearance", "sizes"),
    [("id", "light", WIDE), ("id", "dark", PHONE), ("en", "dark", [*WIDE, *PHONE])],
    ids=["id-wide", "id-phone", "en"],
)
@pytest.mark.parametrize("address", PAGES, ids=lambda address: address or "kapan")
def test_a_page_fits_every_screen_and_reader(page: Page, app_server: AppServer, address, lang, appearance, sizes):
    page.emulate_media(color_scheme=appearance)
    set_size(page, *sizes[0])
    opened(page, f"{app_server.url}/{address}?lang={lang}&s={COMBINED}")
    assert page.evaluate("document.documentElement.lang") == lang
    said = set(re.findall(r"[a-z]{3,}", page.locator("body").inner_text().lower()))
    assert lang == "en" or said & ENGLISH <= NO_TEXT | OF_STREAMLIT
    assert serious_findings(page) == []
    for size in sizes:
        set_size(page, *size)
        fits(page)
        assert page.locator("[role=graphics-document] svg, svg[role=graphics-document]").evaluate_all(CUT_OFF) == []
        if size in PHONE and size != sizes[0]:
            continue  # the sidebar, which folds away on a phone from the start, is still open
        strip = page.locator(".st-key-strip strong").first
        assert strip.evaluate(
            "e => { const r = e.getBoundingClientRect();"
            " return document.elementFromPoint(r.x + 5, r.y + 5).closest('.st-key-strip') !== null; }"
        ), "something hides the header strip"


def serious_findings(page: Page) -> list[tuple[str, list[str]]]:
    """Return what axe-core finds that keeps someone from using the page: rule and places."""
    return [
        (violation["id"], [node["html"][:120] for node in violation["nodes"]])
        for violation in Axe().run(page, options=VIOLATIONS_ONLY).response["violations"]
        if violation["impact"] in {"serious", "critical"} and violation["id"] not in MENDED_BY_BROWSERS
    ]
