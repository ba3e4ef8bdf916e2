"""The form of a goal: which target by when, for which odds or rupiah, where, and what stays as it is."""

import streamlit as st

from simulator.answers.goal import DECISIONS, MONTH_LEVERS
from simulator.app import asking, background, exhibit, state
from simulator.app.frame import Setting
from simulator.app.sections import goal_questions
from simulator.app.sections.goal_questions import Goal
from simulator.facts.calendar import DATA_MONTH, MONTHS_PER_YEAR, format_month, parse_month
from simulator.outputs import goal as about
from simulator.outputs.text import Words
from simulator.scenario import DISTRICT_CODES, LEVERS, Name, Scenario, encode_link

ODDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
DEFAULT_ODDS = 0.8
DEFAULT_BILLIONS = 50
RISE_FUNDS = ("apbd_province", "apbd_district", "village", "dbh_sawit", "public_posts")
_BILLION = 10**9
_YEARS = 10
_FIRST_YEAR = DATA_MONTH // MONTHS_PER_YEAR
_ODDS_GOAL, _BUDGET_GOAL = "odds", "budget"


def draw(setting: Setting) -> Goal:
    """Draw the form, as the last question left it, and return what it asks now."""
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


def something_free(goal: Goal, words: Words) -> bool:
    """Say so where every lever is kept as it is."""
    if any(name not in goal.lock for name in _movable(goal.region) if name not in MONTH_LEVERS):
        return True
    st.warning(words("goal.all_locked"))
    return False


def _unnamed(scenario: Scenario) -> str:
    return encode_link(scenario.replace(name=Name(id="-", en="-"), description=None))


def _month(last: Goal | None, setting: Setting) -> str:
    """Draw the choice of a December: plans that may end within a year look cheaper than they are."""
    due = setting.facts.targets[state.target()].month
    months = {f"{year}-12" for year in range(_FIRST_YEAR, _FIRST_YEAR + _YEARS)}
    if due is not None and due > DATA_MONTH:
        months.add(format_month(due))
    key = "goal_by"
    asking.begin(key, f"{_FIRST_YEAR + 1}-12" if last is None else last.by)
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
    asking.begin("goal_kind", _ODDS_GOAL if last is None or last.odds is not None else _BUDGET_GOAL)
    return st.segmented_control(
        words("goal.kind"),
        (_ODDS_GOAL, _BUDGET_GOAL),
        required=True,
        format_func=lambda kind: words(f"goal.kind.{kind}"),
        key="goal_kind",
    )


def _odds(last: Goal | None, words: Words) -> float:
    asking.begin("goal_odds", DEFAULT_ODDS if last is None or last.odds is None else last.odds)
    return st.select_slider(
        words("goal.odds"), ODDS, format_func=lambda odds: words.odds(odds, goal_questions.CONFIRM), key="goal_odds"
    )


def _budget(last: Goal | None, words: Words) -> int:
    asking.begin("goal_budget", DEFAULT_BILLIONS if last is None or last.budget is None else last.budget // _BILLION)
    billions = st.number_input(words("goal.budget"), min_value=1, max_value=5000, step=5, key="goal_budget")
    return int(billions) * _BILLION


def _region(last: Goal | None, setting: Setting) -> str | None:
    asking.begin("goal_region", about.PROVINCE if last is None or last.region is None else last.region)
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
    asking.begin(key, [] if last is None else [*last.lock])
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
            asking.begin(key, before[fund] // _BILLION if fund in before else None)
            with column:
                billions = st.number_input(
                    words(f"fund.{fund}"), min_value=0, step=5, placeholder=words("goal.no_limit"), key=key
                )
            if billions is not None:
                chosen.append((fund, int(billions) * _BILLION))
    return tuple(chosen)
