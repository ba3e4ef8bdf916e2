"""What the calibrated model says of each past month, province, class, segment and kabupaten/kota."""

from functools import lru_cache

import numpy as np
import pandas as pd

from simulator.evidence.simulate import LEARNED, run_past
from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, format_month
from simulator.facts.pack import PROVINCE
from simulator.model import SEGMENTS, Projection
from simulator.model.draws import Array
from simulator.model.inputs import posterior_rows
from simulator.model.posterior import load_posterior

COLUMNS = ["month", "region", "group", "indicator", "q05", "q50", "q95"]
_LEVELS = (0.05, 0.5, 0.95)


@lru_cache(maxsize=2)
def past_run(*, n_draws: int = 2000, seed: int = 0) -> Projection:
    """Run the past over the posterior: draw n is the past from which the future n of the same seed starts.

    It is the past as calibrated, with every parameter as it was then: assumptions of a scenario are about the future.
    """
    from simulator.evidence.calibrate import proposal_parameters  # the sampler takes a second to import

    posterior = load_posterior()
    rows = posterior_rows(posterior, n_draws=n_draws, seed=seed)
    learned = {name: posterior.column(name)[rows] for name in LEARNED}
    others = proposal_parameters(posterior.proposal[rows])
    return run_past(learned, posterior.shocks[rows], seed=seed, others=others)


def hindcast(*, n_draws: int = 2000, seed: int = 0) -> pd.DataFrame:
    """Bands of every past month from December 2022 to the data month.

    Returns
    -------
    DataFrame
        Columns month, region, group (``all``, a class or a segment), indicator, q05, q50, q95. ``coverage`` is a share,
        as it would be reported, with season; ``members`` are persons of the residence count, the same month.

    Raises
    ------
    PosteriorError
        If the posterior file is missing or stale.
    """
    run = past_run(n_draws=n_draws, seed=seed)
    facts = load_facts()
    frames = [_frame(PROVINCE, group, *paths) for group, paths in _groups(run).items()]
    frames += [
        _frame(district.code, "all", run.reported[:, d], run.base[:, d]) for d, district in enumerate(facts.districts)
    ]
    return pd.concat(frames, ignore_index=True)[COLUMNS]


def _groups(run: Projection) -> dict[str, tuple[Array, Array]]:
    """Return reported members and base of the province, its classes and segments, shape (n_draws, n_months) each."""
    out = {"all": (run.reported.sum(axis=1), run.base.sum(axis=1))}
    classes = [load_facts().segments[name].worker_class for name in SEGMENTS]
    for name in dict.fromkeys(classes):
        members = [s for s, its in enumerate(classes) if its == name]
        reported, base = run.groups[:, :2, members].sum(axis=2).transpose(1, 0, 2)
        out[name] = (reported, base)
    for s, segment in enumerate(SEGMENTS):
        out[segment] = (run.groups[:, 0, s], run.groups[:, 1, s])  # construction is class and segment at once
    return out


def _frame(region: str, group: str, reported: Array, base: Array) -> pd.DataFrame:
    months = [format_month(m) for m in range(FIRST_MONTH, DATA_MONTH + 1)]
    frames = []
    for indicator, paths in (("coverage", reported / base), ("members", reported)):
        low, middle, high = np.quantile(paths, _LEVELS, axis=0)
        frames.append(pd.DataFrame({"month": months, "indicator": indicator, "q05": low, "q50": middle, "q95": high}))
    return pd.concat(frames).assign(region=region, group=group)
