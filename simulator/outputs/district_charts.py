"""Charts of the page on kabupaten/kota: people still to enrol, the tile map, small multiples and one path."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from simulator.facts import Facts, Region
from simulator.facts.calendar import MONTHS_PER_YEAR, format_month, parse_month
from simulator.facts.pack import DISTRICT_CODES
from simulator.model.draws import Array
from simulator.outputs import frames
from simulator.outputs.charts import Look, finished, layer, steady
from simulator.outputs.districts import (
    Districts,
    DistrictView,
    coverage_text,
    league_rows,
    left_text,
    missing_text,
    one_text,
    ranked,
    region_label,
)
from simulator.outputs.findings import Finding
from simulator.outputs.frames import years
from simulator.outputs.overview import RANGE, Overview
from simulator.outputs.text import Words
from simulator.outputs.trust import Exhibit
from simulator.outputs.trust_charts import Axis, Picture, Series, round_ends, round_marks

Measure = Literal["coverage", "missing"]
MEASURES: tuple[Measure, ...] = ("coverage", "missing")
TILE_PIXELS, CELL_PIXELS = 82, 118
PER_ROW = 3  # small multiples abreast, so that a telephone can show them
_EVERY_MONTHS = 3
_SMALL = 11
_VALUE_GAP, _VALUE_ROOM = 0.04, 0.3  # of the width, right of everything else
_SHARE_LOW, _SHARE_HIGH = 0.1, 0.62  # where a small path begins and ends inside the height of its cell
_FRAME = ["part", "series", "x", "y", "low", "high", "label"]

Row = dict[str, object]


def league_exhibit(
    found: Districts, before: Districts | None, target: str, facts: Facts, table: pd.DataFrame, words: Words
) -> Exhibit:
    """Show people still to enrol by kabupaten/kota, most first, with range and baseline."""
    views = ranked(found.views[target])
    first, last = views[0], views[-1]
    end = words.end_of(found.judged[target])
    title = words(
        "district.league.title",
        name=region_label(facts.regions[first.code]),
        people=left_text(first, words),
        end=end,
    )
    sentence = words(
        "district.league.sentence" if before is None else "district.league.sentence_baseline",
        last=region_label(facts.regions[last.code]),
        people=left_text(last, words),
    )
    listed = [f"{facts.regions[view.code].name}: {missing_text(view.missing, words)}" for view in views]
    return Exhibit(
        name="kabupaten-kekurangan",
        finding=Finding(title, sentence, " ".join([f"{title}. {sentence}", "; ".join(listed)])),
        reading=words("district.league.reading"),
        picture=_league_picture(views, before, target, facts, words),
        table=table,
        rows=league_rows(found, before, target, facts),
    )


def _league_picture(
    views: Sequence[DistrictView], before: Districts | None, target: str, facts: Facts, words: Words
) -> Picture:
    scenario, reference = words("path.scenario"), words("path.baseline")
    baseline = {} if before is None else {view.code: view.missing[1] for view in before.views[target]}
    rows: list[Row] = []
    for y, view in enumerate(views):
        low, middle, high = view.missing
        tip = f"{facts.regions[view.code].name}: {missing_text(view.missing, words)}"
        ends = {"low": min(middle, 0.0), "high": max(middle, 0.0)}
        rows.append({"part": "middle", "series": scenario, "y": y, "label": tip, **ends})
        rows.append({"part": "thin", "series": scenario, "y": y, "low": low, "high": high})
        rows.append({"part": "point", "series": scenario, "x": middle, "y": y, "label": tip})
        if view.code in baseline:
            rows.append({"part": "point", "series": reference, "x": baseline[view.code], "y": y, "label": tip})
    spans = [edge for view in views for edge in (view.missing[0], view.missing[2])]
    bottom, top = round_ends(min(0.0, *spans, *baseline.values()), max(1.0, *spans, *baseline.values()))
    rows.append({"part": "line", "x": 0.0})
    # All in one column at the right: beside its point a number could be taken for that of the baseline.
    rows += [
        {
            "part": "value",
            "x": top + _VALUE_GAP * (top - bottom),
            "y": y,
            "label": words.number(round(view.missing[1], -2)),
        }
        for y, view in enumerate(views)
    ]
    marks = tuple((mark, words.number(mark)) for mark in round_marks(bottom, top))
    series = [Series(scenario, "scenario", "circle")]
    if baseline:
        series.append(Series(reference, "baseline", "diamond"))
    return Picture(
        frame=pd.DataFrame(rows, columns=_FRAME),
        axis=Axis(bottom - 0.02 * (top - bottom), top + _VALUE_ROOM * (top - bottom), marks),
        series=tuple(series),
        rows=tuple(region_label(facts.regions[view.code]) for view in views),
    )


# ---- the tile map


def tiles_finding(found: Districts, target: str, measure: Measure, facts: Facts, words: Words) -> Finding:
    """Return the message of the map: its lowest and its highest number."""
    views = sorted(found.views[target], key=lambda view: _measured(view, measure))
    low, high = views[0], views[-1]
    title = words(
        f"district.tiles.title.{measure}",
        end=words.end_of(found.judged[target]),
        low=_number(low, measure, words),
        low_name=region_label(facts.regions[low.code]),
        high=_number(high, measure, words),
        high_name=region_label(facts.regions[high.code]),
    )
    title = title[0].upper() + title[1:]
    sentence = words(f"district.tiles.sentence.{measure}")
    listed = [f"{facts.regions[view.code].name}: {_number(view, measure, words)}" for view in reversed(views)]
    return Finding(title, sentence, f"{title}. {sentence} {'; '.join(listed)}")


def tiles_frame(
    found: Districts, target: str, measure: Measure, tiles: Mapping[str, tuple[int, int]], facts: Facts, words: Words
) -> pd.DataFrame:
    """Lay out the map.

    Returns
    -------
    DataFrame
        Columns part (``tile``, ``name``, ``value``), x, x2, y, y2 (tiles), value (share or persons), label.
    """
    rows: list[Row] = []
    for view in found.views[target]:
        row, column = tiles[view.code]
        region, value = facts.regions[view.code], _measured(view, measure)
        both = f"{region_label(region)}: {coverage_text(view.coverage, words)}; {missing_text(view.missing, words)}"
        edges = {"x": column + 0.03, "x2": column + 0.97, "y": row + 0.03, "y2": row + 0.97}
        rows.append({"part": "tile", "value": value, "label": both, **edges})
        name = "|".join(region_label(region).split(" "))
        rows.append({"part": "name", "x": column + 0.5, "y": row + 0.1, "label": name})
        rows.append({"part": "value", "x": column + 0.5, "y": row + 0.9, "label": _number(view, measure, words)})
    return pd.DataFrame(rows, columns=["part", "x", "x2", "y", "y2", "value", "label"])


def _extent(frame: pd.DataFrame) -> tuple[float, float]:
    tiles = frame[frame["part"] == "tile"]
    return float(tiles["x2"].max()), float(tiles["y2"].max())


@steady(_extent)
def tiles_chart(frame: pd.DataFrame, *, look: Look, domain: tuple[float, float], description: str) -> alt.LayerChart:
    """Draw the map; letters keep their contrast, as only the lighter tones of the look lie under them.

    Parameters
    ----------
    frame : DataFrame
        From `tiles_frame`.
    domain : tuple of float
        Values of the palest and the deepest tone; given, so that tones stand still while a slider moves.
    """
    columns, rows = (edge + 0.03 for edge in _extent(frame))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, columns], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[rows, 0], nice=False))
    tone = alt.Color(
        "value:Q",
        legend=None,
        scale=alt.Scale(domain=list(domain), range=[look.bands[0], look.bands[2]], clamp=True),
    )
    layers = [
        layer("tile")
        .mark_rect(stroke=look.muted, strokeWidth=1, cornerRadius=3, aria=False)
        .encode(x, y, alt.X2("x2:Q"), alt.Y2("y2:Q"), color=tone, tooltip=alt.Tooltip("label:N", title=" ")),
        layer("name")
        .mark_text(color=look.ink, fontSize=_SMALL, baseline="top", lineBreak="|", aria=False)
        .encode(x, y, text="label:N"),
        layer("value")
        .mark_text(color=look.ink, fontSize=15, fontWeight=600, baseline="bottom", aria=False)
        .encode(x, y, text="label:N"),
    ]
    return finished(layers, frame, look, height=round(rows) * TILE_PIXELS, description=description)


def tiles_domain(found: Districts, before: Districts, target: str, measure: Measure) -> tuple[float, float]:
    """Return the ends of the tones: round, around those of scenario and baseline together, people from none."""
    values = [_measured(view, measure) for its in (found, before) for view in its.views[target]]
    low = 0.0 if measure == "missing" else min(values)
    return round_ends(low, max(*values, low + 0.01))


def tiles_table(found: Districts, target: str, facts: Facts, words: Words) -> pd.DataFrame:
    """Return what the map shows in both measures."""
    views, end = found.views[target], words.end_of(found.judged[target])
    return pd.DataFrame(
        {
            words("district.column.name"): [region_label(facts.regions[view.code]) for view in views],
            words("district.column.coverage", end=end): [coverage_text(view.coverage, words) for view in views],
            words("district.column.missing", end=end): [missing_text(view.missing, words) for view in views],
        }
    )


def _measured(view: DistrictView, measure: Measure) -> float:
    return view.coverage[1] if measure == "coverage" else view.missing[1]


def _number(view: DistrictView, measure: Measure, words: Words) -> str:
    if measure == "coverage":
        return words.percent(view.coverage[1], 1)
    return words.number(round(view.missing[1], -2))


# ---- small multiples


def multiples_finding(found: Districts, facts: Facts, words: Words) -> Finding:
    """Return the message of the small pictures: how many rise, fall or stay, by the medians."""
    medians = found.spreads[:, 1]
    change = medians[:, -1] - medians[:, 0]
    up, down = (int((sign * change > 0.005).sum()) for sign in (1, -1))
    fields = {"first": words.month(found.start), "last": words.month(found.horizon)}
    title = words("district.multiples.title", up=up, down=down, same=len(change) - up - down, **fields)
    low, high = _bounds([found])
    sentence = words("district.multiples.sentence", range=words.percent_range(low, high), **fields)
    listed = [f"{facts.regions[code].name}: {_course(found, code, words)}" for code in DISTRICT_CODES]
    return Finding(title, sentence, f"{title}. {sentence} {'; '.join(listed)}")


def multiples_frame(
    found: Districts, before: Districts | None, value: float, facts: Facts, words: Words
) -> pd.DataFrame:
    """Lay out fifteen small paths on one plane, `PER_ROW` abreast, all between the same edges.

    Parameters
    ----------
    value : float
        The target, a share.

    Returns
    -------
    DataFrame
        Columns part, series, x, x2, y, low, high (cells), label.
    """
    known = [found] if before is None else [found, before]
    low, high = _bounds(known)
    low, high = min(low, value), max(high, value)
    last = found.horizon - found.start
    few = np.array(sorted({*range(0, last, _EVERY_MONTHS), last}))  # a small picture shows no more
    row, column = np.divmod(np.arange(len(DISTRICT_CODES)), PER_ROW)

    def up(share: float | Array, row: Array) -> Array:
        return -row - 1 + _SHARE_LOW + (_SHARE_HIGH - _SHARE_LOW) * (share - low) / (high - low)

    def heights(its: Districts) -> list[Array]:
        levels = up(its.spreads[:, :, few], row[:, None, None])
        return [levels[:, level].ravel() for level in range(len(RANGE))]

    bottom, middle, top = heights(found)
    along = {
        "series": np.repeat(DISTRICT_CODES, few.size),
        "x": (column[:, None] + 0.03 + 0.94 * few / last).ravel(),
    }
    across = {"x": column + 0.03, "x2": column + 0.97}
    names = [region_label(facts.regions[code]) for code in DISTRICT_CODES]
    months = [words.month(found.start + int(month)) for month in few]
    tips = [
        f"{name}, {month}: {words.percent(share, 1)}"
        for name, path in zip(names, found.spreads[:, 1, few].tolist(), strict=True)
        for month, share in zip(months, path, strict=True)
    ]
    labels = [f"{name}|{_course(found, code, words)}" for name, code in zip(names, DISTRICT_CODES, strict=True)]
    parts: dict[str, dict[str, Any]] = {
        "band": {"low": bottom, "high": top, **along},
        "median": {"y": middle, "label": tips, **along},
        **({} if before is None else {"baseline": {"y": heights(before)[1], **along}}),
        "target": {"y": up(value, row), **across},
        "floor": {"y": up(low, row), **across},
        "name": {"x": across["x"], "y": -row - 0.06, "label": labels},
    }
    whole = pd.concat([pd.DataFrame(rows).assign(part=part) for part, rows in parts.items()], ignore_index=True)
    return whole.reindex(columns=["part", "series", "x", "x2", "y", "low", "high", "label"])


def _rows(frame: pd.DataFrame) -> int:
    return -int(frame.loc[frame["part"] == "name", "y"].min()) + 1


@steady(_rows)
def multiples_chart(frame: pd.DataFrame, *, look: Look, description: str) -> alt.LayerChart:
    """Draw the small paths; `frame` is that of `multiples_frame`."""
    n_rows = _rows(frame)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, PER_ROW], nice=False))
    scale = alt.Scale(domain=[-n_rows, 0], nice=False)
    y, low, x2 = alt.Y("y:Q", axis=None, scale=scale), alt.Y("low:Q", axis=None, scale=scale), alt.X2("x2:Q")
    layers = [
        layer("band").mark_area(color=look.bands[1], aria=False).encode(x, low, alt.Y2("high:Q"), detail="series:N"),
        layer("floor").mark_rule(color=look.muted, strokeWidth=1, aria=False).encode(x, y, x2),
        layer("target").mark_rule(color=look.target, strokeWidth=1.2, strokeDash=[5, 3], aria=False).encode(x, y, x2),
        layer("baseline")
        .mark_line(color=look.baseline, strokeWidth=1.6, strokeDash=[5, 3], aria=False)
        .encode(x, y, detail="series:N"),
        layer("median").mark_line(color=look.scenario, strokeWidth=1.6, aria=False).encode(x, y, detail="series:N"),
        layer("median")
        .mark_point(size=90, opacity=0, aria=False)
        .encode(x, y, tooltip=alt.Tooltip("label:N", title=" ")),
        layer("name")
        .mark_text(color=look.ink, fontSize=_SMALL, align="left", baseline="top", lineBreak="|", aria=False)
        .encode(x, y, text="label:N"),
    ]
    return finished(layers, frame, look, height=n_rows * CELL_PIXELS, description=description)


def multiples_table(found: Districts, facts: Facts, words: Words) -> pd.DataFrame:
    """Return coverage at the ends of the years, medians with their ranges."""
    ends = [month for month in range(found.start, found.horizon + 1) if (month + 1) % MONTHS_PER_YEAR == 0]
    table = {words("district.column.name"): [region_label(facts.regions[code]) for code in DISTRICT_CODES]}
    for month in ends:
        table[words.month(month, short=True)] = [
            coverage_text(found.spread(code, month), words) for code in DISTRICT_CODES
        ]
    return pd.DataFrame(table)


def bands_rows(found: Districts, codes: Sequence[str] = DISTRICT_CODES) -> pd.DataFrame:
    """Return bands of coverage as plain numbers, one row per kabupaten/kota and month."""
    table = pd.concat([found.bands(code).assign(code=code) for code in codes], ignore_index=True)
    return table.assign(month=[format_month(int(month)) for month in table["month"]], unit="share", draws=found.draws)


def _bounds(known: Sequence[Districts]) -> tuple[float, float]:
    return min(float(its.spreads.min()) for its in known), max(float(its.spreads.max()) for its in known)


def _course(found: Districts, code: str, words: Words) -> str:
    first, last = (words.percent(found.spread(code, month)[1], 1) for month in (found.start, found.horizon))
    return f"{first} → {last}"


# ---- one kabupaten/kota


def path_finding(view: DistrictView, region: Region, found: Districts, target: str, words: Words) -> Finding:
    """Return the message of one path."""
    title = words(
        "district.path.title",
        name=region.name,
        now=words.percent(found.spread(region.code, found.start)[1], 1),
        first=words.month(found.start),
        then=words.percent(found.spread(region.code, found.horizon)[1], 1),
        last=words.month(found.horizon),
    )
    sentence = one_text(view, found, target, words)
    return Finding(title, sentence, f"{title}. {sentence}")


def path_domain(
    codes: Sequence[str], found: Districts, before: Districts, shown: Overview, value: float, facts: Facts
) -> tuple[float, float]:
    """Return the edges of the paths of some kabupaten/kota, the same for all of them."""
    views = [replace(shown, bands=its.bands(code)) for code in codes for its in (found, before)]
    low, high = frames.path_domain(views, value)
    rates = [rate for code in codes if (rate := facts.regions[code].coverage_2024) is not None]
    return (0.0 if min([low, *rates]) < low else low), high


def path_frame(
    region: Region,
    found: Districts,
    before: Districts | None,
    shown: Overview,
    target: str,
    *,
    facts: Facts,
    words: Words,
    domain: tuple[float, float],
) -> pd.DataFrame:
    """Lay out the path of one kabupaten/kota like that of the province, with what was published of it."""
    code = region.code
    reference = None if before is None else replace(shown, bands=before.bands(code))
    frame = frames.path_frame(
        replace(shown, bands=found.bands(code)), reference, target, facts=facts, words=words, domain=domain
    )
    own = pd.DataFrame(_published(region, found, facts, words), columns=list(frame.columns))
    return pd.concat([frame[frame["part"] != "reported"], own], ignore_index=True).astype(
        {name: float for name in ("x", "y", "low", "high")}
    )


def _published(region: Region, found: Districts, facts: Facts, words: Words) -> list[Row]:
    rows: list[Row] = []
    if region.coverage_2024 is not None:
        month, rate = _month_of(region, "coverage_2024", facts), region.coverage_2024
        tip = words("path.reported_tip", month=words.month(month), rate=words.percent(rate, 1))
        rows.append({"part": "reported", "x": years(month), "y": rate, "low": rate, "high": rate, "label": tip})
    if region.own_target is not None:
        value = words.exact_percent(region.own_target)
        label = words("district.own_target_label", value=value)
        rows.append({"part": "target", "x": years(_month_of(region, "own_target", facts)), "y": region.own_target})
        rows.append({"part": "target_label", "x": years(found.start), "y": region.own_target, "label": label})
    return rows


def _month_of(region: Region, field: str, facts: Facts) -> int:
    return parse_month(facts.facts[region.facts[field]].as_of[:7])


def path_table(region: Region, found: Districts, before: Districts | None, words: Words) -> pd.DataFrame:
    """Return the path at half-years, with the baseline."""
    rows = found.bands(region.code)
    rows = rows[(rows["month"] + 1) % 6 == 0]
    table = {
        words("table.month"): [words.month(int(month)) for month in rows["month"]],
        words("table.median"): [words.percent(value, 1) for value in rows["q50"]],
        words("table.eight"): [
            words.percent_range(low, high, 1) for low, high in zip(rows["q10"], rows["q90"], strict=True)
        ],
    }
    if before is not None:
        its = before.bands(region.code).loc[rows.index, "q50"]
        table[words("table.baseline")] = [words.percent(value, 1) for value in its]
    return pd.DataFrame(table)
