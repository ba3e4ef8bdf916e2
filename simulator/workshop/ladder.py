"""The rounds of a room below each other: what was asked, what the room said, what the model says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from simulator.facts import load_facts
from simulator.outputs.lever_text import changes
from simulator.outputs.text import Words
from simulator.outputs.workshop_frames import Reveal, choice_text
from simulator.scenario import decode_link
from simulator.workshop.questions import hits, named_most
from simulator.workshop.records import Answer, Round, Vote


@dataclass(frozen=True)
class Played:
    """A round that was revealed, with what the room said in it."""

    asked: Round
    votes: Sequence[Vote]
    plans: int = 0


def reveal_of(its: Round, votes: Sequence[Vote], answer: Answer) -> Reveal:
    """Return the votes of a round beside an answer of the model."""
    return Reveal(
        choices=its.choices,
        votes=Counter(vote.choice for vote in votes),
        shares=answer.shares,
        central=answer.central,
        due=load_facts().targets[its.target].month,
    )


def named_levers(votes: Sequence[Vote], words: Words) -> str:
    """Return which levers the room names most, with how many do; empty if nobody names one."""
    levers, n = named_most(votes)
    if not levers:
        return ""
    return f"{' / '.join(words(f'lever.{lever}.label') for lever in levers)} ({n})"


def scenario_text(asked: Round, words: Words) -> str:
    """Return the name of the scenario of a round; of one that has none of its own, what it changes."""
    scenario = decode_link(asked.scenario)
    name = str(getattr(scenario.name, words.language))
    return "; ".join(changes(scenario, words)) if name == words("scenario.own") else name


def ladder_table(rounds: Sequence[Played], words: Words) -> pd.DataFrame:
    """Return one row of text per round, the first round first."""
    heads = ("round", "question", "changes", "votes", "hits", "model", "named")
    rows = [_row(its, words) for its in rounds]
    return pd.DataFrame(rows, columns=[words(f"room.column.{head}") for head in heads])


def _row(its: Played, words: Words) -> list[str]:
    asked, answer = its.asked, its.asked.answer
    row = [str(asked.number), asked.question.in_(words.language), scenario_text(asked, words)]
    if answer is None:
        return [*row, words("room.ladder.plans", n=its.plans), "", "", ""]
    hit = hits(its.votes, answer.central)
    share = words("room.ladder.hits", n=hit, votes=len(its.votes)) if its.votes else ""
    model = words(
        "room.ladder.model",
        odds=words.odds(1 - answer.shares[asked.choices[-1]], answer.draws),
        central=choice_text(answer.central, asked.choices, words),
    )
    return [*row, str(len(its.votes)), share, model, named_levers(its.votes, words)]
