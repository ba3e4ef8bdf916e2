"""Capai target: what has to be decided so that a target is reached, what odds cost, and what waiting costs."""

from collections.abc import Callable

import streamlit as st

from simulator.app import state
from simulator.app.frame import Setting, surround
from simulator.app.sections import goal_form, goal_frontier, goal_heat, goal_plan, goal_waiting
from simulator.app.sections.goal_questions import Goal
from simulator.outputs import findings


def show() -> None:
    """Draw the page."""
    setting = surround()
    words = setting.words
    st.title(words("goal.title"), anchor=False)
    view = setting.shown.targets[state.target()]
    st.caption(words("assumption.result", headline=findings.headline(view, setting.shown, words)))
    if state.own_rows():
        st.caption(words("goal.own_figures"))
    goal = goal_form.draw(setting)
    if goal_form.something_free(goal, words):
        goal_plan.draw(goal, setting)
    sections: dict[str, Callable[[Goal, Setting], None]] = {
        "frontier": goal_frontier.draw,
        "heat": goal_heat.draw,
        "waiting": goal_waiting.draw,
    }
    for name, draw in sections.items():
        fold = st.expander(words(f"goal.fold.{name}"), key=f"fold:{name}", on_change="rerun")
        if fold.open:
            with fold:
                draw(goal, setting)
