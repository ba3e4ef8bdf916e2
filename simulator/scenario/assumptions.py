"""Assumptions that a scenario may replace by a number: which they are, what is allowed, where equations read them."""

from collections.abc import Mapping
from difflib import get_close_matches
from math import ceil, floor, nan

from simulator.facts import Facts, Parameter, load_facts
from simulator.scenario.errors import ScenarioError, shown
from simulator.scenario.refusals import Said

# Numbers of the equations of docs/model.md; text between two equations counts with the one it belongs to, and the
# money of the month with (17).
EQUATIONS: dict[str, tuple[int, ...]] = {
    "eligible_total": (2,),
    "eligible_growth": (2, 6, 9),
    "class_eligible_pu": (2,),
    "class_eligible_bpu": (2,),
    "class_eligible_construction": (2,),
    "firms_large_eligible_share": (2,),
    "non_asn_eligible": (2, 3),
    "village_officials_eligible": (2,),
    "rt_rw_eligible": (2,),
    "village_cadres_eligible": (2,),
    "palm_eligible": (2,),
    "vulnerable_eligible": (2,),
    "farmers_eligible_share": (2,),
    "district_share_sigma": (2,),
    "city_weight_farmers": (2,),
    "city_weight_firms": (2,),
    "start_rate_2022_12": (3,),
    "start_rate_2023_12": (3,),
    "start_rate_2024_12": (3,),
    "start_rate_2025_12": (3,),
    "members_share_bpu": (3,),
    "members_share_pu_of_rest": (3,),
    "firms_large_firm_share": (3,),
    "firms_large_worker_share": (3,),
    "firms_small_coverage_guess": (3,),
    "public_members_non_asn": (3,),
    "public_members_village_officials": (3,),
    "public_members_rt_rw": (3,),
    "public_members_village_cadres": (3,),
    "farmers_members_share": (3,),
    "district_rate_sd": (4,),
    "district_rate_sd_unpublished": (4,),
    "drift": (6,),
    "lapse_pu": (6,),
    "lapse_bpu": (6, 14),
    "lapse_construction": (6,),
    "disturbance_sd": (7,),
    "disturbance_memory": (7,),
    "enforcement_gain": (8,),
    "enforcement_focus": (8,),
    "imitation": (8,),
    "pppk_part_total": (11, 28),
    "pppk_part_kept": (11,),
    "pppk_return_share": (11,),
    "pppk_return_months": (11,),
    "mover_share": (13,),
    "grace_months": (5, 14, 15),
    "keep_six_months": (14,),
    "list_quality": (17,),
    "overlap_is_heavy": (17,),
    "overlap_light": (17,),
    "overlap_heavy": (17,),
    "registration_capacity": (17,),
    "vulnerable_list": (17,),
    "district_cost_year": (17,),
    "death_claims": (17,),
    "death_grant": (17,),
    "death_grant_new": (17,),
    "premium_jkk_jkm": (17, 19, 22, 23),
    "premium_jht": (17, 19, 22),
    "apbd_province_people_2025": (19,),
    "apbd_months": (19,),
    "apbd_change_2026": (19,),
    "renewal_share": (19, 20, 21),
    "metro_intensity": (20,),
    "village_share": (21,),
    "village_people": (21,),
    "village_months": (21,),
    "incentive_odds": (21, 24),
    "dbh_amount": (22,),
    "dbh_share": (22,),
    "dbh_months": (22,),
    "dbh_first_month": (22,),
    "csr_people_per_programme": (23,),
    "csr_programmes": (23,),
    "csr_renewal": (23,),
    "public_reach": (24,),
    "main_budget_month": (24,),
    "revised_budget_month": (24,),
    "election_people": (25,),
    "discount_extra": (26,),
    "pppk_full": (27,),
    "pppk_conversion_months": (27,),
    "season_trough": (29,),
    "season_own_share": (29,),
    "season_weight_pu": (29,),
    "season_weight_bpu": (29,),
    "season_weight_construction": (29,),
    "counting_noise": (30,),
    "rebase_sd": (30,),
}
# Figures that stand among the parameters because texts and tests quote them; no equation reads them.
QUOTED = frozenset(
    {"dbh_cap", "village_free_share", "village_funds_2026", "full_pppk_leaving", "members_palm", "members_vulnerable"}
)
# Drawn anew for every programme and year, or part of how the start is laid out: the engine reads these from their
# record, so a number of a scenario would change nothing, or only one of the places where they count.
FROM_RECORD = frozenset(
    {
        "renewal_share",
        "csr_renewal",
        "city_weight_farmers",
        "city_weight_firms",
        "district_rate_sd_unpublished",
        "pppk_conversion_months",
    }
)

