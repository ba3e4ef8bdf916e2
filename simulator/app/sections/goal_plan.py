"""The search for a plan, and the plan that it found: what has to be decided, what it costs, and the ways on."""

from dataclasses import replace
from functools import partial

import streamlit as st

from simulator.answers.solve import Solution
from simulator.app import background, state
from simulator.app.frame import Setting
from simulator.app.sections import goal_questions
from simulator.app.sections.goal_questions import Goal
from simulator.app.style import plain
from simulator.app.tables import download, text_table
from simulator.outputs import goal as about
from simulator.outputs.lever_text import today_text, value_text
from simulator.outputs.text import Words
from simulator.scenario import LEVERS, Scenario, decode_link, digest, dump_scenario


def draw(goal: Goal, setting: Setting) -> None:
    """Draw the button of the search and the plan that was last asked for."""
    found = goal_questions.answered("goal", goal, Goal, goal_questions.solved, setting.words, primary=True)
    if found is not None:
        with st.container(key="goal-answer"):
            _answer(goal, *found, setting)


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
    _tables(goal, solution, setting)
    _ties(goal, solution, words)
    draws, error = words.number(solution.draws), words.percent(plan.odds_error, 1)
    st.caption(f"{words('goal.notes')} {words('solve.draws', n=draws, error=error)}")
    st.caption(plain(about.asked_text(decode_link(goal.link), goal.lock, words)))


def _tables(goal: Goal, solution: Solution, setting: Setting) -> None:
    """Draw the levers of the plan and its rupiah."""
    words, plan = setting.words, solution.plan
    st.markdown(f"**{words('goal.plan_table')}**")
    stands = {name: _stands(decode_link(goal.link), goal.region, name, setting) for name in plan.moved}
    text_table(about.plan_table(plan, stands, words), key="plan", alt=words("goal.plan_table"))
    st.markdown(f"**{words('goal.money_table')}**")
    text_table(about.money_table(plan, words), key="money", alt=words("goal.money_table"))
    download(f"rupiah-{goal.target}-{goal.by}.csv", partial(about.money_rows, plan), words)


def _ties(goal: Goal, solution: Solution, words: Words) -> None:
    """Draw other mixes that do about as well."""
    for number, tie in enumerate(solution.near_ties):
        with st.container(border=True):
            st.markdown(plain(about.tie_text(tie, solution, words)))
            other = about.plan_scenario(tie, solution, goal.region)
            _use(other, f"tie-{number}", f"rencana-{goal.target}-{goal.by}-{number + 2}.toml", words)


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
    """List what stands in the way of the target."""
    if not solution.binding:
        return
    said = (about.binding_text(one, draws=goal_questions.DRAWS, words=words) for one in solution.binding)
    lines = "\n".join(f"- {plain(text)}" for text in said)
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
    return today_text(lever, setting.baseline.today[name], words)
