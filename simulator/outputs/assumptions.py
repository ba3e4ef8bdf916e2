"""Assumptions in words and as a table: value or range in its unit, evidence, where the equations read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor, log10

import numpy as np
import pandas as pd

from simulator.facts import Facts, Parameter
from simulator.model.posterior import REACHED, Posterior
from simulator.model.start import DECEMBERS
from simulator.outputs.text import Words
from simulator.scenario import EQUATIONS, Scenario, allowed_bounds, is_whole

Spread = tuple[float, float, float]
_LEVELS = (0.05, 0.5, 0.95)
_PERCENT, _BILLION = 100.0, 1e9
_MARK = "\N{BLACK CIRCLE}"  # before the label of a replaced assumption
# First and last equation of each part of docs/model.md, in its order.
PARTS: dict[str, tuple[int, int]] = {
    "start": (1, 5),
    "hazards": (6, 8),
    "month": (9, 17),
    "places": (18, 26),
    "decree": (27, 27),
    "reporting": (28, 30),
}


def prior_spread(record: Parameter) -> Spread:
    """Return the 5 %, 50 % and 95 % quantiles of a parameter before calibration, in its unit."""
    low, median, high = record.ppf(np.array(_LEVELS))
    return float(low), float(median), float(high)


def part_of(name: str) -> str:
    """Return the part of the model that reads a parameter first; ``none`` if no equation does."""
    if name not in EQUATIONS:
        return "none"
    first = EQUATIONS[name][0]
    return next(part for part, (low, high) in PARTS.items() if low <= first <= high)


def equations_text(name: str) -> str:
    """Return the equations that read a parameter, such as (6), (14); empty if none does."""
    return ", ".join(f"({number})" for number in EQUATIONS.get(name, ()))


def value_text(record: Parameter, value: float, words: Words) -> str:
    """Return one value of a parameter as it is read in its unit and language; the unit itself where it is short."""
    match record.unit:
        case "month number":
            return words.month_name(round(value))
        case "0 or 1":
            return words("assumption.yes" if value else "assumption.no")
        case "rupiah per year":
            return words.rupiah(value)
    if _is_share(record):
        return words.exact_percent(value)
    return _with_currency(record, words.number(value, _decimals(record, abs(value))))


def spread_text(record: Parameter, spread: Spread, words: Words) -> str:
    """Return the median and in brackets the range from 5 % to 95 %, or one value where they read alike."""
    low, median, high = spread
    shown = range_text(record, spread, words)
    if low == high or record.unit == "0 or 1":
        return shown
    return f"{_rounded(record, median, spread, words)} ({shown})"


def range_text(record: Parameter, spread: Spread, words: Words) -> str:
    """Return the range from 5 % to 95 %; one value where the ends are equal, and the odds of a yes or no."""
    low, _, high = spread
    if low == high:
        return value_text(record, low, words)
    if record.unit == "rupiah per year":
        return words.rupiah_range(low, high)
    if record.unit == "month number":
        return f"{value_text(record, low, words)}–{value_text(record, high, words)}"
    if record.unit == "0 or 1":
        return words("assumption.chance", share=words.percent(_share_of_ones(record)))
    if _is_share(record):
        return words.percent_range(low, high, _percent_decimals(high - low))
    tidy_low, tidy_high = (_tidy(record, end, high - low) for end in (low, high))
    return _with_currency(record, words.number_range(tidy_low, tidy_high, _decimals(record, high)))


def unit_text(record: Parameter, words: Words) -> str:
    """Return the unit of a parameter."""
    return words(f"assumption.unit.{record.unit.replace(' ', '_')}")


def input_scale(record: Parameter) -> float:
    """Return what a value is multiplied by where a person types it: shares in per cent, large money in billions."""
    if _is_share(record):
        return _PERCENT
    return 1 / _BILLION if record.unit == "rupiah per year" else 1.0


def input_unit_text(record: Parameter, words: Words) -> str:
    """Return the unit in which a person types a value."""
    if record.unit == "rupiah per year":
        return words("assumption.unit.billion_rupiah_per_year")
    unit = unit_text(record, words)
    return words("assumption.percent_of", unit=unit) if _is_share(record) else unit


@dataclass(frozen=True)
class Typed:
    """How a parameter is typed, in the unit of `input_unit_text`: its bounds, its value, a step and decimals."""

    least: float
    most: float
    now: float
    step: float
    decimals: int


def typed(record: Parameter, value: float) -> Typed:
    """Return how `value` of a parameter is typed."""
    scale = input_scale(record)
    least, most, now = (round(number * scale, 9) for number in (*allowed_bounds(record), value))
    step, decimals = _step(most - least, whole=is_whole(record) and scale == 1)
    return Typed(least, most, now, step, decimals)


def nearest_typed(record: Parameter, value: float) -> float:
    """Return the nearest value that can be typed and is allowed."""
    low, high = allowed_bounds(record)
    if is_whole(record):
        return float(round(value))
    scale = input_scale(record)
    _, decimals = _step((high - low) * scale, whole=False)
    rounded = round(value * scale, decimals) / scale
    return round(rounded, 12) if low <= rounded <= high else value


def from_typed(record: Parameter, number: float) -> float:
    """Return the value that a typed number stands for; three per cent is 0.03, not a bit beside it."""
    value = number / input_scale(record)
    return float(round(value)) if is_whole(record) else round(value, 12)


def _step(width: float, *, whole: bool) -> tuple[float, int]:
    """Return a step of about a hundredth of `width`, and the decimals that it needs (two for what has any)."""
    exponent = floor(log10(width)) - 2
    if whole:
        exponent = max(exponent, 0)
    return 10.0**exponent, 0 if exponent >= 0 and (whole or width >= 1000) else max(2, -exponent)


def bounds_text(record: Parameter, words: Words) -> str:
    """Return in words which numbers may replace a parameter."""
    low, high = (value_text(record, bound, words) for bound in allowed_bounds(record))
    return words("assumption.bounds", low=low, high=high)


def change_text(record: Parameter, value: float, before: Spread, words: Words) -> str:
    """Return what a scenario makes of one assumption, with what it was before."""
    return words(
        "change.assumption",
        label=getattr(record.label, words.language),
        value=value_text(record, value, words),
        before=range_text(record, before, words),
    )


def learned_spreads(facts: Facts, posterior: Posterior) -> dict[str, Spread]:
    """Return the 5 %, 50 % and 95 % quantiles of every learned parameter, as it holds in the data month."""
    columns = {name: f"{name}/{DECEMBERS[-1]}" if name in REACHED else name for name in facts.parameters}
    spreads = {}
    for name, column in columns.items():
        if column in posterior.names:
            low, median, high = np.quantile(posterior.column(column), _LEVELS)
            spreads[name] = (float(low), float(median), float(high))
    return spreads


def matching(facts: Facts, *, text: str = "", part: str | None = None, grade: str | None = None) -> list[str]:
    """Return the ids of parameters that fit a search and filters, in the order of the records.

    Every word of `text` must stand in the id, label or definition of either language, or among the fact ids.
    """
    wanted = text.casefold().split()
    return [
        name
        for name, record in facts.parameters.items()
        if (part is None or part_of(name) == part)
        and (grade is None or record.grade == grade)
        and all(word in _haystack(name, record) for word in wanted)
    ]


def assumption_table(
    facts: Facts,
    names: Iterable[str],
    words: Words,
    *,
    replaced: Mapping[str, float],
    learned: Mapping[str, Spread] | None = None,
) -> pd.DataFrame:
    """Return one row per parameter, in words.

    Parameters
    ----------
    replaced : mapping of str to float
        The scenario's own values; they are marked and stand before the range that they replace.
    learned : mapping of str to (5 %, median, 95 %), optional
        What calibration made of a parameter, in its unit; without it the column says that nothing was learned yet.
    """
    rows = [_row(name, facts.parameters[name], words, replaced.get(name), learned) for name in names]
    return pd.DataFrame(rows, columns=[words(f"assumption.column.{name}") for name in _COLUMNS])


def assumption_rows(facts: Facts, scenario: Scenario) -> pd.DataFrame:
    """Return every parameter as plain values for a file, with the scenario's own numbers."""
    rows = []
    for name, record in facts.parameters.items():
        low, median, high = prior_spread(record)
        rows.append(
            {
                "id": name,
                "label_id": record.label.id,
                "label_en": record.label.en,
                "unit": record.unit,
                "q05": low,
                "q50": median,
                "q95": high,
                "replaced_by": scenario.assumptions.get(name),
                "bounds_low": record.bounds[0],
                "bounds_high": record.bounds[1],
                "grade": record.grade,
                "facts": " ".join(record.facts),
                "equations": " ".join(str(number) for number in EQUATIONS.get(name, ())),
                "role": record.role,
            }
        )
    return pd.DataFrame(rows)


