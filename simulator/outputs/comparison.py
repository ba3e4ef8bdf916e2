"""Up to four scenarios against a reference, as tables: what files, the command line and notebooks read."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from threading import Event

import numpy as np
import pandas as pd

from simulator.answers import LEVELS, public_rupiah, quantiles
from simulator.answers.arrival import Months, all_held
from simulator.answers.compare import (
    RANGE,
    MonthsEarlier,
    Price,
    compare_arrivals,
    extra_coverage,
    extra_people,
    extra_rupiah,
    rupiah_per_retained,
)
from simulator.answers.contribution import DRAWS as CONTRIBUTION_DRAWS
from simulator.answers.contribution import Contribution, contribution
from simulator.evidence import OwnRow
from simulator.facts.calendar import format_month, parse_month
from simulator.model import RunError
from simulator.model.draws import Array
from simulator.outputs.overview import Overview, Spread, TargetView, level_name, overview
from simulator.outputs.result import Result, project
from simulator.outputs.text import Language, Words
from simulator.scenario import LEVERS, Said, Scenario, ScenarioError

MOST = 4
DIFFERENCE_COLUMNS = ["scenario", "reference", "indicator", "month", "quantile", "value", "unit"]
CONTRIBUTION_COLUMNS = ["scenario", "group", "indicator", "month", "quantile", "value", "unit"]
PART_COLUMNS = ["group", "indicator", "target", "mean", "q10", "q90", "unit"]
TOTAL, INTERACTION = "total", "interaction"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Comparison:
    """Scenarios run on the same draws.

    Attributes
    ----------
    reference : Result
    others : tuple of Result
    """

    reference: Result
    others: tuple[Result, ...]

    def differences(self) -> pd.DataFrame:
        """Bands over time of what each scenario adds, taken draw by draw.

        Returns
        -------
        DataFrame
            Columns scenario, reference, indicator (``coverage`` shares, ``members`` persons), month, quantile, value,
            unit.
        """
        frames = []
        for other in self.others:
            pair = self.reference.projection, other.projection
            for indicator, paths, unit in (
                ("coverage", extra_coverage(*pair), "share"),
                ("members", extra_people(*pair), "persons"),
            ):
                frames.append(_long(paths, self.reference.months, indicator=indicator, unit=unit, scenario=other.name))
        out = pd.concat(frames, ignore_index=True).assign(reference=self.reference.name)
        return out[DIFFERENCE_COLUMNS]

    def to_json(self) -> dict[str, object]:
        """Return the object that ``compare --json`` prints."""
        return {
            "reference": self.reference.name,
            "draws": self.reference.draws,
            "seed": self.reference.seed,
            "range": list(RANGE),
            "scenarios": [self._one(other) for other in self.others],
        }

    def _one(self, other: Result) -> dict[str, object]:
        reference = self.reference
        pair = reference.projection, other.projection
        before, after = _held(reference), _held(other)
        return {
            "scenario": other.name,
            "targets": [self._target(name, before[name], after[name]) for name in reference.scenario.targets],
            "coverage": _spread(extra_coverage(*pair)[:, -1]),
            "people": _spread(extra_people(*pair)[:, -1]),
            "rupiah": _spread(extra_rupiah(*pair)),
            "rupiah_per_retained": asdict(rupiah_per_retained(extra_people(*pair)[:, -1], extra_rupiah(*pair))),
        }

    def _target(self, name: str, before: Months, after: Months) -> dict[str, object]:
        held = {"reference": before, "scenario": after}
        odds = {who: float((months >= 0).mean()) for who, months in held.items()}
        error = {who: float(np.sqrt(p * (1 - p) / self.reference.draws)) for who, p in odds.items()}
        return {
            "id": name,
            "odds_by_horizon": odds,
            "sampling_error": error,
            "months_earlier": asdict(compare_arrivals(before, after, horizon=self.reference.projection.inputs.horizon)),
        }


@dataclass(frozen=True)
class Standing:
    """Where one scenario arrives, seen alone; spreads at the levels of `RANGE`.

    Attributes
    ----------
    targets : dict of str to TargetView
    members : tuple of float
        Active members of the province at the horizon.
    rupiah : tuple of float
        Public rupiah from the start to the horizon.
    """

    targets: dict[str, TargetView]
    members: Spread
    rupiah: Spread


@dataclass(frozen=True, eq=False)
class Difference:
    """What one scenario adds to the reference, taken future by future; spreads at the levels of `RANGE`.

    Attributes
    ----------
    earlier : dict of str to MonthsEarlier
        By target, reading held.
    coverage : DataFrame
        Columns month (month number) and one per level of `LEVELS`, named ``q025`` to ``q975``: shares.
    people, rupiah : tuple of float
        At the horizon, and from the start to the horizon.
    price : Price
    """

    earlier: dict[str, MonthsEarlier]
    coverage: pd.DataFrame
    people: Spread
    rupiah: Spread
    price: Price


@dataclass(frozen=True, eq=False)
class Sides:
    """A comparison in small numbers, without names and words.

    Attributes
    ----------
    draws : int
    start, horizon : int
        Month numbers of the first state and the last month.
    standings : tuple of Standing
        The reference first.
    differences : tuple of Difference
        Of the others, in their order.
    """

    draws: int
    start: int
    horizon: int
    standings: tuple[Standing, ...]
    differences: tuple[Difference, ...]


def compare(
    reference: Scenario,
    *others: Scenario,
    draws: int = 2000,
    seed: int = 0,
    names: Sequence[str] | None = None,
    progress: Progress | None = None,
    cancel: Event | None = None,
    own_data: tuple[OwnRow, ...] = (),
) -> Comparison:
    """Run a reference and up to three other scenarios on the same draws.

    Parameters
    ----------
    reference, others : Scenario
        From `simulator.load_scenario`; all take start, horizon and targets of the reference.
    names : sequence of str, optional
        How tables call them, the reference first.
    progress : callable, optional
        Called as ``progress(done, total)`` in draws over all runs.
    cancel : threading.Event, optional
        Looked at between chunks; raises `simulator.model.Cancelled`.
    own_data : tuple of OwnRow
        As in `project`.

    Raises
    ------
    ValueError
        If there are too few or too many scenarios, a start that differs, or own figures with assumptions that differ:
        they would choose other futures for each scenario. One sentence.
    """
    everyone = (reference, *others)
    if not 2 <= len(everyone) <= MOST:
        msg = f"scenarios to compare are {len(everyone)}; 2 to {MOST} are allowed, the reference included"
        raise RunError(msg)
    if own_data and any(scenario.assumptions != reference.assumptions for scenario in others):
        raise RunError(Said("same_assumptions"))
    called = names or ["reference", *(f"scenario {i}" for i in range(1, len(everyone)))]
    results = []
    for i, scenario in enumerate(everyone):
        if scenario.start != reference.start:
            problem = Said("another_start", value=scenario.start, allowed=reference.start)
            raise ScenarioError(problem, ("start",))
        alike = scenario.replace(horizon=reference.horizon, targets=reference.targets)
        step = None if progress is None else _share(progress, i, len(everyone))
        results.append(
            project(alike, draws=draws, seed=seed, name=called[i], progress=step, cancel=cancel, own_data=own_data)
        )
    return Comparison(results[0], tuple(results[1:]))


def sides(comparison: Comparison, overviews: Sequence[Overview] | None = None) -> Sides:
    """Summarise a comparison; `overviews` are those of the reference and the others, where they are known."""
    reference, results = comparison.reference, (comparison.reference, *comparison.others)
    inputs = reference.projection.inputs
    shown = [overview(result) for result in results] if overviews is None else overviews
    held = [_held(result) for result in results]
    return Sides(
        draws=reference.draws,
        start=inputs.start_month,
        horizon=inputs.start_month + inputs.horizon,
        standings=tuple(_standing(result, its) for result, its in zip(results, shown, strict=True)),
        differences=tuple(
            _difference(reference, other, held[0], its) for other, its in zip(comparison.others, held[1:], strict=True)
        ),
    )


def parts(scenario: Scenario, its: Contribution) -> pd.DataFrame:
    """Return what each lever group of a scenario adds to the baseline by the horizon, over draws.

    Returns
    -------
    DataFrame
        Columns group (those with a lever, then ``total``; ``interaction`` for coverage), indicator (``coverage``
        shares, ``members`` persons, ``months`` gained to `target`), target, mean, q10, q90, unit.
    """
    used = {LEVERS[name].contribution for name in scenario.levers}
    kept = [i for i, group in enumerate(its.groups) if group in used]
    measures = [
        ("coverage", "", its.coverage[:, :, -1], "share"),
        ("members", "", its.people[:, :, -1], "persons"),
        *(("months", name, gained, "months") for name, gained in its.months.items()),
    ]
    rows = []
    for indicator, target, values, unit in measures:
        each = {its.groups[i]: values[i] for i in kept} | {TOTAL: values.sum(axis=0)}
        if indicator == "coverage":
            each[INTERACTION] = its.interaction[:, -1]
        for group, over_draws in each.items():
            low, high = np.quantile(over_draws, (RANGE[0], RANGE[2]))
            rows.append((group, indicator, target, float(over_draws.mean()), float(low), float(high), unit))
    return pd.DataFrame(rows, columns=PART_COLUMNS)


def contribution_table(name: str, scenario: Scenario, its: Contribution) -> pd.DataFrame:
    """Return what each lever group adds to the baseline by month, with bands over draws.

    Returns
    -------
    DataFrame
        Columns scenario, group (the five lever groups, and ``interaction``: what all add beyond each alone), indicator
        (``coverage``, ``members``), month, quantile, value, unit.
    """
    first = parse_month(scenario.start)
    months = [format_month(first + t) for t in range(its.horizon + 1)]
    frames = []
    for i, group in enumerate(its.groups):
        for indicator, paths, unit in (("coverage", its.coverage[i], "share"), ("members", its.people[i], "persons")):
            frame = _long(paths, months, indicator=indicator, unit=unit, scenario=name)
            frames.append(frame.assign(group=group))
    together = _long(its.interaction, months, indicator="coverage", unit="share", scenario=name)
    frames.append(together.assign(group="interaction"))
    return pd.concat(frames, ignore_index=True)[CONTRIBUTION_COLUMNS]


def contribution_json(its: Contribution) -> dict[str, object]:
    """Return contributions at the horizon and months gained, means over draws, which add up to the total."""
    return {
        "draws": its.draws,
        "groups": [
            {
                "group": group,
                "coverage": float(its.coverage[i, :, -1].mean()),
                "people": float(its.people[i, :, -1].mean()),
                "months": {name: float(gained[i].mean()) for name, gained in its.months.items()},
            }
            for i, group in enumerate(its.groups)
        ],
        "total": float(its.coverage[:, :, -1].sum(axis=0).mean()),
        "interaction": float(its.interaction[:, -1].mean()),
    }


def contributions(comparison: Comparison, *, draws: int = CONTRIBUTION_DRAWS) -> dict[str, Contribution]:
    """Split what each scenario of a comparison adds to the baseline over its lever groups."""
    return {
        other.name: contribution(other.scenario, draws=draws, seed=comparison.reference.seed)
        for other in comparison.others
    }


def _share(progress: Progress, part: int, parts: int) -> Progress:
    return lambda done, total: progress(part * total + done, parts * total)


def _long(paths: Array, months: Sequence[str], **constant: str) -> pd.DataFrame:
    values = quantiles(paths)
    return pd.DataFrame(
        {
            "month": np.repeat(months, len(LEVELS)),
            "quantile": np.tile(LEVELS, len(months)),
            "value": values.T.ravel(),
        }
    ).assign(**constant)


def _held(result: Result) -> dict[str, Months]:
    """Return the month index in which each future holds each target."""
    targets = {name: target.value for name, target in result.facts.targets.items()}
    return all_held(result.projection.coverage, targets, horizon=result.projection.inputs.horizon)


def _standing(result: Result, shown: Overview) -> Standing:
    projection = result.projection
    members = projection.active[:, :, projection.inputs.horizon].sum(axis=1)
    return Standing(shown.targets, _spread(members), _spread(public_rupiah(projection)))


def _difference(
    reference: Result, other: Result, held: dict[str, Months], held_by_other: dict[str, Months]
) -> Difference:
    pair = reference.projection, other.projection
    inputs = reference.projection.inputs
    coverage, people, rupiah = extra_coverage(*pair), extra_people(*pair)[:, -1], extra_rupiah(*pair)
    months = np.arange(inputs.start_month, inputs.start_month + inputs.horizon + 1)
    levels = {level_name(p): row for p, row in zip(LEVELS, quantiles(coverage), strict=True)}
    earlier = {
        name: compare_arrivals(held[name], held_by_other[name], horizon=inputs.horizon)
        for name in reference.facts.targets
    }
    return Difference(
        earlier=earlier,
        coverage=pd.DataFrame({"month": months, **levels}),
        people=_spread(people),
        rupiah=_spread(rupiah),
        price=rupiah_per_retained(people, rupiah),
    )


def _spread(values: Array) -> Spread:
    low, middle, high = np.quantile(values, RANGE)
    return float(low), float(middle), float(high)


def comparison_json(comparison: Comparison, shares: dict[str, Contribution]) -> dict[str, object]:
    """Return the object that ``compare --json`` prints: paired differences, then contributions by scenario."""
    its = {name: contribution_json(one) for name, one in shares.items()}
    return comparison.to_json() | {"contributions": its}


def comparison_files(comparison: Comparison, shares: dict[str, Contribution]) -> dict[str, bytes]:
    """Return differences.csv and contributions.csv: UTF-8, comma, point."""
    tables = {
        "differences.csv": comparison.differences(),
        "contributions.csv": pd.concat(
            [contribution_table(other.name, other.scenario, shares[other.name]) for other in comparison.others],
            ignore_index=True,
        ),
    }
    return {name: table.to_csv(index=False, lineterminator="\n").encode() for name, table in tables.items()}


def comparison_text(comparison: Comparison, shares: dict[str, Contribution], language: Language) -> str:
    """Return the comparison as a few lines for each scenario."""
    words = Words(language)
    reference = comparison.reference
    lines = []
    for other in comparison.others:
        pair = reference.projection, other.projection
        low, middle, high = np.quantile(extra_people(*pair)[:, -1], RANGE)
        rupiah = extra_rupiah(*pair)
        lines.append(words("compare.heading", scenario=other.name, reference=reference.name))
        lines.append(
            "  "
            + words(
                "compare.people",
                month=words.month(parse_month(reference.scenario.horizon)),
                middle=words.number(middle),
                low=words.number(low),
                high=words.number(high),
                rupiah=words.rupiah(float(np.median(rupiah))),
            )
        )
        its = shares[other.name]
        for i, group in enumerate(its.groups):
            points = words.number(100 * float(its.coverage[i, :, -1].mean()), 1)
            lines.append("  " + words("compare.group", group=words(f"group.{group}"), points=points))
        lines.append("  " + words("compare.draws", n=words.number(its.draws)))
    return "\n".join(lines)
