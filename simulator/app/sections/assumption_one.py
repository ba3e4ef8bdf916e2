"""One assumption: what it rests on, and the place to replace it by a number."""

from functools import partial

import streamlit as st

from simulator.app import edits, moves, runs, state
from simulator.app.frame import Setting
from simulator.app.style import plain
from simulator.app.tables import link
from simulator.facts import Fact, Parameter
from simulator.outputs import assumptions as about
from simulator.outputs import data_tables as data
from simulator.outputs.text import Words
from simulator.scenario import EQUATIONS, FROM_RECORD, LEVERS, allowed_bounds, is_whole, replaceable

_FEW = 12  # so many whole numbers can be offered one by one


def draw(setting: Setting) -> None:
    """Draw the chooser of one assumption and, once one is chosen, what it rests on and the place to replace it."""
    words, facts = setting.words, setting.facts
    name = st.selectbox(
        words("assumption.choose"),
        list(facts.parameters),
        index=None,
        key="assumption",
        placeholder=words("assumption.choose_hint"),
        format_func=lambda name: getattr(facts.parameters[name].label, words.language),
    )
    if name is None:
        return
    record = facts.parameters[name]
    with st.container(border=True, key="one_assumption"):
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _what_it_is(name, record, setting)
        with right:
            if name in replaceable(facts):
                _own_number(name, record, setting)
            else:
                why = "record" if name in FROM_RECORD else record.role
                st.caption(words("assumption.fixed", why=words(f"assumption.role.{why}")))


def reset(name: str) -> None:
    """Give an assumption its range back."""
    moves.attempt(partial(edits.with_assumption, state.scenario_or_baseline(), name, None))


def _what_it_is(name: str, record: Parameter, setting: Setting) -> None:
    words = setting.words
    st.markdown(plain(getattr(record.definition, words.language)))
    before = about.spread_text(record, _spread(name, record), words)
    notes = [
        words("assumption.before", value=before, unit=about.unit_text(record, words)),
        f"{words(f'grade.{record.grade}.long')}.",
    ]
    if name in EQUATIONS:
        part = words(f"assumption.part.{about.part_of(name)}")
        notes.append(words("assumption.read_by", equations=about.equations_text(name), part=part))
    if name in LEVERS:
        notes.append(words("assumption.is_lever"))
    for key, text in (("reason", record.reason), ("derived", record.derived)):
        if text is not None:
            notes.append(words(f"assumption.{key}", text=text))
    st.caption(" ".join(plain(note) for note in notes))
    if not record.facts:
        st.caption(words("assumption.no_facts"))
        return
    lines = (_fact_line(setting.facts.facts[fact], words) for fact in record.facts)
    st.caption("\n".join([words("assumption.sources"), *(f"- {line}" for line in lines)]))


def _spread(name: str, record: Parameter) -> about.Spread:
    """Return what the draws hold of a parameter: what calibration learned, else its prior."""
    return runs.learned().get(name) or about.prior_spread(record)


def _fact_line(fact: Fact, words: Words) -> str:
    figure = data.fact_value_text(fact, words)
    texts = (fact.id, fact.quantity, fact.as_of, figure, fact.source)
    return f"{plain(' · '.join(text for text in texts if text))} {link(fact.url)}"


def _own_number(name: str, record: Parameter, setting: Setting) -> None:
    """Draw the switch between range and number, and the number."""
    words, value = setting.words, setting.scenario.assumptions.get(name)
    is_set = value is not None
    key = state.aligned(f"own:{name}", is_set)
    st.toggle(words("assumption.own"), is_set, key=key, on_change=_take_switch, args=(name, record))
    if value is None:
        return
    _number(name, record, value, words)
    st.caption(about.bounds_text(record, words))
    st.caption(words("assumption.no_recalibration"))
    st.button(words("assumption.reset"), key=f"reset_one:{name}", on_click=reset, args=(name,))


def _number(name: str, record: Parameter, value: float, words: Words) -> None:
    """Draw the place where the number is chosen or typed."""
    place, (low, high) = f"number:{name}", allowed_bounds(record)
    label = words("assumption.own_value", unit=about.input_unit_text(record, words))
    if is_whole(record) and high - low < _FEW:
        key = state.aligned(place, value)
        options = [float(number) for number in range(int(low), int(high) + 1)]
        shown = partial(about.value_text, record, words=words)
        st.selectbox(
            label,
            options,
            options.index(value),
            key=key,
            format_func=shown,
            on_change=_take_number,
            args=(name, record),
        )
        return
    typed = about.typed(record, value)
    st.number_input(
        label,
        min_value=typed.least,
        max_value=typed.most,
        step=typed.step,
        format=f"%.{typed.decimals}f",
        value=typed.now,
        key=state.aligned(place, typed.now),
        on_change=_take_number,
        args=(name, record),
    )


def _take_switch(name: str, record: Parameter) -> None:
    """Start at the middle of the range, rounded to what the place to type it shows."""
    chosen = None
    if state.control(f"own:{name}", bool):
        chosen = about.nearest_typed(record, _spread(name, record)[1])
    moves.attempt(partial(edits.with_assumption, state.scenario_or_baseline(), name, chosen))


def _take_number(name: str, record: Parameter) -> None:
    number = state.control(f"number:{name}", float)
    if number is not None:
        value = about.from_typed(record, number)
        moves.attempt(partial(edits.with_assumption, state.scenario_or_baseline(), name, value))
