"""Forty phones vote while the facilitator moves levers: ``python -m benchmarks.workshop [ROUNDS]``.

Most phones are websocket clients that do what the page in a browser does; a few are real Chromium pages. They vote
within ten seconds of each question. Exit code 1 if a vote is lost or counted twice, an answer is an error, the
facilitator waits more than three times as long as alone, or a server has grown from the second round to the last.
"""

import http.client
import random
import re
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import connect

from benchmarks.reaction import LEVERS
from benchmarks.servers import running
from benchmarks.session import Visitor
from simulator.ports import free_port
from simulator.scenario import encode_link, load_scenario
from simulator.workshop.records import Room, Said
from simulator.workshop.store import FILE, FOLDER_VARIABLE, Store
from tests.browser import find_chromium

PHONES, BROWSERS, ROUNDS = 40, 4, 10
VOTING_SECONDS, MOVE_SECONDS = 10.0, 5.0
MOVES_ALONE = 8
MOST_SLOWER, MOST_GROWTH = 3.0, 0.10
CHOICES = ("2027-06", "2027-12", "2028-06", "2028-12", "2029-06", "2029-12", "2030-06", "2030-12", "never")
_WORKSHOP_LEVERS = ("value:village_people", "value:apbd_amount", "value:dbh_share", "value:public_mandate")
_MEBIBYTE = 2**20


@dataclass
class Told:
    """What phones were told was kept, by round and name; what is on its way; and what went wrong."""

    votes: dict[tuple[int, str], str] = field(default_factory=dict)
    open: set[tuple[int, str]] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Phone(threading.Thread):
    """One phone without a browser: joins, listens at the websocket, looks again when told to, votes once or twice."""

    def __init__(self, port: int, room: Room, name: str, told: Told) -> None:
        super().__init__(daemon=True)
        self._port, self._host, self._room, self._label = port, f"localhost:{port}", room, name
        self._told, self._dice = told, random.Random(name)
        self._answered = ""
        self.cookie = ""
        self.ended = threading.Event()

    def run(self) -> None:
        """Join, and answer every question until the room ends."""
        try:
            self.join_room()
            self.listen()
        except Exception as error:
            self._told.faults.append(f"{self._label}: {type(error).__name__}: {error}")

    def join_room(self) -> None:
        """Enter the room by its code."""
        answer, _ = self.request("POST", "/join", {"code": self._room.code, "name": self._label, "table": ""})
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0]

    def listen(self) -> None:
        """Look at the page whenever the server says that there is something new, and answer a new question."""
        with connect(
            f"ws://{self._host}/live",
            origin=f"http://{self._host}",  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
        ) as live:
            while not self.ended.is_set():
                try:
                    live.recv(timeout=1)
                except TimeoutError:
                    continue
                answer, page = self.request("GET", "/")
                if answer.status != 200:
                    self._told.faults.append(f"{self._label}: GET / gave {answer.status}")
                asked = re.search(r'data-state="(\d+)-open"', page)
                if asked and asked[1] != self._answered:
                    self._answered = asked[1]
                    self._answer(int(asked[1]))

    def _answer(self, asked: int) -> None:
        """Vote some time within the voting, and one in three changes the vote."""
        time.sleep(self._dice.uniform(0, 0.6 * VOTING_SECONDS))
        for _ in range(1 if self._dice.random() < 2 / 3 else 2):
            choice = self._dice.choice(CHOICES)
            begin = time.perf_counter()
            self._told.open.add((asked, self._label))
            self.send("/vote", {"round": str(asked), "choice": choice, "lever": ""})
            self._told.seconds.append(time.perf_counter() - begin)
            self._told.votes[asked, self._label] = choice
            self._told.open.discard((asked, self._label))
            time.sleep(self._dice.uniform(0, 0.2 * VOTING_SECONDS))

    def send(self, path: str, form: dict[str, str]) -> None:
        """Send a form, which has to be confirmed at once."""
        answer, _ = self.request("POST", path, form)
        if answer.status != 303:
            self._told.faults.append(f"{self._label}: POST {path} gave {answer.status}")

    def request(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, str]:
        """Ask the server as the page in a browser would."""
        headers = {"Cookie": self.cookie}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self._host}"}
        connection = http.client.HTTPConnection("localhost", self._port, timeout=30)
        try:
            connection.request(method, path, None if form is None else urlencode(form), headers)
            answer = connection.getresponse()
            return answer, answer.read().decode()
        finally:
            connection.close()


class Facilitator(threading.Thread):
    """Moves a big lever every few seconds and notes how long the page takes."""

    def __init__(self, visitor: Visitor) -> None:
        super().__init__(daemon=True)
        self._visitor, self._dice = visitor, random.Random(1)
        self.seconds: list[float] = []
        self.ended = threading.Event()

    def move(self) -> float:
        """Move one lever and return the seconds until the page is whole."""
        key = self._dice.choice([key for key in _WORKSHOP_LEVERS if key in self._visitor.sliders] or list(LEVERS))
        return self._visitor.move(key, self._dice.choice(self._visitor.other_stops(key))).full

    def run(self) -> None:
        """Move levers until told to end."""
        while not self.ended.is_set():
            self.seconds.append(self.move())
            self.ended.wait(max(MOVE_SECONDS - self.seconds[-1], 0))


