"""Kapan? The front page: when a target is met, with which odds, and what is missing."""

import streamlit as st

from simulator.app import exhibit, state
from simulator.app.frame import surround
from simulator.app.sections import help, when_cards, when_charts
from simulator.outputs import findings


def show() -> None:
    """Draw the page."""
    setting = surround()
    view = setting.shown.targets[state.target()]
    with st.container():  # also empty, for the same reason as below
        help.welcome(setting.words)
    with exhibit.title(setting):
        st.title(findings.headline(view, setting.shown, setting.words), anchor=False)
        st.caption(findings.subtitle(view, setting.shown, setting.facts, setting.words))
    with st.container():  # what comes and goes in it must not move the charts to another place: they would be redrawn
        when_cards.cards(view, setting)
        if not view.most_arrive:
            when_cards.way_out(setting)
    with st.container(key="charts"):
        left, right = st.columns([5, 6], gap="medium")
        with left:
            when_charts.dots(view, setting)
        with right:
            when_charts.path(view, setting)
    fold = st.expander(setting.words("curve.fold"), key="curve_fold", on_change="rerun")
    if fold.open:
        with fold:
            when_charts.curve(view, setting)
