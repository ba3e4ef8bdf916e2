"""Bandingkan: up to four scenarios on the same futures, and which levers made the difference."""

import streamlit as st

from simulator.app import exhibit, picks, runs, state
from simulator.app.frame import surround
from simulator.app.sections import compare_answers, compare_choice, compare_parts
from simulator.app.style import plain
from simulator.outputs import compare_charts
from simulator.outputs.text import distinct


def show() -> None:
    """Draw the page."""
    setting = surround()
    words = setting.words
    for problem in picks.refused(words):
        st.warning(plain(problem))
    place = st.container(key="heading")
    compare_choice.choose(setting)
    chosen = compare_choice.chosen(setting)
    found = compare_answers.compared([scenario for _, scenario in chosen], words)
    names = distinct([name for name, _ in chosen])
    with exhibit.title(setting, place):
        text = words("page.compare") if found is None else compare_charts.headline(found, names, state.target(), words)
        st.title(plain(text), anchor=False)
        st.caption(words("versus.intro", draws=words.number(runs.DRAWS)))
    if found is not None:  # before, a second question would push the first one aside
        compare_answers.draw(found, names, setting)
        compare_parts.draw(setting)
