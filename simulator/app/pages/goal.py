"""Capai target: what has to be decided so that a target is reached, what odds cost, and what waiting costs."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import partial
from threading import Event
from typing import TypeVar

import altair as alt
import pandas as pd
import streamlit as st

from simulator.answers.frontier import frontier, heat
from simulator.answers.goal import DECISIONS, MONTH_LEVERS, SolveError
from simulator.answers.solve import Solution, solve
from simulator.answers.waiting import DRAWS as WAITING_DRAWS
from simulator.answers.waiting import Delayed, cost_of_waiting
from simulator.app import background, controls, exhibit, runs, state
from simulator.app.downloads import under_chart
from simulator.app.frame import Setting, surround
from simulator.app.style import plain
from simulator.app.tables import download, text_table
from simulator.facts.calendar import DATA_MONTH, MONTHS_PER_YEAR, format_month, parse_month
from simulator.model import Progress
from simulator.outputs import charts, findings, goal_charts
from simulator.outputs import goal as about
from simulator.outputs.findings import Finding
from simulator.outputs.lever_text import value_text
from simulator.outputs.text import Words
from simulator.scenario import (
    DISTRICT_CODES,
    LEVERS,
    Name,
    Scenario,
    ScenarioError,
    decode_link,
    digest,
    dump_scenario,
    encode_link,
)

DRAWS, CONFIRM = 100, 2000  # of a search, and of its confirmation
GRID_DRAWS = 200
GRID = 7
ODDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
DEFAULT_ODDS = 0.8
DEFAULT_BILLIONS = 50
RISE_FUNDS = ("apbd_province", "apbd_district", "village", "dbh_sawit", "public_posts")
HEAT_LEVERS = ("village_share", "metro_share")
_BILLION = 10**9
_YEARS = 10
_FIRST_YEAR = DATA_MONTH // MONTHS_PER_YEAR
_ODDS_GOAL, _BUDGET_GOAL = "odds", "budget"
Q = TypeVar("Q", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True)
class Goal:
    """What is asked; `link` holds the scenario without its name, so that a new name is no new question."""

    link: str
    target: str
    by: str
    odds: float | None = None
    budget: int | None = None
    lock: tuple[str, ...] = ()
    region: str | None = None
    yearly_change: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Price:
    """The question of rupiah against odds, of a goal without its own odds."""

    goal: Goal


@dataclass(frozen=True)
class Pair:
    """The question of odds over two levers."""

    link: str
    target: str
    by: str
    region: str | None
    levers: tuple[str, str]


@dataclass(frozen=True)
class Delay:
    """The question of what waiting costs."""

    link: str
    target: str


def show() -> None:
    """Draw the page."""
    setting = surround()
    words = setting.words
    st.title(words("goal.title"), anchor=False)
    view = setting.shown.targets[state.target()]
    st.caption(words("assumption.result", headline=findings.headline(view, setting.shown, words)))
    if state.own_rows():
        st.caption(words("goal.own_figures"))
    goal = _form(setting)
    solution = _answered("goal", goal, Goal, _solve, words, primary=True) if _something_free(goal, words) else None
    if solution is not None:
        with st.container(key="goal-answer"):
            _answer(goal, *solution, setting)
    sections: dict[str, Callable[[Goal, Setting], None]] = {"frontier": _frontier, "heat": _heat, "waiting": _waiting}
    for name, draw in sections.items():
        fold = st.expander(words(f"goal.fold.{name}"), key=f"fold:{name}", on_change="rerun")
        if fold.open:
            with fold:
                draw(goal, setting)


# ---- the question


def _form(setting: Setting) -> Goal:
    words, last = setting.words, background.asked("goal", Goal)
    with st.container(border=True, key="goal-form"):
        first, second, third, fourth = st.columns([4, 3, 4, 4])
        with first:
            exhibit.choose_target(setting)
        with second:
            by = _month(last, setting)
        with third:
            kind = _kind(last, words)
        with fourth:
            budget = _budget(last, words) if kind == _BUDGET_GOAL else None
            odds = _odds(last, words) if budget is None else None
        left, right = st.columns([4, 7])
        with left:
            region = _region(last, setting)
        with right:
            lock = _lock(region, last, words)
        rises = _rises(last, words)
    link = _unnamed(setting.scenario)
    return Goal(link, state.target(), by, odds, budget, lock, region, rises)


def _unnamed(scenario: Scenario) -> str:
    return encode_link(scenario.replace(name=Name(id="-", en="-"), description=None))


def _start_at(key: str, value: object) -> None:
    """Let a control that is new to the page begin with `value`: a change of page forgets what it held."""
    if key not in st.session_state:
        st.session_state[key] = value


def _month(last: Goal | None, setting: Setting) -> str:
    """Draw the choice of a December: plans that may end within a year look cheaper than they are."""
    due = setting.facts.targets[state.target()].month
    months = {f"{year}-12" for year in range(_FIRST_YEAR, _FIRST_YEAR + _YEARS)}
    if due is not None and due > DATA_MONTH:
        months.add(format_month(due))
    key = "goal_by"
    _start_at(key, f"{_FIRST_YEAR + 1}-12" if last is None else last.by)
    if st.session_state[key] not in months:
        st.session_state[key] = max(months)
    return st.selectbox(
        setting.words("goal.by"),
        sorted(months),
        format_func=lambda month: setting.words.month(parse_month(month)),
        key=key,
    )


def _kind(last: Goal | None, words: Words) -> str | None:
    """Draw the choice of what is given: odds, or a ceiling of rupiah."""
    _start_at("goal_kind", _ODDS_GOAL if last is None or last.odds is not None else _BUDGET_GOAL)
    return st.segmented_control(
        words("goal.kind"),
        (_ODDS_GOAL, _BUDGET_GOAL),
        required=True,
        format_func=lambda kind: words(f"goal.kind.{kind}"),
        key="goal_kind",
    )


def _odds(last: Goal | None, words: Words) -> float:
    _start_at("goal_odds", DEFAULT_ODDS if last is None or last.odds is None else last.odds)
    return st.select_slider(
        words("goal.odds"), ODDS, format_func=lambda odds: words.odds(odds, CONFIRM), key="goal_odds"
    )


def _budget(last: Goal | None, words: Words) -> int:
    _start_at("goal_budget", DEFAULT_BILLIONS if last is None or last.budget is None else last.budget // _BILLION)
    billions = st.number_input(words("goal.budget"), min_value=1, max_value=5000, step=5, key="goal_budget")
    return int(billions) * _BILLION


def _region(last: Goal | None, setting: Setting) -> str | None:
    _start_at("goal_region", about.PROVINCE if last is None or last.region is None else last.region)
    chosen = st.selectbox(
        setting.words("goal.region"),
        (about.PROVINCE, *DISTRICT_CODES),
        format_func=lambda code: (
            setting.words("goal.whole_province") if code == about.PROVINCE else about.region_name(code)
        ),
        key="goal_region",
    )
    return None if chosen == about.PROVINCE else chosen


def _lock(region: str | None, last: Goal | None, words: Words) -> tuple[str, ...]:
    key, choice = "goal_lock", _movable(region)
    _start_at(key, [] if last is None else [*last.lock])
    st.session_state[key] = [name for name in st.session_state[key] if name in choice]
    chosen = st.multiselect(
        words("goal.lock"),
        choice,
        format_func=lambda name: words(f"lever.{name}.label"),
        placeholder=words("goal.lock_none"),
        help=words("goal.lock_help"),
        key=key,
    )
    return tuple(name for name in choice if name in chosen)


def _movable(region: str | None) -> list[str]:
    return [name for name in DECISIONS if region is None or not LEVERS[name].province_only]


def _rises(last: Goal | None, words: Words) -> tuple[tuple[str, int], ...]:
    before = {} if last is None else dict(last.yearly_change)
    chosen = []
    with st.expander(words("goal.rises")):
        st.caption(words("goal.rises_help"))
        for column, fund in zip(st.columns(len(RISE_FUNDS)), RISE_FUNDS, strict=True):
            key = f"goal_rise:{fund}"
            _start_at(key, before[fund] // _BILLION if fund in before else None)
            with column:
                billions = st.number_input(
                    words(f"fund.{fund}"), min_value=0, step=5, placeholder=words("goal.no_limit"), key=key
                )
            if billions is not None:
                chosen.append((fund, int(billions) * _BILLION))
    return tuple(chosen)


def _something_free(goal: Goal, words: Words) -> bool:
    """Say so where every lever is kept as it is."""
    if any(name not in goal.lock for name in _movable(goal.region) if name not in MONTH_LEVERS):
        return True
    st.warning(words("goal.all_locked"))
    return False


def _answered(
    place: str, now: Q, kind: type[Q], work: Callable[[Q, Progress, Event], T], words: Words, *, primary: bool = False
) -> tuple[Q, T] | None:
    """Draw the button that asks `now`; return the last question with its answer, None before there is one."""
    st.button(
        words(f"goal.button.{place}"),
        on_click=background.ask,
        args=(place, now),
        key=f"ask:{place}",
        type="primary" if primary else "secondary",
    )
    last = background.asked(place, kind)
    if last is None:
        return None
    try:
        found = background.wait_for(last, partial(work, last), words, label=words(f"goal.working.{place}"))
    except (SolveError, ScenarioError) as error:
        st.warning(words("goal.refused", reason=plain(str(error))))
        return None
    return None if found is None else (last, found)


# ---- the work, in a thread


def _solve(goal: Goal, progress: Progress, cancel: Event) -> Solution:
    return solve(
        decode_link(goal.link),
        target=goal.target,
        by=goal.by,
        odds=goal.odds,
        budget=goal.budget,
        lock=goal.lock,
        region=goal.region,
        yearly_change=dict(goal.yearly_change),
        draws=DRAWS,
        confirm=CONFIRM,
        progress=progress,
        cancel=cancel,
    )


def _price(price: Price, progress: Progress, cancel: Event) -> pd.DataFrame:
    goal = price.goal
    return frontier(
        decode_link(goal.link),
        target=goal.target,
        by=goal.by,
        lock=goal.lock,
        region=goal.region,
        yearly_change=dict(goal.yearly_change),
        draws=DRAWS,
        confirm=CONFIRM,
        progress=progress,
        cancel=cancel,
    )


def _pair(pair: Pair, progress: Progress, cancel: Event) -> pd.DataFrame:
    return heat(
        decode_link(pair.link),
        *pair.levers,
        target=pair.target,
        by=pair.by,
        n=GRID,
        region=pair.region,
        draws=GRID_DRAWS,
        progress=progress,
        cancel=cancel,
    )


def _delay(delay: Delay, progress: Progress, cancel: Event) -> list[Delayed]:
    return cost_of_waiting(decode_link(delay.link), target=delay.target, progress=progress, cancel=cancel)


# ---- the answer


def _answer(now: Goal, goal: Goal, solution: Solution, setting: Setting) -> None:
    """Draw the answer to `goal`; `now` is what would be asked with the settings as they are."""
    words, plan = setting.words, solution.plan
    scenario = about.plan_scenario(plan, solution, goal.region)
    if digest(scenario) == digest(setting.scenario) and replace(now, link=goal.link) == goal:
        st.success(words("goal.in_use"))
    else:
        background.note_if_old("goal", now, words)
    said = about.headline(solution, region=goal.region, odds=goal.odds, budget=goal.budget, words=words)
    st.subheader(said, anchor=False)
    st.markdown(plain(about.decisions(plan, words)))
    st.caption(about.against_now(solution, region=goal.region, words=words))
    early = about.early_money(solution, words)
    if early is not None:
        st.warning(early)
    pooled = setting.facts.regions[goal.region].pooled_with if goal.region else None
    if pooled is not None:
        st.caption(words("goal.pooled", other=about.region_name(pooled)))
    if solution.status != "reached":
        _binding(solution, words)
    _use(scenario, "plan", f"rencana-{goal.target}-{goal.by}.toml", words)
    st.markdown(f"**{words('goal.plan_table')}**")
    stands = {name: _stands(decode_link(goal.link), goal.region, name, setting) for name in plan.moved}
    text_table(about.plan_table(plan, stands, words), key="plan", alt=words("goal.plan_table"))
    st.markdown(f"**{words('goal.money_table')}**")
    text_table(about.money_table(plan, words), key="money", alt=words("goal.money_table"))
    download(f"rupiah-{goal.target}-{goal.by}.csv", partial(about.money_rows, plan), words)
    for number, tie in enumerate(solution.near_ties):
        with st.container(border=True):
            st.markdown(plain(about.tie_text(tie, solution, words)))
            other = about.plan_scenario(tie, solution, goal.region)
            _use(other, f"tie-{number}", f"rencana-{goal.target}-{goal.by}-{number + 2}.toml", words)
    draws, error = words.number(solution.draws), words.percent(plan.odds_error, 1)
    st.caption(f"{words('goal.notes')} {words('solve.draws', n=draws, error=error)}")
    st.caption(plain(about.asked_text(decode_link(goal.link), goal.lock, words)))


def _use(scenario: Scenario, name: str, file_name: str, words: Words) -> None:
    """Draw the two ways on from a plan: as the current scenario, and as a file."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(words("goal.use"), on_click=state.choose, args=(scenario,), key=f"use:{name}")
        st.download_button(
            words("goal.file"),
            data=partial(dump_scenario, scenario),
            file_name=file_name,
            mime="application/toml",
            on_click="ignore",
            type="tertiary",
            key=f"file:{name}",
        )


