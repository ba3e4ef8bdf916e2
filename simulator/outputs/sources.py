"""Facts, assumptions and contradictions as one JSON object: what ``facts --json`` prints."""

from collections.abc import Mapping

from pydantic import BaseModel

from simulator.facts import Facts
from simulator.facts.calendar import format_month

_MONTHS = ("month", "first", "last")  # fields that hold month numbers


def facts_json(facts: Facts) -> dict[str, object]:
    """Return every fact, parameter, target, contradiction and observation with source and grade."""
    return {
        "digest": facts.digest,
        "facts": _records(facts.facts),
        "parameters": _records(facts.parameters),
        "targets": _records(facts.targets),
        "quoted": _records(facts.quoted),
        "contradictions": _records(facts.contradictions),
        "observations": [_plain(row) for row in facts.observations],
        "history": _records(facts.history.windows) | _records(facts.history.decrees),
    }


def _records(records: Mapping[str, BaseModel]) -> dict[str, dict[str, object]]:
    return {name: _plain(record) for name, record in records.items()}


def _plain(record: BaseModel) -> dict[str, object]:
    content: dict[str, object] = record.model_dump(mode="json", exclude_none=True)
    return {
        key: format_month(value) if key in _MONTHS and isinstance(value, int) else value
        for key, value in content.items()
    }
