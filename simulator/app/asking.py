"""Questions that a page asks on a button press: their controls, the button, and the last question with its answer."""

from collections.abc import Callable, Hashable
from functools import partial
from threading import Event
from typing import TypeVar

import streamlit as st

from simulator.answers.goal import SolveError
from simulator.app import background
from simulator.app.style import plain
from simulator.model import Progress, RunError
from simulator.outputs.refusal import refusal_text
from simulator.outputs.text import Words
from simulator.scenario import ScenarioError

Q = TypeVar("Q", bound=Hashable)
T = TypeVar("T")
REFUSED = "versus.refused"


def refuse(error: Exception, words: Words, key: str = REFUSED) -> None:
    """Say why there is no answer; `key` is that of the sentence around the reason."""
    st.warning(plain(words(key, reason=refusal_text(error, words.language))))


def begin(key: str, value: object) -> None:
    """Let a control that is new to the page begin with `value`: a change of page forgets what it held."""
    if key not in st.session_state:
        st.session_state[key] = value


def button(place: str, now: Hashable, label: str, *, primary: bool = False) -> None:
    """Draw the button that asks `now` at one place of a page."""
    st.button(
        label,
        on_click=background.ask,
        args=(place, now),
        key=f"ask:{place}",
        type="primary" if primary else "secondary",
    )


def answered(
    place: str,
    kind: type[Q],
    work: Callable[[Q, Progress, Event], T],
    words: Words,
    *,
    label: str,
    refused: str = REFUSED,
) -> tuple[Q, T] | None:
    """Return the last question of one place with its answer; None before there is one, which is in sight or said.

    Parameters
    ----------
    kind : type
        Of the question.
    work : callable
        ``work(question, progress, cancel)``, as in `background.wait_for`.
    label : str
        What is being computed.
    refused : str
        As in `refuse`.
    """
    question = background.asked(place, kind)
    if question is None:
        return None
    try:
        answer = background.wait_for(question, partial(work, question), words, label=label)
    except (ScenarioError, RunError, SolveError) as error:
        refuse(error, words, refused)
        return None
    return None if answer is None else (question, answer)
