"""Facts, parameter records, targets, regions and past programmes, read from `data/` and checked."""

from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, LAST_MONTH, format_month, parse_month
from simulator.facts.catalogue import Contradiction, Fund, Observation, Quoted, Region, Segment, Target, Window
from simulator.facts.errors import FactsError
from simulator.facts.history import History, history_exits, history_places
from simulator.facts.load import Facts, load_facts
from simulator.facts.records import Fact, Parameter

__all__ = [
    "DATA_MONTH",
    "FIRST_MONTH",
    "LAST_MONTH",
    "Contradiction",
    "Fact",
    "Facts",
    "FactsError",
    "Fund",
    "History",
    "Observation",
    "Parameter",
    "Quoted",
    "Region",
    "Segment",
    "Target",
    "Window",
    "format_month",
    "history_exits",
    "history_places",
    "load_facts",
    "parse_month",
]
