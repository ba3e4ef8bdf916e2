"""Phones in a real browser: join, vote, change, see the reveal, and come back after the server was killed."""

import os
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from simulator.ports import free_port
from simulator.workshop import Store
from simulator.workshop.store import FOLDER_VARIABLE
from tests.conftest import ROOT, AppServer, wait_until_healthy
from tests.rooms import ANSWER, asked_plan, asked_when, joined

SIZE = {"width": 390, "height": 844}
PATIENCE = 30_000  # milliseconds
LEAST_TEXT, LEAST_TARGET = 17, 44  # pixels


class Phones:
    """The server of the phones in a process of its own, which can be killed and started again."""

    def __init__(self, folder):
        self.port = free_port()
        self.server = AppServer(f"http://localhost:{self.port}", folder / "phones.log")
        self.folder = folder
        self.start()

    def start(self):
        command = [sys.executable, "-m", "simulator.workshop.phones", f"--port={self.port}"]
        environment = os.environ | {FOLDER_VARIABLE: str(self.folder)}
        with self.server.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        wait_until_healthy(self.server, self.process, address="")

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def phones(tmp_path_factory):
    running = Phones(tmp_path_factory.mktemp("phones"))
    yield running
    running.kill()


@pytest.fixture
def store(phones):
    if phones.process.poll() is not None:
        phones.start()
    return Store(phones.folder / "workshop.sqlite3")


@pytest.fixture
def room(store):
    return store.open_room("Rapat", budget=20_000_000_000)


@pytest.fixture
def new_phone(browser, phones):
    """Return what opens a phone; the test fails if one asks another machine for something or its script has a fault."""
    contexts, asked, faults = [], [], []

    def opened(**settings):
        context = browser.new_context(viewport=SIZE, base_url=phones.server.url, **settings)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Security Policy" in said.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in asked if f"//localhost:{phones.port}/" not in url] == []
    assert faults == []


def shows(page, text):
    expect(page.locator("main")).to_contain_text(text, timeout=PATIENCE)


def enter(page, room, **names):
    """Join a room as people do after scanning its picture."""
    page.goto(f"/?code={room.code}")
    for field, text in names.items():
        page.locator(f"#{field}").fill(text)
    page.get_by_role("button", name="Masuk").click()
    shows(page, "Tunggu pertanyaan berikutnya")
    return page


def choices_of(store, asked):
    return [(vote.choice, vote.lever) for vote in store.votes(asked.id)]


def test_a_phone_follows_its_room_by_itself(new_phone, store, room):
    page = enter(new_phone(), room)
    asked = asked_when(store, room)
    page.get_by_role("button", name="Januari–Juni 2027").click()
    shows(page, "Suara Anda tercatat: Januari–Juni 2027")
    page.get_by_role("button", name="Bagian DBH untuk iuran").click()
    shows(page, "Kebijakan yang paling menentukan: Bagian DBH untuk iuran")
    assert choices_of(store, asked) == [("2027-06", "dbh_share")]
    page.get_by_role("link", name="Ubah", exact=True).click()
    page.get_by_role("button", name="Juli–Desember 2027").click()
    shows(page, "Suara Anda tercatat: Juli–Desember 2027")
    assert choices_of(store, asked) == [("2027-12", "dbh_share")]
    store.vote(joined(store, room), asked.id, "never")
    store.reveal(asked.id, ANSWER)
    shows(page, "6 dari 10 masa depan tiba.")
    shows(page, "1 dari 2 suara (50 %) memilih Juli–Desember 2027")
    store.close_room(room.id)
    shows(page, "sudah ditutup")


def test_a_killed_server_is_noticed_and_a_vote_meanwhile_is_counted_once_it_is_back(new_phone, phones, store, room):
    page = enter(new_phone(), room)
    asked = asked_when(store, room)
    page.get_by_role("button", name="Juli–Desember 2026").click()
    shows(page, "Suara Anda tercatat")
    page.get_by_role("link", name="Ubah").click()
    page.get_by_role("button", name="Belum tercapai").wait_for()
    phones.kill()
    line = page.locator("#line")
    expect(line).to_have_text("Sambungan terputus, mencoba lagi …", timeout=PATIENCE)
    page.get_by_role("button", name="Belum tercapai").click()
    assert "tercatat" not in page.locator("main").inner_text()
    phones.start()
    shows(page, "Suara Anda tercatat: Belum tercapai sampai akhir 2027")
    expect(line).to_have_text("")
    assert choices_of(store, asked) == [("never", None)]
    phones.kill()
    expect(line).to_have_text("Sambungan terputus, mencoba lagi …", timeout=PATIENCE)
    store.reveal(asked.id, ANSWER)  # while no phone can hear it
    phones.start()
    shows(page, "6 dari 10 masa depan tiba.")
    expect(line).to_have_text("")


