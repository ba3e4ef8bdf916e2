"""The posterior file: read back as written, refused when damaged or stale, and carried into a run."""

from itertools import pairwise

import numpy as np
import pytest

from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, parse_month
from simulator.model import inputs, make_inputs, posterior, run_inputs
from simulator.model.inputs import draw_sample, past_inputs, posterior_rows
from simulator.model.posterior import Posterior, PosteriorError, from_bytes, load_posterior, to_bytes
from simulator.scenario import load_scenario

SMALL = Posterior(
    ("drift", "counting_noise"), np.array([[0.01, 0.005], [-0.02, 0.008]]), np.ones((2, 38)), np.array([7, 15_999])
)


def test_read_back_as_written_to_single_precision() -> None:
    again, mark = from_bytes(to_bytes(SMALL, "abc"))
    assert mark == "abc"
    assert again.names == SMALL.names
    assert np.allclose(again.values, SMALL.values, rtol=1e-7)
    assert again.shocks.dtype == np.float64
    assert again.proposal.tolist() == [7, 15_999]


@pytest.mark.parametrize("content", [b"", b"no archive", to_bytes(SMALL, "x")[:200]])
def test_damaged_files_are_refused_with_the_command(content: bytes) -> None:
    with pytest.raises(PosteriorError, match="simulator calibrate"):
        from_bytes(content)


def test_a_stale_file_is_refused_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posterior, "fingerprint", lambda: "of other facts")
    with pytest.raises(PosteriorError, match=r"other facts, priors or equations.*simulator calibrate"):
        load_posterior.__wrapped__()


def test_a_changed_number_changes_the_mark_and_a_changed_note_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = posterior.load_facts()
    before = posterior.fingerprint()

    def with_fact(**changes: object) -> str:
        changed = dict(facts.facts) | {"COV-051": facts.facts["COV-051"].model_copy(update=changes)}
        monkeypatch.setattr(
            posterior, "load_facts", lambda: type("Stub", (), {"facts": changed, "history": facts.history})()
        )
        return posterior.fingerprint.__wrapped__()

    assert with_fact(value=25.28) != before
    assert with_fact(note="another note") == before


def test_more_draws_keep_the_first_rows_and_seeds_differ() -> None:
    its = load_posterior()
    few, many = (posterior_rows(its, n_draws=n, seed=0) for n in (100, 300))
    assert np.array_equal(few, many[:100])
    assert not np.array_equal(few, posterior_rows(its, n_draws=100, seed=1))
    assert many.max() < its.values.shape[0]


def test_a_run_starts_from_the_level_and_shares_of_its_row() -> None:
    its, n = load_posterior(), 60
    rows = posterior_rows(its, n_draws=n, seed=0)
    sample = draw_sample(n_draws=n, seed=0, start_month=DATA_MONTH)
    assert np.allclose(sample.start.rate, its.column("start_rate_2025_12")[rows])
    assert np.allclose(sample.parameters["members_share_bpu"], its.column("members_share_bpu/2025_12")[rows])
    assert np.allclose(sample.parameters["drift"], its.column("drift/2025_12")[rows])
    earlier = draw_sample(n_draws=n, seed=0, start_month=parse_month("2024-12"))
    assert np.allclose(earlier.start.rate, its.column("start_rate_2024_12")[rows])


def test_the_first_shock_is_the_state_that_the_past_reached() -> None:
    """z(t) = r z(t-1) + sqrt(1 - r^2) eps(t), written out as a sum over the past."""
    its, n = load_posterior(), 40
    rows = posterior_rows(its, n_draws=n, seed=0)
    sample = draw_sample(n_draws=n, seed=0, start_month=DATA_MONTH)
    r = sample.parameters["disturbance_memory"][0]
    past = its.shocks[rows]
    last = past.shape[1] - 1
    state = r**last * past[:, 0] + np.sqrt(1 - r**2) * (past[:, 1:] @ r ** np.arange(last - 1, -1, -1))
    assert np.allclose(sample.shocks[:, 0], state)


def test_future_shocks_and_unlearned_parameters_are_those_of_the_priors() -> None:
    learned, priors = (
        draw_sample(n_draws=30, seed=0, start_month=DATA_MONTH, evidence=e) for e in ("posterior", "priors")
    )
    assert np.array_equal(learned.shocks[:, 1:], priors.shocks[:, 1:])
    assert np.array_equal(learned.parameters["lapse_bpu"], priors.parameters["lapse_bpu"])
    assert not np.array_equal(learned.parameters["drift"], priors.parameters["drift"])


def test_an_assumption_holds_in_every_draw() -> None:
    changed = load_scenario("baseline").replace(assumptions={"lapse_bpu": 0.03, "drift": 0.0})
    sample = make_inputs(changed, n_draws=20, seed=0).sample
    assert set(sample.parameters["lapse_bpu"]) == {0.03}
    assert set(sample.par[:, inputs.kernel.P_DRIFT]) == {0.0}


def test_what_is_not_known_yet_repeats_the_last_twelve_months() -> None:
    sample = draw_sample(n_draws=3, seed=0, start_month=FIRST_MONTH)
    known = past_inputs(sample)
    origin = parse_month("2024-09")
    cut = past_inputs(sample, known_until=origin)
    t = origin - FIRST_MONTH
    assert np.array_equal(cut.recorded[: t + 1], known.recorded[: t + 1])
    assert np.array_equal(cut.recorded[t + 1 : t + 13], known.recorded[t - 11 : t + 1])
    assert np.array_equal(cut.recorded[t + 13 :], known.recorded[t - 11 : t - 11 + cut.recorded.shape[0] - t - 13])
    assert known.flags[2][parse_month("2025-07") - FIRST_MONTH] == 5469  # the decree of 30 July 2025
    assert cut.flags[:, t + 1 :].sum() == 0


def test_a_run_starts_with_the_slope_that_its_drift_names() -> None:
    """Equation 6: what joins less what lapses and is diluted in the first month is drift / 12 of all eligible."""
    run = run_inputs(make_inputs(load_scenario("baseline"), n_draws=50, seed=0), groups=True)
    slope = 12 * run.groups[:, 2, :, 0].sum(axis=1) / run.inputs.sample.start.eligible.sum(axis=(1, 2))
    assert np.allclose(slope, run.inputs.sample.parameters["drift"], rtol=1e-9, atol=1e-15)


def test_drift_fades_in_the_past_and_the_future_goes_on_from_there() -> None:
    its = load_posterior()
    by_december = [
        np.abs(its.column(name)).mean() for name in ("drift", "drift/2023_12", "drift/2024_12", "drift/2025_12")
    ]
    assert all(later < earlier for earlier, later in pairwise(by_december))
