"""One scenario's answers as tables: what files, the command line and notebooks all read."""

from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass
from functools import cached_property
from threading import Event

import numpy as np
import pandas as pd

from simulator import __version__
from simulator.answers import (
    LEVELS,
    READINGS,
    TargetAnswer,
    answer_target,
    arrivals,
    expected_money,
    odds_on_the_day,
    quantiles,
    regions,
    share_by_month,
    year_ahead,
)
from simulator.evidence import OwnRow
from simulator.evidence.update import Update, update
from simulator.facts import Facts, load_facts
from simulator.facts.calendar import DATA_MONTH, format_month
from simulator.facts.pack import PROVINCE
from simulator.model import FUNDS, SEGMENTS, Projection, check_draws, run
from simulator.model.draws import Array
from simulator.scenario import Scenario, digest

QUANTILE_COLUMNS = ["scenario", "indicator", "region", "segment", "month", "quantile", "value", "unit"]
ARRIVAL_COLUMNS = ["scenario", "target", "reading", "region", "month", "probability"]
MONEY_COLUMNS = ["scenario", "year", "fund", "indicator", "value", "unit"]
_MONEY_INDICATORS = ("planned", "spent", "unspent", "person_months")
_BANDS = {0.05: "q05", 0.25: "q25", 0.5: "q50", 0.75: "q75", 0.95: "q95"}


def model_version() -> str:
    """Return the version that exports print."""
    return __version__


