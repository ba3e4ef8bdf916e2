"""Levers and scenarios in words: labels, values with their unit, and what a scenario changes."""

from collections.abc import Mapping

from simulator.facts import load_facts
from simulator.facts.calendar import parse_month
from simulator.outputs.assumptions import Spread, change_text, prior_spread
from simulator.outputs.text import Words
from simulator.scenario import ALLOCATIONS, DEFAULT_HORIZON, LEVERS, Lever, Scenario, Setting


def value_text(lever: Lever, value: float | str, words: Words) -> str:
    """Return a value of `lever` with its unit."""
    number = lever.number(value)
    match lever.unit:
        case "share":
            return words.percent(number, 0 if round(100 * number, 6).is_integer() else 1)
        case "rupiah_per_year":
            return words.rupiah(number)
        case "calendar_month":
            return words.month_name(int(number))
        case "month":
            return words.month(int(number), short=True)
    digits = 0 if number.is_integer() else 2
    return words(f"unit.{lever.unit}", n=words.number(number, digits))


def today_text(lever: Lever, today: Spread, words: Words) -> str:
    """Return where a lever stands today; in words where one number would not do."""
    if lever.id in {"metro_share", "discount_until"}:
        return words(f"today.{lever.id}")
    digits = {"rupiah_per_year": -8, "people": -2, "share": 2}.get(lever.unit)
    return value_text(lever, today[1] if digits is None else round(today[1], digits), words)


def changes(scenario: Scenario, words: Words, learned: Mapping[str, Spread] | None = None) -> list[str]:
    """Return one phrase per lever set, assumption replaced, rule of allocation and own horizon; none for the baseline.

    Parameters
    ----------
    learned : mapping of str to (5 %, median, 95 %), optional
        What calibration made of parameters: that is what a number replaces; else it replaces the prior.
    """
    levers = [_change(LEVERS[id], setting, words) for id, setting in scenario.levers.items()]
    return [
        *levers,
        *_allocation_change(scenario, words),
        *assumption_changes(scenario, words, learned),
        *_horizon_change(scenario, words),
    ]


def assumption_changes(scenario: Scenario, words: Words, learned: Mapping[str, Spread] | None = None) -> list[str]:
    """Return one phrase per assumption that the scenario replaces; `learned` as in `changes`."""
    if not scenario.assumptions:
        return []
    records, known = load_facts().parameters, learned or {}
    return [
        change_text(records[name], value, known.get(name) or prior_spread(records[name]), words)
        for name, value in scenario.assumptions.items()
    ]


def _allocation_change(scenario: Scenario, words: Words) -> list[str]:
    if scenario.allocation == ALLOCATIONS[0]:
        return []
    return [words("change.allocation", rule=words(f"district.rule.{scenario.allocation}"))]


def _horizon_change(scenario: Scenario, words: Words) -> list[str]:
    if scenario.horizon == DEFAULT_HORIZON:
        return []
    return [words("change.horizon", month=words.month(parse_month(scenario.horizon)))]


def _change(lever: Lever, setting: Setting, words: Words) -> str:
    parts = [] if setting.value is None else [value_text(lever, setting.value, words)]
    if setting.districts:
        parts.append(words("change.districts", n=len(setting.districts)))
    if setting.start is not None:
        parts.append(words("change.start", month=words.month(parse_month(setting.start), short=True)))
    if setting.ramp_months > 1:
        parts.append(words("change.ramp", n=setting.ramp_months))
    if setting.end is not None:
        parts.append(words("change.end", month=words.month(parse_month(setting.end), short=True)))
    return f"{words(f'lever.{lever.id}.label')}: {', '.join(parts)}"
