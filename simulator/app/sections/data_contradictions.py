"""Where sources contradict each other, and what the simulator makes of it."""

import streamlit as st

from simulator.app.frame import Setting
from simulator.app.sections import data_filters
from simulator.app.style import plain
from simulator.app.tables import paged, text_table
from simulator.facts import Contradiction
from simulator.outputs import data_tables as data


def draw(setting: Setting) -> None:
    """Draw the contradictions that fit the search, a page at a time."""
    words, facts = setting.words, setting.facts
    st.caption(words("data.own_language"))
    found = data.matching_contradictions(facts, data_filters.search("contradictions", words), words)
    shown = found[paged("contradictions", len(found), words)]
    if not found:
        st.caption(words("data.none"))
    for number, record in enumerate(shown):
        with st.container(border=True):
            one(record, f"sides-{number}", setting)


def one(record: Contradiction, key: str, setting: Setting) -> None:
    """Draw one contradiction: its sides, why they differ, and what follows."""
    words, title = setting.words, getattr(record.title, setting.words.language)
    st.markdown(f"**{plain(title)}**")
    text_table(data.sides_table(record, setting.facts, words), key=key, alt=title)
    st.markdown(words("contradiction.why", text=plain(getattr(record.why, words.language))))
    st.markdown(words("contradiction.effect", text=plain(getattr(record.effect, words.language))))
