"""What decides, as one JSON object and as text for the command line."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from simulator.answers.failure import Condition, Failures, Range
from simulator.facts import load_facts
from simulator.outputs.assumptions import value_text
from simulator.outputs.text import Language, Words

_SHOWN = 10
_YES_OR_NO = "0 or 1"


def sensitivity_json(
    target: str, table: pd.DataFrame, failures: Failures, indices: pd.DataFrame | None
) -> dict[str, Any]:
    """Return the object that ``sensitivity --json`` prints; a number that does not exist is null.

    Parameters
    ----------
    table, indices : DataFrame
        As from `simulator.answers.sensitivity.tornado` and `sobol`.
    """
    return {
        "target": target,
        "draws": failures.draws,
        "ranking": _records(table),
        "failures": asdict(failures),
        "sobol": None if indices is None else _records(indices),
    }


def sensitivity_text(table: pd.DataFrame, failures: Failures, indices: pd.DataFrame | None, language: Language) -> str:
    """Return the ten assumptions that decide most, and the conditions under which the plan fails."""
    words = Words(language)
    ranked = str(table["ranked_by"].iloc[0])
    lines = [words(f"decides.{ranked}", draws=words.number(int(table["draws"].iloc[0])))]
    for row in table.head(_SHOWN).to_dict("records"):
        change = {"delay": row["delay_months"], "odds": row["odds_change"], "coverage": row["coverage_change"]}[ranked]
        shown = words.number(change) if ranked == "delay" else words.number(100 * change, 1)
        lines.append(f"  {row[f'label_{language}']} [{row['grade']}]: {shown}")
    if failures.note:
        lines.append(words(f"fails.{failures.note}", share=words.percent(failures.base)))
    lines += [condition_text(one, words) for one in failures.conditions]
    if indices is not None:
        lines += ["", indices.to_string(index=False, float_format=lambda x: f"{x:.2f}")]
    return "\n".join(lines)


def condition_text(condition: Condition, words: Words) -> str:
    """Return one condition under which the plan fails, as a sentence."""
    return words(
        "fails.sentence",
        ranges=words("fails.and").join(_range_text(one, words) for one in condition.ranges),
        density=words.percent(condition.density),
        coverage=words.percent(condition.coverage),
        base=words.percent(condition.base),
    )


def _range_text(one: Range, words: Words) -> str:
    record = load_facts().parameters[one.parameter]
    label = getattr(record.label, words.language)
    if record.unit == _YES_OR_NO:
        return words("fails.yes" if one.low else "fails.no", label=label)
    low, high = (None if end is None else value_text(record, end, words) for end in (one.low, one.high))
    key = "fails.between" if low and high else ("fails.above" if low else "fails.below")
    return words(key, label=label, low=low or "", high=high or "")


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return [{key: _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _plain(value: object) -> object:
    """Return a value that JSON can hold: not-a-number becomes null."""
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
