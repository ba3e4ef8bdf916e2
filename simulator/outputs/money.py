"""Where money goes, as small numbers of one run, and what is said about them: sentences, tables and files."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.answers.bands import PAID_FUNDS, PUBLIC_FUNDS, expected_money
from simulator.answers.money import (
    REASONS,
    Remaining,
    death_grants,
    expected_places,
    expected_unspent,
    members_by_payer,
    stopped,
)
from simulator.facts.calendar import DATA_MONTH, LAST_MONTH, MONTHS_PER_YEAR, format_month, parse_month
from simulator.model import FUNDS, Projection
from simulator.model.draws import Array
from simulator.outputs.findings import Finding
from simulator.outputs.overview import RANGE, Spread
from simulator.outputs.text import Words
from simulator.scenario import Scenario

SELF, GRACE = "self", "grace"
PAYERS = (SELF, *FUNDS, GRACE)
"""Rows of `Ledger.payers`."""

PRIVATE = tuple(fund for fund in PAID_FUNDS if fund not in PUBLIC_FUNDS)
_PUBLIC = [FUNDS.index(fund) for fund in PUBLIC_FUNDS]
_PAID = [FUNDS.index(fund) for fund in PAID_FUNDS]
_NEARLY_ALL = 0.005  # of the plan: less than this is not told as left over
_HALF = 0.5
_YEARS_ON = 2
_UNITS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))

Row = dict[str, object]


@dataclass(frozen=True, eq=False)
class Ledger:
    """The money of one run in small numbers: means over futures where nothing else is said.

    Attributes
    ----------
    draws : int
    start, horizon : int
        Month numbers of the first state and the last month; money flows from the month after `start`.
    rupiah : array, shape (n_funds, n_years, 2)
        Planned and spent.
    unspent : array, shape (n_funds, n_years, 3), rupiah
        By the reasons of `simulator.answers.money.REASONS`.
    places : array, shape (n_funds, n_years, 3), person-months
        Places, paid, and paid for people who were members already.
    payers : array, shape (n_funds + 2, n_months + 1), persons
        Active members by who pays, in the order of `PAYERS`.
    spending : tuple of float
        Public rupiah of the period at the levels of `RANGE`: a year on average, or in all (`whole`).
    grants : array, shape (3, n_years), rupiah
        Expected death grants at the levels of `RANGE`.
    grants_period : tuple of float
        The same of the period.
    """

    draws: int
    start: int
    horizon: int
    rupiah: Array
    unspent: Array
    places: Array
    payers: Array
    spending: Spread
    grants: Array
    grants_period: Spread

    @property
    def years(self) -> list[int]:
        """Calendar years, the first and the last of which may be parts."""
        first = self.start // MONTHS_PER_YEAR
        return [first + n for n in range(self.rupiah.shape[1])]

    @property
    def whole(self) -> bool:
        """Whether the run holds a whole year: then numbers of the period are means of whole years."""
        return _whole_years(self.start, self.horizon) > 0

    @property
    def planned(self) -> Array:
        """Rupiah of the period by fund, shape (n_funds,)."""
        return self._period(self.rupiah[..., 0])

    @property
    def spent(self) -> Array:
        """Rupiah of the period by fund, shape (n_funds,)."""
        return self._period(self.rupiah[..., 1])

    @property
    def left(self) -> Array:
        """Unspent rupiah of the period, shape (n_funds, 3)."""
        return self._period(self.unspent)

    @property
    def funds(self) -> list[str]:
        """Funds with a plan in any year, public ones first."""
        planned = {fund for fund in PAID_FUNDS if self.rupiah[FUNDS.index(fund), :, 0].any()}
        return [fund for fund in (*PUBLIC_FUNDS, *PRIVATE) if fund in planned]

    def _period(self, values: Array) -> Array:
        return _of_period(values, self.start, self.horizon, axis=1)


def ledger(projection: Projection) -> Ledger:
    """Summarise the money of a run with detail."""
    inputs = projection.inputs
    start, horizon = inputs.start_month, inputs.start_month + inputs.horizon
    public = projection.money[..., 1][:, _PUBLIC].sum(axis=1)
    grants = death_grants(projection)
    return Ledger(
        draws=int(projection.money.shape[0]),
        start=start,
        horizon=horizon,
        rupiah=expected_money(projection)[..., :2],
        unspent=expected_unspent(projection),
        places=expected_places(projection),
        payers=members_by_payer(projection),
        spending=_spread(_of_period(public, start, horizon, axis=1)),
        grants=np.asarray(np.quantile(grants, RANGE, axis=0)),
        grants_period=_spread(_of_period(grants, start, horizon, axis=1)),
    )


def _whole_years(start: int, horizon: int) -> int:
    """Return how many whole calendar years lie behind the year of the start; no money flows in the start month."""
    return (horizon + 1) // MONTHS_PER_YEAR - start // MONTHS_PER_YEAR - 1


def _of_period(values: Array, start: int, horizon: int, *, axis: int) -> Array:
    """Return the mean over whole years, or the sum over all there is where none is whole."""
    whole = _whole_years(start, horizon)
    if whole <= 0:
        return np.asarray(values.sum(axis=axis))
    return np.asarray(values.take(range(1, whole + 1), axis=axis).mean(axis=axis))


def _spread(values: Array) -> Spread:
    low, median, high = np.quantile(values, RANGE)
    return float(low), float(median), float(high)


# ---- the page's sentence


def period_text(its: Ledger, words: Words) -> str:
    """Return which months the numbers of the period stand for."""
    if not its.whole:
        return words("money.in_all", months=words.month_range(its.start + 1, its.horizon))
    first = its.start // MONTHS_PER_YEAR + 1
    last = first + _whole_years(its.start, its.horizon) - 1
    return words("money.a_year", years=f"{first}" if first == last else f"{first}–{last}")


def headline(its: Ledger, words: Words) -> str:
    """Return what is spent of public money, what is left of the plan, and the main reason."""
    planned, spent = float(its.planned[_PUBLIC].sum()), float(its.spent[_PUBLIC].sum())
    period = words("money.yearly") if its.whole else period_text(its, words)
    if planned == 0:
        return _capital(words("money.title.none", period=period))
    left, fields = planned - spent, {"spent": words.rupiah(spent), "period": period}
    if left < _NEARLY_ALL * planned:
        return words("money.title.all", **fields)
    reason = REASONS[int(its.left[_PUBLIC].sum(axis=0).argmax())]
    share = words.percent(left / planned)
    return words("money.title", left=words.rupiah(left), share=share, reason=words(f"money.short.{reason}"), **fields)


def basis(its: Ledger, reference: Ledger | None, words: Words) -> str:
    """Return what the sentence rests on, its range, and the baseline beside it."""
    draws, spread = words.number(its.draws), words.rupiah_range(its.spending[0], its.spending[2])
    parts = [words("money.basis", draws=draws, range=spread, period=period_text(its, words))]
    if reference is not None:
        planned, spent = (float(values[_PUBLIC].sum()) for values in (reference.planned, reference.spent))
        parts.append(words("money.reference", spent=words.rupiah(spent), left=words.rupiah(planned - spent)))
    if its.start % MONTHS_PER_YEAR != MONTHS_PER_YEAR - 1:
        parts.append(words("money.partial", year=its.years[0], month=words.month_name((its.start + 1) % 12 + 1)))
    return " ".join(parts)


# ---- rupiah by fund and year


def fund_name(fund: str, words: Words) -> str:
    """Return a fund's name; that of companies says that it is no public money."""
    name = words(f"fund.{fund}")
    return words("money.not_public", fund=name) if fund in PRIVATE else name


