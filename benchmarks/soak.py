"""Mixed load with faults for a long time: ``make soak``, or ``python -m benchmarks.soak [MINUTES]``.

The command of the workshop keeps the app and the server of the phones running. Visitors move sliders, and what the page
says is compared with the same scenario computed here; phones vote, and what was confirmed to them is compared with what
is kept. Every so often something breaks: a server is killed, connections are cut, the disk of the workshop is full, a
worker of a sweep is killed. Exit code 1 if a number is wrong, a confirmed vote is missing or counted twice, or anything
has not recovered by itself within two minutes.

The full disk needs a small file system of its own, which Linux gives an ordinary user in a namespace (`unshare`);
elsewhere that fault is left out, and the report says so.
"""

import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

import psutil

from benchmarks.reaction import move
from benchmarks.servers import ROOT, running
from benchmarks.session import Visitor
from benchmarks.workshop import CHOICES, Phone, Told
from simulator.outputs import findings, project
from simulator.outputs.overview import overview
from simulator.outputs.text import Words
from simulator.ports import free_port
from simulator.scenario import decode_link, encode_link, load_scenario
from simulator.workshop.records import Round, Said, WorkshopError
from simulator.workshop.store import FILE, FOLDER_VARIABLE, Store

MINUTES = 30.0
VISITORS, PHONES = 4, 12
ROUND_SECONDS, FAULT_SECONDS, RECOVERY_SECONDS = 20.0, 45.0, 120.0
FULL_SECONDS = 10.0
THINK = (4.0, 10.0)
CHECKED_EVERY = 4  # answers of a visitor: computing one here takes a processor for a second
_INSIDE = "SOAK_FOLDER"
_MEBIBYTE = 2**20


@dataclass
class Report:
    """What happened."""

    counts: Counter[str] = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@cache
def headline(link: str) -> str:
    """Return what the front page has to say of a scenario."""
    shown = overview(project(decode_link(link)))
    return findings.headline(shown.targets["rkp_2026"], shown, Words("id"))


class Guest(threading.Thread):
    """A visitor who moves sliders, comes back after a cut, and compares what the page says."""

    def __init__(self, url: str, number: int, report: Report, ended: threading.Event) -> None:
        super().__init__(daemon=True)
        self._url, self._dice, self._report, self._ended = url, random.Random(number), report, ended
        self._answers = 0
        self.visitor = Visitor(url)

    def run(self) -> None:
        """Move until the end."""
        self._back("")
        while not self._ended.wait(self._dice.uniform(*THINK)):
            try:
                move(self.visitor, self._dice)
            except Exception:  # whatever cut the connection: what counts is that the page comes back
                self._back(self.visitor.query)
            self._report.counts["answers"] += 1
            self._answers += 1
            if self._answers % CHECKED_EVERY == 0:
                self._check()

    def _back(self, query: str) -> None:
        """Open the page at its address, again and again until it is there."""
        begin = time.monotonic()
        while not self._ended.is_set():
            self.visitor = Visitor(self._url, query=query)
            with contextlib.suppress(Exception):
                self.visitor.open()
                break
            self.visitor.close()
            time.sleep(0.5)
        if query:
            self._report.counts["visitors back"] += 1
            self._note(time.monotonic() - begin, "a visitor")

    def _note(self, seconds: float, who: str) -> None:
        self._report.recoveries.append(seconds)
        if seconds > RECOVERY_SECONDS:
            self._report.faults.append(f"{who} was cut off for {seconds:.0f} s")

    def _check(self) -> None:
        link = parse_qs(self.visitor.query).get("s", [encode_link(load_scenario("baseline"))])[0]
        self._report.counts["answers compared"] += 1
        if headline(link) not in self.visitor.texts:
            self._report.faults.append(f"the page of {link} does not say: {headline(link)}")