_WHOLE_UNITS = ("months", "month number", "0 or 1")
_LONGEST_NAME = 40


def replaceable(facts: Facts) -> dict[str, Parameter]:
    """Return the parameters that a scenario may replace, in the order of the records."""
    open_to_all = EQUATIONS.keys() - FROM_RECORD
    return {name: record for name, record in facts.parameters.items() if record.role == "input" and name in open_to_all}


def is_whole(record: Parameter) -> bool:
    """Tell whether a parameter takes whole numbers only: months, month numbers, yes or no, and rupiah."""
    return record.unit in _WHOLE_UNITS or record.unit.startswith("rupiah")


def allowed_bounds(record: Parameter) -> tuple[float, float]:
    """Return the lowest and highest number that may replace a parameter, both allowed, in its unit."""
    low, high = record.bounds
    return (float(ceil(low)), float(floor(high))) if is_whole(record) else (low, high)


def checked(raw: Mapping[str, object]) -> dict[str, float]:
    """Return assumptions by id, ordered by id.

    Raises
    ------
    ScenarioError
        If an id is no assumption that equations read, or its value is not a number within the bounds of the record.
    """
    out = {}
    for name, value in raw.items():
        try:
            out[str(name)] = _checked_value(str(name), value)
        except ScenarioError as error:
            raise error.below(str(name)) from None
    return {name: out[name] for name in sorted(out)}


def assigned(scenario_assumptions: Mapping[str, float], assignments: tuple[str, ...]) -> dict[str, object]:
    """Return assumptions with ``NAME=VALUE`` applied in order; values are checked by the scenario."""
    out: dict[str, object] = dict(scenario_assumptions)
    for assignment in assignments:
        name, equals, written = assignment.partition("=")
        if not equals:
            raise ScenarioError(Said("no_assumption_set", value=shown(assignment)), ("assumptions",))
        out[name.strip()] = _number(written.strip())
    return out


def _checked_value(name: str, value: object) -> float:
    facts = load_facts()
    record = facts.parameters.get(name)
    if record is None:
        near = get_close_matches(name[:_LONGEST_NAME], replaceable(facts), n=3)
        problem = Said("unknown_assumption")
        raise ScenarioError(Said("near", problem=problem, near=", ".join(near)) if near else problem)
    if name not in replaceable(facts):
        raise ScenarioError(Said("fixed", why=_why_fixed(name, record)))
    low, high = allowed_bounds(record)
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else nan
    if not low <= number <= high or (is_whole(record) and number != int(number)):
        kind = "whole_in" if is_whole(record) else "number_in"
        allowed = Said(kind, unit=Said(f"unit.{record.unit}"), low=low, high=high)
        raise ScenarioError(Said("not_allowed", value=shown(value), allowed=allowed))
    return float(number)


def _why_fixed(name: str, record: Parameter) -> str:
    if name in FROM_RECORD:
        return Said("from_record")
    match record.role:
        case "check":
            return Said("yardstick")
        case "observation":
            return Said("calibration_only")
    return Said("quoted")


def _number(written: str) -> float | str:
    try:
        return float(written)
    except ValueError:
        return written
