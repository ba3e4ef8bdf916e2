"""Kapan? The front page: when a target is met, with which odds, and what is missing."""

from functools import partial

import streamlit as st

from simulator.app import edits, state
from simulator.app.downloads import under_chart
from simulator.app.frame import Setting, surround
from simulator.facts.calendar import DATA_MONTH
from simulator.outputs import charts, findings, frames, tables
from simulator.outputs.findings import Card
from simulator.scenario import TARGET_IDS, load_scenario

LARGEST_PLAN = "combined"


def show() -> None:
    """Draw the page."""
    setting = surround()
    view = setting.shown.targets[state.target()]
    with st.container(key="heading"):
        heading, chooser = st.columns([7, 2], vertical_alignment="top")
    with chooser:
        _choose_target(setting)
    with heading:
        st.title(findings.headline(view, setting.shown, setting.words), anchor=False)
        st.caption(findings.subtitle(view, setting.shown, setting.facts, setting.words))
    cards = (findings.odds_card, findings.arrival_card, findings.people_card)
    with st.container(key="cards"):
        for column, card in zip(st.columns(len(cards)), cards, strict=True):
            with column:
                _card(card(view, setting.shown, setting.words))
    note = findings.snapshot_note(view, setting.words)
    if note is not None:
        st.caption(note)
    if not view.most_arrive:
        _way_out(setting)
    with st.container(key="charts"):
        left, right = st.columns([5, 6], gap="medium")
        with left:
            _dots(setting)
        with right:
            _path(setting)
    with st.expander(setting.words("curve.fold")):
        _curve(setting)


def _choose_target(setting: Setting) -> None:
    key = "target_choice"
    state.align(key, state.target())
    st.selectbox(
        setting.words("target.label"),
        TARGET_IDS,
        format_func=lambda name: frames.target_label(name, setting.facts.targets[name], setting.words),
        key=key,
        on_change=_take_target,
        args=(key,),
    )


def _take_target(key: str) -> None:
    name = state.control(key, str)
    if name is not None:
        state.choose_target(name)


def _card(card: Card) -> None:
    with st.container(border=True, height="stretch"):
        st.metric(card.label, card.value)
        st.caption(" ".join(card.notes))


def _way_out(setting: Setting) -> None:
    """Offer the largest plan there is, unless it is the one on screen."""
    scenario = setting.scenario
    plan = edits.under(load_scenario(LARGEST_PLAN).replace(horizon=scenario.horizon), scenario.assumptions)
    if plan.levers == scenario.levers:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(setting.words("way_out.button"), on_click=state.choose, args=(plan,), key="way_out", type="primary")
        st.caption(setting.words("way_out.help"), width="content")
        goal = st.session_state.get("pages", {}).get("target")
        if goal is not None:
            st.page_link(goal, label=setting.words("way_out.goal"), icon=":material/search:")


def _caption(setting: Setting) -> str:
    """Return what a picture needs beside it when it leaves the page."""
    words, shown = setting.words, setting.shown
    return words(
        "chart.caption",
        scenario=getattr(setting.scenario.name, words.language),
        month=words.month(DATA_MONTH),
        version=shown.model_version,
        seed=shown.seed,
        draws=words.number(shown.draws),
    )


def _look() -> charts.Look:
    return charts.DARK if st.context.theme.type == "dark" else charts.LIGHT


def _dots(setting: Setting) -> None:
    words, shown = setting.words, setting.shown
    view = shown.targets[state.target()]
    finding = findings.dots_finding(view, shown, words)
    frame = frames.dots_frame(view, start=shown.start, horizon=shown.horizon, words=words)
    draw = partial(charts.arrival_dots, frame, states=frames.dot_states(words, shown.horizon), description=finding.alt)
    _heading(finding)
    st.altair_chart(draw(look=_look()), theme=None, key="dots")
    under_chart(
        "kapan-kedatangan",
        finding,
        reading=words("dots.reading", year=shown.horizon // 12),
        table=tables.dots_table(view, shown, words),
        rows=tables.dots_rows(view),
        picture=partial(draw, look=charts.LIGHT),
        caption=_caption(setting),
        words=words,
    )


def _path(setting: Setting) -> None:
    words, shown = setting.words, setting.shown
    chosen = state.target()
    finding = findings.path_finding(shown, setting.reference, words)
    _heading(finding)
    place = st.container()
    samples = st.toggle(words("path.samples"), key="samples")
    domain = frames.path_domain((shown, setting.baseline), shown.targets[chosen].value)
    frame = frames.path_frame(
        shown, setting.reference, chosen, facts=setting.facts, words=words, domain=domain, samples=samples
    )
    draw = partial(charts.coverage_path, frame, domain=domain, percent_sign=words.percent_sign, description=finding.alt)
    place.altair_chart(draw(look=_look()), theme=None, key="path")
    under_chart(
        "kapan-cakupan",
        finding,
        reading=words("path.reading"),
        table=tables.path_table(shown, setting.reference, words),
        rows=tables.path_rows(shown, setting.reference),
        picture=partial(draw, look=charts.LIGHT),
        caption=_caption(setting),
        words=words,
    )


def _curve(setting: Setting) -> None:
    words, shown = setting.words, setting.shown
    view = shown.targets[state.target()]
    finding = findings.curve_finding(view, shown, words)
    frame = frames.curve_frame(shown, view, words=words)
    draw = partial(charts.odds_curve, frame, description=finding.alt)
    _heading(finding)
    st.altair_chart(draw(look=_look()), theme=None, key="curve")
    under_chart(
        "kapan-peluang",
        finding,
        reading=words("curve.reading"),
        table=tables.curve_table(shown, view, words),
        rows=tables.curve_rows(shown, view),
        picture=partial(draw, look=charts.LIGHT),
        caption=_caption(setting),
        words=words,
    )


def _heading(finding: findings.Finding) -> None:
    st.markdown(f"**{finding.title}**")
    st.caption(finding.sentence)
