"""Asumsi dan data: every assumption, fact and contradiction behind the numbers, and a place to replace assumptions."""

from functools import partial
from math import floor, log10
from pathlib import Path

import streamlit as st

from simulator.app import controls, edits, own_data, runs, state
from simulator.app.frame import Setting, surround
from simulator.app.style import plain
from simulator.app.tables import download, link, paged, text_table
from simulator.facts import Fact, Parameter
from simulator.facts.calendar import DATA_MONTH
from simulator.outputs import assumptions as about
from simulator.outputs import data_tables as data
from simulator.outputs import findings
from simulator.outputs.lever_text import assumption_changes
from simulator.outputs.text import Words
from simulator.scenario import EQUATIONS, FROM_RECORD, LEVERS, allowed_bounds, is_whole, replaceable

_CHANGELOG = Path(__file__).resolve().parents[3] / "CHANGELOG.md"
_GRADES = ("official", "lampung", "borrowed", "judgement", "placeholder")
_FEW = 12  # so many whole numbers can be offered one by one
_NEWEST = 5
_ALL = ""  # None would give the filter a button to clear it
_STEPS = ("fact", "count", "observation", "contradiction", "check", "more")


def show() -> None:
    """Draw the page."""
    setting = surround()
    words, facts = setting.words, setting.facts
    counts = {"assumptions": facts.parameters, "facts": facts.facts, "contradictions": facts.contradictions}
    st.title(words("data.title", **{name: words.number(len(all_of)) for name, all_of in counts.items()}), anchor=False)
    with st.container(key="caveats"):
        for caveat in ("thin", "contradict", "budget"):
            st.markdown(words(f"data.caveat.{caveat}"))
    parts = {
        "assumptions": _assumptions,
        "facts": _facts,
        "contradictions": _contradictions,
        "history": _history,
        "observations": _observations,
        "own": _own_data,
        "update": _update,
    }
    tabs = st.tabs([words(f"data.tab.{part}") for part in parts], key="data_tabs", on_change="rerun")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw(setting)


def _assumptions(setting: Setting) -> None:
    words, facts, scenario = setting.words, setting.facts, setting.scenario
    st.caption(f"{words('assumption.intro')} {words('assumption.no_recalibration')}")
    if scenario.assumptions:
        _replaced(setting)
    names = _assumption_filters(setting)
    _one_assumption(setting)
    shown = names[paged("assumptions", len(names), words)]
    if not names:
        st.caption(words("data.none"))
        return
    table = about.assumption_table(facts, shown, words, replaced=scenario.assumptions, learned=runs.learned())
    text_table(table, key="assumptions", alt=words("data.tab.assumptions"))
    download("asumsi.csv", partial(about.assumption_rows, facts, scenario), words)


def _replaced(setting: Setting) -> None:
    """List what the scenario replaces, what follows from it, and the ways back."""
    words, scenario = setting.words, setting.scenario
    with st.container(border=True, key="replaced"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words('assumption.replaced')}**", width="content")
            label = words("assumption.reset_all")
            st.button(label, key="reset_all", on_click=controls.reset_assumptions, type="tertiary")
        for name, change in zip(scenario.assumptions, assumption_changes(scenario, words, runs.learned()), strict=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(change), width="content")
                st.button(
                    words("assumption.reset"), key=f"reset:{name}", on_click=_reset, args=(name,), type="tertiary"
                )
        view = setting.shown.targets[state.target()]
        st.caption(words("assumption.result", headline=findings.headline(view, setting.shown, words)))


def _assumption_filters(setting: Setting) -> list[str]:
    """Draw search and filters and return the ids that fit."""
    words = setting.words
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters-assumptions"):
        text = _search("assumptions", words)
        parts = {part: words(f"assumption.part.{part}") for part in (*about.PARTS, "none")}
        part = _choice("assumptions", "part", parts, words)
        grade = _choice("assumptions", "grade", _grades(words), words)
        only = bool(setting.scenario.assumptions) and st.toggle(words("assumption.only_replaced"), key="only_replaced")
    found = about.matching(setting.facts, text=text, part=part, grade=grade)
    return [name for name in found if name in setting.scenario.assumptions] if only else found


def _search(name: str, words: Words) -> str:
    return st.text_input(words("data.search"), key=f"search:{name}", max_chars=80, icon=":material/search:") or ""


def _choice(table: str, name: str, labels: dict[str, str], words: Words) -> str | None:
    """Draw a filter over the keys of `labels`; None lets everything through."""
    chosen = st.selectbox(
        words(f"data.filter.{name}"),
        [_ALL, *labels],
        key=f"filter:{table}:{name}",
        format_func=lambda option: words("data.all") if option == _ALL else labels[option],
    )
    return None if chosen == _ALL else chosen


def _grades(words: Words) -> dict[str, str]:
    return {grade: words(f"grade.{grade}.short") for grade in _GRADES}


def _one_assumption(setting: Setting) -> None:
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
    words, key, value = setting.words, f"own:{name}", setting.scenario.assumptions.get(name)
    state.align(key, value is not None)
    st.toggle(words("assumption.own"), key=key, on_change=_take_switch, args=(name, record))
    if value is None:
        return
    low, high = allowed_bounds(record)
    label = words("assumption.own_value", unit=about.input_unit_text(record, words))
    if is_whole(record) and high - low < _FEW:
        state.align(f"number:{name}", value)
        options = [float(number) for number in range(int(low), int(high) + 1)]
        shown = partial(about.value_text, record, words=words)
        st.selectbox(
            label, options, key=f"number:{name}", format_func=shown, on_change=_take_number, args=(name, record)
        )
    else:
        scale = about.input_scale(record)
        least, most, now = (round(number * scale, 9) for number in (low, high, value))
        step, decimals = _step(most - least, whole=is_whole(record) and scale == 1)
        state.align(f"number:{name}", now)
        st.number_input(
            label,
            min_value=least,
            max_value=most,
            step=step,
            format=f"%.{decimals}f",
            key=f"number:{name}",
            on_change=_take_number,
            args=(name, record),
        )
    st.caption(about.bounds_text(record, words))
    st.caption(words("assumption.no_recalibration"))
    st.button(words("assumption.reset"), key=f"reset_one:{name}", on_click=_reset, args=(name,))


