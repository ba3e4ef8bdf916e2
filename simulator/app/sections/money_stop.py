"""What remains when the money stops in a chosen month."""

from functools import partial
from threading import Event

import streamlit as st

from simulator.answers.money import Remaining, after_stop
from simulator.app import asking, background, exhibit, runs
from simulator.app.frame import Setting
from simulator.app.sections import money_ledgers
from simulator.app.style import plain
from simulator.facts.calendar import parse_month
from simulator.model import Progress
from simulator.outputs import money, money_charts
from simulator.scenario import Scenario, digest


def draw(title: str, setting: Setting) -> str:
    """Draw what remains after a stop in the chosen month, and return the title with what is lost."""
    words, scenario = setting.words, setting.scenario
    st.header(words("money.page.stop"), anchor=False, divider="gray")
    months, default = money.stop_months(scenario)
    last = background.asked("stop", str)
    stop = last if last in months else default
    _choose(months, stop, setting)
    st.markdown(plain(money.what_stops(scenario, stop, words)))
    found = background.wait_for(
        ("stop", digest(scenario), stop, money_ledgers.DRAWS, runs.SEED),
        partial(_after_stop, scenario, stop),
        words,
        label=words("money.working_stop"),
    )
    if found is None:
        return title
    if not all(money.anybody_paid(its) for its in found):
        st.markdown(words("money.stops.nobody"))
        return title
    drawn = money_charts.remaining_exhibit(found, money_ledgers.DRAWS, stop, words)
    exhibit.show(drawn, setting, caption=exhibit.caption(setting, money_ledgers.DRAWS))
    return money.loss_text(title, scenario, stop, found[-1], words)


def _choose(months: list[str], stop: str, setting: Setting) -> None:
    words, key = setting.words, "stop_month"
    if st.session_state.get(key) not in months:
        st.session_state[key] = stop
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            words("money.stop_month"),
            months,
            format_func=lambda month: words.month(parse_month(month)),
            key=key,
            width=260,
        )
        asking.button("stop", chosen, words("money.stop_button"))


def _after_stop(scenario: Scenario, stop: str, progress: Progress, cancel: Event) -> list[Remaining]:
    return after_stop(scenario, stop, draws=money_ledgers.DRAWS, seed=runs.SEED, progress=progress, cancel=cancel)
