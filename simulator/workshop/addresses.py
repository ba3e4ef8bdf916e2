"""Where phones reach this machine: its own addresses, the one in use, and its QR code."""

import contextlib
import io
import socket
import time
from ipaddress import IPv4Address
from pathlib import Path

import psutil
import segno

from simulator.workshop.store import folder

PHONES_PORT = 8502
APP_PORT = 8501
_FILE = "phones.txt"
_SIGN_OF_LIFE_SECONDS = 10
_ELSEWHERE = "203.0.113.1"  # an address for documentation: nobody has it


def own_addresses() -> list[str]:
    """Return the IPv4 addresses of this machine that others may reach, the one with a route to elsewhere first."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        item.address
        for name, items in psutil.net_if_addrs().items()
        for item in items
        if name in up and item.family == socket.AF_INET and not IPv4Address(item.address).is_loopback
    ]
    routed = _routed_address()
    return sorted(dict.fromkeys(found), key=lambda address: address != routed)


def local_addresses() -> list[str]:
    """Return those of `own_addresses` that the internet cannot reach, self-given ones last."""
    local = [address for address in own_addresses() if not IPv4Address(address).is_global]
    return sorted(local, key=lambda address: IPv4Address(address).is_link_local)


def _routed_address() -> str | None:
    # Connecting a datagram socket chooses a route and sends nothing.
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((_ELSEWHERE, 9))
        address: str = probe.getsockname()[0]
        return address
    return None


def announce(url: str) -> None:
    """Leave the address of the running server of the phones where `phones_url` finds it; to be repeated."""
    place = _place()
    fresh = place.with_suffix(".new")
    fresh.write_text(url, encoding="utf-8")
    fresh.replace(place)


def silence() -> None:
    """Take the address away, because the server of the phones ends."""
    _place().unlink(missing_ok=True)


def phones_url() -> str | None:
    """Return the address that phones open, such as ``http://192.168.1.5:8502``; None if their server does not run.

    ``http://localhost:8502`` says that it runs for this machine alone. With ``/?code=123456`` behind it the form for
    joining has its code.
    """
    place = _place()
    with contextlib.suppress(OSError):
        if abs(time.time() - place.stat().st_mtime) < _SIGN_OF_LIFE_SECONDS:
            return place.read_text(encoding="utf-8")
    return None


def _place() -> Path:
    return folder() / _FILE


def qr_svg(url: str) -> str:
    """Return a QR code of `url` as one SVG element without a size of its own, black on white with its quiet zone."""
    drawn = io.BytesIO()
    code = segno.make_qr(url, error="m")
    code.save(drawn, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True)
    return drawn.getvalue().decode()
