"""What is said about a goal: the sentence, the plan as tables, what stops it, and what waiting costs."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from simulator.answers.bands import PAID_FUNDS
from simulator.answers.goal import COST_FUNDS, MONEY_LEVERS, PAID_BY
from simulator.answers.solve import Binding, Plan, Solution
from simulator.answers.waiting import PLAN, Delayed
from simulator.facts import load_facts
from simulator.facts.calendar import MONTHS_PER_YEAR, parse_month
from simulator.model.draws import Array
from simulator.outputs.findings import Finding
from simulator.outputs.lever_text import changes, value_text
from simulator.outputs.text import LANGUAGES, Words
from simulator.scenario import LEVERS, Name, Scenario

PROVINCE = "18"
_NAMED_DELAY = 12
_HALF = 0.5
_NEEDS = PAID_BY | {"village_share": "village_people", "village_people": "village_share"}  # nothing without the other
_NOTHING = 0.001  # of a range: what a search leaves of a lever that it does not use


def headline(solution: Solution, *, region: str | None, odds: float | None, budget: int | None, words: Words) -> str:
    """Return the answer in one sentence; `odds` or `budget` is what was asked for."""
    plan, draws = solution.plan, solution.draws
    fields = {
        "region": region_name(region),
        "value": target_value(solution.target, words),
        "end": words.end_of(parse_month(solution.by)),
        "odds": words.odds(plan.odds, draws),
        "rupiah": words.rupiah(plan.rupiah),
    }
    if odds is not None:
        key = "reached" if solution.status == "reached" else "unreachable"
        added = "" if region is None else "_added"
        return words(f"goal.{key}{added}", wanted=words.odds(odds, draws), **fields)
    key = "budget_reached" if solution.status == "reached" else "budget_unreachable"
    return words(f"goal.{key}", budget=words.rupiah(budget or 0), **fields)


def decisions(plan: Plan, words: Words) -> str:
    """Return what has to be decided, lever by lever, and what the plan does without."""
    if not plan.moved:
        return words("goal.no_decision")
    used = [name for name in _in_order(plan) if _is_used(name, plan) and _is_used(_NEEDS.get(name, name), plan)]
    unused = [name for name in _in_order(plan) if name not in used]
    said = []
    if used:
        values = {name: value_text(LEVERS[name], plan.moved[name], words) for name in used}
        listed = "; ".join(f"{words(f'lever.{name}.label')} {value}" for name, value in values.items())
        said.append(words("goal.decide", decisions=listed))
    if unused:
        said.append(words("goal.unused", levers=", ".join(words(f"lever.{name}.label") for name in unused)))
    return " ".join(said)


def against_now(solution: Solution, *, region: str | None, words: Words) -> str:
    """Return odds and money of the scenario as given, beside those of the plan."""
    now, plan = solution.today, solution.plan
    odds = words.odds(now.odds, solution.draws)
    if region is not None:
        return words("goal.now_odds", odds=odds)
    more = plan.rupiah - now.rupiah
    key = "goal.now_more" if more >= 0 else "goal.now_less"
    return words(key, odds=odds, rupiah=words.rupiah(now.rupiah), more=words.rupiah(abs(more)))


def asked_text(scenario: Scenario, lock: Collection[str], words: Words) -> str:
    """Return for which scenario, and with which levers kept as they are, an answer was made."""
    changed = "; ".join(changes(scenario, words)) or words("strip.no_change")
    kept = ", ".join(words(f"lever.{name}.label") for name in lock)
    said = words("goal.asked", changes=changed)
    return said if not kept else f"{said} {words('goal.asked_lock', levers=kept)}"


def caption(finding: Finding, question: str, *, version: str, draws: int, words: Words) -> str:
    """Return what a chart needs beside it when it leaves the page: its sentence, and for what it was computed."""
    asked = words("goal.caption", asked=question, version=version, draws=words.number(draws))
    return f"{finding.sentence} {asked}"


def early_money(solution: Solution, words: Words) -> str | None:
    """Return the caution that a plan spends in the year of the start, whose budgets are already made; else None."""
    scenario = solution.scenario
    first_year = parse_month(scenario.start) // MONTHS_PER_YEAR
    paid = (name for name in MONEY_LEVERS if name in solution.plan.moved and _is_used(name, solution.plan))
    if all(scenario.first_effect(name) // MONTHS_PER_YEAR > first_year for name in paid):
        return None
    return words("goal.early_money", year=first_year)


def tie_text(plan: Plan, solution: Solution, words: Words) -> str:
    """Return another mix in one sentence."""
    odds, rupiah = words.odds(plan.odds, solution.draws), words.rupiah(plan.rupiah)
    return words("goal.tie", odds=odds, rupiah=rupiah, decisions=decisions(plan, words))


def binding_text(limit: Binding, *, draws: int, words: Words) -> str:
    """Return one thing that stops the target; `draws` is the number of futures of the search."""
    name = limit.name
    if limit.kind == "lever":
        name = words(f"lever.{limit.name}.label")
    elif limit.kind == "time":
        name = words.end_of(parse_month(limit.name))
    elif limit.kind == "yearly_change":
        name = words(f"fund.{limit.name}")
    odds = "" if limit.odds is None else words.odds(limit.odds, draws)
    return words(f"goal.binding.{limit.kind}", name=name, odds=odds)


def plan_table(plan: Plan, now: Mapping[str, str], words: Words) -> pd.DataFrame:
    """Return the levers of a plan: what is needed, from when, and where each stood before.

    Parameters
    ----------
    now : mapping of str to str
        By lever, its value today or in the scenario as given, in words.
    """
    names = _in_order(plan)
    return pd.DataFrame(
        {
            words("goal.column.lever"): [words(f"lever.{name}.label") for name in names],
            words("goal.column.needed"): [value_text(LEVERS[name], plan.moved[name], words) for name in names],
            words("goal.column.start"): [_start(plan.scenario, name, words) for name in names],
            words("goal.column.now"): [now[name] for name in names],
        }
    )


def money_table(plan: Plan, words: Words) -> pd.DataFrame:
    """Return expected rupiah by fund and year; companies' money stands under the public sum."""
    years = list(plan.spent)
    public = {fund: [plan.spent[year][fund] for year in years] for fund in COST_FUNDS}
    rows = [(words(f"fund.{fund}"), amounts) for fund, amounts in public.items() if any(amounts)]
    rows.append((words("goal.public"), [sum(column) for column in zip(*public.values(), strict=True)]))
    others = (fund for fund in PAID_FUNDS if fund not in COST_FUNDS)
    rows += [(words(f"fund.{fund}"), [plan.spent[year][fund] for year in years]) for fund in others]
    columns = {words("goal.column.fund"): [name for name, _ in rows]}
    columns[words("goal.column.sum")] = [words.rupiah(sum(amounts)) for _, amounts in rows]
    for place, year in enumerate(years):
        columns[str(year)] = [words.rupiah(amounts[place]) for _, amounts in rows]
    return pd.DataFrame(columns)


