"""The two charts of a goal: rupiah against odds, and odds over a grid of two levers."""

from collections.abc import Hashable, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from simulator.outputs.charts import LIGHT, Look, finished, layer
from simulator.outputs.findings import Finding
from simulator.outputs.goal import target_value
from simulator.outputs.lever_text import value_text
from simulator.outputs.text import Words
from simulator.outputs.trust_charts import Axis, across, round_marks, up
from simulator.scenario import LEVERS

FRONTIER_HEIGHT, HEAT_HEIGHT = 300, 330
_LABEL_SIZE = 12
_LABEL_OFF = 0.06
_TENTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_ON_COLOUR = 0.62  # from here on a cell of the light look is dark enough for light letters
_ON_COLOUR_DARK = 0.5


# ---- rupiah against odds


def frontier_finding(rows: pd.DataFrame, *, target: str, end: str, draws: int, words: Words) -> Finding:
    """Return the message: what the lowest and the highest odds cost, and where the present plan stands."""
    best = rows[(rows["status"] == "reached") & ~rows["dominated"]]
    today = rows[rows["goal"] == "today"].iloc[0]
    if len(best) > 1:
        low, high = best.iloc[0], best.iloc[-1]
        title = words(
            "frontier.title",
            low=words.odds(low["odds"], draws),
            cheap=words.rupiah(low["rupiah"]),
            high=words.odds(high["odds"], draws),
            dear=words.rupiah(high["rupiah"]),
        )
    else:
        top = rows.sort_values("odds").iloc[-1]
        title = words("frontier.title.top", odds=words.odds(top["odds"], draws), rupiah=words.rupiah(top["rupiah"]))
    parts = [
        words("frontier.sentence", value=target_value(target, words), end=end),
        words("frontier.now", odds=words.odds(today["odds"], draws), rupiah=words.rupiah(today["rupiah"])),
    ]
    if (rows["status"] == "not_reachable").any():
        parts.append(words("frontier.not_all"))
    sentence = " ".join(parts)
    return Finding(title, sentence, f"{title}. {sentence}")


def frontier_frame(rows: pd.DataFrame, *, draws: int, words: Words) -> pd.DataFrame:
    """Lay out plans: parts ``line`` and ``plan``, ``beaten``, ``closest`` (not what was asked) and ``today``.

    Returns
    -------
    DataFrame
        Columns part, x (rupiah), y (odds), label.
    """
    laid: list[dict[str, object]] = []
    for row in rows.to_dict("records"):
        place = {"x": float(row["rupiah"]), "y": float(row["odds"])}
        tip = _tip(row, draws, words)
        if row["goal"] == "today":
            beside = place["y"] + (_LABEL_OFF if place["y"] < 2 * _LABEL_OFF else -_LABEL_OFF)  # plans lie above
            laid.append({"part": "today", "label": tip, **place})
            laid.append({"part": "today_label", "label": words("frontier.today"), "x": place["x"], "y": beside})
            continue
        kind = "closest" if row["status"] != "reached" else "beaten" if row["dominated"] else "plan"
        laid.append({"part": kind, "label": tip, **place})
        if kind == "plan":
            laid.append({"part": "line", "label": tip, **place})
    return pd.DataFrame(laid, columns=["part", "x", "y", "label"])


def frontier_chart(frame: pd.DataFrame, *, look: Look, words: Words, description: str) -> alt.LayerChart:
    """Draw what odds cost, with the present plan beside it."""
    most = max(float(frame["x"].max()), 1e9) * 1.12
    money = Axis(0.0, most, tuple((mark, words.rupiah(mark)) for mark in round_marks(0.0, most)))
    odds = Axis(-0.04, 1.06, tuple((mark, f"{round(10 * mark)}/10") for mark in _TENTHS))
    x, y, tip = across(money, look), up(odds, look), alt.Tooltip("label:N", title=" ")
    layers = [
        layer("line").mark_line(color=look.scenario, strokeWidth=2, aria=False).encode(x, y),
        _points("beaten", look.muted, shape="circle", filled=False).encode(x, y, tooltip=tip),
        _points("closest", look.target, shape="square").encode(x, y, tooltip=tip),
        _points("plan", look.scenario, shape="circle").encode(x, y, tooltip=tip),
        _points("today", look.in_time, shape="diamond").encode(x, y, tooltip=tip),
        layer("today_label")
        .mark_text(color=look.in_time, align="left", dx=8, fontSize=_LABEL_SIZE, fontWeight=600, aria=False)
        .encode(x, y, text="label:N"),
    ]
    return finished(layers, frame, look, height=FRONTIER_HEIGHT, description=description)


