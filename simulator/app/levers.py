"""One lever in the sidebar: what it can be set to, its slider, and the details behind its badge."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from simulator.app import edits, state
from simulator.app.moves import attempt
from simulator.facts.calendar import DATA_MONTH, format_month, parse_month
from simulator.outputs.lever_text import today_text, value_text
from simulator.outputs.overview import Spread
from simulator.outputs.text import Words
from simulator.scenario import Lever, Scenario, Setting

Stop = float | str | None  # None is "as today"
_GRADE_COLOURS = {
    "official": "green", "lampung": "green", "borrowed": "blue", "judgement": "orange", "placeholder": "red",
}  # fmt: skip
_BILLION = 1e9
_BILLIONS = (0, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500, 1000, 2000)
_NAMES = (0, 10e3, 20e3, 40e3, 60e3, 80e3, 100e3, 150e3, 200e3, 300e3, 500e3, 1e6)
_RAMPS = (0, 3, 6, 9, 12, 18, 24, 36, 48, 60)
_STEPS = {"people": 1000.0, "people_per_village": 10.0, "months": 1.0, "calendar_month": 1.0, "multiplier": 0.25}


def stops(lever: Lever, now: float | str | None, today: float, *, fixed: bool, stretched: bool) -> list[Stop]:
    """Return what a lever can be set to, in rising order, with the place of today among it.

    Parameters
    ----------
    lever : Lever
    now : float, str or None
        What the scenario holds; always among the stops, so that a link is shown as it is.
    today : float
        Where the lever stands without a decision.
    fixed : bool
        Today's value is the same in all futures, so that a stop with the same number would say it twice.
    stretched : bool
        The scenario marks the lever as a what-if above its legal cap.
    """
    numbers: set[float | str] = {
        value for value in _marks(lever, stretched=stretched) if lever.accepts(value, stretched=stretched)
    }
    if fixed:
        numbers = {value for value in numbers if lever.number(value) != today}
    if now is not None:
        numbers.add(now)
    ordered: list[Stop] = [*sorted(numbers, key=lever.number)]
    place = sum(lever.number(value) < today for value in ordered if value is not None)
    return [*ordered[:place], None, *ordered[place:]]


def _marks(lever: Lever, *, stretched: bool) -> Sequence[float | str]:
    """Return evenly spread or rounded values between the lever's bounds."""
    high = lever.upper(stretched=stretched)
    if lever.unit == "month":
        return [format_month(month) for month in range(DATA_MONTH + 2, DATA_MONTH + 60)]
    if lever.unit == "rupiah_per_year":
        return [int(_BILLION * amount) for amount in _BILLIONS]
    if lever.unit == "names_per_month":
        return [int(names) for names in _NAMES]
    step = _STEPS.get(lever.unit, 0.05 if high == 1 else 0.01)
    marks = [round(lever.low + k * step, 6) for k in range(round((high - lever.low) / step) + 1)]
    return [int(mark) for mark in marks] if lever.whole else marks


def held(lever: Lever, value: float | str | None) -> float | str | None:
    """Return a value of a scenario as the stops hold it: whole where the lever is."""
    return int(value) if isinstance(value, float) and value.is_integer() and lever.whole else value


def as_stop(value: object) -> Stop:
    """Return what a slider holds."""
    return value if isinstance(value, int | float | str) else None


def draw(lever: Lever, scenario: Scenario, today: Spread, words: Words) -> None:
    """Draw the slider of a lever with its grade, behind which the details are.

    Parameters
    ----------
    today : tuple of float
        Where the lever stands without a decision.
    """
    name = _name(lever.id, "value")
    if state.is_overlooked(name):
        _take_value(lever.id)
        st.rerun()
    setting = scenario.levers.get(lever.id)
    now = held(lever, None if setting is None else setting.value)
    now_today = today_text(lever, today, words)
    options = stops(lever, now, today[1], fixed=today[0] == today[2], stretched=lever.id in scenario.stretch)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"row_{lever.id}"):
        st.select_slider(
            _label(lever, now_today if setting else None, words),
            options,
            now,
            key=state.aligned(name, now),
            format_func=lambda stop: (
                words("lever.today", value=now_today) if stop is None else value_text(lever, stop, words)
            ),
            on_change=_take_value,
            args=(lever.id,),
        )
        grade = f":{_GRADE_COLOURS[lever.grade]}-badge[{words(f'grade.{lever.grade}.short')}]"
        details = st.popover(
            grade, type="tertiary", key=_name(lever.id, "more"), on_change="rerun", help=words("lever.more")
        )
    if details.open:
        with details:
            _details(lever, scenario, setting, today, words)


