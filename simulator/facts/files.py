"""Read the files of `data/` as plain tables, with the hash of their content."""

import csv
import hashlib
import io
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from simulator.facts.errors import FactsError

Model = TypeVar("Model", bound=BaseModel)
Table = dict[str, Any]

FILES = (
    "calendar.toml",
    "contradictions.toml",
    "derived.toml",
    "facts.csv",
    "funds.toml",
    "history.toml",
    "law.toml",
    "observations.toml",
    "parameters.toml",
    "regions.toml",
    "segments.toml",
    "targets.toml",
)


def read_texts(folder: Path) -> dict[str, str]:
    """Return the text of every data file, line ends made equal on all systems.

    Raises
    ------
    FactsError
        If a file is missing or holds no UTF-8 text.
    """
    texts = {}
    for name in FILES:
        try:
            texts[name] = (folder / name).read_text(encoding="utf-8").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            raise FactsError(name, "-", "-", str(folder), f"it must be a readable UTF-8 file: {error}") from error
    return texts


def digest_of(texts: Mapping[str, str]) -> str:
    """Return the sha256 of all file names and contents."""
    total = hashlib.sha256()
    for name in sorted(texts):
        body = texts[name].encode()
        total.update(f"{name}\0{len(body)}\0".encode())
        total.update(body)
    return total.hexdigest()


def read_toml(name: str, text: str) -> Table:
    """Return the tables of a TOML file.

    Raises
    ------
    FactsError
        If the text is no TOML or defines a key twice.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FactsError(name, "-", "-", "the file", f"it must be TOML in which no key comes twice: {error}") from error


def read_rows(name: str, text: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a CSV file whose header is `columns`.

    Raises
    ------
    FactsError
        If the header differs or a row has too few or too many fields.
    """
    lines = csv.reader(io.StringIO(text, newline=""))
    header = next(lines, [])
    if tuple(header) != columns:
        raise FactsError(name, "header", "-", ",".join(header), f"the columns must be {','.join(columns)}")
    rows = []
    for line in lines:
        if len(line) != len(columns):
            record = line[0] if line else "-"
            raise FactsError(name, record, "-", len(line), f"a row must have {len(columns)} fields")
        rows.append(dict(zip(columns, line, strict=True)))
    return rows


def parse(model: type[Model], file: str, record: str, raw: object) -> Model:
    """Return `raw` as a record.

    Raises
    ------
    FactsError
        For the first field that the record refuses.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "-"
        raise FactsError(file, record, field, first["input"], _allowed(model, first["type"], first["msg"])) from error


def parse_all(model: type[Model], file: str, tables: object) -> dict[str, Model]:
    """Return every table of `tables` as a record, by id.

    Raises
    ------
    FactsError
        For the first field that a record refuses.
    """
    if not isinstance(tables, dict):
        raise FactsError(file, "-", "-", tables, "records must be tables")
    return {record: parse(model, file, record, raw) for record, raw in tables.items()}


def _allowed(model: type[BaseModel], kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"the key is unknown, keys of a {model.__name__.lower()} are {', '.join(model.model_fields)}"
    if kind == "missing":
        return "the key is required"
    return message.removeprefix("Value error, ").removeprefix("Input ").replace("should be", "it must be", 1)
