"""The facilitator's command: what it refuses, what it says, and that it keeps both servers running."""

import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from simulator import cli
from simulator.outputs.text import Words
from simulator.ports import listening
from simulator.workshop import serve
from simulator.workshop.records import WorkshopError

ROOT = Path(__file__).resolve().parents[3]
MINE = ["192.168.1.5", "10.8.0.1"]


@pytest.fixture(autouse=True)
def _machine(monkeypatch):
    monkeypatch.setattr(serve, "own_addresses", lambda: MINE)
    monkeypatch.setattr(serve, "local_addresses", lambda: MINE)


def refusal(act, *arguments, **named):
    with pytest.raises(WorkshopError) as caught:
        act(*arguments, **named)
    return caught.value.said("en")


def test_without_the_flag_no_address_is_opened():
    assert serve.choose_address(None, is_open=False) is None


def test_the_flag_opens_the_first_local_address_and_another_may_be_named():
    assert serve.choose_address(None, is_open=True) == "192.168.1.5"
    assert serve.choose_address("10.8.0.1", is_open=False) == "10.8.0.1"


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1", "localhost", "192.168.1.6", "", "::"])
def test_what_is_none_of_this_machines_addresses_is_refused(address):
    said = refusal(serve.choose_address, address, is_open=True)
    assert said == f"{address} is none of this machine's addresses in a network; these are: 192.168.1.5, 10.8.0.1."


def test_a_machine_in_no_network_cannot_be_opened(monkeypatch):
    monkeypatch.setattr(serve, "local_addresses", list)
    assert "is in no local network" in refusal(serve.choose_address, None, is_open=True)


@pytest.mark.parametrize("port", [0, 80, 1023, 65536, -1])
def test_ports_that_are_none_are_refused(port):
    assert refusal(serve.check_ports, port, 8501, None) == f"Port {port} cannot be used; choose 1024 to 65535."


def test_the_app_and_the_phones_need_two_ports():
    assert "cannot both use port 8501" in refusal(serve.check_ports, 8501, 8501, None)


def test_a_busy_port_is_refused_with_the_option_that_changes_it():
    with listening("127.0.0.1", 0) as holder, listening("127.0.0.1", 0) as other:
        holder.listen()
        busy, free = holder.getsockname()[1], other.getsockname()[1]
        other.close()
        assert refusal(serve.check_ports, busy, free, None).startswith(f"Port {busy} is busy")
        assert "with --port." in refusal(serve.check_ports, busy, free, None)
        assert "with --app-port." in refusal(serve.check_ports, free, busy, None)


def test_the_command_refuses_in_one_sentence_and_starts_nothing(monkeypatch, capsys):
    monkeypatch.setattr(serve, "keep_running", lambda *_: pytest.fail("something was started"))
    assert cli.main(["workshop", "--address", "203.0.113.9", "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("simulator: 203.0.113.9 is none of")
    assert cli.main(["workshop", "--port", "x"]) == 2
    assert "is no whole number" in capsys.readouterr().err


def started(monkeypatch, address):
    """Return what the command says and which modules it would run."""
    lines, told = [], {}

    def keep_running(modules, words, say):
        told.update(modules)

    monkeypatch.setattr(serve, "keep_running", keep_running)
    monkeypatch.setattr(serve, "check_ports", lambda *_: None)
    monkeypatch.setattr(serve.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0))
    assert serve.serve(address, port=8502, app_port=8501, language="en", say=lines.append) == 0
    return " ".join(lines), list(told.values())


def test_closed_it_says_how_to_open_and_the_servers_listen_here_alone(monkeypatch):
    said, (app, phones) = started(monkeypatch, None)
    assert "python -m simulator workshop --open" in said
    assert "WARNING" not in said
    assert "--server.address=localhost" in app
    assert phones == ["simulator.workshop.phones", "--port=8502"]


def test_open_it_warns_of_what_that_opens_and_the_app_stays_closed(monkeypatch):
    said, (app, phones) = started(monkeypatch, "192.168.1.5")
    assert "WARNING: everybody in this network can open the voting pages at http://192.168.1.5:8502." in said
    assert "--address: 10.8.0.1" in said
    assert "--server.address=localhost" in app
    assert phones[-1] == "--address=192.168.1.5"


def test_a_kernel_that_cannot_be_compiled_ends_the_command(monkeypatch):
    monkeypatch.setattr(serve, "check_ports", lambda *_: None)
    monkeypatch.setattr(serve.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1))
    lines = []
    assert serve.serve(None, port=8502, app_port=8501, language="id", say=lines.append) == 1
    assert lines == ["Model tidak dapat dikompilasi; sebabnya tertulis di atas."]


class Clock:
    """Time that passes only when somebody sleeps."""

    now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def test_what_ends_at_once_is_started_again_ever_less_often(monkeypatch):
    clock, starts, said = Clock(), [], []

    def start(*_, **__):
        starts.append(round(clock.now))
        return SimpleNamespace(poll=lambda: 1)

    def say(line):
        said.append(line)
        if len(said) == 7:
            raise KeyboardInterrupt

    monkeypatch.setattr(serve, "time", clock)
    monkeypatch.setattr(serve, "subprocess", SimpleNamespace(Popen=start, DEVNULL=None))
    serve.keep_running({"This": ["this"]}, Words("en"), say)
    pauses = [1, 2, 4, 8, 15, 15, 15]
    assert said == [f"This ended and is started again in {pause} s." for pause in pauses]
    apart = [later - sooner for sooner, later in pairwise(starts)]
    assert all(pause <= gap <= pause + 1 for pause, gap in zip(pauses, apart, strict=False))


KEEPER = """
from simulator.outputs.text import Words
from simulator.workshop.serve import keep_running
modules = {"one": ["http.server", "--bind=127.0.0.1", "0"], "two": ["http.server", "--bind=127.0.0.1", "0"]}
keep_running(modules, Words("en"), lambda line: print(line, flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent by their number")
@pytest.mark.parametrize("sign", ["SIGINT", "SIGTERM"])
def test_a_killed_server_is_started_again_and_the_end_ends_both(sign):
    keeper = subprocess.Popen([sys.executable, "-c", KEEPER], cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def children(count, without=()):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = {its.pid for its in psutil.Process(keeper.pid).children()} - set(without)
            if len(found) == count:
                return found
            time.sleep(0.05)
        pytest.fail("the servers were not started")

    try:
        first = children(2)
        os.kill(min(first), signal.SIGKILL)
        assert any("ended and is started again" in line for line in keeper.stdout)
        second = children(2, without={min(first)})
        keeper.send_signal(getattr(signal, sign))
        assert keeper.wait(timeout=60) == 0
        assert [pid for pid in first | second if psutil.pid_exists(pid)] == []
    finally:
        keeper.kill()
        keeper.wait()
        keeper.stdout.close()
