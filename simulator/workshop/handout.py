"""What leaves a workshop on paper: the hand-out of a room, and two pages for when there is no electricity.

Each is one page of HTML that needs nothing beside it and prints on A4. No name of a participant is in either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import altair as alt
import jinja2
import pandas as pd

from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH
from simulator.outputs import charts, findings, frames, workshop_charts, workshop_frames
from simulator.outputs.findings import Finding
from simulator.outputs.overview import Overview
from simulator.outputs.pictures import Drawn
from simulator.outputs.report import figure
from simulator.outputs.text import Language, Words
from simulator.outputs.workshop_frames import PlanView, choice_text
from simulator.scenario import LEVERS, decode_link
from simulator.workshop import plans, questions
from simulator.workshop.ladder import Played, ladder_table, named_levers, reveal_of
from simulator.workshop.questions import FOUR
from simulator.workshop.records import Room

TEMPLATES = Path(__file__).parent / "templates"
_TARGET = "rkp_2026"
_SHEETS = 2  # on one page, to be cut
_STEPS = ("ask", "vote", "count", "tell", "plan")


@dataclass(frozen=True)
class _Part:
    """One round on paper."""

    heading: str
    question: str
    notes: Sequence[str]
    figure: Mapping[str, object] | None
    table: pd.DataFrame | None


def handout_html(
    room: Room,
    played: Sequence[Played],
    compared: Mapping[int, Sequence[PlanView]],
    *,
    language: Language,
    draws: int,
    version: str,
) -> str:
    """Return the hand-out of a room: its rounds, the ladder, and the plans of its tables.

    Parameters
    ----------
    played : sequence of Played
        The rounds that were revealed.
    compared : mapping of int to sequence of PlanView
        Plans of those rounds that asked for plans, by id of the round.
    draws : int
        Number of futures that the plans were run over.
    version : str
        Of the model.
    """
    words = Words(language)
    parts = [
        _plan_part(its, compared.get(its.asked.id, ()), room.budget, draws, words)
        if its.asked.answer is None
        else _vote_part(its, words)
        for its in played
    ]
    return _template("handout.html").render(
        language=language,
        words=words,
        room=room,
        opened=room.opened_at[:10],
        parts=parts,
        ladder=ladder_table(played, words),
        month=words.month(DATA_MONTH),
        version=version,
    )


def fallback_html(shown: Overview, *, language: Language) -> str:
    """Return two pages of A4: the answer if policy goes on as today, and a sheet to vote on.

    Parameters
    ----------
    shown : Overview
        Of the baseline.
    """
    words, view = Words(language), shown.targets[_TARGET]
    path = findings.path_finding(shown, None, words)
    dots = findings.dots_finding(view, shown, words)
    domain = frames.path_domain([shown], view.value)
    path_frame = frames.path_frame(shown, None, view.id, facts=load_facts(), words=words, domain=domain)
    dots_frame = frames.dots_frame(view, start=shown.start, horizon=shown.horizon, words=words)
    drawn = (
        _drawn(
            "path",
            path,
            charts.coverage_path(
                path_frame, look=charts.LIGHT, domain=domain, percent_sign=words.percent_sign, description=path.alt
            ),
        ),
        _drawn(
            "arrival",
            dots,
            charts.arrival_dots(
                dots_frame,
                look=charts.LIGHT,
                states=frames.dot_states(words, shown.horizon),
                description=dots.alt,
            ),
        ),
    )
    asked = questions.choices_between(shown.start, shown.horizon)
    return _template("fallback.html").render(
        language=language,
        words=words,
        headline=findings.headline(view, shown, words),
        question=questions.BUILT_IN["today"].said.in_(language),
        figures=[figure(its) for its in drawn],
        steps=[words(f"room.paper.{step}") for step in _STEPS],
        choices=[choice_text(choice, asked, words) for choice in asked],
        levers=[words(f"lever.{id}.label") for id in dict.fromkeys((*FOUR, *_main_levers()))],
        sheets=range(_SHEETS),
        basis=words("room.paper.basis", month=words.month(DATA_MONTH), version=shown.model_version),
    )


def _vote_part(its: Played, words: Words) -> _Part:
    asked = its.asked
    if asked.answer is None:
        msg = f"round {asked.id} has no answer"
        raise ValueError(msg)
    reveal = reveal_of(asked, its.votes, asked.answer)
    said = workshop_frames.reveal_finding(reveal, asked.answer.sentence.in_(words.language), words)
    grid = workshop_frames.reveal_grid(reveal, width=workshop_frames.ON_PAPER)
    chart = workshop_charts.votes_and_futures(
        workshop_frames.reveal_frame(reveal, grid, words),
        grid=grid,
        look=charts.LIGHT,
        kinds=workshop_frames.reveal_kinds(reveal, words),
        description=said.alt,
    )
    named = named_levers(its.votes, words)
    return _Part(
        heading=words("room.round", n=asked.number),
        question=asked.question.in_(words.language),
        notes=[words("room.named", levers=named)] if named else [],
        figure=figure(_drawn(f"round-{asked.number}", said, chart)),
        table=None,
    )


def _plan_part(its: Played, compared: Sequence[PlanView], budget: int | None, draws: int, words: Words) -> _Part:
    asked = its.asked
    heading, question = words("room.round", n=asked.number), asked.question.in_(words.language)
    if not compared:
        return _Part(heading, question, [words("room.no_plans")], None, None)
    said = plans.finding(compared, budget, draws, words)
    chart = workshop_charts.plans(
        workshop_frames.plan_frame(compared, words),
        look=charts.LIGHT,
        kinds=workshop_frames.plan_kinds(words),
        axis=words("room.plan.axis", year=questions.last_year(decode_link(asked.scenario))),
        description=said.alt,
    )
    table = workshop_frames.plan_table(compared, draws, words)
    return _Part(heading, question, [], figure(_drawn(f"round-{asked.number}", said, chart)), table)


def _drawn(name: str, said: Finding, chart: alt.LayerChart) -> Drawn:
    return Drawn(name, said, chart, caption="")


def _main_levers() -> list[str]:
    return [id for id, lever in LEVERS.items() if lever.main]


@cache
def _template(name: str) -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.get_template(name)
