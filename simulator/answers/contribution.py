"""Which lever group did it: exact Shapley values over the groups of a scenario, future by future."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from threading import Event

import numpy as np

from simulator.answers.arrival import NEVER, all_held
from simulator.answers.beside import beside
from simulator.facts import load_facts
from simulator.model import Progress, run
from simulator.model.draws import Array
from simulator.scenario import LEVERS, Scenario

GROUPS = ("mandate", "csr", "pppk", "dbh", "other")
DRAWS = 500
Coalition = frozenset[str]


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
    runs = beside(
        lambda coalition: run(restricted(scenario, coalition), draws=draws, seed=seed, cancel=cancel),
        coalitions,
        progress=progress,
        cancel=cancel,
    )
    worth = dict(zip(coalitions, runs, strict=True))
    horizon = worth[frozenset()].inputs.horizon
    paths = {c: its.coverage for c, its in worth.items()}
    coverage = {c: its[:, : horizon + 1] for c, its in paths.items()}
    people = {c: its.active[:, :, : horizon + 1].sum(axis=1) for c, its in worth.items()}
    names = scenario.targets if targets is None else targets
    gained = {c: _gained(its, names, horizon) for c, its in paths.items()}
    months = {name: {c: its[name] for c, its in gained.items()} for name in names}
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


def _gained(paths: Array, targets: Sequence[str], horizon: int) -> dict[str, Array]:
    """Months before the month after the horizon in which each target is held, 0 if never, shape (n_draws,)."""
    facts = load_facts()
    held = all_held(paths, {name: facts.targets[name].value for name in targets}, horizon=horizon)
    return {
        name: np.asarray(np.where(arrived == NEVER, 0, horizon + 1 - arrived), dtype=np.float64)
        for name, arrived in held.items()
    }


def _all_groups(values: Mapping[str, Array], like: Array) -> Array:
    """Stack the values of all groups; those that take no part are 0."""
    return np.stack([values.get(group, np.zeros_like(like)) for group in GROUPS])
