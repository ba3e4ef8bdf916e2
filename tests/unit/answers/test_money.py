"""Money: what is left has reasons that add up, and what stops leaves what the text says."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulator.answers.money import (
    REASONS,
    after_stop,
    death_grants,
    expected_places,
    expected_unspent,
    members_by_payer,
    stopped,
)
from simulator.model import FUNDS, make_inputs, run_inputs
from simulator.scenario import load_scenario, shipped

DRAWS = 20
APBD, VILLAGE, DBH, CSR, DISCOUNT = (
    FUNDS.index(fund) for fund in ("apbd_province", "village", "dbh_sawit", "csr", "discount")
)
BASELINE = load_scenario("baseline")


def detailed(scenario, draws=DRAWS):
    return run_inputs(make_inputs(scenario, n_draws=draws, seed=0), detail=True)


def with_levers(**levers):
    return BASELINE.replace(levers=levers)


@pytest.mark.parametrize("name", shipped())
def test_reasons_and_payers_and_districts_add_up_in_every_draw(name):
    run = detailed(load_scenario(name))
    planned, spent = run.money[..., 0], run.money[..., 1]
    tolerance = 1.0 + 1e-9 * planned.max()  # rupiah
    assert np.abs(run.use[..., :3].sum(axis=3) - (planned - spent)).max() < tolerance
    assert (run.use[..., :3] > -tolerance).all()
    assert np.abs(run.local.sum(axis=1) - spent).max() < tolerance
    assert (run.local >= 0).all()
    assert (run.payers.sum(axis=1) <= run.active.sum(axis=1) + 1e-6).all()
    assert members_by_payer(run).sum(axis=0) == pytest.approx(
        run.active.sum(axis=1).mean(axis=0)[: run.inputs.horizon + 1], rel=1e-12
    )


def unspent(fund, **levers):
    return dict(zip(REASONS, expected_unspent(detailed(with_levers(**levers)))[fund].sum(axis=0), strict=True))


def test_money_without_registration_is_left_by_capacity_alone():
    left = unspent(APBD, apbd_amount=20_000_000_000, apbd_months=12, list_quality=1, registration_capacity=0)
    assert left["capacity"] > 1e9
    assert left["list"] == pytest.approx(0, abs=1)
    assert left["pool"] == pytest.approx(0, abs=1)


def test_half_the_names_refused_leaves_half_the_money_to_the_list():
    """A programme that starts from nothing asks for P names; q of them are paid for and (1 - q) P keep their places."""
    levers = {"list_quality": 0.5, "registration_capacity": 1_000_000}
    plan = with_levers(**levers, dbh_share={"value": 0.1, "start": "2027-01"}, dbh_amount=30_000_000_000)
    run = detailed(plan.replace(assumptions={"dbh_share": 0.0}))
    planned = run.money[:, DBH, 1, 0]
    assert (planned > 1e9).all()
    assert run.use[:, DBH, 1, 0] == pytest.approx(planned / 2, rel=1e-9)
    assert run.use[:, DBH, 1, 1:3] == pytest.approx(0, abs=1)


def test_a_used_up_list_leaves_money_to_the_pool():
    scenario = with_levers(csr_amount=40_000_000_000, registration_capacity=1_000_000, list_quality=1)
    scenario = scenario.replace(assumptions={"vulnerable_list": 190_000})
    left = expected_unspent(detailed(scenario))[CSR].sum(axis=0)
    assert left[1] > 1e9
    assert left[0] == pytest.approx(0, abs=1)


def test_places_are_paid_or_not():
    places, paid, twice = np.moveaxis(expected_places(detailed(load_scenario("village_100"))), 2, 0)
    assert (paid <= places + 1e-6).all()
    assert (twice <= paid + 1e-6).all()
    assert twice[VILLAGE].sum() > 0


def fake(paid, doubles, new):
    """One draw, one year, money of the village fund only."""
    money, use = np.zeros((1, len(FUNDS), 1, 3)), np.zeros((1, len(FUNDS), 1, 6))
    money[0, VILLAGE, 0, 2] = paid
    use[0, VILLAGE, 0, 4:] = doubles, new
    parameters = {
        "death_claims": np.array([0.003]),
        "death_grant": np.array([42e6]),
        "death_grant_new": np.array([10e6]),
    }
    return SimpleNamespace(money=money, use=use, inputs=SimpleNamespace(sample=SimpleNamespace(parameters=parameters)))


@pytest.mark.parametrize(
    ("paid", "doubles", "new", "rupiah"),
    [
        (12_000, 0, 0, 1000 * 0.003 * 42e6),  # a thousand person-years: three deaths
        (12_000, 3000, 0, 750 * 0.003 * 42e6),  # a quarter were members already
        (12_000, 0, 6000, 500 * 0.003 * (42e6 + 10e6)),  # half of it in the first three months
        (12_000, 6000, 12_000, 500 * 0.003 * 10e6),
        (0.5, 0, 0, 0.5 / 12 * 0.003 * 42e6),
        (0, 0, 0, 0),
    ],
)
def test_death_grants_by_hand(paid, doubles, new, rupiah):
    assert death_grants(fake(paid, doubles, new)) == pytest.approx(rupiah)


def test_short_windows_are_new_cover_and_whole_years_are_not():
    def new_share(months):
        run = detailed(with_levers(apbd_amount=20_000_000_000, apbd_months=months))
        year = 2  # 2028: the window of the lever alone
        return run.use[:, APBD, year, 5].sum() / run.money[:, APBD, year, 2].sum()

    assert new_share(12) == 0
    assert 0.2 < new_share(5) < 0.6  # three of five months; fewer people are in the first ones


def test_half_price_pays_no_grants():
    run = detailed(BASELINE)
    assert run.money[:, DISCOUNT, :, 2].sum() > 0
    only = np.zeros_like(run.money)
    only[:, DISCOUNT] = run.money[:, DISCOUNT]
    assert (death_grants(SimpleNamespace(money=only, use=run.use, inputs=run.inputs)) == 0).all()


def test_a_plan_without_money_stops_todays_programmes():
    after = stopped(BASELINE, "2027-01")
    assert {name for name, setting in after.levers.items() if setting.start == "2027-01" and setting.value == 0} >= {
        "village_share",
        "apbd_amount",
        "csr_amount",
    }


def test_added_money_ends_and_later_money_never_comes():
    plan = with_levers(village_share=1.0, apbd_amount={"value": 10**10, "start": "2029-01"}, enforcement=0.5)
    after = stopped(plan, "2028-01")
    assert after.levers["village_share"].end == "2028-01"
    assert "apbd_amount" not in after.levers
    assert after.levers["enforcement"] == plan.levers["enforcement"]


def test_little_remains_a_year_after_the_money():
    six, twelve = after_stop(load_scenario("village_100"), "2028-01", draws=50)
    assert (six.months, twelve.months) == (6, 12)
    assert (twelve.paid > 0).all()
    assert (twelve.lost > 0).all()
    # Nobody but those who go on paying themselves, and in most futures few do.
    assert np.median(twelve.share) < 0.5
    assert (twelve.lost <= twelve.paid * (1 + 1e-6)).all()


def test_nothing_remains_of_people_who_never_pay_themselves():
    plan = load_scenario("village_100").replace(assumptions={"keep_six_months": 0.0, "overlap_light": 0.0})
    (twelve,) = after_stop(plan, "2028-01", after=(12,), draws=20)
    assert twelve.share == pytest.approx(0, abs=0.02)


def test_what_is_expected_is_the_mean_over_draws_fund_by_fund():
    some = np.random.default_rng(0).random((2, len(FUNDS), 3, 6))
    run = SimpleNamespace(use=some, money=some[..., :3])
    assert expected_unspent(run) == pytest.approx((some[0, :, :, :3] + some[1, :, :, :3]) / 2)
    places, paid, twice = np.moveaxis(expected_places(run), 2, 0)
    for found, column in ((places, 3), (paid, 2), (twice, 4)):
        assert found == pytest.approx((some[0, :, :, column] + some[1, :, :, column]) / 2)


def test_those_whom_no_fund_pays_for_come_first():
    payers = np.zeros((2, len(FUNDS) + 1, 5))
    payers[:, VILLAGE] = [[10.0], [30.0]]
    payers[:, -1] = 5.0
    run = SimpleNamespace(payers=payers, active=np.full((2, 4, 5), 25.0), inputs=SimpleNamespace(horizon=2))
    found = members_by_payer(run)
    assert found.shape == (len(FUNDS) + 2, 3)
    assert found[0].tolist() == [75.0] * 3  # a hundred in four districts, less twenty and five
    assert found[1 + VILLAGE].tolist() == [20.0] * 3
    assert found[-1].tolist() == [5.0] * 3


def test_after_a_stop_past_the_horizon_the_run_goes_on_and_tells_how_far_it_is():
    plan, steps = load_scenario("village_100"), []
    found = after_stop(
        plan.replace(horizon="2027-06"),
        "2028-01",
        after=(6, 12, 30),
        draws=5,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(1, 2), (2, 2)]
    on, off = (detailed(its.replace(horizon="2030-12"), draws=5) for its in (plan, stopped(plan, "2028-01")))
    for its, month in zip(found, (29, 35, 53), strict=True):  # June and December 2028, June 2030; from January 2026
        assert its.lost == pytest.approx((on.active - off.active)[:, :, month].sum(axis=1))
        assert its.paid == pytest.approx((on.payers - off.payers)[:, :, month].sum(axis=1))


def test_money_that_ends_before_the_stop_keeps_its_end_and_later_ends_come_forward():
    plan = with_levers(
        village_share={"value": 1.0, "end": "2027-06"},
        metro_share={"value": 1.0, "end": "2029-06"},
        csr_amount={"value": 10**9, "start": "2028-01"},
    )
    levers = stopped(plan, "2028-01").levers
    assert {name: setting.end for name, setting in levers.items()} == {
        "village_share": "2027-06",
        "metro_share": "2028-01",
    }
