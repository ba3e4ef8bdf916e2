import numpy as np
import pytest

from simulator.facts import (
    DATA_MONTH,
    FIRST_MONTH,
    format_month,
    history_exits,
    history_places,
    load_facts,
    parse_month,
)

FACTS = load_facts()
PLACES = history_places(FACTS)
FUND = {name: row for row, name in enumerate(FACTS.funds)}
DISTRICT = {district.code: column for column, district in enumerate(FACTS.districts)}
RUN = {name: w for name, w in FACTS.history.windows.items() if w.kind in ("realised", "planned", "assumed")}


def at(fund, month, code=None):
    people = PLACES[FUND[fund], :, parse_month(month) - FIRST_MONTH]
    return people.sum() if code is None else people[DISTRICT[code]]


def test_shape_is_funds_by_districts_by_months():
    assert PLACES.shape == (8, 15, 38)
    assert FACTS.history.slots.shape == (16, 15, 38)
    assert history_exits(FACTS).shape == (38,)
    assert (PLACES >= 0).all()


def test_arrays_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        FACTS.history.slots[0, 0, 0] = 1.0


def test_windows_open_at_the_data_month_add_up_to_the_counted_members():
    now = format_month(DATA_MONTH)
    assert at("dbh_sawit", now) == pytest.approx(FACTS.parameters["members_palm"].value)
    vulnerable = [at(fund, now) for fund in ("apbd_district", "village", "csr")]
    assert vulnerable == pytest.approx([9_547, 1_000, 1_361])
    assert sum(vulnerable) == pytest.approx(FACTS.parameters["members_vulnerable"].value)
    assert at("apbd_province", now) == pytest.approx(FACTS.parameters["apbd_province_people_2025"].value)


def test_people_open_at_the_data_month_sit_in_their_segment():
    pairs = [(fund, segment) for fund, record in FACTS.funds.items() for segment in record.segments]
    now = dict(zip(pairs, FACTS.history.slots[:, :, -1].sum(axis=1), strict=True))
    assert now["apbd_province", "farmers_fishers"] == pytest.approx(1_150)
    assert now["apbd_province", "vulnerable"] == 0
    assert now["dbh_sawit", "palm"] == pytest.approx(14_128)


def test_palm_programme_of_2024_ran_five_months_in_five_kabupaten():
    assert at("dbh_sawit", "2024-08") == 0
    # 18,612 realised, and 0.8 of the thousand planned in Lampung Barat
    assert at("dbh_sawit", "2024-09") == pytest.approx(18_612 + 800)
    assert at("dbh_sawit", "2025-01") == pytest.approx(18_612 + 800)
    assert at("dbh_sawit", "2025-02") == 0
    money = {"1804": 5_580, "1807": 7_140, "1808": 6_850, "1811": 8_699.57, "1813": 5_740}
    expected = {code: 18_612 * share / sum(money.values()) for code, share in money.items()}
    assert {code: at("dbh_sawit", "2024-10", code) for code in money} == pytest.approx(expected)


def test_lampung_selatans_palm_window_closed_in_december():
    assert at("dbh_sawit", "2025-12", "1803") == 1_845
    assert at("dbh_sawit", "2026-01", "1803") == 0


def test_metro_pays_every_month_from_february_2023():
    metro = PLACES[FUND["apbd_district"], DISTRICT["1872"]]
    assert (metro[2:] > 0).all()
    assert metro[-1] == 4_082


def test_kartu_petani_spends_the_budget_of_2023():
    months = slice(parse_month("2023-01") - FIRST_MONTH, parse_month("2024-01") - FIRST_MONTH)
    rupiah = PLACES[FUND["apbd_province"], :, months].sum() * 16_800
    assert rupiah == pytest.approx(1_921_920_000)
    assert rupiah < FACTS.facts["APB-004"].value


def test_villages_pay_nothing_in_the_two_cities():
    assert PLACES[FUND["village"]][[DISTRICT["1871"], DISTRICT["1872"]]].sum() == 0


def test_announcements_and_counted_posts_are_not_run():
    assert PLACES[FUND["public_posts"]].sum() == 0
    assert at("apbd_province", "2025-11") == pytest.approx(1_150)
    kinds = {window.kind for window in FACTS.history.windows.values()}
    assert kinds == {"realised", "planned", "assumed", "counted", "announced"}


def test_election_cover_lasts_one_month_in_one_kabupaten():
    election = PLACES[FUND["election"]]
    assert election.sum() == 5_254
    assert election[DISTRICT["1810"], parse_month("2024-11") - FIRST_MONTH] == 5_254


def test_person_months_of_all_windows_are_kept():
    person_months = 0.0
    for window in RUN.values():
        share = FACTS.parameters["list_quality"].value if window.kind == "planned" else 1.0
        inside = [m for m in range(window.first, window.first + window.months) if FIRST_MONTH <= m <= DATA_MONTH]
        person_months += share * (window.people or sum(window.people_by_region.values())) * len(inside)
    assert PLACES.sum() == pytest.approx(person_months)


def test_exits_are_the_decrees_with_a_known_month():
    exits = history_exits(FACTS)
    months = {format_month(FIRST_MONTH + int(k)): exits[k] for k in np.flatnonzero(exits)}
    assert months == {"2024-06": 335, "2025-07": 5_469}


@pytest.mark.parametrize("window", FACTS.history.windows.values(), ids=list(FACTS.history.windows))
def test_window_names_its_source(window):
    assert window.facts
    assert window.note
    if window.kind == "assumed":
        assert window.grade == "judgement"
