"""What is told to nginx, systemd and containers agrees with the app; a server for others keeps nothing of theirs."""

import http.client
import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit import config

from simulator.app.sections.saves import may_save
from simulator.outputs.verify import LARGEST_BYTES
from tools.check_deploy import app_flags

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
SERVICE = (ROOT / "deploy" / "simulator.service").read_text(encoding="utf-8")
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture
def settings():
    """Return what changes options of Streamlit until the test ends."""
    before = {}

    def change(name: str, value: object) -> None:
        before.setdefault(name, config.get_option(name))
        config.set_option(name, value)

    yield change
    for name, value in before.items():
        config.set_option(name, value)


def handshake(url: str, **headers: str) -> int:
    """Return how the app answers a browser that wants to open its socket."""
    asked = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    asked.request("GET", "/_stcore/stream", headers=HANDSHAKE | headers)
    status = asked.getresponse().status
    asked.close()
    return status


def test_the_app_of_this_machine_saves():
    assert may_save()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("server.allowedHosts", ["jamsos.example.id"]),
        ("server.allowedHosts", ["localhost", "*"]),
        ("server.allowedHosts", []),
        ("browser.serverAddress", "jamsos.example.id"),
        ("server.corsAllowedOrigins", ["https://jamsos.example.id"]),
        ("server.enableCORS", False),
    ],
)
def test_an_app_that_lets_in_another_name_saves_nothing(settings, option, value):
    settings(option, value)
    assert not may_save()


def test_with_the_flags_of_the_service_nothing_is_saved(settings):
    flags = dict(flag.removeprefix("--").split("=") for flag in app_flags())
    assert set(flags.values()) == set(re.findall(r"server_name (\w[\w.]+);", NGINX))
    for name, value in flags.items():
        settings(name, [value] if isinstance(config.get_option(name), list) else value)
    assert not may_save()


def test_a_web_page_whose_name_leads_here_cannot_use_the_app(app_server):
    port = urlsplit(app_server.url).port
    for name in ("localhost", "127.0.0.1"):
        assert handshake(app_server.url, Host=f"{name}:{port}", Origin=f"http://{name}:{port}") == 101
    evil = f"rebound.example.org:{port}"
    assert handshake(app_server.url, Host=evil, Origin=f"http://{evil}") == 403


def test_the_app_takes_no_larger_file_than_a_page_asks_for():
    assert SETTINGS["server"]["maxUploadSize"] * 2**20 == LARGEST_BYTES + 2**20


def test_nginx_takes_what_the_app_takes():
    (largest,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert int(largest) == SETTINGS["server"]["maxUploadSize"]
    assert f"server 127.0.0.1:{SETTINGS['server']['port']};" in NGINX


def test_nginx_logs_neither_link_nor_address():
    (line,) = re.findall(r"^log_format simulator (.+?);$", NGINX, re.MULTILINE | re.DOTALL)
    logged = set(re.findall(r"\$(\w+)", line))
    assert logged & {"request", "request_uri", "args", "query_string", "http_referer", "remote_addr"} == set()
    assert set(re.findall(r"access_log\s+(\S+)(?: (\w+))?;", NGINX)) == {
        ("off", ""),
        ("/var/log/nginx/simulator.log", "simulator"),
    }


def test_service_and_container_use_the_same_folder_for_the_compiled_model():
    folders = [re.findall(r"NUMBA_CACHE_DIR=(\S+)", text) for text in (SERVICE, CONTAINER)]
    assert folders == [["/var/cache/simulator"], ["/var/cache/simulator"]]
    assert "CacheDirectory=simulator\n" in SERVICE


def test_the_container_holds_what_it_copies():
    copied = [name for line in re.findall(r"^COPY (.+)$", CONTAINER, re.MULTILINE) for name in line.split()[:-1]]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
