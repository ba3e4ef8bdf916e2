"""The compiled kernel and the slow reading of the same text give the same numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.facts import DATA_MONTH, FIRST_MONTH, format_month
from simulator.model import make_inputs, run_inputs
from simulator.model.kernel import PARAMETER_IDS
from simulator.scenario import LEVERS, load_scenario, shipped
from tests.oracle import run_oracle
from tests.properties.strategies import extremes, scenario, scenarios, with_columns, with_shocks

RELATIVE = 1e-9
ON_ROUNDING = {"money": 1.0, "use": 1e3, "local": 1.0, "payers": 1e3}  # rupiah, persons; sums of very many
FIELDS = ("active", "reported", "base", "by_segment", "money", "trace", "use", "local", "payers")


def assert_same(inputs, draws):
    projection = run_inputs(inputs, trace=True, detail=True)
    for n in draws:
        oracle = run_oracle(inputs, n)
        for name in FIELDS:
            kernel, expected = getattr(projection, name)[n], getattr(oracle, name)
            # A cell that was emptied is zero up to the rounding of what it held.
            size = expected[:, 2:] if name == "trace" else np.abs(expected)
            if name == "use":  # rupiah left are a difference, and rooms below rounding have no reason: a sen in all
                size[..., :3] += 1e-3 * oracle.money[..., :1] + 1e7
            allowed = RELATIVE * (size + ON_ROUNDING.get(name, 1.0))
            assert (np.abs(kernel - expected) <= allowed).all(), f"draw {n}: {name} differ"


def all_levers(start, first, months=24):
    """Every lever at once, half-way between its bounds, grown over five months and ended later."""
    levers = {}
    for name, lever in LEVERS.items():
        middle = round((lever.low + lever.high) / 2) if lever.whole else (lever.low + lever.high) / 2
        levers[name] = {"value": format_month(DATA_MONTH + 20) if lever.unit == "month" else middle}
        levers[name] |= {"start": format_month(first), "end": format_month(first + months - 3)}
        levers[name] |= {} if lever.stepped else {"ramp_months": 5}
    levers["dbh_amount"]["value"] = 30_000_000_000
    levers["csr_amount"]["value"] = 3_000_000_000
    levers["apbd_amount"]["value"] = 5_000_000_000
    levers["registration_capacity"]["value"] = 40_000
    return scenario(start=start, months=months, levers=levers)


@given(scenario=scenarios(), numbers=st.just({}) | extremes(), shocks=st.sampled_from((1.0, 0.0, 4.0, -4.0)))
def test_any_valid_scenario(scenario, numbers, shocks):
    inputs = with_shocks(with_columns(make_inputs(scenario, n_draws=2, seed=1), numbers), shocks)
    assert_same(inputs, range(2))


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenario(name):
    assert_same(make_inputs(load_scenario(name), n_draws=9, seed=0), (0, 8))


@pytest.mark.parametrize("name", LEVERS)
def test_one_lever_with_ramp_and_end_and_own_values(name):
    lever = LEVERS[name]
    bound = format_month(DATA_MONTH + 20) if lever.unit == "month" else lever.high
    setting = {"value": int(bound) if lever.whole and lever.unit != "month" else bound}
    setting |= {"start": "2026-04", "end": "2027-10"} | ({} if lever.stepped else {"ramp_months": 7})
    assert_same(make_inputs(scenario(months=15, levers={name: setting}), n_draws=1, seed=3), [0])


@pytest.mark.parametrize("start", [FIRST_MONTH, DATA_MONTH - 26, DATA_MONTH - 4, DATA_MONTH])
def test_every_lever_at_once_from_any_start(start):
    assert_same(make_inputs(all_levers(start, start + 3), n_draws=2, seed=2), range(2))


def test_an_election_that_is_still_to_come():
    levers = {"public_mandate": 1.0, "incentive": 0.5}
    assert_same(make_inputs(scenario(months=38, levers=levers), n_draws=2, seed=0), range(2))


@pytest.mark.parametrize("name", PARAMETER_IDS)
def test_a_changed_parameter_does_not_match(name):
    inputs = make_inputs(all_levers(DATA_MONTH - 4, DATA_MONTH - 1, months=42), n_draws=6, seed=0)
    column = PARAMETER_IDS.index(name)
    par = inputs.sample.par.copy()
    whole = name.endswith(("_months", "_month"))
    par[:, column] = par[:, column] - 1 if whole else 1.001 * par[:, column]
    changed = replace(inputs, sample=replace(inputs.sample, par=par))
    there, here = run_inputs(changed, trace=True), run_inputs(inputs, trace=True)
    moved = max(np.abs(getattr(there, field) / getattr(here, field) - 1).max() for field in ("active", "reported"))
    paid = np.abs(there.money - here.money).max() / here.money.max()
    assert max(moved, paid) > 100 * RELATIVE


def test_the_oracle_of_a_changed_parameter_does_not_match():
    inputs = make_inputs(load_scenario("baseline"), n_draws=1, seed=0)
    lapse = inputs.sample.par[:, PARAMETER_IDS.index("lapse_bpu")]
    other = run_oracle(with_columns(inputs, {"lapse_bpu": 1.001 * lapse}), 0)
    assert not np.allclose(other.active, run_inputs(inputs).active[0], rtol=RELATIVE, atol=0)