class Voter(Phone):
    """A phone that comes back after a cut and sends its vote until it is confirmed, as the page in a browser does."""

    def run(self) -> None:
        """Join, then listen and vote until the end."""
        while not self.ended.is_set():
            with contextlib.suppress(Exception):
                if not self.cookie:
                    self.join_room()
                self.listen()
            time.sleep(0.5)

    def send(self, path: str, form: dict[str, str]) -> None:
        """Send a form until the server says that it is kept, or that the question has ended."""
        while not self.ended.is_set():
            with contextlib.suppress(Exception):
                answer, _ = self.request("POST", path, form)
                if answer.status == 303:
                    return
                if answer.status == 409:
                    raise TimeoutError(path)
            time.sleep(0.5)
        raise TimeoutError(path)


def _servers(supervisor: psutil.Process) -> dict[str, psutil.Process]:
    """Return the app and the server of the phones as they run now."""
    names = {"streamlit": "app", "simulator.workshop.phones": "phones"}
    return {names[word]: child for child in supervisor.children() for word in names if word in child.cmdline()}


def _fill(folder: Path) -> None:
    """Take every byte of a small disk for a while."""
    ballast = folder / "ballast"
    try:
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        time.sleep(FULL_SECONDS)
    finally:
        ballast.unlink(missing_ok=True)


