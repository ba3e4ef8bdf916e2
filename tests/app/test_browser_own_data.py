"""Own figures in a real browser: taken, said in the header of every page, refused in a sentence, taken out again."""

from playwright.sync_api import Page, expect

from tests.app.test_browser_assumptions import menu, visited
from tests.conftest import AppServer
from tests.screen import ANSWER, settled

HEADER = "date,region,indicator,count,value\n"


def upload(page: Page, content: str) -> None:
    file = {"name": "angka.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(files=[file])
    settled(page)


def test_own_figures_are_used_on_every_page_until_they_are_taken_out(page: Page, app_server: AppServer) -> None:
    visited(page, app_server)
    page.get_by_role("tab", name="Data Anda").click()
    upload(page, HEADER + "2026-02,18,coverage,residence,0.262\n2025-06,1872,coverage,residence,0.33\n")
    strip = page.locator(".st-key-strip")
    expect(strip).to_contain_text("disesuaikan dengan 2 angka Anda", timeout=ANSWER)
    expect(page.get_by_text("2 angka dipakai.")).to_be_visible(timeout=ANSWER)
    upload(page, HEADER + "2026-02,18,coverage,residence,1.40\n")
    expect(page.get_by_text("1.40").first).to_be_visible(timeout=ANSWER)
    expect(strip).to_contain_text("disesuaikan dengan 2 angka Anda")  # a refused file leaves what was used
    menu(page, "Kapan?").click()
    settled(page)
    expect(page.locator(".st-key-strip")).to_contain_text("disesuaikan dengan 2 angka Anda", timeout=ANSWER)
    menu(page, "Asumsi dan data").click()
    settled(page)
    page.get_by_role("tab", name="Data Anda").click()
    page.get_by_role("button", name="Keluarkan angka saya").click(timeout=ANSWER)
    expect(page.locator(".st-key-strip")).not_to_contain_text("disesuaikan", timeout=ANSWER)


def test_the_template_can_be_used_as_it_is(page: Page, app_server: AppServer) -> None:
    visited(page, app_server)
    page.get_by_role("tab", name="Data Anda").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Unduh contoh berkas").click(timeout=ANSWER)
    text = waiting.value.path().read_text(encoding="utf-8")
    upload(page, text)
    expect(page.locator(".st-key-strip")).to_contain_text("disesuaikan dengan 2 angka Anda", timeout=ANSWER)