def _joined(page: Page, url: str, room: Room, name: str) -> Page:
    page.set_default_timeout(30_000)
    page.goto(f"{url}/?code={room.code}")
    page.fill("#name", name)
    page.click("button.main")
    page.wait_for_selector("main[data-live]")
    return page


def _vote_in_browsers(pages: dict[str, Page], asked: int, told: Told, dice: random.Random) -> None:
    for name, page in pages.items():
        choice = dice.choice(CHOICES)
        page.wait_for_selector(f'main[data-state="{asked}-open"]')
        begin = time.perf_counter()
        page.click(f'button[name=choice][value="{choice}"]')
        page.wait_for_selector(".done")
        told.seconds.append(time.perf_counter() - begin)
        told.votes[asked, name] = choice


def _play(store: Store, room: Room, pages: dict[str, Page], told: Told, dice: random.Random) -> None:
    """Ask one question, wait for the votes, compare them with what phones were told, and reveal."""
    asked = store.open_round(
        room.id,
        question=Said(id="Kapan 34,99 % tercapai?", en="When is 34.99% reached?"),
        target="rkp_2026",
        scenario=encode_link(load_scenario("baseline")),
        choices=CHOICES,
        levers=("village_people", "dbh_share"),
    )
    begin = time.monotonic()
    _vote_in_browsers(pages, asked.id, told, dice)
    time.sleep(max(VOTING_SECONDS + 1 - (time.monotonic() - begin), 0))
    kept = [(vote.name, vote.choice) for vote in store.votes(asked.id)]
    expected = {name: choice for (round, name), choice in told.votes.items() if round == asked.id}
    if len(kept) != PHONES or dict(kept) != expected:
        told.faults.append(f"round {asked.number}: {len(kept)} votes kept, {len(expected)} confirmed, {PHONES} phones")
    store.reveal(asked.id)


def main(rounds: int = ROUNDS) -> int:
    """Play a workshop, print what was measured, and return 1 if anything promised was broken."""
    told, dice = Told(), random.Random(0)
    ports = free_port(), free_port()
    app, phones = (f"http://localhost:{port}" for port in ports)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = Store(folder / FILE)
        room = store.open_room("Lokakarya", budget=20_000_000_000)
        commands = {
            app: ["streamlit", "run", "streamlit_app.py", f"--server.port={ports[0]}"],
            phones: ["simulator.workshop.phones", f"--port={ports[1]}"],
        }
        kept = {FOLDER_VARIABLE: str(folder)}
        servers = {
            url: stack.enter_context(running(command, url, environment=kept)) for url, command in commands.items()
        }
        visitor = Visitor(app, "lokakarya", f"room={room.id}")
        visitor.open()
        facilitator = Facilitator(visitor)
        alone = [facilitator.move() for _ in range(MOVES_ALONE + 2)][2:]
        crowd = [Phone(ports[1], room, f"phone {n}", told) for n in range(PHONES - BROWSERS)]
        for phone in crowd:
            phone.start()
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=find_chromium())
        pages = {
            f"browser {n}": _joined(browser.new_context().new_page(), phones, room, f"browser {n}")
            for n in range(BROWSERS)
        }
        facilitator.start()
        memory = []
        for _ in range(rounds):
            _play(store, room, pages, told, dice)
            memory.append([server.memory_info().rss / _MEBIBYTE for server in servers.values()])
        for thread in (facilitator, *crowd):
            thread.ended.set()
        for thread in (facilitator, *crowd):
            thread.join(timeout=60)
        browser.close()
    return _verdict(rounds, told, alone, facilitator.seconds, memory)


def _verdict(rounds: int, told: Told, alone: list[float], beside: list[float], memory: list[list[float]]) -> int:
    slower = median(beside) / median(alone)
    growth = [last / first - 1 for first, last in zip(memory[min(1, rounds - 1)], memory[-1], strict=True)]
    print(f"{PHONES} phones ({BROWSERS} in Chromium), {rounds} rounds of {VOTING_SECONDS:g} s, {len(told.votes)} votes")
    print(f"  a vote until it is confirmed: median {median(told.seconds):.3f} s, longest {max(told.seconds):.3f} s")
    print(f"  facilitator's move: alone {median(alone):.2f} s, beside the phones {median(beside):.2f} s,"
          f" {slower:.2f} times (promise {MOST_SLOWER:g}), longest {max(beside):.2f} s")  # fmt: skip
    for name, place in (("app", 0), ("server of the phones", 1)):
        sizes = " ".join(f"{row[place]:.0f}" for row in memory)
        print(f"  memory of the {name} after each round: {sizes} MiB ({growth[place]:+.1%} from the second)")
    for fault in told.faults[:20]:
        print(f"  FAULT {fault}")
    kept = not told.faults and slower <= MOST_SLOWER and max(growth) <= MOST_GROWTH
    print(f"No vote lost, reaction and memory within their limits: {'kept' if kept else 'BROKEN'}.")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
