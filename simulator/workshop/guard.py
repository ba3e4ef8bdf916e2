"""What holds for every answer to a phone: only known host names, and headers that let a browser do nothing else."""

from collections.abc import Collection, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

# Not `no-referrer`: browsers would then send forms without their origin, which is looked at.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def policy(host: str) -> str:
    """Return the content security policy of a page that was asked for at `host`."""
    # Older Safari does not count a socket as the page's own server.
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' ws://{host}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class Guard:
    """Stands before an application.

    Parameters
    ----------
    app : ASGI application
    hosts : collection of str
        Names with port under which a browser may ask; a page elsewhere that gave itself our address has another one.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what was asked for at a known name, refuse the rest."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message, host if host in self._hosts else "")
            await send(message)

        if host in self._hosts:
            await self._app(scope, receive, send_guarded)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            refusal = PlainTextResponse("This address is not served here.", 400)
            await refusal(scope, receive, send_guarded)


def _add_headers(message: MutableMapping[str, Any], host: str) -> None:
    headers = MutableHeaders(scope=message)
    headers.update(HEADERS)
    headers["Content-Security-Policy"] = policy(host)
