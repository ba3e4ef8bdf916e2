"""Apa yang menentukan: which assumptions decide, and under which conditions the plan fails."""

import streamlit as st

from simulator.app import exhibit, state
from simulator.app.frame import surround
from simulator.app.sections import decides_failures, decides_sobol, decides_tornado


def show() -> None:
    """Draw the page."""
    setting = surround()
    words = setting.words
    with exhibit.title(setting):
        st.title(words("decides.page.title"), anchor=False)
        st.caption(words("decides.page.intro"))
    if state.own_rows():
        st.caption(words("decides.no_own"))
    st.header(words("decides.page.tornado"), anchor=False, divider="gray")
    decides_tornado.draw(setting)
    st.header(words("decides.page.failures"), anchor=False, divider="gray")
    decides_failures.draw(setting)
    fold = st.expander(words("decides.page.sobol"), key="sobol", on_change="rerun")
    if fold.open:
        with fold:
            decides_sobol.draw(setting)
