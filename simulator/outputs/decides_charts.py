"""The assumptions that decide, as a chart of what is lost between the good and the bad end of each."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

from simulator.facts import Facts
from simulator.facts.calendar import MONTHS_PER_YEAR, parse_month
from simulator.outputs.assumptions import value_text
from simulator.outputs.findings import Finding
from simulator.outputs.text import Words
from simulator.outputs.trust import Exhibit
from simulator.outputs.trust_charts import Axis, Picture, Series, round_marks

SHOWN = 10
_FRAME = ["part", "series", "x", "y", "low", "high", "label"]
_LABEL_WIDTH = 26  # characters on a line beside a chart, so that a telephone keeps room for the chart
_TONES = {
    "official": ("scenario", "square"),
    "lampung": ("in_time", "diamond"),
    "borrowed": ("baseline", "circle"),
    "judgement": ("target", "triangle"),
    "placeholder": ("ink", "ring"),
}
_ROOM = 1.7  # of the longest bar, for the words behind it
_WEAK = ("judgement", "placeholder")
_YES_OR_NO = "0 or 1"


@dataclass(frozen=True)
class Context:
    """What a table of `simulator.answers.sensitivity.tornado` was asked of.

    Attributes
    ----------
    value : float
        The target's share.
    horizon : int
        Month number of the last month.
    judged : int
        Month number in which coverage is judged.
    """

    value: float
    horizon: int
    judged: int


@dataclass(frozen=True, eq=False)
class Ranking:
    """Assumptions by what their bad end costs.

    Attributes
    ----------
    by : str
        ``delay`` months, ``odds`` or ``coverage`` shares: one measure for all rows.
    rows : DataFrame
        The table with the columns size (0 or more), at_least (True where the bad end does not arrive, so that the true
        delay is longer) and bad_when_high; the largest first.
    """

    by: str
    rows: pd.DataFrame


def context(scenario_start: str, scenario_horizon: str, target: str, facts: Facts) -> Context:
    """Return what a tornado of a scenario is read by."""
    record, start, horizon = facts.targets[target], parse_month(scenario_start), parse_month(scenario_horizon)
    due = record.month
    return Context(float(record.value), horizon, due if due is not None and start < due <= horizon else horizon)


def ranking(table: pd.DataFrame, horizon: int) -> Ranking:
    """Choose the measure and order the assumptions by it.

    Months are told where at least one end of every assumption arrives in more than half of the futures; an end that
    does not counts as the month after the horizon. Else odds or coverage, as `tornado` says.
    """
    started = table[table["note"] == ""]
    low, high = (_months(started[column], horizon + 1) for column in ("arrival_low", "arrival_high"))
    never = (low > horizon) | (high > horizon)
    if not ((low > horizon) & (high > horizon)).any():
        by, change, at_least = "delay", high - low, never
    else:
        by = str(table["ranked_by"].iloc[0])
        change, at_least = -started[f"{by}_change"].to_numpy(), np.zeros(len(started), dtype=bool)
    rows = started.assign(size=np.abs(change), at_least=at_least, bad_when_high=change > 0)
    ties = rows["odds_change"].abs()
    order = pd.DataFrame({"size": rows["size"], "then": ties, "last": rows["coverage_change"].abs()})
    order = order.sort_values(["size", "then", "last"], ascending=False, kind="stable")
    return Ranking(by, rows.loc[order.index].reset_index(drop=True))


def _months(column: pd.Series, never: int) -> Any:  # noqa: ANN401 - an array of whole numbers
    return np.array([never if pd.isna(month) else parse_month(str(month)) for month in column])


def tornado_exhibit(table: pd.DataFrame, its: Context, facts: Facts, words: Words) -> Exhibit:
    """Show what the strongest assumptions cost at their bad end."""
    ranked = ranking(table, its.horizon)
    draws = words.number(int(table["draws"].iloc[0]))
    first = ranked.rows.iloc[0]
    fields: dict[str, object] = {
        "label": first[f"label_{words.language}"],
        "size": size_text(first, ranked.by, words),
        "value": words.exact_percent(its.value),
        "year": its.horizon // MONTHS_PER_YEAR,
        "end": words.end_of(its.judged),
    }
    nobody = bool(ranked.rows[["odds_low", "odds_high"]].to_numpy().max() == 0)
    title = words(f"decides.title.{'nobody' if ranked.by == 'coverage' and nobody else ranked.by}", **fields)
    top = ranked.rows.head(SHOWN)
    weak = int((top["grade"].isin(_WEAK) & ~top["learned"].astype(bool)).sum())
    parts = [words("decides.weak", n=weak, of=len(top)), words("decides.how", draws=draws)]
    if ranked.by == "delay":
        parts.append(words("decides.odds_beside"))
    sentence = " ".join(parts)
    listed = "; ".join(
        f"{row[f'label_{words.language}']}: {size_text(row, ranked.by, words)}" for row in top.to_dict("records")
    )
    return Exhibit(
        name="penentu",
        finding=Finding(title, sentence, f"{title}. {sentence} {listed}."),
        reading=words("decides.reading"),
        picture=_picture(top, ranked.by, words),
        table=_table(ranked, its, facts, words),
        rows=table,
    )


def size_text(row: Any, by: str, words: Words) -> str:  # noqa: ANN401 - a row of a frame
    """Return what the bad end of an assumption costs, with its unit."""
    if by != "delay":
        return words("trust.points", n=words.number(100 * float(row["size"]), 1))
    months = words("unit.months", n=words.number(float(row["size"])))
    return words("decides.at_least", months=months) if row["at_least"] else months


def _picture(top: pd.DataFrame, by: str, words: Words) -> Picture:
    names = {grade: words(f"grade.{grade}.short") for grade in _TONES}
    most = max(float(top["size"].max()), 1e-6)
    rows: list[dict[str, object]] = []
    labels = []
    for y, row in enumerate(top.to_dict("records")):
        size, series, tip = float(row["size"]), names[str(row["grade"])], size_text(row, by, words)
        rows.append({"part": "thick", "series": series, "y": y, "low": 0.0, "high": size, "label": tip})
        rows.append({"part": "point", "series": series, "x": size, "y": y, "label": tip})
        rows.append({"part": "value", "x": size + most / 40, "y": y, "label": _beside(row, by, words)})
        labels.append(_row_label(row, by, words))
    marks = round_marks(0.0, most)
    used = [grade for grade in _TONES if grade in set(top["grade"])]
    return Picture(
        frame=pd.DataFrame(rows, columns=_FRAME),
        axis=Axis(
            0.0,
            _ROOM * most,
            tuple((mark, _mark(mark, by, words)) for mark in marks),
        ),
        series=tuple(Series(names[grade], *_TONES[grade]) for grade in used),
        rows=tuple(labels),
    )


def _beside(row: Any, by: str, words: Words) -> str:  # noqa: ANN401 - a row of a frame
    """Return what the bad end costs, short enough for a telephone."""
    if by != "delay":
        return size_text(row, by, words)
    months = words("unit.months", n=words.number(float(row["size"])))
    return f"{'≥ ' if row['at_least'] else ''}{months}"


def _row_label(row: Any, by: str, words: Words) -> str:  # noqa: ANN401 - a row of a frame
    """Return name and evidence of an assumption; beside months also the odds at its good and its bad end."""
    lines = [*wrap(str(row[f"label_{words.language}"]), _LABEL_WIDTH), _evidence(row, words)]
    if by == "delay":
        good, bad = ("low", "high") if row["bad_when_high"] else ("high", "low")
        odds = " → ".join(words.number(100 * float(row[f"odds_{end}"])) for end in (good, bad))
        lines.append(words("decides.odds", odds=f"{odds}{words.percent_sign}"))
    return "|".join(lines)


def _mark(mark: float, by: str, words: Words) -> str:
    if by == "delay":
        return words.number(mark, 0 if float(mark).is_integer() else 1)
    return words.number(100 * mark, 0 if abs(100 * mark - round(100 * mark)) < 1e-9 else 1)


def _evidence(row: Any, words: Words) -> str:  # noqa: ANN401 - a row of a frame
    """Return on which evidence an assumption rests, and which of its ends is the bad one."""
    grade = words("decides.learned") if row["learned"] else words(f"grade.{row['grade']}.short")
    return f"{grade} · {words(_bad(row))}"


def _bad(row: Any) -> str:  # noqa: ANN401 - a row of a frame
    if row["unit"] == _YES_OR_NO:
        return "decides.bad_yes" if row["bad_when_high"] else "decides.bad_no"
    return "decides.bad_high" if row["bad_when_high"] else "decides.bad_low"


def _table(ranked: Ranking, its: Context, facts: Facts, words: Words) -> pd.DataFrame:
    columns = [words(f"decides.column.{name}") for name in ("label", "grade", "low", "high", ranked.by)]
    rows = []
    for row in ranked.rows.to_dict("records"):
        record = facts.parameters[str(row["parameter"])]
        ends = (
            f"{value_text(record, float(row[end]), words)} → {_outcome(row, end, ranked.by, its, words)}"
            for end in ("low", "high")
        )
        yearly = f" ({words('decides.yearly')})" if row["yearly"] else ""
        label = f"{row[f'label_{words.language}']}{yearly}"
        rows.append((label, _evidence(row, words), *ends, size_text(row, ranked.by, words)))
    return pd.DataFrame(rows, columns=columns)


def _outcome(row: Any, end: str, by: str, its: Context, words: Words) -> str:  # noqa: ANN401 - a row of a frame
    """Return what the run says with an assumption at one end; a month stands with its odds."""
    if by == "coverage":
        return words.percent(float(row[f"coverage_{end}"]), 1)
    odds = words.percent(float(row[f"odds_{end}"]))
    if by == "odds":
        return odds
    month = row[f"arrival_{end}"]
    if pd.isna(month):
        return words("decides.never", year=its.horizon // MONTHS_PER_YEAR, odds=odds)
    return words("decides.arrives", month=words.month(parse_month(str(month)), short=True), odds=odds)
