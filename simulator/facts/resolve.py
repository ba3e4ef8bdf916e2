"""Records whose numbers stand only in facts.csv: regions and observations."""

from collections.abc import Mapping

from simulator.facts.catalogue import Observation, Region
from simulator.facts.errors import FactsError
from simulator.facts.files import Table, parse
from simulator.facts.pack import PROVINCE
from simulator.facts.records import Fact

_SHARES = ("coverage_2024", "own_target")
_COUNTS = (
    "villages",
    "registry_population",
    "census_population",
    "palm_allocation_2023",
    "village_funds_2024",
    "village_funds_2026",
    "part_time_pppk",
)


def fact_value(file: str, record: str, field: str, name: object, facts: Mapping[str, Fact]) -> float:
    """Return the value of a fact, percentages as fractions.

    Raises
    ------
    FactsError
        If the fact does not exist or holds no number.
    """
    fact = facts.get(name) if isinstance(name, str) else None
    if fact is None or fact.value is None:
        raise FactsError(file, record, field, name, "it must be the id of a fact with a value")
    return fact.value / 100 if fact.unit == "percent" else fact.value


def regions(tables: Table, facts: Mapping[str, Fact]) -> dict[str, Region]:
    """Return all regions by code, numbers filled in from their facts.

    Raises
    ------
    FactsError
        If a record is refused, a fact is of another region, or codes are not the province and rising.
    """
    found = {code: _region(code, raw, facts) for code, raw in tables.items()}
    if list(found) != sorted(found) or next(iter(found), None) != PROVINCE:
        raise FactsError("regions.toml", "-", "code", list(found), f"codes must rise and start with {PROVINCE}")
    if found[PROVINCE].coverage_2024 is None:
        raise FactsError("regions.toml", PROVINCE, "facts.coverage_2024", None, "the province needs a published rate")
    return {code: _pooled(region, found) for code, region in found.items()}


def _region(code: str, raw: object, facts: Mapping[str, Fact]) -> Region:
    if not isinstance(raw, dict) or not isinstance(names := raw.get("facts"), dict):
        raise FactsError("regions.toml", code, "facts", raw, "it must be a table of fact ids")
    numbers: Table = {}
    for field, name in names.items():
        if field not in _SHARES + _COUNTS:
            allowed = f"the key is unknown, keys are {', '.join(_SHARES + _COUNTS)}"
            raise FactsError("regions.toml", code, f"facts.{field}", name, allowed)
        value = fact_value("regions.toml", code, f"facts.{field}", name, facts)
        if facts[name].region != code:
            raise FactsError("regions.toml", code, f"facts.{field}", name, f"it must be a fact of region {code}")
        numbers[field] = value if field in _SHARES else round(value)
    rate = {"start_rate": numbers.get("coverage_2024")}
    return parse(Region, "regions.toml", code, {"code": code, **raw, **numbers, **rate})


def _pooled(region: Region, found: Mapping[str, Region]) -> Region:
    if region.pooled_with is None:
        return region
    other = found.get(region.pooled_with)
    if other is None or other.pooled_with != region.code:
        raise FactsError(
            "regions.toml", region.code, "pooled_with", region.pooled_with, "it must be a region that names this one"
        )
    rates = [r.coverage_2024 for r in (region, other) if r.coverage_2024 is not None]
    if len(rates) < 2:
        return region
    people = [r.registry_population for r in (region, other)]
    covered = sum(rate * n for rate, n in zip(rates, people, strict=True))
    return region.model_copy(update={"start_rate": covered / sum(people)})


def observations(tables: Table, facts: Mapping[str, Fact]) -> tuple[Observation, ...]:
    """Return the observations in file order, each with the value of its fact.

    Raises
    ------
    FactsError
        If a record is refused or its fact is not of the province.
    """
    return tuple(_observation(name, raw, facts) for name, raw in tables.items())


def _observation(name: str, raw: object, facts: Mapping[str, Fact]) -> Observation:
    file = "observations.toml"
    if not isinstance(raw, dict):
        raise FactsError(file, name, "-", raw, "it must be a table")
    value = fact_value(file, name, "fact", raw.get("fact"), facts)
    found = parse(Observation, file, name, {**raw, "id": name, "value": value})
    if facts[found.fact].region != PROVINCE:
        raise FactsError(file, name, "fact", found.fact, f"it must be a fact of region {PROVINCE}")
    if (found.indicator == "coverage") != (facts[found.fact].unit == "percent"):
        raise FactsError(file, name, "indicator", found.indicator, "coverage is in percent and members in people")
    return found
