"""Charts of the page on money: rupiah by fund and year, why some is left, cover by who pays, and what remains.

Like `simulator.outputs.trust_charts`: one frame per chart, whose column `part` says what a row is for.
"""

from collections.abc import Sequence
from textwrap import wrap

import altair as alt
import numpy as np
import pandas as pd

from simulator.answers.bands import PUBLIC_FUNDS
from simulator.answers.money import REASONS, Remaining
from simulator.facts.calendar import MONTHS_PER_YEAR
from simulator.model import FUNDS
from simulator.outputs import money
from simulator.outputs.charts import LIGHT, Look, finished, layer
from simulator.outputs.frames import years
from simulator.outputs.money import GRACE, PAYERS, PRIVATE, SELF, Ledger
from simulator.outputs.text import Words
from simulator.outputs.trust import Exhibit
from simulator.outputs.trust_charts import (
    Axis,
    Picture,
    Series,
    _scale,
    across,
    down,
    round_marks,
    up,
)

LEFT = "left"
COVER_HEIGHT = 340
_ROW_PIXELS, _AROUND_ROWS = 46, 96  # legend and axis
_LABEL_SIZE = 12
_LABEL_WIDTH = 22  # characters on a line beside a chart, so that a telephone keeps room for the chart
_ROOM, _WIDE_ROOM = 1.45, 2.1  # of the longest bar, for the words behind it
_THOUSAND = 1e3
_MANY = 99.5
_HALF_A_PERSON = 0.5  # who never pays for that many has no place in the chart
_PUBLIC_BAR, _PRIVATE_BAR = (-0.34, 0.1), (0.16, 0.34)  # top and bottom, in rows
_REASON_BAR = (-0.2, 0.2)
_COLUMNS = "width < 330 ? 1 : width < 800 ? 2 : 4"  # of the legend
_FRAME = ["part", "series", "x", "x2", "y", "y2", "label"]
_ROWS = ["part", "series", "x", "y", "low", "high", "label"]
# Okabe-Ito, darker on paper and lighter in the dark, so that each is at least 3:1 from its ground.
_TONES: dict[str, tuple[str, str]] = {
    "apbd_province": ("#0072b2", "#56a5dd"),
    "apbd_district": ("#008f69", "#1fb58b"),
    "village": ("#b37400", "#e69f00"),
    "dbh_sawit": ("#b34a00", "#e8743b"),
    "csr": ("#a0527f", "#cc79a7"),
    "public_posts": ("#1a2b2c", "#e6edec"),
    "election": ("#3286b8", "#8ccbf0"),
    "discount": ("#7d7600", "#d6cc3a"),
    SELF: ("#7f8a8b", "#7d8889"),
}
_PALE = {LEFT: ("#f6dccb", "#4b3220"), GRACE: ("#f6dccb", "#4b3220")}  # told apart by their edge
_REASONS = {"list": ("#b34a00", "#f0a04b"), "pool": ("#0072b2", "#56b4e9"), "capacity": ("#1a2b2c", "#e6edec")}

Row = dict[str, object]


# ---- rupiah by fund and year


def rupiah_exhibit(its: Ledger, reference: Ledger | None, words: Words) -> Exhibit:
    """Show what each fund spends in each year and what is left of the plan; companies' money below it."""
    rows: list[Row] = []
    for n in range(len(its.years)):
        rows += _bar(its, n, PUBLIC_FUNDS, _PUBLIC_BAR, words)
        rows += _bar(its, n, PRIVATE, _PRIVATE_BAR, words)
        rows.append(_beside(its, n, words))
        if reference is not None:
            rows.append(_before(reference, n, words))
    most = max([float(row["x2"]) for row in rows if row["part"] in ("bar", "left")], default=0.0)  # type: ignore[arg-type]
    most = max(most, 1.0)
    series = [Series(money.fund_name(fund, words), fund) for fund in its.funds]
    return Exhibit(
        name="anggaran-rupiah",
        finding=money.rupiah_finding(its, reference, words),
        reading=words("money.rupiah.reading"),
        picture=Picture(
            frame=pd.DataFrame(rows, columns=_FRAME),
            axis=_rupiah_axis(most, _ROOM, words),
            series=(*series, Series(words("money.left"), LEFT)),
            rows=tuple(str(year) for year in its.years),
        ),
        table=money.rupiah_table(its, words),
        rows=money.rupiah_rows(its),
    )


