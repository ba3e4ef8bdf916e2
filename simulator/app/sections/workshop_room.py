"""Which room the page shows, how one is opened, and what stands beside every round: code, address, who is there."""

import re
from dataclasses import dataclass
from functools import partial

import streamlit as st

from simulator.app import state
from simulator.app.frame import Setting
from simulator.app.sections import workshop_paper
from simulator.app.sections.workshop_parts import Here, attempt
from simulator.app.style import plain
from simulator.outputs.text import Words
from simulator.scenario import decode_link
from simulator.workshop.addresses import phones_url, qr_svg
from simulator.workshop.records import LONGEST_NAME, Room, WorkshopError
from simulator.workshop.store import CODE_DIGITS, Store

_ROOM, _ENTERED, _LEFT = "room", "room_entered", "-"
_ID = re.compile(r"[1-9][0-9]{0,8}")
_MILLION = 10**6
_QR_PIXELS = 240
_TICK_SECONDS = 1
_SHOWN_ROOMS = 8
_THIS_MACHINE = "http://localhost"
COMMAND = "python -m simulator workshop --open"


@dataclass(frozen=True)
class Found:
    """The room that the address asks for; without one, `refused` is what it asks for in vain."""

    room: Room | None
    refused: str | None = None


def found(store: Store) -> Found:
    """Return the room of the session, which the address shows from now on."""
    asked = state.recalled(_ROOM)
    if asked is None or asked == _LEFT:
        st.query_params.pop(_ROOM, None)
        return Found(None)
    room = next((its for its in store.rooms() if str(its.id) == asked), None) if _ID.fullmatch(asked) else None
    if room is None:
        return Found(None, asked)
    state.hold(_ROOM, asked)
    if st.query_params.get(_ROOM) != asked:
        st.query_params[_ROOM] = asked
    _enter(store, room)
    return Found(room)


def _enter(store: Store, room: Room) -> None:
    """Let a session that is new to a room begin with what the room was last asked about."""
    if st.session_state.get(_ENTERED) == room.id:
        return
    st.session_state[_ENTERED] = room.id
    last = store.last_round(room.id)
    if last is not None and state.is_untouched():
        state.rename(decode_link(last.scenario))
        state.choose_target(last.target)


def lobby(store: Store, found: Found, setting: Setting) -> None:
    """Draw what opens a room, and the rooms there are."""
    words = setting.words
    st.title(words("room.lobby"), anchor=False)
    if found.refused is not None:
        st.warning(plain(words("room.refused", value=found.refused[:20])))
    left, right = st.columns([5, 6], gap="large")
    with left:
        st.text_input(words("room.title"), max_chars=LONGEST_NAME, key="room_title")
        st.number_input(
            words("room.budget"), min_value=0, max_value=10**9, value=None, step=1000, key="room_budget"
        )  # fmt: skip
        st.button(words("room.open"), type="primary", on_click=_open, args=(store,), key="room_open")
        st.markdown(words("room.flow"))
        workshop_paper.fallback(setting)
    with right:
        _past(store, words)


def _past(store: Store, words: Words) -> None:
    rooms = store.rooms()
    if not rooms:
        return
    st.markdown(f"**{words('room.past')}**")
    for room in rooms[:_SHOWN_ROOMS]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"room_past_{room.id}"):
            mark = words("room.closed_mark") if room.is_closed else words("room.open_mark")
            st.markdown(plain(f"{room.title} · {room.opened_at[:10]} · {mark}"), width="stretch")
            st.button(words("room.enter"), on_click=state.hold, args=(_ROOM, str(room.id)), key=f"room_enter_{room.id}")
            with st.popover(words("room.delete")):
                st.markdown(plain(words("room.ask_delete", title=room.title)))
                act = partial(store.delete_room, room.id)
                st.button(words("room.delete_now"), on_click=attempt, args=(act,), key=f"room_delete_{room.id}")


def _open(store: Store) -> None:
    def act() -> None:
        millions = state.control("room_budget", int)
        room = store.open_room(
            state.control("room_title", str) or "", budget=millions * _MILLION if millions else None
        )  # fmt: skip
        state.hold(_ROOM, str(room.id))

    attempt(act)


def leave() -> None:
    """Go back to where rooms are opened."""
    state.hold(_ROOM, _LEFT)
    state.hold(_ENTERED, None)


def side(here: Here, words: Words) -> None:
    """Draw how to join, and how many are there."""
    room = here.room
    st.markdown(f"**{plain(room.title)}**")
    if room.is_closed:
        st.markdown(words("room.is_closed"))
        return
    url = phones_url()
    if url is None or url.startswith(_THIS_MACHINE):
        st.markdown(words("room.no_phones" if url is None else "room.local_phones", command=COMMAND))
    else:
        joining = f"{url}/?code={room.code}"
        st.image(qr_svg(joining), width=_QR_PIXELS, alt=words("room.qr", address=joining))
        with st.container(key="room_address"):
            st.markdown(plain(url))
    half = CODE_DIGITS // 2
    st.markdown(words("room.code"))
    with st.container(key="room_code"):
        st.markdown(f"{room.code[:half]}\N{NO-BREAK SPACE}{room.code[half:]}")
    _joined(here, words)


@st.fragment(run_every=_TICK_SECONDS)
def _joined(here: Here, words: Words) -> None:
    st.markdown(words("room.joined", n=here.store.count_people(here.room.id)))
    follow(here)


@st.fragment(run_every=_TICK_SECONDS)
def count(here: Here, words: Words) -> None:
    """Draw how many have answered, and nothing of what they answered."""
    asked = here.asked
    if asked is None:
        return
    people = here.store.count_people(here.room.id)
    with st.container(key="room_count"):
        if asked.kind == "plan":
            st.markdown(words("room.sent", n=len(here.store.proposals(asked.id))))
        else:
            st.markdown(words("room.voted", n=here.store.count_votes(asked.id), people=people))


def follow(here: Here) -> None:
    """Draw the page again if another window moved the room on, or took it away."""
    try:
        now = here.store.room(here.room.id)
    except WorkshopError:
        st.rerun()
    if now != here.room:
        st.rerun()