_COLUMNS = ("label", "value", "unit", "grade", "facts", "equations", "learned")


def _row(
    name: str, record: Parameter, words: Words, own: float | None, learned: Mapping[str, Spread] | None
) -> tuple[str, ...]:
    label, prior = getattr(record.label, words.language), prior_spread(record)
    value = spread_text(record, prior, words)
    if own is not None:
        before = spread_text(record, (learned or {}).get(name) or prior, words)
        label = f"{_MARK} {label}"
        value = words("assumption.instead", value=value_text(record, own, words), before=before)
    return (
        label,
        value,
        unit_text(record, words),
        words(f"grade.{record.grade}.short"),
        ", ".join(record.facts),
        equations_text(name) or words(f"assumption.role.{record.role}"),
        _learned_text(name, record, words, learned),
    )


def _learned_text(name: str, record: Parameter, words: Words, learned: Mapping[str, Spread] | None) -> str:
    if learned is None:
        return words("assumption.learned.not_yet")
    return spread_text(record, learned[name], words) if name in learned else words("assumption.learned.no")


def _is_share(record: Parameter) -> bool:
    return record.unit.startswith("share")


def _share_of_ones(record: Parameter) -> float:
    """Return the odds of a yes."""
    prior = record.prior
    return record.value if prior is None else 1.0 - prior.cdf(0.0)


