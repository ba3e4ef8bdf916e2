"""What stands around every page: header strip, sidebar, and the scenario that they stand for."""

from dataclasses import dataclass

import streamlit as st

from simulator.app import controls, edits, runs, state, style
from simulator.app.sections import help, saves
from simulator.evidence import RENEW, DataError, PosteriorError, load_posterior
from simulator.facts import Facts, load_facts
from simulator.facts.calendar import DATA_MONTH
from simulator.outputs.lever_text import changes
from simulator.outputs.overview import Overview
from simulator.outputs.refusal import refusal_text
from simulator.outputs.text import LANGUAGES, Language, Words
from simulator.scenario import Scenario, ScenarioError, baseline_of

_SHOWN_CHANGES = 4
_LANGUAGE_NAMES: dict[Language, str] = {"id": "Indonesia", "en": "English"}  # each in itself


@dataclass(frozen=True)
class Setting:
    """What a page is drawn from.

    `baseline` is what the scenario is compared with: today's policies under the same assumptions, so that the
    difference is that of policy; where only assumptions are replaced, the published baseline, so that it is theirs.
    """

    words: Words
    facts: Facts
    scenario: Scenario
    shown: Overview
    baseline: Overview

    @property
    def reference(self) -> Overview | None:
        """The baseline, where the scenario is another one."""
        return None if self.shown is self.baseline else self.baseline


def surround(*, levers: bool = True, details: bool = False) -> Setting:
    """Draw header strip and sidebar and return what the page shows.

    The address is read and checked before the first widget. A refused link is said in one sentence; the baseline is
    shown with it, under its own name.

    Parameters
    ----------
    levers : bool
        Whether there is a sidebar, with the levers.
    details : bool
        As in `runs.overview_of`.
    """
    refusal = None
    try:
        scenario = state.scenario()
    except ScenarioError as error:
        scenario, refusal = state.policy(state.BASELINE), error
    words = state.words()
    style.apply(words.language)
    try:
        load_posterior()
    except PosteriorError:
        st.error(words("run.stale", command=RENEW))
        st.stop()
    with st.container(key="strip", horizontal=True, vertical_alignment="top"):
        with st.container():
            _strip(scenario, words)
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            _share(scenario, words)
            help.button(words)
            _language(words)
    if refusal is not None:
        st.warning(words("link.refused", reason=style.plain(refusal_text(refusal, words.language))))
    for refused in state.refused_views(words):
        st.warning(style.plain(refused))
    reference = baseline_of(scenario).replace(assumptions=scenario.assumptions)
    baseline = _possible(reference, words, role="baseline", details=details)
    if levers:
        with st.sidebar:
            controls.presets(scenario, words)
            controls.main_levers(scenario, baseline.today, words)
            controls.other_levers(scenario, baseline.today, words)
    shown = _possible(scenario, words, role="shown", details=details)
    place = st.container()  # also unused, so that what follows keeps its place on the page
    if scenario.assumptions and not scenario.levers:
        with place:
            baseline = _possible(baseline_of(scenario), words, role="published", details=False)
    state.mark_done()
    return Setting(words, load_facts(), scenario, shown, baseline)


def _possible(scenario: Scenario, words: Words, *, role: str, details: bool) -> Overview:
    """Return the summary of a scenario; if it is well formed but cannot be, say so and offer the way back."""
    try:
        return runs.overview_of(scenario, words, role=role, details=details)
    except DataError as error:  # under other assumptions the user's own figures may lie too far
        state.refuse_own_rows(error)
        st.warning(style.plain(refusal_text(error, words.language)))
        st.button(words("own.remove"), on_click=state.forget_own_rows, key="own_remove_here")
        st.stop()
    except ScenarioError as error:
        if error.path[:1] == ("assumptions",):
            st.warning(words("run.impossible"))
        else:
            st.warning(style.plain(words("versus.refused", reason=refusal_text(error, words.language))))
        st.button(words("run.go_back"), on_click=state.go_back, key="go_back")
        st.stop()


def _language(words: Words) -> None:
    name = "language"
    st.segmented_control(
        "Bahasa / Language",
        LANGUAGES,
        default=words.language,
        required=True,
        format_func=lambda language: _LANGUAGE_NAMES[language],
        key=state.aligned(name, words.language),
        on_change=_take_language,
        args=(name,),
        label_visibility="collapsed",
    )


def _take_language(name: str) -> None:
    chosen = state.picked(name, LANGUAGES)
    if chosen is not None:
        state.choose_language(chosen)


def _strip(scenario: Scenario, words: Words) -> None:
    """Say which scenario this is, what it changes and what the numbers rest on."""
    name = style.plain(getattr(scenario.name, words.language))
    listed = [style.plain(change) for change in changes(scenario, words, runs.learned())]
    more = len(listed) - _SHOWN_CHANGES
    shown = "; ".join(listed[:_SHOWN_CHANGES]) + (f"; {words('strip.more', n=more)}" if more > 0 else "")
    st.markdown(f"**{name}** · {shown if listed else words('strip.no_change')}")
    from_model = words(
        "strip.basis",
        month=words.month(DATA_MONTH),
        version=style.plain(runs.model_version()),
        seed=runs.SEED,
        draws=words.number(runs.DRAWS),
    )
    badges = _assumption_badge(len(scenario.assumptions), words)
    if own := len(state.own_rows()):
        badges.append(words("strip.own_figure") if own == 1 else words("strip.own_data", n=own))
    basis = [f":gray[{from_model}]", f":gray-badge[{words('strip.calibrated')}]"]
    st.markdown(" ".join([*basis, *(f":orange-badge[{badge}]" for badge in badges)]))


def _assumption_badge(n: int, words: Words) -> list[str]:
    return [] if n == 0 else [words("strip.assumption") if n == 1 else words("strip.assumptions", n=n)]


def _share(scenario: Scenario, words: Words) -> None:
    with st.popover(words("share.label"), type="tertiary", on_change="rerun", key="share") as fold:
        if not fold.open:
            return
        st.caption(words("share.help"))
        st.code(state.address(), language=None, wrap_lines=True)
        now = str(getattr(scenario.name, words.language))
        st.text_input(words("share.name"), now, max_chars=80, key=state.aligned("name", now), on_change=_take_name)
        saves.draw(words)


def _take_name() -> None:
    name = state.control("name", str)
    if not name:
        return
    try:
        state.rename(edits.named(state.scenario_or_baseline(), name))
    except ScenarioError as error:
        st.toast(style.plain(refusal_text(error, state.words().language)))
