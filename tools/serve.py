"""Start the app: refuse a busy port, compile the kernel in sight of the user, then become Streamlit.

Usage: ``python tools/serve.py 8501``, from the project's folder.
"""

import contextlib
import errno
import os
import socket
import subprocess
import sys

LOWEST_PORT, HIGHEST_PORT = 1024, 65535
LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def read_port(text: str) -> int:
    """Return the port that `text` names.

    Raises
    ------
    ValueError
        If `text` is no whole number that an ordinary account may listen on.
    """
    if not text.isascii() or not text.isdigit() or not LOWEST_PORT <= int(text) <= HIGHEST_PORT:
        msg = f"PORT is {text!r}; it must be a whole number from {LOWEST_PORT} to {HIGHEST_PORT}."
        raise ValueError(msg)
    return int(text)


def is_busy(port: int) -> bool:
    """Tell whether something on this machine already holds `port`, on either address that localhost may mean."""
    return any(_answers(family, host, port) or _is_bound(family, host, port) for family, host in LOOPBACKS)


def _answers(family: int, host: str, port: int) -> bool:
    # macOS lets a second program bind localhost beside one that listens everywhere, so binding alone is no proof.
    with contextlib.suppress(OSError), socket.socket(family) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
    return False


def _is_bound(family: int, host: str, port: int) -> bool:
    try:
        with socket.socket(family) as probe:
            if os.name == "posix":  # otherwise a port closed a moment ago would count as busy
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error.errno == errno.EADDRINUSE
    return False


def main(arguments: list[str]) -> int:
    """Start the app on the port that is the one argument; return the exit code."""
    try:
        port = read_port(arguments[0])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if is_busy(port):
        other = port + 1 if port < HIGHEST_PORT else port - 1
        print(f"Port {port} is busy; stop what uses it, or choose another: make app PORT={other}", file=sys.stderr)
        return 1
    warmed = subprocess.run([sys.executable, "-m", "simulator.model.warm"], stdin=subprocess.DEVNULL, check=False)
    if warmed.returncode != 0:
        print("The model could not be compiled; the lines above say why.", file=sys.stderr)
        return 1
    print(f"Starting the app on http://localhost:{port} (Ctrl+C stops it).", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={port}"]
    os.execv(sys.executable, command)  # Streamlit then gets Ctrl+C and signals itself


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
