"""The verdict at the top of the page on trust: where the model wins and where it loses."""

import streamlit as st

from simulator.app.sections import trust_parts
from simulator.app.sections.trust_parts import Stored
from simulator.evidence.stored import load_backtest
from simulator.outputs import trust
from simulator.outputs.text import Words


def draw(words: Words) -> Stored | None:
    """Draw the verdict and return the backtest that it rests on."""
    backtest = trust_parts.stored(load_backtest, words)
    if backtest is None:
        return None
    title, sentences = trust.verdict(backtest, words)
    st.title(title, anchor=False)
    with st.container(key="caveats"):
        for sentence in sentences:
            st.markdown(sentence)
    st.caption(words("trust.scope"))
    return backtest
