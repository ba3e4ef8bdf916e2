"""Paired comparison, Shapley values and the cost of waiting, against numbers worked out by hand."""

from itertools import combinations
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.answers.bands import public_rupiah
from simulator.answers.compare import (
    Price,
    compare_arrivals,
    extra_coverage,
    extra_people,
    extra_rupiah,
    months_earlier,
    rupiah_per_retained,
)
from simulator.answers.contribution import GROUPS, contribution, restricted, shapley
from simulator.answers.waiting import PLAN, cost_of_waiting, delayed
from simulator.model import Cancelled, run
from simulator.scenario import Setting, load_scenario

FEW = 40


def short(name: str):
    return load_scenario(name).replace(horizon="2028-12")


def test_months_earlier_by_hand() -> None:
    """Five futures, horizon month 10: earlier by 3, same, later by 2, only the plan arrives, neither arrives."""
    reference = np.array([8, 5, 4, -1, -1])
    plan = np.array([5, 5, 6, 9, -1])
    assert months_earlier(reference, plan, horizon=10).tolist() == [3, 0, -2, 2, 0]
    its = compare_arrivals(reference, plan, horizon=10)
    assert (its.earlier, its.same, its.later, its.neither) == (0.4, 0.2, 0.2, 0.2)
    assert its.at_least == (-2, 0, 3)  # of -2, 0, 0, 2, 3 those that 1, 3 and 5 of five do not exceed


@given(st.lists(st.tuples(st.integers(-1, 20), st.integers(-1, 20)), min_size=1, max_size=30))
def test_shares_add_to_one_and_swap_signs(pairs) -> None:
    reference, plan = (np.array(column) for column in zip(*pairs, strict=True))
    there, back = (compare_arrivals(a, b, horizon=20) for a, b in ((reference, plan), (plan, reference)))
    assert there.earlier + there.same + there.later + there.neither == pytest.approx(1)
    assert (there.earlier, there.same) == (back.later, back.same)


def test_a_scenario_against_itself_is_exactly_zero() -> None:
    here, again = (run(short("combined"), draws=FEW) for _ in range(2))
    assert not extra_coverage(here, again).any()
    assert not extra_people(here, again).any()
    assert not (public_rupiah(here) - public_rupiah(again)).any()
    assert rupiah_per_retained(extra_people(here, again)[:, -1], extra_rupiah(here, again)).note == "people"


def test_rupiah_per_retained_is_money_over_people() -> None:
    before, after = run(short("baseline"), draws=FEW), run(short("village_100"), draws=FEW)
    people = (after.active - before.active)[:, :, after.inputs.horizon].sum(axis=1)
    money = sum((after.money - before.money)[:, fund, :, 1].sum(axis=1) for fund in (0, 1, 2, 3, 5, 6))  # no csr
    price = rupiah_per_retained(extra_people(before, after)[:, -1], extra_rupiah(before, after))
    assert price.middle == pytest.approx(money.sum() / people.sum())
    low, high = price.ends or (0, 0)
    each = money / people
    assert (each <= low).sum() == 4  # a tenth of 40 futures
    assert (each <= high).sum() == 36


def test_the_price_is_that_of_the_means_and_not_the_mean_of_prices() -> None:
    """Ten futures cost 1,000 each; five keep 100 people and five 300: 10,000 / 2,000 = 5, between 10/3 and 10."""
    price = rupiah_per_retained(np.repeat([100.0, 300.0], 5), np.full(10, 1000.0))
    assert price.middle == 5
    assert price.ends == pytest.approx((10 / 3, 10))
    assert price.note == ""


def test_one_future_with_hardly_a_member_does_not_lead_the_price() -> None:
    """Nineteen futures keep 100 people for 1,000 rupiah, one keeps a single person for a million."""
    people, rupiah = np.array([100.0] * 19 + [1.0]), np.array([1000.0] * 19 + [1e6])
    price = rupiah_per_retained(people, rupiah)
    assert price.middle == pytest.approx((19_000 + 1e6) / 1901)
    assert price.ends == (10, 10)
    assert (rupiah / people).mean() > 50_000  # what a mean of ratios would say


def test_a_future_that_pays_and_keeps_nobody_counts_as_dearest() -> None:
    """Of 20 futures 17 pay 10 a head, two pay 30 and one loses people: the 18th in rank costs 30."""
    people = np.array([10.0] * 17 + [10.0, 10.0, -5.0])
    rupiah = np.array([100.0] * 17 + [300.0, 300.0, 100.0])
    price = rupiah_per_retained(people, rupiah)
    assert price.ends == (10, 30)
    assert price.middle == pytest.approx(2400 / 185)


@pytest.mark.parametrize(
    ("people", "rupiah", "note"),
    [
        ([10.0] * 9 + [0.0], [100.0] * 10, "people"),  # one future in ten keeps nobody
        ([-10.0] * 10, [-100.0] * 10, "people"),
        ([10.0] * 19 + [-1000.0], [100.0] * 20, "people"),  # fewer people in the mean
        ([10.0] * 10, [100.0] * 9 + [0.0], "rupiah"),
        ([10.0] * 10, [-100.0] * 10, "rupiah"),
    ],
)
def test_without_a_gain_or_a_cost_in_nine_of_ten_futures_there_is_no_price(people, rupiah, note) -> None:
    assert rupiah_per_retained(np.array(people), np.array(rupiah)) == Price(None, None, note)


