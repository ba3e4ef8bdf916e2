"""The figures at the top of the front page, and the way out of a scenario that does not reach its target."""

import streamlit as st

from simulator.app import edits, state
from simulator.app.frame import Setting
from simulator.outputs import findings
from simulator.outputs.findings import Card
from simulator.outputs.overview import TargetView

LARGEST_PLAN = "combined"


def cards(view: TargetView, setting: Setting) -> None:
    """Draw odds, arrival and people, and where snapshot and year differ."""
    made = (findings.odds_card, findings.arrival_card, findings.people_card)
    with st.container(key="cards"):
        for column, card in zip(st.columns(len(made)), made, strict=True):
            with column:
                _card(card(view, setting.shown, setting.words))
    note = findings.snapshot_note(view, setting.words)
    if note is not None:
        st.caption(note)


def _card(card: Card) -> None:
    with st.container(border=True, height="stretch"):
        st.metric(card.label, card.value)
        st.caption(" ".join(card.notes))


def way_out(setting: Setting) -> None:
    """Offer the largest plan there is, unless it is the one on screen."""
    scenario = setting.scenario
    plan = edits.under(state.policy(LARGEST_PLAN).replace(horizon=scenario.horizon), scenario.assumptions)
    if plan.levers == scenario.levers:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(setting.words("way_out.button"), on_click=state.choose, args=(plan,), key="way_out", type="primary")
        st.caption(setting.words("way_out.help"), width="content")
        goal = st.session_state.get("pages", {}).get("target")
        if goal is not None:
            st.page_link(goal, label=setting.words("way_out.goal"), icon=":material/search:")
