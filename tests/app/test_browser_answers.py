"""The pages "Bandingkan" and "Apa yang menentukan" as people see them, in a real browser."""

import re

from playwright.sync_api import Locator, Page, expect

from simulator import load_scenario
from simulator.scenario import encode_link
from tests.conftest import AppServer
from tests.screen import ANSWER, opened, settled

COMBINED = encode_link(load_scenario("combined"))


def visited(page: Page, app_server: AppServer, address: str) -> Page:
    opened(page, f"{app_server.url}/{address}")
    if address.startswith("bandingkan"):
        expect(page.locator(".st-key-wide-standings table")).to_be_visible(timeout=ANSWER)
    return page


def test_charts_have_their_numbers_in_words_and_as_a_file(page: Page, app_server: AppServer):
    visited(page, app_server, f"bandingkan?lang=en&s={COMBINED}")
    charts = page.locator("[role=graphics-document]")
    expect(charts).to_have_count(2, timeout=ANSWER)
    for k in range(2):
        assert re.search(r"\d", charts.nth(k).get_attribute("aria-label") or "")
    with page.expect_download(timeout=ANSWER) as download:
        page.locator(".st-key-file-bandingkan-selisih-csv button").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("month,q025,")
    with page.expect_download(timeout=ANSWER) as download:
        page.locator(".st-key-file-bandingkan-tabel-csv button").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("scenario,target,odds_by_date")


def test_choices_and_answers_survive_other_pages(page: Page, app_server: AppServer):
    visited(page, app_server, f"bandingkan?s={COMBINED}&compare=combined.baseline..")
    expect(page.locator(".st-key-wide-standings tbody tr").first).to_contain_text("pembanding", timeout=ANSWER)
    page.locator(".st-key-ask-parts button").click()
    expect(page.get_by_text(re.compile("menyumbang terbanyak")).first).to_be_visible(timeout=ANSWER)
    settled(page)
    page.get_by_role("link", name="Apa yang menentukan").locator("visible=true").first.click()
    expect(page).to_have_title(re.compile("menentukan"), timeout=ANSWER)
    settled(page)
    page.locator(".st-key-ask-failures button").click()
    expect(page.get_by_text(re.compile("Gagal berarti"))).to_be_visible(timeout=ANSWER)
    settled(page)
    page.get_by_role("link", name="Bandingkan").locator("visible=true").first.click()
    expect(page.locator(".st-key-wide-standings tbody tr").first).to_contain_text(
        load_scenario("combined").name.id, timeout=ANSWER
    )
    expect(page.get_by_text(re.compile("menyumbang terbanyak")).first).to_be_visible(timeout=ANSWER)
    expect(page).to_have_url(re.compile(r"compare=combined\.baseline\.\."), timeout=ANSWER)


def test_what_is_on_screen_stays_chosen_when_it_takes_another_name(page: Page, app_server: AppServer):
    def chosen(place: int) -> Locator:
        return page.locator(f"[class*='st-key-pick-{place}'] input").first

    visited(page, app_server, f"bandingkan?s={COMBINED}")
    expect(chosen(1)).to_have_value("Di layar: Semua desa dan semua kabupaten/kota mendanai")
    for _ in range(2):  # the first move renames the scenario, and the second sends what the browser holds by then
        page.locator("[class*='st-key-value-metro_share'] input[type=range]").focus()
        page.keyboard.press("ArrowLeft")
        expect(chosen(1)).to_have_value("Di layar: Skenario sendiri", timeout=ANSWER)
        settled(page)
    expect(page.locator(".st-key-wide-standings tbody")).to_contain_text("Skenario sendiri", timeout=ANSWER)


def test_server_says_nothing_of_errors(app_server: AppServer):
    log = app_server.log.read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert "was created with a default value" not in log
