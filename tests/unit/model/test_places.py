"""Budgets that look back, names that run out and a list that waits with its people: worked out on paper."""

import numpy as np
import pytest

from simulator.model import FUNDS, SEGMENTS, run_inputs
from tests.unit.model.hand import E, M, hand_inputs

DISTRICTS = 15


def people(run, segment):
    """Return active members of a segment in one district, by month."""
    return run.by_segment[0, SEGMENTS.index(segment)] / DISTRICTS


@pytest.mark.parametrize(("start", "paid_from"), [("2025-08", 2), ("2025-09", 6), ("2025-12", 3)])
def test_a_budget_looks_back_to_august_or_december_but_not_to_before_the_start(start, paid_from):
    """Ordered from the start on: in August for the budget of October, from September to December for that of March."""
    found = people(run_inputs(hand_inputs(start=start, levers={"public_mandate": (1.0, 0, None)})), "rt_rw")
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
