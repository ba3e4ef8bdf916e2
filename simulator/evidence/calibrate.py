"""Learn about ten parameters from the dated figures (equations 35 to 38): propose by emulator, correct by the model."""

from collections.abc import Callable
from dataclasses import dataclass

import emcee
import numpy as np
from arviz_stats.base.array import BaseArray
from numpy.typing import NDArray

from simulator.evidence.emulate import Emulator
from simulator.evidence.observe import (
    MEASUREMENT,
    NOISE,
    Figures,
    gain,
    log_likelihood,
    noise_variance,
    state_of,
)
from simulator.evidence.simulate import DISTURBANCE, LEARNED, possible, run_past, to_parameters
from simulator.evidence.weighting import Weights, resample, smoothed_weights
from simulator.facts import Facts, load_facts
from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, parse_month
from simulator.model import SEGMENTS, Projection
from simulator.model.draws import Array, normal_draws
from simulator.model.inputs import draw_parameters
from simulator.model.posterior import CLASS_SHARES, PAST_MONTHS, Posterior
from simulator.model.start import DECEMBERS

CHAINS, WALKERS, WARMUP, STEPS = 4, 40, 500, 2000
PROPOSALS, ROWS = 16_000, 4_000
SEED = 2026
_CHUNK = 4_000
# Half the autocorrelation of the default. Not beside the snooker move of emcee 3.1.6, whose acceptance rate is wrong
# (pull request 531 of the project): it makes posteriors 7 % too narrow here, and recovery shows it.
_MOVE = emcee.moves.DEMove()
_FAR = 7.0  # standard normals beyond this are 1 in 10^12 before the data; u would round to 1
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Chains:
    """What the sampler returned, in standard-normal coordinates of the priors before the data.

    Attributes
    ----------
    z : array, shape (n_chains, n_steps, n_learned)
        One chain is one ensemble; its walkers follow each other within a step.
    rhat, effective : dict of str to float
        Split R-hat over chains, and effective sample size from the autocorrelation of walkers, by parameter.
    """

    z: Array
    rhat: dict[str, float]
    effective: dict[str, float]

    @property
    def flat(self) -> Array:
        """All draws, shape (n, n_learned)."""
        return self.z.reshape(-1, self.z.shape[-1])


@dataclass(frozen=True)
class Draws:
    """Draws of the emulator's posterior with the exact model run over each, and the weights that correct them.

    Attributes
    ----------
    learned : dict of arrays, shape (n,)
    shocks : array, shape (n, n_past_months)
    state : array, shape (n, n_figures)
        As from `state_of`, from the model itself.
    other_state : array, shape (n, n_other)
        The same for figures that were only asked for.
    ends : dict of arrays, shape (n,)
        Level and class shares of the later Decembers, as `Posterior` names them.
    weights : Weights
    """

    learned: dict[str, Array]
    shocks: Array
    state: Array
    other_state: Array
    ends: dict[str, Array]
    weights: Weights


class Likelihood:
    """The emulator's likelihood of all figures, shocks and unlearned parameters integrated out (equation 36)."""

    def __init__(self, figures: Figures, emulator: Emulator, facts: Facts) -> None:
        self.figures, self.emulator, self.facts = figures, emulator, facts
        self._usual = facts.parameters[NOISE].value

    def parts(self, learned: dict[str, Array]) -> tuple[Array, Array, Array, Array]:
        """Return residual, gain and noise sd, shape (n, n_figures), and the covariance over noise sd squared."""
        measurement = {name: learned[name] for name in MEASUREMENT}
        gains = gain(self.figures, measurement, self.facts.season_profile)
        sd = np.sqrt(noise_variance(self.figures, measurement, self._usual))
        residual = (self.figures.value - gains * self.emulator.mean(learned)) / sd
        scale = gains / sd
        response = self.emulator.response @ self.emulator.response.T
        common = self.emulator.rest + learned[DISTURBANCE][:, None, None] ** 2 * response
        covariance = scale[:, :, None] * common * scale[:, None, :] + np.eye(len(self.figures))
        return residual, gains, sd, covariance

    def __call__(self, z: Array) -> Array:
        """Return the log posterior density of standard normals, shape (n,)."""
        out = np.full(z.shape[0], -np.inf)
        near = np.abs(z).max(axis=1) < _FAR
        learned = to_parameters(z[near], self.facts)
        allowed = possible(learned, self.facts)
        inside = np.flatnonzero(near)[allowed]
        if inside.size:
            residual, _, sd, covariance = self.parts({name: values[allowed] for name, values in learned.items()})
            root = np.linalg.cholesky(covariance)
            white = np.linalg.solve(root, residual[:, :, None])[:, :, 0]
            log_det = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1) + np.log(sd).sum(axis=1)
            out[inside] = -0.5 * (white**2).sum(axis=1) - log_det - 0.5 * (z[inside] ** 2).sum(axis=1)
        return out