def _bar(its: Ledger, n: int, funds: Sequence[str], place: tuple[float, float], words: Words) -> list[Row]:
    """Return what funds spend in one year, end to end, and behind it what is left."""
    rows, at, top_bottom = [], 0.0, {"y": n + place[0], "y2": n + place[1]}
    year = its.years[n]
    for fund in funds:
        spent = float(its.rupiah[FUNDS.index(fund), n, 1])
        if fund in its.funds and spent > 0:
            name = money.fund_name(fund, words)
            tip = f"{year}, {name}: {words.rupiah(spent)}"
            rows.append({"part": "bar", "series": name, "x": at, "x2": at + spent, "label": tip, **top_bottom})
            at += spent
    numbers = [FUNDS.index(fund) for fund in funds]
    left = float(its.rupiah[numbers, n, 0].sum()) - at
    if left > 0:
        tip = f"{year}, {words('money.left')}: {words.rupiah(left)}"
        edge = {"series": words("money.left"), "x": at, "x2": at + left, "label": tip}
        rows.append({"part": "left", **edge, **top_bottom})
    return rows


def _beside(its: Ledger, n: int, words: Words) -> Row:
    """Return the words behind a bar: public rupiah spent and left."""
    numbers = [FUNDS.index(fund) for fund in PUBLIC_FUNDS]
    planned, spent = (float(its.rupiah[numbers, n, column].sum()) for column in (0, 1))
    scale, _ = money.unit(its, words)
    text = words("money.beside", spent=_short(spent / scale, words), left=_short((planned - spent) / scale, words))
    return {"part": "value", "x": planned, "y": n + sum(_PUBLIC_BAR) / 2, "label": text}


def _before(reference: Ledger, n: int, words: Words) -> Row:
    """Return the mark of what the baseline spends in the same year."""
    numbers = [FUNDS.index(fund) for fund in PUBLIC_FUNDS]
    spent = float(reference.rupiah[numbers, n, 1].sum())
    tip = f"{words('table.baseline')}, {reference.years[n]}: {words.rupiah(spent)}"
    top, bottom = _PUBLIC_BAR
    return {"part": "before", "x": spent, "y": n + top - 0.06, "y2": n + bottom + 0.06, "label": tip}


def _short(amount: float, words: Words) -> str:
    return words.number(amount, 0 if amount >= _MANY else 1)


def _rupiah_axis(most: float, room: float, words: Words) -> Axis:
    return Axis(0.0, room * most, tuple((mark, words.rupiah(mark)) for mark in round_marks(0.0, most)))


def bars(picture: Picture, *, look: Look, description: str) -> alt.LayerChart:
    """Draw stacked bars in rows; what is left has an edge of its own."""
    x, y, tip = across(picture.axis, look), down(picture.rows, look), alt.Tooltip("label:N", title=" ")
    colour = _colour(picture.series, look)
    box = {"x2": "x2:Q", "y2": "y2:Q"}
    layers = [
        layer("bar").mark_rect(stroke=look.paper, strokeWidth=1, aria=False).encode(x, y, colour, tooltip=tip, **box),
        layer("left")
        .mark_rect(stroke=look.target, strokeWidth=1.2, strokeDash=[4, 2], aria=False)
        .encode(x, y, colour, tooltip=tip, **box),
        layer("before").mark_rule(color=look.ink, strokeWidth=2, aria=False).encode(x, y, tooltip=tip, y2="y2:Q"),
        layer("value")
        .mark_text(color=look.ink, align="left", dx=6, fontSize=_LABEL_SIZE, aria=False)
        .encode(x, y, text="label:N"),
    ]
    height = _AROUND_ROWS + _ROW_PIXELS * len(picture.rows)
    return finished(layers, picture.frame, look, height=height, description=description)


def _colour(series: Sequence[Series], look: Look) -> alt.Color:
    shade = 0 if look is LIGHT else 1
    colours = [(_TONES | _PALE | _REASONS)[its.tone][shade] for its in series]
    legend = alt.Legend(
        orient="top", title=None, aria=False, labelFontSize=_LABEL_SIZE, symbolType="square", symbolSize=90,
        labelLimit=0, offset=4, columns=alt.ExprRef(_COLUMNS), symbolOpacity=1, symbolStrokeWidth=0,
    )  # fmt: skip
    return alt.Color("series:N", scale=alt.Scale(domain=[its.name for its in series], range=colours), legend=legend)


# ---- why some is left


