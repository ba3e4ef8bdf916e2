"""Charts as functions from tidy tables to Altair; they know no model and compute nothing but layout.

Each chart is drawn from one frame whose column `part` says what a row is for: layered charts with several frames went
blank when they changed quickly. Every word and number that is shown comes ready in the frame, so that no chart depends
on the language of the browser. Frames are made in `simulator.outputs.frames`.
"""

import textwrap
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast

import altair as alt
import pandas as pd
from altair.utils import schemapi

FONT = '"Source Sans", "Source Sans 3", "Liberation Sans", Arial, sans-serif'
DOTS_HEIGHT = 222
PATH_HEIGHT = 310
CURVE_HEIGHT = 240
DOT_ROWS = 17  # 50 dots, three abreast
_LABEL_SIZE = 12
_DOT_ROOM = 420  # pixels: the narrowest plot that dots must fit
_WIDEST_DOT = 8.6
_TENTHS = [0, 0.2, 0.4, 0.6, 0.8, 1]
_MANY_YEARS = 12
_EXPORT_WIDTH = 860
_EXPORT_TEXT = 118  # characters on a line of the exported caption

# Checking against Vega-Lite's schema takes longer than everything else about a chart, and tests do it once for all:
# parts are not checked as they are made, nor charts as they are drawn.
schemapi.disable_debug_mode()


@dataclass(frozen=True)
class Look:
    """Colours of one appearance: Okabe-Ito for what is told apart, and the tones around them.

    `bands` run from the widest band to the narrowest. Contrast of every line and letter to `paper` is at least 3:1.
    """

    paper: str
    ink: str
    muted: str
    grid: str
    scenario: str
    bands: tuple[str, str, str]
    baseline: str
    target: str
    in_time: str
    late: str


LIGHT = Look(
    paper="#ffffff",
    ink="#1a2b2c",
    muted="#5b6a6b",
    grid="#e3e9e8",
    scenario="#00684e",
    bands=("#d9efe8", "#b0ddcf", "#7cc5ae"),
    baseline="#6d7778",
    target="#b34a00",
    in_time="#0072b2",
    late="#008f69",
)
DARK = Look(
    paper="#12191a",
    ink="#e6edec",
    muted="#a3b1b1",
    grid="#2a3536",
    scenario="#5fe0bb",
    bands=("#173a32", "#1f5546", "#2b7660"),
    baseline="#aab4b5",
    target="#f0a04b",
    in_time="#56b4e9",
    late="#1fb58b",
)


Drawer = TypeVar("Drawer", bound=Callable[..., alt.LayerChart])
_LAYOUTS: dict[Callable[..., alt.LayerChart], Callable[[Any], Hashable]] = {}


def steady(layout: Callable[[Any], Hashable]) -> Callable[[Drawer], Drawer]:
    """Mark a chart of which only the rows change while its settings and the `layout` of what it is drawn from stay."""

    def mark(draw: Drawer) -> Drawer:
        _LAYOUTS[draw] = layout
        return draw

    return mark


def steady_key(draw: Callable[..., alt.LayerChart], look: Look) -> Hashable | None:
    """Return all that the specification of a steady chart hangs on beside its description; None for another chart.

    Parameters
    ----------
    draw : callable
        ``partial(chart, frame, description=..., ...)``, or with something that has a `frame`.
    """
    if not isinstance(draw, partial) or draw.func not in _LAYOUTS:
        return None
    settings = {name: value for name, value in draw.keywords.items() if name != "description"}
    return draw.func, look, _LAYOUTS[draw.func](draw.args[0]), tuple(sorted(settings.items()))


def frame_of(draw: partial[alt.LayerChart]) -> pd.DataFrame:
    """Return the rows of a steady chart."""
    drawn = draw.args[0]
    return drawn if isinstance(drawn, pd.DataFrame) else cast("pd.DataFrame", drawn.frame)


def _last_column(frame: pd.DataFrame) -> float:
    return float(frame.loc[frame["part"] == "column", "x"].max())


def _span(frame: pd.DataFrame) -> tuple[float, float]:
    return float(frame["x"].min()), float(frame["x"].max())


