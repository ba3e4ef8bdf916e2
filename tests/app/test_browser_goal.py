"""The page "Capai target" in a real browser: work off the script, its progress and its cancel."""

import re

from playwright.sync_api import Page, expect

from tests.conftest import AppServer
from tests.screen import ANSWER, opened, settled


def test_a_search_shows_progress_leaves_the_page_usable_and_can_be_cancelled(page: Page, app_server: AppServer):
    opened(page, f"{app_server.url}/target")
    page.locator(".st-key-ask-goal button").click()
    expect(page.get_by_test_id("stProgress")).to_contain_text("Mencari rencana", timeout=ANSWER)
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What has to be decided", timeout=ANSWER)
    expect(page.get_by_test_id("stProgress")).to_contain_text("Searching for a plan", timeout=ANSWER)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Searching for a plan: stopped.")).to_be_visible(timeout=ANSWER)
    expect(page.get_by_test_id("stProgress")).to_have_count(0)


def test_an_answer_appears_by_itself_with_its_chart_and_the_text_for_those_who_do_not_see_it(
    page: Page, app_server: AppServer
):
    opened(page, f"{app_server.url}/target?target=pergub_2025")
    page.locator(".st-key-fold-heat summary").click()
    expect(page.locator(".st-key-ask-heat button")).to_be_visible(timeout=ANSWER)
    settled(page)
    page.locator(".st-key-ask-heat button").click()
    chart = page.locator("[role=graphics-document]").first
    expect(chart).to_be_visible(timeout=ANSWER)
    title = page.get_by_text(re.compile("^Desa yang menanggung dan Kab./kota seperti Metro")).first.inner_text()
    described = chart.get_attribute("aria-label")
    assert described is not None
    assert title in described
