"""Charts of the page on trust: rows of intervals, bars and points, and the band of the past.

Like `simulator.outputs.charts`: one frame per chart, whose column `part` says what a row is for, and every word and
number comes ready in the frame or the axis.
"""

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Any

import altair as alt
import pandas as pd

from simulator.outputs.charts import Look, finished, layer, steady

BAND_HEIGHT = 320
_LABEL_SIZE = 12
_LINE_PIXELS, _BETWEEN_ROWS = 14, 12
_AROUND_ROWS = 58  # legend and axis
_TICKS = 5
_KEY_SCALE = 10**6  # marks are told apart to six decimals, as whole numbers
_RING = "M-1,0A1,1,0,1,1,1,0A1,1,0,1,1,-1,0M-0.5,0A0.5,0.5,0,1,0,0.5,0A0.5,0.5,0,1,0,-0.5,0"
SHAPES = {"square": "square", "diamond": "diamond", "circle": "circle", "ring": _RING, "triangle": "triangle-up"}


@dataclass(frozen=True)
class Series:
    """What is told apart by colour and shape.

    Attributes
    ----------
    name : str
        Its words in the legend, as they stand in the frame's column `series`.
    tone : str
        Name of a colour of `Look`.
    shape : str
        Key of `SHAPES`.
    """

    name: str
    tone: str
    shape: str = "square"


@dataclass(frozen=True)
class Axis:
    """A quantitative axis: its ends, and its marks with their words."""

    low: float
    high: float
    marks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, eq=False)
class Picture:
    """All that a chart of this page is drawn from.

    Attributes
    ----------
    frame : DataFrame
        Columns part, series, y (rows) or x (months), x, low, high, label.
    axis : Axis
    series : tuple of Series
    rows : tuple of str
        Labels of the rows from the top, ``|`` between lines; none in the band of the past.
    time : Axis, optional
        The axis of months in the band of the past.
    """

    frame: pd.DataFrame
    axis: Axis
    series: tuple[Series, ...]
    rows: tuple[str, ...] = ()
    time: Axis | None = field(default=None)


def round_marks(low: float, high: float) -> tuple[float, ...]:
    """Return a few round numbers from `low` to `high`, both inside their ends.

    Raises
    ------
    ValueError
        If `high` is not above `low`.
    """
    step = _round_step(low, high)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return tuple(round(k * step, 9) for k in range(first, last + 1))


def round_ends(low: float, high: float) -> tuple[float, float]:
    """Return round numbers at or outside `low` and `high`, so that an axis stands still while a slider moves.

    Raises
    ------
    ValueError
        If `high` is not above `low`.
    """
    step = _round_step(low, high) / 2  # between marks too, so that little stays empty
    return round(floor(low / step + 1e-9) * step, 9), round(ceil(high / step - 1e-9) * step, 9)


def _round_step(low: float, high: float) -> float:
    if not high > low:
        msg = f"high is {high}; a number above {low} is allowed"
        raise ValueError(msg)
    raw = (high - low) / _TICKS
    power = 10.0 ** floor(log10(raw))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * (1 - 1e-9))


def _layout(picture: Picture) -> Hashable:
    return picture.axis, picture.series, picture.rows, picture.time


@steady(_layout)
def draw(picture: Picture, *, look: Look, description: str) -> alt.LayerChart:
    """Draw rows of intervals and points, or the band of the past where the picture has an axis of time.

    Parameters
    ----------
    picture : Picture
    look : Look
    description : str
        The finding in words, for those who do not see the chart.
    """
    if picture.time is not None:
        return _past(picture, picture.time, look, description)
    height = _AROUND_ROWS + len(picture.rows) * (_BETWEEN_ROWS + _LINE_PIXELS * _most_lines(picture.rows))
    x, y = across(picture.axis, look), down(picture.rows, look)
    x2, low = alt.X2("high:Q"), alt.X("low:Q", scale=_scale(picture.axis), title=None)
    colour, shape, tip = _colour(picture.series, look), _shape(picture.series), alt.Tooltip("label:N", title=" ")
    layers = [
        layer("zone").mark_rect(color=look.bands[0], aria=False).encode(low, x2),
        layer("line").mark_rule(color=look.muted, strokeDash=[4, 3], aria=False).encode(x),
        _ranges("thin", 1.6).encode(low, x2, y, colour),
        _ranges("middle", 8, opacity=0.45).encode(low, x2, y, colour),
        _ranges("thick", 8).encode(low, x2, y, colour, tooltip=tip),
        layer("median").mark_tick(color=look.paper, orient="vertical", size=12, thickness=2, aria=False).encode(x, y),
        _dots(look).encode(x, y, colour, shape, tooltip=tip),
        layer("value")
        .mark_text(color=look.ink, align="left", dx=5, fontSize=_LABEL_SIZE, aria=False)
        .encode(x, y, text="label:N"),
    ]
    return finished(layers, picture.frame, look, height=height, description=description)