@steady(_last_column)
def arrival_dots(frame: pd.DataFrame, *, look: Look, states: Sequence[str], description: str) -> alt.LayerChart:
    """Draw equally likely futures as dots in the half-year of their arrival.

    Parameters
    ----------
    frame : DataFrame
        From `frames.dots_frame`: parts ``dot``, ``column``, ``count``, ``rule`` and its label.
    look : Look
    states : sequence of str
        Legend words for in time, later and not by the horizon, as they stand in the column `state`.
    description : str
        The finding in words, for those who do not see the chart.
    """
    columns = _last_column(frame) + 0.6
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.6, columns], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-2.6, DOT_ROWS + 1.5], nice=False))
    diameter = min(_WIDEST_DOT, 0.28 * _DOT_ROOM / (columns + 0.6))
    colour = alt.Color(
        "state:N",
        scale=alt.Scale(domain=list(states), range=[look.in_time, look.late, look.baseline]),
        legend=alt.Legend(
            orient="top", title=None, aria=False, labelFontSize=_LABEL_SIZE, symbolSize=70, labelLimit=0, offset=4
        ),
    )
    shape = alt.Shape("state:N", scale=alt.Scale(domain=list(states), range=["diamond", "circle", "square"]))
    size = diameter**2
    layers = [
        _rule("rule", look.target, 1.5, strokeDash=[5, 3]).encode(x),
        _words("label_right", look.target, dx=5, align="left", baseline="top").encode(x, y, text="label:N"),
        _words("label_left", look.target, dx=-5, align="right", baseline="top").encode(x, y, text="label:N"),
        _words("column", look.muted, baseline="top", lineBreak="|").encode(x, y, text="label:N"),
        _points("dot", look.late, size).encode(x, y, colour, shape, alt.Tooltip("label:N", title=" ")),
        _words("count", look.ink, baseline="bottom", dy=-4).encode(x, y, text="label:N"),
    ]
    return finished(layers, frame, look, height=DOTS_HEIGHT, description=description, right=8)


@steady(_span)
def coverage_path(
    frame: pd.DataFrame, *, look: Look, domain: tuple[float, float], percent_sign: str, description: str
) -> alt.LayerChart:
    """Draw coverage over time: bands, median, baseline, published figures and targets.

    Parameters
    ----------
    frame : DataFrame
        From `frames.path_frame`; `x` in years (2027.0 is the end of December 2026), `y`, `low`, `high` as shares.
    look : Look
    domain : tuple of float
        Shares at the lower and upper edge; given, so that the picture stands still while a slider moves.
    percent_sign : str
        What follows the numbers of the axis.
    description : str
        The finding in words, for those who do not see the chart.
    """
    x = _years(frame, look)
    scale = alt.Scale(domain=list(domain), nice=False)
    label = f"format(100 * datum.value, '.0f') + '{percent_sign}'"
    grid = alt.Axis(labelExpr=label, tickCount=6, domain=False, ticks=False, gridColor=look.grid, **_axis(look))
    y, low = alt.Y("y:Q", title=None, scale=scale, axis=grid), alt.Y("low:Q", title=None, scale=scale)
    high, tip = alt.Y2("high:Q"), alt.Tooltip("label:N", title=" ")
    layers = [
        *_bands(x, low, high, look),
        _line("sample", look.scenario, 0.8, opacity=0.7).encode(x, y, detail="series:N"),
        _line("baseline", look.baseline, 2, strokeDash=[6, 4]).encode(x, y),
        _line("median", look.scenario, 1.6).encode(x, y),
        _rule("national", look.muted, 1, strokeDash=[1, 3]).encode(y),
        _rule("target", look.target, 1, strokeDash=[5, 3]).encode(y),
        _rule("chosen", look.target, 2, strokeDash=[5, 3]).encode(y),
        # A halo, so that a label stays readable where the rule of its neighbour runs through it.
        _above("target_label", look.paper, stroke=look.paper, strokeWidth=4).encode(x, y, text="label:N"),
        _above("national_label", look.paper, stroke=look.paper, strokeWidth=4).encode(x, y, text="label:N"),
        _points("target", look.target, 70, shape="diamond").encode(x, y, tooltip=tip),
        _points("chosen", look.target, 70, shape="diamond").encode(x, y, tooltip=tip),
        _above("target_label", look.target).encode(x, y, text="label:N"),
        _above("national_label", look.muted).encode(x, y, text="label:N"),
        _rule("data_end", look.muted, 1).encode(x, y, high),
        _above("data_end", look.muted).encode(x, y, text="label:N"),
        _rule("reported", look.ink, 1.5).encode(x, low, high),
        _points("reported", look.ink, 42).encode(x, y, tooltip=tip),
        _points("median", look.scenario, 160, opacity=0).encode(x, y, tooltip=tip),
        _beside("scenario_label", look.scenario).encode(x, y, text="label:N"),
        _beside("baseline_label", look.baseline).encode(x, y, text="label:N"),
    ]
    return finished(layers, frame, look, height=PATH_HEIGHT, description=description, right=8)


