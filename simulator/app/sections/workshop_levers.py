"""The four levers of the workshop: the same scenario as on all pages, in larger letters."""

import streamlit as st

from simulator.app import levers, state
from simulator.app.frame import Setting
from simulator.app.sections.workshop_parts import Here
from simulator.outputs.text import Words
from simulator.scenario import LEVERS
from simulator.workshop.questions import FOUR

_LEVERS, _PICK = "room_levers", "room_lever_pick"
_OPTIONS = tuple(id for id, lever in LEVERS.items() if lever.main or id in FOUR)


def chosen(here: Here) -> tuple[str, ...]:
    """Return the levers in sight: those that the facilitator took, else those of the last round."""
    held = st.session_state.get(_LEVERS)
    if isinstance(held, tuple) and held:
        return held
    last = here.store.last_round(here.room.id)
    asked = () if last is None else last.levers or tuple(offer.lever for offer in last.offers)
    return asked or FOUR


def draw(here: Here, setting: Setting) -> None:
    """Draw the levers beside each other, and what swaps them."""
    words, ids = setting.words, chosen(here)
    with st.container(key="room_levers"):
        for column, id in zip(st.columns(len(ids), gap="large", vertical_alignment="bottom"), ids, strict=True):
            with column:
                levers.draw(LEVERS[id], setting.scenario, setting.baseline.today[id], words)


def swap(here: Here, words: Words) -> None:
    """Draw the choice of levers."""
    with st.popover(words("room.swap")):
        present = list(chosen(here))
        st.multiselect(
            words("room.swap_label"),
            _OPTIONS,
            present,
            format_func=lambda id: words(f"lever.{id}.label"),
            max_selections=len(FOUR),
            key=state.aligned(_PICK, present),
            on_change=_take,
        )


def _take() -> None:
    picked = state.control(_PICK, list)
    if picked:
        state.hold(_LEVERS, tuple(id for id in _OPTIONS if id in picked))