def sample(
    figures: Figures,
    emulator: Emulator,
    *,
    seed: int = SEED,
    chains: int = CHAINS,
    steps: int = STEPS,
    progress: Progress | None = None,
) -> Chains:
    """Run independent ensembles of walkers over the emulator's posterior."""
    facts = load_facts()
    likelihood = Likelihood(figures, emulator, facts)
    out, effective = [], np.zeros(len(LEARNED))
    for chain in range(chains):
        start = _start(likelihood, seed=seed, chain=chain)
        sampler = emcee.EnsembleSampler(WALKERS, len(LEARNED), likelihood, vectorize=True, moves=_MOVE)
        state = emcee.State(start, random_state=np.random.RandomState([seed, chain]).get_state())
        for step, _ in enumerate(sampler.sample(state, iterations=WARMUP + steps)):
            if progress is not None and step % 50 == 0:
                progress(chain * (WARMUP + steps) + step, chains * (WARMUP + steps))
        out.append(sampler.get_chain(discard=WARMUP).reshape(-1, len(LEARNED)))
        effective += WALKERS * steps / sampler.get_autocorr_time(discard=WARMUP, tol=0)
    z = np.stack(out)
    by_name = {name: z[:, :, j] for j, name in enumerate(LEARNED)}
    return Chains(
        z=z,
        rhat={name: _rhat(x) for name, x in by_name.items()},
        effective={name: float(x) for name, x in zip(LEARNED, effective, strict=True)},
    )


def _rhat(x: Array) -> float:
    return float(BaseArray().rhat(x, chain_axis=0, draw_axis=1))  # type: ignore[no-untyped-call]


def _start(likelihood: Likelihood, *, seed: int, chain: int) -> Array:
    """Return a possible starting place for each walker, drawn before the data, shape (n_walkers, n_learned)."""
    z = normal_draws(f"walkers/{chain}", seed=seed, n_draws=20 * WALKERS, width=len(LEARNED))
    density = likelihood(z)
    return z[np.argsort(-density)[:WALKERS]]


def draw_shocks(likelihood: Likelihood, learned: dict[str, Array], *, seed: int) -> Array:
    """Draw the shocks given the figures, shape (n, n_past_months) (equation 37).

    Exact for the emulator, where figures are linear in standard normal shocks: draw both before the data, then add
    what the difference to the figures says.
    """
    n = learned[DISTURBANCE].size
    residual, gains, sd, covariance = likelihood.parts(learned)
    shocks = normal_draws("shocks given the figures", seed=seed, n_draws=n, width=PAST_MONTHS)
    other = normal_draws("rest given the figures", seed=seed, n_draws=n, width=2 * residual.shape[1])
    rest = other[:, : residual.shape[1]] @ _root(likelihood.emulator.rest).T
    noise = other[:, residual.shape[1] :]
    effect = learned[DISTURBANCE][:, None] * (shocks @ likelihood.emulator.response.T)
    drawn = gains / sd * (effect + rest) + noise
    towards = np.linalg.solve(covariance, (residual - drawn)[:, :, None])[:, :, 0]
    return np.asarray(shocks + learned[DISTURBANCE][:, None] * ((gains / sd * towards) @ likelihood.emulator.response))


