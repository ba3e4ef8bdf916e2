"""The pages of the phones: what a person in a room sees now, as HTML that escapes every text."""

from collections import Counter
from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from simulator.facts.calendar import MONTHS_PER_YEAR, parse_month
from simulator.outputs.lever_text import value_text
from simulator.outputs.text import Words
from simulator.scenario import LEVERS
from simulator.workshop.records import LONGEST_NAME, NEVER, Offer, Person, Round, Vote
from simulator.workshop.store import CODE_DIGITS, Store

_HALF_YEAR = MONTHS_PER_YEAR // 2
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def sentence(words: Words, key: str, **fields: object) -> str:
    """Return a page of one sentence."""
    return _page("sentence", words, text=words(key, **fields))


def join(words: Words, typed: Mapping[str, str], *, error: str | None = None, note: str | None = None) -> str:
    """Return the form for joining.

    Parameters
    ----------
    typed : mapping of str to str
        What to fill in again: ``code``, ``name``, ``table``.
    error : str, optional
        Why it was refused.
    note : str, optional
        Key of a text to be said above.
    """
    filled = {name: typed.get(name, "") for name in ("code", "name", "table")}
    return _page(
        "join", words, **filled, error=error, note=note and words(note), digits=CODE_DIGITS, longest=LONGEST_NAME
    )