def _sweep(out: Path) -> subprocess.Popen[bytes]:
    grid = out.parent / "grid.toml"
    grid.write_text(
        'base = "baseline"\ndraws = 100\nhorizon = "2027-12"\n[levers]\nvillage_people = [50, 100, 150, 200]\n'
        "dbh_share = [0.0, 0.1, 0.2]\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "simulator", "sweep", str(grid), "--out", str(out), "--workers", "2"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, stdin=quiet, stdout=quiet, stderr=quiet)


def _tables(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*.parquet"))}


class Breaker(threading.Thread):
    """Breaks something every so often."""

    def __init__(
        self, supervisor: psutil.Process, guests: list[Guest], folder: Path, report: Report, ended: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.supervisor, self._guests, self._report = supervisor, guests, report
        self._ended = ended
        self._whole: dict[str, bytes] = {}
        self.ways: dict[str, Callable[[], None]] = {
            "app killed": lambda: self._kill("app"),
            "server of the phones killed": lambda: self._kill("phones"),
            "connections cut": self._cut,
            "worker of a sweep killed": self._worker,
        }
        if _INSIDE in os.environ:
            self.ways["disk full"] = lambda: _fill(folder)

    def run(self) -> None:
        """Break one thing after another."""
        while not self._ended.wait(FAULT_SECONDS):
            name, act = list(self.ways.items())[self._report.counts["broken"] % len(self.ways)]
            self._report.counts["broken"] += 1
            self._report.counts[name] += 1
            try:
                act()
            except Exception as error:
                self._report.faults.append(f"{name}: {type(error).__name__}: {error}")

    def _kill(self, name: str) -> None:
        server = _servers(self.supervisor).get(name)
        if server is None:
            self._report.counts["already down"] += 1
        else:
            server.kill()

    def _cut(self) -> None:
        for guest in self._guests:
            guest.visitor.close()

    def _worker(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            if not self._whole:
                self._swept(Path(place) / "whole", kill=False)
                self._whole = _tables(Path(place) / "whole")
            self._swept(Path(place) / "cut", kill=True)
            if _tables(Path(place) / "cut") != self._whole or not self._whole:
                self._report.faults.append("a sweep with a killed worker has other tables")

    def _swept(self, out: Path, *, kill: bool) -> None:
        running = _sweep(out)
        while kill and running.poll() is None:
            workers = [its for its in psutil.Process(running.pid).children(recursive=True) if its.is_running()]
            if any(out.rglob("part-*.parquet")) and len(workers) > 1:
                workers[-1].kill()
                break
            time.sleep(0.1)
        if running.wait(timeout=300) != 0:
            self._report.faults.append("a sweep has failed")


def _round(store: Store, room: int, report: Report, told: Told) -> None:
    """Ask one question and compare what was kept with what was confirmed."""
    asked: Round | None = None
    begin = time.monotonic()
    while asked is None and time.monotonic() - begin < RECOVERY_SECONDS:
        with contextlib.suppress(WorkshopError):  # the disk is full: the facilitator tries again
            asked = store.open_round(
                room,
                question=Said(id="Kapan?", en="When?"),
                target="rkp_2026",
                scenario=encode_link(load_scenario("baseline")),
                choices=CHOICES,
            )
        time.sleep(0.5)
    if asked is None:
        report.faults.append("no question could be asked for two minutes")
        return
    time.sleep(ROUND_SECONDS)
    ended = False
    while not ended:
        with contextlib.suppress(WorkshopError):
            store.reveal(asked.id)
            ended = True
        time.sleep(0.5)
    kept = [(vote.name, vote.choice) for vote in store.votes(asked.id)]
    confirmed = {name: choice for (round, name), choice in list(told.votes.items()) if round == asked.id}
    report.counts["rounds"] += 1
    report.counts["votes confirmed"] += len(confirmed)
    wrong = {name for name, choice in confirmed.items() if dict(kept).get(name) != choice}
    late = {name for name in wrong if (asked.id, name) in told.open}  # changed, and cut off before it was confirmed
    if len(dict(kept)) != len(kept) or wrong - late:
        report.faults.append(f"round {asked.number}: of {len(confirmed)} confirmed votes {len(wrong)} are not kept")


def play(minutes: float, folder: Path) -> int:
    """Run the load for some time, print what happened, and return the exit code."""
    report, told, ended = Report(), Told(), threading.Event()
    ports = free_port(), free_port()
    app, phones = (f"http://localhost:{port}" for port in ports)
    command = ["simulator", "workshop", f"--app-port={ports[0]}", f"--port={ports[1]}"]
    with running(command, app, phones, environment={FOLDER_VARIABLE: str(folder)}) as supervisor:
        store = Store(folder / FILE)
        room = store.open_room("Soak")
        guests = [Guest(app, number, report, ended) for number in range(VISITORS)]
        voters = [Voter(ports[1], room, f"phone {number}", told) for number in range(PHONES)]
        breaker = Breaker(supervisor, guests, folder, report, ended)
        for thread in (*guests, *voters, breaker):
            thread.start()
        until, memory = time.monotonic() + 60 * minutes, []
        while time.monotonic() < until:
            _round(store, room.id, report, told)
            with contextlib.suppress(psutil.Error):
                memory.append(sum(its.memory_info().rss for its in _servers(breaker.supervisor).values()) / _MEBIBYTE)
        ended.set()
        for voter in voters:
            voter.ended.set()
        for thread in (*guests, *voters, breaker):
            thread.join(timeout=RECOVERY_SECONDS)
    return _verdict(minutes, report, memory, has_full_disk="disk full" in breaker.ways)


def _verdict(minutes: float, report: Report, memory: list[float], *, has_full_disk: bool) -> int:
    counts = report.counts
    print(f"{minutes:g} minutes, {VISITORS} visitors, {PHONES} phones")
    for name, number in counts.items():
        print(f"  {name}: {number}")
    if not has_full_disk:
        print("  no full disk: this system gives an ordinary user no small file system")
    if report.recoveries:
        print(f"  visitors came back after at most {max(report.recoveries):.0f} s, by themselves")
    print(f"  memory of both servers: highest {max(memory):.0f} MiB, last {memory[-1]:.0f} MiB")
    for fault in report.faults[:20]:
        print(f"  FAULT {fault}")
    idle = [name for name in ("answers compared", "votes confirmed", "broken") if not counts[name]]
    if idle:
        print(f"  nothing was tried of: {', '.join(idle)}")
    kept = not report.faults and not idle
    print(f"No wrong number, no lost vote, recovery by itself: {'kept' if kept else 'BROKEN'}.")
    return 0 if kept else 1


def main(arguments: list[str]) -> int:
    """Play on a small file system of our own where that can be had."""
    minutes = float(arguments[0]) if arguments else MINUTES
    if _INSIDE in os.environ:
        return play(minutes, Path(os.environ[_INSIDE]))
    with tempfile.TemporaryDirectory() as place:
        script = 'mount -t tmpfs -o size=4m,mode=0700 soak "$SOAK_FOLDER" && exec "$@"'
        inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
        environment = os.environ | {_INSIDE: place}
        if shutil.which("unshare") and not subprocess.run([*inside, "true"], env=environment, check=False).returncode:
            command = [*inside, sys.executable, "-m", "benchmarks.soak", str(minutes)]
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        return play(minutes, Path(place))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
