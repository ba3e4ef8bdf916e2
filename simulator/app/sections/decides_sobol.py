"""How much of what is uncertain each assumption explains, alone and with others."""

from threading import Event

import pandas as pd
import streamlit as st

from simulator.answers.sensitivity import OUTPUTS, sobol
from simulator.app import runs
from simulator.app.frame import Setting
from simulator.app.sections.decides_question import Question, asked
from simulator.app.tables import download, text_table
from simulator.model import Progress
from simulator.outputs.sensitivity import sobol_table_text

DRAWS = 512


def draw(setting: Setting) -> None:
    """Draw one table of indices per answer, when asked."""
    words = setting.words
    found = asked("sobol", setting, _run)
    if found is None:
        return
    _, indices = found
    for output in OUTPUTS:
        st.markdown(f"**{words(f'sobol.output.{output}')}**")
        table = sobol_table_text(indices, output, words)
        text_table(table, key=f"sobol-{output}", alt=words(f"sobol.output.{output}"))
    st.caption(words("sobol.reading", n=words.number(DRAWS)))
    download("penentu-sobol.csv", lambda: indices, words)


def _run(question: Question, progress: Progress, cancel: Event) -> pd.DataFrame:
    return sobol(question.scenario, target=question.target, n=DRAWS, seed=runs.SEED, progress=progress, cancel=cancel)
