"""Servers of the project, running for as long as a benchmark needs them."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.request import urlopen

import psutil

from simulator.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
_WITHIN_SECONDS = 120
_ENDS_WITHIN_SECONDS = 60


@contextlib.contextmanager
def running(module: list[str], *urls: str, environment: Mapping[str, str] | None = None) -> Iterator[psutil.Process]:
    """Yield the process of ``python -m module`` once it answers at every one of `urls`.

    Raises
    ------
    TimeoutError
        If it does not within two minutes.
    """
    quiet, told = subprocess.DEVNULL, os.environ | (environment or {})
    command = [sys.executable, "-m", *module]
    process = subprocess.Popen(command, cwd=ROOT, env=told, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        for url in urls:
            _wait_for(url)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=_ENDS_WITHIN_SECONDS)


@contextlib.contextmanager
def streamlit(script: str) -> Iterator[tuple[str, psutil.Process]]:
    """Yield the address and the process of a Streamlit server that runs `script`."""
    port = free_port()
    url = f"http://localhost:{port}"
    module = ["streamlit", "run", script, f"--server.port={port}"]
    with running(module, f"{url}/_stcore/health", environment={"PYTHONPATH": str(ROOT)}) as process:
        yield url, process


def _wait_for(url: str) -> None:
    until = time.monotonic() + _WITHIN_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urlopen(url, timeout=5):
            return
        time.sleep(0.2)
    msg = f"{url} did not answer within {_WITHIN_SECONDS} seconds"
    raise TimeoutError(msg)
