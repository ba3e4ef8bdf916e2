"""Uji model: how far to trust the model, with its losses in the same size of type as its wins."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.app import state
from simulator.app.downloads import under_chart
from simulator.app.frame import Setting, surround
from simulator.app.style import plain
from simulator.app.tables import download, text_table
from simulator.evidence import PosteriorError, hindcast, load_posterior
from simulator.evidence.stored import load_account, load_backtest, load_recovery
from simulator.evidence.transfer import TransferCase, transfer_cases
from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH
from simulator.outputs import anchors, charts, trust, trust_charts
from simulator.outputs.findings import Finding
from simulator.outputs.text import Words
from simulator.outputs.trust import Exhibit

LIMITS = ("districts", "own_evidence", "politics", "depth", "form", "counts")
CHANGES = ("calibration", "first")
"""Entries of the changelog under *Results*, newest first, by the key of their text."""

Stored = Mapping[str, Any]


def show() -> None:
    """Draw the page."""
    setting = surround()
    backtest = _backtest_or_warning(setting.words)
    with st.container(key="trust"):
        sections: dict[str, Callable[[], None]] = {
            "past": partial(_past, setting),
            "backtest": partial(_backtest, setting, backtest),
            "learned": partial(_learned, setting),
            "check": partial(_check, setting),
            "sampler": partial(_sampler, setting, backtest),
            "transfer": partial(_transfer, setting),
            "anchors": partial(_anchors, setting),
            "limits": partial(_listed, [setting.words(f"trust.cannot.{name}") for name in LIMITS]),
            "changes": partial(_listed, [setting.words(f"trust.change.{name}") for name in CHANGES]),
        }
        for name, draw in sections.items():
            st.header(setting.words(f"trust.section.{name}"), anchor=False, divider="gray")
            draw()


def _backtest_or_warning(words: Words) -> Stored | None:
    """Draw the verdict and return the backtest that it rests on."""
    backtest = _stored(load_backtest, words)
    if backtest is None:
        return None
    title, sentences = trust.verdict(backtest, words)
    st.title(title, anchor=False)
    with st.container(key="caveats"):
        for sentence in sentences:
            st.markdown(sentence)
    st.caption(words("trust.scope"))
    return backtest


def _stored(load: Callable[[], Stored], words: Words) -> Stored | None:
    """Return a kept result; where it is missing or stale, say so and leave the rest of the page alone."""
    try:
        return load()
    except PosteriorError as error:
        st.warning(words("trust.not_there", reason=plain(str(error))))
        return None


@st.cache_data(show_spinner=False)
def _hindcast() -> pd.DataFrame:
    return hindcast()


@st.cache_resource(show_spinner=False)
def _transfer_cases() -> tuple[TransferCase, ...]:
    return transfer_cases(load_facts())


@st.cache_resource(show_spinner=False)
def _anchor_shelf() -> dict[str, tuple[anchors.Outcome, ...]]:
    """Return where outcomes are kept: a cache of Streamlit's own could not show progress while it fills."""
    return {}


def _past(setting: Setting) -> None:
    words = setting.words
    group = _choice("group", trust.GROUPS, lambda name: words(f"trust.group.{name.lower()}"), words)
    try:
        with st.spinner(words("trust.working")):
            past = _hindcast()
    except PosteriorError as error:
        st.warning(words("trust.not_there", reason=plain(str(error))))
        return
    _exhibit(setting, trust.hindcast_exhibit(past, setting.facts, group, words))


def _backtest(setting: Setting, backtest: Stored | None) -> None:
    if backtest is None:
        return
    words = setting.words
    kind = _choice("kind", trust.KINDS, lambda name: words(f"trust.kind.{name}"), words)
    _exhibit(setting, trust.score_exhibit(backtest, kind, words))
    st.caption(words("trust.backtest.caveats"))
    names = tuple(backtest["forecasters"])
    forecaster = _choice("forecaster", names, lambda name: words(f"trust.forecaster.{name}"), words)
    _exhibit(setting, trust.forecast_exhibit(backtest, kind, forecaster, words))


def _learned(setting: Setting) -> None:
    account = _stored(load_account, setting.words)
    if account is None:
        return
    # Columns such as members_share_bpu/2024-12 are a parameter at a date.
    calibrated = {name.split("/")[0] for name in load_posterior().names}
    _exhibit(setting, trust.learned_exhibit(account, setting.facts, calibrated, setting.words))


def _check(setting: Setting) -> None:
    account = _stored(load_account, setting.words)
    if account is not None:
        _exhibit(setting, trust.check_exhibit(account, setting.words))


def _sampler(setting: Setting, backtest: Stored | None) -> None:
    words = setting.words
    account = _stored(load_account, words)
    if account is not None:
        finding, table = trust.sampler_table(account, backtest, words)
        _heading(finding)
        text_table(table, key="sampler", alt=finding.alt)
        download("uji-perhitungan.csv", partial(trust.sampler_rows, account), words)
    recovery = _stored(load_recovery, words)
    if recovery is not None:
        _exhibit(setting, trust.recovery_exhibit(recovery, setting.facts, words))


def _transfer(setting: Setting) -> None:
    cases = _transfer_cases()
    _exhibit(setting, trust.transfer_exhibit(cases, setting.words))
    for label, reading in trust.readings(cases, setting.words):
        st.markdown(f"- **{plain(label)}.** {plain(reading)}")


def _anchors(setting: Setting) -> None:
    words, shelf = setting.words, _anchor_shelf()
    key = setting.facts.digest
    if key not in shelf:
        st.caption(words("anchor.intro"))
        if not st.button(words("anchor.button"), key="anchors"):
            return
        place = st.empty()
        shelf[key] = anchors.judged(progress=partial(_show_progress, place, words))
        st.rerun()
    _exhibit(setting, anchors.exhibit(shelf[key], words))


def _show_progress(place: DeltaGenerator, words: Words, done: int, total: int) -> None:
    place.progress(done / total, text=words("anchor.running", done=done, total=total))


def _listed(texts: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {text}" for text in texts))


def _choice(name: str, options: Sequence[str], label: Callable[[str], str], words: Words) -> str:
    """Draw a row of choices, the first one chosen, and return the chosen one."""
    key = f"trust:{name}"
    chosen = state.control(key, str)
    state.align(key, chosen if chosen in options else options[0])
    picked = st.segmented_control(words(f"trust.choose.{name}"), options, required=True, format_func=label, key=key)
    return picked or options[0]


def _exhibit(setting: Setting, exhibit: Exhibit) -> None:
    draw = partial(trust_charts.draw, exhibit.picture, description=exhibit.finding.alt)
    look = charts.DARK if st.context.theme.type == "dark" else charts.LIGHT
    _heading(exhibit.finding)
    st.altair_chart(draw(look=look), theme=None, key=f"chart:{exhibit.name}")
    under_chart(
        exhibit.name,
        exhibit.finding,
        reading=exhibit.reading,
        table=exhibit.table,
        rows=exhibit.rows,
        picture=partial(draw, look=charts.LIGHT),
        caption=_caption(setting, exhibit),
        words=setting.words,
    )


def _heading(finding: Finding) -> None:
    st.markdown(f"**{finding.title}**")
    st.caption(finding.sentence)


def _caption(setting: Setting, exhibit: Exhibit) -> str:
    """Return what a picture needs beside it when it leaves the page."""
    words = setting.words
    source = words("trust.caption", month=words.month(DATA_MONTH), version=setting.shown.model_version)
    return f"{exhibit.finding.sentence} {source}"
