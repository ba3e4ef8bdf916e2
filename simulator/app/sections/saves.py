"""Scenarios saved on this computer: kept, opened, deleted, and put among those compared."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from simulator.app import picks, state
from simulator.app.style import plain
from simulator.outputs.refusal import refusal_text
from simulator.outputs.saves import MOST, TAKEN, Saved, SaveError, folder, open_saved, remove, save, saved
from simulator.outputs.text import Words, distinct
from simulator.scenario import Scenario, ScenarioError

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
_CHOSEN, _QUESTION = "saved", "saved_question"
_REPLACE, _DELETE = "replace", "delete"


def may_save() -> bool:
    """Tell whether the app answers this machine alone, under no other name; others would find what is saved.

    Behind a proxy it listens on this machine too, but browsers come with another name, which a setting has to let in.
    """
    hosts = st.get_option("server.allowedHosts")
    others = st.get_option("server.corsAllowedOrigins")
    names = {st.get_option("server.address"), st.get_option("browser.serverAddress"), *hosts, *others}
    return bool(hosts) and st.get_option("server.enableCORS") and names <= _THIS_MACHINE


def draw(words: Words) -> None:
    """Draw what saves the scenario on screen, and what is saved."""
    if not may_save():
        st.caption(words("saves.shared"))
        return
    where = plain(words("saves.where", folder=folder()))
    st.button(words("saves.save"), on_click=_attempt, args=(_save,), key="save", help=where)
    if _asked() == (_REPLACE, state.link()):
        _ask(words("saves.taken", name=_on_screen(words)), words("saves.replace"), partial(_save, replace=True), words)
    held = _listed(words)
    if held:
        _draw_saved(_choice(held, words, key=_CHOSEN), words)
    if len(held) == MOST:
        st.caption(words("saves.full", most=MOST))


def add(words: Words) -> None:
    """Draw the fold that puts a saved scenario among those compared."""
    with st.popover(words("saves.add"), on_change="rerun", key="add_saved") as fold:
        if not fold.open:
            return
        held = [its for its in _listed(words) if isinstance(its.content, Scenario)]
        if not held:
            st.caption(words("saves.none"))
            return
        scenario = _choice(held, words, key="add_saved_choice").content
        may = isinstance(scenario, Scenario) and picks.may_keep(scenario)
        st.button(words("saves.add_now"), on_click=picks.keep, args=(scenario,), key="add_saved_now", disabled=not may)


def _draw_saved(chosen: Saved, words: Words) -> None:
    refusal = chosen.content if isinstance(chosen.content, ScenarioError) else None
    if refusal is not None:
        st.caption(_told(refusal, words))
    with st.container(horizontal=True):
        opening, refused = partial(_open, chosen.file), refusal is not None
        st.button(words("saves.open"), on_click=_attempt, args=(opening,), key="saved_open", disabled=refused)
        st.button(words("saves.delete"), on_click=_wonder, args=(_DELETE, chosen.file), key="saved_delete")
    if _asked() == (_DELETE, chosen.file):
        question = words("saves.ask_delete", name=_label(chosen, words))
        _ask(question, words("saves.delete_now"), partial(_delete, chosen), words)


def _listed(words: Words) -> list[Saved]:
    """Return what is saved; nothing, which is said, where the folder cannot be read."""
    try:
        return saved()
    except SaveError as error:
        st.warning(_told(error, words))
        return []


def _choice(held: Sequence[Saved], words: Words, *, key: str) -> Saved:
    """Return the one that the user chose out of `held`."""
    names = distinct([_label(its, words) for its in held])
    labels = dict(zip((its.file for its in held), names, strict=True))
    if st.session_state.get(key) not in labels:
        st.session_state[key] = held[0].file
    chosen = st.selectbox(words("saves.choose"), [*labels], format_func=lambda file: labels.get(file, file), key=key)
    return next(its for its in held if its.file == chosen)


def _label(its: Saved, words: Words) -> str:
    if isinstance(its.content, ScenarioError):
        return words("saves.unusable", file=its.content.source)
    return str(getattr(its.content.name, words.language))


def _on_screen(words: Words) -> str:
    return str(getattr(state.scenario_or_baseline().name, words.language))


def _wonder(what: str, subject: str) -> None:
    """Ask once more before something is lost; the question falls as soon as its subject is another."""
    st.session_state[_QUESTION] = (what, subject)


def _asked() -> object:
    return st.session_state.get(_QUESTION)


def _ask(question: str, yes: str, act: Callable[[], None], words: Words) -> None:
    st.markdown(plain(question))
    with st.container(horizontal=True):
        st.button(yes, on_click=_attempt, args=(act,), key="saved_yes", type="primary")
        st.button(words("saves.cancel"), on_click=_wonder, args=("", ""), key="saved_no")


def _attempt(act: Callable[[], None]) -> None:
    """Do something with saved scenarios, or say in one sentence why it cannot be done."""
    _wonder("", "")
    try:
        act()
    except (SaveError, ScenarioError) as error:
        st.toast(_told(error, state.words()))


def _told(error: Exception, words: Words) -> str:
    if isinstance(error, SaveError):
        return plain(error.said(words.language))
    return plain(refusal_text(error, words.language))


def _save(*, replace: bool = False) -> None:
    try:
        path = save(state.scenario_or_baseline(), replace=replace)
    except SaveError as error:
        if error.key != TAKEN:
            raise
        _wonder(_REPLACE, state.link())
        return
    st.session_state[_CHOSEN] = path.name
    words = state.words()
    st.toast(plain(words("saves.saved", name=_on_screen(words))))


def _open(file: str) -> None:
    state.rename(open_saved(file))
    words = state.words()
    st.toast(plain(words("saves.opened", name=_on_screen(words))))


def _delete(chosen: Saved) -> None:
    remove(chosen.file)
    words = state.words()
    st.toast(plain(words("saves.deleted", name=_label(chosen, words))))