def rupiah_finding(its: Ledger, reference: Ledger | None, words: Words) -> Finding:
    """Return which fund pays most, and what companies pay beside public money."""
    csr, period = FUNDS.index("csr"), period_text(its, words)
    spent = its.spent
    most = PUBLIC_FUNDS[int(spent[_PUBLIC].argmax())]
    total = float(spent[_PUBLIC].sum())
    if total == 0:
        title = words("money.title.none", period=period)
    else:
        share = words.percent(float(spent[FUNDS.index(most)]) / total)
        title = words("money.rupiah.title", fund=words(f"fund.{most}"), share=share, period=period)
    sentence = words(
        "money.rupiah.sentence",
        spent=words.rupiah(spent[csr]),
        planned=words.rupiah(its.planned[csr]),
        unit=unit(its, words)[1],
    )
    if reference is not None:
        sentence = f"{sentence} {words('money.rupiah.reference')}"
    return _finding(title, sentence, [year_text(its, n, words) for n in range(len(its.years))])


def unit(its: Ledger, words: Words) -> tuple[float, str]:
    """Return the rupiah that numbers beside the bars are counted in, and its name."""
    most = float(its.rupiah[_PUBLIC, :, 0].sum(axis=0).max())
    scale, name = next(each for each in _UNITS if most >= each[0] or each is _UNITS[-1])
    return scale, words(f"scale.{name}")


