"""A result in a few sentences, for the command line."""

from simulator.facts.calendar import DATA_MONTH
from simulator.outputs.findings import arrival_card, headline, odds_card, path_finding, people_card, subtitle
from simulator.outputs.lever_text import changes
from simulator.outputs.overview import Overview, TargetView, overview
from simulator.outputs.result import Result
from simulator.outputs.text import Language, Words


def summary(result: Result, language: Language) -> str:
    """Return headline, what differs from the baseline, and the three figures of each open target with a date.

    Parameters
    ----------
    language : str
        ``id`` or ``en``.
    """
    words, shown = Words(language), overview(result)
    path = path_finding(shown, None, words)
    name = getattr(result.scenario.name, language)
    changed = "; ".join(changes(result.scenario, words)) or words("strip.no_change")
    lines = [name, changed, words("strip.calibrated"), "", path.title, path.sentence]
    for view in shown.targets.values():
        if view.due is not None and DATA_MONTH <= view.due <= shown.horizon:
            lines += ["", *_target_lines(view, shown, result, words)]
    return "\n".join(lines)


def _target_lines(view: TargetView, shown: Overview, result: Result, words: Words) -> list[str]:
    cards = (card(view, shown, words) for card in (odds_card, arrival_card, people_card))
    return [
        headline(view, shown, words),
        subtitle(view, shown, result.facts, words),
        *(f"  {card.label}: {card.value} ({'; '.join(card.notes)})" for card in cards),
    ]
