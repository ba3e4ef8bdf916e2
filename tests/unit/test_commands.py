"""What `make app` says when it cannot start."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import serve

ROOT = Path(__file__).resolve().parents[2]
needs_shell = pytest.mark.skipif(os.name != "posix", reason="make and sh are not used on Windows")


@pytest.fixture(params=[(socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1")])
def busy_port(request):
    family, host = request.param
    with socket.socket(family) as holder:
        try:
            holder.bind((host, 0))
        except OSError:
            assert family == socket.AF_INET6  # a machine without IPv6 cannot have this port taken
            holder.close()
            yield None
            return
        holder.listen()
        yield holder.getsockname()[1]


def test_a_busy_port_ends_with_one_sentence_naming_the_next(busy_port, capsys):
    if busy_port is not None:
        assert serve.main([str(busy_port)]) == 1
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert f"Port {busy_port} is busy" in said
        assert f"make app PORT={busy_port + 1}" in said


@pytest.mark.parametrize("text", ["", "x", "80", "65536", "-8501", "8501.5", "²²²²"])
def test_a_port_that_is_none_is_refused_with_what_is_allowed(text, capsys):
    assert serve.main([text]) == 2
    assert capsys.readouterr().err == f"PORT is {text!r}; it must be a whole number from 1024 to 65535.\n"


def make_venv(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    shell = shutil.which("sh")
    assert shell
    return subprocess.run(
        [shell, str(ROOT / "tools" / "venv.sh")], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


@needs_shell
def test_no_python_is_said_in_one_sentence(tmp_path):
    done = make_venv(tmp_path, PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11, 3.12 or 3.13 was not found; install one")
    assert done.stderr.count("\n") == 1


@needs_shell
def test_a_named_python_that_is_none_is_not_passed_over(tmp_path):
    done = make_venv(tmp_path, PATH=str(tmp_path), PYTHON="python2")
    assert done.returncode == 1
    assert done.stderr.startswith("PYTHON=python2 is not Python 3.11, 3.12 or 3.13")


@needs_shell
def test_a_python_without_venv_is_said_in_one_sentence(tmp_path):
    stub = tmp_path / "python3.12"
    stub.write_text(
        f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec "{sys.executable}" "$@"\n', encoding="utf-8"
    )
    stub.chmod(0o755)
    done = make_venv(tmp_path, PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("python3.12 lacks its venv module; install it")
    assert not (tmp_path / ".venv").exists()
