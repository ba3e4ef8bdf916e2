"""Odds over two levers that are moved together."""

from functools import partial

import streamlit as st

from simulator.app import asking, background, exhibit, runs
from simulator.app.frame import Setting
from simulator.app.sections import goal_questions
from simulator.app.sections.goal_questions import Goal, Pair
from simulator.facts.calendar import parse_month
from simulator.outputs import goal as about
from simulator.outputs import goal_charts
from simulator.outputs.text import Words
from simulator.scenario import LEVERS, decode_link

DEFAULT_LEVERS = ("village_share", "metro_share")


def draw(goal: Goal, setting: Setting) -> None:
    """Draw the odds over a grid of two levers, when asked."""
    words, draws = setting.words, goal_questions.GRID_DRAWS
    st.caption(words("heat.intro"))
    levers = _two_levers(goal.region, words)
    if levers is None:
        return
    now = Pair(goal.link, goal.target, goal.by, goal.region, levers)
    answer = goal_questions.answered("heat", now, Pair, goal_questions.gridded, words)
    if answer is None:
        return
    asked, grid = answer
    background.note_if_old("heat", now, words)
    end = words.end_of(parse_month(asked.by))
    finding = goal_charts.heat_finding(grid, asked.levers, target=asked.target, end=end, draws=draws, words=words)
    frame = goal_charts.heat_frame(grid, asked.levers, draws=draws, words=words)
    question = about.asked_text(decode_link(asked.link), (), words)
    exhibit.heading(finding)
    exhibit.chart(
        "target-dua-tuas",
        finding,
        partial(goal_charts.heat_chart, frame, grid, asked.levers, words=words, description=finding.alt),
        reading=words("heat.reading"),
        table=partial(goal_charts.heat_table, grid, asked.levers, words),
        rows=lambda: grid.rename(columns=dict(zip("xy", asked.levers, strict=True))),
        caption=about.caption(finding, question, version=runs.model_version(), draws=draws, words=words),
        words=words,
        note=question,
    )


def _two_levers(region: str | None, words: Words) -> tuple[str, str] | None:
    """Draw the choice of two levers; None while both are the same."""
    known = [name for name, lever in LEVERS.items() if lever.unit != "month" and not (region and lever.province_only)]
    chosen = []
    for column, axis, default in zip(st.columns(2), "xy", DEFAULT_LEVERS, strict=True):
        key = f"heat_{axis}"
        asking.begin(key, default)
        if st.session_state[key] not in known:
            st.session_state[key] = default
        with column:
            label = words(f"heat.lever_{axis}")
            chosen.append(st.selectbox(label, known, format_func=lambda name: words(f"lever.{name}.label"), key=key))
    if chosen[0] == chosen[1]:
        st.warning(words("heat.same"))
        return None
    return chosen[0], chosen[1]
