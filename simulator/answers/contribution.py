"""Which lever group did it: exact Shapley values over the groups of a scenario, future by future."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from threading import Event

import numpy as np

from simulator.answers.arrival import NEVER
from simulator.answers.targets import arrivals
from simulator.facts import load_facts
from simulator.model import Cancelled, Projection, make_inputs, run_inputs
from simulator.model.draws import Array
from simulator.scenario import LEVERS, Scenario

GROUPS = ("mandate", "csr", "pppk", "dbh", "other")
DRAWS = 500
Coalition = frozenset[str]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Contribution:
    """What each group of levers adds to the baseline, on shared draws.

    Attributes
    ----------
    groups : tuple of str
        All five; those without a lever contribute exactly 0.
    draws, horizon : int
        Number of futures, and last month index.
    coverage : array, shape (n_groups, n_draws, horizon + 1), shares
    people : array, shape (n_groups, n_draws, horizon + 1), persons
    months : dict of str to array, shape (n_groups, n_draws)
        Months gained to each target, reading held; never counts as the month after the horizon.
    alone : array, shape (n_groups, n_draws, horizon + 1), shares
        What each group would add with no other.
    """

    groups: tuple[str, ...]
    draws: int
    horizon: int
    coverage: Array
    people: Array
    months: dict[str, Array]
    alone: Array

    @property
    def interaction(self) -> Array:
        """What all groups add together beyond the sum of each alone, shape (n_draws, horizon + 1), shares."""
        return np.asarray(self.coverage.sum(axis=0) - self.alone.sum(axis=0))


def contribution(
    scenario: Scenario,
    *,
    targets: Sequence[str] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> Contribution:
    """Split what a scenario adds to the baseline over its groups of levers.

    Every coalition of the groups that the scenario uses is run once, 32 runs if it uses all five.

    Parameters
    ----------
    targets : sequence of str, optional
        Target ids for months gained; those of the scenario without it.
    progress, cancel
        As in `simulator.model.run_inputs`, counted in runs.

    Raises
    ------
    Cancelled
        If `cancel` was set.
    """
    players = tuple(g for g in GROUPS if any(LEVERS[name].contribution == g for name in scenario.levers))
    coalitions = [frozenset(some) for size in range(len(players) + 1) for some in combinations(players, size)]
    worth: dict[Coalition, Projection] = {}
    for done, coalition in enumerate(coalitions, start=1):
        if cancel is not None and cancel.is_set():
            raise Cancelled
        inputs = make_inputs(restricted(scenario, coalition), n_draws=draws, seed=seed)
        worth[coalition] = run_inputs(inputs, cancel=cancel)
        if progress is not None:
            progress(done, len(coalitions))
    horizon = worth[frozenset()].inputs.horizon
    coverage = {c: run.coverage[:, : horizon + 1] for c, run in worth.items()}
    people = {c: run.active[:, :, : horizon + 1].sum(axis=1) for c, run in worth.items()}
    names = scenario.targets if targets is None else targets
    months = {name: {c: _gained(run, name) for c, run in worth.items()} for name in names}
    return Contribution(
        groups=GROUPS,
        draws=draws,
        horizon=horizon,
        coverage=_all_groups(shapley(players, coverage), coverage[frozenset()]),
        people=_all_groups(shapley(players, people), people[frozenset()]),
        months={name: _all_groups(shapley(players, its), its[frozenset()]) for name, its in months.items()},
        alone=_all_groups(
            {g: coverage[frozenset({g})] - coverage[frozenset()] for g in players}, coverage[frozenset()]
        ),
    )


def restricted(scenario: Scenario, groups: Coalition) -> Scenario:
    """Return the scenario with only the levers of `groups`; the others follow the baseline."""
    return scenario.replace(
        levers={name: its for name, its in scenario.levers.items() if LEVERS[name].contribution in groups}
    )


def shapley(players: Sequence[str], worth: Mapping[Coalition, Array]) -> dict[str, Array]:
    """Return the Shapley value of each player.

    Parameters
    ----------
    players : sequence of str
    worth : mapping of frozenset of str to array, any shape
        Worth of every coalition; values are computed element by element.

    Returns
    -------
    dict of str to array
        They add to the worth of all less that of none, to rounding.
    """
    n = len(players)
    out = {}
    for player in players:
        others = [name for name in players if name != player]
        value = np.zeros_like(worth[frozenset()], dtype=np.float64)
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for some in combinations(others, size):
                before = frozenset(some)
                value += weight * (worth[before | {player}] - worth[before])
        out[player] = value
    return out


def _gained(run: Projection, target: str) -> Array:
    """Months before the month after the horizon in which a target is held, 0 if never, shape (n_draws,)."""
    horizon = run.inputs.horizon
    arrived = arrivals(run.coverage, load_facts().targets[target].value, "held", horizon=horizon)
    return np.asarray(horizon + 1 - np.where(arrived == NEVER, horizon + 1, arrived), dtype=np.float64)


def _all_groups(values: Mapping[str, Array], like: Array) -> Array:
    """Stack the values of all groups; those that take no part are 0."""
    return np.stack([values.get(group, np.zeros_like(like)) for group in GROUPS])
