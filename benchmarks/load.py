"""Many sessions at once, beside a bare page under the same load: ``python -m benchmarks.load [SECONDS]``.

Every session is a visitor that speaks Streamlit's own protocol: it opens the front page, thinks for a few seconds,
moves a slider to a setting that nobody has asked for before, waits for the whole page, and thinks again. Levels of load
follow each other on one server: 1, 10 and 40 sessions, each for as many seconds.
"""

import random
import sys
import threading
import time
from dataclasses import dataclass, field
from statistics import median, quantiles

import psutil

from benchmarks.reaction import move
from benchmarks.servers import streamlit
from benchmarks.session import Visitor

SESSIONS = (1, 10, 40)
SECONDS = 60
THINK = (2.0, 8.0)
PAGES = {"the app": "streamlit_app.py", "a page with one slider": "benchmarks/apps/one_slider.py"}
_MEBIBYTE = 2**20


@dataclass
class Crowd:
    """Sessions that move sliders until `ended`; seconds of each move, and what went wrong."""

    url: str
    sessions: int
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self, seconds: float) -> None:
        """Let all sessions work for some time."""
        threads = [threading.Thread(target=self._visit, args=(n,), daemon=True) for n in range(self.sessions)]
        for thread in threads:
            thread.start()
        self.ended.wait(seconds)
        self.ended.set()
        for thread in threads:
            thread.join(timeout=120)

    def _visit(self, number: int) -> None:
        dice, visitor = random.Random(f"{self.sessions} {number}"), Visitor(self.url)
        try:
            visitor.open()
            while not self.ended.wait(dice.uniform(*THINK)):
                self.seconds.append(move(visitor, dice).full)
        except Exception as error:
            self.faults.append(f"session {number}: {type(error).__name__}: {error}")
        finally:
            visitor.close()


def _memory(server: psutil.Process) -> float:
    return float(server.memory_info().rss) / _MEBIBYTE


def measure(script: str, seconds: float) -> list[tuple[Crowd, float, float]]:
    """Return each level of load with the server's mebibytes before and at its end."""
    rows = []
    with streamlit(script) as (url, server):
        Crowd(url, 1).run(20)  # warms the server up
        for sessions in SESSIONS:
            before, crowd = _memory(server), Crowd(url, sessions)
            crowd.run(seconds)
            rows.append((crowd, before, _memory(server)))
    return rows


def main(seconds: float = SECONDS) -> int:
    """Print the table; return 1 if a session failed."""
    print(f"Sessions with {THINK[0]:g} to {THINK[1]:g} s of thought between moves, {seconds:g} s a level")
    bare: dict[int, float] = {}
    failed = False
    for name, script in reversed(PAGES.items()):
        print(f"  {name}")
        for crowd, before, after in measure(script, seconds):
            middle, slowest = median(crowd.seconds), quantiles(crowd.seconds, n=20)[-1]
            bare.setdefault(crowd.sessions, middle)
            print(f"    {crowd.sessions:3d} sessions: {60 * len(crowd.seconds) / seconds:6.0f} moves a minute, median"
                  f" {middle:5.2f} s ({middle / bare[crowd.sessions]:.1f} times the bare page), 19 in 20 within"
                  f" {slowest:5.2f} s, memory {before:.0f} to {after:.0f} MiB"
                  f" ({(after - before) / crowd.sessions:+.1f} a session)")  # fmt: skip
            for fault in crowd.faults[:5]:
                print(f"      FAULT {fault}")
            failed = failed or bool(crowd.faults)
    return int(failed)


if __name__ == "__main__":
    started = time.monotonic()
    code = main(*map(float, sys.argv[1:]))
    print(f"{time.monotonic() - started:.0f} s in all")
    sys.exit(code)
