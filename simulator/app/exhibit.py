"""What several pages draw alike: the chooser of the target, and a finding with its chart, table and files."""

import json
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.app import runs, state
from simulator.app.downloads import under_chart
from simulator.app.frame import Setting
from simulator.app.shelf import Shelf
from simulator.app.style import plain
from simulator.facts.calendar import DATA_MONTH
from simulator.outputs import charts, frames, trust_charts
from simulator.outputs.charts import Look
from simulator.outputs.findings import Finding
from simulator.outputs.text import Words
from simulator.outputs.trust import Exhibit
from simulator.scenario import TARGET_IDS

_CHOICE = "target_choice"
_KEPT = 64


def choose_target(setting: Setting) -> None:
    """Draw the chooser of the target that the page answers for."""
    st.selectbox(
        setting.words("target.label"),
        TARGET_IDS,
        TARGET_IDS.index(state.target()),
        format_func=lambda name: frames.target_label(name, setting.facts.targets[name], setting.words),
        key=state.aligned(_CHOICE, state.target()),
        on_change=_take_target,
    )


def title(setting: Setting, place: DeltaGenerator | None = None) -> DeltaGenerator:
    """Draw the chooser of the target and return the place of the title beside it."""
    with place or st.container(key="heading"):
        left, right = st.columns([7, 2], vertical_alignment="top")
    with right:
        choose_target(setting)
    return left


def _take_target() -> None:
    name = state.picked(_CHOICE, TARGET_IDS)
    if name is not None:
        state.choose_target(name)


def heading(finding: Finding) -> None:
    """Draw a finding; it may hold names that users typed."""
    st.markdown(f"**{plain(finding.title)}**")
    st.caption(plain(finding.sentence))


def caption(setting: Setting, draws: int, *, names: str | None = None) -> str:
    """Return what a picture needs beside it when it leaves the page.

    Parameters
    ----------
    draws : int
        Number of futures that it was drawn from.
    names : str, optional
        Of the scenarios that it shows; without it, of the one on screen.
    """
    words = setting.words
    return words(
        "chart.caption",
        scenario=getattr(setting.scenario.name, words.language) if names is None else names,
        month=words.month(DATA_MONTH),
        version=setting.shown.model_version,
        seed=runs.SEED,
        draws=words.number(draws),
    )


def show(
    exhibit: Exhibit, setting: Setting, *, caption: str, draw: Callable[..., alt.LayerChart] = trust_charts.draw
) -> None:
    """Draw a finding with its chart and what stands under it.

    Parameters
    ----------
    caption : str
        What a picture needs beside it when it leaves the page.
    draw : callable
        ``draw(picture, look=..., description=...)``.
    """
    heading(exhibit.finding)
    chart(
        exhibit.name,
        exhibit.finding,
        partial(draw, exhibit.picture, description=exhibit.finding.alt),
        reading=exhibit.reading,
        table=lambda: exhibit.table,
        rows=lambda: exhibit.rows,
        caption=caption,
        words=setting.words,
    )


@st.cache_resource(show_spinner=False)
def _specs() -> Shelf[Hashable, str]:
    return Shelf(_KEPT)


def put(draw: Callable[..., alt.LayerChart], place: DeltaGenerator, *, description: str, look: Look, key: str) -> None:
    """Draw a chart in its place."""
    frame, spec = _apart(draw, description, look)
    place.vega_lite_chart(frame, spec, theme=None, key=key)


def _apart(draw: Callable[..., alt.LayerChart], description: str, look: Look) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return frame and specification of a chart; that of a steady one, which takes long to make, is made once."""
    key = charts.steady_key(draw, look)
    kept = None if key is None else _specs().get(key)
    if kept is not None and isinstance(draw, partial):
        return charts.frame_of(draw), json.loads(kept) | {"description": description}
    frame, spec = charts.apart(draw(look=look))
    if key is not None:
        _specs().put(key, json.dumps(spec))
    return frame, spec


def chart(
    name: str,
    finding: Finding,
    draw: Callable[..., alt.LayerChart],
    *,
    reading: str,
    table: Callable[[], pd.DataFrame],
    rows: Callable[[], pd.DataFrame],
    caption: str,
    words: Words,
    key: str | None = None,
    place: DeltaGenerator | None = None,
    note: str | None = None,
) -> None:
    """Draw a chart in the colours that the browser asks for, and what stands under it.

    Parameters
    ----------
    name, finding, reading, table, rows, caption
        As in `under_chart`.
    draw : callable
        ``draw(look=...)``.
    key : str, optional
        Of the chart on the page; made of its name without one.
    place : DeltaGenerator, optional
        Where the chart stands, if something else was drawn in between.
    note : str, optional
        A sentence between the chart and its files.
    """
    look = charts.DARK if st.context.theme.type == "dark" else charts.LIGHT
    put(draw, place or st.container(), description=finding.alt, look=look, key=key or f"chart:{name}")
    if note is not None:
        st.caption(plain(note))
    under_chart(
        name,
        finding,
        reading=reading,
        table=table,
        rows=rows,
        picture=partial(draw, look=charts.LIGHT),
        caption=caption,
        words=words,
    )
