"""What a facilitator can ask without typing, and what the model answers to a question that asks when."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulator.facts import load_facts
from simulator.facts.calendar import MONTHS_PER_YEAR, format_month, parse_month
from simulator.outputs.lever_text import changes
from simulator.outputs.overview import Overview
from simulator.outputs.text import Words
from simulator.outputs.workshop_frames import choice_text
from simulator.scenario import Scenario
from simulator.workshop.records import LONGEST_QUESTION, NEVER, Answer, Kind, Said, Vote

FOUR = ("village_people", "apbd_amount", "dbh_share", "public_mandate")
_HALF_YEAR = 6
_HALF = 0.5


@dataclass(frozen=True)
class BuiltIn:
    """A question that comes with the simulator: a shipped scenario and a target."""

    id: str
    scenario: str
    target: str

    @property
    def said(self) -> Said:
        """The question in both languages."""
        value = load_facts().targets[self.target].value
        texts = (words(f"room.ask.{self.id}", value=words.exact_percent(value)) for words in _BOTH)
        return Said(**dict(zip(("id", "en"), texts, strict=True)))


_BOTH = (Words("id"), Words("en"))
BUILT_IN = {
    its.id: its
    for its in (
        BuiltIn("today", "baseline", "rkp_2026"),
        BuiltIn("villages", "village_100", "rkp_2026"),
        BuiltIn("districts", "metro_everywhere", "rkp_2026"),
        BuiltIn("all", "combined", "rkp_2026"),
        BuiltIn("stops", "money_stops", "rkp_2026"),
        BuiltIn("lampung", "combined", "lampung_2026"),
    )
}


def choices(scenario: Scenario) -> tuple[str, ...]:
    """Return the last months of the half-years up to the one that holds the horizon, then `NEVER`."""
    return choices_between(parse_month(scenario.start), parse_month(scenario.horizon))


def choices_between(start: int, horizon: int) -> tuple[str, ...]:
    """Return the same for month numbers of a start and a horizon."""
    first, last = _half_year_end(start), _half_year_end(horizon)
    return (*(format_month(month) for month in range(first, last + 1, _HALF_YEAR)), NEVER)


def automatic(scenario: Scenario, target: str, *, kind: Kind = "when", budget: int | None = None) -> Said:
    """Return a question about a scenario and a target, for a facilitator who types none."""
    value = load_facts().targets[target].value
    texts = [_automatic(scenario, value, kind, budget, words) for words in _BOTH]
    return Said(id=texts[0], en=texts[1])


def answer(shown: Overview, target: str, asked: Sequence[str]) -> Answer:
    """Return what the model says to a question that asks when.

    The central choice is that of the middle future: the first by which more than half of the futures hold the target,
    else `NEVER`.

    Parameters
    ----------
    shown : Overview
    target : str
    asked : sequence of str
        The choices of the round: last months of half-years, then `NEVER`.
    """
    curve = shown.curves[shown.curves["target"] == target].set_index("month")["held"]
    by = [0.0, *(float(curve.loc[min(parse_month(month), shown.horizon)]) for month in asked[:-1])]
    shares = [after - before for before, after in pairwise(by)]
    central = next((choice for choice, share in zip(asked, by[1:], strict=False) if share > _HALF), NEVER)
    view = shown.targets[target]
    texts = [_sentence(shown, view.value, by[-1], central, asked, words) for words in _BOTH]
    return Answer(
        draws=shown.draws,
        shares=dict(zip(asked, [*shares, 1 - by[-1]], strict=True)),
        central=central,
        odds=view.odds_by_horizon if view.odds_held is None else view.odds_held,
        sentence=Said(id=texts[0], en=texts[1]),
    )


def last_year(scenario: Scenario) -> int:
    """Return the year in which a scenario ends."""
    return parse_month(scenario.horizon) // MONTHS_PER_YEAR


def hits(votes: Iterable[Vote], central: str) -> int:
    """Return how many votes name the choice of the middle future."""
    return sum(vote.choice == central for vote in votes)


def named_most(votes: Iterable[Vote]) -> tuple[tuple[str, ...], int]:
    """Return the levers that most votes name as the one that matters most, and how many do; none if nobody does."""
    named = Counter(vote.lever for vote in votes if vote.lever is not None)
    most = max(named.values(), default=0)
    return tuple(sorted(lever for lever, n in named.items() if n == most)), most


def _half_year_end(month: int) -> int:
    return month - month % _HALF_YEAR + _HALF_YEAR - 1


def _automatic(scenario: Scenario, value: float, kind: Kind, budget: int | None, words: Words) -> str:
    fields: dict[str, object] = {"value": words.exact_percent(value), "year": last_year(scenario)}
    if kind == "plan":
        if budget is None:
            return words("room.ask.plan_free", **fields)
        return words("room.ask.plan", budget=words.rupiah(budget), **fields)
    listed = changes(scenario, words)
    if not listed:
        return words("room.ask.today", **fields)
    text = words("room.ask.changed", changes="; ".join(listed), **fields)
    return text if len(text) <= LONGEST_QUESTION else words("room.ask.on_screen", **fields)


def _sentence(shown: Overview, value: float, odds: float, central: str, asked: Sequence[str], words: Words) -> str:
    fields = {
        "odds": words.odds(odds, shown.draws),
        "value": words.exact_percent(value),
        "year": parse_month(asked[-2]) // MONTHS_PER_YEAR,
    }
    if central == NEVER:
        return words("room.answer.never", **fields)
    return words("room.answer.half_year", half_year=choice_text(central, asked, words), **fields)
