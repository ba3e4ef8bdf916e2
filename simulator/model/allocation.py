"""How the province's money is split over its kabupaten/kota, by the rule that a scenario names."""

import numpy as np

from simulator.facts import Facts
from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH
from simulator.facts.pack import PROVINCE
from simulator.model import kernel
from simulator.model.draws import Array
from simulator.scenario import Scenario

_POOR = (kernel.VULNERABLE, kernel.PALM)  # on the list of vulnerable workers


def allocation_key(facts: Facts, scenario: Scenario) -> Array:
    """Return each kabupaten/kota's part of the province's own money, shape (n_districts,), summing to one.

    `vulnerable`: its part of the list of vulnerable workers, by registered population, less those paid for in the data
    month. `gap`: people missing to the nearest target above the province's published rate, 0 where there are none
    missing. Where a rule leaves nobody anywhere, registered population decides.
    """
    people = np.array([d.registry_population for d in facts.districts], dtype=float)
    registry = people / people.sum()
    if scenario.allocation == "vulnerable":
        weight = _unpaid(facts, registry)
    elif scenario.allocation == "gap":
        weight = _missing(facts, scenario, registry)
    elif scenario.allocation == "equal":
        weight = np.ones_like(registry)
    elif scenario.allocation == "palm":
        weight = np.array([d.palm_allocation_2023 for d in facts.districts], dtype=float)
    else:
        weight = registry
    return np.asarray(weight / weight.sum() if weight.sum() > 0 else registry)


def _unpaid(facts: Facts, registry: Array) -> Array:
    """Vulnerable workers on the list whom no fund pays for in the data month."""
    paid = facts.history.slots[np.isin(kernel.SLOT_SEGMENT, _POOR), :, DATA_MONTH - FIRST_MONTH].sum(axis=0)
    return np.asarray(np.maximum(facts.parameters["vulnerable_list"].value * registry - paid, 0.0))


def _missing(facts: Facts, scenario: Scenario, registry: Array) -> Array:
    """People missing to the nearest target that the scenario asks for."""
    province = facts.regions[PROVINCE].start_rate or 0.0
    above = [facts.targets[name].value for name in scenario.targets if facts.targets[name].value > province]
    rates = np.array([province if d.start_rate is None else d.start_rate for d in facts.districts])
    return np.asarray(registry * np.maximum(min(above, default=1.0) - rates, 0.0))
