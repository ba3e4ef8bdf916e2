"""The conditions under which the plan fails."""

from functools import partial
from threading import Event

import streamlit as st

from simulator.answers.failure import Failures, failure_conditions
from simulator.app import runs
from simulator.app.frame import Setting
from simulator.app.sections.decides_question import Question, asked
from simulator.app.style import plain
from simulator.app.tables import download, text_table
from simulator.facts.calendar import parse_month
from simulator.model import Progress
from simulator.outputs.sensitivity import (
    caution_text,
    condition_rows,
    condition_table,
    condition_text,
    failure_note,
    tenths,
)

DRAWS = 2000


def draw(setting: Setting) -> None:
    """Draw how often the plan fails and in which ranges of assumptions, when asked."""
    words = setting.words
    found = asked("failures", setting, _run)
    if found is None:
        return
    question, failures = found
    st.markdown(
        words(
            "fails.base",
            value=words.exact_percent(setting.facts.targets[question.target].value),
            end=words.end_of(parse_month(question.scenario.horizon)),
            share=tenths(failures.base, words),
        )
    )
    if failures.note:
        st.markdown(plain(failure_note(failures, words)))
        return
    for condition in failures.conditions:
        st.markdown(f"- {plain(condition_text(condition, words))}")
    st.caption(caution_text(failures, words))
    text_table(condition_table(failures, words), key="conditions", alt=words("decides.page.failures"))
    download("penentu-syarat-gagal.csv", partial(condition_rows, failures), words)


def _run(question: Question, progress: Progress, cancel: Event) -> Failures:
    scenario = question.scenario
    return failure_conditions(
        scenario,
        target=question.target,
        by=scenario.horizon,
        draws=DRAWS,
        seed=runs.SEED,
        progress=progress,
        cancel=cancel,
    )
