"""What a room leaves: the ladder of its rounds, the hand-out, the files, and its end."""

from dataclasses import dataclass
from functools import partial
from threading import Event

import streamlit as st

from simulator.app import asking, background, runs, state
from simulator.app.frame import Setting
from simulator.app.sections import workshop_paper, workshop_room
from simulator.app.sections.export_make import Wanted, made
from simulator.app.sections.workshop_parts import Here, attempt
from simulator.app.sections.workshop_plans import Runner
from simulator.app.style import plain
from simulator.app.tables import text_table
from simulator.evidence import OwnRow
from simulator.model import Progress
from simulator.outputs.text import Language, Words
from simulator.scenario import decode_link, encode_link
from simulator.workshop import export, plans
from simulator.workshop.handout import handout_html
from simulator.workshop.ladder import Played, ladder_table
from simulator.workshop.records import Room

_HANDOUT, _BUNDLE, _NAMES = "room_handout", "room_bundle", "room_names"


@dataclass(frozen=True)
class Handout:
    """What a hand-out depends on; `votes` grows with every vote and plan."""

    room: Room
    votes: int
    language: Language
    own: tuple[OwnRow, ...]


def ladder(here: Here, setting: Setting) -> None:
    """Draw the rounds below each other."""
    words = setting.words
    st.title(words("room.ladder.title"), anchor=False)
    played = _played(here)
    if not played:
        st.markdown(words("room.ladder.empty"))
        return
    text_table(ladder_table(played, words), key="ladder", alt=words("room.ladder.title"))


def draw(here: Here, setting: Setting) -> None:
    """Draw what can be taken home, and what ends the room."""
    words = setting.words
    st.title(words("room.home"), anchor=False)
    _handout(here, words)
    _bundle(here, words)
    with st.container(horizontal=True):
        workshop_paper.fallback(setting)
        if not here.room.is_closed:
            with st.popover(words("room.close")):
                st.markdown(words("room.ask_close"))
                act = partial(here.store.close_room, here.room.id)
                st.button(words("room.close_now"), on_click=attempt, args=(act,), key="room_close")
        st.button(words("room.leave"), on_click=workshop_room.leave, key="room_leave")
    st.markdown(words("room.kept"))


def _played(here: Here) -> list[Played]:
    store = here.store
    return [
        Played(its, store.votes(its.id), len(store.proposals(its.id)))
        for its in store.rounds(here.room.id)
        if its.state == "revealed"
    ]


def _handout(here: Here, words: Words) -> None:
    played = _played(here)
    answers = sum(len(its.votes) + its.plans for its in played)
    now = Handout(here.room, answers, words.language, state.own_rows())
    work = partial(_printed, here, played)
    with st.container(horizontal=True, vertical_alignment="center"):
        asking.button(_HANDOUT, now, words("room.handout.make"), primary=True)
        background.note_if_old(_HANDOUT, now, words)
        found = asking.answered(_HANDOUT, Handout, work, words, label=words("room.handout.working"))
        if found is not None:
            _take(words("room.handout.take"), found[1], "lokakarya.html", "text/html", key="room_take_paper")


def _printed(here: Here, played: list[Played], its: Handout, progress: Progress, cancel: Event) -> bytes:
    words = Words(its.language)
    planned = [one for one in played if one.asked.kind == "plan" and one.plans]
    run = Runner(sum(one.plans + 1 for one in planned), its.own, progress, cancel)
    compared = {
        one.asked.id: plans.compared(
            one.asked,
            decode_link(one.asked.scenario),
            here.store.proposals(one.asked.id),
            here.room.budget,
            run,
            words,
        )
        for one in planned
    }
    page = handout_html(
        here.room, played, compared, language=its.language, draws=runs.DRAWS, version=runs.model_version()
    )
    return page.encode()


def _bundle(here: Here, words: Words) -> None:
    store, rounds = here.store, here.store.rounds(here.room.id)
    if not rounds:
        return
    names = st.checkbox(words("room.names"), key=_NAMES)
    files = export.tables(
        rounds,
        [vote for its in rounds for vote in store.votes(its.id)],
        [plan for its in rounds for plan in store.proposals(its.id)],
        store.people(here.room.id),
        names=names,
    )
    wanted = export.scenarios(rounds)
    now = Wanted(
        names=tuple(wanted),
        links=tuple(encode_link(its) for its in wanted.values()),
        language=words.language,
        target=rounds[-1].target,
        beside=tuple(files.items()),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        asking.button(_BUNDLE, now, words("room.bundle.make"))
        background.note_if_old(_BUNDLE, now, words)
        found = asking.answered(_BUNDLE, Wanted, made, words, label=words("export.working"))
        if found is not None:
            _take(words("room.bundle.take"), found[1], "lokakarya.zip", "application/zip", key="room_take_zip")
    st.markdown(plain(words("room.bundle.help")))


def _take(label: str, content: bytes, name: str, mime: str, *, key: str) -> None:
    st.download_button(label, content, name, mime, on_click="ignore", key=key)