def test_what_is_being_set_is_not_lost_and_the_cost_runs_along(new_phone, store, room):
    page = enter(new_phone(), room, table="Meja 1")
    asked = asked_plan(store, room)
    page.locator("#village_people").fill("60")
    expect(page.locator("output[for=village_people]")).to_have_text("60 orang per desa")
    # (60 - 10) * 0.3 billion
    expect(page.locator(".estimate")).to_contain_text("Rp 15 miliar setahun, dari anggaran bersama Rp 20 miliar")
    page.locator("#dbh_share").fill("0.15")
    expect(page.locator("output[for=dbh_share]")).to_have_text("15 %")
    expect(page.locator(".estimate")).to_contain_text("Rp 23 miliar setahun, melebihi")
    with page.expect_response("/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # looks at the server again
    expect(page.locator("#village_people")).to_have_value("60")
    page.get_by_role("button", name="Kirim usulan").click()
    shows(page, "Usulan Meja 1 tercatat")
    assert store.proposals(asked.id)[0].values == {"village_people": 60, "dbh_share": 0.15}
    store.reveal(asked.id)
    shows(page, "Usulan semua meja dibandingkan di layar")


def test_a_refused_name_is_said_and_nothing_typed_is_lost(new_phone, room):
    page = new_phone()
    page.goto("/?code=000")
    page.locator("#table").fill("Meja <b>1</b>")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_contain_text("Kode itu tidak cocok")
    expect(page.locator("#table")).to_have_value("Meja <b>1</b>")


def test_a_phone_without_scripts_can_do_the_same(new_phone, store, room):
    page = enter(new_phone(java_script_enabled=False), room)
    asked = asked_when(store, room)
    page.reload()
    page.get_by_role("button", name="Januari–Juni 2026").click()
    shows(page, "Suara Anda tercatat: Januari–Juni 2026")
    page.get_by_role("link", name="Ubah").click()
    page.get_by_role("button", name="Belum tercapai").click()
    shows(page, "Suara Anda tercatat: Belum tercapai")
    assert choices_of(store, asked) == [("never", None)]


# Smallest letters, smallest thing to touch, and what stands out of the screen sideways.
_MEASURE = """() => {
    const seen = element => element.checkVisibility() && element.getBoundingClientRect().width > 0;
    const all = [...document.querySelectorAll('body *')].filter(seen);
    const worded = all.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()));
    const touched = all.filter(e => e.matches('button, input, a'));
    return {
        text: Math.min(...worded.map(e => parseFloat(getComputedStyle(e).fontSize))),
        target: Math.min(...touched.map(e => e.getBoundingClientRect().height)),
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
}"""


def is_fit(page):
    """Fail unless the page is legible, can be touched, fits at twice its size, and is clean to screen readers."""
    found = page.evaluate(_MEASURE)
    assert found["text"] >= LEAST_TEXT
    assert found["target"] >= LEAST_TARGET
    assert found["wide"] == 0
    page.set_viewport_size({"width": SIZE["width"] // 2, "height": SIZE["height"] // 2})
    assert page.evaluate(_MEASURE)["wide"] == 0, page.locator("main").inner_text()
    page.set_viewport_size(SIZE)
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize(("language", "scheme"), [("id", "light"), ("en", "dark")])
def test_every_page_is_legible_touchable_and_clean(new_phone, store, room, language, scheme):
    page = new_phone(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"/?code={room.code}&lang={language}")
    is_fit(page)
    enter_button = page.locator("button.main")
    page.locator("#table").fill("Meja panjangpanjangpanjangpanjangpanjang")
    enter_button.click()
    expect(page.locator("main[data-state=waiting]")).to_be_visible()
    is_fit(page)
    asked = asked_when(store, room)
    page.locator("button[value=never]").wait_for()
    is_fit(page)
    page.locator("button[value=never]").click()
    page.locator("button[value=dbh_share]").wait_for()
    is_fit(page)
    page.locator("button[value=dbh_share]").click()
    page.locator("h1.done").wait_for()
    is_fit(page)
    store.reveal(asked.id, ANSWER)
    page.locator("table").wait_for()
    is_fit(page)
    asked_plan(store, room)
    page.locator("input[type=range]").first.wait_for()
    is_fit(page)
    page.locator("button.main").click()
    page.locator("h1.done").wait_for()
    is_fit(page)
    page.goto("/nowhere")
    is_fit(page)
