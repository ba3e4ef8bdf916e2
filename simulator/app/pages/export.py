"""Ekspor: a result leaves with its proof, and what comes back is checked."""

import streamlit as st

from simulator.app import exhibit, state
from simulator.app.frame import surround
from simulator.app.sections import export_check, export_make


def show() -> None:
    """Draw the page."""
    setting = surround()
    words = setting.words
    with exhibit.title(setting):
        st.title(words("export.title"), anchor=False)
        st.caption(words("export.intro"))
    if state.own_rows():
        st.caption(words("decides.no_own"))
    export_make.draw(setting)
    st.header(words("export.back"), anchor=False, divider="gray")
    st.caption(words("export.back_intro"))
    export_check.draw(words)
