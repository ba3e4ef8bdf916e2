"""Everything one run needs, drawn and arranged before the first month is computed.

The kernel and the oracle in the tests read the same `Inputs`; neither sees a random number generator.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.facts import Facts, load_facts
from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, LAST_MONTH, parse_month
from simulator.model import kernel
from simulator.model.allocation import allocation_key
from simulator.model.draws import Array, normal_draws, uniform_draws
from simulator.model.posterior import PAST_MONTHS, REACHED, Posterior, load_posterior
from simulator.model.start import DECEMBERS, StartState, between_decembers, start_state
from simulator.scenario import LEVERS, Scenario, ScenarioError, lever_paths

MAX_DRAWS = 20_000
HELD_MONTHS = 12  # run further than the horizon, so that "held for a year" can be judged
_LAST_YEAR = LAST_MONTH // 12 + 1
_SHOCKS = LAST_MONTH + HELD_MONTHS - FIRST_MONTH + 1
_ROUNDED = ("grace_months", "village_months", "dbh_months", "dbh_first_month", "apbd_months", "pppk_return_months",
            "main_budget_month", "revised_budget_month")  # fmt: skip
_CONVERTIBLE = 0.85  # share of a district's non-ASN staff that may leave, today's conversions included
Evidence = Literal["posterior", "priors"]
_NOTHING_EXTRA = {"continuation": 1.0, "outreach": 1.0}


class RunError(ValueError):
    """A number of draws or a seed that cannot be run; the message is one sentence."""


@dataclass(frozen=True)
class Sample:
    """The uncertain part of a run, shared by all scenarios of one seed, number of draws and start month.

    Attributes
    ----------
    parameters : dict of arrays, shape (n_draws,)
        Drawn parameters by id.
    base : array, shape (n_draws, n_levers)
        Where each lever stands today; columns as `kernel.LEVER_IDS`.
    par : array, shape (n_draws, n_parameters)
        Columns as `kernel.PARAMETER_IDS`.
    renewal : array, shape (n_draws, 3 + n_districts, n_years)
        Share of the 2026 plan that a baseline programme pays, from 2022 on; 1 before 2027.
    shocks : array, shape (n_draws, n_months)
        Standard normal, by calendar month; column 0 is the start month.
    start : StartState
    """

    parameters: dict[str, Array]
    base: Array
    par: Array
    renewal: Array
    shocks: Array
    start: StartState


@dataclass(frozen=True)
class Inputs:
    """One scenario made ready for the kernel.

    Attributes
    ----------
    sample : Sample
    start_month, n_months : int
        Month number of month 0, and the number of months projected.
    value : array, shape (n_levers, n_districts)
        The number given for each district, province totals already split (`pppk_full` of the province is not).
    weight : array, shape (n_months + 1, n_levers, n_districts)
        Weight of that number, 0-1 (equation 18).
    keys : array, shape (4, n_districts)
        Registry share, palm share, villages, recorded `apbd_district` places of January 2026.
    recorded : array, shape (n_months + 1, n_programmes, n_districts)
        Recorded head counts in past months, else 0.
    flags : array, shape (3, n_months + 1)
        Full PPPK: drawn conversions run (0 or 1), the lever's run (0 or 1), recorded people.
    own_pppk : array of bool, shape (n_districts,)
        Whether `pppk_full` is the district's own number.
    election : array of bool, shape (n_months + 1,)
    windows : array of int, shape (2, 2)
        First and last month of the half price for farmers_fishers and independent.
    profile : array, shape (12,)
        Season profile, January first.
    part_start, layoff_month : int
        Month index of the interruption of part-time PPPK and of the lay-offs (-1: none).
    """

    sample: Sample
    start_month: int
    n_months: int
    value: Array
    weight: Array
    keys: Array
    recorded: Array
    flags: Array
    own_pppk: NDArray[np.bool_]
    election: NDArray[np.bool_]
    windows: NDArray[np.int64]
    profile: Array
    part_start: int
    layoff_month: int

    @property
    def horizon(self) -> int:
        """Month index of the horizon; money is booked and arrival judged up to it."""
        return self.n_months - HELD_MONTHS


def draw_parameters(facts: Facts, *, n_draws: int, seed: int, before_data: bool = False) -> dict[str, Array]:
    """Draw every parameter record, shape (n_draws,) each, from its prior truncated to its bounds.

    Beside them stand ``district_share`` and ``district_rate``, standard normals by kabupaten/kota. With `before_data`
    the priors are those that calibration starts from.
    """
    sample = {}
    for name, record in facts.parameters.items():
        u = uniform_draws(name, seed=seed, n_draws=n_draws)[:, 0]
        sample[name] = record.ppf_before_data(u) if before_data else record.ppf(u)
    for name in _ROUNDED:
        sample[name] = np.rint(sample[name])
    for kind in ("district_share", "district_rate"):
        streams = [normal_draws(f"{kind}/{d.code}", seed=seed, n_draws=n_draws)[:, 0] for d in facts.districts]
        sample[kind] = np.column_stack(streams)
    return sample


@lru_cache(maxsize=4)
def draw_sample(
    *,
    n_draws: int,
    seed: int,
    start_month: int,
    evidence: Evidence = "posterior",
    assumptions: tuple[tuple[str, float], ...] = (),
    last_year: int = _LAST_YEAR,
) -> Sample:
    """Draw parameters, renewals, shocks and the start state; no lever changes them.

    Parameters
    ----------
    evidence : str
        "posterior": what calibration learned, the rest from its priors; "priors": everything from its priors.
    assumptions : tuple of (id, value)
        Parameters that have this value in every draw.
    last_year : int
        Of the renewals: drawing those of years that a run does not reach takes longer than all the rest.
    """
    parameters = draw_parameters(load_facts(), n_draws=n_draws, seed=seed)
    shocks = normal_draws("disturbance", seed=seed, n_draws=n_draws, width=_SHOCKS)
    replaced = {name: np.full(n_draws, value) for name, value in assumptions}
    if evidence == "posterior":
        posterior = load_posterior()
        rows = posterior_rows(posterior, n_draws=n_draws, seed=seed)
        parameters |= _learned(posterior, rows, start_month) | replaced
        shocks = _carried_on(posterior.shocks[rows], shocks, parameters["disturbance_memory"], start_month)
    parameters |= replaced
    shocks = shocks[:, start_month - FIRST_MONTH :]
    return build_sample(parameters, shocks, start_month=start_month, seed=seed, last_year=last_year)


def posterior_rows(posterior: Posterior, *, n_draws: int, seed: int) -> NDArray[np.int64]:
    """Return which row of the posterior each draw takes, shape (n_draws,)."""
    u = uniform_draws("posterior", seed=seed, n_draws=n_draws)[:, 0]
    return np.asarray(u * posterior.values.shape[0], dtype=np.int64)


def _learned(posterior: Posterior, rows: NDArray[np.int64], start_month: int) -> dict[str, Array]:
    """Return learned values for a run from `start_month`; level, shares and drift are those that the past came to."""
    out = {name: posterior.column(name)[rows] for name in posterior.names if "/" not in name}
    for name in REACHED:
        ends = [out[name], *(posterior.column(f"{name}/{end}")[rows] for end in DECEMBERS[1:])]
        out[name] = between_decembers(ends, start_month)
    return out


def _carried_on(past: Array, shocks: Array, memory: Array, start_month: int) -> Array:
    """Return shocks by month since December 2022, of which that of the start month is the disturbance's state."""
    out = shocks.copy()
    out[:, :PAST_MONTHS] = past
    state = out[:, 0]
    for t in range(1, start_month - FIRST_MONTH + 1):
        state = memory * state + np.sqrt(1 - memory**2) * out[:, t]  # equation 7
    out[:, start_month - FIRST_MONTH] = state
    return out


