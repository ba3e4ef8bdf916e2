"""What the model starts from: past programmes with their decrees, and the figures used in calibration."""

import streamlit as st

from simulator.app.frame import Setting
from simulator.app.tables import text_table
from simulator.outputs import data_tables as data


def programmes(setting: Setting) -> None:
    """Draw past programmes and decrees."""
    words, facts = setting.words, setting.facts
    st.caption(f"{words('history.intro')} {words('data.own_language')}")
    text_table(data.history_table(facts, words), key="history", alt=words("data.tab.history"))
    st.caption(words("history.decrees"))
    text_table(data.decree_table(facts, words), key="decrees", alt=words("history.decrees"))


def observations(setting: Setting) -> None:
    """Draw the figures used in calibration."""
    words = setting.words
    st.caption(words("observation.intro"))
    text_table(data.observation_table(setting.facts, words), key="observations", alt=words("data.tab.observations"))
