"""The user's own figures: draws weighted by how well they fit, at once and without a new calibration (equation 40)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.evidence.hindcast import past_run
from simulator.evidence.observe import NOISE, RATIO, SEASON
from simulator.evidence.own_data import DataError, OwnRow
from simulator.evidence.weighting import Weights, resample, smoothed_weights
from simulator.facts import Facts, format_month, load_facts, parse_month
from simulator.facts.calendar import DATA_MONTH
from simulator.facts.pack import PROVINCE
from simulator.model import SEGMENTS, Projection, make_inputs, run_inputs
from simulator.model.draws import Array
from simulator.scenario import load_scenario

LEAST_EFFECTIVE = 50  # equal draws' worth; fewer carry no quantile
START_RATES = parse_month("2024-09")  # month of the kabupaten rates that the start matrix rests on
LEAST_DRAWS = 10 * LEAST_EFFECTIVE


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
    if n_draws < LEAST_DRAWS:
        raise DataError("few_draws", {"draws": str(n_draws), "least": str(LEAST_DRAWS)})
    facts = load_facts()
    for row in rows:
        _refuse_known(row, facts)
    later = [row for row in rows if row.month > DATA_MONTH]
    past = past_run(n_draws=n_draws, seed=seed) if len(later) < len(rows) else None
    ahead = _ahead(later, n_draws=n_draws, seed=seed, assumptions=assumptions) if later else None
    log_likelihood = np.zeros(n_draws)
    for row in rows:
        run = past if row.month <= DATA_MONTH else ahead
        if run is None:  # cannot be: each run is there if a row asks for it
            raise AssertionError(row)
        expected, sd = _expected(row, run, facts)
        log_likelihood += -0.5 * ((row.value - expected) / sd) ** 2 - np.log(sd)
    weights = smoothed_weights(log_likelihood)
    if not weights.reliable or weights.effective < LEAST_EFFECTIVE:
        raise DataError("too_far", {"k": f"{weights.pareto_k:.2f}", "effective": f"{weights.effective:.0f}"})
    return Update(rows, weights, resample(weights.weights, seed=seed))


def _refuse_known(row: OwnRow, facts: Facts) -> None:
    """Refuse a figure of a month and group that calibration has used: it would speak twice, whatever it says now.

    Of the province, a class or the whole: from two of them the third follows. Of kabupaten/kota: the rates of September
    2024, from which districts start.
    """
    whole = row.region == PROVINCE
    groups = ("all", "PU", "BPU", "construction")
    for known in facts.observations:
        same = known.used and (known.month, known.count) == (row.month, row.count)
        if same and whole and row.group in groups and known.group in groups:
            raise DataError(
                "already_used", {"line": str(row.line), "month": format_month(row.month), "fact": known.fact}
            )
    if not whole and row.month == START_RATES:
        raise DataError("already_used", {"line": str(row.line), "month": format_month(row.month), "fact": "KAB-001"})


def _ahead(
    rows: Sequence[OwnRow], *, n_draws: int, seed: int, assumptions: tuple[tuple[str, float], ...]
) -> Projection:
    """Run the baseline as far as the latest figure."""
    latest = format_month(max(row.month for row in rows))
    scenario = load_scenario("baseline").replace(horizon=latest, assumptions=dict(assumptions))
    return run_inputs(make_inputs(scenario, n_draws=n_draws, seed=seed), groups=True)


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
    whole = row.region == PROVINCE and row.group == "all"
    scale = parameters[NOISE] / facts.parameters[NOISE].value if whole else np.ones(reported.size)
    return reported / base, scale * row.noise_sd


def _group(row: OwnRow, run: Projection, t: int, facts: Facts) -> tuple[Array, Array]:
    """Return reported members and base of a region or group, shape (n_draws,) each."""
    if row.group != "all":
        members = [s for s, name in enumerate(SEGMENTS) if row.group in (name, facts.segments[name].worker_class)]
        both = run.groups[:, :, members, t].sum(axis=2)
        return both[:, 0], both[:, 1]
    if row.region == PROVINCE:
        return run.reported[:, :, t].sum(axis=1), run.base[:, :, t].sum(axis=1)
    d = [district.code for district in facts.districts].index(row.region)
    return run.reported[:, d, t], run.base[:, d, t]
