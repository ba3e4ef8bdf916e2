"""The runs behind the page on kabupaten/kota: the scenario and its baseline, with the money of each."""

from collections.abc import Hashable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.app import runs, state
from simulator.app.frame import Setting
from simulator.app.shelf import Shelf
from simulator.model import Projection
from simulator.outputs import districts
from simulator.outputs.districts import Districts
from simulator.outputs.overview import Overview
from simulator.outputs.text import Words
from simulator.scenario import Scenario, baseline_of, digest

_KEPT = 64


@st.cache_resource(show_spinner=False)
def _summaries() -> Shelf[Hashable, Districts]:
    return Shelf(_KEPT)


def found(setting: Setting) -> tuple[Districts, Districts]:
    """Return the scenario and the baseline that it is compared with; the same object where they are one."""
    scenario = setting.scenario
    place = st.empty()  # also without a run, so that what follows keeps its place on the page
    baseline = baseline_of(scenario)
    before = _summary(baseline, baseline, setting.baseline, place, setting)
    same = digest(baseline) == digest(scenario)
    return before if same else _summary(scenario, baseline, setting.shown, place, setting), before


def _summary(
    scenario: Scenario, baseline: Scenario, overview: Overview, place: DeltaGenerator, setting: Setting
) -> Districts:
    target = state.target()
    key = runs.key_of(scenario, runs.DETAILED_DRAWS), runs.key_of(baseline, runs.DETAILED_DRAWS), target
    kept = _summaries().get(key)
    if kept is None:
        view = overview.targets[target]
        reference = _projection(baseline, place, setting.words)
        projection = reference if key[0] == key[1] else _projection(scenario, place, setting.words)
        kept = districts.summarise(projection, reference, {target: view.judged}, {target: view.value}, setting.facts)
        _summaries().put(key, kept)
    return kept


def _projection(scenario: Scenario, place: DeltaGenerator, words: Words) -> Projection:
    """Return a run with the money of each kabupaten/kota, in sight; a click elsewhere ends it at the next chunk."""
    key = runs.key_of(scenario, runs.DETAILED_DRAWS)
    kept = runs.detailed().get(key)
    if kept is None:

        def show(done: int, total: int) -> None:
            place.progress(done / total, text=words("district.running"))

        kept = districts.run_districts(
            scenario, draws=runs.DETAILED_DRAWS, seed=runs.SEED, own_data=state.own_rows(), progress=show
        )
        place.empty()
        runs.detailed().put(key, kept)
    return kept
