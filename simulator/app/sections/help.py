"""Help on every page: a tour of four steps for the first visit, and the official terms."""

import streamlit as st

from simulator.app import state
from simulator.outputs.terms import terms
from simulator.outputs.text import Words

STEPS = 4
_TERMS_HEIGHT = 320
_STEP = "tour_step"
_SEEN = "tour_seen"


def button(words: Words) -> None:
    """Draw the button that opens the tour and the terms."""
    with st.popover(words("help.label"), type="tertiary", on_change="rerun", key="help") as fold:
        if not fold.open:
            return
        if st.button(words("tour.open"), icon=":material/explore:", key="tour_again"):
            _tour(words)
        st.markdown(f"**{words('help.terms')}**")
        with st.container(height=_TERMS_HEIGHT, border=False):
            st.markdown("\n\n".join(f"**{name}**: {meaning}" for name, meaning in terms(words)))


def welcome(words: Words) -> None:
    """Offer the tour to whoever comes for the first time, until it is taken or a lever is moved."""
    if st.session_state.get(_SEEN) or not state.is_untouched():
        return
    with st.container(key="welcome", horizontal=True, vertical_alignment="center"):
        st.markdown(words("tour.offer"), width="content")
        if st.button(words("tour.start"), key="tour_start"):
            _tour(words)
        st.button(words("tour.skip"), key="tour_skip", type="tertiary", on_click=_seen)


def _tour(words: Words) -> None:
    """Open the tour at its first step."""
    st.session_state[_STEP] = 0
    st.dialog(words("tour.title"), on_dismiss=_seen)(_step)(words)


def _step(words: Words) -> None:
    step = int(st.session_state[_STEP])
    st.caption(words("tour.count", step=step + 1, steps=STEPS))
    st.markdown(words(f"tour.step{step + 1}"))
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        back, go_on = words("tour.back"), words("tour.next")
        st.button(back, key="tour_back", disabled=step == 0, on_click=_go, args=(step - 1,))
        if step + 1 < STEPS:
            st.button(go_on, key="tour_next", type="primary", on_click=_go, args=(step + 1,))
        elif st.button(words("tour.end"), key="tour_end", type="primary", on_click=_seen):
            st.rerun()


def _go(step: int) -> None:
    st.session_state[_STEP] = step


def _seen() -> None:
    st.session_state[_SEEN] = True