def room(
    store: Store,
    person: Person,
    words: Words,
    query: Mapping[str, str],
    *,
    error: str | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    """Return what a person sees now.

    Parameters
    ----------
    query : mapping of str to str
        `ask` says which part of question number `round` to see again: ``choice``, ``lever``, ``plan`` or ``nothing``.
    error : str, optional
        Why what was sent is refused.
    typed : mapping of str to str, optional
        The form that is refused, to fill it in again if it answers the question that is open.
    """
    here = store.room(person.room)
    asked = store.last_round(person.room)
    shared = {"room": here, "person": person, "round": asked, "error": error}
    if asked is None:
        return _page("waiting", words, **shared)
    wanted = query.get("ask", "") if query.get("round") == str(asked.id) else ""
    if asked.kind == "plan":
        again = typed if typed is not None and typed.get("round") == str(asked.id) else None
        template, fields = _plan(store, person, asked, here.budget, words, wanted, again)
    elif asked.state == "open":
        template, fields = _question(asked, store.vote_of(person, asked.id), words, wanted)
    else:
        template, fields = "reveal", _reveal(asked, store.votes(asked.id), person, words)
    return _page(template, words, **shared, question=asked.question.in_(words.language), **fields)


def _question(asked: Round, vote: Vote | None, words: Words, wanted: str) -> tuple[str, dict[str, Any]]:
    fields: dict[str, Any] = {
        "vote": vote,
        "choices": [_choice(asked, choice, words) for choice in asked.choices],
        "levers": {lever: _lever(lever, words) for lever in asked.levers},
        "chosen": vote and choice_text(asked, vote.choice, words),
    }
    if vote is None or wanted == "choice":
        return "choice", fields
    if asked.levers and (wanted == "lever" or (vote.lever is None and wanted != "nothing")):
        return "lever", fields
    return "voted", fields


def _reveal(asked: Round, votes: list[Vote], person: Person, words: Words) -> dict[str, Any]:
    counts = Counter(vote.choice for vote in votes)
    own = next((vote for vote in votes if vote.person == person.id), None)
    answer = asked.answer
    rows = [
        _choice(asked, choice, words)
        | {
            "votes": counts[choice],
            "bar": 100 * counts[choice] / max(counts.values(), default=1),
            "share": None if answer is None else answer.shares.get(choice, 0.0),
            "own": own is not None and own.choice == choice,
            "central": answer is not None and answer.central == choice,
        }
        for choice in asked.choices
    ]
    return {"rows": rows, "own": own, "sentence": answer and answer.sentence.in_(words.language)} | {
        "chosen": own and choice_text(asked, own.choice, words),
        "hits": answer and _hits(asked, answer.central, counts, words),
    }


def _hits(asked: Round, central: str, counts: Counter[str], words: Words) -> str:
    n, total = counts[central], counts.total()
    share = words.percent(n / total) if total else words.percent(0)
    return words("phones.hits", n=n, total=total, share=share, choice=choice_text(asked, central, words))


def _plan(
    store: Store,
    person: Person,
    asked: Round,
    budget: int | None,
    words: Words,
    wanted: str,
    typed: Mapping[str, str] | None,
) -> tuple[str, dict[str, Any]]:
    kept = next((plan for plan in store.proposals(asked.id) if plan.table == person.table), None)
    values: Mapping[str, float] = kept.values if kept else {}
    table = person.table if typed is None else typed.get("table", "")
    offers = [_offer(offer, values.get(offer.lever, offer.today), typed or {}, words) for offer in asked.offers]
    extra = sum(offer["extra"] for offer in offers)
    fields = {
        "table": table,
        "offers": offers,
        "budget": budget,
        "estimate": _estimate(words.rupiah(extra), extra, budget, words),
        "patterns": {
            key: _estimate("{cost}", extra, budget, words) for key, extra in (("within", -inf), ("over", inf))
        },
        "kept": kept is not None,
        "longest": LONGEST_NAME,
    }
    if asked.state != "open":
        return "compared", fields
    return ("planned" if kept and wanted != "plan" and typed is None else "plan"), fields


def _estimate(cost: str, extra: float, budget: int | None, words: Words) -> str:
    """Return about what a plan costs beyond today, rupiah a year, against the common budget."""
    if budget is None:
        return words("phones.estimate", cost=cost)
    key = "phones.estimate.over" if extra > budget else "phones.estimate.within"
    return words(key, cost=cost, budget=words.rupiah(budget))


def _offer(offer: Offer, value: float, typed: Mapping[str, str], words: Words) -> dict[str, Any]:
    unit = LEVERS[offer.lever].unit
    return {
        "lever": offer.lever,
        "label": _lever(offer.lever, words),
        "low": f"{offer.low:.12g}",
        "high": f"{offer.high:.12g}",
        "step": f"{offer.step:.12g}",
        "today": offer.today,
        "rupiah": offer.rupiah,
        "set": typed.get(offer.lever, f"{value:.12g}"),
        "text": value_text(LEVERS[offer.lever], value, words),
        "today_text": value_text(LEVERS[offer.lever], offer.today, words),
        "unit": unit,
        "pattern": words(f"unit.{unit}", n="{n}") if unit not in {"share", "rupiah_per_year"} else "",
        "extra": (value - offer.today) * offer.rupiah,
    }


def choice_text(asked: Round, choice: str, words: Words) -> str:
    """Return a half-year, or that the target is not reached by the last of them, in words."""
    if choice != NEVER:
        month = parse_month(choice)
        return words.month_range(month - _HALF_YEAR + 1, month)
    ends = [parse_month(other) for other in asked.choices if other != NEVER]
    return words("phones.never", end=words.end_of(max(ends))) if ends else words("phones.never.ever")


def _choice(asked: Round, choice: str, words: Words) -> dict[str, Any]:
    """Return a choice for a template: `column` keeps the halves of a year side by side, `tail` is the year."""
    column = "whole" if choice == NEVER else "first" if parse_month(choice) % MONTHS_PER_YEAR < _HALF_YEAR else "second"
    text = choice_text(asked, choice, words)
    lead, _, tail = text.rpartition(" ")
    return {"id": choice, "text": text, "lead": lead, "tail": tail, "column": column}


def _lever(lever: str, words: Words) -> str:
    return words(f"lever.{lever}.label")


def _page(template: str, words: Words, **fields: object) -> str:
    return _TEMPLATES.get_template(f"phone_{template}.html").render(words=words, **fields)
