"""What several pages draw alike: the chooser of the target, and a finding with its chart, table and files."""

from collections.abc import Callable
from functools import partial

import altair as alt
import streamlit as st

from simulator.app import state
from simulator.app.downloads import under_chart
from simulator.app.frame import Setting
from simulator.app.style import plain
from simulator.outputs import charts, frames, trust_charts
from simulator.outputs.findings import Finding
from simulator.outputs.trust import Exhibit
from simulator.scenario import TARGET_IDS

_CHOICE = "target_choice"


def choose_target(setting: Setting) -> None:
    """Draw the chooser of the target that the page answers for."""
    state.align(_CHOICE, state.target())
    st.selectbox(
        setting.words("target.label"),
        TARGET_IDS,
        format_func=lambda name: frames.target_label(name, setting.facts.targets[name], setting.words),
        key=_CHOICE,
        on_change=_take_target,
    )


def _take_target() -> None:
    name = state.control(_CHOICE, str)
    if name is not None:
        state.choose_target(name)


def heading(finding: Finding) -> None:
    """Draw a finding; it may hold names that users typed."""
    st.markdown(f"**{plain(finding.title)}**")
    st.caption(plain(finding.sentence))


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
    draw = partial(draw, exhibit.picture, description=exhibit.finding.alt)
    look = charts.DARK if st.context.theme.type == "dark" else charts.LIGHT
    heading(exhibit.finding)
    st.altair_chart(draw(look=look), theme=None, key=f"chart:{exhibit.name}")
    under_chart(
        exhibit.name,
        exhibit.finding,
        reading=exhibit.reading,
        table=exhibit.table.map(plain),
        rows=exhibit.rows,
        picture=partial(draw, look=charts.LIGHT),
        caption=caption,
        words=setting.words,
    )