def year_text(its: Ledger, n: int, words: Words) -> str:
    """Return public rupiah spent and left in one year."""
    planned, spent = (float(its.rupiah[_PUBLIC, n, column].sum()) for column in (0, 1))
    return words("money.year", year=its.years[n], spent=words.rupiah(spent), left=words.rupiah(planned - spent))


def rupiah_table(its: Ledger, words: Words) -> pd.DataFrame:
    """Return one row per fund and year in words."""
    names = ("fund", "year", "planned", "spent", "unspent", "places", "paid", "twice")
    rows = []
    for fund in its.funds:
        number = FUNDS.index(fund)
        for n, year in enumerate(its.years):
            planned, spent = its.rupiah[number, n]
            amounts = [words.rupiah(amount) for amount in (planned, spent, planned - spent)]
            people = [words.number(months) for months in its.places[number, n]]
            rows.append((fund_name(fund, words), str(year), *amounts, *people))
    return pd.DataFrame(rows, columns=[words(f"money.column.{name}") for name in names])


def rupiah_rows(its: Ledger) -> pd.DataFrame:
    """Return one row per fund and year as whole numbers; unspent is planned less spent."""
    rows: list[Row] = []
    for number, fund in enumerate(FUNDS):
        for n, year in enumerate(its.years):
            planned, spent = (round(float(amount)) for amount in its.rupiah[number, n])
            reasons = {f"unspent_{name}": round(float(its.unspent[number, n, k])) for k, name in enumerate(REASONS)}
            places, paid, twice = (round(float(months)) for months in its.places[number, n])
            rows.append(
                {
                    "fund": fund,
                    "public": fund in PUBLIC_FUNDS,
                    "year": year,
                    "planned_rupiah": planned,
                    "spent_rupiah": spent,
                    "unspent_rupiah": planned - spent,
                    **reasons,
                    "place_months": places,
                    "paid_months": paid,
                    "paid_twice_months": twice,
                }
            )
    return pd.DataFrame(rows)


# ---- why some is left


def reasons_finding(its: Ledger, words: Words) -> Finding:
    """Return the fund that leaves most, with its main reason."""
    left, period = its.left[_PAID], period_text(its, words)
    by_fund = left.sum(axis=1)
    worst = int(by_fund.argmax())
    planned = float(its.planned[_PAID][worst])
    if planned == 0 or by_fund[worst] < _NEARLY_ALL * planned:
        return _finding(words("money.reasons.none", period=period), words("money.reasons.sentence"))
    title = words(
        "money.reasons.title",
        fund=words(f"fund.{PAID_FUNDS[worst]}"),
        left=words.rupiah(by_fund[worst]),
        share=words.percent(by_fund[worst] / planned),
        reason=words(f"money.reason.{REASONS[int(left[worst].argmax())]}"),
        period=period,
    )
    return _finding(title, words("money.reasons.sentence"), [reason_text(its, fund, words) for fund in its.funds])


def reason_text(its: Ledger, fund: str, words: Words) -> str:
    """Return what a fund leaves for each reason."""
    its_left = its.left[FUNDS.index(fund)]
    parts = [
        f"{words(f'money.reason.{name}')} {words.rupiah(amount)}"
        for name, amount in zip(REASONS, its_left, strict=True)
    ]
    return f"{fund_name(fund, words)}: {', '.join(parts)}."


def reasons_table(its: Ledger, words: Words) -> pd.DataFrame:
    """Return one row per fund: planned, and what is left for each reason."""
    table = {words("money.column.fund"): [fund_name(fund, words) for fund in its.funds]}
    numbers = [FUNDS.index(fund) for fund in its.funds]
    table[words("money.column.planned")] = [words.rupiah(its.planned[number]) for number in numbers]
    for k, name in enumerate(REASONS):
        table[_capital(words(f"money.reason.{name}"))] = [words.rupiah(its.left[number, k]) for number in numbers]
    return pd.DataFrame(table)


# ---- cover month by month


def covered(its: Ledger) -> Array:
    """Return people paid for by a fund or in grace after it, shape (n_months + 1,)."""
    return np.asarray(its.payers[1:].sum(axis=0))


