"""Page configuration and navigation; everything else is in `simulator.app`."""

import streamlit as st

from simulator.app.pages import when

SIDEBAR_PIXELS = 336  # holds a lever's label beside its grade

st.set_page_config(page_title="Kapan? When? · Lampung", layout="wide", initial_sidebar_state=SIDEBAR_PIXELS)
st.navigation([st.Page(when.show, title="Kapan?", url_path="kapan", default=True)], position="hidden").run()