def build_sample(
    sample: dict[str, Array], shocks: Array, *, start_month: int, seed: int, last_year: int = _LAST_YEAR
) -> Sample:
    """Arrange drawn parameters and shocks for the kernel and build the start state.

    Parameters
    ----------
    sample : dict of arrays, shape (n_draws,)
        Every parameter by id; derived ones are added.
    shocks : array, shape (n_draws, n_months)
        From the start month on.
    last_year : int
        Of the renewals.

    Raises
    ------
    ValueError
        If the parameters contradict each other so far that no start state exists.
    """
    facts = load_facts()
    n_draws = shocks.shape[0]
    sample["overlap"] = np.where(sample["overlap_is_heavy"] > 0.5, sample["overlap_heavy"], sample["overlap_light"])
    sample["season_depth"] = sample["season_own_share"] * (1 - sample["season_trough"])
    sample["apbd_plan"] = (
        sample["apbd_province_people_2025"]
        * sample["premium_jkk_jkm"]
        * sample["apbd_months"]
        * sample["apbd_change_2026"]
    )
    sample["csr_plan"] = sample["csr_people_per_programme"] * sample["csr_programmes"] * sample["premium_jkk_jkm"] * 12
    base = np.column_stack([sample.get(name, np.full(n_draws, _NOTHING_EXTRA.get(name, 0.0))) for name in LEVERS])
    return Sample(
        parameters=sample,
        base=base,
        par=np.column_stack([sample[name] for name in kernel.PARAMETER_IDS]),
        renewal=_renewals(facts, n_draws=n_draws, seed=seed, last_year=last_year),
        shocks=np.ascontiguousarray(shocks),
        start=start_state(facts, sample, month=start_month),
    )