def steepest_fall(path: Array) -> tuple[int, int]:
    """Return the months between which a path falls most within a year; equal ones where it never falls."""
    best = (0, 0)
    for first in range(len(path)):
        after = path[first : first + MONTHS_PER_YEAR + 1]
        last = first + int(after.argmin())
        if path[first] - path[last] > path[best[0]] - path[best[1]]:
            best = (first, last)
    return best


def cover_finding(its: Ledger, reference: Ledger | None, words: Words) -> Finding:
    """Return the largest fall of people paid for within a year, and what follows from its being a mean."""
    path = covered(its)
    first, last = steepest_fall(path)
    if path[first] - path[last] < 1:
        title = words("money.cover.title.none", people=words.people(path[-1]), end=words.end_of(its.horizon))
    else:
        title = words(
            "money.cover.title",
            first=words.month(its.start + first),
            last=words.month(its.start + last),
            before=words.people(path[first]),
            after=words.people(path[last]),
        )
    peak = int(path.argmax())
    parts = [words("money.cover.sentence", people=words.people(path[peak]), month=words.month(its.start + peak))]
    if reference is not None:
        parts.append(words("money.cover.reference", people=words.people(float(covered(reference).max()))))
    parts.append(words("money.cover.mean"))
    return _finding(title, " ".join(parts))


def cover_table(its: Ledger, shown: Sequence[str], words: Words) -> pd.DataFrame:
    """Return one row per month: people by who pays."""
    months = range(its.start, its.horizon + 1)
    table = {words("table.month"): [words.month(month, short=True) for month in months]}
    for payer in shown:
        table[payer_name(payer, words)] = [words.number(count) for count in its.payers[PAYERS.index(payer)]]
    return pd.DataFrame(table)


def cover_rows(its: Ledger) -> pd.DataFrame:
    """Return one row per month and payer, persons."""
    months = [format_month(month) for month in range(its.start, its.horizon + 1)]
    return pd.DataFrame(
        {
            "month": np.repeat(months, len(PAYERS)),
            "payer": np.tile(PAYERS, len(months)),
            "persons": np.round(its.payers.T.ravel(), 1),
        }
    )


def payer_name(payer: str, words: Words) -> str:
    """Return who pays."""
    return words(f"money.payer.{payer}") if payer in (SELF, GRACE) else words(f"fund.{payer}")


# ---- what remains when it stops


