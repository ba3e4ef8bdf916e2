from dataclasses import replace

import numpy as np
import pytest

from benchmarks import vectorised
from simulator.model import make_inputs, run_inputs
from simulator.model.kernel import PARAMETER_IDS
from simulator.scenario import load_scenario, with_levers

# Every lever at once, so that no branch of either version stays unread.
MANY = [
    "enforcement=0.3", "enforcement_focus=0.6", "public_mandate=0.8", "village_share=0.6", "village_people=80",
    "incentive=0.4", "dbh_amount=90000000000", "dbh_share=0.15", "dbh_months=8", "dbh_first_month=4",
    "csr_amount=20000000000", "csr_renewal=0.9", "pppk_full=9000", "pppk_part_kept=0.5", "pppk_part_out_of_base=1",
    "apbd_amount=40000000000", "apbd_months=9", "metro_share=0.4", "with_jht=0.5", "list_quality=0.9",
    "continuation=1.5", "outreach=1.4", "discount_until=2027-06", "transition_cover=0.5",
    "registration_capacity=20000", "layoff_shock=0.05",
]  # fmt: skip
BASELINE = load_scenario("baseline").replace(horizon="2029-12")
SCENARIOS = {
    "baseline": BASELINE,
    "combined": load_scenario("combined").replace(horizon="2029-12"),
    "every lever": with_levers(BASELINE, MANY),
    "every lever, from the past": with_levers(BASELINE.replace(start="2023-06", horizon="2027-06"), MANY),
}


def inputs_of(scenario, **changed):
    """Inputs of 30 draws, with some parameters multiplied."""
    inputs = make_inputs(scenario, n_draws=30, seed=0)
    par = inputs.sample.par.copy()
    for name, factor in changed.items():
        par[:, PARAMETER_IDS.index(name)] *= factor
    return replace(inputs, sample=replace(inputs.sample, par=par))


@pytest.mark.parametrize("growth", [1, -1], ids=["growing", "shrinking"])
@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_the_numpy_rival_computes_what_the_kernel_computes(scenario, growth):
    inputs = inputs_of(scenario, eligible_growth=growth)
    kernel, rival = run_inputs(inputs), vectorised.run(inputs)
    for name in ("active", "reported", "base", "by_segment", "money"):
        # Both add the same numbers in another order; 1e-11 of some million persons or rupiah is that rounding.
        np.testing.assert_allclose(getattr(rival, name), getattr(kernel, name), rtol=1e-11, atol=1e-6, err_msg=name)


def test_a_slightly_changed_parameter_is_noticed():
    kernel = run_inputs(inputs_of(BASELINE))
    rival = vectorised.run(inputs_of(BASELINE, lapse_bpu=1.001))
    assert not np.allclose(rival.active, kernel.active, rtol=1e-7)
