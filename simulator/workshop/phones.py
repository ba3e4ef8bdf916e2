"""The server that phones reach: join a room, vote, propose a plan; ``python -m simulator.workshop.phones``.

It knows nothing but the store of the workshop: neither the app nor the engine can be reached through it.
"""

import argparse
import asyncio
import contextlib
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from http import HTTPStatus
from math import nan
from pathlib import Path
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from simulator.outputs.text import DEFAULT_LANGUAGE, LANGUAGES, Words
from simulator.ports import LOOPBACK, listening
from simulator.workshop import pages
from simulator.workshop.addresses import PHONES_PORT
from simulator.workshop.guard import Guard
from simulator.workshop.live import Hub
from simulator.workshop.records import Person, WorkshopError
from simulator.workshop.store import KEPT_DAYS, Store

MOST_BODY_BYTES = 4096
MOST_FIELDS = 32
BODY_SECONDS = 10
WRONG_CODES = 10
WRONG_CODES_SECONDS = 60.0
_KEPT_SECONDS = KEPT_DAYS * 86_400
_LONGEST_ID = 15
_MOST_MESSAGE_BYTES = 64
_MOST_CONNECTIONS = 1000
_PERSON, _LANGUAGE = "person", "lang"
_STATIC = Path(__file__).parent / "static"
_TYPES = {"phones.css": "text/css", "phones.js": "text/javascript", "icon.svg": "image/svg+xml"}
_STATUS = {
    "workshop.not_open": HTTPStatus.CONFLICT,
    "workshop.full": HTTPStatus.CONFLICT,
    "workshop.many_tables": HTTPStatus.CONFLICT,
    "workshop.gone": HTTPStatus.NOT_FOUND,
    "workshop.no_store": HTTPStatus.SERVICE_UNAVAILABLE,
    "phones.wait": HTTPStatus.TOO_MANY_REQUESTS,
    "phones.not_joined": HTTPStatus.FORBIDDEN,
}

Form = Mapping[str, str]


class Phones:
    """What the paths do. Answers that touch the store run in threads."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._wrong = _WrongCodes()

    def show(self, request: Request) -> Response:
        """Show the form for joining, or what the room is doing."""
        words, query = _words(request), request.query_params
        person = self._person(request)
        if person is not None and query.get("code", "") not in {"", self._store.room(person.room).code}:
            person = None  # the code of another room was scanned
        if person is None:
            left = _PERSON in request.cookies
            page = pages.join(words, query, note="phones.left" if left and "code" not in query else None)
        else:
            page = pages.room(self._store, person, words, query)
        response = HTMLResponse(page)
        if query.get(_LANGUAGE) in LANGUAGES:
            response.set_cookie(_LANGUAGE, words.language, max_age=_KEPT_SECONDS, httponly=True, samesite="strict")
        return response

    def join(self, request: Request, form: Form) -> Response:
        """Take a browser into a room and leave its token there."""
        code = "".join(form.get("code", "").split())
        person = self._person(request)
        if person is not None and self._store.room(person.room).code == code:
            return _home()
        address = request.client.host if request.client else ""
        try:
            if self._wrong.count(address) >= WRONG_CODES:
                raise WorkshopError("phones.wait")
            token = self._store.join(code, name=form.get("name", ""), table=form.get("table", ""))
        except WorkshopError as error:
            if error.key == "workshop.unknown_code":
                self._wrong.add(address)
            words = _words(request)
            return HTMLResponse(pages.join(words, form, error=error.said(words.language)), _status(error))
        response = _home()
        response.set_cookie(_PERSON, token, max_age=_KEPT_SECONDS, httponly=True, samesite="strict")
        return response

    def vote(self, request: Request, form: Form) -> Response:
        """Count an answer; a lever that is not in the form stays as it was."""
        return self._answer(request, form, self._keep_vote)

    def propose(self, request: Request, form: Form) -> Response:
        """Keep the plan of a table."""
        return self._answer(request, form, self._keep_plan)

    async def live(self, socket: WebSocket) -> None:
        """Tell a phone when to look again."""
        person = None
        if _is_own(socket):
            with contextlib.suppress(WorkshopError):  # a store that is away for a moment: the phone will try again
                person = await run_in_threadpool(self._person, socket)
        if person is None:
            await socket.close()
        else:
            await self._hub.serve(socket, person)

    def _keep_vote(self, person: Person, form: Form) -> None:
        round = _round_of(form)
        before = self._store.vote_of(person, round)
        lever = form.get("lever", before.lever if before else None)
        self._store.vote(person, round, form.get("choice", ""), lever or None)

    def _keep_plan(self, person: Person, form: Form) -> None:
        given = {name: text for name, text in form.items() if name not in {"round", "table"}}
        values = {name: _number(text) for name, text in given.items()}
        self._store.propose(person, _round_of(form), form.get("table", ""), values)

    def _answer(self, request: Request, form: Form, keep: Callable[[Person, Form], None]) -> Response:
        words = _words(request)
        person = self._person(request)
        if person is None:
            error = WorkshopError("phones.not_joined")
            return HTMLResponse(pages.join(words, {}, error=error.said(words.language)), _status(error))
        try:
            keep(person, form)
        except WorkshopError as error:
            page = pages.room(self._store, person, words, {}, error=error.said(words.language), typed=form)
            return HTMLResponse(page, _status(error))
        return _home()

    def _person(self, connection: HTTPConnection) -> Person | None:
        token = connection.cookies.get(_PERSON)
        return None if token is None else self._store.person(token)


class _WrongCodes:
    """Wrong codes of the last minute by address. Right ones do not count: a whole room may share one address."""

    def __init__(self) -> None:
        self._tries: deque[tuple[float, str]] = deque()
        self._turn = threading.Lock()

    def add(self, address: str) -> None:
        with self._turn:
            self._tries.append((time.monotonic(), address))

    def count(self, address: str) -> int:
        with self._turn:
            while self._tries and self._tries[0][0] < time.monotonic() - WRONG_CODES_SECONDS:
                self._tries.popleft()
            return sum(other == address for _, other in self._tries)


def build(store: Store, *, hosts: Collection[str], url: str | None = None) -> ASGIApp:
    """Return the server as an ASGI application.

    Parameters
    ----------
    store : Store
    hosts : collection of str
        What a browser may call this server, such as ``192.168.1.5:8502``; anything else is refused.
    url : str, optional
        Where phones reach it, to be told to the app.
    """
    hub = Hub(store, url)
    phones = Phones(store, hub)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with hub.at_work():
            yield

    routes = [
        Route("/", phones.show),
        Route("/join", _with_form(phones.join), methods=["POST"]),
        Route("/vote", _with_form(phones.vote), methods=["POST"]),
        Route("/propose", _with_form(phones.propose), methods=["POST"]),
        Route("/static/{name}", _static),
        WebSocketRoute("/live", phones.live),
    ]
    handlers = {HTTPException: _refused, WorkshopError: _failed, Exception: _broken}
    return Guard(Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan), hosts)


def _with_form(act: Callable[[Request, Form], Response]) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(act, request, await _form(request))

    return endpoint


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a small form that one of our own pages has sent."""
    if not _is_own(request):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > MOST_BODY_BYTES:
                    raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None


