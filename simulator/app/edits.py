"""Changes that a user makes to a scenario; pure functions from scenario to scenario."""

from collections.abc import Mapping
from typing import Any

from simulator.outputs.text import Words
from simulator.scenario import Name, Scenario, Setting
from simulator.scenario.records import Allocation


def with_value(scenario: Scenario, lever_id: str, value: float | str | None) -> Scenario:
    """Return the scenario with one lever at `value` in the province; None takes it back to today's course.

    Own values of single districts stay.
    """
    setting = scenario.levers.get(lever_id)
    levers: dict[str, Any] = dict(scenario.levers)
    if value is None and (setting is None or not setting.districts):
        levers.pop(lever_id, None)
    else:
        levers[lever_id] = ({"districts": {}} if setting is None else setting.model_dump()) | {"value": value}
    return _renamed(scenario, levers=levers)


def with_own_value(scenario: Scenario, lever_id: str, code: str, value: float | str | None) -> Scenario:
    """Return the scenario with one lever at `value` in one kabupaten/kota; None lets it follow the province again."""
    setting = scenario.levers.get(lever_id)
    own = {} if setting is None else {other: its for other, its in setting.districts.items() if other != code}
    if value is not None:
        own[code] = value
    if setting is None:
        return scenario if not own else with_setting(scenario, lever_id, Setting(districts=own))
    if setting.value is None and not own:
        return without(scenario, lever_id)
    return with_setting(scenario, lever_id, Setting(**(setting.model_dump() | {"districts": own})))


def without_own_values(scenario: Scenario, code: str) -> Scenario:
    """Return the scenario with one kabupaten/kota following the province in every lever."""
    for lever_id, setting in scenario.levers.items():
        if code in setting.districts:
            scenario = with_own_value(scenario, lever_id, code, None)
    return scenario


def with_setting(scenario: Scenario, lever_id: str, setting: Setting) -> Scenario:
    """Return the scenario with one lever set in this way."""
    return _renamed(scenario, levers=dict(scenario.levers) | {lever_id: setting})


def with_allocation(scenario: Scenario, rule: Allocation) -> Scenario:
    """Return the scenario with the province's own money split by another rule."""
    return _renamed(scenario, allocation=rule)


def with_schedule(scenario: Scenario, lever_id: str, **schedule: str | int | None) -> Scenario:
    """Return the scenario with start, ramp_months or end of a set lever changed."""
    setting = scenario.levers[lever_id].model_dump() | schedule
    return _renamed(scenario, levers=dict(scenario.levers) | {lever_id: setting})


def without(scenario: Scenario, lever_id: str) -> Scenario:
    """Return the scenario with one lever as today everywhere."""
    return _renamed(scenario, levers={id: setting for id, setting in scenario.levers.items() if id != lever_id})


def with_horizon(scenario: Scenario, horizon: str) -> Scenario:
    """Return the scenario with another last month; it stays the same policy, so it keeps its name."""
    return scenario.replace(horizon=horizon)


def with_assumption(scenario: Scenario, name: str, value: float | None) -> Scenario:
    """Return the scenario with one assumption at `value` in every future; None gives it its range back.

    Raises
    ------
    ScenarioError
        If the value is not allowed.
    """
    kept = {other: number for other, number in scenario.assumptions.items() if other != name}
    return _renamed(scenario, assumptions=kept if value is None else kept | {name: value})


def under(policy: Scenario, assumptions: Mapping[str, float]) -> Scenario:
    """Return a policy under other assumptions; without any it is the policy itself."""
    return _renamed(policy, assumptions=assumptions) if assumptions else policy.replace(assumptions={})


def without_assumptions(scenario: Scenario) -> Scenario:
    """Return the scenario with every assumption at its range."""
    return _renamed(scenario, assumptions={})


def named(scenario: Scenario, name: str) -> Scenario:
    """Return the scenario under a name that the user gave; the same in both languages.

    Raises
    ------
    ScenarioError
        If the name is empty, too long or holds control characters.
    """
    return scenario.replace(name={"id": name, "en": name}, description=None)


def _renamed(scenario: Scenario, **changes: Any) -> Scenario:  # noqa: ANN401 - the scenario checks its own fields
    """Return the changed scenario under a name of its own: it is no longer what its old name says."""
    own = Name(id=Words("id")("scenario.own"), en=Words("en")("scenario.own"))
    return scenario.replace(name=own, description=None, **changes)