def _binding(solution: Solution, words: Words) -> None:
    if not solution.binding:
        return
    lines = "\n".join(f"- {plain(about.binding_text(one, draws=DRAWS, words=words))}" for one in solution.binding)
    st.markdown(f"{words('goal.binding')}\n{lines}")


def _stands(scenario: Scenario, region: str | None, name: str, setting: Setting) -> str:
    """Return where a lever stands in the scenario that was asked about, in words."""
    words, lever, given = setting.words, LEVERS[name], scenario.levers.get(name)
    if given is not None:
        value = given.value if region is None else given.districts.get(region, None if lever.total else given.value)
        if value is not None:
            return value_text(lever, value, words)
    if region is not None and lever.total:
        return words("goal.no_own")
    return controls.today_text(lever, setting.baseline.today[name], words)


# ---- the folds


def _frontier(goal: Goal, setting: Setting) -> None:
    words = setting.words
    st.caption(words("frontier.intro"))
    now = Price(replace(goal, odds=None, budget=None))
    answer = _answered("frontier", now, Price, _price, words)
    if answer is None:
        return
    asked, rows = answer[0].goal, answer[1]
    background.note_if_old("frontier", now, words)
    finding = goal_charts.frontier_finding(
        rows, target=asked.target, end=words.end_of(parse_month(asked.by)), draws=CONFIRM, words=words
    )
    frame = goal_charts.frontier_frame(rows, draws=CONFIRM, words=words)
    _chart(
        "target-harga-peluang",
        finding,
        partial(goal_charts.frontier_chart, frame, words=words, description=finding.alt),
        table=goal_charts.frontier_table(rows, words),
        rows=rows,
        reading=words("frontier.reading"),
        asked=about.asked_text(decode_link(asked.link), asked.lock, words),
        draws=CONFIRM,
        words=words,
    )


