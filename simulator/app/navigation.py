"""The pages in their order, with titles in the language of the session, and the menu that leads to them."""

import gc

import streamlit as st

from simulator.app import state
from simulator.app.pages import (
    assumptions,
    compare,
    decides,
    districts,
    export,
    goal,
    model_test,
    money,
    when,
    workshop,
)

SIDEBAR_PIXELS = 336  # holds a lever's label beside its grade


def run() -> None:
    """Draw the menu and the page that the address asks for."""
    words = state.words()
    pages = [
        st.Page(when.show, title=words("page.when"), url_path="kapan", default=True),
        st.Page(compare.show, title=words("page.compare"), url_path="bandingkan"),
        st.Page(goal.show, title=words("page.goal"), url_path="target"),
        st.Page(money.show, title=words("page.money"), url_path="anggaran"),
        st.Page(districts.show, title=words("page.districts"), url_path="kabupaten"),
        st.Page(decides.show, title=words("page.decides"), url_path="penentu"),
        st.Page(assumptions.show, title=words("page.assumptions"), url_path="asumsi"),
        st.Page(model_test.show, title=words("page.model_test"), url_path="uji"),
        st.Page(export.show, title=words("page.export"), url_path="ekspor"),
        st.Page(workshop.show, title=words("page.workshop"), url_path="lokakarya"),
    ]
    st.session_state["pages"] = {entry.url_path: entry for entry in pages}  # for links on a page to another
    page = st.navigation(pages, position="top")
    st.set_page_config(page_title=f"{page.title} · Lampung", layout="wide", initial_sidebar_state=SIDEBAR_PIXELS)
    # Where the menu at the top has no room for all pages.
    with st.container(key="menu"), st.popover(page.title, icon=":material/menu:"):
        for entry in pages:
            st.page_link(entry)
    page.run()
    _settle()


@st.cache_resource(show_spinner=False)
def _settle() -> None:
    """Once a page has been drawn, leave what all sessions share out of the search for garbage.

    Streamlit searches after every run, and nothing else moves meanwhile: a sixth of a second on a quiet machine, of
    which next to nothing is for what the run itself left.
    """
    gc.collect()
    gc.freeze()
