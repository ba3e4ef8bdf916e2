"""Bandingkan: up to four scenarios on the same futures, and which levers made the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event

import pandas as pd
import streamlit as st

from simulator.answers.contribution import DRAWS as CONTRIBUTION_DRAWS
from simulator.answers.contribution import contribution
from simulator.app import background, exhibit, picks, runs, state
from simulator.app.frame import Setting, surround
from simulator.app.picks import MOST, NOBODY
from simulator.app.style import plain
from simulator.app.tables import download, text_table
from simulator.evidence import DataError, OwnRow
from simulator.facts.calendar import DATA_MONTH, parse_month
from simulator.model import Progress, RunError
from simulator.outputs import compare_charts
from simulator.outputs.comparison import Sides, compare, parts, sides
from simulator.outputs.text import Words
from simulator.scenario import Scenario, ScenarioError, decode_link, digest, encode_link

_FILE = "bandingkan-tabel.csv"


@dataclass(frozen=True)
class Question:
    """What contributions are asked of."""

    link: str


def show() -> None:
    """Draw the page."""
    setting = surround()
    words = setting.words
    for problem in picks.refused(words):
        st.warning(plain(problem))
    place = st.container(key="heading")
    _choose(setting)
    chosen = _chosen(setting)
    found = _compared([scenario for _, scenario in chosen], words)
    names = compare_charts.distinct([name for name, _ in chosen])
    with place:
        title, chooser = st.columns([7, 2], vertical_alignment="top")
    with chooser:
        exhibit.choose_target(setting)
    with title:
        text = words("page.compare") if found is None else compare_charts.headline(found, names, state.target(), words)
        st.title(plain(text), anchor=False)
        st.caption(words("versus.intro", draws=words.number(runs.DRAWS)))
    if found is not None:  # before, a second question would push the first one aside
        _answers(found, names, setting)
        _contributions(setting)


def _choose(setting: Setting) -> None:
    """Draw the four places for scenarios, and what was put aside."""
    words = setting.words
    options = picks.options(setting.scenario, words)
    current = picks.tokens()
    columns = [column for _ in range(MOST // 2) for column in st.columns(2)]  # names are long
    for number, column in enumerate(columns):
        key = f"pick:{number}"
        state.align(key, current[number])
        with column:
            st.selectbox(
                words("versus.reference_label") if number == 0 else words("versus.place", n=number + 1),
                [*options] if number == 0 else [NOBODY, *options],
                format_func=lambda token: options.get(token, words("versus.nobody")),
                key=key,
                on_change=_take,
                args=(number, key),
            )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            words("versus.keep"),
            on_click=picks.keep,
            args=(setting.scenario,),
            key="keep",
            disabled=not picks.may_keep(setting.scenario),
        )
        st.caption(words("versus.keep_help", n=MOST), width="content")
        for token, name in picks.kept_names(words).items():
            st.button(f"✕ {plain(name)}", on_click=picks.forget, args=(token,), key=f"forget:{token}", type="tertiary")


def _take(number: int, key: str) -> None:
    token = state.control(key, str)
    if token is not None:
        picks.choose(number, token)


def _chosen(setting: Setting) -> list[tuple[str, Scenario]]:
    """Return names and scenarios; none where one of them cannot run over the months of the one on screen."""
    try:
        return picks.chosen(setting.scenario, setting.words)
    except ScenarioError as error:
        st.warning(plain(setting.words("versus.refused", reason=str(error))))
        return []


def _compared(scenarios: Sequence[Scenario], words: Words) -> Sides | None:
    """Return the comparison; None while it runs, and where there is none, which is said."""
    if len(scenarios) < 2:
        st.info(words("versus.too_few"))
        return None
    own = state.own_rows()
    if own and any(its.assumptions != scenarios[0].assumptions for its in scenarios):
        st.warning(words("versus.own_assumptions"))
        return None
    key = ("compare", tuple(digest(its) for its in scenarios), runs.DRAWS, runs.SEED, own)
    work = partial(_compare, tuple(scenarios), own)
    try:
        return background.wait_for(key, work, words, label=words("versus.working"))
    except (ScenarioError, RunError, DataError) as error:
        st.warning(plain(words("versus.refused", reason=str(error))))
        return None


def _compare(scenarios: tuple[Scenario, ...], own: tuple[OwnRow, ...], progress: Progress, cancel: Event) -> Sides:
    its = compare(*scenarios, draws=runs.DRAWS, seed=runs.SEED, progress=progress, cancel=cancel, own_data=own)
    return sides(its)


def _answers(found: Sides, names: Sequence[str], setting: Setting) -> None:
    """Draw table, sentences and charts of a comparison."""
    words, target = setting.words, state.target()
    table = compare_charts.standing_table(found, names, target, words)
    text_table(table, key="standings", alt=compare_charts.headline(found, names, target, words))
    st.caption(words("versus.table_note", draws=words.number(found.draws)))
    download(_FILE, partial(compare_charts.standing_rows, found, names, target), words)
    for its, name in zip(found.differences, names[1:], strict=True):
        text = compare_charts.earlier_text(its.earlier[target], name, names[0], found, words)
        st.markdown(f"- {plain(text)}")
    if any(its.earlier[target].neither < 1 for its in found.differences):
        st.caption(words("versus.earlier.note", month=words.month(found.horizon)))
    caption = _caption(" · ".join(names), setting)
    with st.container(key="charts"):
        left, right = st.columns(2, gap="medium")
        with left:
            exhibit.show(compare_charts.arrival_exhibit(found, names, target, words), setting, caption=caption)
        with right:
            number = _choose_other(names, words)
            difference, name = found.differences[number], names[number + 1]
            drawn = compare_charts.difference_exhibit(difference, name, names[0], found, words)
            exhibit.show(drawn, setting, caption=caption)


def _choose_other(names: Sequence[str], words: Words) -> int:
    """Return the number of the other scenario whose difference is drawn."""
    if len(names) == 2:
        return 0
    key = "difference_of"
    state.align(key, min(picks.drawn(), len(names) - 2))
    picked = st.selectbox(
        words("versus.gain.choose"),
        range(len(names) - 1),
        format_func=lambda number: names[number + 1],
        key=key,
        on_change=picks.take_drawn,
        args=(key,),
    )
    return int(picked)


def _contributions(setting: Setting) -> None:
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
    st.button(words("versus.parts.button"), on_click=background.ask, args=("parts", now), key="ask:parts")
    background.note_if_old("parts", now, words)
    question = background.asked("parts", Question)
    if question is None:
        return
    scenario = decode_link(question.link)
    work = partial(_contribute, scenario)
    try:
        found = background.wait_for(question, work, words, label=words("versus.parts.working"))
    except (ScenarioError, RunError) as error:
        st.warning(plain(words("versus.refused", reason=str(error))))
        return
    if found is not None:
        its = compare_charts.parts_exhibit(
            found, CONTRIBUTION_DRAWS, state.target(), parse_month(scenario.horizon), words
        )
        exhibit.show(its, setting, caption=_caption(getattr(scenario.name, words.language), setting))


def _contribute(scenario: Scenario, progress: Progress, cancel: Event) -> pd.DataFrame:
    its = contribution(scenario, draws=CONTRIBUTION_DRAWS, seed=runs.SEED, progress=progress, cancel=cancel)
    return parts(scenario, its)


def _caption(names: str, setting: Setting) -> str:
    """Return what a picture needs beside it when it leaves the page."""
    words, shown = setting.words, setting.shown
    return words(
        "chart.caption",
        scenario=names,
        month=words.month(DATA_MONTH),
        version=shown.model_version,
        seed=shown.seed,
        draws=words.number(shown.draws),
    )