def money_rows(plan: Plan) -> pd.DataFrame:
    """Return expected rupiah as plain numbers, one row per year and fund."""
    return pd.DataFrame(
        [(year, fund, rupiah) for year, funds in plan.spent.items() for fund, rupiah in funds.items()],
        columns=["year", "fund", "rupiah"],
    )


def plan_scenario(plan: Plan, solution: Solution, region: str | None) -> Scenario:
    """Return a plan as a scenario that its name explains."""
    names = {}
    for language in LANGUAGES:
        words = Words(language)
        target, month = words(f"target.{solution.target}"), words.month(parse_month(solution.by))
        named = target if region is None else f"{target}, {region_name(region)},"
        names[language] = words("solve.name", target=named, month=month)
    return plan.scenario.replace(name=Name(**names), description=None)


def region_name(region: str | None) -> str:
    """Return the name of a kabupaten/kota, that of the province for None."""
    return load_facts().regions[region or PROVINCE].name


def target_value(target: str, words: Words) -> str:
    """Return the share that a target asks for."""
    return words.exact_percent(float(load_facts().targets[target].value))


# ---- the cost of waiting


def waiting_finding(rows: Sequence[Delayed], *, horizon: int, draws: int, words: Words) -> Finding:
    """Return what it means to start the whole plan a year later."""
    plan = next(row for row in rows if row.what == PLAN and row.delay == _NAMED_DELAY)
    end = words.end_of(horizon)
    odds = words(
        "waiting.odds",
        end=end,
        on_time=words.odds(plan.odds_on_time, draws),
        delayed=words.odds(plan.odds_delayed, draws),
    )
    months = words("waiting.title", delay=_NAMED_DELAY, n=plan.lost.at_least[1])
    money = words("waiting.money", rupiah=_saved(plan, words), end=end)
    if plan.lost.neither > _HALF:
        title, sentence = odds, money
    else:
        title, sentence = months, f"{odds}. {money}"
    return Finding(title, sentence, f"{title}. {sentence}")


