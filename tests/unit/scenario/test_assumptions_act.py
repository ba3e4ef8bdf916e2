"""Every assumption that a scenario may replace moves a result, and none that it may not replace would."""

import numpy as np
import pytest

from simulator.answers.money import death_grants
from simulator.answers.targets import rate_on_the_day
from simulator.facts import Parameter, load_facts, parse_month
from simulator.model.inputs import draw_sample, make_inputs
from simulator.model.projection import run_inputs
from simulator.scenario import (
    FROM_RECORD,
    Scenario,
    ScenarioError,
    allowed_bounds,
    is_whole,
    load_scenario,
    replaceable,
    with_levers,
)

FACTS = load_facts()
# One plan that uses every fund and every group, so that each assumption has something to act on; the mandate grows
# between the two budgets of a year, where both budget months count.
EVERYTHING = with_levers(
    load_scenario("combined").replace(horizon="2028-12"),
    [
        "enforcement=0.5",
        "incentive=0.7",
        "with_jht=0.5",
        "transition_cover=0.5",
        "layoff_shock=0.1",
        "outreach=1.5",
        "public_mandate=0.6",
    ],
)
PLAN = EVERYTHING.replace(
    levers={id: setting.model_dump() for id, setting in EVERYTHING.levers.items()}
    | {"public_mandate": {"value": 0.6, "start": "2026-10", "ramp_months": 12}}
)
# Levels of past Decembers count only in a run that starts near them.
STARTS = {"start_rate_2022_12": "2022-12", "start_rate_2023_12": "2024-06", "start_rate_2024_12": "2024-06"}
DRAWS = 4
_kept: dict[str, np.ndarray] = {}


def results(scenario: Scenario) -> np.ndarray:
    """Return everything that a run hands out, as one row of numbers."""
    run = run_inputs(make_inputs(scenario, n_draws=DRAWS, seed=0, evidence="priors"), detail=True)
    published = rate_on_the_day(run, parse_month("2028-06"), facts=FACTS, seed=0)
    parts = (run.active, run.reported, run.base, run.money, death_grants(run), published)
    return np.concatenate([part.ravel() for part in parts])


def without(start: str) -> np.ndarray:
    if start not in _kept:
        _kept[start] = results(PLAN.replace(start=start))
    return _kept[start]


def moves(record: Parameter) -> list[float]:
    """Return a tenth of the way from the record's value to each bound, or one step where it is whole."""
    ends = [end for end in allowed_bounds(record) if end != record.value]
    if is_whole(record) and record.kind != "money":
        return [record.value + np.sign(end - record.value) for end in ends]
    moved = [record.value + 0.1 * (end - record.value) for end in ends]
    return [round(value) if is_whole(record) else value for value in moved]


@pytest.mark.parametrize("name", replaceable(FACTS))
def test_a_replaced_assumption_moves_a_result(name):
    plan = PLAN.replace(start=STARTS.get(name, "2026-01"))
    record = replaceable(FACTS)[name]
    changed, refused = [], []
    for value in moves(record):
        try:
            changed.append(not np.array_equal(results(plan.replace(assumptions={name: value})), without(plan.start)))
        except ScenarioError as error:  # one number beside the others can leave no start, and is then refused
            refused.append(error.path)
    assert set(refused) <= {("assumptions",)}
    assert changed
    assert all(changed)


@pytest.mark.parametrize("name", sorted(FROM_RECORD - {"pppk_conversion_months"}))
def test_an_assumption_read_from_its_record_would_move_nothing(name):
    """Once it does, it belongs among those that a scenario may replace."""
    start = parse_month("2026-01")
    one, other = (
        draw_sample(n_draws=DRAWS, seed=0, start_month=start, evidence="priors", assumptions=((name, value),))
        for value in allowed_bounds(FACTS.parameters[name])
    )
    assert np.array_equal(one.par, other.par)
    assert np.array_equal(one.renewal, other.renewal)
    assert np.array_equal(one.start.eligible, other.start.eligible)
    assert np.array_equal(one.start.members, other.start.members)