def _heat(goal: Goal, setting: Setting) -> None:
    words = setting.words
    st.caption(words("heat.intro"))
    levers = _two_levers(goal.region, words)
    if levers is None:
        return
    now = Pair(goal.link, goal.target, goal.by, goal.region, levers)
    answer = _answered("heat", now, Pair, _pair, words)
    if answer is None:
        return
    asked, grid = answer
    background.note_if_old("heat", now, words)
    end = words.end_of(parse_month(asked.by))
    finding = goal_charts.heat_finding(grid, asked.levers, target=asked.target, end=end, draws=GRID_DRAWS, words=words)
    frame = goal_charts.heat_frame(grid, asked.levers, draws=GRID_DRAWS, words=words)
    _chart(
        "target-dua-tuas",
        finding,
        partial(goal_charts.heat_chart, frame, grid, asked.levers, words=words, description=finding.alt),
        table=goal_charts.heat_table(grid, asked.levers, words),
        rows=grid.rename(columns=dict(zip("xy", asked.levers, strict=True))),
        reading=words("heat.reading"),
        asked=about.asked_text(decode_link(asked.link), (), words),
        draws=GRID_DRAWS,
        words=words,
    )


def _two_levers(region: str | None, words: Words) -> tuple[str, str] | None:
    """Draw the choice of two levers; None while both are the same."""
    known = [name for name, lever in LEVERS.items() if lever.unit != "month" and not (region and lever.province_only)]
    chosen = []
    for column, axis, default in zip(st.columns(2), "xy", HEAT_LEVERS, strict=True):
        key = f"heat_{axis}"
        _start_at(key, default)
        if st.session_state[key] not in known:
            st.session_state[key] = default
        with column:
            label = words(f"heat.lever_{axis}")
            chosen.append(st.selectbox(label, known, format_func=lambda name: words(f"lever.{name}.label"), key=key))
    if chosen[0] == chosen[1]:
        st.warning(words("heat.same"))
        return None
    return chosen[0], chosen[1]


