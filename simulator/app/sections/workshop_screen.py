"""One room on one screen: how to join at the left, the round or what it left at the right, four levers below."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.app import state
from simulator.app.frame import Setting
from simulator.app.sections import (
    workshop_home,
    workshop_levers,
    workshop_plans,
    workshop_prepare,
    workshop_reveal,
    workshop_room,
)
from simulator.app.sections.workshop_parts import Here, Later, attempt
from simulator.app.style import plain
from simulator.outputs.text import Words
from simulator.scenario import decode_link
from simulator.workshop.records import Room, Round
from simulator.workshop.store import Store

_VIEW, _NEXT = "room_view", "room_next"
_ROUND, _LADDER, _HOME = "round", "ladder", "home"


def draw(store: Store, room: Room, setting: Setting) -> None:
    """Draw the room in the state it is in."""
    words = setting.words
    here = Here(store, room, _on_screen(store, room))
    left, right = st.columns([5, 18], gap="medium")
    chart: Later = None
    with left:
        workshop_room.side(here, words)
    with right:
        bar = st.container(horizontal=True, vertical_alignment="center", key="room_bar")
        view = _view(here, words, bar)
        if view == _LADDER:
            workshop_home.ladder(here, setting)
        elif view == _HOME:
            workshop_home.draw(here, setting)
        else:
            with bar:
                _controls(here, setting)
            chart = _round(here, setting)
    if view == _ROUND:
        workshop_levers.draw(here, setting)
    if chart is not None:
        chart()


def _on_screen(store: Store, room: Room) -> Round | None:
    """Return the round that is open or was last revealed, unless the next one is prepared."""
    last = store.last_round(room.id)
    is_over = last is not None and last.state == "revealed"
    return None if last is None or (is_over and st.session_state.get(_NEXT) == last.id) else last


def _view(here: Here, words: Words, bar: DeltaGenerator) -> str:
    options = [_LADDER, _HOME] if here.room.is_closed else [_ROUND, _LADDER, _HOME]
    if st.session_state.get(_VIEW) not in options:
        st.session_state[_VIEW] = options[0]
    chosen = bar.segmented_control(
        words("room.view"),
        options,
        format_func=lambda view: words(f"room.view_{view}"),
        key=_VIEW,
        required=True,
        label_visibility="collapsed",
    )
    return str(chosen)


def _controls(here: Here, setting: Setting) -> None:
    """Draw what moves the round on."""
    asked, words = here.asked, setting.words
    if asked is None:
        return
    if asked.state == "open":
        reveal = workshop_plans.reveal if asked.kind == "plan" else workshop_reveal.reveal
        reveal(here, words)
        st.button(words("room.withdraw"), on_click=_withdraw, args=(here, asked), key="room_withdraw")
    else:
        st.button(
            words("room.next"), on_click=state.hold, args=(_NEXT, asked.id), key="room_next_round", type="primary"
        )
        if workshop_reveal.is_moved(asked, setting.scenario):
            back = partial(state.rename, decode_link(asked.scenario))
            st.button(words("room.moved_back"), on_click=back, key="room_back")


def _withdraw(here: Here, asked: Round) -> None:
    attempt(partial(here.store.withdraw, asked.id))
    last = here.store.last_round(here.room.id)
    state.hold(_NEXT, None if last is None else last.id)


def _round(here: Here, setting: Setting) -> Later:
    """Draw the round; return what of it is drawn after the levers."""
    asked, words = here.asked, setting.words
    if asked is None:
        return workshop_prepare.draw(here, setting)
    if asked.state == "revealed":
        draw = workshop_plans.draw if asked.kind == "plan" else workshop_reveal.draw
        return draw(here, asked, setting)
    with st.container(key="room_question"):
        st.title(plain(asked.question.in_(words.language)), anchor=False)
    workshop_room.count(here, words)
    if asked.kind == "plan":
        workshop_plans.type_one(here, asked, words)
    return None
