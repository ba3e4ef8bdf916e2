"""Where money goes: what is left of it and why, what it pays to families, and what remains when it stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event

import numpy as np

from simulator.answers.bands import PAID_FUNDS
from simulator.facts import format_month, parse_month
from simulator.model import FUNDS, Cancelled, Progress, Projection, make_inputs, run_inputs
from simulator.model.draws import Array
from simulator.scenario import Scenario, Setting

REASONS = ("list", "pool", "capacity")
DRAWS = 500
AFTER = (6, 12)
_MONEY_LEVERS = (
    "village_share", "village_people", "metro_share", "apbd_amount", "dbh_share", "dbh_amount", "csr_amount",
    "public_mandate",
)  # fmt: skip
_SWITCHES = ("village_share", "metro_share", "apbd_amount", "dbh_share", "csr_amount", "public_mandate")
_PAID = [FUNDS.index(fund) for fund in PAID_FUNDS]
_SPENT, _MONTHS = 1, 2
_PLACES, _DOUBLES, _NEW = 3, 4, 5


def expected_unspent(projection: Projection) -> Array:
    """Return the mean over draws of unspent rupiah, shape (n_funds, n_years, 3): by the reasons of `REASONS`.

    `list`: names refused at verification keep their places until the window shuts. `pool`: nobody is left whom the fund
    may cover, or the list of vulnerable workers is used up. `capacity`: offices could not register more names in the
    month. They add up to planned less spent (equation 17a).
    """
    return np.asarray(projection.use[..., : len(REASONS)].mean(axis=0))


def expected_places(projection: Projection) -> Array:
    """Return the mean over draws, shape (n_funds, n_years, 3): person-months of places, paid, and paid twice.

    Paid twice are places for people who were members already; they are part of the second number.
    """
    places, doubles = projection.use[..., _PLACES], projection.use[..., _DOUBLES]
    return np.asarray(np.stack([places, projection.money[..., _MONTHS], doubles], axis=-1).mean(axis=0))


def death_grants(projection: Projection) -> Array:
    """Return expected death grants to families of people paid for, shape (n_draws, n_years), rupiah.

    Rate of claims times person-years paid, without places for people who were members already. In the first three
    months after an interruption only the funeral is paid. Accidents and school grants are left out: it is a low count.
    """
    parameters = projection.inputs.sample.parameters
    paid = projection.money[..., _MONTHS][:, _PAID]
    doubles, new = (projection.use[..., column][:, _PAID] for column in (_DOUBLES, _NEW))
    alone = np.divide(paid - doubles, paid, out=np.zeros_like(paid), where=paid > 0)
    full, early = ((months * alone).sum(axis=1) for months in (paid - new, new))
    claims, grant, first = (parameters[name][:, None] for name in ("death_claims", "death_grant", "death_grant_new"))
    return np.asarray(claims / 12 * (full * grant + early * first))


def members_by_payer(projection: Projection) -> Array:
    """Return expected active members up to the horizon, shape (n_funds + 2, n_months + 1), persons.

    First those who pay themselves or are paid for by their employer, then the funds, last those in grace, whose money
    has stopped. They add up to all active members.
    """
    end = projection.inputs.horizon + 1
    payers = projection.payers[:, :, :end].mean(axis=0)
    every = projection.active[:, :, :end].sum(axis=1).mean(axis=0)
    return np.concatenate([(every - payers.sum(axis=0))[None], payers])


@dataclass(frozen=True, eq=False)
class Remaining:
    """What is left a number of months after money has stopped.

    Attributes
    ----------
    months : int
        Since the stop.
    paid : array, shape (n_draws,), persons
        Whom the money would pay for in that month, or hold in grace, if it had gone on.
    lost : array, shape (n_draws,), persons
        Active members fewer than if it had gone on.
    """

    months: int
    paid: Array
    lost: Array

    @property
    def share(self) -> Array:
        """Share of those people who are members all the same, shape (n_draws,); not a number where there are none."""
        return np.asarray(1 - np.divide(self.lost, self.paid, out=np.full_like(self.paid, np.nan), where=self.paid > 1))


def after_stop(
    scenario: Scenario,
    stop: str,
    *,
    after: Sequence[int] = AFTER,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> list[Remaining]:
    """Let money go on, and let it stop, on shared draws.

    Parameters
    ----------
    scenario : Scenario
        If it adds money, what it adds stops and today's programmes go on; else today's programmes stop.
    stop : str
        First month without the money.
    after : sequence of int
        Months since the stop, counted so that 12 is the same month a year later.

    Raises
    ------
    Cancelled
        If `cancel` was set.
    """
    last = parse_month(stop) - 1 + max(after)
    longer = scenario.replace(horizon=max(scenario.horizon, format_month(last)))
    runs = []
    for done, one in enumerate((longer, stopped(longer, stop))):
        if cancel is not None and cancel.is_set():
            raise Cancelled
        runs.append(run_inputs(make_inputs(one, n_draws=draws, seed=seed), cancel=cancel, detail=True))
        if progress is not None:
            progress(done + 1, 2)
    on, off = runs
    out = []
    for months in after:
        t = parse_month(stop) - 1 + months - on.inputs.start_month
        paid, lost = (
            there - here
            for there, here in (
                (on.payers[:, :, t].sum(axis=1), off.payers[:, :, t].sum(axis=1)),
                (on.active[:, :, t].sum(axis=1), off.active[:, :, t].sum(axis=1)),
            )
        )
        out.append(Remaining(months, paid, lost))
    return out


def stopped(scenario: Scenario, stop: str) -> Scenario:
    """Return the scenario whose added money ends in `stop`; if it adds none, today's programmes end then."""
    added = [name for name in _MONEY_LEVERS if name in scenario.levers]
    if not added:
        nothing = {name: Setting(value=0, start=stop) for name in _SWITCHES}
        return scenario.replace(levers=scenario.levers | nothing)
    levers = dict(scenario.levers)
    for name in added:
        setting = levers[name]
        if scenario.first_effect(name) >= parse_month(stop):
            del levers[name]
        elif setting.end is None or setting.end > stop:
            levers[name] = setting.model_copy(update={"end": stop})
    return scenario.replace(levers=levers)
