"""Lokakarya: a room asks first and sees the model's answer afterwards, large enough for a projector."""

import streamlit as st

from simulator.app import state
from simulator.app.frame import surround
from simulator.app.sections import saves, workshop_parts, workshop_room, workshop_screen
from simulator.app.style import plain
from simulator.workshop.records import WorkshopError


def show() -> None:
    """Draw the page."""
    if not saves.may_save():  # others could steer the room, and read what is kept of it
        setting = surround(levers=False)
        st.title(setting.words("page.workshop"), anchor=False)
        st.info(setting.words("room.shared"))
        return
    try:
        store = workshop_parts.store()
        found = workshop_room.found(store)
        setting = surround(levers=False)
        workshop_parts.style()
        with st.container(key="workshop"):
            if found.room is None:
                workshop_room.lobby(store, found, setting)
            else:
                workshop_screen.draw(store, found.room, setting)
    except WorkshopError as error:
        words = state.words()
        st.title(words("page.workshop"), anchor=False)
        st.error(plain(error.said(words.language)))