def _label(lever: Lever, today: str | None, words: Words) -> str:
    """Return the label of a lever, with today's value where the slider no longer shows it."""
    label = words(f"lever.{lever.id}.label")
    return label if today is None else words("lever.label", label=label, today=today)


def _details(lever: Lever, scenario: Scenario, setting: Setting | None, today: Spread, words: Words) -> None:
    """Draw what a lever means, its evidence, its schedule and its reset."""
    st.markdown(f"**{words(f'lever.{lever.id}.label')}**")
    st.markdown(f":{_GRADE_COLOURS[lever.grade]}-badge[{words(f'grade.{lever.grade}.long')}]")
    st.caption(words(f"lever.{lever.id}.help"))
    if today[0] != today[2]:
        low, high = (today_text(lever, (end, end, end), words) for end in (today[0], today[2]))
        st.caption(words("lever.today_range", low=low, high=high))
    if setting is None:
        st.caption(words("lever.set_first"))
        return
    if setting.districts:
        st.caption(words("lever.own_districts", n=len(setting.districts)))
    _start(lever, scenario, setting, words)
    if not lever.stepped:
        _ramp(lever, setting, words)
    _end(lever, scenario, setting, words)
    st.button(words("lever.reset"), key=_name(lever.id, "reset"), on_click=_reset, args=(lever.id,))


def _start(lever: Lever, scenario: Scenario, setting: Setting, words: Words) -> None:
    last = parse_month(scenario.horizon) if setting.end is None else parse_month(setting.end) - 1
    _months(lever, "start", setting.start, parse_month(scenario.start) + 1, last, "lever.from_first_month", words)


def _end(lever: Lever, scenario: Scenario, setting: Setting, words: Words) -> None:
    _months(
        lever,
        "end",
        setting.end,
        scenario.first_effect(lever.id) + 1,
        parse_month(scenario.horizon),
        "lever.no_end",
        words,
    )


def _months(lever: Lever, field: str, now: str | None, first: int, last: int, unset: str, words: Words) -> None:
    """Draw the choice of a month of the schedule; the first option leaves it open."""
    months = {format_month(month) for month in range(first, last + 1)} | ({now} if now else set())
    st.select_slider(
        words(f"lever.{field}"),
        [None, *sorted(months)],
        now,
        key=state.aligned(_name(lever.id, field), now),
        format_func=lambda month: words(unset) if month is None else words.month(parse_month(month), short=True),
        on_change=_take_schedule,
        args=(lever.id, field),
    )


def _ramp(lever: Lever, setting: Setting, words: Words) -> None:
    st.select_slider(
        words("lever.ramp_months"),
        sorted({*_RAMPS, setting.ramp_months}),
        setting.ramp_months,
        key=state.aligned(_name(lever.id, "ramp_months"), setting.ramp_months),
        format_func=lambda n: words("lever.at_once") if n == 0 else words("unit.months", n=n),
        on_change=_take_schedule,
        args=(lever.id, "ramp_months"),
    )


def _take_value(lever_id: str) -> None:
    name = _name(lever_id, "value")
    stop = as_stop(state.control(name, object))
    attempt(partial(edits.with_value, state.scenario_or_baseline(), lever_id, stop))
    state.take_note(name)


def _take_schedule(lever_id: str, field: str) -> None:
    value = state.control(_name(lever_id, field), object)
    month = value if isinstance(value, int | str) else None
    attempt(partial(edits.with_schedule, state.scenario_or_baseline(), lever_id, **{field: month}))


def _reset(lever_id: str) -> None:
    state.choose(edits.without(state.scenario_or_baseline(), lever_id))


def _name(lever_id: str, field: str) -> str:
    return f"{field}:{lever_id}"