def _static(request: Request) -> Response:
    kind = _TYPES.get(request.path_params["name"])
    if kind is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response((_STATIC / request.path_params["name"]).read_bytes(), media_type=kind)


def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
    key = "phones.no_page" if status == HTTPStatus.NOT_FOUND else "phones.refused"
    headers = error.headers if isinstance(error, HTTPException) else None
    return HTMLResponse(pages.sentence(_words(request), key), status, headers)


def _failed(request: Request, error: Exception) -> Response:
    words = _words(request)
    if not isinstance(error, WorkshopError):
        raise error
    return HTMLResponse(pages.sentence(words, error.key, **error.fields), _status(error))


def _broken(request: Request, _: Exception) -> Response:
    return HTMLResponse(pages.sentence(_words(request), "phones.broken"), HTTPStatus.INTERNAL_SERVER_ERROR)


def _is_own(connection: HTTPConnection) -> bool:
    """Tell whether one of our own pages asks."""
    return connection.headers.get("origin") == f"http://{connection.headers.get('host')}"


def _words(connection: HTTPConnection) -> Words:
    told = (connection.query_params.get(_LANGUAGE), connection.cookies.get(_LANGUAGE))
    known = [language for name in told for language in LANGUAGES if language == name]
    return Words(known[0] if known else DEFAULT_LANGUAGE)


def _home() -> Response:
    return RedirectResponse("/", HTTPStatus.SEE_OTHER)


def _status(error: WorkshopError) -> HTTPStatus:
    return _STATUS.get(error.key, HTTPStatus.UNPROCESSABLE_ENTITY)


def _round_of(form: Form) -> int:
    """Return the number of the round that a form answers; 0, which no round has, if it is none."""
    text = form.get("round", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else 0


def _number(text: str) -> float:
    """Return a number that was typed; not a number, which every lever refuses, if it is none."""
    try:
        return float(text)
    except ValueError:
        return nan


def main(arguments: list[str] | None = None) -> int:
    """Serve phones on this machine, and on one of its addresses if that is named; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m simulator.workshop.phones")
    parser.add_argument("--port", type=int, default=PHONES_PORT)
    parser.add_argument("--address", help="one of this machine's addresses; without it, phones cannot come in")
    chosen = parser.parse_args(arguments)
    names = [LOOPBACK, *([chosen.address] if chosen.address else [])]
    try:
        sockets = [listening(name, chosen.port) for name in names]
    except (OSError, OverflowError) as error:
        print(f"Port {chosen.port} cannot be used on {' and '.join(names)}: {error}.", file=sys.stderr)
        return 1
    hosts = {f"{name}:{chosen.port}" for name in [*names, "localhost"]}
    url = f"http://{chosen.address or 'localhost'}:{chosen.port}"
    server = uvicorn.Server(
        uvicorn.Config(
            build(Store(), hosts=hosts, url=url),
            access_log=False,
            log_level="warning",
            server_header=False,
            ws_max_size=_MOST_MESSAGE_BYTES,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=2,
        )
    )
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=sockets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
