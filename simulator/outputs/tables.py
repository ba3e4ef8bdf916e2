"""Tables behind the charts: one to look at, in the words of a language, and one of plain numbers for files."""

import pandas as pd

from simulator.facts.calendar import format_month
from simulator.outputs.overview import DOTS, Overview, TargetView
from simulator.outputs.text import Words


def dots_rows(view: TargetView) -> pd.DataFrame:
    """Return one row per dot: its quantile level and month, empty where the target is not reached."""
    levels = [(k + 0.5) / DOTS for k in range(DOTS)]
    months = ["" if month is None else format_month(month) for month in view.dots]
    return pd.DataFrame({"target": view.id, "reading": "held", "quantile": levels, "month": months})


def dots_table(view: TargetView, shown: Overview, words: Words) -> pd.DataFrame:
    """Return how many dots fall into each month."""
    never = words("dots.never", year=shown.horizon // 12)
    labels = pd.Series([never if month is None else words.month(month) for month in view.dots])
    counts = labels.value_counts(sort=False)
    return pd.DataFrame(
        {
            words("table.month"): list(counts.index),
            words("table.dots"): [f"{n}" for n in counts],
            words("table.so_far"): [f"{n}/{DOTS}" if label != never else "" for label, n in counts.cumsum().items()],
        }
    )


def path_rows(shown: Overview, baseline: Overview | None) -> pd.DataFrame:
    """Return quantiles of coverage by month, with the median of the baseline where that is another scenario."""
    rows = shown.bands.assign(month=[format_month(month) for month in shown.bands["month"]])
    return rows if baseline is None else rows.assign(baseline_q50=baseline.bands["q50"])


def path_table(shown: Overview, baseline: Overview | None, words: Words) -> pd.DataFrame:
    """Return the end of each quarter: median and three ranges."""
    rows = shown.bands[(shown.bands["month"] + 1) % 3 == 0]
    columns = {
        words("table.month"): [words.month(month, short=True) for month in rows["month"]],
        words("table.median"): [words.percent(value, 1) for value in rows["q50"]],
    }
    for key, low, high in (("half", "q25", "q75"), ("eight", "q10", "q90"), ("widest", "q025", "q975")):
        spans = zip(rows[low], rows[high], strict=True)
        columns[words(f"table.{key}")] = [words.percent_range(a, b, 1) for a, b in spans]
    if baseline is not None:
        medians = baseline.bands.set_index("month")["q50"].reindex(rows["month"])
        columns[words("table.baseline")] = ["" if pd.isna(value) else words.percent(value, 1) for value in medians]
    return pd.DataFrame(columns)


def curve_rows(shown: Overview, view: TargetView) -> pd.DataFrame:
    """Return the share of futures that have arrived by each month, one row per reading."""
    rows = shown.curves[shown.curves["target"] == view.id]
    long = rows.melt(["target", "month"], ["held", "touched"], var_name="reading", value_name="probability")
    return long.assign(month=[format_month(month) for month in long["month"]])


def curve_table(shown: Overview, view: TargetView, words: Words) -> pd.DataFrame:
    """Return the end of each quarter: odds in both readings."""
    rows = shown.curves[(shown.curves["target"] == view.id) & ((shown.curves["month"] + 1) % 3 == 0)]
    return pd.DataFrame(
        {
            words("table.month"): [words.month(month, short=True) for month in rows["month"]],
            words("table.held"): [words.percent(share, 1) for share in rows["held"]],
            words("table.touched"): [words.percent(share, 1) for share in rows["touched"]],
        }
    )
