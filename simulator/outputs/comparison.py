"""Up to four scenarios against a reference, as tables: what files, the command line and notebooks read."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from threading import Event

import numpy as np
import pandas as pd

from simulator.answers import LEVELS, arrivals, public_rupiah, quantiles
from simulator.answers.compare import (
    RANGE,
    compare_arrivals,
    extra_coverage,
    extra_people,
    rupiah_per_retained,
)
from simulator.answers.contribution import DRAWS as CONTRIBUTION_DRAWS
from simulator.answers.contribution import Contribution, contribution
from simulator.facts.calendar import format_month, parse_month
from simulator.model import RunError
from simulator.model.draws import Array
from simulator.outputs.result import Result, project
from simulator.outputs.text import Language, Words
from simulator.scenario import Scenario, ScenarioError

MOST = 4
DIFFERENCE_COLUMNS = ["scenario", "reference", "indicator", "month", "quantile", "value", "unit"]
CONTRIBUTION_COLUMNS = ["scenario", "group", "indicator", "month", "quantile", "value", "unit"]
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
        return {
            "scenario": other.name,
            "targets": [self._target(other, name) for name in reference.scenario.targets],
            "coverage": _spread(extra_coverage(*pair)[:, -1]),
            "people": _spread(extra_people(*pair)[:, -1]),
            "rupiah": _spread(public_rupiah(other.projection) - public_rupiah(reference.projection)),
            "rupiah_per_retained": _spread_of_known(rupiah_per_retained(*pair)),
        }

    def _target(self, other: Result, name: str) -> dict[str, object]:
        horizon = self.reference.projection.inputs.horizon
        value = float(self.reference.facts.targets[name].value)
        before, after = (
            arrivals(result.projection.coverage, value, "held", horizon=horizon) for result in (self.reference, other)
        )
        held = {"reference": before, "scenario": after}
        odds = {who: float((months >= 0).mean()) for who, months in held.items()}
        error = {who: float(np.sqrt(p * (1 - p) / self.reference.draws)) for who, p in odds.items()}
        return {
            "id": name,
            "odds_by_horizon": odds,
            "sampling_error": error,
            "months_earlier": asdict(compare_arrivals(before, after, horizon=horizon)),
        }


def compare(
    reference: Scenario,
    *others: Scenario,
    draws: int = 2000,
    seed: int = 0,
    names: Sequence[str] | None = None,
    progress: Progress | None = None,
    cancel: Event | None = None,
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

    Raises
    ------
    ValueError
        If there are too few or too many scenarios, or a start that differs; one sentence.
    """
    everyone = (reference, *others)
    if not 2 <= len(everyone) <= MOST:
        msg = f"scenarios to compare are {len(everyone)}; 2 to {MOST} are allowed, the reference included"
        raise RunError(msg)
    called = names or ["reference", *(f"scenario {i}" for i in range(1, len(everyone)))]
    results = []
    for i, scenario in enumerate(everyone):
        if scenario.start != reference.start:
            problem = f"is {scenario.start}; a comparison needs that of the reference, {reference.start}"
            raise ScenarioError(problem, ("start",))
        alike = scenario.replace(horizon=reference.horizon, targets=reference.targets)
        step = None if progress is None else _share(progress, i, len(everyone))
        results.append(project(alike, draws=draws, seed=seed, name=called[i], progress=step, cancel=cancel))
    return Comparison(results[0], tuple(results[1:]))


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


def _spread(values: Array) -> list[float]:
    return [float(x) for x in np.quantile(values, RANGE)]


def _spread_of_known(values: Array) -> dict[str, object]:
    """Return the range over futures in which something was retained, and their share."""
    known = values[np.isfinite(values)]
    share = float(known.size / values.size)
    return {"share_of_futures": share, "range": _spread(known) if known.size else None}


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
        rupiah = public_rupiah(other.projection) - public_rupiah(reference.projection)
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
