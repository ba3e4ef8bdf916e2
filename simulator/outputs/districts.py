"""Each kabupaten/kota of a scenario in small numbers, and what is said about it; no draws."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import numpy as np
import pandas as pd

from simulator.answers.bands import LEVELS, PAID_FUNDS, quantiles
from simulator.answers.districts import DistrictAnswer, cheapest_split, district_answers, district_paths, gap_shares
from simulator.evidence import OwnRow
from simulator.evidence.update import update
from simulator.facts import Contradiction, Facts, FactsError, Region
from simulator.facts.calendar import MONTHS_PER_YEAR, format_month, parse_month
from simulator.facts.pack import DATA_FOLDER, DISTRICT_CODES
from simulator.model import FUNDS, Progress, Projection, make_inputs, run_inputs
from simulator.model.allocation import allocation_key
from simulator.model.draws import Array
from simulator.outputs.data_tables import fact_value_text
from simulator.outputs.overview import RANGE, Overview, Spread, level_name
from simulator.outputs.text import Words
from simulator.scenario import ALLOCATIONS, Scenario, Setting

TILES_FILE = "tiles.toml"
MARK = "†"
SEARCHED = "searched"  # beside the rules: the split that the search found
_NAMED = 3
_HALF = 0.5
_PAIR = 2
_RANGE = [LEVELS.index(level) for level in RANGE]


@dataclass(frozen=True)
class DistrictView:
    """One kabupaten/kota and one target, judged in one month; spreads at the levels of `RANGE`.

    Attributes
    ----------
    code : str
    coverage : tuple of float, shares
    missing : tuple of float, persons
        To the target, negative where it is exceeded.
    mean_missing : float, persons
        The expected number, because only means add up over kabupaten/kota.
    odds : float
        Share of futures that hold the target by the month.
    odds_by_horizon : float
    median_month : int or None
        Month number; where more than half hold it by the horizon.
    public_rupiah : float
        Expected, from the start to the horizon.
    closes : float
        People gained over the baseline as a share of the province's gap under the baseline; not a number without a gap.
    unit_coverage, unit_missing : tuple of float or None
        The same of the unit that it forms with the region with which its figures are mixed.
    """

    code: str
    coverage: Spread
    missing: Spread
    mean_missing: float
    odds: float
    odds_by_horizon: float
    median_month: int | None
    public_rupiah: float
    closes: float
    unit_coverage: Spread | None
    unit_missing: Spread | None


@dataclass(frozen=True, eq=False)
class Districts:
    """Every kabupaten/kota of one scenario.

    Attributes
    ----------
    draws : int
    start, horizon : int
        Month numbers of the first state and the last month.
    judged : dict of str to int
        Month number in which each target is judged.
    views : dict of str to tuple of DistrictView
        By target, in the order of the codes.
    paths : array, shape (n_districts, n_levels, n_months)
        Coverage at `LEVELS`, a share, from `start` to `horizon`.
    rupiah : array, shape (n_districts, n_funds, n_years)
        Expected spending; years count from that of `start`.
    """

    draws: int
    start: int
    horizon: int
    judged: dict[str, int]
    views: dict[str, tuple[DistrictView, ...]]
    paths: Array
    rupiah: Array

    @property
    def spreads(self) -> Array:
        """Coverage at the levels of `RANGE`, shape (n_districts, 3, n_months)."""
        return self.paths[:, _RANGE]

    def spread(self, code: str, month: int) -> Spread:
        """Return coverage of one kabupaten/kota in one month at the levels of `RANGE`."""
        low, median, high = self.paths[DISTRICT_CODES.index(code), _RANGE, month - self.start].tolist()
        return low, median, high

    def bands(self, code: str) -> pd.DataFrame:
        """Return the paths of one kabupaten/kota as `Overview.bands` has them."""
        levels = zip(LEVELS, self.paths[DISTRICT_CODES.index(code)], strict=True)
        months = np.arange(self.start, self.horizon + 1)
        return pd.DataFrame({"month": months, **{level_name(level): row for level, row in levels}})


def run_districts(
    scenario: Scenario, *, draws: int, seed: int, own_data: tuple[OwnRow, ...] = (), progress: Progress | None = None
) -> Projection:
    """Run a scenario with the money of every kabupaten/kota kept; `own_data` as in `simulator.outputs.project`."""
    projection = run_inputs(make_inputs(scenario, n_draws=draws, seed=seed), detail=True, progress=progress)
    if not own_data:
        return projection
    assumptions = tuple(sorted(scenario.assumptions.items()))
    return projection.take(update(own_data, n_draws=draws, seed=seed, assumptions=assumptions).draws)


def summarise(
    projection: Projection, reference: Projection, judged: Mapping[str, int], targets: Mapping[str, float], facts: Facts
) -> Districts:
    """Summarise a run.

    Parameters
    ----------
    projection, reference : Projection
        With details, of the same draws; what is gained is counted from `reference`.
    judged : mapping of str to int
        Month number in which each target is judged.
    targets : mapping of str to float
        Shares.
    """
    inputs = projection.inputs
    start, end = inputs.start_month, inputs.horizon + 1
    views = {}
    paths = district_paths(projection)
    for name, value in targets.items():
        answers = district_answers(projection, value, judged[name] - start, reference=reference, paths=paths)
        views[name] = _views(answers, value, judged[name] - start, projection, facts)
    return Districts(
        draws=projection.active.shape[0],
        start=start,
        horizon=start + inputs.horizon,
        judged=dict(judged),
        views=views,
        paths=np.stack([quantiles(coverage[:, :end]) for coverage, _ in paths]),
        rupiah=projection.local.mean(axis=0),
    )


def _views(
    answers: Sequence[DistrictAnswer], target: float, month: int, projection: Projection, facts: Facts
) -> tuple[DistrictView, ...]:
    closes = gap_shares(answers)
    coverage, missing = (_spreads([getattr(answer, name) for answer in answers]) for name in ("coverage", "missing"))
    out = []
    for d, (answer, part) in enumerate(zip(answers, closes, strict=True)):
        unit = _unit(facts.regions[answer.code], month, projection)
        out.append(
            DistrictView(
                code=answer.code,
                coverage=coverage[d],
                missing=missing[d],
                mean_missing=float(answer.missing.mean()),
                odds=answer.odds,
                odds_by_horizon=1 - answer.never_share,
                median_month=None if answer.median_month is None else parse_month(answer.median_month),
                public_rupiah=answer.public_rupiah,
                closes=float(part),
                unit_coverage=None if unit is None else _spreads([unit[0] / unit[1]])[0],
                unit_missing=None if unit is None else _spreads([target * unit[1] - unit[0]])[0],
            )
        )
    return tuple(out)


def _unit(region: Region, month: int, projection: Projection) -> tuple[Array, Array] | None:
    """Return active members and eligible workers of the unit that a region forms with another, (n_draws,) each."""
    if region.pooled_with is None:
        return None
    both = [DISTRICT_CODES.index(code) for code in (region.code, region.pooled_with)]
    return projection.active[:, both, month].sum(axis=1), projection.base[:, both, month].sum(axis=1)


def _spreads(values: Sequence[Array]) -> list[Spread]:
    """Return the range of each of several quantities, shape (n_draws,) each."""
    return [(low, median, high) for low, median, high in np.quantile(np.stack(values), RANGE, axis=1).T.tolist()]


def read_tiles(
    path: Path = DATA_FOLDER / TILES_FILE, codes: Sequence[str] = DISTRICT_CODES
) -> dict[str, tuple[int, int]]:
    """Return row and column of each kabupaten/kota on the tile map.

    Raises
    ------
    FactsError
        If the file cannot be read, one is missing, unknown or not placed in whole numbers, or two share a place.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FactsError(TILES_FILE, "-", "-", str(path), f"it must be a readable TOML file: {error}") from error
    for code in {*codes, *table}:
        if code not in codes or code not in table:
            allowed = f"every kabupaten/kota must stand in it once: {', '.join(codes)}"
            raise FactsError(TILES_FILE, code, "-", "unknown" if code in table else "missing", allowed)
    places: dict[tuple[int, int], str] = {}
    for code in codes:
        place = tuple(table[code].get(field) for field in ("row", "column"))
        if not all(type(number) is int and number >= 0 for number in place):
            raise FactsError(TILES_FILE, code, "row, column", str(place), "two whole numbers from 0 are allowed")
        if place in places:
            raise FactsError(TILES_FILE, code, "row, column", str(place), f"{places[place]} stands there already")
        places[place] = code
    return {code: place for place, code in places.items()}


