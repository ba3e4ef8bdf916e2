"""One run at a time, in the order in which sessions asked."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock

LOOK_SECONDS = 0.25


class Turns:
    """A queue before work that uses every processor: side by side, all would end late."""

    def __init__(self) -> None:
        self._waiting: deque[Event] = deque()
        self._lock = Lock()

    @contextmanager
    def turn(self, look: Callable[[], None]) -> Iterator[None]:
        """Wait until all who came before are done.

        Parameters
        ----------
        look : callable
            Called now and then while waiting; what it raises gives the place in the queue away.
        """
        mine = Event()
        with self._lock:
            self._waiting.append(mine)
            self._waiting[0].set()
        try:
            while not mine.wait(LOOK_SECONDS):
                look()
            yield
        finally:
            with self._lock:
                self._waiting.remove(mine)
                if self._waiting:
                    self._waiting[0].set()
