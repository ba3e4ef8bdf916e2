"""Uji model: how far to trust the model, with its losses in the same size of type as its wins."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from simulator.app.frame import surround
from simulator.app.sections import trust_anchors, trust_learned, trust_limits, trust_past, trust_verdict


def show() -> None:
    """Draw the page."""
    setting = surround()
    backtest = trust_verdict.draw(setting.words)
    with st.container(key="trust"):
        sections: dict[str, Callable[[], None]] = {
            "past": partial(trust_past.past, setting),
            "backtest": partial(trust_past.backtest, backtest, setting),
            "learned": partial(trust_learned.learned, setting),
            "check": partial(trust_learned.check, setting),
            "sampler": partial(trust_learned.sampler, backtest, setting),
            "transfer": partial(trust_anchors.transfer, setting),
            "anchors": partial(trust_anchors.anchors, setting),
            "limits": partial(trust_limits.limits, setting.words),
            "changes": partial(trust_limits.changes, setting.words),
        }
        for name, draw in sections.items():
            st.header(setting.words(f"trust.section.{name}"), anchor=False, divider="gray")
            draw()
