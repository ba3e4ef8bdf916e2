"""The manifest of a bundle: what made its numbers, and the sha256 of every file beside it."""

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH, format_month
from simulator.model import MAX_DRAWS
from simulator.model.posterior import POSTERIOR_FILE, fingerprint
from simulator.outputs.comparison import MOST
from simulator.outputs.exports import DIFFERENCES, TABLES, Export
from simulator.outputs.result import model_version
from simulator.outputs.text import Language
from simulator.scenario import digest

FORMAT = 1
MANIFEST = "manifest.json"
_SLUG = r"[a-z0-9][a-z0-9_-]{0,59}"
_NAMES = re.compile(
    r"(?:quantiles|arrival|money|differences)\.csv|manifest\.json|datapackage\.json|workbook\.xlsx|report\.html"
    rf"|slides\.pptx|reproduce\.(?:py|ipynb)|README\.txt|scenarios/{_SLUG}\.toml|charts/{_SLUG}\.(?:svg|png)"
    r"|workshop/(?:rounds|votes|proposals|people)\.csv"
)
_PACKAGES = (
    "numpy", "pandas", "scipy", "numba", "pydantic",
    "altair", "vl-convert-python", "XlsxWriter", "python-pptx", "Jinja2",
)  # fmt: skip
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ShortText = Annotated[str, Field(max_length=80)]


class _Record(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Entry(_Record):
    """One scenario: its name in all files and the digest of what changes numbers."""

    name: Annotated[str, Field(pattern=rf"^{_SLUG}$")]
    digest: Sha256


class Manifest(_Record):
    """What is written in ``manifest.json``; `mark` is the sha256 of all the rest of it."""

    format: Literal[1]
    model_version: ShortText
    data_month: ShortText
    data_hash: Sha256
    posterior_hash: Sha256
    equations_hash: Sha256
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    draws: Annotated[int, Field(ge=1, le=MAX_DRAWS)]
    language: Language
    target: ShortText
    scenarios: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=MOST)]
    python: ShortText
    packages: Annotated[dict[ShortText, ShortText], Field(max_length=40)]
    files: Annotated[dict[Annotated[str, Field(max_length=120)], Sha256], Field(max_length=100)]
    mark: str = ""

    @property
    def names(self) -> list[str]:
        """Names of the scenarios, the reference first."""
        return [entry.name for entry in self.scenarios]


def is_member(name: str) -> bool:
    """Tell whether a bundle may hold a file of that name."""
    return _NAMES.fullmatch(name) is not None


def scenario_file(name: str) -> str:
    """Return where a scenario lies in a bundle."""
    return f"scenarios/{name}.toml"


def sha256(content: bytes) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(content).hexdigest()


def program() -> dict[str, str]:
    """Return what the numbers of this program follow from, in the fields of `Manifest`."""
    return {
        "model_version": model_version(),
        "data_month": format_month(DATA_MONTH),
        "data_hash": load_facts().digest,
        "posterior_hash": sha256(POSTERIOR_FILE.read_bytes()),
        "equations_hash": fingerprint(),
    }


def make_manifest(export: Export, files: Mapping[str, bytes]) -> Manifest:
    """Return the manifest of a bundle with these files; nothing in it tells of the time or the machine."""
    unsigned = Manifest.model_validate(
        {
            **program(),
            "format": FORMAT,
            "seed": export.results[0].seed,
            "draws": export.results[0].draws,
            "language": export.language,
            "target": export.target,
            "scenarios": tuple(Entry(name=its.name, digest=digest(its.scenario)) for its in export.results),
            "python": platform.python_version(),
            "packages": {name: found for name in _PACKAGES if (found := _version(name))},
            "files": {name: sha256(content) for name, content in sorted(files.items())},
        }
    )
    return unsigned.model_copy(update={"mark": mark_of(unsigned)})


def mark_of(manifest: Manifest) -> str:
    """Return the hash of all of a manifest but its mark."""
    return sha256(to_bytes(manifest.model_copy(update={"mark": ""})))


def to_bytes(manifest: Manifest) -> bytes:
    """Return the one form in which a manifest is written."""
    return (json.dumps(manifest.model_dump(mode="json"), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def from_bytes(content: bytes) -> Manifest:
    """Read a manifest that anybody may have written.

    Raises
    ------
    ValueError
        The message is the field that is missing or not allowed.
    """
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(".".join(str(step)[:80] for step in first["loc"]) or MANIFEST) from None
    needed = [*TABLES, *([DIFFERENCES] if len(manifest.scenarios) > 1 else []), *map(scenario_file, manifest.names)]
    absent = [name for name in needed if name not in manifest.files]
    if absent:
        raise ValueError(f"files.{absent[0]}")
    if len(set(manifest.names)) < len(manifest.names):
        raise ValueError("scenarios")
    return manifest


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