@dataclass(frozen=True)
class Result:
    """The projection of one scenario and everything asked of it.

    Attributes
    ----------
    name : str
        How tables call the scenario: a shipped stem, a file's stem, or "scenario".
    """

    name: str
    scenario: Scenario
    projection: Projection
    seed: int
    facts: Facts
    update: Update | None = None

    @property
    def draws(self) -> int:
        """Number of futures."""
        return int(self.projection.active.shape[0])

    @property
    def months(self) -> list[str]:
        """Months from the start month to the horizon, ``YYYY-MM``."""
        inputs = self.projection.inputs
        return [format_month(inputs.start_month + t) for t in range(inputs.horizon + 1)]

    def quantiles(self) -> pd.DataFrame:
        """Bands of every indicator for all 16 regions and, for the province, by class and segment.

        Returns
        -------
        DataFrame
            Columns scenario, indicator (shares ``coverage``, ``reported``; persons ``members``, ``eligible``), region,
            segment, month, quantile (0-1), value, unit.
        """
        return self._quantiles.copy()

    def arrival(self, target: str | None = None) -> pd.DataFrame:
        """Probability that a target has been reached by each month, by reading and region.

        Parameters
        ----------
        target : str, optional
            A target id; every target of the scenario without it.

        Returns
        -------
        DataFrame
            Columns scenario, target, reading, region, month, probability. `held` and `touched` for every month;
            `on_the_day` for the province in the target's month.

        Raises
        ------
        ValueError
            If the target is not known.
        """
        if target is not None and target not in self.facts.targets:
            msg = f"target is {target!r}; allowed are {', '.join(self.facts.targets)}"
            raise ValueError(msg)
        wanted = list(self.scenario.targets) if target is None else [target]
        targets, readings, areas, months, shares = zip(*self._arrival_parts(wanted), strict=True)
        lengths = [len(part) for part in shares]
        columns = {
            "scenario": np.repeat([self.name], sum(lengths)),
            "target": np.repeat(targets, lengths),
            "reading": np.repeat(readings, lengths),
            "region": np.repeat(areas, lengths),
            "month": [month for part in months for month in part],
        }
        texts = {name: pd.Series(values, dtype="str") for name, values in columns.items()}
        return pd.DataFrame(texts | {"probability": np.concatenate(shares)})[ARRIVAL_COLUMNS]

    def money(self) -> pd.DataFrame:
        """Rupiah by fund and year: planned, spent, unspent (means over draws, whole rupiah) and person-months paid.

        Returns
        -------
        DataFrame
            Columns scenario, year, fund, indicator, value, unit.
        """
        mean = np.rint(expected_money(self.projection))
        planned, spent, paid = mean[..., 0], mean[..., 1], mean[..., 2]
        values = np.stack([planned, spent, planned - spent, paid], axis=-1)
        first_year = self.projection.inputs.start_month // 12
        n_funds, n_years, n_indicators = values.shape
        return pd.DataFrame(
            {
                "scenario": self.name,
                "year": np.tile(np.repeat(first_year + np.arange(n_years), n_indicators), n_funds),
                "fund": np.repeat(FUNDS, n_years * n_indicators),
                "indicator": np.tile(_MONEY_INDICATORS, n_funds * n_years),
                "value": values.ravel().astype(np.int64),
                "unit": np.tile(["rupiah", "rupiah", "rupiah", "person-months"], n_funds * n_years),
            }
        )

    def targets(self) -> list[TargetAnswer]:
        """Every target of the scenario in every reading."""
        return [
            answer_target(self.projection, name, reading, facts=self.facts, seed=self.seed)
            for name in self.scenario.targets
            for reading in READINGS
        ]

    def to_json(self) -> dict[str, object]:
        """Return the object that ``run --json`` prints."""
        return {
            "scenario": self.name,
            "hash": digest(self.scenario),
            "model_version": model_version(),
            "data_month": format_month(DATA_MONTH),
            "data_hash": self.facts.digest,
            "seed": self.seed,
            "draws": self.draws,
            "evidence": "posterior",
            "own_data": self._own_data(),
            "coverage": self._band_rows("coverage", PROVINCE, tuple(_BANDS)),
            "reported": self._band_rows("reported", PROVINCE, tuple(_BANDS)),
            "targets": [asdict(answer) for answer in self.targets()],
            "money": self._money_rows(),
            "members": [
                {"month": row.month, "segment": row.segment, "q50": row.value}
                for row in self._median("members").itertuples()
            ],
            "districts": [
                {"code": district.code, **row}
                for district in self.facts.districts
                for row in self._band_rows("coverage", district.code, (0.05, 0.5, 0.95))
            ],
        }

    def _own_data(self) -> dict[str, object] | None:
        """Return how the user's own figures entered, if there are any."""
        if self.update is None:
            return None
        weights = self.update.weights
        k = weights.pareto_k if np.isfinite(weights.pareto_k) else None  # minus infinity where all weights are equal
        return {"rows": len(self.update.rows), "pareto_k": k, "effective": weights.effective}

    @cached_property
    def _quantiles(self) -> pd.DataFrame:
        frames = []
        for number, active, reported, base in regions(self.projection):
            region = PROVINCE if number is None else self.facts.districts[number].code
            for indicator, paths, unit in (
                ("coverage", active / base, "share"),
                ("reported", reported / base, "share"),
                ("members", active, "persons"),
                ("eligible", base, "persons"),
            ):
                frames.append(self._long(indicator, region, "all", paths, unit))
        for segment, paths in self._segment_paths():
            frames.append(self._long("members", PROVINCE, segment, paths, "persons"))
        return pd.concat(frames, ignore_index=True)[QUANTILE_COLUMNS]

    def _segment_paths(self) -> list[tuple[str, Array]]:
        """Active members of the province by class, then by segment, (n_draws, n_months + 1) each."""
        paths = self.projection.by_segment[:, :, : self.projection.inputs.horizon + 1]
        classes = [self.facts.segments[name].worker_class for name in SEGMENTS]
        of_class = [
            (name, paths[:, [i for i, c in enumerate(classes) if c == name]].sum(axis=1))
            for name in dict.fromkeys(classes)
        ]
        # Construction is class and segment at once; one row of each month is enough.
        return of_class + [(name, paths[:, i]) for i, name in enumerate(SEGMENTS) if name not in dict(of_class)]

    def _long(self, indicator: str, region: str, segment: str, paths: Array, unit: str) -> pd.DataFrame:
        values = quantiles(paths)
        months = self.months
        return pd.DataFrame(
            {
                "scenario": self.name,
                "indicator": indicator,
                "region": region,
                "segment": segment,
                "month": np.repeat(months, len(LEVELS)),
                "quantile": np.tile(LEVELS, len(months)),
                "value": values.T.ravel(),
                "unit": unit,
            }
        )

    def _arrival_shares(self, wanted: list[str]) -> dict[tuple[str, str, str], Array]:
        """Share of futures that have arrived by each month, by target, region and reading."""
        horizon, shares = self.projection.inputs.horizon, {}
        for district in (None, *range(len(self.facts.districts))):
            region = PROVINCE if district is None else self.facts.districts[district].code
            paths = self._full_coverage(district)
            ahead = year_ahead(paths, horizon=horizon)
            for name in wanted:
                for reading in READINGS[:2]:
                    value = self.facts.targets[name].value
                    arrived = arrivals(paths, value, reading, horizon=horizon, ahead=ahead)
                    shares[name, region, reading] = share_by_month(arrived, horizon=horizon)
        return shares

    def _arrival_parts(self, wanted: list[str]) -> list[tuple[str, str, str, list[str], Array]]:
        """Return target, reading, region, months and the share that has arrived, part by part of the table."""
        shares, parts = self._arrival_shares(wanted), []
        for name in wanted:
            parts += [
                (name, reading, region, self.months, of_months)
                for (its, region, reading), of_months in shares.items()
                if its == name
            ]
            month = self.facts.targets[name].month
            odds = odds_on_the_day(self.projection, name, facts=self.facts, seed=self.seed)
            if month is not None and odds is not None:
                parts.append((name, "on_the_day", PROVINCE, [format_month(month)], np.array([odds])))
        return parts

    def _full_coverage(self, district: int | None) -> Array:
        """Coverage with the year after the horizon, which the reading `held` looks at."""
        if district is None:
            return self.projection.coverage
        return np.asarray(self.projection.active[:, district] / self.projection.base[:, district])

    def _median(self, indicator: str) -> pd.DataFrame:
        rows = self._quantiles
        keep = (rows["indicator"] == indicator) & (rows["region"] == PROVINCE) & (rows["quantile"] == 0.5)
        return rows[keep]

    def _band_rows(self, indicator: str, region: str, levels: tuple[float, ...]) -> list[dict[str, object]]:
        rows = self._quantiles
        keep = (rows["indicator"] == indicator) & (rows["region"] == region) & (rows["segment"] == "all")
        wide = rows[keep].pivot(index="month", columns="quantile", values="value")
        return [
            {"month": month, **{_BANDS[level]: float(row[level]) for level in levels}} for month, row in wide.iterrows()
        ]

    def _money_rows(self) -> list[dict[Hashable, object]]:
        wide = self.money().pivot(index=["year", "fund"], columns="indicator", values="value").reset_index()
        columns = ["year", "fund", "planned", "spent", "unspent"]
        return wide[columns].to_dict("records")


