"""What was computed lately, kept for all sessions."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shelf(Generic[K, V]):
    """The last few answers of all sessions; the one unused for longest makes room.

    Streamlit's own cache cannot show progress while it fills, which a run of more than a second must.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._held: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """Return an answer if it is kept."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def is_empty(self) -> bool:
        """Tell whether nothing was kept yet."""
        return not self._held

    def put(self, key: K, value: V) -> None:
        """Keep an answer."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            while len(self._held) > self._room:
                self._held.popitem(last=False)
