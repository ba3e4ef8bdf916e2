"""Every assumption with its range and evidence, those that the scenario replaces, and the ways back."""

from functools import partial

import streamlit as st

from simulator.app import moves, runs, state
from simulator.app.frame import Setting
from simulator.app.sections import assumption_one, data_filters
from simulator.app.style import plain
from simulator.app.tables import download, paged, text_table
from simulator.outputs import assumptions as about
from simulator.outputs import findings
from simulator.outputs.lever_text import assumption_changes


def draw(setting: Setting) -> None:
    """Draw what is replaced, the filters, one assumption to look into, and the table."""
    words, facts, scenario = setting.words, setting.facts, setting.scenario
    st.caption(f"{words('assumption.intro')} {words('assumption.no_recalibration')}")
    if scenario.assumptions:
        _replaced(setting)
    names = _filters(setting)
    assumption_one.draw(setting)
    shown = names[paged("assumptions", len(names), words)]
    if not names:
        st.caption(words("data.none"))
        return
    table = about.assumption_table(facts, shown, words, replaced=scenario.assumptions, learned=runs.learned())
    text_table(table, key="assumptions", alt=words("data.tab.assumptions"))
    download("asumsi.csv", partial(about.assumption_rows, facts, scenario), words)


def _replaced(setting: Setting) -> None:
    """List what the scenario replaces, what follows from it, and the ways back."""
    words, scenario = setting.words, setting.scenario
    with st.container(border=True, key="replaced"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words('assumption.replaced')}**", width="content")
            label = words("assumption.reset_all")
            st.button(label, key="reset_all", on_click=moves.reset_assumptions, type="tertiary")
        for name, change in zip(scenario.assumptions, assumption_changes(scenario, words, runs.learned()), strict=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(change), width="content")
                st.button(
                    words("assumption.reset"),
                    key=f"reset:{name}",
                    on_click=assumption_one.reset,
                    args=(name,),
                    type="tertiary",
                )
        view = setting.shown.targets[state.target()]
        st.caption(words("assumption.result", headline=findings.headline(view, setting.shown, words)))


def _filters(setting: Setting) -> list[str]:
    """Draw search and filters and return the ids that fit."""
    words = setting.words
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters-assumptions"):
        text = data_filters.search("assumptions", words)
        parts = {part: words(f"assumption.part.{part}") for part in (*about.PARTS, "none")}
        part = data_filters.choice("assumptions", "part", parts, words)
        grade = data_filters.grade("assumptions", words)
        only = bool(setting.scenario.assumptions) and st.toggle(words("assumption.only_replaced"), key="only_replaced")
    found = about.matching(setting.facts, text=text, part=part, grade=grade)
    return [name for name in found if name in setting.scenario.assumptions] if only else found
