"""The charts of the front page: arrival as dots, the path of coverage, and the curve of odds."""

from functools import partial

import streamlit as st

from simulator.app import exhibit
from simulator.app.frame import Setting
from simulator.outputs import charts, findings, frames, tables
from simulator.outputs.overview import TargetView


def dots(view: TargetView, setting: Setting) -> None:
    """Draw when the target is met, a dot for each of equally likely futures."""
    words, shown = setting.words, setting.shown
    finding = findings.dots_finding(view, shown, words)
    frame = frames.dots_frame(view, start=shown.start, horizon=shown.horizon, words=words)
    states = frames.dot_states(words, shown.horizon)
    exhibit.heading(finding)
    exhibit.chart(
        "kapan-kedatangan",
        finding,
        partial(charts.arrival_dots, frame, states=states, description=finding.alt),
        reading=findings.dots_reading(shown, words),
        table=partial(tables.dots_table, view, shown, words),
        rows=partial(tables.dots_rows, view),
        caption=exhibit.caption(setting, shown.draws),
        words=words,
        key="dots",
    )


def path(view: TargetView, setting: Setting) -> None:
    """Draw coverage over time with its ranges, beside the baseline."""
    words, shown = setting.words, setting.shown
    finding = findings.path_finding(shown, setting.reference, words)
    exhibit.heading(finding)
    place = st.container()
    samples = st.toggle(words("path.samples"), key="samples")
    domain = frames.path_domain((shown, setting.baseline), view.value)
    frame = frames.path_frame(
        shown, setting.reference, view.id, facts=setting.facts, words=words, domain=domain, samples=samples
    )
    exhibit.chart(
        "kapan-cakupan",
        finding,
        partial(charts.coverage_path, frame, domain=domain, percent_sign=words.percent_sign, description=finding.alt),
        reading=words("path.reading"),
        table=partial(tables.path_table, shown, setting.reference, words),
        rows=partial(tables.path_rows, shown, setting.reference),
        caption=exhibit.caption(setting, shown.draws),
        words=words,
        key="path",
        place=place,
    )


def curve(view: TargetView, setting: Setting) -> None:
    """Draw the odds of having met the target by each month."""
    words, shown = setting.words, setting.shown
    finding = findings.curve_finding(view, shown, words)
    exhibit.heading(finding)
    exhibit.chart(
        "kapan-peluang",
        finding,
        partial(charts.odds_curve, frames.curve_frame(shown, view, words=words), description=finding.alt),
        reading=words("curve.reading"),
        table=partial(tables.curve_table, shown, view, words),
        rows=partial(tables.curve_rows, shown, view),
        caption=exhibit.caption(setting, shown.draws),
        words=words,
        key="curve",
    )