def _waiting(goal: Goal, setting: Setting) -> None:
    words = setting.words
    st.caption(words("waiting.intro"))
    if not setting.scenario.levers:
        st.caption(words("waiting.nothing"))
        return
    now = Delay(goal.link, goal.target)
    answer = _answered("waiting", now, Delay, _delay, words)
    if answer is None:
        return
    asked, rows = answer
    background.note_if_old("waiting", now, words)
    horizon = parse_month(decode_link(asked.link).horizon)
    finding = about.waiting_finding(rows, horizon=horizon, draws=WAITING_DRAWS, words=words)
    exhibit.heading(finding)
    text_table(about.waiting_table(rows, draws=WAITING_DRAWS, words=words), key="waiting", alt=finding.alt)
    if len(decode_link(asked.link).levers) > 1:
        st.markdown(f"**{words('waiting.one')}**")
        text_table(about.lever_waiting_table(rows, words), key="waiting-levers", alt=words("waiting.one"))
    st.caption(words("waiting.reading"))
    download("target-menunda.csv", partial(about.waiting_rows, rows), words)


def _chart(
    name: str,
    finding: Finding,
    draw: Callable[..., alt.LayerChart],
    *,
    table: pd.DataFrame,
    rows: pd.DataFrame,
    reading: str,
    asked: str,
    draws: int,
    words: Words,
) -> None:
    """Draw a chart under its finding, with its table and files; `asked` says for what it was computed."""
    look = charts.DARK if st.context.theme.type == "dark" else charts.LIGHT
    exhibit.heading(finding)
    st.altair_chart(draw(look=look), theme=None, key=f"chart:{name}")
    st.caption(plain(asked))
    caption = words("goal.caption", asked=asked, version=runs.model_version(), draws=words.number(draws))
    under_chart(
        name,
        finding,
        reading=reading,
        table=table,
        rows=rows,
        picture=partial(draw, look=charts.LIGHT),
        caption=f"{finding.sentence} {caption}",
        words=words,
    )
