"""What a comparison says: headline, table, sentences and charts; users may have typed the names of scenarios."""

from collections.abc import Sequence
from textwrap import wrap

import pandas as pd

from simulator.answers.compare import MonthsEarlier, Price
from simulator.facts.calendar import MONTHS_PER_YEAR, format_month
from simulator.outputs.comparison import INTERACTION, TOTAL, Difference, Sides
from simulator.outputs.findings import Finding
from simulator.outputs.frames import years
from simulator.outputs.overview import Spread, TargetView
from simulator.outputs.text import Words
from simulator.outputs.trust import Exhibit
from simulator.outputs.trust_charts import Axis, Picture, Series, round_marks

_FRAME = ["part", "series", "x", "y", "low", "high", "label"]
_LABEL_WIDTH = 24  # characters on a line beside a chart, so that a telephone keeps room for the chart
_THOUSAND, _BILLION = 1e3, 1e9
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run

Row = dict[str, object]


def headline(sides: Sides, names: Sequence[str], target: str, words: Words) -> str:
    """Return the finding of the whole page: which scenario holds the target most often by the end of the run."""
    views = [standing.targets[target] for standing in sides.standings]
    odds = [view.odds_by_horizon for view in views]
    fields = {"value": words.exact_percent(views[0].value), "year": _year(sides.horizon)}
    best = max(odds)
    if best == 0:
        return words("versus.title.none", n=len(names), draws=words.number(sides.draws), **fields)
    first = [name for name, its in zip(names, odds, strict=True) if its == best]
    if len(first) > 1:
        return words("versus.title.tie", n=len(first), odds=words.odds(best, sides.draws), **fields)
    return words("versus.title.best", scenario=first[0], odds=words.odds(best, sides.draws), **fields)


def standing_table(sides: Sides, names: Sequence[str], target: str, words: Words) -> pd.DataFrame:
    """Return one row per scenario in words, the reference first; ranges hold 8 of 10 futures."""
    view = sides.standings[0].targets[target]
    end = words.end_of(sides.horizon)
    due = (
        words("versus.column.odds_by", date=words.last_day(view.due))
        if view.due is not None
        else words("versus.column.odds_end", end=end)
    )
    columns = [
        words("versus.column.scenario"),
        due,
        words("versus.column.arrival"),
        words("versus.column.members", end=end),
        words("versus.column.rupiah", start=words.month(sides.start + 1), end=words.month(sides.horizon)),
        words("versus.column.price"),
    ]
    rows = []
    for i, (standing, name) in enumerate(zip(sides.standings, names, strict=True)):
        price = words("versus.is_reference") if i == 0 else price_text(sides.differences[i - 1].price, words)
        rows.append(
            (
                f"{name} ({words('versus.reference')})" if i == 0 else name,
                _odds_text(standing.targets[target], sides, words),
                arrival_text(standing.targets[target], sides, words),
                _spread_text(standing.members, _THOUSAND, words),
                _spread_text(standing.rupiah, _BILLION, words),
                price,
            )
        )
    return pd.DataFrame(rows, columns=columns)


def standing_rows(sides: Sides, names: Sequence[str], target: str) -> pd.DataFrame:
    """Return one row per scenario as plain numbers for a file."""
    rows = []
    for i, (standing, name) in enumerate(zip(sides.standings, names, strict=True)):
        view = standing.targets[target]
        price = Price(None, None, "reference") if i == 0 else sides.differences[i - 1].price
        months = {
            f"arrival_{level}": "" if month is None else format_month(month)
            for level, month in zip(
                ("q10", "q50", "q90"), view.arrival if view.most_arrive else (None,) * 3, strict=True
            )
        }
        low, high = price.ends or (None, None)
        rows.append(
            {
                "scenario": cell(name),
                "target": target,
                "odds_by_date": view.odds_held if view.due is not None else None,
                "odds_by_horizon": view.odds_by_horizon,
                **months,
                **dict(zip(("members_q10", "members_q50", "members_q90"), standing.members, strict=True)),
                **dict(zip(("rupiah_q10", "rupiah_q50", "rupiah_q90"), standing.rupiah, strict=True)),
                "rupiah_per_retained": price.middle,
                "rupiah_per_retained_q10": low,
                "rupiah_per_retained_q90": high,
                "rupiah_per_retained_note": price.note,
            }
        )
    return pd.DataFrame(rows)


