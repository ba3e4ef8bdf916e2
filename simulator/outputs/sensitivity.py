"""What decides, as one JSON object, as tables and as text."""

from collections.abc import Hashable
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from simulator.answers.failure import Condition, Failures, Range
from simulator.facts import Parameter, load_facts
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
        lines.append(failure_note(failures, words))
    lines += [condition_text(one, words) for one in failures.conditions]
    if indices is not None:
        lines += ["", indices.to_string(index=False, float_format=lambda x: f"{x:.2f}")]
    return "\n".join(lines)


def condition_text(condition: Condition, words: Words) -> str:
    """Return one condition under which the plan fails, as a sentence."""
    return words(
        "fails.sentence",
        ranges=ranges_text(condition, words),
        density=tenths(condition.density, words),
        coverage=tenths(condition.coverage, words),
        base=tenths(condition.base, words),
    )


def ranges_text(condition: Condition, words: Words) -> str:
    """Return the ranges of a condition in words."""
    return words("fails.and").join(_range_text(one, words) for one in condition.ranges)


def tenths(share: float, words: Words) -> str:
    """Return a share (0-1) in tenths, such as 7 of 10."""
    if share in (0, 1):
        return words("fails.none" if share == 0 else "fails.all")
    n = round(10 * share)
    if n in (0, 10):
        return words("fails.below_one" if n == 0 else "fails.above_nine")
    return words("fails.tenths", n=n)


def failure_note(failures: Failures, words: Words) -> str:
    """Return why no condition is given, empty if there is one."""
    return words(f"fails.{failures.note}", share=words.percent(failures.base)) if failures.note else ""


def caution_text(failures: Failures, words: Words) -> str:
    """Return how far conditions can be trusted: they are found in one half of the futures, counted in the other."""
    return words("fails.caution", half=words.number(failures.draws // 2))


def condition_table(failures: Failures, words: Words) -> pd.DataFrame:
    """Return one row per condition, with shares in per cent."""
    columns = [words(f"fails.column.{name}") for name in ("ranges", "density", "coverage", "inside")]
    return pd.DataFrame(
        [
            (
                ranges_text(one, words),
                *(words.percent(share) for share in (one.density, one.coverage, one.inside)),
            )
            for one in failures.conditions
        ],
        columns=columns,
    )


def condition_rows(failures: Failures) -> pd.DataFrame:
    """Return one row per range of a condition as plain numbers for a file."""
    return pd.DataFrame(
        [
            {
                "condition": number,
                "parameter": its.parameter,
                "low": its.low,
                "high": its.high,
                "density": one.density,
                "coverage": one.coverage,
                "inside": one.inside,
                "base": one.base,
            }
            for number, one in enumerate(failures.conditions, start=1)
            for its in one.ranges
        ],
        columns=["condition", "parameter", "low", "high", "density", "coverage", "inside", "base"],
    )


def sobol_table_text(indices: pd.DataFrame, output: str, words: Words) -> pd.DataFrame:
    """Return the Sobol indices of one output in words, each with its 90 % interval."""
    mine = indices[indices["output"] == output]
    columns = [words(f"sobol.column.{name}") for name in ("factor", "first", "total")]
    rows = [
        (_factor_text(str(row["factor"]), words), *(_index_text(row, kind, words) for kind in ("first", "total")))
        for row in mine.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=columns)


def _factor_text(factor: str, words: Words) -> str:
    records = load_facts().parameters
    return str(getattr(records[factor].label, words.language)) if factor in records else words(f"sobol.{factor}")


def _index_text(row: dict[Hashable, Any], kind: str, words: Words) -> str:
    if not np.isfinite(row[kind]):
        return words("sobol.constant")
    span = words.number_range(row[f"{kind}_low"], row[f"{kind}_high"], 2)
    return f"{words.number(row[kind], 2)} ({span})"


def _range_text(one: Range, words: Words) -> str:
    record = load_facts().parameters[one.parameter]
    label = getattr(record.label, words.language)
    if record.unit == _YES_OR_NO:
        return words("fails.yes" if one.low else "fails.no", label=label)
    low, high = (None if end is None else _with_unit(record, end, words) for end in (one.low, one.high))
    key = "fails.between" if low and high else ("fails.above" if low else "fails.below")
    return words(key, label=label, low=low or "", high=high or "")


def _with_unit(record: Parameter, value: float, words: Words) -> str:
    """Return a value as it stands in a sentence, without a table that names its unit."""
    text = value_text(record, value, words)
    return words(f"unit.{record.unit}", n=text) if record.unit in ("months", "people") else text


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return [{key: _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _plain(value: object) -> object:
    """Return a value that JSON can hold: not-a-number becomes null."""
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
