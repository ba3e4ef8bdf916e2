"""The start matrix keeps every margin and every cell possible, and says so where it cannot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

from simulator.facts import DATA_MONTH, FIRST_MONTH, load_facts
from simulator.model.draws import normal_draws
from simulator.model.inputs import draw_parameters
from simulator.model.kernel import SLOT_SEGMENT
from simulator.model.raking import rake_start
from simulator.model.start import start_state
from tests.properties.strategies import bounds_of

DRAWS, ROWS, COLUMNS = 3, 4, 5


def problem(seed):
    """Return arguments of `rake_start` that have a solution, and where to write it."""
    rng = np.random.default_rng(seed)
    pattern = rng.uniform(0.5, 2, (ROWS, COLUMNS))
    free = pattern * rng.uniform(100, 3_000, (DRAWS, ROWS, 1)) * rng.uniform(0.5, 2, (DRAWS, 1, COLUMNS))
    held = rng.uniform(0, 0.3, free.shape) * free
    eligible = free + held
    cover = 1 / (1 + np.exp(-rng.normal(-1, 1, (DRAWS, ROWS, 1)) - rng.normal(0, 0.3, (DRAWS, 1, COLUMNS))))
    inside = free * cover
    inside[:, -1] = 0.0  # a segment without members of its own
    rate = (inside + held).sum(axis=1) / eligible.sum(axis=1)
    return {
        "seed": pattern,
        "held": held,
        "segment_eligible": eligible.sum(axis=2),
        "district_eligible": eligible.sum(axis=1),
        "members": inside.sum(axis=2),
        "district_odds": logit(rate),
        "total": (inside + held).sum(axis=(1, 2)),
        "eligible": np.empty_like(eligible),
        "inside": np.empty_like(eligible),
    }


@given(st.integers(0, 10_000))
def test_all_margins_are_met(seed):
    given = problem(seed)
    assert rake_start(*given.values()) == -1
    eligible, inside, held = given["eligible"], given["inside"], given["held"]
    np.testing.assert_allclose(eligible.sum(axis=2), given["segment_eligible"], rtol=1e-9)
    np.testing.assert_allclose(eligible.sum(axis=1), given["district_eligible"], rtol=1e-9)
    np.testing.assert_allclose(inside.sum(axis=2), given["members"], rtol=1e-9)
    rate = (inside + held).sum(axis=1) / eligible.sum(axis=1)
    np.testing.assert_allclose(logit(rate), given["district_odds"], atol=1e-8)
    assert (eligible > held).all()
    assert (inside[:, :-1] > 0).all()
    assert (inside < eligible - held).all()
    assert (inside[:, -1] == 0).all()


@pytest.mark.parametrize(
    ("name", "factor"), [("members", 50.0), ("segment_eligible", 1e-3), ("district_eligible", 1e-3), ("total", 1e-3)]
)
def test_margins_that_contradict_each_other_name_their_draw(name, factor):
    given = problem(1)
    given[name][1] *= factor
    assert rake_start(*given.values()) == 1


def test_members_that_no_cells_can_hold_are_refused():
    """190 of one segment's 200 workers are members, so at least 90 live in each district; one district has only 20."""
    rows, columns = np.array([[190.0, 10.0]]), np.array([[180.0, 20.0]])
    written = np.empty((1, 2, 2))
    failed = rake_start(
        np.ones((2, 2)), np.zeros((1, 2, 2)), np.full((1, 2), 200.0), np.full((1, 2), 200.0),
        rows, logit(columns / 200), np.array([200.0]), written, written.copy(),
    )  # fmt: skip
    assert failed == 0


def test_districts_differ_from_their_published_odds_by_noise_and_one_common_shift():
    facts = load_facts()
    sample = draw_parameters(facts, n_draws=20, seed=0)
    start = start_state(facts, sample, month=DATA_MONTH)
    uncovered = start.eligible - start.members
    for slot, segment in enumerate(SLOT_SEGMENT):
        uncovered[:, segment] -= start.funded[:, slot] + start.grace[:, slot].sum(axis=1)
    rate = 1 - uncovered.sum(axis=1) / start.eligible.sum(axis=1)
    published = np.array([d.start_rate for d in facts.districts])
    z = np.column_stack([normal_draws(f"district_rate/{d.code}", seed=0, n_draws=20) for d in facts.districts])
    noise = sample["district_rate_sd"][:, None] * z / (published * (1 - published))
    shift = logit(rate) - logit(published) - noise
    np.testing.assert_allclose(shift, np.broadcast_to(shift[:, :1], shift.shape), atol=1e-7)


@given(
    month=st.sampled_from((FIRST_MONTH, DATA_MONTH - 17, DATA_MONTH)),
    sides=st.dictionaries(
        st.sampled_from(
            [
                name
                for name, record in load_facts().parameters.items()
                if record.prior is not None and name not in ("grace_months", "csr_programmes")
            ]
        ),
        st.sampled_from((0, 1)),
    ),
)
def test_any_parameters_give_a_possible_start_or_one_sentence(month, sides):
    facts = load_facts()
    sample = draw_parameters(facts, n_draws=2, seed=0)
    for name, side in sides.items():
        sample[name] = np.full(2, bounds_of(name)[side])
    try:
        start = start_state(facts, sample, month=month)
    except ValueError as error:
        assert "contradict" in str(error)  # noqa: PT017 - either outcome is allowed
        return
    assert np.isfinite(start.eligible).all()
    uncovered = start.eligible - start.members
    for slot, segment in enumerate(SLOT_SEGMENT):
        uncovered[:, segment] -= start.funded[:, slot] + start.grace[:, slot].sum(axis=1)
    active = (start.eligible - uncovered).sum(axis=(1, 2))
    np.testing.assert_allclose(active / start.eligible.sum(axis=(1, 2)), start.rate, rtol=1e-9)
    assert (start.members >= 0).all()
    assert ((uncovered > 0) | (start.eligible == 0)).all()
