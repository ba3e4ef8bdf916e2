"""Plans of tables under one common budget: what levers cost, what plans bring, and which one is best."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from simulator.outputs.findings import Finding
from simulator.outputs.lever_text import changes
from simulator.outputs.overview import Overview
from simulator.outputs.text import Words
from simulator.outputs.workshop_frames import PlanView
from simulator.scenario import LEVERS, Lever, Scenario, Setting
from simulator.workshop.records import Offer, Proposal, Round

Run = Callable[[Scenario], Overview]
_STEPS = {"people": 500.0, "people_per_village": 10.0, "rupiah_per_year": 1e9}
_SHARE_STEP = 0.01
_MOST_RUPIAH = 100e9  # of one lever; far beyond, a slider on a phone could not be set
_HALF_A_TENTH = 0.05


@dataclass(frozen=True)
class Verdict:
    """How a comparison of plans ends.

    Attributes
    ----------
    kind : str
        ``wins``: the plan has the best odds within the budget; ``nearest``: no plan within the budget reaches 1 in 10
        futures, and this one brings coverage highest; ``none``: no plan is within the budget.
    table : str or None
    """

    kind: str
    table: str | None


def offers(scenario: Scenario, levers: Sequence[str], shown: Overview, run: Run) -> tuple[Offer, ...]:
    """Return levers as tables may set them, each with what a year of one unit costs.

    That is learned from a run with the lever alone at a middle value, against the scenario without it.

    Parameters
    ----------
    scenario : Scenario
        That the plans start from.
    levers : sequence of str
    shown : Overview
        Of that scenario.
    run : callable
        Returns the overview of a scenario.
    """
    return tuple(_offer(LEVERS[id], scenario, shown, run) for id in levers)


def planned(scenario: Scenario, values: Mapping[str, float], offered: Sequence[Offer]) -> Scenario:
    """Return the scenario with a plan in it; a lever that stands where it stood before is not touched."""
    moved = {its.lever: values[its.lever] for its in offered if values.get(its.lever, its.today) != its.today}
    levers = dict(scenario.levers) | {id: _setting(scenario, id, value) for id, value in moved.items()}
    return scenario.replace(levers=levers) if moved else scenario


def compared(
    asked: Round, scenario: Scenario, proposals: Sequence[Proposal], budget: int | None, run: Run, words: Words
) -> list[PlanView]:
    """Run every plan and return them, the best odds first.

    Parameters
    ----------
    scenario : Scenario
        That the plans start from.
    budget : int or None
        Rupiah a year that a plan may cost beyond that scenario.
    run : callable
        Returns the overview of a scenario.
    """
    before = run(scenario)
    views = []
    for its in proposals:
        plan = planned(scenario, its.values, asked.offers)
        shown = run(plan)
        rupiah = _rupiah(shown) - _rupiah(before)
        views.append(
            PlanView(
                name=its.table,
                settings="; ".join(changes(plan, words)) or words("strip.no_change"),
                odds=shown.targets[asked.target].odds_by_horizon,
                rupiah=rupiah,
                coverage=float(shown.bands["q50"].iloc[-1]),
                within=budget is None or rupiah <= budget,
                wins=False,
            )
        )
    return _ranked(views)


def verdict(plans: Sequence[PlanView]) -> Verdict:
    """Return which plan is best; honest where none gets anywhere."""
    within = [its for its in plans if its.within]
    if not within:
        return Verdict("none", None)
    best = min(within, key=_rank)
    if best.odds >= _HALF_A_TENTH:
        return Verdict("wins", best.name)
    return Verdict("nearest", max(within, key=lambda its: its.coverage).name)


def verdict_text(plans: Sequence[PlanView], draws: int, words: Words) -> str:
    """Return the verdict in one sentence."""
    ends = verdict(plans)
    if ends.table is None:
        return words("room.plan.verdict_none")
    best = next(its for its in plans if its.name == ends.table)
    fields = {"table": best.name, "rupiah": words.rupiah(best.rupiah)}
    if ends.kind == "wins":
        return words("room.plan.verdict_wins", odds=words.odds(best.odds, draws), **fields)
    return words("room.plan.verdict_nearest", coverage=words.percent(best.coverage, 1), **fields)


def finding(plans: Sequence[PlanView], budget: int | None, draws: int, words: Words) -> Finding:
    """Return the message of a comparison of plans."""
    title = verdict_text(plans, draws, words)
    beyond = sum(not its.within for its in plans)
    if budget is None:
        sentence = words("room.plan.sentence_free", n=len(plans))
    else:
        sentence = words("room.plan.sentence", n=len(plans), budget=words.rupiah(budget), beyond=beyond)
    listed = "; ".join(f"{its.name}: {words.odds(its.odds, draws)}, {words.rupiah(its.rupiah)}" for its in plans)
    return Finding(title, sentence, words("room.plan.alt", title=title, sentence=sentence, list=listed))


def _rank(plan: PlanView) -> tuple[float, float]:
    return -plan.odds, plan.rupiah


def _ranked(views: Sequence[PlanView]) -> list[PlanView]:
    ends = verdict(views)
    marked = [PlanView(**(vars(its) | {"wins": ends.kind == "wins" and its.name == ends.table})) for its in views]
    return sorted(marked, key=_rank)


def _offer(lever: Lever, scenario: Scenario, shown: Overview, run: Run) -> Offer:
    step = _STEPS.get(lever.unit, _SHARE_STEP)
    high = min(lever.upper(stretched=lever.id in scenario.stretch), _MOST_RUPIAH if lever.total else lever.high)
    setting = scenario.levers.get(lever.id)
    now = shown.today[lever.id][1] if setting is None or setting.value is None else lever.number(setting.value)
    today = round(min(max(now, lever.low), high) / step) * step
    middle = round((lever.low + high) / 2 / step) * step
    apart = middle - now or step
    costs = _rupiah(run(_with(scenario, lever.id, middle))) - _rupiah(shown)
    rupiah = max(0.0, costs / apart)
    return Offer(
        lever=lever.id, low=lever.low, high=high, step=step, today=round(today, 6), rupiah=round(rupiah, 2)
    )  # fmt: skip


def _with(scenario: Scenario, lever: str, value: float) -> Scenario:
    return scenario.replace(levers=dict(scenario.levers) | {lever: _setting(scenario, lever, value)})


def _setting(scenario: Scenario, lever: str, value: float) -> Setting:
    """Return the setting with another value; start, ramp and own values of districts stay."""
    whole = int(value) if LEVERS[lever].whole else value
    setting = scenario.levers.get(lever)
    return Setting(value=whole) if setting is None else Setting(**(setting.model_dump() | {"value": whole}))


def _rupiah(shown: Overview) -> float:
    """Return the median public rupiah a year."""
    return 0.0 if shown.spending is None else shown.spending[1]
