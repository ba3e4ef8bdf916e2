"""Quantiles over draws, and the money of a run."""

from collections.abc import Iterator

import numpy as np

from simulator.model import FUNDS, Projection
from simulator.model.draws import Array

LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
# Firms pay for their programmes, and the half price of self-payers costs no budget anything.
PUBLIC_FUNDS = tuple(fund for fund in FUNDS if fund not in {"csr", "discount"})
PAID_FUNDS = tuple(fund for fund in FUNDS if fund != "discount")  # somebody pays rupiah for them
_PUBLIC = [FUNDS.index(fund) for fund in PUBLIC_FUNDS]


def quantiles(paths: Array, levels: tuple[float, ...] = LEVELS) -> Array:
    """Return quantiles over draws of `paths`, shape (n_draws, n_months), as (n_levels, n_months)."""
    return np.asarray(np.quantile(paths, levels, axis=0))


def regions(projection: Projection) -> Iterator[tuple[int | None, Array, Array, Array]]:
    """Yield district number (None: the province) with active, reported and base paths, (n_draws, n_months + 1) each.

    Paths end at the horizon.
    """
    end = projection.inputs.horizon + 1
    active, reported, base = (x[:, :, :end] for x in (projection.active, projection.reported, projection.base))
    yield None, active.sum(axis=1), reported.sum(axis=1), base.sum(axis=1)
    for district in range(active.shape[1]):
        yield district, active[:, district], reported[:, district], base[:, district]


def expected_money(projection: Projection) -> Array:
    """Return the mean over draws of planned and spent rupiah and person-months, shape (n_funds, n_years, 3).

    The mean, not the median, because only means add up over funds and years.
    """
    return np.asarray(projection.money.mean(axis=0))


def yearly_spending(projection: Projection) -> Array:
    """Public rupiah spent in each whole calendar year after the start year, shape (n_draws, n_years)."""
    inputs = projection.inputs
    whole = (inputs.start_month + inputs.horizon + 1) // 12 - inputs.start_month // 12
    return np.asarray(projection.money[..., 1][:, _PUBLIC, 1:whole].sum(axis=1))


def public_rupiah(projection: Projection) -> Array:
    """Public rupiah spent from the start to the horizon, shape (n_draws,)."""
    return np.asarray(projection.money[..., 1][:, _PUBLIC].sum(axis=(1, 2)))
