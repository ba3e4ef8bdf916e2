"""Ports of this machine: which may be asked for, and which are taken. Imports nothing else, so that asking is quick."""

import contextlib
import errno
import os
import socket
from collections.abc import Iterable

LOOPBACK = "127.0.0.1"
LOOPBACKS = (LOOPBACK, "::1")  # either may be what localhost means
LOWEST_PORT, HIGHEST_PORT = 1024, 65535  # what an ordinary account may listen on


def is_busy(port: int, hosts: Iterable[str] = LOOPBACKS) -> bool:
    """Tell whether something already holds `port` on one of these addresses of this machine."""
    return any(_answers(host, port) or _is_bound(host, port) for host in hosts)


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to a port of one address.

    Raises
    ------
    OSError
        If the port is taken, or the address is not this machine's.
    """
    bound = socket.socket(_family(host))
    try:
        # Otherwise a port closed a moment ago would count as taken; on Windows it means to share.
        if os.name == "posix":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def free_port() -> int:
    """Return a port of this machine that nothing holds."""
    with listening(LOOPBACK, 0) as probe:
        return int(probe.getsockname()[1])


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _answers(host: str, port: int) -> bool:
    # macOS lets a second program bind one address beside one that listens everywhere, so binding alone is no proof.
    with contextlib.suppress(OSError), socket.socket(_family(host)) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
    return False


def _is_bound(host: str, port: int) -> bool:
    try:
        listening(host, port).close()
    except OSError as error:
        return error.errno == errno.EADDRINUSE
    return False
