import numpy as np
import pytest

from simulator.facts import load_facts

PARAMETERS = load_facts().parameters
DRAWN = {name: record for name, record in PARAMETERS.items() if record.prior is not None}
OFFICIAL = {
    "premium_jkk_jkm",
    "premium_jht",
    "dbh_cap",
    "village_free_share",
    "village_funds_2026",
    "full_pppk_leaving",
    "death_grant",
    "death_grant_new",
}
PLACEHOLDER = {"firms_small_coverage_guess", "registration_capacity", "incentive_odds", "enforcement_focus"}


@pytest.mark.parametrize("record", PARAMETERS.values(), ids=list(PARAMETERS))
def test_record_is_complete(record):
    assert record.label.id
    assert record.label.en
    assert record.definition.id != record.definition.en
    assert record.grade in ("official", "lampung", "borrowed", "judgement", "placeholder")
    if record.grade in ("judgement", "placeholder"):
        assert record.reason
    else:
        assert record.facts
    assert record.bounds[0] <= record.value <= record.bounds[1]


def test_official_and_placeholder_records_are_these():
    assert {n for n, r in PARAMETERS.items() if r.grade == "official"} == OFFICIAL
    assert {n for n, r in PARAMETERS.items() if r.grade == "placeholder"} == PLACEHOLDER


@pytest.mark.parametrize("name", sorted(OFFICIAL))
def test_official_record_is_fixed(name):
    assert PARAMETERS[name].prior is None


@pytest.mark.parametrize("record", DRAWN.values(), ids=list(DRAWN))
def test_value_is_typical_of_its_prior(record):
    low, high = record.ppf(np.array([0.02, 0.98]))
    # A triangle may have its mode at an end; then the published value is that end.
    assert low <= record.value <= high or record.value == getattr(record.prior, "mode", None)


@pytest.mark.parametrize("record", DRAWN.values(), ids=list(DRAWN))
def test_draws_stay_in_bounds_and_rise(record):
    u = np.concatenate([[0.0, 2.0**-53], np.linspace(0, 1, 4001)[:-1], [1 - 2.0**-53]])
    draws = record.ppf(np.sort(u))
    assert draws.min() >= record.bounds[0]
    assert draws.max() <= record.bounds[1]
    assert (np.diff(draws) >= 0).all()


@pytest.mark.parametrize("record", DRAWN.values(), ids=list(DRAWN))
def test_most_of_the_prior_lies_in_its_bounds(record):
    # Cutting more than a tenth would make the bounds, and not the prior, say what is likely. The odds of an incentive
    # below 1 are impossible, which takes away more.
    least = 0.8 if record is PARAMETERS["incentive_odds"] else 0.9
    assert record.prior.mass_within(record.bounds) >= least


def test_every_working_prior_has_become_a_parameter():
    taken = {basis for record in PARAMETERS.values() for basis in record.basis}
    assert taken == {f"PRI-{number:03d}" for number in range(1, 29)}


def test_checks_are_no_inputs():
    assert {n for n, r in PARAMETERS.items() if r.role == "check"} == {"benchmark_gain", "benchmark_loss"}


def test_sum_of_the_named_public_groups_fits_into_the_published_123_thousand():
    groups = ("non_asn", "village_officials", "rt_rw")
    people = sum(PARAMETERS[f"public_members_{group}"].value for group in groups)
    assert people + PARAMETERS["members_vulnerable"].value + PARAMETERS["members_palm"].value == 123_294


def test_values_that_repeat_a_fact_equal_it():
    facts = load_facts().facts
    pairs = {
        "premium_jkk_jkm": "CON-003",
        "non_asn_eligible": "SEG-003",
        "village_officials_eligible": "SEG-011",
        "vulnerable_eligible": "SEG-017",
        "vulnerable_list": "SEG-018",
        "members_palm": "SEG-019",
        "members_vulnerable": "SEG-015",
        "public_members_non_asn": "SEG-001",
        "public_members_village_officials": "SEG-009",
        "public_members_rt_rw": "SEG-005",
        "public_members_village_cadres": "N-077",
        "pppk_part_total": "N-165",
        "village_funds_2026": "N-130",
        "village_people": "TGT-024",
        "class_eligible_pu": "ELI-003",
        "class_eligible_bpu": "ELI-004",
        "class_eligible_construction": "ELI-005",
    }
    assert {name: PARAMETERS[name].value for name in pairs} == {name: facts[fact].value for name, fact in pairs.items()}


def test_values_that_follow_from_facts():
    assert PARAMETERS["village_free_share"].value == pytest.approx(1 - 0.5803)
    assert PARAMETERS["election_people"].value == 180_775 + 51_650
    assert PARAMETERS["start_rate_2023_12"].value == pytest.approx((0.2765 + 0.2679) / 2)
    assert PARAMETERS["disturbance_memory"].value == pytest.approx(0.5 ** (1 / 12), abs=5e-4)
    # A half-normal quantity has the mean scale x sqrt(2 / pi); the mean wanted is one point a year.
    assert PARAMETERS["enforcement_gain"].prior.scale * np.sqrt(2 / np.pi) == pytest.approx(0.01, rel=1e-4)
