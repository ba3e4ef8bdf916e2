"""Anggaran: where money goes, why some is left, who is covered with it, and what remains when it stops."""

from functools import partial
from threading import Event

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.answers.money import Remaining, after_stop
from simulator.app import background, exhibit, runs, state
from simulator.app.frame import Setting, surround
from simulator.app.style import plain
from simulator.facts.calendar import DATA_MONTH, parse_month
from simulator.model import Progress, RunError, run
from simulator.outputs import money, money_charts
from simulator.outputs.money import Ledger
from simulator.scenario import Scenario, ScenarioError, digest, load_scenario

DRAWS = 500


def show() -> None:
    """Draw the page."""
    setting = surround()
    words = setting.words
    heading = st.container(key="heading")
    if state.own_rows():
        st.caption(words("decides.no_own"))
    try:
        drawn = _page(heading, setting)
    except (ScenarioError, RunError) as error:
        drawn = False
        st.warning(plain(words("versus.refused", reason=str(error))))
    if not drawn:
        heading.title(words("page.money"), anchor=False)


def _page(heading: DeltaGenerator, setting: Setting) -> bool:
    """Draw title and sections; False while there are no numbers yet."""
    words, beside = setting.words, _beside(setting)
    reference = None if beside is None else _ledger(beside, setting, "money.working_reference")
    if beside is not None and reference is None:
        return False
    its = _ledger(setting.scenario, setting, "money.working")
    if its is None:
        return False
    above = st.container()
    title = _stop(money.headline(its, words), setting)  # first, because the title needs it
    heading.title(plain(title), anchor=False)
    heading.caption(plain(money.basis(its, reference, words)))
    with above:
        _rupiah(its, reference, setting)
        _cover(its, reference, setting)
    st.header(words("money.page.grants"), anchor=False, divider="gray")
    grants = money_charts.grants_exhibit(its, reference, _grade(setting), words)
    exhibit.show(grants, setting, caption=_caption(setting))
    return True


def _rupiah(its: Ledger, reference: Ledger | None, setting: Setting) -> None:
    words = setting.words
    st.header(words("money.page.rupiah"), anchor=False, divider="gray")
    if not its.funds:
        st.markdown(words("money.title.none", period=money.period_text(its, words)))
        return
    for drawn in (money_charts.rupiah_exhibit(its, reference, words), money_charts.reasons_exhibit(its, words)):
        exhibit.show(drawn, setting, caption=_caption(setting), draw=money_charts.bars)


def _cover(its: Ledger, reference: Ledger | None, setting: Setting) -> None:
    words = setting.words
    st.header(words("money.page.cover"), anchor=False, divider="gray")
    everybody = st.toggle(words("money.everybody"), key="money_everybody")
    drawn = money_charts.cover_exhibit(its, reference, words, everybody=everybody)
    exhibit.show(drawn, setting, caption=_caption(setting), draw=money_charts.areas)


def _stop(title: str, setting: Setting) -> str:
    """Draw what remains after a stop in the chosen month, and return the title with what is lost."""
    words, scenario = setting.words, setting.scenario
    st.header(words("money.page.stop"), anchor=False, divider="gray")
    months, default = money.stop_months(scenario)
    last = background.asked("stop", str)
    stop = last if last in months else default
    _choose_stop(months, stop, setting)
    st.markdown(plain(money.what_stops(scenario, stop, words)))
    found = background.wait_for(
        ("stop", digest(scenario), stop, DRAWS, runs.SEED),
        partial(_after_stop, scenario, stop),
        words,
        label=words("money.working_stop"),
    )
    if found is None:
        return title
    if not all(money.anybody_paid(its) for its in found):
        st.markdown(words("money.stops.nobody"))
        return title
    drawn = money_charts.remaining_exhibit(found, DRAWS, stop, words)
    exhibit.show(drawn, setting, caption=_caption(setting))
    return money.loss_text(title, scenario, stop, found[-1], words)


def _choose_stop(months: list[str], stop: str, setting: Setting) -> None:
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
        st.button(words("money.stop_button"), on_click=background.ask, args=("stop", chosen), key="ask:stop")


def _beside(setting: Setting) -> Scenario | None:
    """Return the baseline that `setting.reference` stands for, None where the scenario is that."""
    if setting.reference is None:
        return None
    its = setting.scenario
    today = load_scenario(state.BASELINE).replace(start=its.start, horizon=its.horizon, targets=its.targets)
    return today.replace(assumptions=its.assumptions) if its.levers else today


def _ledger(scenario: Scenario, setting: Setting, label: str) -> Ledger | None:
    key = ("money", digest(scenario), DRAWS, runs.SEED)
    return background.wait_for(key, partial(_read, scenario), setting.words, label=setting.words(label))


def _read(scenario: Scenario, progress: Progress, cancel: Event) -> Ledger:
    return money.ledger(run(scenario, draws=DRAWS, seed=runs.SEED, progress=progress, cancel=cancel, detail=True))


def _after_stop(scenario: Scenario, stop: str, progress: Progress, cancel: Event) -> list[Remaining]:
    return after_stop(scenario, stop, draws=DRAWS, seed=runs.SEED, progress=progress, cancel=cancel)


def _grade(setting: Setting) -> str:
    """Return on which evidence the rate of death grants rests."""
    if "death_claims" in setting.scenario.assumptions:
        return setting.words("money.grade_own")
    return setting.words(f"grade.{setting.facts.parameters['death_claims'].grade}.long")


def _caption(setting: Setting) -> str:
    """Return what a picture needs beside it when it leaves the page."""
    words = setting.words
    return words(
        "chart.caption",
        scenario=getattr(setting.scenario.name, words.language),
        month=words.month(DATA_MONTH),
        version=setting.shown.model_version,
        seed=runs.SEED,
        draws=words.number(DRAWS),
    )