def waiting_table(rows: Sequence[Delayed], *, draws: int, words: Words) -> pd.DataFrame:
    """Return months, odds and rupiah if the whole plan starts later."""
    plan = [row for row in rows if row.what == PLAN]
    return pd.DataFrame(
        {
            words("waiting.column.delay"): [words("unit.months", n=row.delay) for row in plan],
            words("waiting.column.months"): [_lost(row, words) for row in plan],
            words("waiting.column.odds"): [words.odds(row.odds_delayed, draws) for row in plan],
            words("waiting.column.rupiah"): [_saved(row, words) for row in plan],
        }
    )


def lever_waiting_table(rows: Sequence[Delayed], words: Words) -> pd.DataFrame:
    """Return the months lost if one lever alone starts later, by lever and delay."""
    levers = list(dict.fromkeys(row.what for row in rows if row.what != PLAN))
    columns = {words("waiting.column.what"): [words(f"lever.{name}.label") for name in levers]}
    for delay in dict.fromkeys(row.delay for row in rows):
        lost = {row.what: _lost(row, words) for row in rows if row.delay == delay}
        columns[words("waiting.column.later", n=delay)] = [lost[name] for name in levers]
    return pd.DataFrame(columns)


def waiting_rows(rows: Sequence[Delayed]) -> pd.DataFrame:
    """Return the same as plain numbers, with the 8 of 10 range of the months."""
    return pd.DataFrame(
        [
            (row.what, row.delay, *row.lost.at_least, row.lost.neither, row.odds_on_time, row.odds_delayed,
             _median(row.rupiah_saved))
            for row in rows
        ],
        columns=[
            "lever", "delay_months", "lost_q10", "lost_q50", "lost_q90", "neither_arrives", "odds_on_time",
            "odds_delayed", "rupiah_saved_q50",
        ],
    )  # fmt: skip


def _lost(row: Delayed, words: Words) -> str:
    """Return the months lost with their range; in words where most futures arrive neither on time nor later."""
    if row.lost.neither > _HALF:
        return words("waiting.never")
    low, middle, high = row.lost.at_least
    return f"{middle} ({words.number_range(low, high)})"


def _saved(row: Delayed, words: Words) -> str:
    rupiah = _median(row.rupiah_saved)
    return words.rupiah(rupiah) if rupiah >= 0 else words("waiting.more", rupiah=words.rupiah(-rupiah))


def _median(rupiah: Array) -> float:
    return float(np.median(rupiah))


def _start(scenario: Scenario, name: str, words: Words) -> str:
    setting = scenario.levers[name]
    month = words.month(scenario.first_effect(name), short=True)
    return month if setting.ramp_months <= 1 else f"{month}, {words('change.ramp', n=setting.ramp_months)}"


def _is_used(name: str, plan: Plan) -> bool:
    """Whether a lever that was moved does something; one that was not moved goes on as before."""
    return name not in plan.moved or plan.moved[name] > _NOTHING * LEVERS[name].high


def _in_order(plan: Plan) -> list[str]:
    return [name for name in LEVERS if name in plan.moved]
