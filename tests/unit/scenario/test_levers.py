"""The table of levers."""

from dataclasses import FrozenInstanceError

import pytest

from simulator.scenario import DISTRICT_CODES, LEVER_INDEX, LEVERS


def test_index_counts_the_levers_in_their_order():
    assert list(LEVER_INDEX.values()) == list(range(len(LEVERS)))
    assert list(LEVER_INDEX) == list(LEVERS)


def test_fifteen_districts_in_ascending_order():
    assert len(DISTRICT_CODES) == 15
    assert list(DISTRICT_CODES) == sorted(DISTRICT_CODES)


def test_main_levers_are_the_few_in_sight():
    assert {lever.id for lever in LEVERS.values() if lever.main} == {
        "village_share",
        "public_mandate",
        "enforcement",
        "dbh_share",
        "dbh_amount",
        "csr_amount",
        "pppk_full",
        "apbd_amount",
        "metro_share",
    }


def test_budget_practice_and_stress_count_as_other():
    groups = {lever.group: lever.contribution for lever in LEVERS.values()}
    assert groups == {
        "mandate": "mandate",
        "dbh": "dbh",
        "csr": "csr",
        "pppk": "pppk",
        "budget": "other",
        "practice": "other",
        "stress": "other",
    }


@pytest.mark.parametrize("id", [id for id in LEVERS if id != "discount_until"])
def test_bounds_are_allowed_and_what_lies_beyond_is_not(id):
    lever = LEVERS[id]
    number = int if lever.whole else float
    assert lever.accepts(number(lever.low), stretched=False)
    assert lever.accepts(number(lever.high), stretched=False)
    assert not lever.accepts(number(lever.low - 1), stretched=False)
    assert not lever.accepts(number(lever.high + 1), stretched=False)


def test_only_the_palm_share_can_be_stretched():
    assert [id for id in LEVERS if LEVERS[id].stretch_high is not None] == ["dbh_share"]
    assert LEVERS["dbh_share"].accepts(1.0, stretched=True)


def test_amounts_and_head_counts_are_totals_to_be_split():
    totals = {id for id, lever in LEVERS.items() if lever.total}
    assert totals == {"dbh_amount", "csr_amount", "apbd_amount", "pppk_full"}


def test_a_lever_cannot_be_altered():
    with pytest.raises(FrozenInstanceError):
        LEVERS["dbh_share"].high = 1.0