def project(
    scenario: Scenario,
    *,
    draws: int = 2000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    cancel: Event | None = None,
    name: str = "scenario",
    own_data: tuple[OwnRow, ...] = (),
) -> Result:
    """Project one scenario and return its answers.

    Parameters
    ----------
    scenario : Scenario
        From `simulator.load_scenario`.
    draws, seed : int
        Number of futures, 1 to 20,000, and the seed they share with every other scenario.
    progress : callable, optional
        Called as ``progress(done, total)`` between chunks of draws.
    cancel : threading.Event, optional
        Looked at between chunks; raises `simulator.model.Cancelled`.
    name : str
        How the tables call the scenario.
    own_data : tuple of OwnRow
        Your own figures, from `simulator.evidence.read_own_data`: the draws are conditioned on them.

    Raises
    ------
    ValueError
        If draws or seed are out of range, or your figures lie too far from the model; one sentence.
    """
    conditioned = None
    if own_data:
        check_draws(draws, seed)
        assumptions = tuple(sorted(scenario.assumptions.items()))
        conditioned = update(own_data, n_draws=draws, seed=seed, assumptions=assumptions)
    projection = run(scenario, draws=draws, seed=seed, progress=progress, cancel=cancel)
    if conditioned is not None:
        projection = projection.take(conditioned.draws)
    return Result(name, scenario, projection, seed, load_facts(), conditioned)
