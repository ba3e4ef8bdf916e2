"""One command for the facilitator: the app and the server of the phones side by side, until Ctrl+C."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from simulator.outputs.text import Language, Words
from simulator.ports import HIGHEST_PORT, LOOPBACK, LOWEST_PORT, is_busy
from simulator.workshop.addresses import local_addresses, own_addresses
from simulator.workshop.records import WorkshopError

_REMEMBERED_SECONDS = 60.0
_LONGEST_PAUSE = 15
_LOOK_SECONDS = 0.2
_END_SECONDS = 8.0
_PROJECT = Path(__file__).resolve().parents[2]

Say = Callable[[str], None]


def choose_address(wanted: str | None, *, is_open: bool) -> str | None:
    """Return the address of this machine under which phones come in; None for this machine alone.

    Parameters
    ----------
    wanted : str or None
        The one that the facilitator names.
    is_open : bool
        Whether to look for one in the local network.

    Raises
    ------
    WorkshopError
        If the address is not this machine's, or there is none.
    """
    if wanted is not None:
        if wanted not in (own := own_addresses()):
            raise WorkshopError("serve.not_own", address=wanted, own=", ".join(own) or "–")
        return wanted
    if not is_open:
        return None
    if not (local := local_addresses()):
        raise WorkshopError("serve.no_network")
    return local[0]


def check_ports(port: int, app_port: int, address: str | None) -> None:
    """Refuse ports that cannot be had.

    Raises
    ------
    WorkshopError
        If a port is out of range, named twice or busy.
    """
    for number in (port, app_port):
        if not LOWEST_PORT <= number <= HIGHEST_PORT:
            raise WorkshopError("serve.bad_port", port=str(number), low=str(LOWEST_PORT), high=str(HIGHEST_PORT))
    if port == app_port:
        raise WorkshopError("serve.same_port", port=str(port))
    if is_busy(app_port):
        raise WorkshopError("serve.busy", port=str(app_port), option="--app-port")
    if is_busy(port, [LOOPBACK, *([address] if address else [])]):
        raise WorkshopError("serve.busy", port=str(port), option="--port")


def serve(address: str | None, *, port: int, app_port: int, language: Language, say: Say) -> int:
    """Start the app and the server of the phones, and keep them running.

    Parameters
    ----------
    address : str or None
        From `choose_address`.
    port, app_port : int
        Of the phones and of the app.
    say : callable
        Shows a line to the facilitator.

    Returns
    -------
    int
        Exit code: 0 after Ctrl+C, 1 if the model cannot be compiled.

    Raises
    ------
    WorkshopError
        If a port cannot be had.
    """
    words = Words(language)
    check_ports(port, app_port, address)
    if subprocess.run([sys.executable, "-m", "simulator.model.warm"], cwd=_PROJECT, check=False).returncode != 0:
        say(words("serve.no_kernel"))
        return 1
    for line in _welcome(address, port, app_port, words):
        say(line)
    app = ["streamlit", "run", "streamlit_app.py", "--server.address=localhost", f"--server.port={app_port}"]
    phones = ["simulator.workshop.phones", f"--port={port}", *([f"--address={address}"] if address else [])]
    keep_running({words("serve.app"): app, words("serve.phones"): phones}, words, say)
    return 0


def _welcome(address: str | None, port: int, app_port: int, words: Words) -> list[str]:
    lines = [words("serve.app_at", url=f"http://localhost:{app_port}/lokakarya")]
    if address is None:
        lines.append(words("serve.closed", url=f"http://localhost:{port}"))
    else:
        lines.append(words("serve.open", url=f"http://{address}:{port}"))
        if others := [other for other in own_addresses() if other != address]:
            lines.append(words("serve.others", addresses=", ".join(others)))
    return [*lines, words("serve.stop")]


def keep_running(modules: Mapping[str, Sequence[str]], words: Words, say: Say) -> None:
    """Run Python modules beside each other until Ctrl+C, starting again what ends, ever less often if it ends at once.

    Parameters
    ----------
    modules : mapping of str to sequence of str
        Module and its arguments by the name that people know it by.
    """
    kept = [_Kept(name, module) for name, module in modules.items()]
    with _ended_by_signals(), suppress(KeyboardInterrupt):
        try:
            while True:
                for its in kept:
                    if (pause := its.look()) is not None:
                        say(words("serve.again", name=its.name, seconds=pause))
                time.sleep(_LOOK_SECONDS)
        finally:
            _end([its.process for its in kept if its.process is not None])


class _Kept:
    """A module that is started again when it ends: after a second, and twice as long each time within a minute."""

    def __init__(self, name: str, module: Sequence[str]) -> None:
        self.name = name
        self.process: subprocess.Popen[bytes] | None = None
        self._command = [sys.executable, "-m", *module]
        self._due = time.monotonic()
        self._ends: list[float] = []

    def look(self) -> int | None:
        """Start it if that is due; if it has ended, return after how many seconds it will be started again."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._due:
                self.process = subprocess.Popen(self._command, cwd=_PROJECT, stdin=subprocess.DEVNULL)
            return None
        if self.process.poll() is None:
            return None
        self.process = None
        self._ends = [end for end in self._ends if now - end < _REMEMBERED_SECONDS] + [now]
        pause: int = min(_LONGEST_PAUSE, 2 ** (len(self._ends) - 1))
        self._due = now + pause
        return pause


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let the signals that end a program do what Ctrl+C does, so that the children are ended too."""
    known = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, signal.default_int_handler) for number in known}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
