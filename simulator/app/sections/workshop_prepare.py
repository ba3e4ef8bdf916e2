"""The next question: one that comes with the simulator, or one about the scenario on screen."""

from functools import partial
from typing import Any

import streamlit as st

from simulator.app import edits, exhibit, state
from simulator.app.frame import Setting
from simulator.app.sections import workshop_levers, workshop_plans, workshop_reveal
from simulator.app.sections.workshop_parts import Here, Later, attempt
from simulator.app.style import plain
from simulator.outputs.text import Words
from simulator.scenario import digest
from simulator.workshop import questions
from simulator.workshop.questions import BUILT_IN
from simulator.workshop.records import LONGEST_QUESTION, Kind, Said

_KIND, _ASKS, _PICK, _TEXT = "room_kind", "room_asks", "room_ask_pick", "room_text"
_OWN = "own"
_KINDS: tuple[Kind, ...] = ("when", "plan")


def draw(here: Here, setting: Setting) -> Later:
    """Draw the question as it would be asked, what changes it, and what asks it; returns as `workshop_reveal.draw`."""
    words = setting.words
    with st.container(key="room_question"):
        place = st.empty()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = _kind(words)
        workshop_levers.swap(here, words)
    question, own = _question(here, setting, kind)
    shown = (_typed() if own else None) or question
    with place:
        st.title(plain(shown.in_(words.language)), anchor=False)
    ask = partial(_ask, here, question, own=own, target=state.target(), scenario=state.link())
    if kind == "plan":
        workshop_plans.prepare(here, ask, setting)
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        act = partial(ask, choices=questions.choices(setting.scenario), levers=workshop_levers.chosen(here))
        st.button(words("room.ask_now"), on_click=attempt, args=(act,), type="primary", key="room_ask")
        seen = st.toggle(words("room.peek"), key="room_peek")
    return workshop_reveal.alone(setting) if seen else None


def _kind(words: Words) -> Kind:
    chosen = st.segmented_control(
        words("room.kind"),
        _KINDS,
        default="when",
        required=True,
        format_func=lambda kind: words(f"room.kind_{kind}"),
        key=_KIND,
        label_visibility="collapsed",
    )
    return "plan" if chosen == "plan" else "when"


def _question(here: Here, setting: Setting, kind: Kind) -> tuple[Said, bool]:
    """Draw the choice of the question; return it, and whether what the facilitator types goes before it."""
    words, target = setting.words, state.target()
    automatic = questions.automatic(setting.scenario, target, kind=kind, budget=here.room.budget)
    if kind == "when" and (asks := _pick(setting)) != _OWN:
        return BUILT_IN[asks].said, False
    left, right = st.columns([5, 2], vertical_alignment="bottom")
    with left:
        st.text_input(
            words("room.text"), key=_TEXT, max_chars=LONGEST_QUESTION, placeholder=automatic.in_(words.language)
        )
    with right:
        exhibit.choose_target(setting)
    return automatic, True


def _typed() -> Said | None:
    """Return what the facilitator typed; read at the click too, which may come before the page is drawn with it."""
    typed = state.control(_TEXT, str) or ""
    return Said(id=typed, en=typed) if typed.strip() else None


def _ask(here: Here, question: Said, *, own: bool, **asked: Any) -> None:  # noqa: ANN401 - passed on to the store
    here.store.open_round(here.room.id, question=(_typed() if own else None) or question, **asked)


def _pick(setting: Setting) -> str:
    """Draw the questions that come with the simulator; a moved lever makes one's own of it."""
    words, fitting = setting.words, [its for its in BUILT_IN if _is_on_screen(its, setting)]
    held = st.session_state.get(_ASKS)
    present = held if held == _OWN or held in fitting else next(iter(fitting), _OWN)
    options = [*BUILT_IN, _OWN]
    st.selectbox(
        words("room.pick"),
        options,
        options.index(present),
        format_func=lambda id: words("room.pick_own") if id == _OWN else BUILT_IN[id].said.in_(words.language),
        key=state.aligned(_PICK, present),
        on_change=_take,
    )
    return present


def _is_on_screen(id: str, setting: Setting) -> bool:
    its, here = BUILT_IN[id], setting.scenario
    return its.target == state.target() and digest(here.replace(assumptions={})) == digest(state.policy(its.scenario))


def _take() -> None:
    picked = state.control(_PICK, str)
    state.hold(_ASKS, picked)
    if picked in BUILT_IN:
        its = BUILT_IN[picked]
        state.choose(edits.under(state.policy(its.scenario), state.scenario_or_baseline().assumptions))
        state.choose_target(its.target)
