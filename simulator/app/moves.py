"""What a click makes of the scenario of the session."""

from collections.abc import Callable

import streamlit as st

from simulator.app import edits, state
from simulator.app.style import plain
from simulator.outputs.refusal import refusal_text
from simulator.scenario import Scenario, ScenarioError


def attempt(edit: Callable[[], Scenario]) -> None:
    """Take over an edit, or say in one sentence why it is refused."""
    try:
        state.choose(edit())
    except ScenarioError as error:
        st.toast(plain(refusal_text(error, state.words().language)))


def reset_assumptions() -> None:
    """Give every assumption its range back."""
    state.choose(edits.without_assumptions(state.scenario_or_baseline()))
