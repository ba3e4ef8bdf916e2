"""The past, from December 2022 to the data month, run with the same equations as the future."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from simulator.evidence.observe import MEASUREMENT
from simulator.facts import Facts, load_facts
from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH
from simulator.model import Projection, run_inputs
from simulator.model.draws import Array, normal_draws
from simulator.model.inputs import build_sample, draw_parameters, past_inputs
from simulator.model.posterior import CLASS_SHARES, PAST_MONTHS

STATE = ("start_rate_2022_12", "drift", "season_trough", *CLASS_SHARES)
DISTURBANCE = "disturbance_sd"
LEARNED = (*STATE, DISTURBANCE, *MEASUREMENT)
_FULL = 0.95  # share of construction workers whom the prior lets be members in December 2022


def to_parameters(z: Array, facts: Facts) -> dict[str, Array]:
    """Turn standard normal numbers into learned parameters through their priors before the data.

    Parameters
    ----------
    z : array, shape (n, 10)
        Columns as `LEARNED`.

    Returns
    -------
    dict of arrays, shape (n,)
    """
    u = ndtr(z)
    return {name: facts.parameters[name].ppf_before_data(u[:, j]) for j, name in enumerate(LEARNED)}


def possible(learned: dict[str, Array], facts: Facts) -> NDArray[np.bool_]:
    """Return which draws leave room for construction members; levels and shares are drawn apart and may not."""
    share, of_rest = (learned[name] for name in CLASS_SHARES)
    construction = learned["start_rate_2022_12"] * (1 - share) * (1 - of_rest)
    eligible = {name: facts.parameters[f"class_eligible_{name}"].value for name in ("pu", "bpu", "construction")}
    return np.asarray(construction < _FULL * eligible["construction"] / sum(eligible.values()))


def run_past(
    learned: dict[str, Array],
    shocks: Array,
    *,
    seed: int,
    known_until: int = DATA_MONTH,
    others: dict[str, Array] | None = None,
) -> Projection:
    """Run the past with learned parameters as given and all others from their priors.

    Parameters
    ----------
    learned : dict of arrays, shape (n,)
        As from `to_parameters`.
    shocks : array, shape (n, n_past_months)
        Standard normal, from December 2022.
    known_until : int
        Month number; later programmes are not known, see `past_inputs`.
    others : dict of arrays, optional
        All parameters, as from `draw_parameters`; drawn by `seed` without it.
    """
    drawn = draw_parameters(load_facts(), n_draws=shocks.shape[0], seed=seed) if others is None else others
    parameters = drawn | learned
    sample = build_sample(parameters, shocks, start_month=FIRST_MONTH, seed=seed, last_year=DATA_MONTH // 12)
    return run_inputs(past_inputs(sample, known_until=known_until), groups=True)


def draw_before_data(n: int, *, seed: int) -> tuple[Array, Array]:
    """Draw possible learned parameters, as standard normals (n, 10), and shocks (n, n_past_months), before the data."""
    facts = load_facts()
    z = normal_draws("calibration", seed=seed, n_draws=2 * n, width=len(LEARNED))
    z = z[possible(to_parameters(z, facts), facts)][:n]
    return z, normal_draws("calibration shocks", seed=seed, n_draws=n, width=PAST_MONTHS)