# ---- what is said


def ranked(views: Sequence[DistrictView]) -> list[DistrictView]:
    """Return views by the median of people still to enrol, most first."""
    return sorted(views, key=lambda view: -view.missing[1])


def headline(found: Districts, shown: Overview, target: str, facts: Facts, words: Words) -> str:
    """Return how many people the province lacks and which three hold how much of what is lacking.

    The number is that of the front page. Shares are of the people missing where any are: what others have beyond the
    target fills no gap elsewhere.
    """
    view = shown.targets[target]
    people = view.missing_people[1]
    end = words.end_of(view.judged)
    end = end[0].upper() + end[1:]
    value = words.exact_percent(view.value)
    short = [its for its in ranked(found.views[target]) if its.mean_missing > 0]
    if not short:
        return words("district.title.none", end=end, value=value)
    total = sum(its.mean_missing for its in short)
    names = [region_label(facts.regions[its.code]) for its in short[:_NAMED]]
    fields = {
        "end": end,
        "people": words.people(abs(people)),
        "names": _listed(names, words),
        "share": words.percent(sum(its.mean_missing for its in short[:_NAMED]) / total),
        "value": value,
    }
    return words("district.title.short" if people > 0 else "district.title.enough", **fields)


def reach_text(found: Districts, target: str, facts: Facts, words: Words) -> str:
    """Return who holds the target by its month, with which odds."""
    views = sorted(found.views[target], key=lambda view: -view.odds)
    fields = {"end": words.end_of(found.judged[target])}
    best = views[0].odds
    if best == 0:
        return words("district.reach.nobody", draws=words.number(found.draws), **fields)
    reach = [view for view in views if view.odds > _HALF]
    if not reach:
        same = [view for view in views if words.odds(view.odds, found.draws) == words.odds(best, found.draws)]
        names = _listed([region_label(facts.regions[view.code]) for view in same], words)
        return words("district.reach.rare", names=names, odds=words.odds(best, found.draws), **fields)
    by_odds: dict[str, list[str]] = {}
    for view in reach:
        by_odds.setdefault(words.odds(view.odds, found.draws), []).append(region_label(facts.regions[view.code]))
    listed = "; ".join(f"{_listed(names, words)} ({odds})" for odds, names in by_odds.items())
    return words("district.reach.some", list=listed, **fields)