def _renewals(facts: Facts, *, n_draws: int, seed: int, last_year: int) -> Array:
    """Yearly renewal of each baseline programme, shape (n_draws, 3 + n_districts, n_years)."""
    width = _LAST_YEAR + 1 - kernel.FIRST_YEAR  # whatever is used of it, so that a longer run keeps the first years
    names = ["apbd_province", "village", "csr", *(f"apbd_district/{d.code}" for d in facts.districts)]
    out = np.ones((n_draws, len(names), last_year + 1 - kernel.FIRST_YEAR))
    years = slice(kernel.RENEWAL_FROM - kernel.FIRST_YEAR, out.shape[2])
    for row, name in enumerate(names):
        prior = facts.parameters["csr_renewal" if name == "csr" else "renewal_share"]
        u = uniform_draws(f"renewal/{name}", seed=seed, n_draws=n_draws, width=width)
        out[:, row, years] = prior.ppf(u[:, years])
    return out


def make_inputs(scenario: Scenario, *, n_draws: int, seed: int, evidence: Evidence = "posterior") -> Inputs:
    """Draw and arrange everything for one scenario; `evidence` as in `draw_sample`.

    Raises
    ------
    RunError
        If the number of draws or the seed is out of range.
    ScenarioError
        If one district is given more full PPPK conversions than it has staff to convert, or the assumptions leave no
        possible start.
    PosteriorError
        If the posterior file is missing or stale.
    """
    check_draws(n_draws, seed)
    facts = load_facts()
    start_month = parse_month(scenario.start)
    n_months = parse_month(scenario.horizon) + HELD_MONTHS - start_month
    value, weight, own_pppk = _lever_arrays(scenario, facts, start_month, n_months)
    months = start_month + np.arange(n_months + 1)
    try:
        sample = draw_sample(
            n_draws=n_draws,
            seed=seed,
            start_month=start_month,
            evidence=evidence,
            assumptions=tuple(sorted(scenario.assumptions.items())),
            last_year=(start_month + n_months) // 12,
        )
    except ValueError as error:
        if not scenario.assumptions:
            raise
        problem = f"leave no possible start in {scenario.start}: {error}"
        raise ScenarioError(problem, ("assumptions",)) from error
    _check_own_pppk(facts, sample, value[kernel.L_PPPK_FULL], own_pppk)
    return _arrange(facts, sample, months, value, weight, own_pppk)