def test_shapley_of_the_glove_game() -> None:
    """One left glove, two right ones; a pair is worth 1: 2/3 for the left, 1/6 for each right."""

    def worth(some: frozenset[str]) -> float:
        return 1.0 if "left" in some and len(some) > 1 else 0.0

    players = ("left", "right", "other right")
    values = {
        frozenset(some): np.array([worth(frozenset(some))]) for n in range(4) for some in combinations(players, n)
    }
    its = shapley(players, values)
    assert its["left"][0] == pytest.approx(2 / 3)
    assert its["right"][0] == its["other right"][0] == pytest.approx(1 / 6)


@given(st.lists(st.floats(-5, 5), min_size=8, max_size=8))
def test_shapley_values_add_to_the_total(numbers) -> None:
    players = ("a", "b", "c")
    coalitions = [frozenset(some) for n in range(4) for some in combinations(players, n)]
    worth = {some: np.array([number]) for some, number in zip(coalitions, numbers, strict=True)}
    total = worth[frozenset(players)] - worth[frozenset()]
    assert sum(shapley(players, worth).values())[0] == pytest.approx(total[0], abs=1e-12)


def test_groups_add_to_the_difference_in_every_future_and_month() -> None:
    plan = short("combined")
    plan = plan.replace(levers=plan.levers | {"csr_amount": Setting(value=2_000_000_000)})
    its = contribution(plan, draws=FEW)
    before, after = run(short("baseline"), draws=FEW), run(plan, draws=FEW)
    assert np.allclose(its.coverage.sum(axis=0), extra_coverage(before, after), atol=1e-12)
    assert np.allclose(its.people.sum(axis=0), extra_people(before, after), atol=1e-5)
    assert np.allclose(its.interaction, its.coverage.sum(axis=0) - its.alone.sum(axis=0))
    assert its.coverage[GROUPS.index("csr")].any()


def test_a_group_without_levers_and_a_lever_that_does_nothing_contribute_exactly_zero() -> None:
    plan = short("village_100")
    its = contribution(plan.replace(levers=plan.levers | {"layoff_shock": Setting(value=0.0)}), draws=FEW)
    for group in set(GROUPS) - {"mandate"}:
        assert not its.coverage[GROUPS.index(group)].any(), group
        assert not its.people[GROUPS.index(group)].any(), group


def test_restricted_keeps_the_levers_of_its_groups() -> None:
    assert set(restricted(short("combined"), frozenset({"mandate"})).levers) == {"village_share", "village_people"}
    assert restricted(short("combined"), frozenset()).levers == {}


def test_contribution_can_be_cancelled() -> None:
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        contribution(short("combined"), draws=FEW, cancel=stop)


def test_a_delay_moves_the_start_and_keeps_ramp_and_end() -> None:
    plan = delayed(short("money_stops"), ("village_share",), 12)
    before, after = short("money_stops").levers["village_share"], plan.levers["village_share"]
    assert (before.start, after.start) == ("2026-03", "2027-03")
    assert (after.ramp_months, after.end) == (before.ramp_months, before.end)
    assert plan.levers["metro_share"] == short("money_stops").levers["metro_share"]


def test_a_lever_without_a_start_begins_in_the_first_month() -> None:
    plan = short("baseline").replace(levers={"csr_amount": Setting(value=10**9)})
    assert delayed(plan, ("csr_amount",), 6).levers["csr_amount"].start == "2026-08"


def test_a_lever_that_would_start_after_its_end_is_left_out() -> None:
    assert "village_share" not in delayed(short("money_stops"), ("village_share",), 24).levers


def test_waiting_never_brings_a_plan_of_one_lever_forward_and_saves_money() -> None:
    plan = short("village_100").replace(targets=("rpjmn_2025",))
    its = cost_of_waiting(plan, target="rpjmn_2025", delays=(6, 24), draws=FEW)
    assert [(d.what, d.delay) for d in its][:2] == [(PLAN, 6), (PLAN, 24)]
    for one in its:
        assert one.odds_delayed <= one.odds_on_time
    assert its[1].rupiah_saved.mean() > its[0].rupiah_saved.mean() > 0


def test_a_lever_that_has_begun_is_delayed_from_the_first_month() -> None:
    plan = short("baseline").replace(levers={"village_share": Setting(value=0.9, start="2025-01")})
    assert delayed(plan, ("village_share",), 6).levers["village_share"].start == "2026-08"


def test_money_of_firms_is_no_public_rupiah() -> None:
    before, after = run(short("baseline"), draws=FEW), run(short("csr_growth"), draws=FEW)
    firms = (after.money - before.money)[:, 4, :, 1].sum(axis=1)
    public = public_rupiah(after) - public_rupiah(before)  # not 0: a name that firms pay for is not there for others
    assert np.abs(public).mean() < 0.2 * firms.mean()
