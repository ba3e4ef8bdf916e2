"""The model against the past: months that it has seen, and figures that it had not."""

import pandas as pd
import streamlit as st

from simulator.app.frame import Setting
from simulator.app.sections import trust_parts
from simulator.app.sections.trust_parts import Stored
from simulator.evidence import PosteriorError, hindcast
from simulator.outputs import trust


@st.cache_data(show_spinner=False)
def _hindcast() -> pd.DataFrame:
    return hindcast()


def past(setting: Setting) -> None:
    """Draw past months beside the published figures."""
    words = setting.words
    group = trust_parts.choice("group", trust.GROUPS, lambda name: words(f"trust.group.{name.lower()}"), words)
    try:
        with st.spinner(words("trust.working")):
            found = _hindcast()
    except PosteriorError as error:
        trust_parts.not_there(error, words)
        return
    trust_parts.show(trust.hindcast_exhibit(found, setting.facts, group, words), setting)


def backtest(found: Stored | None, setting: Setting) -> None:
    """Draw the scores against naive rivals, and the forecasts behind them."""
    if found is None:
        return
    words = setting.words
    kind = trust_parts.choice("kind", trust.KINDS, lambda name: words(f"trust.kind.{name}"), words)
    trust_parts.show(trust.score_exhibit(found, kind, words), setting)
    st.caption(words("trust.backtest.caveats"))
    names = tuple(found["forecasters"])
    forecaster = trust_parts.choice("forecaster", names, lambda name: words(f"trust.forecaster.{name}"), words)
    trust_parts.show(trust.forecast_exhibit(found, kind, forecaster, words), setting)
