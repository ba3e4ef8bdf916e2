"""The bill of materials names every pinned package once, and is what CycloneDX 1.6 asks for."""

import json
import re
from email.message import Message
from importlib.metadata import version
from pathlib import Path

import pytest

from tools import sbom

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "constraints.txt").read_text(encoding="utf-8")


@pytest.fixture
def bill(tmp_path):
    assert sbom.main([str(tmp_path / "bom.json")]) == 0
    return json.loads((tmp_path / "bom.json").read_text(encoding="utf-8"))


def told(**headers: str) -> Message:
    message = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def test_every_pinned_package_stands_in_it_once(bill):
    lines = [line for line in LOCK.splitlines() if line and not line.startswith("#")]
    assert [f"{its['name']}=={its['version']}" for its in bill["components"]] == lines


def test_required_fields_of_the_schema_are_there(bill):
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", bill["serialNumber"])
    entries = [*bill["components"], bill["metadata"]["component"]]
    assert all(entry["type"] in {"library", "application"} and entry["name"] for entry in entries)
    references = [entry["bom-ref"] for entry in entries]
    assert len(set(references)) == len(references)
    for entry in bill["components"]:
        for licence in entry.get("licenses", []):
            assert licence.keys() == {"expression"} or licence["license"].keys() == {"name"}
        assert len(entry.get("licenses", [])) <= 1 or "expression" not in str(entry["licenses"])


def test_it_is_the_same_every_time_and_another_for_another_lock(tmp_path, bill):
    again = sbom.bill(LOCK, version=bill["metadata"]["component"]["version"])
    assert again == bill
    other = sbom.bill(LOCK + "zzz==1.0\n", version="0")
    assert other["serialNumber"] != bill["serialNumber"]
    assert other["components"][-1] == {
        "type": "library",
        "bom-ref": "pkg:pypi/zzz@1.0",
        "name": "zzz",
        "version": "1.0",
        "purl": "pkg:pypi/zzz@1.0",
    }


def test_what_is_installed_has_the_pinned_version(bill):
    """Else the licences of the bill are those of other packages."""
    pins = {its["name"]: its["version"] for its in bill["components"]}
    assert {name: version(name) for name in ("streamlit", "numpy", "starlette")}.items() <= pins.items()


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"License_Expression": "MIT AND PSF-2.0", "License": "x"}, [{"expression": "MIT AND PSF-2.0"}]),
        ({"Classifier": "License :: OSI Approved :: ISC", "License": "x"}, [{"license": {"name": "ISC"}}]),
        ({"License": "Apache-2.0"}, [{"license": {"name": "Apache-2.0"}}]),
        ({"License": "Permission is hereby granted, " * 9}, []),
        ({}, []),
    ],
)
def test_a_licence_is_taken_from_where_packages_name_it(headers, found):
    assert sbom.licences(told(**headers)) == found


def test_without_a_file_it_says_what_it_needs(capsys):
    assert sbom.main([]) == 2
    assert capsys.readouterr().err == "tools/sbom.py FILE: name the one file that the bill is written to.\n"
