"""Make the posterior file and the account of how well it was made."""

from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.evidence.calibrate import (
    CHAINS,
    SEED,
    STEPS,
    WALKERS,
    WARMUP,
    Chains,
    Draws,
    correct,
    sample,
    to_posterior,
)
from simulator.evidence.emulate import Emulator, build_emulator
from simulator.evidence.observe import NOISE, Figures, gain, noise_variance, used_figures
from simulator.evidence.simulate import LEARNED
from simulator.evidence.stored import load_account, mark_of, to_text
from simulator.facts import Facts, format_month, load_facts
from simulator.model.draws import Array, normal_draws
from simulator.model.posterior import fingerprint, load_posterior, to_bytes

LEARNED_BELOW = 0.9  # posterior over prior spread; above it the data taught nothing worth the word
_GRID = (np.arange(2000) + 0.5) / 2000
_BAND = (0.05, 0.5, 0.95)
Progress = Callable[[str, int, int], None]


def renew(progress: Progress | None = None) -> tuple[bytes, str]:
    """Calibrate and return the posterior file and its account (JSON text), about half a minute on two cores.

    Parameters
    ----------
    progress : callable, optional
        Called as ``progress(stage, done, total)``; stages are bank, sampler, model.
    """

    def of(stage: str) -> Callable[[int, int], None] | None:
        return None if progress is None else lambda done, total: progress(stage, done, total)

    facts = load_facts()
    figures = used_figures(facts)
    emulator = build_emulator(figures)
    if progress is not None:
        progress("bank", 1, 1)
    chains = sample(figures, emulator, progress=of("sampler"))
    draws = correct(figures, emulator, chains, progress=of("model"))
    account = _account(facts, figures, emulator, chains, draws)
    return to_bytes(to_posterior(draws), fingerprint()), to_text(account, mark_of("renew"))


def check() -> str:
    """Return one sentence if the posterior file and its account are those that today's facts lead to.

    Raises
    ------
    PosteriorError
        If either is missing, damaged or stale.
    """
    load_posterior()
    load_account()
    return f"The posterior is that of today's facts, priors and equations ({fingerprint()[:12]})."


def _account(facts: Facts, figures: Figures, emulator: Emulator, chains: Chains, draws: Draws) -> dict[str, Any]:
    weights = draws.weights
    return {
        "seed": SEED,
        "sampler": {
            "chains": CHAINS,
            "walkers": WALKERS,
            "warmup": WARMUP,
            "steps": STEPS,
            "worst_rhat": max(chains.rhat.values()),
            "least_effective": min(chains.effective.values()),
        },
        "correction": {
            "draws": weights.weights.size,
            "pareto_k": weights.pareto_k,
            "effective": weights.effective,
            "reliable": weights.reliable,
        },
        "parameters": [_parameter(facts, name, chains, draws) for name in LEARNED],
        "figures": _figures(facts, figures, emulator, draws),
    }


def _parameter(facts: Facts, name: str, chains: Chains, draws: Draws) -> dict[str, Any]:
    record = facts.parameters[name]
    before = record.ppf_before_data(_GRID)
    after, weights = draws.learned[name], draws.weights.weights
    ratio = _sd(after, weights) / float(before.std())
    return {
        "id": name,
        "before": np.quantile(before, _BAND).tolist(),
        "after": weighted_quantiles(after, weights, _BAND).tolist(),
        "spread_ratio": ratio,
        "learned": ratio < LEARNED_BELOW,
        "rhat": chains.rhat[name],
        "effective": chains.effective[name],
    }


def _figures(facts: Facts, figures: Figures, emulator: Emulator, draws: Draws) -> list[dict[str, Any]]:
    """Posterior predictive check: each figure beside what the posterior says it might have been."""
    weights = draws.weights.weights
    gains = gain(figures, draws.learned, facts.season_profile)
    sd = np.sqrt(noise_variance(figures, draws.learned, facts.parameters[NOISE].value))
    expected = gains * draws.state
    replicated = expected + sd * normal_draws("replicated", seed=SEED, n_draws=weights.size, width=len(figures))
    out = []
    for j, record in enumerate(figures.records):
        below = float(weights[replicated[:, j] < record.value].sum())
        out.append(
            {
                "id": record.id,
                "fact": record.fact,
                "month": format_month(record.month),
                "group": record.group,
                "count": record.count,
                "indicator": record.indicator,
                "value": record.value,
                "expected": weighted_quantiles(expected[:, j], weights, _BAND).tolist(),
                "replicated": weighted_quantiles(replicated[:, j], weights, _BAND).tolist(),
                "below": below,
                "explained": float(emulator.explained[j]),
            }
        )
    return out


def weighted_quantiles(values: Array, weights: Array, levels: tuple[float, ...]) -> Array:
    """Return quantiles of weighted draws: linear between the middles of their weights."""
    order = np.argsort(values)
    heights = np.cumsum(weights[order]) - weights[order] / 2
    return np.asarray(np.interp(levels, heights / weights.sum(), values[order]))


def _sd(values: Array, weights: Array) -> float:
    mean = float(weights @ values)
    return float(np.sqrt(weights @ (values - mean) ** 2))
