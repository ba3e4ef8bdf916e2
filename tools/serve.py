"""Start the app: refuse a busy port, compile the kernel in sight of the user, then become Streamlit.

Usage: ``python -m tools.serve 8501``, from the project's folder.
"""

import os
import subprocess
import sys

from simulator.ports import HIGHEST_PORT, LOWEST_PORT, is_busy


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
