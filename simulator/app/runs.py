"""Run scenarios in sight of the user, and keep the small summaries of what was run."""

from collections.abc import Callable
from threading import Event

import numpy as np
import streamlit as st

from simulator.app import state
from simulator.app.shelf import Shelf
from simulator.app.turns import Turns
from simulator.evidence import DataError, OwnRow
from simulator.facts import load_facts
from simulator.model import Cancelled, Projection, run
from simulator.model.posterior import load_posterior
from simulator.outputs import Result, model_version, project
from simulator.outputs.assumptions import Spread, learned_spreads
from simulator.outputs.overview import Overview, overview
from simulator.outputs.text import Words
from simulator.scenario import Scenario, ScenarioError, digest

__all__ = ["DRAWS", "SEED", "learned", "model_version", "overview_of"]

DRAWS = 2000
SEED = 0
DETAILED_DRAWS = 500
_KEPT, _KEPT_RUNS = 256, 3  # a run with details holds 20 MB
_Key = tuple[str, int, int, tuple[OwnRow, ...]]


@st.cache_resource(show_spinner=False)
def learned() -> dict[str, Spread]:
    """Return what calibration made of each learned parameter, at 5 %, 50 % and 95 %."""
    return learned_spreads(load_facts(), load_posterior())


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf[_Key, Overview]:
    return Shelf(_KEPT)


@st.cache_resource(show_spinner=False)
def detailed() -> Shelf[_Key, Projection]:
    """Return the last runs of `DETAILED_DRAWS` futures with the money of every kabupaten/kota."""
    return Shelf(_KEPT_RUNS)


def key_of(scenario: Scenario, draws: int) -> _Key:
    """Return all that a run hangs on."""
    return digest(scenario), draws, SEED, state.own_rows()


@st.cache_resource(show_spinner=False)
def _turns() -> Turns:
    return Turns()


class _Watch:
    """Progress of a run on the page; anything that ends the script, such as another click, ends the run."""

    def __init__(self, show: Callable[[float], None]) -> None:
        self.cancel = Event()
        self._interruption: BaseException | None = None
        self._show = show

    def look(self) -> None:
        """Notice, while others have their turn, that the script is to end."""
        self(0, 1)
        if self.cancel.is_set():
            raise Cancelled

    def __call__(self, done: int, total: int) -> None:
        try:
            self._show(done / total)
        except BaseException as interruption:  # Streamlit ends a script by raising here
            self._interruption = interruption
            self.cancel.set()

    def go_on(self) -> None:
        """Raise what ended the script, which may have come when nothing was left to cancel."""
        if self._interruption is not None:
            raise self._interruption from None


def overview_of(scenario: Scenario, words: Words, *, role: str, details: bool = False) -> Overview:
    """Return the summary of a scenario, running it in sight if it is not kept.

    Parameters
    ----------
    role : str
        What the scenario is on this page; runs of one page must differ in it.
    details : bool
        Whether the page will ask for `detailed` too, which costs little in the same run.
    """
    place = st.empty()  # also without a run, so that what follows keeps its place on the page
    key = key_of(scenario, DRAWS)
    kept = _shelf().get(key)
    if kept is None:
        try:
            with place.container(horizontal=True, vertical_alignment="center", key=f"running-{role}"):
                kept = _run(scenario, words, role, details)
        except (ScenarioError, DataError):  # a scenario or figures that cannot be: nothing runs any more
            place.empty()
            raise
        place.empty()
        _shelf().put(key, kept)
    return kept


def _run(scenario: Scenario, words: Words, role: str, details: bool) -> Overview:
    first = words("run.preparing") if _shelf().is_empty() else words("run.running", share=words.percent(0))
    bar = st.progress(0.0, text=first)
    st.button(words("run.cancel"), on_click=state.go_back, key=f"cancel-{role}")

    def show(share: float) -> None:
        bar.progress(share, text=words("run.running", share=words.percent(share)))

    watch = _Watch(show)
    try:
        with _turns().turn(watch.look):
            result = _projected(scenario, watch, details=details)
    finally:
        watch.go_on()
    return overview(result)


def _projected(scenario: Scenario, watch: _Watch, *, details: bool) -> Result:
    own = state.own_rows()
    if own or not details:
        return project(scenario, draws=DRAWS, seed=SEED, progress=watch, cancel=watch.cancel, own_data=own)
    kept = DETAILED_DRAWS
    whole = run(scenario, draws=DRAWS, seed=SEED, progress=watch, cancel=watch.cancel, detail=True, detail_draws=kept)
    detailed().put(key_of(scenario, kept), whole.take(np.arange(kept)))
    return Result("scenario", scenario, whole, SEED, load_facts())
