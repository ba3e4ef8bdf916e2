"""What the sections on trust draw alike: a kept result or that it is not there, a choice, a finding."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from simulator.app import exhibit, state
from simulator.app.frame import Setting
from simulator.app.style import plain
from simulator.evidence import PosteriorError
from simulator.facts.calendar import DATA_MONTH
from simulator.outputs.text import Words
from simulator.outputs.trust import Exhibit

Stored = Mapping[str, Any]


def stored(load: Callable[[], Stored], words: Words) -> Stored | None:
    """Return a kept result; where it is missing or stale, say so and leave the rest of the page alone."""
    try:
        return load()
    except PosteriorError as error:
        not_there(error, words)
        return None


def not_there(error: PosteriorError, words: Words) -> None:
    """Say that a result is missing or stale."""
    st.warning(words("trust.not_there", reason=plain(str(error))))


def choice(name: str, options: Sequence[str], label: Callable[[str], str], words: Words) -> str:
    """Draw a row of choices, the first one chosen, and return the chosen one."""
    now = state.picked(f"trust:{name}", options) or options[0]
    key = state.aligned(f"trust:{name}", now)
    picked = st.segmented_control(
        words(f"trust.choose.{name}"), options, default=now, required=True, format_func=label, key=key
    )
    return picked or options[0]


def show(drawn: Exhibit, setting: Setting) -> None:
    """Draw a finding; its sentence goes with the picture, for it holds what qualifies it."""
    words = setting.words
    source = words("trust.caption", month=words.month(DATA_MONTH), version=setting.shown.model_version)
    exhibit.show(drawn, setting, caption=f"{drawn.finding.sentence} {source}")
