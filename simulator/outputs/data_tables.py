"""What the data folder holds, as tables in words: facts, contradictions, past programmes, observations."""

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from simulator.facts import Contradiction, Fact, Facts, Observation, Window
from simulator.outputs.text import Words

COUNTRY = "ID"
_DECIMALS = 3


def region_text(region: str, facts: Facts) -> str:
    """Return the name of a region: of a code, of the country, or the name that a fact of elsewhere gives."""
    if region == COUNTRY:
        return "Indonesia"
    return facts.regions[region].name if region in facts.regions else region


def matching_facts(
    facts: Facts, *, text: str = "", topic: str | None = None, region: str | None = None, grade: str | None = None
) -> list[Fact]:
    """Return the facts that fit a search and filters, in file order.

    Every word of `text` must stand in the id, the quantity, the source or the note.
    """
    wanted = text.casefold().split()
    return [
        fact
        for fact in facts.facts.values()
        if (topic is None or fact.topic == topic)
        and (region is None or fact.region == region)
        and (grade is None or fact.grade == grade)
        and all(word in _haystack(fact) for word in wanted)
    ]


def topics(facts: Facts) -> list[str]:
    """Return the topics of facts, each once, in file order."""
    return list(dict.fromkeys(fact.topic for fact in facts.facts.values()))


def regions(facts: Facts) -> list[str]:
    """Return the regions of facts: Lampung and its parts, the country, then the others by name."""
    found = {fact.region for fact in facts.facts.values()}
    inside = [code for code in facts.regions if code in found]
    return [*inside, COUNTRY, *sorted(found - {*inside, COUNTRY})]


def fact_value_text(fact: Fact, words: Words) -> str:
    """Return the figure of a fact with its unit and, in brackets, its range; empty for a rule or an event."""
    if fact.value is None:
        return ""
    figure = words(f"fact.unit.{fact.unit.replace(' ', '_')}", n=_number(fact.value, words))
    if fact.low is None or fact.high is None:
        return figure
    return f"{figure} ({_number(fact.low, words)}–{_number(fact.high, words)})"


def fact_table(chosen: Iterable[Fact], facts: Facts, words: Words) -> pd.DataFrame:
    """Return one row per fact, in words."""
    rows = [
        (
            fact.id,
            fact.quantity if fact.segment in ("", "all") else f"{fact.quantity} ({fact.segment})",
            region_text(fact.region, facts),
            fact.as_of,
            fact_value_text(fact, words),
            words(f"grade.{fact.grade}.short"),
            fact.source if not fact.published else words("fact.source", source=fact.source, date=fact.published),
            fact.url,
            fact.note,
        )
        for fact in chosen
    ]
    names = ("id", "quantity", "region", "as_of", "value", "grade", "source", "url", "note")
    return pd.DataFrame(rows, columns=[words(f"fact.column.{name}") for name in names])


def fact_rows(chosen: Iterable[Fact]) -> pd.DataFrame:
    """Return facts as they stand in the file, for a file."""
    return pd.DataFrame([fact.model_dump() for fact in chosen], columns=list(Fact.model_fields))


def sides_table(record: Contradiction, facts: Facts, words: Words) -> pd.DataFrame:
    """Return the sides of a contradiction, and which of them is used."""
    stated = {side.fact: side.says for side in record.sides}
    rows = []
    for name in dict.fromkeys([*stated, *record.used]):
        fact = facts.facts[name]
        says = stated.get(name)
        rows.append(
            (
                name,
                fact_value_text(fact, words) or fact.unit,
                fact.quantity if says is None else f"{fact.quantity}; {says}",
                fact.as_of,
                fact.source,
                words("contradiction.used") if name in record.used else words("contradiction.unused"),
            )
        )
    names = ("fact", "value", "says", "as_of", "source", "used")
    return pd.DataFrame(rows, columns=[words(f"contradiction.column.{name}") for name in names])


def matching_contradictions(facts: Facts, text: str, words: Words) -> list[Contradiction]:
    """Return the contradictions in whose texts or facts every word of `text` stands."""
    wanted = text.casefold().split()
    return [
        record
        for record in facts.contradictions.values()
        if all(word in _contradiction_haystack(record, words) for word in wanted)
    ]


def history_table(facts: Facts, words: Words) -> pd.DataFrame:
    """Return past programmes: who paid for whom, where, from when and for how long."""
    rows = [_window_row(window, facts, words) for window in facts.history.windows.values()]
    names = ("fund", "segment", "months", "people", "where", "kind", "grade", "facts", "note")
    return pd.DataFrame(rows, columns=[words(f"history.column.{name}") for name in names])


