"""The answer to a question that asks when: the votes of the room over the model's futures."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from simulator.app import exhibit, runs, state
from simulator.app.frame import Setting
from simulator.app.sections.workshop_parts import Here, Later, attempt
from simulator.app.style import plain
from simulator.outputs import workshop_charts, workshop_frames
from simulator.outputs.findings import Finding
from simulator.outputs.text import Words
from simulator.scenario import Scenario, decode_link, digest
from simulator.workshop import questions
from simulator.workshop.ladder import named_levers, reveal_of
from simulator.workshop.records import Answer, Round, Vote

_CHART = "lokakarya-jawaban"


def reveal(here: Here, words: Words) -> None:
    """Draw the button that ends the voting; the model's answer is there before it is pressed."""
    asked = here.asked
    if asked is None:
        return
    shown = runs.overview_of(decode_link(asked.scenario), words, role="round")
    act = partial(here.store.reveal, asked.id, questions.answer(shown, asked.target, asked.choices))
    st.button(words("room.reveal"), on_click=attempt, args=(act,), type="primary", key="room_reveal")


def draw(here: Here, asked: Round, setting: Setting) -> Later:
    """Draw votes and futures; the futures follow the levers, the round keeps its own answer.

    Returns
    -------
    callable or None
        Draws the chart in its place, and what stands under it where it is called.
    """
    words, votes, answer = setting.words, here.store.votes(asked.id), asked.answer
    if answer is None:
        return None
    st.markdown(plain(asked.question.in_(words.language)))
    moved = is_moved(asked, setting.scenario)
    if moved:
        answer = questions.answer(setting.shown, asked.target, asked.choices)
    chart = _chart(asked, votes, answer, setting)
    named = named_levers(votes, words)
    if moved or named:  # one line at most, so that a lever that is moved stays under the hand
        st.markdown(words("room.moved") if moved else plain(words("room.named", levers=named)))
    return chart


def is_moved(asked: Round, scenario: Scenario) -> bool:
    """Tell whether the scenario on screen gives other numbers than that of a round."""
    return digest(scenario) != digest(decode_link(asked.scenario))


def alone(setting: Setting) -> Later:
    """Draw the model's futures for the scenario on screen, without votes; as `draw`."""
    choices = questions.choices(setting.scenario)
    answer = questions.answer(setting.shown, state.target(), choices)
    asked = Round(
        id=0, room=0, number=0, kind="when", question=answer.sentence, target=state.target(), scenario=state.link(),
        choices=choices, levers=(), offers=(), state="revealed", answer=answer, opened_at="", revealed_at=None,
    )  # fmt: skip
    return _chart(asked, (), answer, setting)


def _chart(asked: Round, votes: Sequence[Vote], answer: Answer, setting: Setting) -> Later:
    words, its = setting.words, reveal_of(asked, votes, answer)
    finding: Finding = workshop_frames.reveal_finding(its, answer.sentence.in_(words.language), words)
    grid = workshop_frames.reveal_grid(its)
    st.title(plain(finding.title), anchor=False)
    st.markdown(plain(finding.sentence))
    return partial(
        exhibit.chart,
        _CHART,
        finding,
        partial(
            workshop_charts.votes_and_futures,
            workshop_frames.reveal_frame(its, grid, words),
            grid=grid,
            kinds=workshop_frames.reveal_kinds(its, words),
            description=finding.alt,
        ),
        reading=words("room.reveal.reading"),
        table=partial(workshop_frames.reveal_table, its, words),
        rows=partial(workshop_frames.reveal_rows, its),
        caption=exhibit.caption(setting, answer.draws),
        words=words,
        place=st.container(),
    )
