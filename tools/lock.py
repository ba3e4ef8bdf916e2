"""Renew constraints.txt: the version of every package, direct or not, that the requirement sets bring in.

Usage: ``python tools/lock.py python3.11 python3.12 python3.13``. Each interpreter resolves all sets afresh; a package
that would get two versions is an error, because one file serves every supported Python.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETS = ("requirements-dev.txt", "requirements-scale.txt", "requirements-peers.txt")
# Asked for on Windows or macOS alone, so resolving on another system does not see them.
OTHER_SYSTEMS = {"appnope": "1.0.0", "colorama": "0.4.6", "pywinpty": "3.1.2"}
HEADER = "# Made by tools/lock.py: every package of every set, one version for all supported Pythons and systems.\n"


def resolve(python: str) -> dict[str, str]:
    """Return name and version of all packages that `python` would install for all sets."""
    with tempfile.TemporaryDirectory() as folder:
        for source in ROOT.glob("requirements*.txt"):
            (Path(folder) / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        (Path(folder) / "constraints.txt").touch()
        command = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--dry-run",
            "--ignore-installed",
            "--report",
            "report.json",
        ]
        subprocess.run([*command, *(word for name in SETS for word in ("-r", name))], cwd=folder, check=True)
        report = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
    found = (entry["metadata"] for entry in report["install"])
    return {entry["name"].lower().replace("_", "-").replace(".", "-"): entry["version"] for entry in found}


def main(pythons: list[str]) -> None:
    """Write constraints.txt from what every interpreter in `pythons` resolves."""
    lock = dict(OTHER_SYSTEMS)
    for python in pythons:
        for name, version in resolve(python).items():
            if lock.setdefault(name, version) != version:
                sys.exit(f"{name} would be {lock[name]} and, for {python}, {version}; pin one that serves both.")
    text = HEADER + "".join(f"{name}=={version}\n" for name, version in sorted(lock.items()))
    (ROOT / "constraints.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
