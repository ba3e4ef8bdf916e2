"""Charts of a workshop, drawn for a projector: letters of 16 pixels and more, and strong marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from simulator.outputs.charts import Look, finished, layer

AXIS_HALF = 24.0  # pixels from the middle of the axis of half-years to the first dot
LABEL_ROOM = 22.0
_LETTERS = 16
_LARGEST_PITCH = 11.5
_ROWS_ABOVE = 6
_ABREAST = 7
_DOTS = 50
_DOT_OF_PITCH = 0.86
_FILLED = 0.92  # of a column, by dots abreast
_ROW_HEIGHT = 34
_LEGEND_HEIGHT, _AXIS_HEIGHT = 30, 48
_TENTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)


@dataclass(frozen=True)
class Grid:
    """Where dots stand in their columns: `abreast` in a row, `pitch` pixels from row to row."""

    columns: int
    abreast: int
    pitch: float
    rows_above: int

    @classmethod
    def fitting(cls, columns: int, tallest: int, *, width: float) -> "Grid":
        """Return the grid for stacks of up to `tallest` dots above the axis, and of 50 below it; `width` in pixels."""
        abreast = max(_ABREAST, -(-tallest // _ROWS_ABOVE))
        pitch = min(_LARGEST_PITCH, _FILLED * width / columns / abreast)
        return cls(columns, abreast, pitch, max(1, -(-tallest // abreast)))

    @property
    def rows_below(self) -> int:
        """Rows of dots that may stand below the axis."""
        return -(-_DOTS // self.abreast)

    @property
    def top(self) -> float:
        """Upper end of the tallest stack with its count."""
        return AXIS_HALF + self.rows_above * self.pitch + LABEL_ROOM

    @property
    def bottom(self) -> float:
        """Lower end of the plot, below the count of the tallest stack."""
        return -(AXIS_HALF + self.rows_below * self.pitch + 2 * LABEL_ROOM)

    def place(self, number: int) -> tuple[float, float]:
        """Return how far a dot stands from the middle of its column (in columns) and from the axis (in pixels)."""
        row, seat = divmod(number, self.abreast)
        return (seat - (self.abreast - 1) / 2) * _FILLED / self.abreast, (row + 0.5) * self.pitch

    def height(self, count: int) -> float:
        """Return the height of a stack in pixels."""
        return -(-count // self.abreast) * self.pitch


def votes_and_futures(
    frame: pd.DataFrame, *, grid: Grid, look: Look, kinds: Sequence[str], description: str
) -> alt.LayerChart:
    """Draw votes above the axis of half-years and the model's futures below it.

    Parameters
    ----------
    frame : DataFrame
        From `workshop_frames.reveal_frame`.
    grid : Grid
        That the frame was laid out in.
    kinds : sequence of str
        Legend words of votes and futures, as they stand in the column `kind`.
    description : str
        The finding in words, for those who do not see the chart.
    """
    low, high = grid.bottom - 4, grid.top + LABEL_ROOM
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.6, grid.columns - 0.2], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[low, high], nice=False))
    legend = alt.Legend(
        orient="top", title=None, aria=False, labelFontSize=_LETTERS, symbolSize=160, labelLimit=0, offset=2
    )
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(kinds), range=[look.in_time, look.late]), legend=legend)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=list(kinds), range=["circle", "square"]))
    size = (_DOT_OF_PITCH * grid.pitch) ** 2
    # The width of a column in a plot that is as wide as there is room.
    column = {"expr": f"width / {grid.columns + 0.4}"}
    layers = [
        layer("band")
        .mark_bar(color=look.bands[0], size=column, aria=False)
        .encode(x, y=alt.value(0), y2=alt.value("height")),
        layer("rule").mark_rule(color=look.target, strokeWidth=2, strokeDash=[5, 3], aria=False).encode(x),
        _words("label_right", look.target, align="left", baseline="top", dx=6).encode(x, y, text="label:N"),
        _words("label_left", look.target, align="right", baseline="top", dx=-6).encode(x, y, text="label:N"),
        _words("column", look.ink, baseline="middle", lineBreak="|", dy=-9).encode(x, y, text="label:N"),
        layer("dot").mark_point(filled=True, size=size, opacity=1, aria=False).encode(x, y, colour, shape),
        _words("count_above", look.ink, baseline="bottom", dy=-3, fontWeight=600).encode(x, y, text="label:N"),
        _words("count_below", look.ink, baseline="top", dy=4, fontWeight=600).encode(x, y, text="label:N"),
        _words("middle", look.ink, baseline="bottom").encode(x, y, text="label:N"),
    ]
    return finished(layers, frame, look, height=round(high - low) + _LEGEND_HEIGHT, description=description, right=8)


def plans(frame: pd.DataFrame, *, look: Look, kinds: Sequence[str], axis: str, description: str) -> alt.LayerChart:
    """Draw plans below each other by their odds, with their rupiah at the right.

    Parameters
    ----------
    frame : DataFrame
        From `workshop_frames.plan_frame`.
    kinds : sequence of str
        Legend words of the winner, of plans within the budget and beyond it.
    axis : str
        What the odds are of.
    description : str
        The finding in words, for those who do not see the chart.
    """
    rows = int(frame["y"].max()) + 1
    tenths = alt.Axis(
        values=list(_TENTHS), labelExpr="format(10 * datum.value, '.0f') + '/10'", domain=False, ticks=False,
        gridColor=look.grid, labelColor=look.ink, labelFontSize=_LETTERS, titleColor=look.ink, titleFontSize=_LETTERS,
        titleFontWeight=400, aria=False,
    )  # fmt: skip
    x = alt.X("x:Q", title=axis, scale=alt.Scale(domain=[-0.24, 1.2], nice=False), axis=tenths)
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[rows - 0.4, -0.6], nice=False))
    legend = alt.Legend(orient="top", title=None, aria=False, labelFontSize=_LETTERS, symbolSize=160, labelLimit=0)
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=list(kinds), range=[look.in_time, look.late, look.target]), legend=legend
    )
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=list(kinds), range=["diamond", "circle", "square"]))
    layers = [
        layer("stem").mark_rule(color=look.muted, strokeWidth=2, aria=False).encode(x, y, x2=alt.datum(0)),
        layer("plan").mark_point(filled=True, size=260, opacity=1, aria=False).encode(
            x, y, colour, shape, alt.Tooltip("label:N", title=" ")
        ),
        _words("name", look.ink, align="right", baseline="middle", dx=-10).encode(x, y, text="label:N"),
        _words("rupiah", look.ink, align="left", baseline="middle", dx=16).encode(x, y, text="label:N"),
    ]  # fmt: skip
    height = rows * _ROW_HEIGHT + _LEGEND_HEIGHT + _AXIS_HEIGHT
    return finished(layers, frame, look, height=height, description=description, right=8)


def _words(part: str, colour: str, **more: Any) -> alt.Chart:  # noqa: ANN401 - passed on to Altair
    chart: alt.Chart = layer(part).mark_text(color=colour, fontSize=_LETTERS, aria=False, **more)
    return chart
