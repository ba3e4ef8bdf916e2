"""The user's own figures: draws weighted by how well they fit, at once and without a new calibration (equation 40)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.evidence.hindcast import past_run
from simulator.evidence.observe import NOISE, RATIO, SEASON
from simulator.evidence.own_data import DataError, OwnRow
from simulator.evidence.weighting import Weights, resample, smoothed_weights
from simulator.facts import Facts, format_month, load_facts
from simulator.facts.calendar import DATA_MONTH
from simulator.model import SEGMENTS, Projection, make_inputs, run_inputs
from simulator.model.draws import Array
from simulator.scenario import load_scenario

LEAST_EFFECTIVE = 50  # equal draws' worth; fewer carry no quantile


@dataclass(frozen=True, eq=False)
class Update:
    """Which draws stand after the user's figures.

    Attributes
    ----------
    rows : tuple of OwnRow
    weights : Weights
        Of the draws before.
    draws : array of int, shape (n_draws,)
        The draws that stand, likely ones repeated; the same for every scenario of the same seed and number.
    """

    rows: tuple[OwnRow, ...]
    weights: Weights
    draws: NDArray[np.intp]


def update(
    rows: tuple[OwnRow, ...], *, n_draws: int = 2000, seed: int = 0, assumptions: tuple[tuple[str, float], ...] = ()
) -> Update:
    """Condition the draws of a run on the user's figures.

    Figures up to the data month are compared with the past of each draw, later ones with what happens in it if nothing
    is changed: they are of the world as it went, not of a plan.

    Raises
    ------
    DataError
        If a figure is one that calibration has used, or the figures lie too far from what the draws say for weights to
        carry; the sentence names the full recalibration.
    """
    facts = load_facts()
    for row in rows:
        _refuse_known(row, facts)
    past = past_run(n_draws=n_draws, seed=seed, assumptions=assumptions)
    ahead = _ahead(rows, n_draws=n_draws, seed=seed, assumptions=assumptions)
    log_likelihood = np.zeros(n_draws)
    for row in rows:
        run = past if row.month <= DATA_MONTH or ahead is None else ahead
        expected, sd = _expected(row, run, facts)
        log_likelihood += -0.5 * ((row.value - expected) / sd) ** 2 - np.log(sd)
    weights = smoothed_weights(log_likelihood)
    if not weights.reliable or weights.effective < LEAST_EFFECTIVE:
        raise DataError("too_far", {"k": f"{weights.pareto_k:.2f}", "effective": f"{weights.effective:.0f}"})
    return Update(rows, weights, resample(weights.weights, seed=seed))


def _refuse_known(row: OwnRow, facts: Facts) -> None:
    """Refuse a figure that calibration has used, which would speak twice."""
    for known in facts.observations:
        same = (known.month, known.group, known.count, known.indicator) == (
            row.month,
            row.group,
            row.count,
            row.indicator,
        )
        if known.used and same and row.region == "18" and np.isclose(known.value, row.value, rtol=1e-4):
            raise DataError("already_used", {"line": str(row.line), "value": f"{row.value:g}", "fact": known.fact})


def _ahead(
    rows: tuple[OwnRow, ...], *, n_draws: int, seed: int, assumptions: tuple[tuple[str, float], ...]
) -> Projection | None:
    """Run the baseline as far as the latest figure; None if none lies after the data month."""
    latest = max(row.month for row in rows)
    if latest <= DATA_MONTH:
        return None
    scenario = load_scenario("baseline").replace(horizon=format_month(latest), assumptions=dict(assumptions))
    inputs = make_inputs(scenario, n_draws=n_draws, seed=seed)
    return run_inputs(inputs, groups=True)


def _expected(row: OwnRow, run: Projection, facts: Facts) -> tuple[Array, Array]:
    """Return what each draw says of a figure and the noise around it, shape (n_draws,) each, in its unit."""
    t = row.month - run.inputs.start_month
    parameters = run.inputs.sample.parameters
    if row.count == "administrative":
        season = facts.season_profile[row.month % 12]
        expected = run.active[:, :, t].sum(axis=1) * parameters[RATIO] * (1 - parameters[SEASON] * season)
        return expected, np.full(expected.size, row.noise_sd * row.value)
    reported, base = _group(row, run, t, facts)
    if row.indicator == "members":
        return reported, np.full(reported.size, row.noise_sd * row.value)
    whole = row.region == "18" and row.group == "all"
    scale = parameters[NOISE] / facts.parameters[NOISE].value if whole else np.ones(reported.size)
    return reported / base, scale * row.noise_sd


def _group(row: OwnRow, run: Projection, t: int, facts: Facts) -> tuple[Array, Array]:
    """Return reported members and base of a region or group, shape (n_draws,) each."""
    if row.group != "all":
        members = [s for s, name in enumerate(SEGMENTS) if row.group in (name, facts.segments[name].worker_class)]
        both = run.groups[:, :, members, t].sum(axis=2)
        return both[:, 0], both[:, 1]
    if row.region == "18":
        return run.reported[:, :, t].sum(axis=1), run.base[:, :, t].sum(axis=1)
    d = [district.code for district in facts.districts].index(row.region)
    return run.reported[:, d, t], run.base[:, d, t]
