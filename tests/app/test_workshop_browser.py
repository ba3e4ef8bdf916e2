"""A workshop from opening a room to taking it home, on a projector of 1280 by 720, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from simulator.workshop import NEVER, Store
from tests.conftest import AppServer
from tests.screen import ANSWER, opened, set_size, settled

EVIL = "<b>Rapat</b> **x**"
SMALLEST = 20  # pixels that can be read in the last row
MAIN_TEXTS = ".st-key-workshop :is(p, h1, label, td, th, input, button, [data-testid=stSliderThumbValue])"
SMALL = f"""nodes => nodes.filter(node => node.offsetParent && node.textContent.trim()
    && parseFloat(getComputedStyle(node).fontSize) < {SMALLEST}).map(node => node.outerHTML.slice(0, 120))"""


@pytest.fixture
def projector(page: Page) -> Page:
    set_size(page, 1280, 720)
    return page


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").first.click(timeout=ANSWER)


def title(page: Page):
    return page.get_by_role("heading", level=1)


def room_of(page: Page, app_server: AppServer, lang: str = "id"):
    opened(page, f"{app_server.url}/lokakarya?lang={lang}")
    page.locator(".st-key-room_title input").fill(EVIL)
    press(page, "room_open")
    expect(page.locator(".st-key-room_code")).to_be_visible(timeout=ANSWER)
    settled(page)
    return Store().rooms()[0]


def vote(room, *choices: str) -> None:
    store = Store()
    asked = store.last_round(room.id)
    for choice in choices:
        person = store.person(store.join(room.code))
        store.vote(person, asked.id, choice, "dbh_share")


def fits(page: Page, last: str) -> None:
    """Fail unless the last part of a state is on the screen without scrolling, in large letters."""
    settled(page)
    box = page.locator(last).last.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720
    assert page.locator(MAIN_TEXTS).evaluate_all(SMALL) == []


@pytest.mark.parametrize(
    ("lang", "voted", "hit"),
    [("id", "3 dari 4 sudah memilih", "1 dari 3 pilihan kena"), ("en", "3 of 4 have voted", "1 of 3 votes hit")],
)
def test_a_round_from_the_question_to_the_answer(projector: Page, app_server: AppServer, lang, voted, hit):
    room = room_of(projector, app_server, lang)
    assert projector.get_by_text(EVIL).count() == 1
    assert projector.locator("[data-testid=stSidebar]").count() == 0
    fits(projector, ".st-key-room_levers")
    press(projector, "room_ask")
    expect(projector.locator(".st-key-room_count")).to_be_visible(timeout=ANSWER)
    vote(room, "2026-12", "2027-06", NEVER)
    Store().join(room.code)
    expect(projector.locator(".st-key-room_count")).to_have_text(voted, timeout=ANSWER)
    fits(projector, ".st-key-room_levers")
    assert projector.get_by_test_id("stVegaLiteChart").count() == 0
    press(projector, "room_reveal")
    expect(title(projector)).to_contain_text(hit, timeout=ANSWER)
    expect(projector.get_by_test_id("stVegaLiteChart")).to_be_visible(timeout=ANSWER)
    fits(projector, ".st-key-room_levers")
    described = projector.locator("[role=graphics-document]").first.get_attribute("aria-label")
    assert described is not None
    assert hit in described
    projector.reload()
    expect(title(projector)).to_contain_text(hit, timeout=ANSWER)


def test_another_window_follows_to_the_next_state(projector: Page, app_server: AppServer):
    room = room_of(projector, app_server)
    press(projector, "room_ask")
    expect(projector.locator(".st-key-room_count")).to_be_visible(timeout=ANSWER)
    Store().withdraw(Store().last_round(room.id).id)
    expect(projector.locator(".st-key-room_ask")).to_be_visible(timeout=ANSWER)
    Store().delete_room(room.id)
    expect(projector.get_by_test_id("stAlert")).to_contain_text("tidak ada di komputer ini", timeout=ANSWER)


def test_choosing_a_question_moves_its_levers_and_they_stay(projector: Page, app_server: AppServer):
    room_of(projector, app_server)
    projector.locator(".st-key-room_ask_pick input").click()
    projector.get_by_role("option", name=re.compile("semua desa menanggung 100 pekerja")).click()
    expect(title(projector)).to_contain_text("semua desa menanggung", timeout=ANSWER)
    # The page asks the store every second: what controls held before must not come back with it.
    projector.wait_for_timeout(2500)
    settled(projector)
    expect(title(projector)).to_contain_text("semua desa menanggung")
    expect(projector.locator(".st-key-strip")).to_contain_text("mulai Mar 2026")


def test_a_room_is_taken_home(projector: Page, app_server: AppServer):
    room = room_of(projector, app_server)
    press(projector, "room_ask")
    expect(projector.locator(".st-key-room_count")).to_be_visible(timeout=ANSWER)
    vote(room, NEVER)
    press(projector, "room_reveal")
    expect(projector.locator(".st-key-room_next_round")).to_be_visible(timeout=ANSWER)
    projector.get_by_text("Bawa pulang", exact=True).click()
    press(projector, "ask-room_handout")
    expect(projector.locator(".st-key-room_take_paper")).to_be_visible(timeout=ANSWER)
    with projector.expect_download(timeout=ANSWER) as download:
        press(projector, "room_take_paper")
    page = download.value.path().read_text(encoding="utf-8")
    assert "1 dari 1 pilihan kena" in page
    assert "&lt;b&gt;Rapat&lt;/b&gt; **x**" in page
