"""The same scenario and seed give the same digits, however the work is cut and whatever else is drawn."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import numpy as np
import pytest

from simulator.facts import load_facts
from simulator.model import Cancelled, RunError, make_inputs, run, run_inputs
from simulator.model.inputs import draw_parameters
from simulator.scenario import load_scenario
from tests.properties.strategies import scenario

STOCKS = ("active", "reported", "base", "by_segment", "money")


def short(name="combined"):
    return load_scenario(name).replace(horizon="2027-06")


def assert_same(one, two, rows=slice(None)):
    for name in STOCKS:
        np.testing.assert_array_equal(getattr(one, name)[rows], getattr(two, name)[rows])


@pytest.mark.parametrize(("threads", "chunk"), [(1, 1), (1, 40), (2, 7), (2, 13), (3, 40)])
def test_threads_and_chunks_change_no_digit(threads, chunk):
    inputs = make_inputs(short(), n_draws=40, seed=11)
    assert_same(run_inputs(inputs, threads=threads, chunk=chunk), run_inputs(inputs))


def test_more_draws_start_with_the_same_ones():
    assert_same(run(short(), draws=20, seed=3), run(short(), draws=45, seed=3), slice(20))


def test_another_seed_gives_other_futures():
    one, two = (run(short(), draws=20, seed=seed).coverage for seed in (0, 1))
    assert not np.isclose(one, two).any()


def test_two_sessions_at_once_get_the_same_digits():
    alone = [run(short(name), draws=60, seed=1) for name in ("combined", "money_stops")] * 3
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda name: run(short(name), draws=60, seed=1), ["combined", "money_stops"] * 3))
    for one, two in zip(alone, together, strict=True):
        assert_same(one, two)


def test_a_parameter_more_moves_no_other():
    facts = load_facts()
    fewer = replace(facts, parameters={k: v for k, v in facts.parameters.items() if k not in ("drift", "imitation")})
    all_of_them, most = (draw_parameters(f, n_draws=30, seed=2) for f in (facts, fewer))
    assert set(all_of_them) - set(most) == {"drift", "imitation"}
    for name, values in most.items():
        np.testing.assert_array_equal(values, all_of_them[name])


@pytest.mark.parametrize(
    "levers",
    [
        {"village_share": {"value": 1.0, "start": "2027-01"}, "dbh_months": {"value": 12, "start": "2027-01"}},
        {"metro_share": {"value": 1.0, "start": "2027-01"}, "public_mandate": {"value": 1.0, "start": "2027-01"}},
        {"csr_amount": {"value": 9 * 10**9, "start": "2027-01"}, "layoff_shock": {"value": 0.3, "start": "2027-01"}},
    ],
)
def test_a_lever_that_has_not_started_is_the_baseline_to_the_last_bit(levers):
    baseline, later = run(scenario(months=24), draws=20), run(scenario(months=24, levers=levers), draws=20)
    until = 12  # month 11 is December 2026, the last one before the levers start
    for name in ("active", "reported", "base", "by_segment"):
        np.testing.assert_array_equal(getattr(baseline, name)[..., :until], getattr(later, name)[..., :until])
        assert (getattr(baseline, name)[..., until:] != getattr(later, name)[..., until:]).any() or name == "base"


def test_no_lever_is_the_baseline_to_the_last_bit():
    assert_same(run(scenario(months=17), draws=30, seed=4), run(short("baseline"), draws=30, seed=4))


def test_cancel_stops_between_chunks():
    cancel, seen = Event(), []

    def progress(done, total):
        seen.append(done)
        cancel.set()

    with pytest.raises(Cancelled):
        run(short(), draws=1000, progress=progress, cancel=cancel)
    assert seen[-1] < 1000


@pytest.mark.parametrize(("draws", "seed"), [(0, 0), (10_000_000, 0), (-1, 0), (10, -1), (10, 2**32)])
def test_draws_and_seed_out_of_range_are_refused(draws, seed):
    with pytest.raises(RunError, match="allowed are"):
        run(short(), draws=draws, seed=seed)
