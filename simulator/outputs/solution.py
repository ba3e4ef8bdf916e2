"""A goal-seek answer, as one JSON object and as text for the command line."""

from dataclasses import asdict
from typing import Any

from simulator.answers.solve import Plan, Solution
from simulator.facts.calendar import parse_month
from simulator.outputs.lever_text import changes
from simulator.outputs.text import LANGUAGES, Language, Words
from simulator.scenario import Name, Scenario, encode_link


def solution_json(solution: Solution) -> dict[str, Any]:
    """Return the object that ``solve --json`` prints."""
    return {
        "status": solution.status,
        "target": solution.target,
        "by": solution.by,
        "reading": solution.reading,
        "draws": solution.draws,
        "evaluations": solution.evaluations,
        "plan": _plan(solution.plan),
        "today": _plan(solution.today),
        "near_ties": [_plan(plan) for plan in solution.near_ties],
        "binding": [asdict(limit) for limit in solution.binding],
    }


def solution_text(solution: Solution, language: Language) -> str:
    """Return the plan in words: what it moves, its odds and what it costs, its near-ties, or what stops it."""
    words = Words(language)
    month = words.month(parse_month(solution.by))
    plan, reached = solution.plan, solution.status == "reached"
    lines = [words("solve.reached" if reached else "solve.not_reachable", target=solution.target, month=month)]
    for one in (plan, *solution.near_ties):
        lines.append(
            words(
                "solve.plan" if one is plan else "solve.near_tie",
                odds=words.odds(one.odds, solution.draws),
                rupiah=words.rupiah(one.rupiah),
                month=month,
            )
        )
        lines += [f"  {change}" for change in changes(one.scenario, words)]
    lines += [words("solve.binding", kind=words(f"solve.kind.{one.kind}"), name=one.name) for one in solution.binding]
    lines.append(words("solve.draws", n=words.number(solution.draws), error=words.percent(plan.odds_error, 1)))
    return "\n".join(lines)


def solution_scenario(solution: Solution) -> Scenario:
    """Return the plan as a scenario with a name of its own."""
    month = parse_month(solution.by)
    name = {
        language: Words(language)("solve.name", target=solution.target, month=Words(language).month(month))
        for language in LANGUAGES
    }
    return solution.scenario.replace(name=Name(**name), description=None)


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "levers": plan.moved,
        "link": encode_link(plan.scenario),
        "odds": plan.odds,
        "sampling_error": plan.odds_error,
        "rupiah": plan.rupiah,
        "spent": {str(year): by_fund for year, by_fund in plan.spent.items()},
    }
