"""Budgets that look back, names that run out and a list that waits with its people: worked out on paper."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.model import FUNDS, run_inputs
from simulator.model.kernel import N_PROGRAMMES, N_SHARED
from tests.unit.model.hand import DISTRICTS, E, M, hand_inputs, people


@pytest.mark.parametrize(
    ("start", "ordered", "paid_from"), [("2025-08", 0, 2), ("2025-08", 1, 7), ("2025-09", 0, 6), ("2025-12", 0, 3)]
)
def test_a_budget_looks_back_to_august_or_december_but_not_to_before_the_start(start, ordered, paid_from):
    """In August for the budget of October, from September to December for that of March."""
    found = people(run_inputs(hand_inputs(start=start, levers={"public_mandate": (1.0, ordered, None)})), "rt_rw")
    assert found == pytest.approx(np.where(np.arange(found.size) < paid_from, M, E))


def test_names_are_asked_for_until_nobody_is_left_to_name():
    """Of five names three are new people, one is a member already and one refused: 350 people take 1,750/3 places."""
    levers = {"dbh_amount": (1_000 * 16_800 * 5, 1, 9), "dbh_share": (1.0, 1, 9)}  # the share stops after September
    par = {"overlap": 0.25, "vulnerable_list": DISTRICTS * 50.0}
    inputs = hand_inputs(par=par, levers=levers, today={"list_quality": 0.8}, eligible={"palm": 300.0})
    run = run_inputs(inputs, detail=True)
    assert (people(run, "palm")[8], people(run, "vulnerable")[8]) == pytest.approx((300, 50))
    by_list, by_pool, by_capacity, _, doubles, _ = run.use[0, FUNDS.index("dbh_sawit"), 0] / DISTRICTS
    assert doubles == pytest.approx(350 / 3)
    refused, nobody = 350 / 3, 1_000 - 1_750 / 3
    assert (by_list, by_pool, by_capacity) == pytest.approx((refused * 16_800, nobody * 16_800, 0), abs=1e-3)


def test_people_in_grace_keep_their_place_on_the_list():
    """Of 100 names villages pay for 60 up to June; another fund takes the other 40, and those 60 when grace is over."""
    levers = {"village_share": (0.06, 1, 6), "csr_amount": (100 * 16_800 * 12, 6, None)}
    run = run_inputs(hand_inputs(par={"vulnerable_list": DISTRICTS * 100.0}, levers=levers), detail=True)
    assert people(run, "vulnerable")[2:12] == pytest.approx([*4 * [60], *6 * [100]])
    assert run.payers[0, FUNDS.index("csr"), 5:11] / DISTRICTS == pytest.approx([0, 40, 40, 40, 100, 100])


def test_names_taken_by_one_fund_are_gone_for_the_next_of_the_same_month():
    """Both open in January; firms pay for twelve months and villages for ten, so firms take the hundred names first."""
    levers = {"village_share": (0.06, 1, 8), "csr_amount": (100 * 16_800 * 12, 1, 8)}
    run = run_inputs(hand_inputs(par={"vulnerable_list": DISTRICTS * 100.0}, levers=levers), detail=True)
    assert people(run, "vulnerable")[1:8] == pytest.approx(100)
    assert run.payers[0, FUNDS.index("csr"), 1:8] / DISTRICTS == pytest.approx(100)


def test_of_two_funds_that_pay_all_year_the_district_names_first():
    """Metro's share of eligible workers buys 80 places more than the 12,000 public posts that are paid already."""
    levers = {"metro_share": (1.0, 1, 8), "csr_amount": (100 * 16_800 * 12, 1, 8)}
    par = {"metro_intensity": (4 * M + 80) / (11 * E), "vulnerable_list": DISTRICTS * 100.0}
    run = run_inputs(hand_inputs(par=par, levers=levers), detail=True)
    paid = run.payers[0, :, 3] / DISTRICTS
    assert (paid[FUNDS.index("apbd_district")], paid[FUNDS.index("csr")]) == pytest.approx((80, 20))