def past_inputs(sample: Sample, *, known_until: int = DATA_MONTH) -> Inputs:
    """Arrange the past, from December 2022 to the data month, with the programmes on record.

    Parameters
    ----------
    sample : Sample
        With the start state of December 2022.
    known_until : int
        Month number up to which the record counts as known; from then on the programmes of the twelve months before
        repeat and no decree is known.
    """
    facts = load_facts()
    months = np.arange(FIRST_MONTH, DATA_MONTH + 1)
    no_lever = np.zeros((len(LEVERS), kernel.N_DISTRICTS))
    no_weight = np.zeros((months.size, *no_lever.shape))
    inputs = _arrange(facts, sample, months, no_lever, no_weight, np.zeros(kernel.N_DISTRICTS, dtype=bool))
    known = months - np.maximum(0, -(-(months - known_until) // 12)) * 12
    flags = inputs.flags.copy()
    flags[:, months > known_until] = 0.0
    return replace(inputs, recorded=_recorded(facts, known), flags=flags)


def _arrange(
    facts: Facts,
    sample: Sample,
    months: NDArray[np.int64],
    value: Array,
    weight: Array,
    own_pppk: NDArray[np.bool_],
) -> Inputs:
    return Inputs(
        sample=sample,
        start_month=int(months[0]),
        n_months=months.size - 1,
        value=value,
        weight=weight,
        keys=_district_keys(facts),
        recorded=_recorded(facts, months),
        flags=_pppk_flags(facts, months, weight),
        own_pppk=own_pppk,
        election=np.isin(months, facts.election_months),
        windows=np.array([facts.discount_windows[name] for name in ("farmers_fishers", "independent")]),
        profile=np.array(facts.season_profile),
        part_start=max(1, DATA_MONTH + 1 - int(months[0])),
        layoff_month=_first_month_of(weight, kernel.L_LAYOFF),
    )


def check_draws(n_draws: int, seed: int) -> None:
    """Refuse a number of draws or a seed that cannot be run.

    Raises
    ------
    RunError
        With one sentence that names the value and what is allowed.
    """
    if isinstance(n_draws, bool) or not 1 <= n_draws <= MAX_DRAWS:
        msg = f"draws is {n_draws}; allowed are 1 to {MAX_DRAWS}"
        raise RunError(msg)
    if isinstance(seed, bool) or not 0 <= seed < 2**32:
        msg = f"seed is {seed}; allowed are 0 to {2**32 - 1}"
        raise RunError(msg)


def _check_own_pppk(facts: Facts, sample: Sample, people: Array, own: NDArray[np.bool_]) -> None:
    """Refuse more full conversions in one district than it has staff to convert, in any draw."""
    staff = sample.start.eligible[:, kernel.NON_ASN]
    # Today's conversions may have run before the lever starts; room is left for the most that any draw holds.
    before = facts.parameters["pppk_full"].bounds[1] / staff.sum(axis=1, keepdims=True)
    most = (staff * (_CONVERTIBLE - before)).min(axis=0)
    for d in np.flatnonzero(own & (people > most)):
        region = facts.districts[d]
        problem = f"is {people[d]:g}; {region.name} has fewer non-ASN staff, from 0 to {most[d]:.0f} is allowed"
        raise ScenarioError(problem, ("levers", "pppk_full", "districts", region.code))


def _first_month_of(weight: Array, lever: int) -> int:
    """Month index in which a lever first has weight, -1 if never."""
    months = np.flatnonzero(weight[1:, lever].max(axis=1) > 0)
    return int(months[0]) + 1 if months.size else -1


def _district_keys(facts: Facts) -> Array:
    people = np.array([d.registry_population for d in facts.districts], dtype=float)
    palm = np.array([d.palm_allocation_2023 for d in facts.districts], dtype=float)
    villages = np.array([d.villages for d in facts.districts], dtype=float)
    own = facts.history.slots[2:4, :, DATA_MONTH - FIRST_MONTH].sum(axis=0)
    return np.stack([people / people.sum(), palm / palm.sum(), villages, own])


def _recorded(facts: Facts, months: NDArray[np.int64]) -> Array:
    """Return recorded head counts by programme, 0 after the data month."""
    slots = facts.history.slots
    programmes = np.add.reduceat(slots, kernel.FIRST_SLOT[:-1], axis=0)
    out = np.zeros((months.size, *programmes.shape[:2]))
    past = months <= DATA_MONTH
    out[past] = programmes[:, :, months[past] - FIRST_MONTH].transpose(2, 0, 1)
    return out


def _pppk_flags(facts: Facts, months: NDArray[np.int64], weight: Array) -> Array:
    """When the drawn and the lever's conversions run, and the recorded ones (equation 27)."""
    spread = int(facts.parameters["pppk_conversion_months"].value)
    flags = np.zeros((3, months.size))
    flags[0] = (months > DATA_MONTH) & (months <= DATA_MONTH + spread)
    first = _first_month_of(weight, kernel.L_PPPK_FULL)
    if first > 0:
        flags[1, first : first + spread] = 1.0
    past = months <= DATA_MONTH
    flags[2, past] = facts.history.exits[months[past] - FIRST_MONTH]
    return flags


def _lever_arrays(
    scenario: Scenario, facts: Facts, start_month: int, n_months: int
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Numbers and weights by lever and district; province totals are split by their key (section 7)."""
    paths = lever_paths(scenario, start_month, n_months)
    own_money = allocation_key(facts, scenario)
    split = np.ones_like(paths.value)
    for name, key in (("apbd_amount", own_money), ("csr_amount", own_money), ("dbh_amount", _district_keys(facts)[1])):
        split[kernel.LEVER_IDS.index(name)] = key
    own_pppk = ~np.isnan(paths.value[kernel.L_PPPK_FULL])
    return paths.resolve(split), np.ascontiguousarray(paths.weight.transpose(2, 0, 1)), own_pppk