def _root(covariance: Array) -> Array:
    """Return a matrix whose product with its transpose is `covariance`, which may be singular up to rounding."""
    sd = np.sqrt(np.diagonal(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(sd, sd))
    return np.asarray(sd[:, None] * vectors * np.sqrt(np.maximum(values, 0.0)))


def correct(
    figures: Figures,
    emulator: Emulator,
    chains: Chains,
    *,
    n: int = PROPOSALS,
    seed: int = SEED,
    known_until: int = DATA_MONTH,
    other: Figures | None = None,
    progress: Progress | None = None,
) -> Draws:
    """Run the model over draws of the emulator's posterior and weigh them by what the emulator got wrong.

    With shocks drawn given the figures the weight of a draw is its likelihood under the model over that under the
    emulator at the same parameters and shocks (equation 38). The state of `other` figures is returned and not used.
    """
    facts = load_facts()
    others = figures.take([]) if other is None else other
    flat = chains.flat
    learned = to_parameters(flat[np.linspace(0, flat.shape[0] - 1, n).astype(np.int64)], facts)
    likelihood = Likelihood(figures, emulator, facts)
    shocks = draw_shocks(likelihood, learned, seed=seed)
    states, other_states, ends = [], [], []
    for first in range(0, n, _CHUNK):
        part = slice(first, first + _CHUNK)
        run = run_past(
            {name: x[part] for name, x in learned.items()}, shocks[part], seed=seed + first, known_until=known_until
        )
        states.append(state_of(run, figures, facts))
        other_states.append(state_of(run, others, facts))
        ends.append(_ends(run, facts))
        if progress is not None:
            progress(min(first + _CHUNK, n), n)
    state = np.concatenate(states)
    log_weights = _exact(likelihood, learned, state) - _emulated(likelihood, learned, shocks)
    return Draws(
        learned=learned,
        shocks=shocks,
        state=state,
        other_state=np.concatenate(other_states),
        ends={name: np.concatenate([e[name] for e in ends]) for name in ends[0]},
        weights=smoothed_weights(log_weights),
    )


def _exact(likelihood: Likelihood, learned: dict[str, Array], state: Array) -> Array:
    figures, facts = likelihood.figures, likelihood.facts
    gains = gain(figures, learned, facts.season_profile)
    return log_likelihood(state, gains, noise_variance(figures, learned, facts.parameters[NOISE].value), figures)


def _emulated(likelihood: Likelihood, learned: dict[str, Array], shocks: Array) -> Array:
    """Log density of the figures given parameters and shocks, under the emulator, shape (n,)."""
    emulator = likelihood.emulator
    residual, gains, sd, _ = likelihood.parts(learned)
    scale = gains / sd
    left = residual - scale * learned[DISTURBANCE][:, None] * (shocks @ emulator.response.T)
    covariance = scale[:, :, None] * emulator.rest * scale[:, None, :] + np.eye(residual.shape[1])
    root = np.linalg.cholesky(covariance)
    white = np.linalg.solve(root, left[:, :, None])[:, :, 0]
    log_det = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1) + np.log(sd).sum(axis=1)
    return np.asarray(-0.5 * (white**2).sum(axis=1) - log_det - 0.5 * residual.shape[1] * np.log(2 * np.pi))


def proposal_parameters(proposal: NDArray[np.int64], *, seed: int = SEED) -> dict[str, Array]:
    """Draw again all parameters of draws that `correct` made, in the order asked for, shape (n, ...) each.

    Those that were learned come out as before the data; the caller replaces them.
    """
    facts, chunk = load_facts(), proposal // _CHUNK
    out: dict[str, Array] = {}
    for number in np.unique(chunk):
        here = np.flatnonzero(chunk == number)
        drawn = draw_parameters(facts, n_draws=_CHUNK, seed=seed + int(number) * _CHUNK)
        for name, values in drawn.items():
            its = out.setdefault(name, np.empty((proposal.size, *values.shape[1:])))
            its[here] = values[proposal[here] % _CHUNK]
    return out


def _ends(run: Projection, facts: Facts) -> dict[str, Array]:
    """Level, class shares and drift at the Decembers after the first, as the past was run; the last is the data month.

    The drift is the organic slope that is left (equation 6 solved for it): it fades from the one of December 2022.
    """
    class_of = np.array([facts.segments[name].worker_class for name in SEGMENTS])
    months = [min(parse_month(name.replace("_", "-")), DATA_MONTH) - FIRST_MONTH for name in DECEMBERS[1:]]
    months[-1] = DATA_MONTH - FIRST_MONTH
    out = {}
    for name, t in zip(DECEMBERS[1:], months, strict=True):
        out[f"start_rate_{name}"] = run.coverage[:, t]
        members = run.by_segment[:, :, t]
        bpu, pu = (members[:, class_of == c].sum(axis=1) for c in ("BPU", "PU"))
        total = members.sum(axis=1)
        out[f"drift/{name}"] = 12 * run.groups[:, 2, :, t].sum(axis=1) / run.groups[:, 1, :, t].sum(axis=1)
        out[f"{CLASS_SHARES[0]}/{name}"] = bpu / total
        out[f"{CLASS_SHARES[1]}/{name}"] = pu / (total - bpu)
    return out


def to_posterior(draws: Draws, *, n: int = ROWS, seed: int = SEED) -> Posterior:
    """Resample the weighted draws to `n` equal ones."""
    columns = draws.learned | draws.ends
    rows = resample(draws.weights.weights, seed=seed)[:: draws.shocks.shape[0] // n]
    values = np.column_stack([columns[name][rows] for name in columns])
    return Posterior(tuple(columns), values, draws.shocks[rows], rows.astype(np.int64))
