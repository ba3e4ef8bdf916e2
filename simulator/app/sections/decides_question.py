"""What all sections of the page on what decides ask, and how."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

import streamlit as st

from simulator.app import asking, background, state
from simulator.app.frame import Setting
from simulator.model import Progress
from simulator.scenario import Scenario, decode_link, encode_link

T = TypeVar("T")


@dataclass(frozen=True)
class Question:
    """What is asked, of which scenario and for which target."""

    kind: str
    link: str
    target: str

    @property
    def scenario(self) -> Scenario:
        """The scenario that the link holds."""
        return decode_link(self.link)


def asked(kind: str, setting: Setting, run: Callable[[Question, Progress, Event], T]) -> tuple[Question, T] | None:
    """Draw the button of one question and return what was last asked with its answer; None while there is none."""
    words, now = setting.words, Question(kind, encode_link(setting.scenario), state.target())
    st.caption(words(f"decides.ask.{kind}"))
    asking.button(kind, now, words("decides.button"))
    background.note_if_old(kind, now, words)
    return asking.answered(kind, Question, run, words, label=words(f"decides.working.{kind}"))
