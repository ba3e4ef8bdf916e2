"""A room as tables to take away, with the scenarios of its rounds; tokens of browsers are in none of them."""

from collections.abc import Sequence

import pandas as pd

from simulator.outputs.comparison import MOST
from simulator.scenario import Scenario, decode_link, digest
from simulator.workshop.records import Person, Proposal, Round, Vote

FOLDER = "workshop"
_ROUND_COLUMNS = [
    "round_id", "number", "kind", "state", "question_indonesian", "question_english", "target", "central", "odds",
    "opened_at", "revealed_at", "scenario_link",
]  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def tables(
    rounds: Sequence[Round],
    votes: Sequence[Vote],
    proposals: Sequence[Proposal],
    people: Sequence[Person],
    *,
    names: bool = False,
) -> dict[str, bytes]:
    """Return the tables of a room as CSV files, by their place in a bundle.

    Parameters
    ----------
    rounds, votes, proposals, people
        All of one room.
    names : bool
        Whether names of people leave with them.
    """
    frames = {
        "rounds": _rounds(rounds),
        "votes": pd.DataFrame(
            [(its.round, its.person, its.choice, its.lever or "", its.cast_at) for its in votes],
            columns=["round_id", "person", "choice", "lever", "cast_at"],
        ),
        "proposals": pd.DataFrame(
            [
                (its.round, its.table, lever, value, its.sent_at)
                for its in proposals
                for lever, value in its.values.items()  # noqa: PD011 - no frame
            ],
            columns=["round_id", "table", "lever", "value", "sent_at"],
        ),
        "people": pd.DataFrame(
            [(its.id, its.table, *([its.name] if names else [])) for its in people],
            columns=["person", "table", *(["name"] if names else [])],
        ),
    }
    return {f"{FOLDER}/{name}.csv": _csv(frame) for name, frame in frames.items()}


def scenarios(rounds: Sequence[Round]) -> dict[str, Scenario]:
    """Return the last different scenarios of the rounds by name, as many as a bundle holds, the earliest first.

    Those that do not run over the months of the last one stay out: they can be told from their link in the table of
    rounds.
    """
    found: dict[str, tuple[str, Scenario]] = {}
    for its in reversed(rounds):
        scenario = decode_link(its.scenario)
        last = next((kept for _, kept in found.values()), scenario)
        if len(found) < MOST and (scenario.start, scenario.horizon) == (last.start, last.horizon):
            found.setdefault(digest(scenario), (f"round-{its.number}", scenario))
    return dict(reversed(list(found.values())))


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rounds(rounds: Sequence[Round]) -> pd.DataFrame:
    rows = [
        (
            its.id,
            its.number,
            its.kind,
            its.state,
            its.question.id,
            its.question.en,
            its.target,
            "" if its.answer is None else its.answer.central,
            None if its.answer is None else its.answer.odds,
            its.opened_at,
            its.revealed_at or "",
            its.scenario,
        )
        for its in rounds
    ]
    return pd.DataFrame(rows, columns=_ROUND_COLUMNS)


def _csv(frame: pd.DataFrame) -> bytes:
    cells = frame.map(lambda cell: safe(cell) if isinstance(cell, str) else cell)
    return cells.to_csv(index=False, lineterminator="\n").encode()
