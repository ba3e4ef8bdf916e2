"""A fast stand-in for the past: states of figures as a quadratic in the learned parameters, linear in the shocks.

It only proposes. What it gets wrong is put right by weights from the equations themselves (equation 36).
"""

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from simulator.evidence.observe import Figures, state_of
from simulator.evidence.simulate import DISTURBANCE, STATE, draw_before_data, run_past, to_parameters
from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH
from simulator.model.draws import Array

BANK_DRAWS = 3000
BANK_SEED = 11


@dataclass(frozen=True)
class Emulator:
    """Fitted on a bank of runs of the past.

    Attributes
    ----------
    centre, width : array, shape (n_state,)
        Scale of the parameters in `STATE`.
    coefficients : array, shape (n_terms, n_figures)
    response : array, shape (n_figures, n_past_months)
        Change of a figure's state with a shock, per unit of disturbance_sd.
    rest : array, shape (n_figures, n_figures)
        Covariance of what is left: parameters that are not learned, and the emulator's own error.
    explained : array, shape (n_figures,)
        Share of the variance over the bank that parameters and shocks explain.
    """

    centre: Array
    width: Array
    coefficients: Array
    response: Array
    rest: Array
    explained: Array

    def mean(self, learned: dict[str, Array]) -> Array:
        """Return the expected state with no shocks, shape (n, n_figures)."""
        return np.asarray(_terms((_columns(learned) - self.centre) / self.width) @ self.coefficients)

    def take(self, which: Array) -> "Emulator":
        """Return the emulator of some of the figures."""
        index = np.asarray(which, dtype=np.int64)
        return Emulator(
            self.centre,
            self.width,
            self.coefficients[:, index],
            self.response[index],
            self.rest[np.ix_(index, index)],
            self.explained[index],
        )


def build_emulator(
    figures: Figures, *, known_until: int = DATA_MONTH, n_draws: int = BANK_DRAWS, seed: int = BANK_SEED
) -> Emulator:
    """Run a bank of pasts drawn before the data and fit the emulator to it (equation 35)."""
    facts = load_facts()
    z, shocks = draw_before_data(n_draws, seed=seed)
    learned = to_parameters(z, facts)
    state = state_of(run_past(learned, shocks, seed=seed, known_until=known_until), figures, facts)
    return fit_emulator(learned, shocks, state)


def fit_emulator(learned: dict[str, Array], shocks: Array, state: Array) -> Emulator:
    """Fit by least squares; shapes as in `Emulator`, rows are draws."""
    columns = _columns(learned)
    centre, width = np.asarray(columns.mean(axis=0)), np.asarray(columns.std(axis=0))
    terms = _terms((columns - centre) / width)
    design = np.hstack([terms, learned[DISTURBANCE][:, None] * shocks])
    solution = np.asarray(np.linalg.lstsq(design, state, rcond=None)[0], dtype=np.float64)
    left = state - design @ solution
    rest = left.T @ left / (design.shape[0] - design.shape[1])
    n_terms = terms.shape[1]
    explained = 1 - left.var(axis=0) / state.var(axis=0)
    return Emulator(
        centre=centre,
        width=width,
        coefficients=solution[:n_terms],
        response=solution[n_terms:].T,
        rest=rest,
        explained=explained,
    )


def _columns(learned: dict[str, Array]) -> Array:
    return np.column_stack([learned[name] for name in STATE])


def _terms(x: Array) -> Array:
    """Constant, linear and quadratic terms, shape (n, 1 + k + k (k + 1) / 2)."""
    pairs = combinations_with_replacement(range(x.shape[1]), 2)
    return np.column_stack([np.ones(x.shape[0]), x, *(x[:, i] * x[:, j] for i, j in pairs)])
