"""Asumsi dan data: every assumption, fact and contradiction behind the numbers, and a place to replace assumptions."""

import streamlit as st

from simulator.app import own_data, state
from simulator.app.frame import Setting, surround
from simulator.app.sections import (
    assumption_list,
    data_contradictions,
    data_facts,
    data_past,
    data_update,
)
from simulator.outputs import findings


def show() -> None:
    """Draw the page."""
    setting = surround()
    words, facts = setting.words, setting.facts
    counts = {"assumptions": facts.parameters, "facts": facts.facts, "contradictions": facts.contradictions}
    st.title(words("data.title", **{name: words.number(len(all_of)) for name, all_of in counts.items()}), anchor=False)
    with st.container(key="caveats"):
        for caveat in ("thin", "contradict", "budget"):
            st.markdown(words(f"data.caveat.{caveat}"))
    parts = {
        "assumptions": assumption_list.draw,
        "facts": data_facts.draw,
        "contradictions": data_contradictions.draw,
        "history": data_past.programmes,
        "observations": data_past.observations,
        "own": _own_data,
        "update": data_update.draw,
    }
    tabs = st.tabs([words(f"data.tab.{part}") for part in parts], key="data_tabs", on_change="rerun")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw(setting)


def _own_data(setting: Setting) -> None:
    view = setting.shown.targets[state.target()]
    own_data.panel(setting.words, findings.headline(view, setting.shown, setting.words))