def _step(width: float, *, whole: bool) -> tuple[float, int]:
    """Return a step of about a hundredth of `width`, and the decimals that it needs (two for what has any)."""
    exponent = floor(log10(width)) - 2
    if whole:
        exponent = max(exponent, 0)
    return 10.0**exponent, 0 if exponent >= 0 and (whole or width >= 1000) else max(2, -exponent)


def _take_switch(name: str, record: Parameter) -> None:
    """Start at the middle of the range, rounded to what the place to type it shows."""
    chosen = None
    if state.control(f"own:{name}", bool):
        chosen = _allowed(record, _spread(name, record)[1])
    controls.attempt(partial(edits.with_assumption, state.scenario_or_baseline(), name, chosen))


def _allowed(record: Parameter, value: float) -> float:
    """Return the nearest number that can be typed and is allowed."""
    low, high = allowed_bounds(record)
    if is_whole(record):
        return float(round(value))
    scale = about.input_scale(record)
    _, decimals = _step((high - low) * scale, whole=False)
    rounded = round(value * scale, decimals) / scale
    return round(rounded, 12) if low <= rounded <= high else value


def _take_number(name: str, record: Parameter) -> None:
    typed = state.control(f"number:{name}", float)
    if typed is None:
        return
    value = typed / about.input_scale(record)
    value = float(round(value)) if is_whole(record) else round(value, 12)  # three per cent is 0.03, not a bit beside it
    controls.attempt(partial(edits.with_assumption, state.scenario_or_baseline(), name, value))


def _reset(name: str) -> None:
    controls.attempt(partial(edits.with_assumption, state.scenario_or_baseline(), name, None))


def _facts(setting: Setting) -> None:
    words, facts = setting.words, setting.facts
    st.caption(words("data.own_language"))
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters-facts"):
        text = _search("facts", words)
        topics = {name: words(f"fact.topic.{name}") for name in data.topics(facts)}
        topic = _choice("facts", "topic", topics, words)
        regions = {code: data.region_text(code, facts) for code in data.regions(facts)}
        region = _choice("facts", "region", regions, words)
        grade = _choice("facts", "grade", _grades(words), words)
    found = data.matching_facts(facts, text=text, topic=topic, region=region, grade=grade)
    shown = found[paged("facts", len(found), words)]
    if not found:
        st.caption(words("data.none"))
        return
    text_table(
        data.fact_table(shown, facts, words),
        key="facts",
        alt=words("data.tab.facts"),
        address=words("fact.column.url"),
    )
    download("fakta.csv", partial(data.fact_rows, found), words)


def _contradictions(setting: Setting) -> None:
    words, facts = setting.words, setting.facts
    st.caption(words("data.own_language"))
    found = data.matching_contradictions(facts, _search("contradictions", words), words)
    shown = found[paged("contradictions", len(found), words)]
    if not found:
        st.caption(words("data.none"))
    for number, record in enumerate(shown):
        with st.container(border=True):
            st.markdown(f"**{plain(getattr(record.title, words.language))}**")
            text_table(
                data.sides_table(record, facts, words),
                key=f"sides-{number}",
                alt=getattr(record.title, words.language),
            )
            st.markdown(words("contradiction.why", text=plain(getattr(record.why, words.language))))
            st.markdown(words("contradiction.effect", text=plain(getattr(record.effect, words.language))))


def _history(setting: Setting) -> None:
    words, facts = setting.words, setting.facts
    st.caption(f"{words('history.intro')} {words('data.own_language')}")
    text_table(data.history_table(facts, words), key="history", alt=words("data.tab.history"))
    st.caption(words("history.decrees"))
    text_table(data.decree_table(facts, words), key="decrees", alt=words("history.decrees"))


def _observations(setting: Setting) -> None:
    words = setting.words
    st.caption(words("observation.intro"))
    text_table(data.observation_table(setting.facts, words), key="observations", alt=words("data.tab.observations"))


def _own_data(setting: Setting) -> None:
    view = setting.shown.targets[state.target()]
    own_data.panel(setting.words, findings.headline(view, setting.shown, setting.words))


def _update(setting: Setting) -> None:
    words, facts = setting.words, setting.facts
    st.markdown(
        words(
            "update.state",
            month=words.month(DATA_MONTH),
            facts=words.number(len(facts.facts)),
            parameters=words.number(len(facts.parameters)),
            digest=facts.digest[:12],
        )
    )
    changes = data.data_changes(_CHANGELOG.read_text(encoding="utf-8"))
    if changes is None:
        st.markdown(words("update.no_changes"))
    else:
        version, entries = changes
        lines = "\n".join(f"- {plain(entry)}" for entry in entries)
        st.markdown(f"{words('update.changes', version=plain(version))}\n{lines}")
    st.markdown(f"**{words('update.newest')}**")
    newest = data.newest_facts(facts, _NEWEST)
    text_table(
        data.fact_table(newest, facts, words),
        key="newest",
        alt=words("update.newest"),
        address=words("fact.column.url"),
    )
    st.markdown(f"**{words('update.how')}**")
    steps = (words(f"update.step.{step}", file="docs/new-month.md") for step in _STEPS)
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)))