def past_inputs(levers, *, today=None):
    """Return inputs from January 2025 on; up to January 2026 the shared funds have 100, 200, ... places on record."""
    inputs = hand_inputs(start="2025-01", levers=levers, today=today)
    recorded = np.zeros((inputs.n_months + 1, N_PROGRAMMES, DISTRICTS))
    recorded[:, :N_SHARED] = 100.0 * np.arange(1, N_SHARED + 1)[:, None]
    return replace(inputs, recorded=recorded)


@pytest.mark.parametrize(
    ("lever", "fund"),
    [
        ("apbd_amount", "apbd_province"),
        ("metro_share", "apbd_district"),
        ("village_share", "village"),
        ("village_people", "village"),
        ("dbh_amount", "dbh_sawit"),
        ("dbh_share", "dbh_sawit"),
        ("csr_amount", "csr"),
    ],
)
def test_a_lever_in_the_past_undoes_the_record_of_its_own_fund_alone(lever, fund):
    run = run_inputs(past_inputs({lever: (0.0, 0, None)}), detail=True)
    places = run.use[0, :N_SHARED, 0, 3] / DISTRICTS  # of 2025, in person-months
    months = 11  # from February on
    expected = [0.0 if its == fund else months * 100.0 * (j + 1) for j, its in enumerate(FUNDS[:N_SHARED])]
    assert places == pytest.approx(expected)


def test_recorded_programmes_need_no_capacity_and_leave_it_to_others():
    """Ten names a month: 400 on record come at once, and of the 100 that a lever asks for ten in each district."""
    money = {"csr_amount": (100 * 16_800 * 12, 0, None)}
    run = run_inputs(past_inputs(money, today={"registration_capacity": DISTRICTS * 10.0}), detail=True)
    paid = run.payers[0, :, 1:4] / DISTRICTS
    assert paid[FUNDS.index("dbh_sawit")] == pytest.approx(400)
    assert paid[FUNDS.index("csr")] == pytest.approx([10, 20, 30])


def test_where_one_district_departs_from_the_record_the_others_need_no_capacity_all_the_same():
    """The lever is that of the fourth district alone, whose 100 names come ten a month."""
    inputs = past_inputs({"csr_amount": (100 * 16_800 * 12, 0, None)}, today={"registration_capacity": 10.0})
    weight = inputs.weight.copy()
    weight[..., np.arange(DISTRICTS) != 3] = 0.0
    run = run_inputs(replace(inputs, weight=weight), detail=True)
    csr = run.payers[0, FUNDS.index("csr"), 1:4]
    assert csr == pytest.approx((DISTRICTS - 1) * 500 + np.array([10, 20, 30]))


def new_cover(levers):
    """Return person-months of new cover of palm money and of the province's in 2027, by one district."""
    use = run_inputs(hand_inputs(levers=levers), detail=True).use[0, :, 1, 5] / DISTRICTS
    return use[FUNDS.index("dbh_sawit")], use[FUNDS.index("apbd_province")]


def test_cover_is_new_for_three_months_after_a_pause_longer_than_grace():
    """Palm money from December to April: new in January and February, and again in December."""
    palm = {"dbh_amount": (100 * 16_800 * 5, 1, None), "dbh_share": (1.0, 1, None), "dbh_first_month": (12, 1, None)}
    assert new_cover(palm)[0] == pytest.approx(3 * 100)
    nine = {"apbd_amount": (100 * 16_800 * 9, 1, None), "apbd_months": (9, 1, None)}
    assert new_cover(nine)[1] == 0  # three months of pause, three of grace
    eight = {"apbd_amount": (100 * 16_800 * 8, 1, None), "apbd_months": (8, 1, None)}
    assert new_cover(eight)[1] == pytest.approx(3 * 100)