def reasons_exhibit(its: Ledger, words: Words) -> Exhibit:
    """Show what each fund leaves in the period, for each reason."""
    names = {name: words(f"money.short.{name}") for name in REASONS}
    rows: list[Row] = []
    for n, fund in enumerate(its.funds):
        number, at, title = FUNDS.index(fund), 0.0, money.fund_name(fund, words)
        top_bottom = {"y": n + _REASON_BAR[0], "y2": n + _REASON_BAR[1]}
        for k, name in enumerate(REASONS):
            end = at + max(float(its.left[number, k]), 0.0)  # rounding leaves a few sen below nought
            tip = f"{title}, {names[name]}: {words.rupiah(end - at)}"
            if end > at:
                rows.append({"part": "bar", "series": names[name], "x": at, "x2": end, "label": tip, **top_bottom})
            at = end
        planned = float(its.planned[number])
        share = words.percent(at / planned if planned > 0 else 0.0)
        rows.append({"part": "value", "x": at, "y": n, "label": f"{words.rupiah(at)} ({share})"})
    most = max([float(its.left[FUNDS.index(fund)].sum()) for fund in its.funds] + [1.0])
    return Exhibit(
        name="anggaran-sisa",
        finding=money.reasons_finding(its, words),
        reading=words("money.reasons.reading"),
        picture=Picture(
            frame=pd.DataFrame(rows, columns=_FRAME),
            axis=_rupiah_axis(most, _WIDE_ROOM, words),
            series=tuple(Series(names[name], name) for name in REASONS),
            rows=tuple("|".join(wrap(money.fund_name(fund, words), _LABEL_WIDTH)) for fund in its.funds),
        ),
        table=money.reasons_table(its, words),
        rows=money.rupiah_rows(its),
    )


# ---- cover month by month


def cover_exhibit(its: Ledger, reference: Ledger | None, words: Words, *, everybody: bool) -> Exhibit:
    """Show members by who pays for them, month by month.

    Parameters
    ----------
    everybody : bool
        Also those who pay themselves or whose employer does: beside them the fall is small to the eye.
    """
    shown = [
        payer
        for payer in PAYERS
        if (payer != SELF or everybody) and its.payers[PAYERS.index(payer)].max() >= _HALF_A_PERSON
    ]
    frame = _cover_frame(its, shown, words)
    if reference is not None:
        base = money.covered(reference) + (reference.payers[0] if everybody else 0.0)
        frame = pd.concat([frame, _line_frame(base, its.start, words)], ignore_index=True)
    high = max(float(frame[["high", "y"]].max().max()), 1.0)
    first, last = its.start, its.horizon
    ticks = range(first // MONTHS_PER_YEAR + 1, (last + 1) // MONTHS_PER_YEAR + 1)
    return Exhibit(
        name="anggaran-perlindungan",
        finding=money.cover_finding(its, reference, words),
        reading=words("money.cover.reading"),
        picture=Picture(
            frame=frame,
            axis=Axis(0.0, 1.05 * high, tuple((mark, _people(mark, words)) for mark in round_marks(0.0, high))),
            series=tuple(Series(money.payer_name(payer, words), payer) for payer in shown),
            time=Axis(years(first), years(last), tuple((float(year), str(year)) for year in ticks)),
        ),
        table=money.cover_table(its, shown, words),
        rows=money.cover_rows(its),
    )


def _cover_frame(its: Ledger, shown: Sequence[str], words: Words) -> pd.DataFrame:
    months = np.arange(its.start, its.horizon + 1)
    rows: list[Row] = []
    below = np.zeros(len(months))
    for payer in shown:
        name = money.payer_name(payer, words)
        above = below + its.payers[PAYERS.index(payer)]
        rows += [
            {"part": "area", "series": name, "x": years(int(month)), "low": low, "high": high}
            for month, low, high in zip(months, below, above, strict=True)
        ]
        below = above
    for t, month in enumerate(months):
        parts = ", ".join(
            f"{money.payer_name(payer, words)} {words.number(its.payers[PAYERS.index(payer), t])}" for payer in shown
        )
        label = f"{words.month(int(month))}: {words.people(below[t])} ({parts})"
        rows.append({"part": "total", "x": years(int(month)), "y": below[t], "label": label})
    return pd.DataFrame(rows, columns=_ROWS)


def _line_frame(path: np.ndarray, start: int, words: Words) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            {
                "part": "before",
                "x": years(start + t),
                "y": float(count),
                "label": f"{words('table.baseline')}, {words.month(start + t)}: {words.people(float(count))}",
            }
            for t, count in enumerate(path)
        ],
        columns=_ROWS,
    )
    return frame.astype({"series": "str"})  # a picture file refuses a name that is not a number


