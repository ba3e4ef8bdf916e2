"""The description of a bundle's tables as a Frictionless Data Package: meaning, type and unit of every column."""

import json
from collections.abc import Mapping

from simulator.answers import READINGS
from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH, format_month
from simulator.model import FUNDS
from simulator.outputs.exports import DIFFERENCES, Export
from simulator.outputs.manifest import sha256
from simulator.outputs.result import model_version

Field = dict[str, object]

_TITLE = "When will Lampung's workers be protected? Projections of employment social security coverage"
_DESCRIPTION = (
    "Coverage, members, odds of reaching targets and rupiah over many futures. Shares are fractions 0-1, months are "
    "YYYY-MM, money is whole rupiah. The column unit says what a value counts."
)


def package_bytes(export: Export, files: Mapping[str, bytes]) -> bytes:
    """Return ``datapackage.json`` for the tables among `files`."""
    package = {
        "profile": "data-package",
        "name": "lampung-social-security-projection",
        "title": _TITLE,
        "description": _DESCRIPTION,
        "version": model_version(),
        "keywords": ["social security", "coverage", "Lampung", "Indonesia"],
        "licenses": [{"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}],
        "sources": [{"title": f"Published figures up to {format_month(DATA_MONTH)}; see the sheet of sources"}],
        "resources": [_resource(name, title, fields, files[name]) for name, title, fields in _tables(export)],
    }
    return (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode()


def _resource(name: str, title: str, fields: list[Field], content: bytes) -> dict[str, object]:
    value = ("value", "probability", "unit")
    return {
        "name": name.removesuffix(".csv"),
        "path": name,
        "title": title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "bytes": len(content),
        "hash": f"sha256:{sha256(content)}",
        "schema": {
            "fields": fields,
            "missingValues": [""],
            "primaryKey": [field["name"] for field in fields if field["name"] not in value],
        },
    }


def _tables(export: Export) -> list[tuple[str, str, list[Field]]]:
    """Return name, title and columns of every table."""
    names, facts = [result.name for result in export.results], load_facts()
    scenario = _one_of("scenario", "Scenario: scenarios/NAME.toml", names)
    region = _one_of("region", "18 is the province, else the code of a kabupaten or kota", sorted(facts.regions))
    month = _field("month", "yearmonth", "Month, YYYY-MM, at its end")
    values = [
        _share("quantile", "Share of futures in which the value is not exceeded"),
        _field("value", "number", "The quantile", unit="see column unit"),
        _one_of("unit", "What the value counts: share is a fraction 0-1", ["share", "persons"]),
    ]
    quantiles = [
        scenario,
        _one_of("indicator", "reported: coverage with season", ["coverage", "reported", "members", "eligible"]),
        region,
        _field("segment", "string", "all, a class (PU, BPU, construction) or a segment"),
        month,
        *values,
    ]
    arrival = [
        scenario,
        _one_of("target", "Id of the target", list(facts.targets)),
        _one_of("reading", "held for a year, touched once, or published on the day", list(READINGS)),
        region,
        month,
        _share("probability", "Share of futures that have arrived"),
    ]
    money = [
        scenario,
        _field("year", "year", "Calendar year; the first and the last may be parts"),
        _one_of("fund", "Who pays", list(FUNDS)),
        _one_of("indicator", "What", ["planned", "spent", "unspent", "person_months"]),
        _field("value", "integer", "Mean over futures", unit="see column unit"),
        _one_of("unit", "What the value counts", ["rupiah", "person-months"]),
    ]
    differences = [
        scenario,
        _one_of("reference", "Scenario that it is compared with", names),
        _one_of("indicator", "Added to the reference, future by future", ["coverage", "members"]),
        month,
        *values,
    ]
    tables = [
        ("quantiles.csv", "Quantiles over futures by month, region and segment", quantiles),
        ("arrival.csv", "Share of futures that have reached a target by each month", arrival),
        ("money.csv", "Rupiah and person-months by source of money and calendar year", money),
        (DIFFERENCES, "What each scenario adds to the first one", differences),
    ]
    return tables if len(names) > 1 else tables[:-1]


def _field(name: str, kind: str, description: str, **more: object) -> Field:
    return {"name": name, "type": kind, "description": description, **more}


def _share(name: str, description: str) -> Field:
    return _field(name, "number", description, unit="share of futures", constraints={"minimum": 0, "maximum": 1})


def _one_of(name: str, description: str, values: list[str]) -> Field:
    return _field(name, "string", description, constraints={"enum": values})
