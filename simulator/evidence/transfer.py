"""Transfer test: the change seen in other regions against the mechanism, given their own head counts.

Coverage jumped in some regions that paid for many workers and fell in some that stopped. The model was not built for
them, so they test what it says of money: a place yields q (1 - o) people (equation 17), and of those no longer paid
for a few stay after the grace (equations 14 to 16). In points of coverage, for a population that does not change,

    start:  100 funded q (1 - o) / eligible + noise,         q = list quality where the count is planned, else 1
    stop:  -100 funded (1 - kept) / eligible + noise,        kept from equation 14, 0 where contracts end at once
    noise:  100 (m D / 12 + s / 12 (z(1) + ... + z(m))),     m months between the counts, equations 6 and 7

Draws come from the priors. Drift and disturbance are Lampung's; growth of the workforce, other payers and a pool that
runs empty are left out, so a region outside its range says that one of them, or the head count, matters.
"""

from dataclasses import dataclass

import numpy as np

from simulator.facts import Facts
from simulator.facts.catalogue import Level, Transfer
from simulator.model import check_draws
from simulator.model.draws import Array, normal_draws
from simulator.model.inputs import draw_parameters

QUANTILES = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
_START = ("overlap_is_heavy", "overlap_light", "overlap_heavy")
_STOP = ("grace_months", "keep_six_months", "lapse_bpu")
_NOISE = ("drift", "disturbance_sd", "disturbance_memory")
_HALF_YEAR = 6  # months to which `keep_six_months` refers


@dataclass(frozen=True)
class TransferCase:
    """One region: what was seen there and what the mechanism says.

    Attributes
    ----------
    id : str
    record : Transfer
        Figures, assumption and reading.
    observed : float or None, points of coverage
        Change between the two counts; None where one of them, or the eligible workers, is not known.
    predicted : tuple of 7 float or None, points of coverage
        At `QUANTILES`; None where the head count or the eligible workers are not known.
    rank : float or None, 0-1
        Share of draws below the observed change.
    inside : bool or None
        Whether the observed change lies in the 90 % range.
    people : tuple of 7 float or None, persons
        Members won or lost by the head count alone, at `QUANTILES`; needs no eligible workers.
    needed : tuple of 7 float or None, persons
        The head count that would give the observed change, at `QUANTILES`.
    informed : tuple of str
        Parameters whose records name a fact of this case: the test is not independent of these.
    """

    id: str
    record: Transfer
    observed: float | None
    predicted: tuple[float, ...] | None
    rank: float | None
    inside: bool | None
    people: tuple[float, ...] | None
    needed: tuple[float, ...] | None
    informed: tuple[str, ...]


def transfer_cases(facts: Facts, *, draws: int = 4000, seed: int = 0) -> tuple[TransferCase, ...]:
    """Compare every case of transfer.toml with the mechanism.

    Parameters
    ----------
    draws, seed : int
        As for a run; each case has a disturbance of its own, the parameters are shared.

    Raises
    ------
    RunError
        If `draws` or `seed` is out of range.
    """
    check_draws(draws, seed)
    sample = draw_parameters(facts, n_draws=draws, seed=seed)
    return tuple(_case(facts, name, record, sample, seed=seed) for name, record in facts.transfers.items())


def share_kept(months: int, *, grace: Array, keep: Array, lapse: Array) -> Array:
    """Return the share of people still members some months after the first month no longer paid (equation 14).

    Parameters
    ----------
    months : int
        0 at the end of the first month no longer paid.
    grace : array, shape (n_draws,), months
    keep, lapse : array, shape (n_draws,), shares
        Still paying after six months; lapsing in a month.
    """
    stay = np.minimum(1.0, keep / (1 - lapse) ** (_HALF_YEAR - grace))
    return np.where(months < grace, 1.0, stay * (1 - lapse) ** np.maximum(months - grace, 0.0))


def change_per_person(record: Transfer, sample: dict[str, Array]) -> Array:
    """Return members won (or, negative, lost) per head of the head count, shape (n_draws,)."""
    n_draws = sample["drift"].size
    if record.direction == "start":
        overlap = np.where(sample["overlap_is_heavy"] > 0.5, sample["overlap_heavy"], sample["overlap_light"])
        quality = sample["list_quality"] if record.kind == "planned" else np.ones(n_draws)
        return np.asarray(quality * (1 - overlap))
    if record.ends_at_once:
        return np.full(n_draws, -1.0)
    kept = share_kept(
        record.after.month - record.first,
        grace=sample["grace_months"],
        keep=sample["keep_six_months"],
        lapse=sample["lapse_bpu"],
    )
    return np.asarray(kept - 1)


def noise(sample: dict[str, Array], shocks: Array) -> Array:
    """Return drift and disturbance over the months, shape (n_draws,), a share of eligible workers.

    Parameters
    ----------
    shocks : array, shape (n_draws, months + 1)
        Standard normal; column 0 is the state in the month of the first count.
    """
    memory, state = sample["disturbance_memory"], shocks[:, 0]
    total = np.zeros(shocks.shape[0])
    for month in range(1, shocks.shape[1]):
        state = memory * state + np.sqrt(1 - memory**2) * shocks[:, month]
        total += state
    months = shocks.shape[1] - 1
    return np.asarray((months * sample["drift"] + sample["disturbance_sd"] * total) / 12)


def observed_change(record: Transfer) -> float | None:
    """Return the change between the two counts in points of coverage, None where it is not known."""
    before, after = _coverage(record.before, record), _coverage(record.after, record)
    return None if before is None or after is None else 100 * (after - before)


def _coverage(level: Level | None, record: Transfer) -> float | None:
    if level is None:
        return None
    if level.unit == "coverage":
        return level.value
    return None if record.eligible is None else level.value / record.eligible.value


def _case(facts: Facts, name: str, record: Transfer, sample: dict[str, Array], *, seed: int) -> TransferCase:
    since = record.first if record.before is None else record.before.month
    shocks = normal_draws(
        f"transfer/{name}", seed=seed, n_draws=sample["drift"].size, width=record.after.month - since + 1
    )
    drawn_noise, per_person = noise(sample, shocks), change_per_person(record, sample)
    observed = observed_change(record)
    predicted = rank = people = needed = None
    if record.funded is not None:
        people = record.funded.value * per_person
    if people is not None and record.eligible is not None:
        predicted = 100 * (people / record.eligible.value + drawn_noise)
    if observed is not None and record.eligible is not None:
        needed = (observed / 100 - drawn_noise) * record.eligible.value / per_person
    if observed is not None and predicted is not None:
        rank = float((predicted < observed).mean())
    return TransferCase(
        id=name,
        record=record,
        observed=observed,
        predicted=_quantiles(predicted),
        rank=rank,
        inside=_inside(observed, predicted),
        people=_quantiles(people),
        needed=_quantiles(needed),
        informed=_informed(facts, record),
    )


def _quantiles(values: Array | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(float(x) for x in np.quantile(values, QUANTILES))


def _inside(observed: float | None, predicted: Array | None) -> bool | None:
    if observed is None or predicted is None:
        return None
    low, high = np.quantile(predicted, [0.05, 0.95])
    return bool(low <= observed <= high)


def _informed(facts: Facts, record: Transfer) -> tuple[str, ...]:
    of_the_plan = ("list_quality",) if record.kind == "planned" else ()
    names = (*_START, *of_the_plan) if record.direction == "start" else _STOP
    own = set(record.all_facts)
    return tuple(name for name in (*names, *_NOISE) if own & set(facts.parameters[name].facts))
