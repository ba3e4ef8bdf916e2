"""Levers, schedules, replaced assumptions, scenario files and share links."""

from simulator.facts.pack import DISTRICT_CODES, TARGET_IDS
from simulator.scenario.assumptions import EQUATIONS, FROM_RECORD, QUOTED, allowed_bounds, is_whole, replaceable
from simulator.scenario.errors import ScenarioError, sentence
from simulator.scenario.files import (
    baseline_of,
    dump_scenario,
    load_scenario,
    read_scenario,
    save_scenario,
    shipped,
    with_assumptions,
    with_levers,
)
from simulator.scenario.levers import LEVER_INDEX, LEVERS, Lever
from simulator.scenario.link import decode_link, digest, encode_link
from simulator.scenario.records import ALLOCATIONS, DEFAULT_HORIZON, Description, Name, Scenario, Setting
from simulator.scenario.refusals import Said, in_language
from simulator.scenario.schedule import LeverPaths, lever_paths
from simulator.scenario.schema import json_schema, json_schema_text

__all__ = [
    "ALLOCATIONS",
    "DEFAULT_HORIZON",
    "DISTRICT_CODES",
    "EQUATIONS",
    "FROM_RECORD",
    "LEVERS",
    "LEVER_INDEX",
    "QUOTED",
    "TARGET_IDS",
    "Description",
    "Lever",
    "LeverPaths",
    "Name",
    "Said",
    "Scenario",
    "ScenarioError",
    "Setting",
    "allowed_bounds",
    "baseline_of",
    "decode_link",
    "digest",
    "dump_scenario",
    "encode_link",
    "in_language",
    "is_whole",
    "json_schema",
    "json_schema_text",
    "lever_paths",
    "load_scenario",
    "read_scenario",
    "replaceable",
    "save_scenario",
    "sentence",
    "shipped",
    "with_assumptions",
    "with_levers",
]
