"""Tidy frames for the charts: numbers of an overview with the words of one language."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from simulator.facts import Facts, Target
from simulator.facts.calendar import DATA_MONTH, MONTHS_PER_YEAR
from simulator.outputs.charts import DOT_ROWS, label_gap, spread_labels
from simulator.outputs.overview import DOTS, Overview, TargetView
from simulator.outputs.text import Words

ABREAST = 3
NOISE_SDS = 2  # bars of published figures, in standard deviations: about 95 in 100
_MOST_HALF_YEARS = 12
_DOT_SPACE = 0.29  # of a column's width
_LOW_EDGES = (0.15, 0.05, 0.0)  # of the path: the first ones, while everything fits between them
_HIGH_EDGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.05)
_MARK_HEIGHT = 0.4

Row = dict[str, object]


@dataclass(frozen=True)
class Bins:
    """Columns of the arrival plot: half-years, or years where the horizon is far."""

    first: int
    months: int
    count: int

    @classmethod
    def between(cls, start: int, horizon: int) -> "Bins":
        """Cover all months from `start` to `horizon`."""
        half = MONTHS_PER_YEAR // 2
        months = half if (horizon - start) // half < _MOST_HALF_YEARS else MONTHS_PER_YEAR
        first = start - start % months
        return cls(first, months, (horizon - first) // months + 1)

    @property
    def never(self) -> float:
        """Place of the column for futures that do not arrive."""
        return self.count + 0.04 * self.count

    def place(self, month: int) -> int:
        """Return the column of a month."""
        return (month - self.first) // self.months

    def edge(self, month: int) -> float:
        """Return where the end of a month lies between the columns."""
        return (month + 1 - self.first) / self.months - 0.5

    def label(self, column: int) -> str:
        """Return half-year and year on two lines; every third year where there are many."""
        year, month = divmod(self.first + column * self.months, MONTHS_PER_YEAR)
        if self.months == MONTHS_PER_YEAR:
            return f"{year}" if column % 3 == 0 else ""
        return f"{'I' if month == 0 else 'II'}|{year if month == 0 or column == 0 else ''}"


def dot_states(words: Words, horizon: int) -> tuple[str, str, str]:
    """Return the legend words: in time, later, not by the horizon."""
    return words("dots.in_time"), words("dots.late"), words("dots.never", year=horizon // MONTHS_PER_YEAR)


def dots_frame(view: TargetView, *, start: int, horizon: int, words: Words) -> pd.DataFrame:
    """Place the dots of the arrival plot.

    Returns
    -------
    DataFrame
        Columns part, x, y (layout units), state, label. Parts ``dot``, ``column`` (label below), ``count`` (above the
        last column), ``rule`` (the official date, where it lies inside) and its ``label_right`` or ``label_left``.
    """
    bins = Bins.between(start, horizon)
    rows: list[Row] = [
        {"part": "column", "x": float(column), "y": -0.9, "label": bins.label(column)} for column in range(bins.count)
    ]
    never = words("dots.never_column", year=horizon // MONTHS_PER_YEAR)
    rows.append({"part": "column", "x": bins.never, "y": -0.9, "label": never})
    rows += _dots(view, bins, words, dot_states(words, horizon))
    late = sum(month is None for month in view.dots)
    if late:
        top = -(-late // ABREAST) - 0.4
        rows.append({"part": "count", "x": bins.never, "y": top, "label": f"{late}/{DOTS}"})
    if view.due is not None and start <= view.due <= horizon:
        label = words("chart.due", date=words.last_day(view.due))
        place = bins.edge(view.due)
        side = "label_right" if place < bins.count / 2 else "label_left"
        rows.append({"part": "rule", "x": place})
        rows.append({"part": side, "x": place, "y": DOT_ROWS + 1.3, "label": label})
    return pd.DataFrame(rows, columns=["part", "x", "y", "state", "label"])


def path_frame(
    shown: Overview,
    baseline: Overview | None,
    chosen: str,
    *,
    facts: Facts,
    words: Words,
    domain: tuple[float, float],
    samples: bool = False,
) -> pd.DataFrame:
    """Lay out coverage over time.

    Parameters
    ----------
    shown, baseline : Overview
        `baseline` is None where the scenario is the baseline.
    chosen : str
        Target whose rule is drawn stronger.
    domain : tuple of float
        From `path_domain`.
    samples : bool
        Also the first few futures.

    Returns
    -------
    DataFrame
        Columns part, series, x (years), y, low, high (shares), label.
    """
    rows = [
        *_band_rows(shown, words),
        *_baseline_rows(baseline),
        *(_sample_rows(shown) if samples else ()),
        *_reported_rows(facts, words),
        *_target_rows(shown, chosen, facts, words, domain),
        _data_end(words, domain),
        *_end_labels(shown, baseline, words, domain),
    ]
    return pd.DataFrame(rows, columns=["part", "series", "x", "y", "low", "high", "label"])


def path_domain(overviews: Sequence[Overview], chosen: float) -> tuple[float, float]:
    """Return the edges of the path: fixed, and widened in whole steps only where something would leave the picture."""
    bottom = min(float(view.bands["q025"].min()) for view in overviews)
    top = max(*(float(view.bands["q975"].max()) for view in overviews), chosen)
    low = next(edge for edge in _LOW_EDGES if edge <= bottom)
    high = next(edge for edge in _HIGH_EDGES if edge >= top)
    return low, high


def curve_frame(shown: Overview, view: TargetView, *, words: Words) -> pd.DataFrame:
    """Lay out the odds of having arrived by each month.

    Returns
    -------
    DataFrame
        Columns part, x (years), y (share of futures), label.
    """
    curve = shown.curves[shown.curves["target"] == view.id]
    ends = spread_labels([float(curve["held"].iloc[-1]), float(curve["touched"].iloc[-1])], 0.16)
    last = years(shown.horizon)
    rows: list[Row] = []
    for reading, end in zip(("held", "touched"), ends, strict=True):
        for month, share in zip(curve["month"], curve[reading], strict=True):
            tip = f"{words.month(int(month))}: {words.odds(float(share), shown.draws)}"
            rows.append({"part": reading, "x": years(int(month)), "y": float(share), "label": tip})
        rows.append({"part": f"{reading}_label", "x": last, "y": end, "label": words(f"curve.{reading}")})
    if view.due is not None and shown.start <= view.due <= shown.horizon:
        label = words("chart.due", date=words.last_day(view.due))
        side = "label_right" if view.due < (shown.start + shown.horizon) / 2 else "label_left"
        rows.append({"part": "rule", "x": years(view.due)})
        rows.append({"part": side, "x": years(view.due), "y": 1.05, "label": label})
    return pd.DataFrame(rows, columns=["part", "x", "y", "label"])


def years(month: int) -> float:
    """Return the end of month number `month` in years: the end of December 2026 is 2027.0."""
    return (month + 1) / MONTHS_PER_YEAR


def _dots(view: TargetView, bins: Bins, words: Words, states: Sequence[str]) -> list[Row]:
    taken: dict[float, int] = {}
    rows: list[Row] = []
    for month in view.dots:
        column = bins.never if month is None else float(bins.place(month))
        number = taken.get(column, 0)
        taken[column] = number + 1
        in_time = month is not None and view.due is not None and month <= view.due
        rows.append(
            {
                "part": "dot",
                "x": column + (number % ABREAST - (ABREAST - 1) / 2) * _DOT_SPACE,
                "y": number // ABREAST + 0.5,
                "state": states[2 if month is None else 0 if in_time else 1],
                "label": states[2] if month is None else words.month(month),
            }
        )
    return rows


def _band_rows(shown: Overview, words: Words) -> list[Row]:
    rows: list[Row] = []
    for row in shown.bands.to_dict("records"):
        x = years(row["month"])
        for part, low, high in (("band95", "q025", "q975"), ("band80", "q10", "q90"), ("band50", "q25", "q75")):
            rows.append({"part": part, "x": x, "low": row[low], "high": row[high]})
        tip = words(
            "path.tip",
            month=words.month(row["month"]),
            median=words.percent(row["q50"], 1),
            range=words.percent_range(row["q10"], row["q90"], 1),
        )
        rows.append({"part": "median", "x": x, "y": row["q50"], "label": tip})
    return rows


def _baseline_rows(baseline: Overview | None) -> list[Row]:
    bands = [] if baseline is None else baseline.bands.to_dict("records")
    return [{"part": "baseline", "x": years(row["month"]), "y": row["q50"]} for row in bands]


def _sample_rows(shown: Overview) -> list[Row]:
    return [
        {"part": "sample", "series": str(row["draw"]), "x": years(row["month"]), "y": row["value"]}
        for row in shown.samples.to_dict("records")
    ]


def _reported_rows(facts: Facts, words: Words) -> list[Row]:
    rows: list[Row] = []
    for o in facts.observations:
        if (o.count, o.indicator, o.group) != ("residence", "coverage", "all") or o.noise_sd is None:
            continue
        tip = words("path.reported_tip", month=words.month(o.month), rate=words.percent(o.value, 2))
        noise = NOISE_SDS * o.noise_sd
        rows.append(
            {
                "part": "reported",
                "x": years(o.month),
                "y": o.value,
                "low": o.value - noise,
                "high": o.value + noise,
                "label": tip,
            }
        )
    return rows


def _target_rows(shown: Overview, chosen: str, facts: Facts, words: Words, domain: tuple[float, float]) -> list[Row]:
    """Rules of the targets ahead and of the national rate, with labels that keep their distance."""
    ahead = [
        (name, target)
        for name, target in facts.targets.items()
        if name == chosen or name == "national_average" or (target.month is not None and target.month >= DATA_MONTH)
    ]
    ahead = [(name, target) for name, target in ahead if domain[0] <= target.value <= domain[1]]
    places = spread_labels([target.value for _, target in ahead], label_gap(domain))
    left = (
        min(years(o.month) for o in facts.observations if o.count == "residence" and o.indicator == "coverage") - 0.15
    )
    rows: list[Row] = []
    for (name, target), place in zip(ahead, places, strict=True):
        national = name == "national_average" and name != chosen
        due = years(target.month) if target.month is not None and target.month <= shown.horizon else None
        label = target_label(name, target, words)
        part = "national" if national else "chosen" if name == chosen else "target"
        rows.append({"part": part, "x": due, "y": target.value, "label": label})
        rows.append({"part": "national_label" if national else "target_label", "x": left, "y": place, "label": label})
    return rows


def target_label(name: str, target: Target, words: Words) -> str:
    """Return short name and value of a target."""
    return f"{words(f'target.{name}')} · {words.exact_percent(target.value)}"


def _data_end(words: Words, domain: tuple[float, float]) -> Row:
    """Mark the last month of data by a short rule that stays clear of the targets' labels."""
    top = domain[0] + _MARK_HEIGHT * (domain[1] - domain[0])
    return {"part": "data_end", "x": years(DATA_MONTH), "y": domain[0], "high": top, "label": words("chart.data_end")}


def _end_labels(shown: Overview, baseline: Overview | None, words: Words, domain: tuple[float, float]) -> list[Row]:
    x = years(shown.horizon)
    ends = [float(shown.bands["q50"].iloc[-1])]
    if baseline is None:
        return [{"part": "scenario_label", "x": x, "y": ends[0], "label": _end_text("path.baseline", ends[0], words)}]
    ends.append(float(baseline.bands["q50"].iloc[-1]))
    places = spread_labels(ends, label_gap(domain, lines=2))
    parts = (("scenario_label", "path.scenario"), ("baseline_label", "path.baseline"))
    return [
        {"part": part, "x": x, "y": place, "label": _end_text(key, end, words)}
        for (part, key), end, place in zip(parts, ends, places, strict=True)
    ]


def _end_text(key: str, share: float, words: Words) -> str:
    return f"{words(key)}|{words.percent(share, 1)}"
