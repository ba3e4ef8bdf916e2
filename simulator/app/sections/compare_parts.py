"""What each group of levers adds to the baseline in the scenario on screen, when asked."""

from dataclasses import dataclass
from threading import Event

import pandas as pd
import streamlit as st

from simulator.answers.contribution import DRAWS, contribution
from simulator.app import asking, background, exhibit, runs, state
from simulator.app.frame import Setting
from simulator.facts.calendar import parse_month
from simulator.model import Progress
from simulator.outputs import compare_charts
from simulator.outputs.comparison import parts
from simulator.scenario import decode_link, encode_link


@dataclass(frozen=True)
class Question:
    """What contributions are asked of."""

    link: str


def draw(setting: Setting) -> None:
    """Split what the scenario on screen adds to the baseline over its groups of levers, when asked."""
    words = setting.words
    st.header(words("versus.parts.header"), anchor=False, divider="gray")
    if not setting.scenario.levers:
        st.caption(words("versus.parts.no_levers"))
        return
    now = Question(encode_link(setting.scenario))
    st.caption(words("versus.parts.intro"))
    if state.own_rows():
        st.caption(words("decides.no_own"))
    asking.button("parts", now, words("versus.parts.button"))
    background.note_if_old("parts", now, words)
    answer = asking.answered("parts", Question, _contribute, words, label=words("versus.parts.working"))
    if answer is None:
        return
    scenario = decode_link(answer[0].link)
    its = compare_charts.parts_exhibit(answer[1], DRAWS, state.target(), parse_month(scenario.horizon), words)
    name = getattr(scenario.name, words.language)
    exhibit.show(its, setting, caption=exhibit.caption(setting, DRAWS, names=name))


def _contribute(question: Question, progress: Progress, cancel: Event) -> pd.DataFrame:
    scenario = decode_link(question.link)
    its = contribution(scenario, draws=DRAWS, seed=runs.SEED, progress=progress, cancel=cancel)
    return parts(scenario, its)
