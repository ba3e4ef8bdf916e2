"""The page "Asumsi dan data" and the menu as people see them, in a real browser."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from simulator.facts import load_facts
from simulator.scenario import decode_link
from tests.conftest import AppServer
from tests.screen import ANSWER, SCREENS, fits, opened, set_size, settled

LINK = re.compile(r"[?&]s=([A-Za-z0-9_-]+)")


def visited(page: Page, app_server: AppServer, address: str = "asumsi") -> Page:
    return opened(page, f"{app_server.url}/{address}")


def choose_assumption(page: Page, label: str) -> None:
    box = page.locator(".st-key-assumption input")
    box.click()
    box.fill(label)
    page.get_by_role("option", name=label).first.click(timeout=ANSWER)
    expect(page.locator(".st-key-one_assumption")).to_be_visible(timeout=ANSWER)
    settled(page)


def menu(page: Page, title: str) -> Locator:
    return page.get_by_role("link", name=title, exact=True).locator("visible=true").first


def assumptions_of(page: Page) -> dict[str, float]:
    found = LINK.search(page.url)
    return decode_link(found[1]).assumptions if found else {}


def replace_lapse(page: Page) -> None:
    choose_assumption(page, "Berhenti membayar, BPU mandiri")
    page.locator(".st-key-own-lapse_bpu label").first.click()
    number = page.locator(".st-key-number-lapse_bpu input")
    expect(number).to_be_visible(timeout=ANSWER)
    settled(page)
    number.fill("2.5")
    number.press("Enter")
    expect(page.locator(".st-key-strip")).to_contain_text(re.compile(r"BPU mandiri: 2,5.%"), timeout=ANSWER)
    settled(page)


def test_an_edited_assumption_travels_over_pages_languages_and_a_reload(page: Page, app_server: AppServer):
    visited(page, app_server)
    replace_lapse(page)
    assert assumptions_of(page) == {"lapse_bpu": 0.025}
    menu(page, "Kapan?").click()
    expect(page).to_have_title(re.compile("Kapan"), timeout=ANSWER)
    expect(page.locator(".st-key-strip")).to_contain_text("1 asumsi diganti", timeout=ANSWER)
    settled(page)
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^End of 2026"), timeout=ANSWER)
    menu(page, "Assumptions and data").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Assumptions and data"), timeout=ANSWER)
    expect(page).to_have_title(re.compile("Assumptions and data"), timeout=ANSWER)
    settled(page)
    assert assumptions_of(page) == {"lapse_bpu": 0.025}
    assert "lang=en" in page.url
    page.reload()
    expect(page.locator(".st-key-strip")).to_contain_text("1 assumption replaced", timeout=ANSWER)
    expect(page.locator(".st-key-replaced")).to_contain_text("Lapse of self-paying BPU: 2.5%", timeout=ANSWER)


def test_a_replaced_row_is_marked_and_goes_back(page: Page, app_server: AppServer):
    visited(page, app_server)
    replace_lapse(page)
    page.locator(".st-key-only_replaced label").first.click()
    row = page.locator(".st-key-wide-assumptions tbody tr")
    expect(row).to_have_count(1, timeout=ANSWER)
    expect(row).to_contain_text("● Berhenti membayar, BPU mandiri")
    page.locator(".st-key-reset-lapse_bpu button").click()
    expect(page).not_to_have_url(LINK, timeout=ANSWER)
    settled(page)
    expect(page.locator(".st-key-replaced")).to_have_count(0, timeout=ANSWER)


def test_levers_move_on_this_page_too(page: Page, app_server: AppServer):
    visited(page, app_server)
    page.locator(".st-key-value-village_share input[type=range]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".st-key-strip")).to_contain_text("Desa yang menanggung", timeout=ANSWER)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Asumsi dan data"))


@pytest.mark.parametrize("sizes", SCREENS, ids=["wide", "phone"])
def test_every_tab_fits_and_the_menu_is_in_sight(page: Page, app_server: AppServer, sizes):
    set_size(page, *sizes[0])
    visited(page, app_server)
    for number in range(6):
        page.get_by_role("tab").nth(number).click()
        for size in sizes:
            set_size(page, *size)
            fits(page)
    # Where there is no room for all pages, the menu is one button.
    box = page.locator(".st-key-menu button").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 120
    assert box["x"] + box["width"] <= sizes[-1][0]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_menu_shows_all_pages_or_is_one_button(page: Page, app_server: AppServer, language):
    visited(page, app_server, f"asumsi?lang={language}")
    top, button = page.get_by_test_id("stTopNav"), page.locator(".st-key-menu button")
    for width in (1280, 1340, 1360, 1366, 1440):
        set_size(page, width, 720)
        if button.is_visible():
            expect(top).not_to_be_visible()
        else:
            expect(top).to_be_visible()
            # What has no room is named "2 more", always in English; it is counted after the size has changed.
            expect(top).not_to_contain_text(re.compile(r"\d more"))


def test_facts_are_searched_paged_linked_and_given_as_a_file(page: Page, app_server: AppServer):
    facts = load_facts().facts
    visited(page, app_server)
    page.get_by_role("tab", name="Fakta").click()
    rows = page.locator(".st-key-wide-facts tbody tr")
    expect(rows).to_have_count(20, timeout=ANSWER)
    expect(rows.first).to_contain_text(next(iter(facts)))
    settled(page)
    page.get_by_test_id("stPaginationPage").filter(has_text=re.compile("^2$")).click()
    expect(rows.first).to_contain_text(list(facts)[20], timeout=ANSWER)
    search = page.locator(".st-key-search-facts input")
    search.fill("COV-007")
    search.press("Enter")
    expect(rows.first).to_contain_text("27,65", timeout=ANSWER)
    settled(page)
    address = rows.first.get_by_role("link")
    assert address.get_attribute("href") == facts["COV-007"].url
    with page.expect_download(timeout=ANSWER) as download:
        page.locator(".st-key-file-fakta-csv button").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("id,topic,quantity,")


def test_server_says_nothing_of_errors(app_server: AppServer):
    log = app_server.log.read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert "was created with a default value" not in log