def stop_months(scenario: Scenario) -> tuple[list[str], str]:
    """Return the months in which money may stop, and the January two years on, which is one of them."""
    first = max(parse_month(scenario.start), DATA_MONTH) + 1
    default = (DATA_MONTH // MONTHS_PER_YEAR + _YEARS_ON) * MONTHS_PER_YEAR
    last = min(max(parse_month(scenario.horizon), default), LAST_MONTH - MONTHS_PER_YEAR + 1)  # a year must follow
    return [format_month(month) for month in range(first, last + 1)], format_month(default)


def adds_money(scenario: Scenario, stop: str) -> bool:
    """Tell whether the plan adds money, so that it is what stops; else `stopped` ends today's programmes."""
    return set(stopped(scenario, stop).levers) <= set(scenario.levers)


def what_stops(scenario: Scenario, stop: str, words: Words) -> str:
    """Say what stops."""
    month = words.month(parse_month(stop))
    if not adds_money(scenario, stop):
        return words("money.stops.today", month=month)
    after = stopped(scenario, stop).levers
    ended = [words(f"lever.{name}.label") for name, its in scenario.levers.items() if after.get(name) != its]
    if not ended:
        return words("money.stops.nothing", month=month)
    return words("money.stops.plan", month=month, levers="; ".join(ended))


def anybody_paid(its: Remaining) -> bool:
    """Tell whether money would pay for anybody in that month in more than half of the futures."""
    return bool(np.isfinite(its.share).mean() > _HALF)


def loss_text(title: str, scenario: Scenario, stop: str, its: Remaining, words: Words) -> str:
    """Return the headline with how many people lose cover when money stops."""
    what = words("money.what.plan" if adds_money(scenario, stop) else "money.what.today")
    return words(
        "money.title.stop",
        title=title,
        what=what,
        month=words.month(parse_month(stop)),
        people=words.people(float(np.median(its.lost))),
    )


def remaining_finding(found: Sequence[Remaining], draws: int, stop: str, words: Words) -> Finding:
    """Return how many of the people paid for are members all the same, a year after the stop."""
    last = found[-1]
    low, middle, high = share_spread(last)
    title = words(
        "money.remain.title",
        share=words.percent(middle),
        months=last.months,
        month=words.month(parse_month(stop)),
    )
    lost = words.people_range(*np.quantile(last.lost, (RANGE[0], RANGE[2])).tolist())
    sentence = words(
        "money.remain.sentence",
        range=words.percent_range(low, high),
        lost=lost,
        odds=words.odds(most_lost(last), draws),
    )
    others = [
        words("money.remain.at", months=its.months, share=words.percent(share_spread(its)[1])) for its in found[:-1]
    ]
    return _finding(title, " ".join([sentence, words("money.basis_stop", draws=words.number(draws))]), others)


def share_spread(its: Remaining) -> Spread:
    """Return the share that remains at the levels of `RANGE`, over futures in which somebody is paid for."""
    return _spread(its.share[np.isfinite(its.share)])


def most_lost(its: Remaining) -> float:
    """Return the share of futures, of those in which somebody is paid for, in which fewer than half remain."""
    share = its.share[np.isfinite(its.share)]
    return float((share < _HALF).mean())


def remaining_table(found: Sequence[Remaining], draws: int, words: Words) -> pd.DataFrame:
    """Return one row per number of months after the stop."""
    rows = []
    for its in found:
        low, middle, high = share_spread(its)
        paid, lost = (_people_spread(values, words) for values in (its.paid, its.lost))
        share = f"{words.percent(middle)} ({words.percent_range(low, high)})"
        rows.append((words("unit.months", n=its.months), paid, lost, share, words.odds(most_lost(its), draws)))
    names = ("after", "would", "lost", "share", "odds")
    return pd.DataFrame(rows, columns=[words(f"money.remain.{name}") for name in names])


def remaining_rows(found: Sequence[Remaining], stop: str) -> pd.DataFrame:
    """Return quantiles as plain numbers, one row per number of months."""
    rows: list[Row] = []
    for its in found:
        spreads = {
            "paid": _spread(its.paid),
            "lost": _spread(its.lost),
            "share": share_spread(its),
        }
        named = {
            f"{name}_{level}": value
            for name, its_spread in spreads.items()
            for level, value in zip(("q10", "q50", "q90"), its_spread, strict=True)
        }
        rows.append({"stop": stop, "months": its.months, **named, "odds_fewer_than_half": most_lost(its)})
    return pd.DataFrame(rows)


def _people_spread(values: Array, words: Words) -> str:
    low, middle, high = _spread(values)
    return f"{words.people(middle)} ({words.people_range(low, high)})"


# ---- death grants


def grants_finding(its: Ledger, grade: str, words: Words) -> Finding:
    """Return what families receive, its range, what is left out, and on which evidence it rests."""
    low, middle, high = its.grants_period
    title = words("money.grants.title", rupiah=words.rupiah(middle), period=period_text(its, words))
    sentence = words(
        "money.grants.sentence",
        range=words.rupiah_range(low, high),
        premiums=words.rupiah(float(its.spent[_PAID].sum())),
        grade=grade,
    )
    return _finding(title, sentence, [grant_text(its, n, words) for n in range(len(its.years))])


def grant_text(its: Ledger, n: int, words: Words) -> str:
    """Return the grants of one year with their range."""
    low, middle, high = its.grants[:, n].tolist()
    return f"{its.years[n]}: {words.rupiah(middle)} ({words.rupiah_range(low, high)})."


def grants_table(its: Ledger, words: Words) -> pd.DataFrame:
    """Return one row per year."""
    return pd.DataFrame(
        {
            words("money.column.year"): [str(year) for year in its.years],
            words("table.median"): [words.rupiah(amount) for amount in its.grants[1]],
            words("table.eight"): [
                words.rupiah_range(low, high) for low, high in zip(its.grants[0], its.grants[2], strict=True)
            ],
        }
    )


def grants_rows(its: Ledger) -> pd.DataFrame:
    """Return one row per year, whole rupiah."""
    columns = dict(zip(("q10", "q50", "q90"), np.rint(its.grants).astype(np.int64), strict=True))
    return pd.DataFrame({"year": its.years, **columns, "unit": "rupiah"})


def _finding(title: str, sentence: str, more: Sequence[str] = ()) -> Finding:
    title = _capital(title)
    return Finding(title, sentence, " ".join([f"{title}. {sentence}", *more]))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