def decree_table(facts: Facts, words: Words) -> pd.DataFrame:
    """Return the decrees by which non-ASN staff became full PPPK."""
    rows = [
        (
            words.month(decree.month),
            words.number(decree.people),
            region_text(decree.region, facts),
            ", ".join(decree.facts),
            decree.note,
        )
        for decree in facts.history.decrees.values()
    ]
    names = ("month", "people", "where", "facts", "note")
    return pd.DataFrame(rows, columns=[words(f"history.column.{name}") for name in names])


def observation_table(facts: Facts, words: Words) -> pd.DataFrame:
    """Return the published figures by month: what they count, how exact they are, whether they are used and why."""
    rows = [_observation_row(record, words) for record in sorted(facts.observations, key=lambda o: o.month)]
    names = ("month", "group", "count", "value", "noise", "used", "why", "fact")
    return pd.DataFrame(rows, columns=[words(f"observation.column.{name}") for name in names])


def newest_facts(facts: Facts, n: int) -> list[Fact]:
    """Return the `n` facts with the latest date of publication, newest first."""
    dated = [fact for fact in facts.facts.values() if fact.published]
    return sorted(dated, key=lambda fact: (fact.published, fact.id), reverse=True)[:n]


def data_changes(changelog: str) -> tuple[str, list[str]] | None:
    """Return version and entries of the newest part *Data* of a changelog; None if no version has one.

    Parameters
    ----------
    changelog : str
        Markdown with one ``## VERSION`` per version, newest first, and parts under ``### Data``.
    """
    for version, body in re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL):
        part = re.search(r"^### Data\n(.*?)(?=^### |\Z)", body, re.MULTILINE | re.DOTALL)
        if part:
            entries = re.split(r"^- ", part[1].strip(), flags=re.MULTILINE)
            return version, [" ".join(entry.split()) for entry in entries if entry.strip()]
    return None


def _window_row(window: Window, facts: Facts, words: Words) -> tuple[str, ...]:
    people = window.people if window.people is not None else sum(window.people_by_region.values())
    return (
        getattr(facts.funds[window.fund].label, words.language),
        getattr(facts.segments[window.segment].label, words.language),
        words.month_range(window.first, window.first + window.months - 1),
        words.number(people),
        _where(window, facts, words),
        words(f"history.kind.{window.kind}"),
        words(f"grade.{window.grade}.short"),
        ", ".join(window.facts),
        window.note,
    )


def _where(window: Window, facts: Facts, words: Words) -> str:
    codes: Sequence[str] = tuple(window.people_by_region) or window.regions
    if not codes or len(codes) == len(facts.districts):
        return words("history.everywhere")
    if set(codes) == {region.code for region in facts.districts if region.kind == "kabupaten"}:
        return words("history.all_kabupaten")
    return ", ".join(region_text(code, facts) for code in codes)


def _observation_row(record: Observation, words: Words) -> tuple[str, ...]:
    rate = record.indicator == "coverage"
    noise = ""
    if record.noise_sd is not None:
        noise = words("observation.points" if rate else "observation.of_count", n=_number(100 * record.noise_sd, words))
    return (
        words.month(record.month),
        words(f"observation.group.{record.group.lower()}"),
        words(f"observation.count.{record.count}"),
        words.exact_percent(record.value) if rate else words("fact.unit.people", n=words.number(record.value)),
        noise,
        words("contradiction.used") if record.used else words("contradiction.unused"),
        _why(record, words),
        record.fact,
    )


def _why(record: Observation, words: Words) -> str:
    if record.note is not None:
        return str(getattr(record.note, words.language))
    if record.used:
        return words(f"observation.why.{record.count}")
    return words("observation.why.twice")


def _number(value: float, words: Words) -> str:
    """Return a number with the decimals that it was published with, three at most."""
    kept = round(value, _DECIMALS)
    return words.number(kept, next(digits for digits in range(_DECIMALS + 1) if round(kept, digits) == kept))


def _haystack(fact: Fact) -> str:
    return " ".join((fact.id, fact.quantity, fact.segment, fact.source, fact.note)).casefold()


def _contradiction_haystack(record: Contradiction, words: Words) -> str:
    texts = (getattr(text, words.language) for text in (record.title, record.why, record.effect))
    return " ".join((*texts, *(side.fact for side in record.sides))).casefold()