def _people(count: float, words: Words) -> str:
    if count < _THOUSAND:
        return words.number(count)
    digits = 0 if float(count / _THOUSAND).is_integer() else 1
    return f"{words.number(count / _THOUSAND, digits)}\N{NO-BREAK SPACE}{words('scale.thousand')}"


def areas(picture: Picture, *, look: Look, description: str) -> alt.LayerChart:
    """Draw stacked areas over months, those in grace on top with an edge, and the baseline as a dashed line."""
    if picture.time is None:
        msg = "picture.time is None; an axis of months is needed"
        raise ValueError(msg)
    x, y = across(picture.time, look), up(picture.axis, look)
    low, high = alt.Y("low:Q", scale=_scale(picture.axis), title=None), alt.Y2("high:Q")
    tip = alt.Tooltip("label:N", title=" ")
    names = [its.name for its in picture.series]
    layers = [
        # One layer for each, because a stack of ours needs no stacking by the chart.
        *(
            layer("area")
            .transform_filter(alt.FieldEqualPredicate(field="series", equal=name))
            .mark_area(line=False, aria=False)
            .encode(x, low, high, _colour(picture.series, look))
            for name in names
        ),
        layer("total").mark_line(color=look.target, strokeWidth=1.4, aria=False).encode(x, y),
        layer("before").mark_line(color=look.ink, strokeWidth=1.8, strokeDash=[6, 4], aria=False).encode(x, y),
        layer("total").mark_point(size=160, opacity=0, aria=False).encode(x, y, tooltip=tip),
        layer("before").mark_point(size=80, opacity=0, aria=False).encode(x, y, tooltip=tip),
    ]
    return finished(layers, picture.frame, look, height=COVER_HEIGHT, description=description)


# ---- what remains, and death grants


def remaining_exhibit(found: Sequence[Remaining], draws: int, stop: str, words: Words) -> Exhibit:
    """Show which share of the people paid for are members all the same, some months after the stop."""
    name = words("money.remain.series")
    rows: list[Row] = []
    for y, its in enumerate(found):
        low, middle, high = money.share_spread(its)
        tip = f"{words.percent(middle)} ({words.percent_range(low, high)})"
        rows.append({"part": "middle", "series": name, "y": y, "low": low, "high": high, "label": tip})
        rows.append({"part": "point", "series": name, "x": middle, "y": y, "label": tip})
        rows.append({"part": "value", "x": max(high, middle), "y": y, "label": tip})
    marks = tuple((mark, words.percent(mark)) for mark in (0.0, 0.25, 0.5, 0.75, 1.0))
    labels = tuple("|".join(wrap(words("money.remain.row", months=its.months), _LABEL_WIDTH)) for its in found)
    frame = pd.DataFrame(rows, columns=_ROWS)
    return Exhibit(
        name="anggaran-bertahan",
        finding=money.remaining_finding(found, draws, stop, words),
        reading=words("money.remain.reading"),
        picture=Picture(
            frame=frame,
            axis=Axis(min(0.0, float(frame["low"].min())), 1.02, marks),
            series=(Series(name, "scenario", "circle"),),
            rows=labels,
        ),
        table=money.remaining_table(found, draws, words),
        rows=money.remaining_rows(found, stop),
    )


def grants_exhibit(its: Ledger, reference: Ledger | None, grade: str, words: Words) -> Exhibit:
    """Show the death grants that families of people paid for may expect, by year."""
    scenario, before = words("versus.scenario"), words("table.baseline")
    rows: list[Row] = []
    for y in range(len(its.years)):
        low, middle, high = its.grants[:, y].tolist()
        tip = money.grant_text(its, y, words)
        rows.append({"part": "middle", "series": scenario, "y": y, "low": low, "high": high, "label": tip})
        if reference is not None:
            x = float(reference.grants[1, y])
            label = f"{before}, {money.grant_text(reference, y, words)}"
            rows.append({"part": "point", "series": before, "x": x, "y": y, "label": label})
        rows.append({"part": "point", "series": scenario, "x": middle, "y": y, "label": tip})
    most = max(float(its.grants.max()), 1.0)
    both = (Series(scenario, "scenario", "circle"), Series(before, "baseline", "diamond"))
    return Exhibit(
        name="anggaran-santunan",
        finding=money.grants_finding(its, grade, words),
        reading=words("money.grants.reading"),
        picture=Picture(
            frame=pd.DataFrame(rows, columns=_ROWS),
            axis=_rupiah_axis(most, 1.1, words),
            series=both if reference is not None else both[:1],
            rows=tuple(str(year) for year in its.years),
        ),
        table=money.grants_table(its, words),
        rows=money.grants_rows(its),
    )
