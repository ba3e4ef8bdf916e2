"""What all of the workshop's page shares: its store, its large type, and what a click does or says."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from simulator.app import state
from simulator.app.style import plain
from simulator.workshop.records import Room, Round, WorkshopError
from simulator.workshop.store import FILE, Store, folder

# Letters for the last row of a room; fixed strings only, as in simulator.app.style.
_STYLE = """<style>
[data-testid="stMainBlockContainer"]:has(.st-key-workshop) { padding: 3.1rem 1.4rem 1rem; max-width: none; }
.st-key-workshop :is(p, li, label, input, textarea, td, th, button, summary, [data-baseweb="select"] *,
  [data-testid="stSliderThumbValue"], [data-testid="stMarkdownContainer"]) { font-size: 20px !important;
  line-height: 1.3; }
.st-key-workshop [data-testid="stWidgetLabel"] { min-height: 0; margin: 0; }
[data-testid="stMainBlockContainer"]:has(.st-key-workshop) .st-key-strip [data-testid="stVerticalBlock"] { gap: 0; }
.st-key-workshop h1 { font-size: 34px; line-height: 1.2; padding: 0 0 .2rem; }
.st-key-workshop [data-testid="stCaptionContainer"] p { font-size: 20px !important; }
.st-key-workshop :is([data-testid="stVerticalBlock"], [data-testid="stHorizontalBlock"]) { gap: .3rem .6rem; }
.st-key-workshop [data-testid="stMarkdownContainer"], .st-key-workshop p { margin: 0; }
.st-key-workshop [data-testid="stSlider"] [data-testid="stWidgetLabel"] { padding: 0 0 1.5rem; }
.st-key-workshop [class*="st-key-row_"] [data-testid="stPopover"],
.st-key-workshop [data-testid="stSliderTickBar"] { display: none; }
.st-key-workshop :is([data-testid="stDownloadButton"] button, [data-testid="stPopoverButton"]) {
  min-height: 2.45rem; padding: .2rem .75rem; }
.st-key-workshop .st-key-room_code p { font-size: 46px !important; font-weight: 700; line-height: 1.1;
  font-variant-numeric: tabular-nums; }
.st-key-workshop .st-key-room_address p { overflow-wrap: anywhere; }
.st-key-workshop .st-key-room_count p { font-size: 54px !important; font-weight: 700; line-height: 1.15; }
.st-key-workshop .st-key-room_question h1 { font-size: 46px; line-height: 1.15; text-wrap: balance; }
.st-key-workshop [data-testid="stTable"] :is(td, th) { padding: .3rem .5rem; vertical-align: top; }
</style>"""

Later = Callable[[], None] | None  # a chart whose files stand further down than the chart


@dataclass(frozen=True)
class Here:
    """Where the page is: the room, and the round on screen; None while the next question is prepared."""

    store: Store
    room: Room
    asked: Round | None


@st.cache_resource(show_spinner=False)
def _store(path: Path) -> Store:
    return Store(path)


def store() -> Store:
    """Return the workshops of this machine."""
    return _store(folder() / FILE)


def style() -> None:
    """Set the large type of this page."""
    st.html(_STYLE)


def attempt(act: Callable[[], object]) -> None:
    """Do something with a workshop, or say in one sentence why it cannot be done."""
    try:
        act()
    except WorkshopError as error:
        st.toast(plain(error.said(state.words().language)))