def cell(name: str) -> str:
    """Return a name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(_FORMULA) else name


def arrival_text(view: TargetView, sides: Sides, words: Words) -> str:
    """Return the month of arrival with its range and its odds; without most futures, that they do not arrive."""
    odds, year = words.odds(view.odds_by_horizon, sides.draws), _year(sides.horizon)
    low, middle, high = view.arrival
    if view.odds_by_horizon == 0:
        return words("versus.arrival.never", year=year, odds=odds)
    if not view.most_arrive or low is None or middle is None:
        return words("versus.arrival.most_never", year=year, odds=odds)
    span = (
        words("card.arrival.open", first=words.month(low), year=year) if high is None else words.month_range(low, high)
    )
    return words("versus.arrival.reached", month=words.month(middle), range=span, year=year, odds=odds)


def price_text(price: Price, words: Words) -> str:
    """Return rupiah per retained member with its range, or why there is none."""
    if price.middle is None or price.ends is None:
        return words(f"versus.price.no_{price.note}")
    return _spread_text((price.ends[0], price.middle, price.ends[1]), _THOUSAND, words)


def _spread_text(spread: Spread, scale: float, words: Words) -> str:
    """Return the middle with its range, all in one scale."""
    low, middle, high = (its / scale for its in spread)
    return f"{words.number(middle)} ({words.number_range(low, high)})"


def earlier_text(its: MonthsEarlier, name: str, reference: str, sides: Sides, words: Words) -> str:
    """Return in how many futures a scenario is earlier, and by how many months."""
    fields = {"scenario": name, "reference": reference, "year": _year(sides.horizon)}
    if its.neither == 1:
        return words("versus.earlier.neither", draws=words.number(sides.draws), **fields)
    if its.earlier == its.later == 0:
        return words("versus.earlier.same", **fields)
    shares = [
        words(f"versus.earlier.{kind}", odds=words.odds(share, sides.draws))
        for kind, share in (("earlier", its.earlier), ("later", its.later), ("same_month", its.same))
        if share
    ]
    if its.neither:
        odds = words.odds(its.neither, sides.draws)
        shares.append(words("versus.earlier.never", odds=odds, year=_year(sides.horizon)))
    low, middle, high = its.at_least
    sentence = f"{words('versus.earlier.start', **fields)} {', '.join(shares)}."
    if low == high == 0:
        return sentence
    months = words("versus.earlier.months", range=words.number_range(low, high), middle=words.number(middle))
    return f"{sentence} {months}"


def arrival_exhibit(sides: Sides, names: Sequence[str], target: str, words: Words) -> Exhibit:
    """Show when each scenario arrives beside the reference, those that mostly do not in a column of their own."""
    views = [standing.targets[target] for standing in sides.standings]
    year = _year(sides.horizon)
    arriving = [(its.arrival[1] or 0, name) for its, name in zip(views, names, strict=True) if its.most_arrive]
    if arriving:
        month, name = min(arriving)
        odds = words.odds(views[list(names).index(name)].odds_by_horizon, sides.draws)
        title = words("versus.arrival.title", scenario=name, month=words.month(month), odds=odds, year=year)
    else:
        title = words("versus.arrival.title_none", year=year)
    sentence = words("versus.arrival.sentence", reference=names[0], value=words.exact_percent(views[0].value))
    table = pd.DataFrame(
        {
            words("versus.column.scenario"): list(names),
            words("versus.column.arrival"): [arrival_text(view, sides, words) for view in views],
        }
    )
    return Exhibit(
        name="bandingkan-kedatangan",
        finding=_finding(
            title, sentence, [f"{n}: {arrival_text(v, sides, words)}" for n, v in zip(names, views, strict=True)]
        ),
        reading=words("versus.arrival.reading", year=year),
        picture=_arrival_picture(views, sides, names, words),
        table=table,
        rows=standing_rows(sides, names, target),
    )


def _arrival_picture(views: Sequence[TargetView], sides: Sides, names: Sequence[str], words: Words) -> Picture:
    first, last = years(sides.start), years(sides.horizon)
    never = last + 0.09 * (last - first)
    reference, scenario, neither = words("versus.reference"), words("versus.scenario"), words("versus.gap")
    rows: list[Row] = []
    labels = []
    base = _place(views[0], never)
    for y, (view, name) in enumerate(zip(views, names, strict=True)):
        tip, x = f"{name}: {arrival_text(view, sides, words)}", _place(view, never)
        labels.append("|".join([*wrap(name, _LABEL_WIDTH), words.odds(view.odds_by_horizon, sides.draws)]))
        series = scenario if y else reference
        low, _, high = view.arrival
        if view.most_arrive and low is not None:
            end = never if high is None else years(high)
            rows.append({"part": "thin", "series": series, "y": y, "low": years(low), "high": end, "label": tip})
        if y:
            rows.append({"part": "middle", "series": neither, "y": y, "low": min(x, base), "high": max(x, base)})
            rows.append({"part": "point", "series": reference, "x": base, "y": y, "label": tip})
        rows.append({"part": "point", "series": series, "x": x, "y": y, "label": tip})
    rows.append({"part": "line", "x": (last + never) / 2})
    marks = [(float(year), f"{year}") for year in range(int(first) + 1, int(last))]
    return Picture(
        frame=_frame(rows),
        axis=Axis(first, never + 0.03 * (last - first), (*marks, (never, words("versus.never_mark")))),
        series=(
            Series(scenario, "scenario", "circle"),
            Series(reference, "baseline", "diamond"),
            Series(neither, "in_time"),
        ),
        rows=tuple(labels),
    )


def _place(view: TargetView, never: float) -> float:
    return years(view.arrival[1]) if view.most_arrive and view.arrival[1] is not None else never


def difference_exhibit(its: Difference, name: str, reference: str, sides: Sides, words: Words) -> Exhibit:
    """Show what a scenario adds to the coverage of the reference over time, future by future."""
    low, middle, high = (100 * float(its.coverage[level].iloc[-1]) for level in ("q10", "q50", "q90"))
    fields = {"scenario": name, "reference": reference, "end": words.end_of(sides.horizon)}
    kind = "more" if round(middle, 1) > 0 else "less" if round(middle, 1) < 0 else "same"
    title = words(f"versus.gain.title.{kind}", points=words.number(abs(middle), 1), **fields)
    sentence = words(
        "versus.gain.sentence",
        range=words.number_range(low, high, 1),
        people=words.people_range(its.people[0], its.people[2]),
        rupiah=words.rupiah_range(its.rupiah[0], its.rupiah[2]),
    )
    return Exhibit(
        name="bandingkan-selisih",
        finding=_finding(title, sentence),
        reading=words("versus.gain.reading"),
        picture=_difference_picture(its, sides, words),
        table=_difference_table(its, words),
        rows=its.coverage.assign(
            month=[format_month(month) for month in its.coverage["month"]],
            scenario=cell(name),
            reference=cell(reference),
            unit="share",
        ),
    )


def _difference_picture(its: Difference, sides: Sides, words: Words) -> Picture:
    scenario, reference = words("versus.scenario"), words("versus.reference")
    rows: list[Row] = []
    for row in its.coverage.to_dict("records"):
        x = years(row["month"])
        tip = words(
            "versus.gain.tip",
            month=words.month(row["month"]),
            points=words.number(100 * row["q50"], 1),
            range=words.number_range(100 * row["q10"], 100 * row["q90"], 1),
        )
        rows.append({"part": "band", "x": x, "low": row["q10"], "high": row["q90"]})
        rows.append({"part": "median", "series": scenario, "x": x, "y": row["q50"], "label": tip})
        rows.append({"part": "median", "series": reference, "x": x, "y": 0.0, "label": tip})
    frame = _frame(rows)
    low, high = float(frame["low"].min()), float(frame["high"].max())
    spare = max(high - low, 0.01) / 10
    first, last = sides.start, sides.horizon
    marks = tuple((float(year), f"{year}") for year in range(int(years(first)) + 1, int(years(last)) + 1))
    return Picture(
        frame=frame,
        axis=_points(min(low, 0.0) - spare, max(high, 0.0) + spare, words),
        series=(Series(scenario, "scenario"), Series(reference, "baseline")),
        time=Axis(years(first), years(last), marks),
    )


def _difference_table(its: Difference, words: Words) -> pd.DataFrame:
    rows = its.coverage[(its.coverage["month"] + 1) % 6 == 0]
    spans = zip(rows["q10"], rows["q90"], strict=True)
    return pd.DataFrame(
        {
            words("table.month"): [words.month(month) for month in rows["month"]],
            words("versus.column.points"): [words.number(100 * value, 1) for value in rows["q50"]],
            words("table.eight"): [words.number_range(100 * low, 100 * high, 1) for low, high in spans],
        }
    )


def parts_exhibit(its: pd.DataFrame, draws: int, target: str, horizon: int, words: Words) -> Exhibit:
    """Show what each lever group adds, from the table of `simulator.outputs.comparison.parts`."""
    cover = its[its["indicator"] == "coverage"].set_index("group")
    groups = [group for group in cover.index if group not in (TOTAL, INTERACTION)]
    most = max(groups, key=lambda group: float(cover["mean"][group]))
    total, together = (100 * float(cover["mean"][group]) for group in (TOTAL, INTERACTION))
    title = words(
        "versus.parts.title" if total > 0 else "versus.parts.title_loss",
        group=words(f"group.{most}"),
        points=words.number(100 * float(cover["mean"][most]), 1),
        total=words.number(total, 1),
        end=words.end_of(horizon),
    )
    kind = "one" if len(groups) == 1 else "none" if round(together, 1) == 0 else "less" if together < 0 else "more"
    sentence = " ".join(
        [
            words("versus.parts.sentence", draws=words.number(draws)),
            words(f"versus.parts.together_{kind}", points=words.number(abs(together), 1)),
        ]
    )
    return Exhibit(
        name="bandingkan-kelompok-tuas",
        finding=_finding(title, sentence),
        reading=words("versus.parts.reading", end=words.month(horizon + 1)),
        picture=_parts_picture(cover, [*groups, *([TOTAL] if len(groups) > 1 else [])], words),
        table=_parts_table(its, target, words),
        rows=its,
    )


def _parts_picture(cover: pd.DataFrame, groups: Sequence[str], words: Words) -> Picture:
    part, total = words("versus.parts.part"), words("versus.parts.total")
    rows: list[Row] = [{"part": "line", "x": 0.0}]
    for y, group in enumerate(groups):
        mean, low, high = (float(cover[column][group]) for column in ("mean", "q10", "q90"))
        tip = f"{words.number(100 * mean, 1)} ({words.number_range(100 * low, 100 * high, 1)})"
        series = total if group == TOTAL else part
        rows.append({"part": "middle", "series": series, "y": y, "low": low, "high": high, "label": tip})
        rows.append({"part": "point", "series": series, "x": mean, "y": y, "label": tip})
    frame = _frame(rows)
    low, high = (min(0.0, float(frame["low"].min())), max(0.0, float(frame["high"].max())))
    spare = max(high - low, 0.001) / 15
    return Picture(
        frame=frame,
        axis=_points(low - spare, high + spare, words),
        series=(Series(part, "scenario", "circle"), Series(total, "ink", "diamond")),
        rows=tuple("|".join(wrap(_group(group, words), _LABEL_WIDTH)) for group in groups),
    )


def _parts_table(its: pd.DataFrame, target: str, words: Words) -> pd.DataFrame:
    rows = []
    for group in dict.fromkeys(its["group"]):
        mine = its[its["group"] == group]
        rows.append(
            (
                _group(group, words),
                _mean_text(mine[mine["indicator"] == "coverage"], words, 100, 1),
                _mean_text(mine[mine["indicator"] == "members"], words, 1, 0),
                _mean_text(mine[(mine["indicator"] == "months") & (mine["target"] == target)], words, 1, 1),
            )
        )
    columns = ("group", "points", "people", "months")
    return pd.DataFrame(rows, columns=[words(f"versus.column.{name}") for name in columns])


def _mean_text(row: pd.DataFrame, words: Words, scale: float, digits: int) -> str:
    if row.empty:
        return "–"
    mean, low, high = (scale * float(row[column].iloc[0]) for column in ("mean", "q10", "q90"))
    return f"{words.number(mean, digits)} ({words.number_range(low, high, digits)})"


def _group(group: str, words: Words) -> str:
    own = {TOTAL: "versus.parts.total", INTERACTION: "versus.parts.interaction"}
    return words(own.get(group, f"group.{group}"))


def _odds_text(view: TargetView, sides: Sides, words: Words) -> str:
    if view.due is None:
        return words.odds(view.odds_by_horizon, sides.draws)
    if view.status != "open":
        return words(f"status.{view.status}")
    if view.odds_held is None:
        return words("card.odds.beyond", year=_year(sides.horizon))
    return words.odds(view.odds_held, sides.draws)


def _finding(title: str, sentence: str, more: Sequence[str] = ()) -> Finding:
    title = title[0].upper() + title[1:]
    return Finding(title, sentence, " ".join([f"{title}. {sentence}", *more]))


def _frame(rows: Sequence[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=_FRAME)


def _points(low: float, high: float, words: Words) -> Axis:
    marks = round_marks(low, high)
    digits = 0 if all(abs(100 * mark - round(100 * mark)) < 1e-9 for mark in marks) else 1
    return Axis(low, high, tuple((mark, words("trust.points", n=words.number(100 * mark, digits))) for mark in marks))


def _year(month: int) -> int:
    return month // MONTHS_PER_YEAR
