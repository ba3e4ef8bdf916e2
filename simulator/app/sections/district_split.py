"""The province's own money: the rule by which it is split, and the split that brings most members."""

from dataclasses import dataclass
from functools import partial
from threading import Event

import streamlit as st

from simulator.app import asking, background, edits, runs, state
from simulator.app.frame import Setting
from simulator.app.moves import attempt
from simulator.app.style import plain
from simulator.app.tables import text_table
from simulator.facts import load_facts
from simulator.facts.calendar import format_month
from simulator.model import Progress
from simulator.outputs import districts
from simulator.outputs.districts import Proposal
from simulator.outputs.text import Words
from simulator.scenario import ALLOCATIONS, Scenario, decode_link, encode_link

LEVERS_SPLIT = ("apbd_amount", "csr_amount")  # the province's own money
_BILLION = 10**9
_DEFAULT_BILLIONS, _MOST_BILLIONS = 10, {"apbd_amount": 500, "csr_amount": 100}


@dataclass(frozen=True)
class Split:
    """What the cheapest split is asked of; `rupiah` a year, `month` as YYYY-MM."""

    link: str
    lever: str
    rupiah: int
    month: str


def draw(setting: Setting) -> None:
    """Draw the choice of the rule, and the search for a better split, when asked."""
    words, scenario = setting.words, setting.scenario
    st.header(words("district.rule"), anchor=False, divider="gray")
    _rule(scenario, words)
    st.caption(words("district.rule_note"))
    if not any(name in scenario.levers for name in LEVERS_SPLIT):
        st.caption(words("district.rule_idle"))
    st.markdown(f"**{words('district.cheapest')}**")
    st.caption(words("district.cheapest_note"))
    now = _question(setting)
    asking.button("split", now, words("district.cheapest_button"))
    background.note_if_old("split", now, words)
    answer = asking.answered("split", Split, _propose, words, label=words("district.cheapest_working"))
    if answer is not None:
        _proposal(*answer, setting)


def _rule(scenario: Scenario, words: Words) -> None:
    """Draw the choice of the rule by which the province's own money is split."""
    name = "allocation"
    st.selectbox(
        words("district.rule.label"),
        ALLOCATIONS,
        ALLOCATIONS.index(scenario.allocation),
        key=state.aligned(name, scenario.allocation),
        format_func=lambda rule: words(f"district.rule.{rule}"),
        on_change=_take_rule,
        args=(name,),
    )


def _take_rule(name: str) -> None:
    rule = state.picked(name, ALLOCATIONS)
    if rule is not None:
        attempt(partial(edits.with_allocation, state.scenario_or_baseline(), rule))


def _question(setting: Setting) -> Split:
    """Draw which money is to be split, how much a year, and return the question."""
    words, scenario = setting.words, setting.scenario
    left, right = st.columns(2)
    with left:
        lever = st.selectbox(
            words("district.cheapest_lever"),
            LEVERS_SPLIT,
            format_func=lambda name: words(f"lever.{name}.label"),
            key="split_lever",
        )
    key, given = f"split_amount:{lever}", scenario.levers.get(lever)
    asking.begin(key, round(float(given.value) / _BILLION) if given is not None and given.value else _DEFAULT_BILLIONS)
    with right:
        billions = st.number_input(
            words("district.cheapest_amount"), min_value=1, max_value=_MOST_BILLIONS[lever], step=1, key=key
        )
    month = setting.shown.targets[state.target()].judged
    return Split(encode_link(scenario), lever, int(billions) * _BILLION, format_month(month))


def _propose(split: Split, progress: Progress, cancel: Event) -> Proposal:
    return districts.propose(
        decode_link(split.link),
        split.lever,
        split.rupiah,
        split.month,
        facts=load_facts(),
        draws=runs.DETAILED_DRAWS,
        progress=progress,
        cancel=cancel,
    )


def _proposal(asked: Split, found: Proposal, setting: Setting) -> None:
    """Draw what each split brings and, where one is better than the rule, what it gives and the way to use it."""
    words, rule = setting.words, decode_link(asked.link).allocation
    said = districts.proposal_text(found, rule, asked.lever, asked.rupiah, asked.month, words)
    st.markdown(plain(said))
    text_table(districts.gains_table(found, words), key="gains", alt=said)
    if found.best == rule:
        return
    table = districts.proposal_table(found, rule, setting.facts, words)
    text_table(table, key="proposal", alt=words("district.cheapest"))
    st.button(
        words("district.cheapest_use"), on_click=_take_split, args=(asked.lever, found), key="use:split", type="primary"
    )


def _take_split(lever: str, found: Proposal) -> None:
    plan = found.plans[found.best]
    ruled = edits.with_allocation(state.scenario_or_baseline(), plan.allocation)
    attempt(partial(edits.with_setting, ruled, lever, plan.levers[lever]))
