"""What odds cost: the cheapest plan for each of several odds."""

from dataclasses import replace
from functools import partial

import streamlit as st

from simulator.app import background, exhibit, runs
from simulator.app.frame import Setting
from simulator.app.sections import goal_questions
from simulator.app.sections.goal_questions import Goal, Price
from simulator.facts.calendar import parse_month
from simulator.outputs import goal as about
from simulator.outputs import goal_charts
from simulator.scenario import decode_link


def draw(goal: Goal, setting: Setting) -> None:
    """Draw rupiah against odds, when asked."""
    words, draws = setting.words, goal_questions.CONFIRM
    st.caption(words("frontier.intro"))
    now = Price(replace(goal, odds=None, budget=None))
    answer = goal_questions.answered("frontier", now, Price, goal_questions.priced, words)
    if answer is None:
        return
    asked, rows = answer[0].goal, answer[1]
    background.note_if_old("frontier", now, words)
    end = words.end_of(parse_month(asked.by))
    finding = goal_charts.frontier_finding(rows, target=asked.target, end=end, draws=draws, words=words)
    frame = goal_charts.frontier_frame(rows, draws=draws, words=words)
    question = about.asked_text(decode_link(asked.link), asked.lock, words)
    exhibit.heading(finding)
    exhibit.chart(
        "target-harga-peluang",
        finding,
        partial(goal_charts.frontier_chart, frame, words=words, description=finding.alt),
        reading=words("frontier.reading"),
        table=partial(goal_charts.frontier_table, rows, words),
        rows=lambda: rows,
        caption=about.caption(finding, question, version=runs.model_version(), draws=draws, words=words),
        words=words,
        note=question,
    )
