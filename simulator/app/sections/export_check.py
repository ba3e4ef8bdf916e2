"""What comes back: a bundle is checked and run again, a scenario becomes the one on screen."""

import hashlib
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import cast

import streamlit as st

from simulator.app import asking, background, picks, state
from simulator.app.style import plain
from simulator.model import Progress
from simulator.outputs.text import Words
from simulator.outputs.verify import LARGEST_BYTES, BundleError, Verdict, open_bundle, read_scenarios, verify
from simulator.scenario import Scenario, ScenarioError, read_scenario

_UPLOAD, _PLACE, _FILE, _REFUSED, _TAKEN = "return_upload", "verify", "return_file", "return_refused", "return_taken"
_SCENARIOS = "return_scenarios"  # of the bundle, which need not be opened again for every run of the page
_ZIP = b"PK"


@dataclass(frozen=True)
class Returned:
    """A bundle that came back, by its hash."""

    sha256: str


def draw(words: Words) -> None:
    """Draw the place where files are returned, and what they are worth."""
    st.file_uploader(
        words("export.upload"),
        type=["zip", "toml"],
        key=_UPLOAD,
        max_upload_size=LARGEST_BYTES // 2**20,
        on_change=_take_upload,
    )
    refused = st.session_state.get(_REFUSED)
    if isinstance(refused, BundleError):
        st.warning(plain(refused.line.text(words)))
    elif isinstance(refused, ScenarioError):
        asking.refuse(refused, words, "export.refused")
    if taken := st.session_state.get(_TAKEN):
        st.success(plain(words("export.taken", name=taken)))
    content = st.session_state.get(_FILE)
    question = background.asked(_PLACE, Returned)
    if content is not None and question is not None:
        _bundle(cast("bytes", content), question, words)


def _bundle(content: bytes, question: Returned, words: Words) -> None:
    """Draw the scenarios of a bundle, and whether it comes out again."""
    with st.container(horizontal=True, key="return-scenarios"):
        for name, scenario in st.session_state[_SCENARIOS].items():
            label = words("export.use", name=getattr(scenario.name, words.language))
            st.button(plain(label), on_click=_use, args=(scenario, words), key=f"use:{name}")
    try:
        verdict = background.wait_for(question, partial(_check, content), words, label=words("export.checking"))
    except BundleError as error:
        st.warning(plain(error.line.text(words)))
        return
    if verdict is not None:
        (st.success if verdict.matches else st.error)(words("export.match" if verdict.matches else "export.mismatch"))
        st.markdown("\n".join(f"- {plain(line.text(words))}" for line in verdict.lines))


def _check(content: bytes, progress: Progress, cancel: Event) -> Verdict:
    return verify(content, progress=progress, cancel=cancel)


def _take_upload() -> None:
    """Read what was returned; a file that is refused leaves everything as it was."""
    file = st.session_state.get(_UPLOAD)
    st.session_state[_REFUSED] = st.session_state[_TAKEN] = None
    if file is None:
        return
    content = bytes(file.getvalue())
    try:
        if content.startswith(_ZIP):
            st.session_state[_SCENARIOS] = read_scenarios(open_bundle(content))
            st.session_state[_FILE] = content
            background.ask(_PLACE, Returned(hashlib.sha256(content).hexdigest()))
        else:
            _use(read_scenario(content.decode(errors="replace")), state.words())
    except (BundleError, ScenarioError) as error:
        st.session_state[_REFUSED] = error


def _use(scenario: Scenario, words: Words) -> None:
    """Make a scenario the one on screen; the one before it is put aside, so that it is not lost."""
    before = state.scenario_or_baseline()
    if picks.may_keep(before):
        picks.keep(before)
    state.rename(scenario)
    st.session_state[_TAKEN] = getattr(scenario.name, words.language)
