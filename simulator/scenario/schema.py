"""The JSON Schema of scenario files, made from the records and the levers."""

import json
from typing import Any

from simulator.facts import Parameter, load_facts
from simulator.facts.pack import DISTRICT_CODES, TARGET_IDS
from simulator.scenario.assumptions import allowed_bounds, is_whole, replaceable
from simulator.scenario.levers import LEVERS, MONTH_PATTERN, STRETCHABLE, Lever
from simulator.scenario.records import Scenario, Setting

Schema = dict[str, Any]


def json_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) that a scenario file follows once its TOML is read.

    It holds every bound that a schema can say; what depends on the order of months is left to
    `read_scenario`.
    """
    schema = Scenario.model_json_schema()
    schema["properties"]["levers"] |= {
        "properties": {id: _setting(lever, f"#/$defs/{id}") for id, lever in LEVERS.items()},
        "additionalProperties": False,
    }
    schema["properties"]["targets"]["items"] |= {"enum": list(TARGET_IDS)}
    schema["properties"]["assumptions"] |= {
        "properties": {name: _assumption(record) for name, record in sorted(replaceable(load_facts()).items())},
        "additionalProperties": False,
    }
    schema["required"] = ["schema", *schema["required"]]
    del schema["$defs"]["Setting"]
    schema["$defs"] |= {"Schedule": _schedule(), **{id: _value(lever, stretched=True) for id, lever in LEVERS.items()}}
    return schema | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of the coverage simulator",
        "description": "What a scenario file may hold.",
        "allOf": [_legal_cap(LEVERS[id]) for id in STRETCHABLE],
    }


def json_schema_text() -> str:
    """Return the content of ``scenarios/schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _schedule() -> Schema:
    """Return what all settings share, taken from the record itself."""
    fields = Setting.model_json_schema()["properties"]
    return {"properties": {name: fields[name] for name in ("start", "ramp_months", "end")}}


def _setting(lever: Lever, value: str) -> Schema:
    """Return one lever's place under ``levers``: a number alone or a table; `value` points to its value."""
    table: Schema = {
        "type": "object",
        "$ref": "#/$defs/Schedule",
        "properties": {
            "value": {"$ref": value},
            "districts": {
                "type": "object",
                "propertyNames": {"enum": list(DISTRICT_CODES)},
                "additionalProperties": {"$ref": value},
            },
        },
        "unevaluatedProperties": False,
        "anyOf": [
            {"required": ["value"]},
            {"required": ["districts"], "properties": {"districts": {"minProperties": 1}}},
        ],
    }
    if lever.province_only:
        table["properties"]["districts"] = {"const": {}}
    if lever.stepped:
        table["properties"]["ramp_months"] = {"const": 0}
    return {"anyOf": [{"$ref": value}, table]}


def _value(lever: Lever, *, stretched: bool) -> Schema:
    words = {"description": lever.allowed(stretched=stretched)}
    if lever.unit == "month":
        return {"type": "string", "pattern": MONTH_PATTERN} | words
    kind = "integer" if lever.whole else "number"
    return {"type": kind, "minimum": lever.low, "maximum": lever.upper(stretched=stretched)} | words


def _assumption(record: Parameter) -> Schema:
    low, high = allowed_bounds(record)
    if is_whole(record):
        bounds: Schema = {"type": "integer", "minimum": int(low), "maximum": int(high)}
    else:
        bounds = {"type": "number", "minimum": low, "maximum": high}
    return bounds | {"description": f"{record.label.en} ({record.unit})"}


def _legal_cap(lever: Lever) -> Schema:
    """Return the lower bound on a lever that holds unless the file marks it as stretched."""
    marked = {"properties": {"stretch": {"contains": {"const": lever.id}}}, "required": ["stretch"]}
    within = {"maximum": lever.high}
    table = {"properties": {"value": within, "districts": {"additionalProperties": within}}}
    return {"if": marked, "else": {"properties": {"levers": {"properties": {lever.id: within | table}}}}}
