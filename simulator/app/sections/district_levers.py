"""The levers of a single kabupaten/kota: what it sets for itself, and the ways back."""

from functools import partial
from math import inf

import streamlit as st

from simulator.app import edits, levers, state
from simulator.app.frame import Setting
from simulator.app.moves import attempt
from simulator.outputs.lever_text import today_text, value_text
from simulator.outputs.overview import Spread
from simulator.outputs.text import Words
from simulator.scenario import LEVERS, Lever, Scenario


def draw(code: str, setting: Setting) -> None:
    """Draw the choice of a lever for one kabupaten/kota, and what it has set for itself."""
    words = setting.words
    fold = st.expander(
        words("district.levers", name=setting.facts.regions[code].name), key="district_levers", on_change="rerun"
    )
    if not fold.open:
        return
    with fold:
        st.caption(words("district.levers_note"))
        _lever(setting.scenario, code, setting.baseline.today, words)
        _own_values(setting.scenario, code, words)


def _lever(scenario: Scenario, code: str, today: dict[str, Spread], words: Words) -> None:
    """Draw the choice of a lever and what it is set to in one kabupaten/kota; leftmost it follows the province."""
    name = st.selectbox(
        words("district.lever.choose"),
        [lever.id for lever in LEVERS.values() if not lever.province_only],
        format_func=lambda its: words(f"lever.{its}.label"),
        key="district_lever",
    )
    lever = LEVERS[name]
    setting = scenario.levers.get(lever.id)
    now = levers.held(lever, None if setting is None else setting.districts.get(code))
    place = _province(lever, scenario, today[lever.id], words)
    st.select_slider(
        words("district.lever.value"),
        levers.stops(lever, now, -inf, fixed=False, stretched=lever.id in scenario.stretch),
        now,
        key=state.aligned(_name(lever.id, code), now),
        format_func=lambda stop: (
            words("district.lever.follows", value=place) if stop is None else value_text(lever, stop, words)
        ),
        on_change=_take_own_value,
        args=(lever.id, code),
    )
    st.caption(words(f"lever.{lever.id}.help"))


def _province(lever: Lever, scenario: Scenario, today: Spread, words: Words) -> str:
    """Return what it follows while it sets nothing for itself."""
    if lever.total:
        return words("district.lever.part")
    setting = scenario.levers.get(lever.id)
    if setting is None or setting.value is None:
        return today_text(lever, today, words)
    return value_text(lever, setting.value, words)


def _own_values(scenario: Scenario, code: str, words: Words) -> None:
    """Draw what one kabupaten/kota has set for itself, each with a way back, and the way back for all."""
    own = {name: its.districts[code] for name, its in scenario.levers.items() if code in its.districts}
    if not own:
        st.caption(words("district.lever.none"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, value in own.items():
            label = f"✕ {words(f'lever.{name}.label')}: {value_text(LEVERS[name], value, words)}"
            st.button(label, key=f"own_off:{name}:{code}", on_click=_drop_own_value, args=(name, code), type="tertiary")
        st.button(words("district.lever.reset"), key=f"own_reset:{code}", on_click=_drop_own_values, args=(code,))


def _take_own_value(lever_id: str, code: str) -> None:
    stop = levers.as_stop(state.control(_name(lever_id, code), object))
    attempt(partial(edits.with_own_value, state.scenario_or_baseline(), lever_id, code, stop))


def _drop_own_value(lever_id: str, code: str) -> None:
    attempt(partial(edits.with_own_value, state.scenario_or_baseline(), lever_id, code, None))


def _drop_own_values(code: str) -> None:
    attempt(partial(edits.without_own_values, state.scenario_or_baseline(), code))


def _name(lever_id: str, code: str) -> str:
    return f"own:{lever_id}:{code}"
