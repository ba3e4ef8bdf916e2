"""What waiting costs: months, odds and rupiah if the plan, or one lever of it, starts later."""

from functools import partial

import streamlit as st

from simulator.answers.waiting import DRAWS
from simulator.app import background, exhibit
from simulator.app.frame import Setting
from simulator.app.sections import goal_questions
from simulator.app.sections.goal_questions import Delay, Goal
from simulator.app.tables import download, text_table
from simulator.facts.calendar import parse_month
from simulator.outputs import goal as about
from simulator.scenario import decode_link


def draw(goal: Goal, setting: Setting) -> None:
    """Draw what is lost by starting later, when asked."""
    words = setting.words
    st.caption(words("waiting.intro"))
    if not setting.scenario.levers:
        st.caption(words("waiting.nothing"))
        return
    now = Delay(goal.link, goal.target)
    answer = goal_questions.answered("waiting", now, Delay, goal_questions.delayed, words)
    if answer is None:
        return
    asked, rows = answer
    background.note_if_old("waiting", now, words)
    horizon = parse_month(decode_link(asked.link).horizon)
    finding = about.waiting_finding(rows, horizon=horizon, draws=DRAWS, words=words)
    exhibit.heading(finding)
    text_table(about.waiting_table(rows, draws=DRAWS, words=words), key="waiting", alt=finding.alt)
    if len(decode_link(asked.link).levers) > 1:
        st.markdown(f"**{words('waiting.one')}**")
        text_table(about.lever_waiting_table(rows, words), key="waiting-levers", alt=words("waiting.one"))
    st.caption(words("waiting.reading"))
    download("target-menunda.csv", partial(about.waiting_rows, rows), words)