@steady(_span)
def odds_curve(frame: pd.DataFrame, *, look: Look, description: str) -> alt.LayerChart:
    """Draw the share of futures that have arrived, by month, in two readings.

    Parameters
    ----------
    frame : DataFrame
        From `frames.curve_frame`: parts ``held``, ``touched`` and ``rule`` with their labels; `y` in shares of futures.
    look : Look
    description : str
        The finding in words, for those who do not see the chart.
    """
    x = _years(frame, look)
    tenths = "format(10 * datum.value, '.0f') + '/10'"
    axis = alt.Axis(values=_TENTHS, labelExpr=tenths, domain=False, ticks=False, gridColor=look.grid, **_axis(look))
    y = alt.Y("y:Q", title=None, scale=alt.Scale(domain=[0, 1.06], nice=False), axis=axis)
    tip = alt.Tooltip("label:N", title=" ")
    layers = [
        _line("touched", look.in_time, 2, strokeDash=[2, 3], interpolate="step-after").encode(x, y),
        _line("held", look.scenario, 2.2, interpolate="step-after").encode(x, y),
        _points("touched", look.in_time, 120, opacity=0).encode(x, y, tooltip=tip),
        _points("held", look.scenario, 120, opacity=0).encode(x, y, tooltip=tip),
        _rule("rule", look.target, 1.5, strokeDash=[5, 3]).encode(x),
        _words("label_right", look.target, dx=5, align="left", baseline="top").encode(x, y, text="label:N"),
        _words("label_left", look.target, dx=-5, align="right", baseline="top").encode(x, y, text="label:N"),
        _beside("held_label", look.scenario).encode(x, y, text="label:N"),
        _beside("touched_label", look.in_time).encode(x, y, text="label:N"),
    ]
    return finished(layers, frame, look, height=CURVE_HEIGHT, description=description, right=8)


def apart(chart: alt.LayerChart) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the frame of a chart and the rest of it as Vega-Lite."""
    frame, chart.data = cast("pd.DataFrame", chart.data), alt.Undefined
    return frame, chart.to_dict(validate=False)


def as_file(chart: alt.LayerChart, kind: str, *, title: str, caption: str) -> bytes:
    """Return a chart as a picture file that explains itself away from the page.

    Parameters
    ----------
    chart : LayerChart
        In the `LIGHT` look, for paper.
    kind : str
        ``png`` or ``svg``.
    title, caption : str
        The finding, and what must stand beside it: range, dates, versions.
    """
    import vl_convert  # here, because it is large and few sessions ask for a picture

    head = alt.TitleParams(
        text=textwrap.wrap(title, 78),
        subtitle=textwrap.wrap(caption, _EXPORT_TEXT),
        anchor="start",
        fontSize=18,
        subtitleFontSize=12,
        subtitlePadding=6,
        offset=14,
    )
    spec = chart.properties(width=_EXPORT_WIDTH, title=head, padding=16).to_json(validate=False)
    if kind == "svg":
        return vl_convert.vegalite_to_svg(spec).encode()
    return bytes(vl_convert.vegalite_to_png(spec, scale=2))


def spread_labels(wanted: Sequence[float], gap: float) -> list[float]:
    """Move labels apart by as little as possible, in all, so that none stands closer than `gap` to another.

    Neighbours that collide form a block around the mean of where they want to be; the order stays.
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    blocks: list[tuple[float, int]] = []  # mean of (wanted - rank * gap), and how many labels share it
    for rank, index in enumerate(order):
        mean, count = wanted[index] - rank * gap, 1
        while blocks and blocks[-1][0] >= mean:
            above, more = blocks.pop()
            mean, count = (mean * count + above * more) / (count + more), count + more
        blocks.append((mean, count))
    freed = [mean for mean, count in blocks for _ in range(count)]
    placed = [0.0] * len(wanted)
    for rank, index in enumerate(order):
        placed[index] = freed[rank] + rank * gap
    return placed


