"""The button for paper that works without electricity."""

from functools import partial

import streamlit as st

from simulator.app.frame import Setting
from simulator.workshop.handout import fallback_html

_FILE = "lokakarya-cadangan.html"


def fallback(setting: Setting) -> None:
    """Draw the button that gives two pages to print before the day."""
    words = setting.words
    st.download_button(
        words("room.paper.take"),
        data=partial(_made, setting),
        file_name=_FILE,
        mime="text/html",
        on_click="ignore",
        key=f"file:{_FILE}",
        help=words("room.paper.help"),
    )


def _made(setting: Setting) -> bytes:
    return fallback_html(setting.baseline, language=setting.words.language).encode()
