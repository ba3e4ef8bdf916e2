"""The front page as people see it, in a real browser; the fixture `page` fails on a request that leaves the machine."""

import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import AppServer
from tests.screen import ANSWER, FIRST_PAINT, opened, settled

HEADLINE = re.compile(r"Akhir 2026: \d\d–\d\d\s%, kurang \d+–\d+ poin")


@pytest.fixture
def front(page: Page, app_server: AppServer) -> Page:
    opened(page, app_server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    return page


def missing_people(page: Page) -> str:
    return page.get_by_test_id("stMetricValue").nth(2).inner_text()


def press(page: Page, lever: str, key: str, times: int, *, field: str = "value") -> None:
    page.locator(f".st-key-{field}-{lever} input[type=range]").focus(timeout=ANSWER)
    for _ in range(times):
        page.keyboard.press(key)


def test_baseline_is_shown_at_first_paint_without_a_click(front: Page):
    assert front.evaluate("document.documentElement.lang") == "id"
    expect(front.get_by_test_id("stVegaLiteChart").first).to_be_visible(timeout=ANSWER)
    assert "Stop" not in front.get_by_test_id("stMain").inner_text()


def test_slider_changes_a_number_and_the_link_restores_it_after_a_reload(front: Page):
    before = missing_people(front)
    press(front, "village_share", "ArrowRight", 6)
    expect(front.locator(".st-key-strip")).to_contain_text(re.compile(r"Desa yang menanggung: 35\s%"), timeout=ANSWER)
    settled(front)
    assert missing_people(front) != before
    after, headline = missing_people(front), front.get_by_role("heading", level=1).inner_text()
    assert "s=" in front.url
    front.reload()
    expect(front.get_by_test_id("stMetricValue").nth(2)).to_have_text(after, timeout=ANSWER)
    assert front.get_by_role("heading", level=1).inner_text() == headline


def test_slider_pushed_back_to_today_is_the_baseline_again(front: Page):
    before = missing_people(front)
    press(front, "village_share", "ArrowRight", 3)
    expect(front).to_have_url(re.compile("s="), timeout=ANSWER)
    settled(front)
    press(front, "village_share", "ArrowLeft", 3)
    expect(front).not_to_have_url(re.compile("s="), timeout=ANSWER)
    expect(front.get_by_test_id("stMetricValue").nth(2)).to_have_text(before, timeout=ANSWER)


def test_details_of_a_lever_hold_its_schedule_and_its_reset(front: Page):
    press(front, "village_share", "ArrowRight", 3)
    expect(front).to_have_url(re.compile("s="), timeout=ANSWER)
    settled(front)
    front.locator(".st-key-more-village_share button").first.click()
    press(front, "village_share", "ArrowRight", 2, field="ramp_months")
    expect(front.locator(".st-key-strip")).to_contain_text("bertahap 6 bulan", timeout=ANSWER)
    front.get_by_role("button", name="Kembali ke hari ini").click()
    expect(front).not_to_have_url(re.compile("s="), timeout=ANSWER)


def test_english_is_one_click_away_and_changes_the_language_of_the_page(front: Page):
    front.get_by_text("English", exact=True).click()
    expect(front.get_by_role("heading", level=1)).to_have_text(re.compile("^End of 2026"), timeout=ANSWER)
    settled(front)
    assert front.evaluate("document.documentElement.lang") == "en"


def test_first_visit_is_offered_a_tour_that_ends_for_good_and_stays_in_reach(front: Page):
    front.get_by_role("button", name="Mulai").click()
    dialog = front.get_by_role("dialog", name="Cara memakai halaman ini")
    for step in range(1, 4):
        expect(dialog).to_contain_text(f"Langkah {step} dari 4", timeout=ANSWER)
        dialog.get_by_role("button", name="Lanjut").click()
    dialog.get_by_role("button", name="Selesai").click(timeout=ANSWER)
    expect(dialog).to_have_count(0, timeout=ANSWER)
    expect(front.locator(".st-key-welcome")).to_have_count(0, timeout=ANSWER)
    front.locator(".st-key-help button").first.click()
    expect(front.get_by_text("iurannya dibayar, atau masih dalam masa tenggang")).to_be_visible(timeout=ANSWER)
    front.get_by_role("button", name="Panduan empat langkah").click()
    expect(dialog).to_contain_text("Langkah 1 dari 4", timeout=ANSWER)


def test_main_levers_need_no_scrolling_on_a_usual_screen(page: Page, app_server: AppServer):
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, app_server.url)
    last = page.locator(".st-key-row_metro_share").bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= 900


def test_charts_have_an_alternative_text_with_their_number(front: Page):
    front.locator(".st-key-way_out button").click()
    expect(front.locator(".st-key-way_out")).to_have_count(0, timeout=ANSWER)
    settled(front)
    title = front.get_by_text(re.compile(r"^\d+ dari 50 titik")).inner_text()
    described = front.locator("[role=graphics-document]").first.get_attribute("aria-label")
    assert described is not None
    assert title in described


def test_a_run_can_be_cancelled_and_leaves_what_was_there(front: Page):
    before = missing_people(front)
    press(front, "enforcement", "ArrowRight", 7)
    front.get_by_role("button", name="Batalkan").click(timeout=ANSWER)
    expect(front).not_to_have_url(re.compile("s="), timeout=ANSWER)
    settled(front)
    assert missing_people(front) == before


def test_files_of_a_chart_can_be_fetched(front: Page):
    for kind, start in (("csv", b"target,"), ("svg", b"<svg"), ("png", b"\x89PNG")):
        with front.expect_download(timeout=ANSWER) as download:
            front.locator(f".st-key-file-kapan-kedatangan-{kind} button").click()
        assert download.value.suggested_filename == f"kapan-kedatangan.{kind}"
        assert download.value.path().read_bytes().startswith(start)


def test_a_bad_link_is_refused_in_a_sentence(page: Page, app_server: AppServer):
    page.goto(f"{app_server.url}/?s=1damaged")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Tautan ditolak", timeout=FIRST_PAINT)
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADLINE, timeout=ANSWER)


def test_server_is_healthy_after_all(app_server: AppServer):
    with urlopen(f"{app_server.url}/_stcore/health", timeout=10) as answer:
        assert answer.read() == b"ok"
    assert "Traceback" not in app_server.log.read_text(encoding="utf-8")


def test_choices_are_kept_and_worded_anew_in_the_other_language(front: Page):
    def chosen(name: str) -> str:
        return front.locator(f"[class*='st-key-{name}'] input").first.input_value().replace("\N{NO-BREAK SPACE}", " ")

    front.locator(".st-key-target_choice input").click()
    front.get_by_role("option", name=re.compile("RPJPN 2045")).click()
    expect(front).to_have_url(re.compile("target=rpjpn_2045"), timeout=ANSWER)
    settled(front)
    assert (chosen("target_choice"), chosen("preset")) == ("RPJPN 2045 · 99,5 %", "Kebijakan berjalan seperti sekarang")
    front.locator(".st-key-language").get_by_text("English").click()
    expect(front).to_have_url(re.compile("lang=en"), timeout=ANSWER)
    settled(front)
    assert (chosen("target_choice"), chosen("preset")) == ("RPJPN 2045 · 99.5%", "Policies go on as they are")
    press(front, "village_share", "ArrowRight", 1)
    expect(front).to_have_url(re.compile("s="), timeout=ANSWER)
    settled(front)
    assert chosen("target_choice") == "RPJPN 2045 · 99.5%"
