"""Levers and scenarios in words: labels, values with their unit, and what a scenario changes."""

from simulator.facts.calendar import parse_month
from simulator.outputs.text import Words
from simulator.scenario import LEVERS, Lever, Scenario, Setting


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


def changes(scenario: Scenario, words: Words) -> list[str]:
    """Return one phrase per lever that the scenario sets; none for the baseline."""
    return [_change(LEVERS[id], setting, words) for id, setting in scenario.levers.items()]


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
