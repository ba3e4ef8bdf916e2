"""The levers in the sidebar: what each can be set to, and how a move becomes a scenario."""

from collections.abc import Sequence
from functools import partial
from math import inf

import streamlit as st

from simulator.app import edits, state
from simulator.app.style import plain
from simulator.facts.calendar import DATA_MONTH, LAST_MONTH, MONTHS_PER_YEAR, format_month, parse_month
from simulator.outputs.lever_text import value_text
from simulator.outputs.overview import Spread
from simulator.outputs.text import Words
from simulator.scenario import ALLOCATIONS, LEVERS, Lever, Scenario, ScenarioError, Setting, load_scenario, shipped

Stop = float | str | None  # None is "as today"
GROUPS = tuple(dict.fromkeys(lever.group for lever in LEVERS.values()))
_GRADE_COLOURS = {
    "official": "green", "lampung": "green", "borrowed": "blue", "judgement": "orange", "placeholder": "red",
}  # fmt: skip
_OWN = "own"
_BILLION = 1e9
_BILLIONS = (0, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500, 1000, 2000)
_NAMES = (0, 10e3, 20e3, 40e3, 60e3, 80e3, 100e3, 150e3, 200e3, 300e3, 500e3, 1e6)
_RAMPS = (0, 3, 6, 9, 12, 18, 24, 36, 48, 60)
_STEPS = {"people": 1000.0, "people_per_village": 10.0, "months": 1.0, "calendar_month": 1.0, "multiplier": 0.25}
_HORIZONS = tuple(range(2027, LAST_MONTH // MONTHS_PER_YEAR + 1))


def presets(scenario: Scenario, words: Words) -> None:
    """Draw the chooser of shipped policies; one that is none of them stands last. Replaced assumptions stay."""
    key, present = "preset", state.shipped_name(scenario.replace(assumptions={}))
    names = [*shipped()] if present else [*shipped(), _OWN]
    state.align(key, present or _OWN)
    st.selectbox(
        words("presets.label"),
        names,
        key=key,
        format_func=lambda name: _preset_label(name, scenario, words),
        on_change=_take_preset,
        args=(key,),
    )
    if scenario.assumptions:
        label = words("sidebar.reset_assumptions")
        st.button(label, on_click=reset_assumptions, key="reset_assumptions", type="tertiary")


def _preset_label(name: str, scenario: Scenario, words: Words) -> str:
    """Return a label that no other option has: the browser sends labels back, and a horizon keeps the policy's name."""
    named = {its: str(getattr(load_scenario(its).name, words.language)) for its in shipped()}
    if name != _OWN:
        return named[name]
    own = str(getattr(scenario.name, words.language))
    return f"{own} ({words('scenario.own')})" if own in named.values() else own


def main_levers(scenario: Scenario, today: dict[str, Spread], words: Words) -> None:
    """Draw the levers that are always in sight, in their groups."""
    for group in GROUPS:
        levers = [lever for lever in LEVERS.values() if lever.group == group and lever.main]
        if levers:
            st.caption(words(f"group.{group}"))
        for lever in levers:
            _lever(lever, scenario, today[lever.id], words)


def other_levers(scenario: Scenario, today: dict[str, Spread], words: Words) -> None:
    """Draw the horizon and the other levers, once their fold is opened."""
    others = [lever for lever in LEVERS.values() if not lever.main]
    set_here = sum(lever.id in scenario.levers for lever in others)
    label = words("sidebar.more", n=set_here) if set_here else words("sidebar.more_none")
    fold = st.expander(label, key="more", on_change="rerun")
    if not fold.open:
        return
    with fold:
        _horizon(scenario, words)
        for lever in others:
            _lever(lever, scenario, today[lever.id], words)


def district_lever(scenario: Scenario, code: str, today: dict[str, Spread], words: Words) -> None:
    """Draw the choice of a lever and what it is set to in one kabupaten/kota; leftmost it follows the province."""
    name = st.selectbox(
        words("district.lever.choose"),
        [lever.id for lever in LEVERS.values() if not lever.province_only],
        format_func=lambda its: words(f"lever.{its}.label"),
        key="district_lever",
    )
    lever = LEVERS[name]
    setting = scenario.levers.get(lever.id)
    now = None if setting is None else setting.districts.get(code)
    if isinstance(now, float) and now.is_integer() and lever.whole:
        now = int(now)
    given = None if setting is None else setting.value
    place = words("district.lever.part") if lever.total else (
        today_text(lever, today[lever.id], words) if given is None else value_text(lever, given, words)
    )  # fmt: skip
    key = _key(f"{lever.id}:{code}", "own")
    state.align(key, now)
    st.select_slider(
        words("district.lever.value"),
        stops(lever, now, -inf, fixed=False, stretched=lever.id in scenario.stretch),
        key=key,
        format_func=lambda stop: (
            words("district.lever.follows", value=place) if stop is None else value_text(lever, stop, words)
        ),
        on_change=_take_own_value,
        args=(lever.id, code),
    )
    st.caption(words(f"lever.{lever.id}.help"))


def own_values(scenario: Scenario, code: str, words: Words) -> None:
    """Draw what one kabupaten/kota has set for itself, each with a way back, and the way back for all."""
    own = {name: its.districts[code] for name, its in scenario.levers.items() if code in its.districts}
    if not own:
        st.caption(words("district.lever.none"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, value in own.items():
            label = f"✕ {words(f'lever.{name}.label')}: {value_text(LEVERS[name], value, words)}"
            st.button(label, key=f"own_off:{name}:{code}", on_click=_drop_own_value, args=(name, code), type="tertiary")
        st.button(words("district.lever.reset"), key=f"own_reset:{code}", on_click=_drop_own_values, args=(code,))


def allocation(scenario: Scenario, words: Words) -> None:
    """Draw the choice of the rule by which the province's own money is split."""
    key = "allocation"
    state.align(key, scenario.allocation)
    st.selectbox(
        words("district.rule.label"),
        ALLOCATIONS,
        key=key,
        format_func=lambda rule: words(f"district.rule.{rule}"),
        on_change=_take_allocation,
        args=(key,),
    )


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


def attempt(edit: "partial[Scenario]") -> None:
    """Take over an edit, or say in one sentence why it is refused."""
    try:
        state.choose(edit())
    except ScenarioError as error:
        st.toast(plain(str(error)))


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


def today_text(lever: Lever, today: Spread, words: Words) -> str:
    """Return where a lever stands today; in words where one number would not do."""
    if lever.id in {"metro_share", "discount_until"}:
        return words(f"today.{lever.id}")
    rounded = (
        round(today[1], -8)
        if lever.unit == "rupiah_per_year"
        else round(today[1], -2)
        if lever.unit == "people"
        else today[1]
    )
    if lever.unit == "share":
        rounded = round(today[1], 2)
    return value_text(lever, rounded, words)


def _lever(lever: Lever, scenario: Scenario, today: Spread, words: Words) -> None:
    setting = scenario.levers.get(lever.id)
    now = None if setting is None else setting.value
    if isinstance(now, float) and now.is_integer() and lever.whole:
        now = int(now)
    key = _key(lever.id, "value")
    now_today = today_text(lever, today, words)
    options = stops(lever, now, today[1], fixed=today[0] == today[2], stretched=lever.id in scenario.stretch)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"row_{lever.id}"):
        state.align(key, now)
        st.select_slider(
            _label(lever, now_today if setting else None, words),
            options,
            key=key,
            format_func=lambda stop: (
                words("lever.today", value=now_today) if stop is None else value_text(lever, stop, words)
            ),
            on_change=_take_value,
            args=(lever.id,),
        )
        grade = f":{_GRADE_COLOURS[lever.grade]}-badge[{words(f'grade.{lever.grade}.short')}]"
        details = st.popover(
            grade, type="tertiary", key=_key(lever.id, "more"), on_change="rerun", help=words("lever.more")
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
    st.button(words("lever.reset"), key=_key(lever.id, "reset"), on_click=_reset, args=(lever.id,))


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
    key = _key(lever.id, field)
    months = {format_month(month) for month in range(first, last + 1)} | ({now} if now else set())
    state.align(key, now)
    st.select_slider(
        words(f"lever.{field}"),
        [None, *sorted(months)],
        key=key,
        format_func=lambda month: words(unset) if month is None else words.month(parse_month(month), short=True),
        on_change=_take_schedule,
        args=(lever.id, field),
    )


def _ramp(lever: Lever, setting: Setting, words: Words) -> None:
    key = _key(lever.id, "ramp_months")
    state.align(key, setting.ramp_months)
    st.select_slider(
        words("lever.ramp_months"),
        sorted({*_RAMPS, setting.ramp_months}),
        key=key,
        format_func=lambda n: words("lever.at_once") if n == 0 else words("unit.months", n=n),
        on_change=_take_schedule,
        args=(lever.id, "ramp_months"),
    )


def _horizon(scenario: Scenario, words: Words) -> None:
    key = "horizon"
    months = {f"{year}-12" for year in _HORIZONS} | {scenario.horizon}
    state.align(key, scenario.horizon)
    st.select_slider(
        words("sidebar.horizon"),
        sorted(months),
        key=key,
        format_func=lambda month: words.month(parse_month(month), short=True),
        on_change=_take_horizon,
        args=(key,),
    )


def _take_preset(key: str) -> None:
    name = state.control(key, str)
    if name in shipped():
        policy = load_scenario(name)
        attempt(partial(edits.under, policy, state.scenario_or_baseline().assumptions))


def reset_assumptions() -> None:
    """Give every assumption its range back."""
    state.choose(edits.without_assumptions(state.scenario_or_baseline()))


def _take_value(lever_id: str) -> None:
    value = state.control(_key(lever_id, "value"), object)
    stop = value if isinstance(value, int | float | str) else None
    attempt(partial(edits.with_value, state.scenario_or_baseline(), lever_id, stop))


def _take_own_value(lever_id: str, code: str) -> None:
    value = state.control(_key(f"{lever_id}:{code}", "own"), object)
    stop = value if isinstance(value, int | float | str) else None
    attempt(partial(edits.with_own_value, state.scenario_or_baseline(), lever_id, code, stop))


def _drop_own_value(lever_id: str, code: str) -> None:
    attempt(partial(edits.with_own_value, state.scenario_or_baseline(), lever_id, code, None))


def _drop_own_values(code: str) -> None:
    attempt(partial(edits.without_own_values, state.scenario_or_baseline(), code))


def _take_allocation(key: str) -> None:
    rule = next((rule for rule in ALLOCATIONS if rule == state.control(key, str)), None)
    if rule is not None:
        attempt(partial(edits.with_allocation, state.scenario_or_baseline(), rule))


def _take_schedule(lever_id: str, field: str) -> None:
    value = state.control(_key(lever_id, field), object)
    month = value if isinstance(value, int | str) else None
    attempt(partial(edits.with_schedule, state.scenario_or_baseline(), lever_id, **{field: month}))


def _take_horizon(key: str) -> None:
    horizon = state.control(key, str)
    if horizon is not None:
        attempt(partial(edits.with_horizon, state.scenario_or_baseline(), horizon))


def _reset(lever_id: str) -> None:
    state.choose(edits.without(state.scenario_or_baseline(), lever_id))


def _key(lever_id: str, field: str) -> str:
    return f"{field}:{lever_id}"