def label_gap(domain: tuple[float, float], lines: int = 1) -> float:
    """Return the height of a label of `lines` lines in the unit of the path's y-axis."""
    return (domain[1] - domain[0]) * (lines * 1.2 * _LABEL_SIZE + 2) / PATH_HEIGHT


def layer(name: str) -> alt.Chart:
    """Return a layer that sees only its own rows of the frame."""
    return alt.Chart().transform_filter(alt.FieldEqualPredicate(field="part", equal=name))


# Vega describes marks and axes to screen readers one by one and in English; the chart's description says it in words.
def _line(part: str, colour: str, width: float, **more: Any) -> alt.Chart:  # noqa: ANN401 - passed on to Altair
    chart: alt.Chart = layer(part).mark_line(color=colour, strokeWidth=width, aria=False, **more)
    return chart


def _rule(part: str, colour: str, width: float, **more: Any) -> alt.Chart:  # noqa: ANN401 - passed on to Altair
    chart: alt.Chart = layer(part).mark_rule(color=colour, strokeWidth=width, aria=False, **more)
    return chart


def _points(part: str, colour: str, size: float, **more: Any) -> alt.Chart:  # noqa: ANN401 - passed on to Altair
    chart: alt.Chart = layer(part).mark_point(filled=True, color=colour, size=size, aria=False, **{"opacity": 1} | more)
    return chart


def _words(part: str, colour: str, **more: Any) -> alt.Chart:  # noqa: ANN401 - passed on to Altair
    chart: alt.Chart = layer(part).mark_text(color=colour, fontSize=_LABEL_SIZE, aria=False, **more)
    return chart


def _above(part: str, colour: str, **more: Any) -> alt.Chart:  # noqa: ANN401 - passed on to Altair
    """Text that stands on its place, to the right of it."""
    return _words(part, colour, align="left", baseline="bottom", dx=3, dy=-2, **more)


def _beside(part: str, colour: str) -> alt.Chart:
    """Text right of the plot, at the end of its line."""
    return _words(part, colour, align="left", baseline="middle", dx=7, fontWeight=600, lineBreak="|")


def _bands(x: alt.X, low: alt.Y, high: alt.Y2, look: Look) -> list[alt.Chart]:
    return [
        layer(part).mark_area(color=colour, opacity=1, aria=False).encode(x, low, high)
        for part, colour in zip(("band95", "band80", "band50"), look.bands, strict=True)
    ]


def _years(frame: pd.DataFrame, look: Look) -> alt.X:
    """Return the axis of time; a year stands where it begins."""
    first, last = _span(frame)
    values = list(range(int(first) + 1, int(last) + 1, 1 if last - first < _MANY_YEARS else 4))
    axis = alt.Axis(values=values, format="d", grid=False, domainColor=look.muted, tickColor=look.muted, **_axis(look))
    return alt.X("x:Q", title=None, scale=alt.Scale(domain=[first, last], nice=False), axis=axis)


def _axis(look: Look) -> dict[str, Any]:
    return {"labelColor": look.muted, "labelFontSize": _LABEL_SIZE, "aria": False}


def finished(
    layers: list[alt.Chart], frame: pd.DataFrame, look: Look, *, height: int, description: str, right: int = 12
) -> alt.LayerChart:
    """Lay layers that share one frame over each other, as wide as there is room; `right` is left free for labels."""
    # All at once: every method of a chart that is made copies all of it, layers included.
    return alt.LayerChart(
        layer=layers,
        data=frame,
        width="container",
        height=height,
        description=description,
        background=look.paper,
        padding={"left": 4, "right": right, "top": 4, "bottom": 4},
        config=alt.Config(
            font=FONT,
            view=alt.ViewConfig(strokeWidth=0),
            legend=alt.LegendConfig(labelColor=look.ink),
            title=alt.TitleConfig(color=look.ink, subtitleColor=look.muted),
        ),
    )
