"""Write the bill of materials: every pinned package, its version and its licence, as CycloneDX 1.6 in JSON.

Usage: ``.venv/bin/python tools/sbom.py bom.json``. Names and versions come from constraints.txt, licences from the
installed packages; one that is not installed here, such as those of other systems, stands without. The same lock and
the same packages give the same bytes: nothing tells of the time or the machine.
"""

import json
import re
import sys
import uuid
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"
_SHORT = 80  # letters; longer texts of the licence field are whole licences


def pinned(lock: str) -> dict[str, str]:
    """Return name and version of every package in the text of a lock."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)$", lock, re.MULTILINE))


def licences(told: PackageMetadata) -> list[dict[str, Any]]:
    """Return the licences that a package names: an expression, else its classifiers, else a short text."""
    if expressions := told.get_all("License-Expression"):
        return [{"expression": expressions[0]}]
    kinds = [line for line in told.get_all("Classifier") or [] if line.startswith("License :: ")]
    names = [kind.rpartition(" :: ")[2] for kind in kinds]
    if not names:
        names = [text for text in told.get_all("License") or [] if len(text) <= _SHORT and "\n" not in text]
    return [{"license": {"name": name}} for name in sorted(set(names))]


def component(name: str, version: str) -> dict[str, Any]:
    """Return the entry of one package."""
    address = f"pkg:pypi/{name}@{version}"
    entry: dict[str, Any] = {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
    }
    try:
        found = licences(metadata(name))
    except PackageNotFoundError:
        found = []
    return entry | ({"licenses": found} if found else {})


def bill(lock: str, *, version: str) -> dict[str, Any]:
    """Return the bill of the project at `version` with the packages of `lock`."""
    return {
        "$schema": SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, version + lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "simulator",
                "name": "lampung-jamsos-simulator",
                "version": version,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": [component(name, its) for name, its in pinned(lock).items()],
    }


def main(arguments: list[str]) -> int:
    """Write the bill to the file that is the one argument; return the exit code."""
    if len(arguments) != 1:
        print("tools/sbom.py FILE: name the one file that the bill is written to.", file=sys.stderr)
        return 2
    lock = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    (version,) = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    text = json.dumps(bill(lock, version=version), indent=2, ensure_ascii=False) + "\n"
    Path(arguments[0]).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
