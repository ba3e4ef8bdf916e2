"""Which scenarios are compared: four places to choose them, and what was put aside."""

import streamlit as st

from simulator.app import asking, picks, state
from simulator.app.frame import Setting
from simulator.app.picks import MOST, NOBODY
from simulator.app.sections import saves
from simulator.app.style import plain
from simulator.scenario import Scenario, ScenarioError


def choose(setting: Setting) -> None:
    """Draw the four places for scenarios, and what was put aside."""
    words = setting.words
    options = picks.options(setting.scenario, words)
    labels = {**options, NOBODY: words("versus.nobody")}
    current = picks.tokens()
    columns = [column for _ in range(MOST // 2) for column in st.columns(2)]  # names are long
    for number, column in enumerate(columns):
        name = f"pick:{number}"
        with column:
            tokens = [*options] if number == 0 else [NOBODY, *options]
            st.selectbox(
                words("versus.reference_label") if number == 0 else words("versus.place", n=number + 1),
                tokens,
                tokens.index(current[number]),
                format_func=labels.__getitem__,
                key=state.aligned(name, current[number], labels[current[number]]),
                on_change=_take,
                args=(number, name),
            )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            words("versus.keep"),
            on_click=picks.keep,
            args=(setting.scenario,),
            key="keep",
            disabled=not picks.may_keep(setting.scenario),
        )
        if saves.may_save():
            saves.add(words)
        st.caption(words("versus.keep_help", n=MOST), width="content")
        for token, name in picks.kept_names(words).items():
            st.button(f"✕ {plain(name)}", on_click=picks.forget, args=(token,), key=f"forget:{token}", type="tertiary")


def _take(number: int, name: str) -> None:
    token = state.picked(name, picks.known())
    if token is not None:
        picks.choose(number, token)


def chosen(setting: Setting) -> list[tuple[str, Scenario]]:
    """Return names and scenarios; none where one of them cannot run over the months of the one on screen."""
    try:
        return picks.chosen(setting.scenario, setting.words)
    except ScenarioError as error:
        asking.refuse(error, setting.words)
        return []