def league_table(found: Districts, before: Districts | None, target: str, facts: Facts, words: Words) -> pd.DataFrame:
    """Return one row per kabupaten/kota in words, most people missing first; ranges hold 8 of 10 futures."""
    baseline = {} if before is None else {view.code: view for view in before.views[target]}
    end = words.end_of(found.judged[target])
    rows = []
    for view in ranked(found.views[target]):
        row = {
            words("district.column.name"): region_label(facts.regions[view.code]),
            words("district.column.missing", end=end): missing_text(view.missing, words),
        }
        if before is not None:
            row[words("district.column.baseline")] = words.number(round(baseline[view.code].missing[1], -2))
        row |= {
            words("district.column.coverage", end=end): coverage_text(view.coverage, words),
            words("district.column.odds", end=end): words.odds(view.odds, found.draws),
            words("district.column.month", year=found.horizon // MONTHS_PER_YEAR): _month_cell(view, found, words),
            words("district.column.rupiah", first=words.month(found.start + 1), last=words.month(found.horizon)): (
                words.rupiah(view.public_rupiah)
            ),
        }
        if before is not None:
            row[words("district.column.closes")] = "–" if np.isnan(view.closes) else words.percent(view.closes, 1)
        rows.append(row)
    return pd.DataFrame(rows)


def league_rows(found: Districts, before: Districts | None, target: str, facts: Facts) -> pd.DataFrame:
    """Return the same as plain numbers for a file."""
    baseline = {} if before is None else {view.code: view for view in before.views[target]}
    rows = []
    for view in ranked(found.views[target]):
        rows.append(
            {
                "code": view.code,
                "name": facts.regions[view.code].name,
                "target": target,
                "month": format_month(found.judged[target]),
                **_columns("missing", view.missing),
                "missing_mean": view.mean_missing,
                "missing_baseline_q50": baseline[view.code].missing[1] if view.code in baseline else None,
                **_columns("coverage", view.coverage),
                "odds": view.odds,
                "odds_by_horizon": view.odds_by_horizon,
                "median_month": "" if view.median_month is None else format_month(view.median_month),
                "public_rupiah_mean": round(view.public_rupiah),
                "closes_share_of_gap": view.closes if view.code in baseline else None,
                "draws": found.draws,
            }
        )
    return pd.DataFrame(rows)


def _columns(name: str, spread: Spread) -> dict[str, float]:
    return dict(zip((f"{name}_q10", f"{name}_q50", f"{name}_q90"), spread, strict=True))


def region_label(region: Region) -> str:
    """Return a name, marked where its figures can be trusted only with those of another."""
    return region.name if region.pooled_with is None else f"{region.name} {MARK}"


def missing_text(spread: Spread, words: Words) -> str:
    """Return people missing with their range, to the hundred; below zero where the target is exceeded."""
    low, middle, high = (round(value, -2) for value in spread)
    return f"{words.number(middle)} ({words.number_range(low, high)})"


def coverage_text(spread: Spread, words: Words) -> str:
    """Return coverage with its range."""
    return f"{words.percent(spread[1], 1)} ({words.percent_range(spread[0], spread[2], 1)})"


def arrival_text(view: DistrictView, found: Districts, words: Words) -> str:
    """Return the median month with its odds; without most futures, that they do not arrive."""
    fields = {"odds": words.odds(view.odds_by_horizon, found.draws), "year": found.horizon // MONTHS_PER_YEAR}
    if view.odds_by_horizon == 0:
        return words("district.nowhere", **fields)
    if view.median_month is None:
        return words("district.never", **fields)
    return words("district.month", month=words.month(view.median_month, short=True), **fields)


def _month_cell(view: DistrictView, found: Districts, words: Words) -> str:
    """Return what `arrival_text` says, short enough for a table whose heading names the year."""
    odds = words.odds(view.odds_by_horizon, found.draws)
    if view.odds_by_horizon == 0:
        return odds
    if view.median_month is None:
        return words("district.cell.never", odds=odds)
    return f"{words.month(view.median_month, short=True)}; {odds}"


def left_text(view: DistrictView, words: Words) -> str:
    """Return the median of people still to enrol, or by how many the target is exceeded."""
    people = round(view.missing[1], -2)
    return words.people(people) if people >= 0 else words("district.past", people=words.people(-people))


def pooled_texts(found: Districts, target: str, facts: Facts, words: Words, code: str | None = None) -> list[str]:
    """Return the warning of each unit of mixed identity numbers with its pooled figures; of one region with `code`."""
    by_code = {view.code: view for view in found.views[target]}
    out = {}
    for region in facts.districts:
        view = by_code[region.code]
        if region.pooled_with is None or view.unit_coverage is None or view.unit_missing is None:
            continue
        if code not in (None, region.code):
            continue
        both = sorted((region.code, region.pooled_with))
        published = [facts.regions[its].coverage_2024 for its in both]
        out[tuple(both)] = words(
            "district.pooled",
            note="" if region.note is None else getattr(region.note, words.language),
            names=_listed([facts.regions[its].name for its in both], words),
            published=_listed(["–" if rate is None else words.percent(rate, 1) for rate in published], words),
            start="–" if region.start_rate is None else words.percent(region.start_rate, 1),
            end=words.end_of(found.judged[target]),
            coverage=coverage_text(view.unit_coverage, words),
            missing=missing_text(view.unit_missing, words),
        )
    return list(out.values())


def one_text(view: DistrictView, found: Districts, target: str, words: Words) -> str:
    """Return one kabupaten/kota in one sentence."""
    return words(
        "district.one",
        end=words.end_of(found.judged[target]),
        coverage=coverage_text(view.coverage, words),
        missing=missing_text(view.missing, words),
        odds=words.odds(view.odds, found.draws),
        arrival=arrival_text(view, found, words),
    )


def own_target_text(region: Region, found: Districts, facts: Facts, words: Words) -> str | None:
    """Return what its own government aims at and where it stood by the model in the month that comes first."""
    if region.own_target is None:
        return None
    fact = facts.facts[region.facts["own_target"]]
    return words(
        "district.own_target",
        name=region.name,
        value=words.exact_percent(region.own_target),
        month=words.month(parse_month(fact.as_of[:7])),
        source=fact.source,
        now=words.month(found.start),
        coverage=coverage_text(found.spread(region.code, found.start), words),
    )


def published_table(region: Region, facts: Facts, words: Words) -> pd.DataFrame:
    """Return what is published of one kabupaten/kota, with sources, and what nobody published."""
    rows = []
    for field in ("coverage_2024", "own_target", "registry_population", "census_population", "villages",
                  "village_funds_2024", "village_funds_2026", "palm_allocation_2023", "part_time_pppk"):  # fmt: skip
        name = region.facts.get(field)
        label = words(f"district.fact.{field}")
        if name is None:
            rows.append((label, words("district.unpublished"), "", "", ""))
        else:
            fact = facts.facts[name]
            rows.append((label, fact_value_text(fact, words), fact.as_of, fact.source, fact.url))
    columns = ("what", "value", "as_of", "source", "url")
    return pd.DataFrame(rows, columns=[words(f"district.column.{name}") for name in columns])


def borrowed_texts(region: Region, facts: Facts, words: Words) -> list[str]:
    """Return what of one kabupaten/kota is not published and taken from the province or from the others."""
    noise = words.percent(float(facts.parameters["district_share_sigma"].value))
    out = [words("district.borrowed.eligible", noise=noise), words("district.borrowed.classes")]
    if region.start_rate is None:
        out.append(words("district.borrowed.start"))
    if region.part_time_pppk is None:
        out.append(words("district.borrowed.part_time"))
    return [*out, words("district.borrowed.behaviour")]


def contradictions_of(region: Region, facts: Facts) -> list[Contradiction]:
    """Return the contradictions of which a side is a figure of this region."""
    return [
        record
        for record in facts.contradictions.values()
        if any(facts.facts[side.fact].region == region.code for side in record.sides)
    ]


def money_table(found: Districts, code: str, words: Words) -> pd.DataFrame:
    """Return expected rupiah of one kabupaten/kota by year and fund; funds without any are left out."""
    rows = money_rows(found, code).pivot(index="year", columns="fund", values="rupiah")
    paid = [fund for fund in PAID_FUNDS if rows[fund].sum() > 0]
    table = {words("district.column.year"): [str(year) for year in rows.index]}
    table |= {words(f"fund.{fund}"): [words.rupiah(amount) for amount in rows[fund]] for fund in paid}
    table[words("district.column.sum")] = [words.rupiah(amount) for amount in rows[paid].sum(axis=1)]
    return pd.DataFrame(table)


def money_rows(found: Districts, code: str) -> pd.DataFrame:
    """Return the same as plain numbers, one row per year and fund."""
    rupiah, first = found.rupiah[DISTRICT_CODES.index(code)], found.start // MONTHS_PER_YEAR
    return pd.DataFrame(
        [
            {"code": code, "year": first + year, "fund": fund, "rupiah": round(float(rupiah[FUNDS.index(fund), year]))}
            for year in range(rupiah.shape[1])
            for fund in PAID_FUNDS
        ]
    )


def _listed(names: Sequence[str], words: Words) -> str:
    """Return names as a list in a sentence."""
    if len(names) < 2:
        return "".join(names)
    key = "district.and" if len(names) == _PAIR else "district.and_more"
    return words(key, first=", ".join(names[:-1]), last=names[-1])


# ---- the cheapest split


@dataclass(frozen=True, eq=False)
class Proposal:
    """The best of several splits of the province's money.

    Attributes
    ----------
    gains : dict of str to float, persons
        For each rule, and for `SEARCHED`, expected members more than by the scenario's rule: mean of the twelve months
        up to the one asked about, because a window that is shut in one month is open in others.
    rupiah : dict of str to array, shape (n_districts,)
        What each split gives, a year.
    plans : dict of str to Scenario
    draws : int
    """

    gains: dict[str, float]
    rupiah: dict[str, Array]
    plans: dict[str, Scenario]
    draws: int

    @property
    def best(self) -> str:
        """The split with most members; the scenario's own rule where none has more."""
        return max(self.gains, key=lambda name: self.gains[name])


def propose(
    scenario: Scenario,
    lever: str,
    rupiah: int,
    month: str,
    *,
    facts: Facts,
    draws: int,
    progress: Progress,
    cancel: Event,
) -> Proposal:
    """Compare the split found by search with the rules: the search deals in lots and may miss what a rule finds.

    Parameters
    ----------
    lever, rupiah, month
        As in `cheapest_split`.
    """
    found = cheapest_split(scenario, lever, rupiah, month, progress=progress, cancel=cancel)
    setting = found.levers[lever]
    ruled = Setting(**(setting.model_dump() | {"value": rupiah, "districts": {}}))
    rules = sorted(ALLOCATIONS, key=lambda rule: rule != scenario.allocation)  # the present one first: it wins a tie
    plans: dict[str, Scenario] = {
        rule: scenario.replace(levers=scenario.levers | {lever: ruled}, allocation=rule) for rule in rules
    }
    given = {rule: rupiah * allocation_key(facts, plan) for rule, plan in plans.items()}
    plans[SEARCHED] = found
    given[SEARCHED] = np.array([float(setting.districts[code]) for code in DISTRICT_CODES])
    members = {name: _members(plan, month, draws, cancel) for name, plan in plans.items()}
    gains = {name: count - members[scenario.allocation] for name, count in members.items()}
    return Proposal(gains, given, plans, draws)


def _members(plan: Scenario, month: str, draws: int, cancel: Event) -> float:
    run = run_inputs(make_inputs(plan, n_draws=draws, seed=0), cancel=cancel)
    t = parse_month(month) - run.inputs.start_month
    return float(run.active[:, :, max(t - MONTHS_PER_YEAR + 1, 0) : t + 1].sum(axis=1).mean())


def proposal_text(found: Proposal, rule: str, lever: str, rupiah: int, month: str, words: Words) -> str:
    """Return what the best split brings by the month asked about, or that none is better than `rule`.

    Parameters
    ----------
    lever, rupiah, month
        As in `cheapest_split`.
    """
    best = found.best
    return words(
        "district.proposal.same" if best == rule else "district.proposal.more",
        lever=words(f"lever.{lever}.label"),
        rupiah=words.rupiah(rupiah),
        split=words(f"district.rule.{best}"),
        people=words.people(round(found.gains[best], -1)),
        end=words.end_of(parse_month(month)),
        draws=words.number(found.draws),
    )


def gains_table(found: Proposal, words: Words) -> pd.DataFrame:
    """Return what each split adds to the scenario's rule, most first."""
    names = sorted(found.gains, key=lambda name: -found.gains[name])
    return pd.DataFrame(
        {
            words("district.column.split"): [words(f"district.rule.{name}") for name in names],
            words("district.column.more"): [words.number(round(found.gains[name], -1)) for name in names],
        }
    )


def proposal_table(found: Proposal, rule: str, facts: Facts, words: Words) -> pd.DataFrame:
    """Return the rupiah of the best split beside those by `rule`."""
    return pd.DataFrame(
        {
            words("district.column.name"): [region.name for region in facts.districts],
            words("district.column.proposed"): [words.rupiah(amount) for amount in found.rupiah[found.best]],
            words("district.column.by_rule"): [words.rupiah(amount) for amount in found.rupiah[rule]],
        }
    )
