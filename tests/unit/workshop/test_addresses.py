"""Addresses of this machine, ports, the address in use and its picture."""

import os
import re
import socket
from ipaddress import IPv4Address
from types import SimpleNamespace

import pytest

from simulator import ports
from simulator.workshop import addresses


def interfaces(monkeypatch, **found):
    """Let this machine have interfaces: name to address, those that end in `_down` not connected."""
    listed = {name: [SimpleNamespace(family=socket.AF_INET, address=its)] for name, its in found.items()}
    listed["six"] = [SimpleNamespace(family=socket.AF_INET6, address="fe80::1")]
    states = {name: SimpleNamespace(isup=not name.endswith("_down")) for name in listed}
    monkeypatch.setattr(addresses.psutil, "net_if_addrs", lambda: listed)
    monkeypatch.setattr(addresses.psutil, "net_if_stats", lambda: states)


def test_addresses_of_the_machine_can_be_bound_and_are_not_loopback():
    for address in addresses.own_addresses():
        ports.listening(address, 0).close()
        assert not IPv4Address(address).is_loopback


def test_only_connected_interfaces_count_and_the_routed_one_is_first(monkeypatch):
    interfaces(monkeypatch, lo="127.0.0.1", box="172.17.0.1", wifi="192.168.1.5", cable_down="10.0.0.9")
    monkeypatch.setattr(addresses, "_routed_address", lambda: "192.168.1.5")
    assert addresses.own_addresses() == ["192.168.1.5", "172.17.0.1"]
    monkeypatch.setattr(addresses, "_routed_address", lambda: None)
    assert addresses.own_addresses() == ["172.17.0.1", "192.168.1.5"]


def test_what_the_internet_reaches_is_not_local_and_self_given_addresses_are_last(monkeypatch):
    interfaces(monkeypatch, self="169.254.3.4", public="8.8.8.8", wifi="10.1.2.3")
    monkeypatch.setattr(addresses, "_routed_address", lambda: "8.8.8.8")
    assert addresses.own_addresses()[0] == "8.8.8.8"
    assert addresses.local_addresses() == ["10.1.2.3", "169.254.3.4"]


def test_a_port_is_busy_while_something_holds_it():
    with ports.listening("127.0.0.1", 0) as holder:
        holder.listen()
        port = holder.getsockname()[1]
        assert ports.is_busy(port)
    assert not ports.is_busy(port)


def test_an_address_of_another_machine_cannot_be_listened_on():
    with pytest.raises(OSError, match=r"(?i)address"):
        ports.listening("203.0.113.7", 0)


def test_the_address_in_use_is_known_while_its_server_gives_signs_of_life(store):
    assert addresses.phones_url() is None
    addresses.announce("http://192.168.1.5:8502")
    assert addresses.phones_url() == "http://192.168.1.5:8502"
    place = store.path.parent / "phones.txt"
    os.utime(place, (0, place.stat().st_mtime - 11))
    assert addresses.phones_url() is None  # killed, for it took nothing away
    addresses.announce("http://192.168.1.5:8503")
    assert addresses.phones_url() == "http://192.168.1.5:8503"
    addresses.silence()
    assert addresses.phones_url() is None
    addresses.silence()


def test_the_picture_is_one_svg_that_asks_nothing_of_anybody():
    drawn = addresses.qr_svg("http://192.168.1.5:8502/?code=123456")
    assert re.fullmatch(r"<svg [^>]*>.*</svg>\s*", drawn, re.DOTALL)
    assert "script" not in drawn
    assert drawn != addresses.qr_svg("http://192.168.1.5:8502/?code=123457")
    size = float(re.search(r'viewBox="0 0 (\d+) \1"', drawn)[1])
    assert size == 29 + 2 * 4  # version 3 holds 42 letters at level M, with a quiet zone of four on each side


def test_the_picture_has_the_three_corners_that_cameras_look_for():
    rows = modules(addresses.qr_svg("http://10.0.0.2:8502"))
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    size = len(rows)
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        assert [row[left : left + 7] for row in rows[top : top + 7]] == finder


def modules(drawn):
    """Return the dark and light modules of a picture as rows of 1 and 0, from its path of horizontal strokes."""
    size = int(re.search(r'viewBox="0 0 (\d+)', drawn)[1])
    grid = [["0"] * size for _ in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", re.search(r'class="qrline"[^>]* d="([^"]+)"', drawn)[1]):
        values = [float(value) for value in re.findall(r"-?[0-9.]+", numbers)]
        if command == "h":
            for column in range(int(x), int(x + values[0])):
                grid[int(y)][column] = "1"
            x += values[0]
        elif command == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    return ["".join(row)[4:-4] for row in grid[4:-4]]
