"""What is taken away: up to four scenarios run on the same draws, and the tables that they leave with.

A scenario has one name in every file: the small letters, digits, ``-`` and ``_`` of the name it came with. So no cell
of a CSV file is text that a user typed, none can be a formula, and ``run scenarios/NAME.toml --out`` writes the same
rows.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Event

import pandas as pd

from simulator.facts import load_facts
from simulator.model import Progress, Projection, RunError, run
from simulator.outputs.comparison import MOST, Comparison, Sides, sides
from simulator.outputs.overview import Overview, TargetView, overview
from simulator.outputs.result import Result
from simulator.outputs.text import LANGUAGES, Language, Words, distinct
from simulator.scenario import Said, Scenario, ScenarioError, baseline_of, digest

TABLES = ("quantiles.csv", "arrival.csv", "money.csv")
DIFFERENCES = "differences.csv"
_BASELINE = "baseline"
_NEAREST_TARGET = "rkp_2026"
_LONGEST_NAME = 40


@dataclass(frozen=True, eq=False)
class Export:
    """The runs of a bundle and what all its files share.

    Attributes
    ----------
    results : tuple of Result
        With details, under the names of `file_names`. The first is the reference of comparisons; report and slides
        tell of the second, or of the only one.
    baselines : tuple of (Result or None)
        What each is drawn against: today's policies over the same months and under the same assumptions, or the
        published baseline where only assumptions are replaced; None where it is that itself.
    target : str
        What charts and sentences answer for.
    language : str
    """

    results: tuple[Result, ...]
    baselines: tuple[Result | None, ...]
    target: str
    language: Language

    @property
    def words(self) -> Words:
        """All wording."""
        return Words(self.language)

    @property
    def told(self) -> int:
        """Place of the scenario that report and slides tell of."""
        return min(1, len(self.results) - 1)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Names of the scenarios for people, all different; users may have typed them."""
        out: list[str] = []
        for result in self.results:
            name = str(getattr(result.scenario.name, self.language))
            out.append(f"{name} ({result.name})" if name in out else name)
        return tuple(out)

    @cached_property
    def overviews(self) -> tuple[Overview, ...]:
        """The scenarios in small numbers."""
        return tuple(overview(result) for result in self.results)

    @cached_property
    def references(self) -> tuple[Overview | None, ...]:
        """The baselines in small numbers."""
        known = {id(result): overview(result) for result in self.baselines if result is not None}
        return tuple(None if result is None else known[id(result)] for result in self.baselines)

    @cached_property
    def sides(self) -> Sides:
        """The scenarios against the first one in small numbers."""
        return sides(Comparison(self.results[0], self.results[1:]), self.overviews)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All numbers, by file."""
        return frames(self.results)

    def view(self, n: int) -> TargetView:
        """Return the target seen from one scenario."""
        return self.overviews[n].targets[self.target]


def file_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names made of ``a-z 0-9 _ -`` that differ; a repeated one gets a number."""
    return distinct(map(_stem, names), "{name}-{number}")


def _stem(name: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_-]+", "-", ascii_only)[:_LONGEST_NAME].strip("-_") or "scenario"


def run_export(
    scenarios: Mapping[str, Scenario],
    *,
    language: Language = "id",
    target: str | None = None,
    draws: int = 2000,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> Export:
    """Run scenarios and the baselines they are drawn against.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        By name, one to four; the first is the reference of comparisons.
    target : str, optional
        What charts answer for; the nearest national one, or the first of the first scenario, without it.
    progress : callable, optional
        Called as ``progress(done, total)`` in draws over all runs.

    Raises
    ------
    RunError, ScenarioError
        If there are none or too many, they do not cover the same months, or draws, seed or target are out of range;
        one sentence.
    """
    _check(scenarios)
    answered, spoken = _target(next(iter(scenarios.values())), target), _language(language)
    wanted = [scenario for its in scenarios.values() for scenario in (its, baseline_of(its))]
    kinds = {digest(scenario): scenario for scenario in wanted}
    runs: dict[str, Projection] = {}
    for n, (key, scenario) in enumerate(kinds.items()):
        step = None if progress is None else _part(progress, n, len(kinds))
        runs[key] = run(scenario, draws=draws, seed=seed, progress=step, cancel=cancel, detail=True)
    facts = load_facts()

    def result(name: str, scenario: Scenario) -> Result:
        return Result(name, scenario, runs[digest(scenario)], seed, facts)

    beside = {digest(its): result(_BASELINE, its) for its in map(baseline_of, scenarios.values())}
    names = file_names(scenarios)
    return Export(
        results=tuple(result(name, its) for name, its in zip(names, scenarios.values(), strict=True)),
        baselines=tuple(
            None if digest(its) == digest(baseline_of(its)) else beside[digest(baseline_of(its))]
            for its in scenarios.values()
        ),
        target=answered,
        language=spoken,
    )


def frames(results: Sequence[Result]) -> dict[str, pd.DataFrame]:
    """Return the tables of all results by file, and their differences from the first where there are several."""
    found = {
        "quantiles.csv": [result.quantiles() for result in results],
        "arrival.csv": [result.arrival() for result in results],
        "money.csv": [result.money() for result in results],
    }
    joined = {name: pd.concat(each, ignore_index=True) for name, each in found.items()}
    if len(results) > 1:
        joined[DIFFERENCES] = Comparison(results[0], tuple(results[1:])).differences()
    return joined


def csv_files(tables: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """Return tables as files, as ``run`` and ``compare`` write them: UTF-8, comma, point."""
    return {name: table.to_csv(index=False, lineterminator="\n").encode() for name, table in tables.items()}


def _check(scenarios: Mapping[str, Scenario]) -> None:
    if not 1 <= len(scenarios) <= MOST:
        msg = f"scenarios to export are {len(scenarios)}; 1 to {MOST} are allowed"
        raise RunError(msg)
    first = next(iter(scenarios.values()))
    for name, its in scenarios.items():
        for field in ("start", "horizon"):
            if getattr(its, field) != getattr(first, field):
                given, needed = getattr(its, field), getattr(first, field)
                raise ScenarioError(Said("another_in_bundle", value=given, allowed=needed), (name, field))


def _target(first: Scenario, target: str | None) -> str:
    known = load_facts().targets
    if target is None:
        return _NEAREST_TARGET if _NEAREST_TARGET in first.targets else first.targets[0]
    if target not in known:
        msg = f"target is {target!r}; allowed are {', '.join(known)}"
        raise RunError(msg)
    return target


def _language(language: str) -> Language:
    for known in LANGUAGES:
        if language == known:
            return known
    msg = f"language is {language!r}; allowed are {', '.join(LANGUAGES)}"
    raise RunError(msg)


def _part(progress: Progress, part: int, parts: int) -> Progress:
    return lambda done, total: progress(part * total + done, parts * total)