def frontier_table(rows: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return one row per plan: what was asked, its odds and its rupiah."""
    return pd.DataFrame(
        {
            words("frontier.column.asked"): [
                words("frontier.today") if row["goal"] == "today" else words.percent(row["asked"])
                for row in rows.to_dict("records")
            ],
            words("frontier.column.odds"): [words.percent(odds, 1) for odds in rows["odds"]],
            words("frontier.column.rupiah"): [words.rupiah(amount) for amount in rows["rupiah"]],
            words("frontier.column.year"): [words.rupiah(amount) for amount in rows["rupiah_year"]],
            words("frontier.column.note"): [
                words("frontier.note.unreachable") if row["status"] == "not_reachable"
                else words("frontier.note.beaten") if row["dominated"]
                else ""
                for row in rows.to_dict("records")
            ],
        }
    )  # fmt: skip


# ---- odds over two levers


def heat_finding(
    grid: pd.DataFrame, levers: tuple[str, str], *, target: str, end: str, draws: int, words: Words
) -> Finding:
    """Return the message: between which odds the two levers move the plan, and the cheapest cell of the best odds."""
    low, high = float(grid["odds"].min()), float(grid["odds"].max())
    best = grid[grid["odds"] == high].sort_values("rupiah").iloc[0]
    names = {axis: words(f"lever.{name}.label") for axis, name in zip("xy", levers, strict=True)}
    if low == high:
        title = words("heat.title.flat", odds=words.odds(high, draws), **names)
    else:
        title = words("heat.title", low=words.odds(low, draws), high=words.odds(high, draws), **names)
    sentence = words(
        "heat.sentence",
        value=target_value(target, words),
        end=end,
        at_x=value_text(LEVERS[levers[0]], best["x"], words),
        at_y=value_text(LEVERS[levers[1]], best["y"], words),
        rupiah=words.rupiah(best["rupiah"]),
        **names,
    )
    return Finding(title, sentence, f"{title}. {sentence}")


def heat_frame(grid: pd.DataFrame, levers: tuple[str, str], *, draws: int, words: Words) -> pd.DataFrame:
    """Lay out the grid as cells of equal size.

    Returns
    -------
    DataFrame
        Columns part, x, y (number of the column and row), left, right, low, high (edges), odds, label, tip.
    """
    xs, ys = (np.unique(grid[axis]) for axis in "xy")
    column, row = np.searchsorted(xs, grid["x"]), np.searchsorted(ys, grid["y"])
    tips = [_tip(cell, draws, words) for cell in grid.to_dict("records")]
    return pd.DataFrame(
        {
            "part": "cell",
            "x": column,
            "y": row,
            "left": column - 0.5,
            "right": column + 0.5,
            "low": row - 0.5,
            "high": row + 0.5,
            "odds": grid["odds"].to_numpy(),
            "label": [_tenths(odds) for odds in grid["odds"]],
            "tip": tips,
        }
    )


def heat_chart(
    frame: pd.DataFrame,
    grid: pd.DataFrame,
    levers: tuple[str, str],
    *,
    look: Look,
    words: Words,
    description: str,
) -> alt.LayerChart:
    """Draw the odds of each pair of lever values: tenths as numbers, shaded by the odds."""
    x_axis, y_axis = (
        _steps([value_text(LEVERS[name], value, words) for value in np.unique(grid[axis])])
        for axis, name in zip("xy", levers, strict=True)
    )
    x_name, y_name = (words(f"lever.{name}.label") for name in levers)
    x, y = across(x_axis, look).title(x_name), up(y_axis, look).title(y_name)
    left, low = x.copy(), y.copy()
    left.shorthand, low.shorthand = "left:Q", "low:Q"
    shade = alt.Color(
        "odds:Q", scale=alt.Scale(domain=[0, 1], range=[look.bands[0], look.scenario], clamp=True), legend=None
    )
    edge = _ON_COLOUR if look is LIGHT else _ON_COLOUR_DARK
    letters = alt.condition(alt.datum.odds >= edge, alt.value(look.paper), alt.value(look.ink))
    layers = [
        layer("cell")
        .mark_rect(stroke=look.paper, strokeWidth=2, aria=False)
        .encode(left, low, shade, alt.Tooltip("tip:N", title=" "), x2="right:Q", y2="high:Q"),
        layer("cell")
        .mark_text(fontSize=_LABEL_SIZE, fontWeight=600, aria=False)
        .encode(x, y, color=letters, text="label:N"),
    ]
    chart = finished(layers, frame, look, height=HEAT_HEIGHT, description=description)
    titled: alt.LayerChart = chart.configure_axis(titleColor=look.ink, titleFontSize=_LABEL_SIZE)
    return titled


def heat_table(grid: pd.DataFrame, levers: tuple[str, str], words: Words) -> pd.DataFrame:
    """Return one row per pair of values: odds and rupiah."""
    columns = {
        words(f"lever.{name}.label"): [value_text(LEVERS[name], value, words) for value in grid[axis]]
        for axis, name in zip("xy", levers, strict=True)
    }
    columns[words("frontier.column.odds")] = [words.percent(odds, 1) for odds in grid["odds"]]
    columns[words("frontier.column.rupiah")] = [words.rupiah(amount) for amount in grid["rupiah"]]
    return pd.DataFrame(columns)


def _points(part: str, colour: str, *, shape: str, filled: bool = True) -> alt.Chart:
    chart: alt.Chart = layer(part).mark_point(filled=filled, color=colour, size=90, shape=shape, opacity=1, aria=False)
    return chart


def _steps(labels: Sequence[str]) -> Axis:
    return Axis(-0.5, len(labels) - 0.5, tuple(enumerate(labels)))


def _tip(row: dict[Hashable, Any], draws: int, words: Words) -> str:
    return f"{words.odds(row['odds'], draws)}: {words.rupiah(row['rupiah'])}"


def _tenths(odds: float) -> str:
    """Return odds as a number of tenths, told apart from none and all."""
    tenths = round(10 * odds)
    if tenths == 0 and odds > 0:
        return "<1"
    return ">9" if tenths == 10 and odds < 1 else f"{tenths}"
