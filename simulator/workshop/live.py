"""Who is connected, and what tells each phone that its room has something new."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from simulator.workshop.addresses import announce, silence
from simulator.workshop.records import Person, WorkshopError
from simulator.workshop.store import Store

MOST_SOCKETS = 400
MOST_A_PERSON = 4
_LOOK_SECONDS = 0.3
_HEARTBEAT_SECONDS = 3.0
_SPOKE_WITHOUT_NEED = 1008


class Hub:
    """Looks at the store for all phones at once.

    Parameters
    ----------
    store : Store
    url : str or None
        Where phones reach this server, to be told to the app; None tells it nothing.
    """

    def __init__(self, store: Store, url: str | None) -> None:
        self._store = store
        self._url = url
        self._versions: dict[int, int] = {}
        self._news = asyncio.Event()
        self._seats: Counter[int] = Counter()

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Look at the store, and give signs of life, for as long as the server runs."""
        tasks = [asyncio.create_task(work) for work in (self._look(), self._show_life())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            if self._url:
                silence()

    async def serve(self, socket: WebSocket, person: Person) -> None:
        """Tell one phone the version of its room until it goes."""
        if self._seats.total() >= MOST_SOCKETS or self._seats[person.id] >= MOST_A_PERSON:
            await socket.close()
            return
        with self._seat(person.id):
            await socket.accept()
            telling = asyncio.create_task(self._tell(socket, person.room))
            try:
                message = await socket.receive()
            finally:
                telling.cancel()
        if message["type"] != "websocket.disconnect":  # phones have nothing to say here
            await socket.close(_SPOKE_WITHOUT_NEED)

    @contextlib.contextmanager
    def _seat(self, person: int) -> Iterator[None]:
        self._seats[person] += 1
        try:
            yield
        finally:
            self._seats[person] -= 1
            if not self._seats[person]:
                del self._seats[person]

    async def _tell(self, socket: WebSocket, room: int) -> None:
        """Send the version when it changes, and often enough for a phone to notice that it was cut off."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                news = self._news
                await socket.send_text(str(self._versions.get(room, 0)))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), _HEARTBEAT_SECONDS)

    async def _look(self) -> None:
        while True:
            with contextlib.suppress(WorkshopError):  # a store that is away for a moment is no news
                versions = await run_in_threadpool(self._store.versions)
                if versions != self._versions:
                    self._versions = versions
                    self._news.set()
                    self._news = asyncio.Event()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _show_life(self) -> None:
        while self._url:
            with contextlib.suppress(OSError):
                await run_in_threadpool(announce, self._url)
            await asyncio.sleep(_HEARTBEAT_SECONDS)
