"""The model against figures from elsewhere: regions outside Lampung, and an independent implementation."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.app.frame import Setting
from simulator.app.sections import trust_parts
from simulator.app.style import plain
from simulator.evidence.transfer import TransferCase, transfer_cases
from simulator.facts import load_facts
from simulator.outputs import anchors as about
from simulator.outputs import trust
from simulator.outputs.text import Words


@st.cache_resource(show_spinner=False)
def _transfer_cases() -> tuple[TransferCase, ...]:
    return transfer_cases(load_facts())


@st.cache_resource(show_spinner=False)
def shelf() -> dict[str, tuple[about.Outcome, ...]]:
    """Return where outcomes are kept: a cache of Streamlit's own could not show progress while it fills."""
    return {}


def transfer(setting: Setting) -> None:
    """Draw the jumps and falls of other regions beside what the mechanism makes of them."""
    cases = _transfer_cases()
    trust_parts.show(trust.transfer_exhibit(cases, setting.words), setting)
    for label, reading in trust.readings(cases, setting.words):
        st.markdown(f"- **{plain(label)}.** {plain(reading)}")


def anchors(setting: Setting) -> None:
    """Draw the reference figures beside the model's, computed when asked for."""
    words, kept = setting.words, shelf()
    key = setting.facts.digest
    if key not in kept:
        st.caption(words("anchor.intro"))
        if not st.button(words("anchor.button"), key="anchors"):
            return
        place = st.empty()
        kept[key] = about.judged(progress=partial(_show_progress, place, words))
        st.rerun()
    trust_parts.show(about.exhibit(kept[key], words), setting)


def _show_progress(place: DeltaGenerator, words: Words, done: int, total: int) -> None:
    place.progress(done / total, text=words("anchor.running", done=done, total=total))
