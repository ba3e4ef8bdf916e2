"""Does calibration find what is known? Figures simulated from drawn parameters, fitted like the real ones.

Simulation-based calibration: if the fit is right, the rank of the true value in its posterior is uniform, and an
interval of 90 % holds it in 90 % of the data sets (equation 39).
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

from simulator.evidence.calibrate import correct, sample
from simulator.evidence.emulate import Emulator, build_emulator
from simulator.evidence.observe import NOISE, Figures, gain, noise_variance, state_of, used_figures
from simulator.evidence.simulate import LEARNED, draw_before_data, run_past, to_parameters
from simulator.evidence.stored import RENEW_RECOVERY
from simulator.facts import load_facts
from simulator.model.draws import Array, normal_draws

DATA_SETS = 250
INTERVALS = (0.5, 0.8, 0.9)
_SEED = 404
_STEPS, _PROPOSALS = 1000, 6000
Progress = Callable[[int, int], None]


def simulate_figures(n: int, *, seed: int = _SEED) -> tuple[dict[str, Array], Array]:
    """Draw parameters before the data and the figures that they lead to.

    Returns
    -------
    dict of arrays, shape (n,)
        The true learned parameters.
    array, shape (n, n_figures)
        Published figures, noise included.
    """
    facts = load_facts()
    figures = used_figures(facts)
    z, shocks = draw_before_data(n, seed=seed)
    learned = to_parameters(z, facts)
    state = state_of(run_past(learned, shocks, seed=seed), figures, facts)
    sd = np.sqrt(noise_variance(figures, learned, facts.parameters[NOISE].value))
    noise = normal_draws("simulated noise", seed=seed, n_draws=n, width=len(figures))
    return learned, gain(figures, learned, facts.season_profile) * state + sd * noise


def fit_one(figures: Figures, emulator: Emulator, truth: dict[str, float], *, seed: int) -> dict[str, Any]:
    """Fit one simulated data set and return the rank of each true value in its posterior and the weights' tail."""
    chains = sample(figures, emulator, seed=seed, chains=1, steps=_STEPS)
    draws = correct(figures, emulator, chains, n=_PROPOSALS, seed=seed)
    weights = draws.weights.weights
    ranks = {name: float(weights[draws.learned[name] < truth[name]].sum()) for name in LEARNED}
    return {"ranks": ranks, "pareto_k": draws.weights.pareto_k, "reliable": draws.weights.reliable}


def renew_recovery(
    progress: Progress | None = None, *, n: int = DATA_SETS, workers: int = 2, seed: int = _SEED
) -> dict[str, Any]:
    """Fit `n` simulated data sets, some seconds each on one core, and return the stored result."""
    truth, values = simulate_figures(n, seed=seed)
    figures = used_figures(load_facts())
    emulator = build_emulator(figures)
    with ProcessPoolExecutor(workers) as pool:
        jobs = [
            pool.submit(
                fit_one,
                replace(figures, value=values[i]),
                emulator,
                {name: float(x[i]) for name, x in truth.items()},
                seed=seed + 1 + i,
            )
            for i in range(n)
        ]
        fits = []
        for done, job in enumerate(jobs, start=1):
            fits.append(job.result())
            if progress is not None:
                progress(done, n)
    return summary(fits, seed=seed)


def summary(fits: list[dict[str, Any]], *, seed: int) -> dict[str, Any]:
    """Return ranks and, for each parameter and interval, the share of data sets whose interval holds the truth."""
    ranks = {name: [round(fit["ranks"][name], 4) for fit in fits] for name in LEARNED}
    k = np.array([fit["pareto_k"] for fit in fits])
    return {
        "data_sets": len(fits),
        "seed": seed,
        "command": RENEW_RECOVERY,
        "reliable": float(np.mean([fit["reliable"] for fit in fits])),
        "pareto_k": [float(x) for x in np.quantile(k[np.isfinite(k)], (0.05, 0.5, 0.95))],
        "inside": {name: {f"{level:g}": inside(ranks[name], level) for level in INTERVALS} for name in LEARNED},
        "ranks": ranks,
    }


def inside(ranks: list[float], level: float) -> float:
    """Return the share of ranks inside the central interval of `level`."""
    low, high = (1 - level) / 2, (1 + level) / 2
    return float(np.mean([low < rank < high for rank in ranks]))
