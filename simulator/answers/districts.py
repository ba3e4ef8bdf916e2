"""Each kabupaten/kota by itself: when, with which odds, how many people, how much money, and its part of the gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np

from simulator.answers.arrival import NEVER, arrival_quantile, first_held, share_by_month, year_ahead
from simulator.answers.bands import PAID_FUNDS, PUBLIC_FUNDS
from simulator.facts import load_facts
from simulator.facts.calendar import MONTHS_PER_YEAR, format_month, parse_month
from simulator.model import FUNDS, Cancelled, Progress, Projection, make_inputs, run_inputs
from simulator.model.allocation import allocation_key
from simulator.model.draws import Array
from simulator.scenario import ALLOCATIONS, DISTRICT_CODES, Scenario, Setting

STEPS = 20
_PUBLIC = [FUNDS.index(fund) for fund in PUBLIC_FUNDS]
_PAID = [FUNDS.index(fund) for fund in PAID_FUNDS]


@dataclass(frozen=True, eq=False)
class DistrictAnswer:
    """One kabupaten/kota and one target, judged in one month.

    Attributes
    ----------
    code : str
    coverage : array, shape (n_draws,), shares
        In the month asked about.
    missing : array, shape (n_draws,), persons
        To the target in that month, negative where it is exceeded.
    odds : float
        Share of draws that hold the target by that month.
    never_share : float
        Share that does not hold it up to the horizon.
    median_month : str or None
        Where more than half hold it by the horizon.
    rupiah : array, shape (n_funds,)
        Expected spending by fund from the start to the horizon, the half price left out.
    gained : array, shape (n_draws,), persons
        Active members more than under the reference in that month; 0 without one.
    """

    code: str
    coverage: Array
    missing: Array
    odds: float
    never_share: float
    median_month: str | None
    rupiah: Array
    gained: Array

    @property
    def public_rupiah(self) -> float:
        """Expected public rupiah, companies' money left out."""
        return float(self.rupiah[_PUBLIC].sum())


Paths = list[tuple[Array, tuple[Array, Array]]]


def district_paths(projection: Projection) -> Paths:
    """Return the coverage of every kabupaten/kota, shape (n_draws, n_months + 1), and its `year_ahead`."""
    paths = [projection.active[:, d] / projection.base[:, d] for d in range(len(DISTRICT_CODES))]
    return [(coverage, year_ahead(coverage, horizon=projection.inputs.horizon)) for coverage in paths]


def district_answers(
    projection: Projection,
    target: float,
    month: int,
    *,
    reference: Projection | None = None,
    paths: Paths | None = None,
) -> list[DistrictAnswer]:
    """Answer for every kabupaten/kota, in the order of their codes.

    Parameters
    ----------
    projection : Projection
        With details: `run_inputs(..., detail=True)`.
    target : float
        A share.
    month : int
        Month index, up to the horizon.
    reference : Projection, optional
        Of the same draws; what is gained is counted from it.
    paths : list, optional
        What `district_paths` returns, where several targets are asked about.
    """
    horizon, start = projection.inputs.horizon, projection.inputs.start_month
    rupiah = projection.local.mean(axis=0).sum(axis=2)
    rupiah[:, [i for i in range(len(FUNDS)) if i not in _PAID]] = 0.0
    out = []
    for d, (coverage, ahead) in enumerate(district_paths(projection) if paths is None else paths):
        active, base = projection.active[:, d], projection.base[:, d]
        arrived = first_held(coverage, target, horizon=horizon, ahead=ahead)
        by_month = share_by_month(arrived, horizon=horizon)
        half = arrival_quantile(arrived, 0.5)
        before = active[:, month] if reference is None else reference.active[:, d, month]
        out.append(
            DistrictAnswer(
                code=DISTRICT_CODES[d],
                coverage=coverage[:, month],
                missing=target * base[:, month] - active[:, month],
                odds=float(by_month[month]),
                never_share=float((arrived == NEVER).mean()),
                median_month=format_month(start + half) if by_month[-1] > 0.5 else None,
                rupiah=rupiah[d],
                gained=active[:, month] - before,
            )
        )
    return out


def gap_shares(answers: Sequence[DistrictAnswer]) -> Array:
    """Return the part of the province's gap that each closes, shape (n_districts,): people gained over people missing.

    The gap is that of the reference: what is missing under the plan and what the plan has gained. Not a number where
    nothing was missing.
    """
    gained = np.array([answer.gained.mean() for answer in answers])
    gap = sum(float((answer.missing + answer.gained).mean()) for answer in answers)
    return np.asarray(gained / gap if gap > 0 else np.full(gained.size, np.nan))


def cheapest_split(
    scenario: Scenario,
    lever: str,
    rupiah: int,
    month: str,
    *,
    steps: int = STEPS,
    draws: int = 100,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> Scenario:
    """Split the province's money so that it buys the most members by a month.

    The best of the rules is improved: a part goes from where a little less loses the fewest expected members to where a
    little more adds the most, as long as that helps; then half as much is moved. As the money of one kabupaten touches
    only its own people, one run measures them all at once; only the registration capacity is shared. The result is no
    worse than any rule on the futures of the search.

    Parameters
    ----------
    lever : str
        ``apbd_amount`` or ``csr_amount``.
    rupiah : int
        A year, for the whole province.
    month : str
        When members count.

    Returns
    -------
    Scenario
        With the lever's own number for every kabupaten/kota, summing to `rupiah`.

    Raises
    ------
    Cancelled
        If `cancel` was set.
    """
    n = len(DISTRICT_CODES)
    given = scenario.levers.get(lever)
    schedule: dict[str, Any] = {} if given is None else given.model_dump(include={"start", "ramp_months", "end"})

    def plan(amounts: Array) -> Scenario:
        districts = {code: round(float(amount)) for code, amount in zip(DISTRICT_CODES, amounts, strict=True)}
        return scenario.replace(levers=scenario.levers | {lever: Setting(**(schedule | {"districts": districts}))})

    def members(amounts: Array) -> Array:
        if cancel is not None and cancel.is_set():
            raise Cancelled
        run = run_inputs(make_inputs(plan(amounts), n_draws=draws, seed=seed), cancel=cancel)
        t = parse_month(month) - run.inputs.start_month
        year = slice(max(t - MONTHS_PER_YEAR + 1, 0), t + 1)  # a window that is shut in one month is open in others
        return np.asarray(run.active[:, :, year].mean(axis=(0, 2)))

    facts = load_facts()
    rules = [rupiah * allocation_key(facts, scenario.replace(allocation=rule)) for rule in ALLOCATIONS]
    amounts, now = max(((rule, members(rule)) for rule in rules), key=lambda pair: float(pair[1].sum()))
    lot = rupiah / n
    for done in range(steps):
        probe = lot / n
        more = members(amounts + probe) - now
        less = np.where(amounts >= probe, now - members(np.maximum(amounts - probe, 0.0)), np.inf)
        moved = amounts.copy()
        to, by = int(np.argmax(more)), int(np.argmin(less))
        moved[to] += min(lot, amounts[by])
        moved[by] -= min(lot, amounts[by])
        then = members(moved)
        if then.sum() > now.sum():
            amounts, now = moved, then
        else:
            lot /= 2
        if progress is not None:
            progress(done + 1, steps)
    amounts = np.rint(amounts)
    amounts[int(np.argmax(amounts))] += rupiah - amounts.sum()
    return plan(amounts)
