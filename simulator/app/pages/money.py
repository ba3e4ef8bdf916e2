"""Anggaran: where money goes, why some is left, who is covered with it, and what remains when it stops."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.app import asking, state
from simulator.app.frame import Setting, surround
from simulator.app.sections import money_flows, money_ledgers, money_stop
from simulator.app.style import plain
from simulator.model import RunError
from simulator.outputs import money
from simulator.scenario import ScenarioError


def show() -> None:
    """Draw the page."""
    setting = surround()
    words = setting.words
    heading = st.container(key="heading")
    if state.own_rows():
        st.caption(words("decides.no_own"))
    try:
        drawn = _sections(heading, setting)
    except (ScenarioError, RunError) as error:
        drawn = False
        asking.refuse(error, words)
    if not drawn:
        heading.title(words("page.money"), anchor=False)


def _sections(heading: DeltaGenerator, setting: Setting) -> bool:
    """Draw title and sections; False while there are no numbers yet."""
    found = money_ledgers.found(setting)
    if found is None:
        return False
    its, reference = found
    above = st.container()
    title = money_stop.draw(money.headline(its, setting.words), setting)  # first, because the title needs it
    heading.title(plain(title), anchor=False)
    heading.caption(plain(money.basis(its, reference, setting.words)))
    with above:
        money_flows.rupiah(its, reference, setting)
        money_flows.cover(its, reference, setting)
    money_flows.grants(its, reference, setting)
    return True
