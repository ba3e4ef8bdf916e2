"""The comparison itself: its table, its sentences and its charts."""

from collections.abc import Sequence
from functools import partial
from threading import Event

import streamlit as st

from simulator.app import asking, background, exhibit, picks, runs, state
from simulator.app.frame import Setting
from simulator.app.style import plain
from simulator.app.tables import download, text_table
from simulator.evidence import DataError, OwnRow
from simulator.model import Progress, RunError
from simulator.outputs import compare_charts
from simulator.outputs.comparison import Sides, compare, sides
from simulator.outputs.text import Words
from simulator.scenario import Scenario, ScenarioError, digest

_FILE = "bandingkan-tabel.csv"


def compared(scenarios: Sequence[Scenario], words: Words) -> Sides | None:
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
        asking.refuse(error, words)
        return None


def _compare(scenarios: tuple[Scenario, ...], own: tuple[OwnRow, ...], progress: Progress, cancel: Event) -> Sides:
    its = compare(*scenarios, draws=runs.DRAWS, seed=runs.SEED, progress=progress, cancel=cancel, own_data=own)
    return sides(its)


def draw(found: Sides, names: Sequence[str], setting: Setting) -> None:
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
    caption = exhibit.caption(setting, setting.shown.draws, names=" · ".join(names))
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
    name, now = "difference_of", min(picks.drawn(), len(names) - 2)
    picked = st.selectbox(
        words("versus.gain.choose"),
        range(len(names) - 1),
        now,
        format_func=lambda number: names[number + 1],
        key=state.aligned(name, now, names[now + 1]),
        on_change=picks.take_drawn,
        args=(name,),
    )
    return int(picked)
