"""Plausibility anchors: figures of an independent implementation of docs/model.md, computed anew and compared.

They belong to the starting assumptions, before any figure was learned from, so the runs draw from the priors
(section 11). Values are points of coverage.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from simulator.facts.calendar import parse_month
from simulator.model import make_inputs, run
from simulator.model.draws import Array
from simulator.outputs.findings import Finding
from simulator.outputs.text import Words
from simulator.outputs.trust import Exhibit
from simulator.outputs.trust_charts import Axis, Picture, Series, round_marks
from simulator.scenario import Name, Scenario, load_scenario, shipped

DRAWS, SEED = 1000, 0
MEDIAN, TAIL = 0.3, 0.6
"""Tolerances of medians and of 5 and 95 % quantiles: what the text leaves open, and 1,000 draws."""

_LEVELS = (0.05, 0.5, 0.95)
_HORIZON = "2028-12"
_START = "2026-01"
_SAROLANGUN_NAMES, _SAROLANGUN_WORKERS = 49_788, 112_000
_LEAST_EDGE = 1.5  # tolerances to either side of the chart
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Mark:
    """One figure to meet.

    Attributes
    ----------
    statistic : str
        What of the anchor is compared; the catalogues name it under ``anchor.statistic``.
    expected : float
    tolerance : float or None
        None where `expected` is a limit that must not be reached from below.
    """

    statistic: str
    expected: float
    tolerance: float | None

    def holds(self, ours: float) -> bool:
        """Tell whether our figure passes."""
        return ours < self.expected if self.tolerance is None else abs(ours - self.expected) <= self.tolerance


@dataclass(frozen=True)
class Outcome:
    """One figure of one anchor, met or not."""

    anchor: str
    mark: Mark
    ours: float

    @property
    def passed(self) -> bool:
        """Whether it is within its tolerance."""
        return self.mark.holds(self.ours)


@dataclass(eq=False)
class Runs:
    """Coverage in points of every scenario asked for, run once."""

    draws: int = DRAWS
    _kept: dict[str, Array] = field(default_factory=dict)

    def coverage(self, name: str, *, horizon: str = _HORIZON, levers: Mapping[str, Any] | None = None) -> Array:
        """Return coverage of a shipped scenario or of the baseline with `levers`, shape (n_draws, n_months)."""
        key = repr((name, horizon, levers))
        if key not in self._kept:
            scenario = load_scenario(name)
            if levers:
                scenario = Scenario(name=Name(id="jangkar", en="anchor"), levers=dict(levers))
            scenario = scenario.replace(horizon=horizon)
            self._kept[key] = 100 * run(scenario, draws=self.draws, seed=SEED, evidence="priors").coverage
        return self._kept[key]

    def gain(self, name: str, month: str) -> Array:
        """Return what a scenario adds to the baseline in a month, shape (n_draws,)."""
        return np.asarray((self.coverage(name) - self.coverage("baseline"))[:, at(month)])


@dataclass(frozen=True)
class Anchor:
    """What is computed, and the marks it must meet in the same order."""

    id: str
    ours: Callable[[Runs], tuple[float, ...]]
    marks: tuple[Mark, ...]


def at(month: str) -> int:
    """Return the place of a month in a run."""
    return parse_month(month) - parse_month(_START)


def judged(draws: int = DRAWS, progress: Progress | None = None) -> tuple[Outcome, ...]:
    """Compute every anchor, about half a minute on two cores at the usual number of draws.

    Parameters
    ----------
    draws : int
    progress : callable, optional
        Called as ``progress(done, total)`` before each anchor; what it raises ends the work.
    """
    runs, out = Runs(draws), []
    for number, anchor in enumerate(ANCHORS):
        if progress is not None:
            progress(number, len(ANCHORS))
        out += [Outcome(anchor.id, *pair) for pair in zip(anchor.marks, anchor.ours(runs), strict=True)]
    return tuple(out)


def exhibit(outcomes: tuple[Outcome, ...], words: Words) -> Exhibit:
    """Show how far each anchor lies from its figure, in tolerances."""
    passed = sum(outcome.passed for outcome in outcomes)
    title = words("anchor.title", passed=passed, n=len(outcomes))
    failed = ", ".join(dict.fromkeys(words(f"anchor.{its.anchor}") for its in outcomes if not its.passed))
    sentence = words("anchor.sentence_failed", failed=failed) if failed else words("anchor.sentence")
    table = pd.DataFrame(
        [
            (
                words(f"anchor.{its.anchor}"),
                words(f"anchor.statistic.{its.mark.statistic}"),
                _expected(its.mark, words),
                words.number(its.ours, 2),
                words("trust.passed" if its.passed else "trust.failed"),
            )
            for its in outcomes
        ],
        columns=[words(f"trust.column.{name}") for name in ("anchor", "statistic", "target", "ours", "result")],
    )
    rows = pd.DataFrame(
        [
            (its.anchor, its.mark.statistic, its.mark.expected, its.mark.tolerance, its.ours, its.passed)
            for its in outcomes
        ],
        columns=["anchor", "statistic", "expected", "tolerance", "ours", "passed"],
    )
    finding = Finding(title, sentence, f"{title}. {sentence}")
    return Exhibit("uji-jangkar", finding, words("anchor.reading"), _picture(outcomes, words), table, rows)


def _expected(mark: Mark, words: Words) -> str:
    expected = words.number(mark.expected, 2)
    if mark.tolerance is None:
        return words("anchor.below", n=expected)
    return f"{expected} ± {words.number(mark.tolerance, 2)}"


def _picture(outcomes: tuple[Outcome, ...], words: Words) -> Picture:
    """Place each figure that has a tolerance by its distance in tolerances."""
    measured = [its for its in outcomes if its.mark.tolerance is not None]
    edge = _LEAST_EDGE
    names = list(dict.fromkeys(its.anchor for its in measured))
    passed, failed = words("trust.passed"), words("trust.failed")
    rows: list[dict[str, object]] = [{"part": "zone", "low": -1.0, "high": 1.0}, {"part": "line", "x": 0.0}]
    for its in measured:
        away = (its.ours - its.mark.expected) / (its.mark.tolerance or 1.0)
        name = words(f"anchor.statistic.{its.mark.statistic}")
        label = f"{name}: {words.number(its.ours, 2)} ({_expected(its.mark, words)})"
        edge = max(edge, abs(away))
        series = passed if its.passed else failed
        rows.append({"part": "point", "series": series, "x": away, "y": names.index(its.anchor), "label": label})
    edge *= 1.06
    marks = tuple((mark, words.number(mark, 1)) for mark in round_marks(-edge, edge))
    return Picture(
        frame=pd.DataFrame(rows, columns=["part", "series", "x", "y", "low", "high", "label"]),
        axis=Axis(-edge, edge, marks),
        series=(Series(passed, "scenario", "circle"), Series(failed, "target", "diamond")),
        rows=tuple(words(f"anchor.short.{name}") for name in names),
    )


def _spread(values: Array) -> tuple[float, ...]:
    return tuple(float(x) for x in np.quantile(values, _LEVELS))


def _marks(low: float, median: float, high: float, slack: float = 0.0) -> tuple[Mark, ...]:
    return (Mark("q05", low, TAIL + slack), Mark("q50", median, MEDIAN + slack), Mark("q95", high, TAIL + slack))


def _palm(amount: int) -> Callable[[Runs], tuple[float, ...]]:
    """Return what the palm share at its cap adds: mean of a year, December, May, and December over the mean."""

    def ours(runs: Runs) -> tuple[float, ...]:
        window = {"dbh_amount": amount, "dbh_months": 5, "dbh_first_month": 9}
        high, low = (runs.coverage("baseline", levers={"dbh_share": share, **window}) for share in (0.20, 0.05))
        gain = high - low
        year = float(np.median(gain[:, at("2026-09") : at("2027-09")].mean(axis=1)))
        december, may = (float(np.median(gain[:, at(month)])) for month in ("2026-12", "2027-05"))
        return year, december, may, december / year

    return ours


def _without_policy_change(runs: Runs) -> tuple[float, ...]:
    both = [runs.coverage(name, horizon="2029-12") for name in ("baseline", "no_policy")]
    return (
        max(float(paths[:, at("2026-12")].max()) for paths in both),
        max(float(paths[:, : at("2029-12") + 1].max()) for paths in both),
    )


def _together(runs: Runs) -> tuple[float, ...]:
    month = "2027-12"
    parts = sum(float(np.median(runs.gain(name, month))) for name in ("village_100", "metro_everywhere"))
    return (
        *_spread(runs.coverage("combined")[:, at(month)]),
        float(np.median(runs.gain("combined", month))) - parts,
    )


def _slow(runs: Runs) -> tuple[float, ...]:
    ramp = {"start": "2026-03", "ramp_months": 18}
    levers = {
        "village_share": {"value": 1.0, **ramp},
        "village_people": {"value": 100, "start": "2026-03"},
        "metro_share": {"value": 1.0, **ramp},
        "registration_capacity": 10_000,
    }
    paths = runs.coverage("baseline", levers=levers)
    return (float(np.median(paths[:, at("2027-12")])),)


def _highest_of_all(runs: Runs) -> tuple[float, ...]:
    """Return the highest coverage by the end of 2026 of every shipped plan and of all levers at once."""
    at_once = {
        "village_share": 1.0,
        "village_people": 100,
        "metro_share": 1.0,
        "public_mandate": 1.0,
        "enforcement": 1.0,
        "dbh_share": 0.20,
        "csr_amount": 2_620_800_000,
        "pppk_full": 0,
    }
    every = [*(runs.coverage(name) for name in shipped()), runs.coverage("baseline", levers=at_once)]
    return (max(float(paths[:, : at("2026-12") + 1].max()) for paths in every),)


def _pppk(runs: Runs) -> tuple[float, ...]:
    gone, kept = (runs.coverage("baseline", levers={"pppk_full": people}) for people in (10_000, 0))
    return (float(np.median((gone - kept)[:, at("2028-02")])),)


def _money_stops(runs: Runs) -> tuple[float, ...]:
    _, median, high = _spread(runs.gain("money_stops", "2028-12"))
    return median, high


def _sarolangun(_: Runs) -> tuple[float, ...]:
    """Return the 95 % range of what the names added in Sarolangun bring, before drift and disturbance."""
    sample = make_inputs(load_scenario("baseline"), n_draws=4000, seed=SEED, evidence="priors").sample.parameters
    people = _SAROLANGUN_NAMES * sample["list_quality"] * (1 - sample["overlap"])
    low, high = np.quantile(100 * people / _SAROLANGUN_WORKERS, [0.025, 0.975])
    return float(low), float(high)


ANCHORS = (
    Anchor("baseline", lambda runs: _spread(runs.coverage("baseline")[:, at("2026-12")]), _marks(24.2, 25.4, 26.7)),
    Anchor("no_policy", lambda runs: _spread(runs.gain("no_policy", "2026-12")), _marks(-1.9, -1.0, -0.5)),
    Anchor("national", _without_policy_change, (Mark("max2026", 34.99, None), Mark("max2029", 43.92, None))),
    *(
        Anchor(
            name,
            _palm(amount),
            (
                Mark("mean", mean, 0.1),
                Mark("december", december, 0.15),
                Mark("may", may, 0.05),
                Mark("ratio", 1.54, 0.1),
            ),
        )
        for name, amount, mean, december, may in (
            ("palm_35", 35_000_000_000, 0.9, 1.5, 0.15),
            ("palm_22", 22_000_000_000, 0.6, 1.0, 0.1),
        )
    ),
    Anchor("villages", lambda runs: _spread(runs.gain("village_100", "2027-12")), _marks(1.4, 5.7, 6.8)),
    Anchor("metro", lambda runs: _spread(runs.gain("metro_everywhere", "2027-12")), _marks(8.3, 9.0, 10.0, 0.3)),
    Anchor("together", _together, (*_marks(35.0, 37.8, 39.8, 0.5), Mark("sum", -1.5, None))),
    Anchor("capacity", _slow, (Mark("q50", 31.4, MEDIAN),)),
    Anchor("province", _highest_of_all, (Mark("max2026", 45.53, None),)),
    Anchor("pppk", _pppk, (Mark("q50", -0.16, 0.02),)),
    Anchor("money_stops", _money_stops, (Mark("q50", 1.1, MEDIAN), Mark("q95", 2.8, TAIL))),
    Anchor("sarolangun", _sarolangun, (Mark("q025", 6.0, 1.0), Mark("q975", 40.0, 1.0))),
    Anchor(
        "fading", lambda runs: _spread(runs.coverage("no_policy", horizon="2045-12")[:, at("2045-12")]),
        _marks(19.0, 24.0, 27.0, 0.4),
    ),
)  # fmt: skip
"""In the order of docs/model.md, section 11, and tests/validation/test_anchors.py."""
