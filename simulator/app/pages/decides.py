"""Apa yang menentukan: which assumptions decide, and under which conditions the plan fails."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TypeVar

import pandas as pd
import streamlit as st

from simulator.answers.failure import Failures, failure_conditions
from simulator.answers.sensitivity import OUTPUTS, sobol, tornado
from simulator.app import background, exhibit, runs, state
from simulator.app.frame import Setting, surround
from simulator.app.style import plain
from simulator.app.tables import download, text_table
from simulator.facts.calendar import DATA_MONTH, parse_month
from simulator.model import Progress, RunError
from simulator.outputs import decides_charts
from simulator.outputs.sensitivity import (
    condition_rows,
    condition_table,
    condition_text,
    failure_note,
    sobol_table_text,
    tenths,
)
from simulator.scenario import Scenario, ScenarioError, decode_link, encode_link

TORNADO_DRAWS = 500
FAILURE_DRAWS = 2000
SOBOL_DRAWS = 512
T = TypeVar("T")


@dataclass(frozen=True)
class Question:
    """What is asked, of which scenario and for which target."""

    kind: str
    link: str
    target: str

    @property
    def scenario(self) -> Scenario:
        """The scenario that the link holds."""
        return decode_link(self.link)


def show() -> None:
    """Draw the page."""
    setting = surround()
    words = setting.words
    with st.container(key="heading"):
        title, chooser = st.columns([7, 2], vertical_alignment="top")
    with chooser:
        exhibit.choose_target(setting)
    with title:
        st.title(words("decides.page.title"), anchor=False)
        st.caption(words("decides.page.intro"))
    if state.own_rows():
        st.caption(words("decides.no_own"))
    st.header(words("decides.page.tornado"), anchor=False, divider="gray")
    _tornado(setting)
    st.header(words("decides.page.failures"), anchor=False, divider="gray")
    _failures(setting)
    fold = st.expander(words("decides.page.sobol"), key="sobol", on_change="rerun")
    if fold.open:
        with fold:
            _sobol(setting)


def _tornado(setting: Setting) -> None:
    found = _asked("tornado", setting, _run_tornado)
    if found is None:
        return
    question, table = found
    scenario = question.scenario
    context = decides_charts.context(scenario.start, scenario.horizon, question.target, setting.facts)
    its = decides_charts.tornado_exhibit(table, context, setting.facts, setting.words)
    exhibit.show(its, setting, caption=_caption(question, TORNADO_DRAWS, setting))


def _failures(setting: Setting) -> None:
    words = setting.words
    found = _asked("failures", setting, _run_failures)
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
    st.caption(words("fails.caution", half=words.number(failures.draws // 2)))
    text_table(condition_table(failures, words), key="conditions", alt=words("decides.page.failures"))
    download("penentu-syarat-gagal.csv", partial(condition_rows, failures), words)


def _sobol(setting: Setting) -> None:
    words = setting.words
    found = _asked("sobol", setting, _run_sobol)
    if found is None:
        return
    _, indices = found
    for output in OUTPUTS:
        st.markdown(f"**{words(f'sobol.output.{output}')}**")
        table = sobol_table_text(indices, output, words)
        text_table(table, key=f"sobol-{output}", alt=words(f"sobol.output.{output}"))
    st.caption(words("sobol.reading", n=words.number(SOBOL_DRAWS)))
    download("penentu-sobol.csv", lambda: indices, words)


def _asked(kind: str, setting: Setting, run: Callable[[Question, Progress, Event], T]) -> tuple[Question, T] | None:
    """Draw the button of one question and return what was last asked with its answer; None while there is none."""
    words, now = setting.words, Question(kind, encode_link(setting.scenario), state.target())
    st.caption(words(f"decides.ask.{kind}"))
    st.button(words("decides.button"), on_click=background.ask, args=(kind, now), key=f"ask:{kind}")
    background.note_if_old(kind, now, words)
    question = background.asked(kind, Question)
    if question is None:
        return None
    try:
        answer = background.wait_for(question, partial(run, question), words, label=words(f"decides.working.{kind}"))
    except (ScenarioError, RunError) as error:
        st.warning(plain(words("versus.refused", reason=str(error))))
        return None
    return None if answer is None else (question, answer)


def _run_tornado(question: Question, progress: Progress, cancel: Event) -> pd.DataFrame:
    return tornado(
        question.scenario,
        target=question.target,
        draws=TORNADO_DRAWS,
        seed=runs.SEED,
        progress=progress,
        cancel=cancel,
    )


def _run_failures(question: Question, progress: Progress, cancel: Event) -> Failures:
    scenario = question.scenario
    return failure_conditions(
        scenario,
        target=question.target,
        by=scenario.horizon,
        draws=FAILURE_DRAWS,
        seed=runs.SEED,
        progress=progress,
        cancel=cancel,
    )


def _run_sobol(question: Question, progress: Progress, cancel: Event) -> pd.DataFrame:
    return sobol(
        question.scenario,
        target=question.target,
        n=SOBOL_DRAWS,
        seed=runs.SEED,
        progress=progress,
        cancel=cancel,
    )


def _caption(question: Question, draws: int, setting: Setting) -> str:
    """Return what a picture needs beside it when it leaves the page."""
    words = setting.words
    return words(
        "chart.caption",
        scenario=getattr(question.scenario.name, words.language),
        month=words.month(DATA_MONTH),
        version=setting.shown.model_version,
        seed=runs.SEED,
        draws=words.number(draws),
    )
