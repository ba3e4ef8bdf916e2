import numpy as np
import pytest

from simulator.facts import format_month, load_facts, parse_month

FACTS = load_facts()
CODES = [*(str(code) for code in range(1801, 1814)), "1871", "1872"]


def test_regions_are_the_province_and_its_fifteen_parts():
    assert list(FACTS.regions) == ["18", *CODES]
    assert [district.code for district in FACTS.districts] == CODES
    assert [d.name for d in FACTS.districts if d.kind == "kota"] == ["Bandar Lampung", "Metro"]


def test_registry_population_and_villages_add_up_to_the_province():
    assert sum(d.registry_population for d in FACTS.districts) == 9_144_263 == FACTS.regions["18"].registry_population
    assert sum(d.villages for d in FACTS.districts) == 2_446 == FACTS.regions["18"].villages
    assert sum(d.census_population for d in FACTS.districts) == 9_007_848
    assert [d.villages for d in FACTS.districts if d.kind == "kota"] == [0, 0]


def test_village_funds_of_the_thirteen_kabupaten_add_up():
    assert sum(d.village_funds_2024 or 0 for d in FACTS.districts) == FACTS.regions["18"].village_funds_2024


def test_palm_money_of_districts_leaves_the_provinces_own_fifth():
    own = FACTS.regions["18"].palm_allocation_2023 - sum(d.palm_allocation_2023 for d in FACTS.districts)
    assert own == pytest.approx(FACTS.facts["DBH-002"].value, rel=0.005)


def test_part_time_pppk_of_districts_and_province_add_up():
    assert sum(d.part_time_pppk or 0 for d in FACTS.districts) + 863 == FACTS.regions["18"].part_time_pppk == 36_191


def test_lampung_barat_and_pesisir_barat_start_from_their_pooled_rate():
    pooled = (0.233 * 313_756 + 0.019 * 177_430) / (313_756 + 177_430)
    assert FACTS.regions["1801"].start_rate == pytest.approx(pooled)
    assert FACTS.regions["1813"].start_rate == pytest.approx(pooled)
    assert FACTS.regions["1802"].start_rate == FACTS.regions["1802"].coverage_2024 == pytest.approx(0.294)


def test_segments_and_funds_stand_in_the_order_of_all_arrays():
    assert list(FACTS.segments) == [
        "firms_large", "firms_small", "non_asn", "village_officials", "rt_rw", "village_cadres",
        "palm", "vulnerable", "farmers_fishers", "independent", "construction",
    ]  # fmt: skip
    assert list(FACTS.funds) == [
        "apbd_province", "apbd_district", "village", "dbh_sawit", "csr", "public_posts", "election", "discount",
    ]  # fmt: skip
    assert [s.worker_class for s in FACTS.segments.values()] == ["PU"] * 4 + ["BPU"] * 6 + ["construction"]


def test_fund_flags():
    assert [n for n, f in FACTS.funds.items() if f.verified] == ["apbd_province", "village", "dbh_sawit", "csr"]
    assert [n for n, f in FACTS.funds.items() if f.uses_capacity] == list(FACTS.funds)[:5]
    assert FACTS.funds["public_posts"].segments == ("non_asn", "village_officials", "rt_rw", "village_cadres")


def test_targets_are_the_ten_of_the_contract():
    stated = {
        name: (target.value, target.month and format_month(target.month)) for name, target in FACTS.targets.items()
    }
    assert stated == {
        "rpjmn_2025": (0.3215, "2025-12"),
        "rkp_2026": (0.3499, "2026-12"),
        "rpjmn_2029": (0.4392, "2029-12"),
        "rpjpn_2045": (0.995, "2045-12"),
        "lampung_2025": (0.3839, "2025-12"),
        "lampung_2026": (0.4553, "2026-12"),
        "lampung_2030": (0.5835, "2030-12"),
        "pergub_2025": (0.3262, "2025-12"),
        "national_average": (0.40, None),
        "all_workers": (1.0, None),
    }


def test_interpolated_and_misquoted_figures_are_only_quoted():
    kinds = {name: figure.kind for name, figure in FACTS.quoted.items()}
    assert [n for n, k in kinds.items() if k == "misquoted"] == ["vulnerable_2024", "vulnerable_2025"]
    assert sum(kind == "interpolated" for kind in kinds.values()) == 5
    assert not set(FACTS.quoted) & set(FACTS.targets)


def test_calendar():
    assert FACTS.election_months == (parse_month("2029-02"),)
    assert FACTS.discount_windows == {
        "independent": (parse_month("2026-01"), parse_month("2027-03")),
        "farmers_fishers": (parse_month("2026-04"), parse_month("2026-12")),
    }
    assert len(FACTS.season_profile) == 12
    assert FACTS.season_profile[3:5] == (1.0, 1.0)


def test_observations_used_are_the_dated_residence_rates():
    used = {
        (format_month(o.month), o.value)
        for o in FACTS.observations
        if o.used and o.count == "residence" and o.group == "all"
    }
    expected = {
        ("2023-12", 0.2679),
        ("2024-09", 0.2486),
        ("2024-12", 0.2545),
        ("2025-04", 0.2386),
        ("2025-08", 0.245),
        ("2025-12", 0.2527),
    }
    assert {(month, round(value, 10)) for month, value in used} == expected


def test_every_used_rate_has_a_noise():
    assert all(o.noise_sd for o in FACTS.observations if o.used and o.indicator == "coverage")


@pytest.mark.parametrize("record", FACTS.contradictions.values(), ids=list(FACTS.contradictions))
def test_contradiction_is_told_in_both_languages_and_names_what_is_used(record):
    assert record.used
    assert len(record.sides) >= 2
    for text in (record.title, record.why, record.effect):
        assert text.id != text.en


def test_every_numbered_contradiction_of_the_sources_is_recorded():
    needed = {
        "TGT-022", "COV-040", "COV-046", "COV-043", "COV-015", "TGT-010", "TGT-013", "KAB-026", "SEG-007", "SEG-012",
        "SEG-018", "SEG-019", "PPK-002", "FRM-009", "COV-054", "NAT-009", "EFF-005", "EFF-009", "EFF-022", "FIS-023",
        "DBH-022", "COV-021", "ELI-012", "KAB-015", "N-048", "KAB-018", "N-003", "N-150", "N-080", "N-171", "COV-013",
        "FRM-012", "COV-057", "N-046", "N-086", "N-161",
    }  # fmt: skip
    assert needed <= {side.fact for record in FACTS.contradictions.values() for side in record.sides}


def test_season_profile_has_one_deep_stretch():
    profile = np.array(FACTS.season_profile)
    assert profile.argmax() == 3
    assert (np.diff(profile[:4]) > 0).all()
    assert (np.diff(profile[4:]) < 0).all()
