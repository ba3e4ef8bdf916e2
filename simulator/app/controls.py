"""The sidebar: the policy to start from, the levers in their groups, and the horizon."""

from functools import partial

import streamlit as st

from simulator.app import edits, levers, state
from simulator.app.moves import attempt, reset_assumptions
from simulator.facts.calendar import LAST_MONTH, MONTHS_PER_YEAR, parse_month
from simulator.outputs.overview import Spread
from simulator.outputs.text import Words
from simulator.scenario import LEVERS, Scenario, shipped

GROUPS = tuple(dict.fromkeys(lever.group for lever in LEVERS.values()))
_OWN = "own"
_HORIZONS = tuple(range(2027, LAST_MONTH // MONTHS_PER_YEAR + 1))


def presets(scenario: Scenario, words: Words) -> None:
    """Draw the chooser of shipped policies; one that is none of them stands last. Replaced assumptions stay."""
    name, present = "preset", state.shipped_name(scenario.replace(assumptions={})) or _OWN
    names = [*shipped(), _OWN] if present == _OWN else [*shipped()]
    st.selectbox(
        words("presets.label"),
        names,
        names.index(present),
        key=state.aligned(name, present, _preset_label(present, scenario, words)),
        format_func=lambda its: _preset_label(its, scenario, words),
        on_change=_take_preset,
        args=(name,),
    )
    if scenario.assumptions:
        label = words("sidebar.reset_assumptions")
        st.button(label, on_click=reset_assumptions, key="reset_assumptions", type="tertiary")


def _preset_label(name: str, scenario: Scenario, words: Words) -> str:
    """Return a label that no other option has: the browser sends labels back, and a horizon keeps the policy's name."""
    if name != _OWN:
        return str(getattr(state.policy(name).name, words.language))
    own = str(getattr(scenario.name, words.language))
    taken = any(own == getattr(state.policy(its).name, words.language) for its in shipped())
    return f"{own} ({words('scenario.own')})" if taken else own


def main_levers(scenario: Scenario, today: dict[str, Spread], words: Words) -> None:
    """Draw the levers that are always in sight, in their groups."""
    for group in GROUPS:
        those = [lever for lever in LEVERS.values() if lever.group == group and lever.main]
        if those:
            st.caption(words(f"group.{group}"))
        for lever in those:
            levers.draw(lever, scenario, today[lever.id], words)


def other_levers(scenario: Scenario, today: dict[str, Spread], words: Words) -> None:
    """Draw the horizon and the other levers, once their fold is opened."""
    others = [lever for lever in LEVERS.values() if not lever.main]
    set_here = sum(lever.id in scenario.levers for lever in others)
    label = words("sidebar.more", n=set_here) if set_here else words("sidebar.more_none")
    fold = st.expander(label, key="more", on_change="rerun")
    if not fold.open:
        return
    with fold:
        _horizon(scenario, words)
        for lever in others:
            levers.draw(lever, scenario, today[lever.id], words)


def _horizon(scenario: Scenario, words: Words) -> None:
    name = "horizon"
    months = {f"{year}-12" for year in _HORIZONS} | {scenario.horizon}
    st.select_slider(
        words("sidebar.horizon"),
        sorted(months),
        scenario.horizon,
        key=state.aligned(name, scenario.horizon),
        format_func=lambda month: words.month(parse_month(month), short=True),
        on_change=_take_horizon,
        args=(name,),
    )


def _take_preset(name: str) -> None:
    chosen = state.picked(name, shipped())
    if chosen is not None:
        policy = state.policy(chosen)
        attempt(partial(edits.under, policy, state.scenario_or_baseline().assumptions))


def _take_horizon(name: str) -> None:
    horizon = state.control(name, str)
    if horizon is not None:
        attempt(partial(edits.with_horizon, state.scenario_or_baseline(), horizon))
