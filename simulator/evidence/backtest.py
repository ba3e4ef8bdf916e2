"""Rolling origins: every later figure predicted from what was known then, against naive rivals.

At an origin the model learns from the figures up to it. Of programmes it knows those of the twelve months before,
and takes them to go on; later decrees and budgets are not known to it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.evidence.calibrate import correct, sample
from simulator.evidence.emulate import build_emulator
from simulator.evidence.observe import NOISE, Figures, gain, noise_variance, used_figures
from simulator.evidence.renew import weighted_quantiles
from simulator.evidence.rivals import CHANGE_SD, NAMES, Point, count_change_sd, forecast
from simulator.evidence.scores import LEVELS, interval_coverage, score
from simulator.evidence.stored import RENEW_BACKTEST
from simulator.facts import Facts, Observation, format_month, load_facts, parse_month
from simulator.model.draws import Array, normal_draws

ORIGINS = ("2023-12", "2024-09", "2024-12", "2025-05")
MODEL = "model"
FORECASTERS = (MODEL, *NAMES)
_PARTS = ("wis", "dispersion", "overprediction", "underprediction")
_DRAWS, _STEPS, _SEED = 6000, 1500, 77
Progress = Callable[[int, int], None]


def renew_backtest(progress: Progress | None = None) -> dict[str, Any]:
    """Run every origin, a minute or two on two cores, and return forecasts and scores."""
    origins = []
    for done, origin in enumerate(ORIGINS, start=1):
        origins.append(_origin(origin))
        if progress is not None:
            progress(done, len(ORIGINS))
    rows = [row for origin in origins for row in origin["forecasts"]]
    return {
        "command": RENEW_BACKTEST,
        "seed": _SEED,
        "levels": list(LEVELS),
        "forecasters": list(FORECASTERS),
        "origins": origins,
        "summary": {kind: _summary(rows, kind) for kind in dict.fromkeys(row["kind"] for row in rows)},
    }


def _origin(origin: str) -> dict[str, Any]:
    """Predict every figure after one origin, by the model and by its rivals."""
    facts, cut = load_facts(), parse_month(origin)
    figures = used_figures(facts)
    known = figures.until(cut)
    later = figures.take(range(len(known), len(figures)))
    emulator = build_emulator(known, known_until=cut, seed=_SEED)
    chains = sample(known, emulator, seed=_SEED, chains=2, steps=_STEPS)
    draws = correct(known, emulator, chains, n=_DRAWS, seed=_SEED, known_until=cut, other=later)
    predicted = _published(draws.other_state, draws.learned, later, facts)
    weights = draws.weights
    return {
        "origin": origin,
        "known": [record.id for record in known.records],
        "pareto_k": weights.pareto_k,
        "reliable": weights.reliable,
        "forecasts": [
            _row(record, origin, weighted_quantiles(predicted[:, j], weights.weights, LEVELS), known)
            for j, record in enumerate(later.records)
        ],
    }


def _published(state: Array, learned: dict[str, Array], figures: Figures, facts: Facts) -> Array:
    """Return what each draw says would be published, noise included, shape (n, n_figures)."""
    sd = np.sqrt(noise_variance(figures, learned, facts.parameters[NOISE].value))
    noise = normal_draws("predicted noise", seed=_SEED, n_draws=state.shape[0], width=len(figures))
    return gain(figures, learned, facts.season_profile) * state + sd * noise


def _row(record: Observation, origin: str, quantiles: Array, known: Figures) -> dict[str, Any]:
    forecasts = {MODEL: quantiles} | {name: _rival(name, record, known) for name in NAMES}
    return {
        "origin": origin,
        "figure": record.id,
        "month": format_month(record.month),
        "kind": kind_of(record),
        "group": record.group,
        "observed": record.value,
        "by": {name: _scored(its, record.value) for name, its in forecasts.items()},
    }


def kind_of(record: Observation) -> str:
    """Return what figures are averaged together: rates of the province, of a class, or administrative counts."""
    if record.count == "administrative":
        return "administrative"
    return "province" if record.group == "all" else "class"


def _rival(name: str, record: Observation, known: Figures) -> Array:
    """Return the rival's forecast from the same series: group, count and indicator."""
    series = [
        Point(o.month, o.value, float(sd))
        for o, sd in zip(known.records, known.noise_sd, strict=True)
        if (o.group, o.count, o.indicator) == (record.group, record.count, record.indicator)
    ]
    counts = record.indicator == "members"
    eligible = load_facts().parameters["eligible_total"].value
    noise = (record.noise_sd or 0.0) * (series[-1].value if counts else 1.0)
    return forecast(
        name,
        series,
        record.month,
        change_sd=count_change_sd(series) if counts else CHANGE_SD,
        limit=eligible if counts else 1.0,
        noise_sd=noise,
    )


def _scored(quantiles: Array, observed: float) -> dict[str, Any]:
    its = score(quantiles, observed)
    return {
        "quantiles": [float(q) for q in quantiles],
        "wis": its.wis,
        "dispersion": its.dispersion,
        "overprediction": its.overprediction,
        "underprediction": its.underprediction,
        "inside": {str(level): hit for level, hit in interval_coverage(quantiles, observed).items()},
    }


def _summary(rows: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Return means over one kind of figure, by forecaster."""
    chosen = [row for row in rows if row["kind"] == kind]
    out: dict[str, Any] = {"n": len(chosen)}
    for name in FORECASTERS:
        its = [row["by"][name] for row in chosen]
        means = {part: float(np.mean([one[part] for one in its])) for part in _PARTS}
        hits = {level: float(np.mean([one["inside"][level] for one in its])) for level in ("50", "80", "95")}
        out[name] = means | {"inside": hits}
    return out