def _rounded(record: Parameter, value: float, spread: Spread, words: Words) -> str:
    """Return a value with the digits that its range has."""
    width = spread[-1] - spread[0]
    if _is_share(record):
        return words.percent(value, _percent_decimals(width))
    if record.unit in ("month number", "rupiah per year"):
        return value_text(record, value, words)
    return _with_currency(record, words.number(_tidy(record, value, width), _decimals(record, spread[-1])))


def _with_currency(record: Parameter, number: str) -> str:
    return f"Rp\N{NO-BREAK SPACE}{number}" if record.kind == "money" else number


def _tidy(record: Parameter, value: float, width: float) -> float:
    """Return people and rupiah rounded to a hundredth of the order of their range; other numbers as they are."""
    if record.kind not in ("stock", "money"):
        return value
    return round(value, 2 - floor(log10(width)))


def _percent_decimals(width: float) -> int:
    """Return how many decimals a range of shares needs, so that its ends can be told apart."""
    points = _PERCENT * width
    return 0 if points >= 10 else 1 if points >= 1 else 2


def _decimals(record: Parameter, largest: float) -> int:
    """Return how many decimals a number has that is no share: people, rupiah and months have none."""
    if record.kind in ("stock", "money", "duration", "flow", "month"):
        return 0
    return 3 if largest < 1 and record.unit == "correlation" else 2


def _haystack(name: str, record: Parameter) -> str:
    texts = (record.label.id, record.label.en, record.definition.id, record.definition.en)
    return " ".join((name, *texts, *record.facts)).casefold()