def _past(picture: Picture, time: Axis, look: Look, description: str) -> alt.LayerChart:
    x, y = across(time, look), up(picture.axis, look)
    low, high = alt.Y("low:Q", scale=_scale(picture.axis), title=None), alt.Y2("high:Q")
    colour, shape, tip = _colour(picture.series, look), _shape(picture.series), alt.Tooltip("label:N", title=" ")
    layers = [
        layer("band").mark_area(color=look.bands[1], aria=False).encode(x, low, high),
        layer("median").mark_line(strokeWidth=1.8, aria=False).encode(x, y, colour),
        layer("noise").mark_rule(strokeWidth=1.5, aria=False).encode(x, low, high, colour),
        layer("median").mark_point(size=140, opacity=0, aria=False).encode(x, y, tooltip=tip),
        _dots(look).encode(x, y, colour, shape, tooltip=tip),
    ]
    return finished(layers, picture.frame, look, height=BAND_HEIGHT, description=description)


def _ranges(part: str, width: float, **more: Any) -> alt.Chart:  # noqa: ANN401 - passed on to Altair
    chart: alt.Chart = layer(part).mark_rule(strokeWidth=width, aria=False, **more)
    return chart


def _dots(look: Look) -> alt.Chart:
    """Points with an edge of paper, so that they stay apart from the interval they lie on."""
    chart: alt.Chart = layer("point").mark_point(
        filled=True, size=95, opacity=1, stroke=look.paper, strokeWidth=1, aria=False
    )
    return chart


def _colour(series: Sequence[Series], look: Look) -> alt.Color:
    legend = alt.Legend(
        orient="top", title=None, aria=False, labelFontSize=_LABEL_SIZE, symbolSize=80, labelLimit=0, offset=4,
        columns=2, symbolOpacity=1,
    )  # fmt: skip
    scale = alt.Scale(domain=[its.name for its in series], range=[getattr(look, its.tone) for its in series])
    return alt.Color("series:N", scale=scale, legend=legend)


def _shape(series: Sequence[Series]) -> alt.Shape:
    scale = alt.Scale(domain=[its.name for its in series], range=[SHAPES[its.shape] for its in series])
    return alt.Shape("series:N", scale=scale)


def across(axis: Axis, look: Look) -> alt.X:
    """Return the axis from left to right."""
    return alt.X("x:Q", title=None, scale=_scale(axis), axis=_marks(axis, look))


def up(axis: Axis, look: Look) -> alt.Y:
    """Return the axis from the bottom up."""
    return alt.Y("y:Q", title=None, scale=_scale(axis), axis=_marks(axis, look))


def _scale(axis: Axis) -> alt.Scale:
    return alt.Scale(domain=[axis.low, axis.high], nice=False, zero=False)


def _marks(axis: Axis, look: Look) -> alt.Axis:
    """Return an axis whose words are ours: the browser would write numbers in its own language."""
    words = {str(round(_KEY_SCALE * value)): label for value, label in axis.marks}
    expression = f"{json.dumps(words)}['' + round({_KEY_SCALE} * datum.value)]"
    return alt.Axis(
        values=[value for value, _ in axis.marks],
        labelExpr=expression,
        domain=False,
        ticks=False,
        gridColor=look.grid,
        labelColor=look.muted,
        labelFontSize=_LABEL_SIZE,
        labelFlush=True,
        labelOverlap="greedy",
        labelSeparation=8,
        aria=False,
    )


def down(rows: Sequence[str], look: Look) -> alt.Y:
    """Return the axis of rows, the first one on top."""
    lines = f"split({json.dumps(list(rows))}[datum.value], '|')"
    lifted = [
        {"test": f"length({lines}) == {n}", "value": -(n - 1) * _LINE_PIXELS / 2}
        for n in range(2, _most_lines(rows) + 1)
    ]
    axis = alt.Axis(
        values=list(range(len(rows))),
        labelExpr=lines,
        labelOffset={"condition": lifted, "value": 0} if lifted else 0,
        labelLineHeight=_LINE_PIXELS,
        domain=False,
        ticks=False,
        grid=False,
        labelColor=look.ink,
        labelFontSize=_LABEL_SIZE,
        labelLimit=0,
        labelOverlap=False,
        labelPadding=8,
        aria=False,
    )
    return alt.Y("y:Q", title=None, scale=alt.Scale(domain=[len(rows) - 0.4, -0.6], nice=False, zero=False), axis=axis)


def _most_lines(rows: Sequence[str]) -> int:
    return max(row.count("|") + 1 for row in rows)
