"""What leaves as a bundle: the choice of scenarios, the bundle itself, and the single files in it."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

import streamlit as st

from simulator.app import asking, background, picks, runs, state
from simulator.app.frame import Setting
from simulator.app.picks import MOST, NOW
from simulator.model import Progress
from simulator.outputs.bundle import make_bundle
from simulator.outputs.text import Language, distinct
from simulator.scenario import Scenario, decode_link, digest, dump_scenario, encode_link

_PLACE, _PICK = "export", "export_pick"
_FILE = "simulasi-jamsos-lampung.zip"
_SINGLE = {
    "report.html": "text/html",
    "workbook.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "slides.pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@dataclass(frozen=True)
class Wanted:
    """What a bundle is asked of: names and links of scenarios, the reference first, and files that go with them."""

    names: tuple[str, ...]
    links: tuple[str, ...]
    language: Language
    target: str
    beside: tuple[tuple[str, bytes], ...] = ()


def draw(setting: Setting) -> None:
    """Draw the choice, the button, and what can be taken."""
    words = setting.words
    chosen = _chosen(setting)
    st.markdown(words("export.content"))
    if chosen:
        now = Wanted(
            names=tuple(chosen),
            links=tuple(encode_link(scenario) for scenario in chosen.values()),
            language=words.language,
            target=state.target(),
        )
        asking.button(_PLACE, now, words("export.make"), primary=True)
        background.note_if_old(_PLACE, now, words)
    found = asking.answered(_PLACE, Wanted, made, words, label=words("export.working"))
    with st.container(horizontal=True, key="export-files"):
        if found is not None:
            bundle = found[1]
            st.download_button(
                words("export.take"), bundle, file_name=_FILE, mime="application/zip", on_click="ignore", type="primary"
            )
            for name, mime in _SINGLE.items():
                _single(words(f"export.file_{name.partition('.')[0]}"), name, mime, _member(bundle, name))
        toml = dump_scenario(setting.scenario)
        _single(words("export.file_scenario"), "scenario.toml", "application/toml", toml.encode)


def _chosen(setting: Setting) -> dict[str, Scenario]:
    """Draw the choice and return scenarios by name in the order of the list; one that gives the same is left out."""
    words, here = setting.words, setting.scenario
    today = state.policy(state.BASELINE).replace(assumptions=here.assumptions)
    options = {state.BASELINE: today, NOW: here, **picks.kept()}
    shown = {token: getattr(scenario.name, words.language) for token, scenario in options.items()}
    shown[NOW] = words("versus.now", name=shown[NOW])
    asking.begin(_PICK, [NOW] if state.is_baseline(here) else [state.BASELINE, NOW])
    st.session_state[_PICK] = [token for token in st.session_state[_PICK] if token in options]
    picked = st.multiselect(
        words("export.choose"),
        list(options),
        format_func=lambda token: shown[token],
        key=_PICK,
        max_selections=MOST,
        placeholder=words("export.nothing"),
    )
    st.caption(words("export.order"))
    found: dict[str, Scenario] = {}
    for token in (token for token in options if token in picked):
        its = options[token].replace(start=here.start, horizon=here.horizon, targets=here.targets)
        if digest(its) not in map(digest, found.values()):
            found[_name(its, set(found), words.language)] = its
    return found


def _name(scenario: Scenario, taken: set[str], language: Language) -> str:
    """Return the name of a scenario in files: that of a shipped one, else the one it was given."""
    name = state.shipped_name(scenario) or str(getattr(scenario.name, language))
    return distinct([*taken, name])[-1]


def made(wanted: Wanted, progress: Progress, cancel: Event) -> bytes:
    """Return the bundle."""
    return make_bundle(
        {name: decode_link(link) for name, link in zip(wanted.names, wanted.links, strict=True)},
        language=wanted.language,
        target=wanted.target,
        draws=runs.DRAWS,
        seed=runs.SEED,
        beside=dict(wanted.beside),
        progress=progress,
        cancel=cancel,
    )


def _member(bundle: bytes, name: str) -> Callable[[], bytes]:
    def read() -> bytes:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            return archive.read(name)

    return read


def _single(label: str, name: str, mime: str, data: Callable[[], bytes]) -> None:
    st.download_button(label, data, file_name=name, mime=mime, on_click="ignore", type="tertiary", key=f"file:{name}")
