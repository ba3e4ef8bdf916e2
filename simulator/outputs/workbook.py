"""The workbook of a bundle: every number with its unit, native charts, and on the first sheet how to get it again.

Row 1 of a sheet holds column names that stay the same in every language and version, row 2 what they mean in words.
All text is written as text: a name that a user typed is never a formula and never a link.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from simulator.facts.calendar import MONTHS_PER_YEAR, format_month, parse_month
from simulator.facts.pack import PROVINCE
from simulator.model.posterior import load_posterior
from simulator.outputs import districts, manifest
from simulator.outputs.assumptions import assumption_rows, learned_spreads
from simulator.outputs.data_tables import fact_rows
from simulator.outputs.exports import Export
from simulator.outputs.lever_text import changes
from simulator.outputs.text import Words
from simulator.scenario import digest

ACCENT = "#006d6a"
_FIRST_ROW = 2  # below the names and their words
_LINE_HEIGHT, _HEAD_HEIGHT = 15, 46  # points
_BANDS = {0.05: "q05", 0.25: "q25", 0.5: "q50", 0.75: "q75", 0.95: "q95"}
_EDGES = ("q05", "q50", "q95")
_FORMATS = {
    "text": "@",
    "share": "0.00%",
    "number": "#,##0",
    "rupiah": '"Rp" #,##0',
    "month": "yyyy-mm",
    "year": "0",
    "any": "General",
}
_WIDTHS = {"text": 18, "share": 11, "number": 13, "rupiah": 21, "month": 11, "year": 8, "any": 14}
_COLOURS = ("#6d7778", "#00684e", "#0072b2", "#b34a00")
_DASHES = ("long_dash", "solid", "dash_dot", "square_dot")
_CREATED = datetime(2026, 1, 31)  # fixed, so that the same numbers give the same file


@dataclass(frozen=True)
class Column:
    """One column: its lasting name, how its cells are written, and its width in letters."""

    name: str
    kind: str = "text"
    width: int | None = None


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet: a key under ``sheet.``, its columns and rows."""

    key: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame


def workbook_bytes(export: Export) -> bytes:
    """Return the workbook, settings first."""
    buffer = io.BytesIO()
    # Nothing that is written is guessed to be a formula, a link or a number.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": export.words("report.question"), "created": _CREATED})
        write = _writer(book, export.words)
        for make in (_settings, _headline, _paths, _arrival, _money, _districts, _assumptions, _sources):
            sheet = make(export)
            page = write(sheet)
            if make is _paths:
                _path_chart(book, page, sheet, export)
    return buffer.getvalue()


def _writer(book: xlsxwriter.Workbook, words: Words) -> Callable[[Sheet], Worksheet]:
    """Return what writes one sheet in the formats of this workbook."""
    formats = {kind: book.add_format({"num_format": form, "valign": "top"}) for kind, form in _FORMATS.items()}
    formats["text"].set_text_wrap()
    names = book.add_format({"font_color": "#5b6a6b", "font_size": 8, "num_format": "@"})
    heads = book.add_format(
        {"bold": True, "font_color": "#ffffff", "bg_color": ACCENT, "text_wrap": True, "valign": "top"}
    )

    def write(sheet: Sheet) -> Worksheet:
        page = book.add_worksheet(words(f"sheet.{sheet.key}"))
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width or _WIDTHS[column.kind])
            page.write_string(0, place, column.name, names)
            page.write_string(1, place, words(f"column.{column.name}"), heads)
            for row, value in enumerate(sheet.rows[column.name].tolist(), start=_FIRST_ROW):
                _write_cell(page, row, place, value, column.kind, formats[column.kind])
        page.set_row(1, _HEAD_HEIGHT)
        for row, lines in enumerate(_lines(sheet), start=_FIRST_ROW):
            if lines > 1:
                page.set_row(row, _LINE_HEIGHT * lines)
        page.freeze_panes(_FIRST_ROW, 1)
        page.autofilter(1, 0, _FIRST_ROW + len(sheet.rows) - 1, len(sheet.columns) - 1)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, 1)
        return page

    return write


def _lines(sheet: Sheet) -> list[int]:
    """Return how many lines the longest text of each row takes."""
    texts = [
        (column.width or _WIDTHS["text"], sheet.rows[column.name]) for column in sheet.columns if column.kind == "text"
    ]
    wanted = [[-(-len(str(value or "")) // width) for value in values] for width, values in texts]
    return [max(each) for each in zip(*wanted, strict=True)]


def _write_cell(page: Worksheet, row: int, place: int, value: Any, kind: str, form: Format) -> None:  # noqa: ANN401
    if value is None or value == "" or (isinstance(value, float) and not isfinite(value)):
        return
    if kind == "text":
        page.write_string(row, place, str(value), form)
    elif kind == "month":
        year, month = divmod(parse_month(value), MONTHS_PER_YEAR)
        page.write_datetime(row, place, datetime.combine(date(year, month + 1, 1), datetime.min.time()), form)
    else:
        page.write_number(row, place, float(value), form)


def _settings(export: Export) -> Sheet:
    """Say what the numbers are of and how to get them again."""
    words, first = export.words, export.results[0]
    rows: list[tuple[str, str, str]] = []
    for result, label in zip(export.results, export.labels, strict=True):
        changed = "; ".join(changes(result.scenario, words)) or words("strip.no_change")
        rows.append((f"scenario.{result.name}", label, changed))
        rows.append((f"digest.{result.name}", words("setting.digest"), digest(result.scenario)))
    target = first.facts.targets[export.target]
    plain = {
        "target": f"{getattr(target.label, words.language)}: {words.exact_percent(float(target.value))}",
        "start": first.scenario.start,
        "horizon": first.scenario.horizon,
        "draws": str(first.draws),
        "seed": str(first.seed),
        **manifest.program(),
        "reproduce": words("setting.how_reproduce"),
        "verify": words("setting.how_verify"),
        "ranges": words("setting.what_ranges"),
    }
    rows += [(name, words(f"setting.{name}"), value) for name, value in plain.items()]
    columns = (Column("name", width=24), Column("meaning", width=44), Column("content", width=100))
    return Sheet("settings", columns, _frame(columns, rows))


def _headline(export: Export) -> Sheet:
    """Return one row per scenario and target: odds, arrival, people missing, rupiah a year."""
    columns = (
        Column("scenario"), Column("scenario_label", width=48), Column("target"), Column("value", "share"),
        Column("due", "month"), Column("status"), Column("odds_by_date", "share"), Column("odds_by_horizon", "share"),
        Column("arrival_q10", "month"), Column("arrival_q50", "month"), Column("arrival_q90", "month"),
        Column("judged", "month"),
        *(Column(f"coverage_{level}", "share") for level in ("q10", "q50", "q90")),
        *(Column(f"missing_{level}", "number") for level in ("q10", "q50", "q90")),
        *(Column(f"rupiah_{level}", "rupiah") for level in ("q10", "q50", "q90")),
    )  # fmt: skip
    rows = []
    for result, label, shown in zip(export.results, export.labels, export.overviews, strict=True):
        for name in result.scenario.targets:
            view = shown.targets[name]
            arrival = view.arrival if view.most_arrive else (None, None, None)
            rows.append(
                (
                    result.name, label, name, view.value, _month(view.due), export.words(f"status.{view.status}"),
                    view.odds_held, view.odds_by_horizon, *map(_month, arrival), _month(view.judged),
                    *view.coverage, *view.missing_people, *(shown.spending or (None, None, None)),
                )
            )  # fmt: skip
    return Sheet("headline", columns, _frame(columns, rows))


def _paths(export: Export) -> Sheet:
    """Return coverage by month with its bands, one block of rows per scenario."""
    columns = (Column("scenario"), Column("month", "month"), *(Column(name, "share") for name in _BANDS.values()))
    rows = export.tables["quantiles.csv"]
    kept = (rows["indicator"] == "coverage") & (rows["region"] == PROVINCE) & (rows["segment"] == "all")
    wide = rows[kept].pivot(index=["scenario", "month"], columns="quantile", values="value")[list(_BANDS)]
    wide = wide.rename(columns=_BANDS).reset_index()
    scenarios = rows[["scenario"]].drop_duplicates()
    return Sheet("paths", columns, scenarios.merge(wide, on="scenario"))  # in the order of scenarios


def _path_chart(book: xlsxwriter.Workbook, page: Worksheet, sheet: Sheet, export: Export) -> None:
    """Draw medians and band edges of every scenario as a chart of the workbook's own."""
    chart = book.add_chart({"type": "line"})
    name = page.get_name()
    places = {column.name: place for place, column in enumerate(sheet.columns)}
    for n, (result, label) in enumerate(zip(export.results, export.labels, strict=True)):
        rows = np.flatnonzero(sheet.rows["scenario"].to_numpy() == result.name) + _FIRST_ROW
        first, last = int(rows[0]), int(rows[-1])
        for level in _EDGES:
            middle = level == "q50"
            chart.add_series(
                {
                    "name": label if middle else f"{label}, {level}",
                    "categories": [name, first, places["month"], last, places["month"]],
                    "values": [name, first, places[level], last, places[level]],
                    "line": {
                        "color": _COLOURS[n],
                        "width": 2.25 if middle else 0.75,
                        "dash_type": _DASHES[n] if middle else "round_dot",
                    },
                }
            )
    words = export.words
    chart.set_title({"name": words("sheet.paths.chart"), "name_font": {"size": 12}})
    chart.set_x_axis({"date_axis": True, "num_format": "yyyy", "major_unit": 1, "major_unit_type": "years"})
    chart.set_y_axis({"num_format": "0%", "major_gridlines": {"visible": True, "line": {"color": "#e3e9e8"}}})
    edges = [3 * n + k for n in range(len(export.results)) for k in (0, 2)]
    chart.set_legend({"position": "bottom", "delete_series": edges})
    chart.set_size({"width": 900, "height": 460})
    page.insert_chart(1, len(sheet.columns) + 1, chart, {"description": words("sheet.paths.chart")})


def _arrival(export: Export) -> Sheet:
    """Return the odds of having reached each target by each month, for the province."""
    columns = (
        Column("scenario"), Column("target"), Column("reading"), Column("month", "month"),
        Column("probability", "share"),
    )  # fmt: skip
    rows = export.tables["arrival.csv"]
    return Sheet("arrival", columns, rows[rows["region"] == PROVINCE])


def _money(export: Export) -> Sheet:
    """Return rupiah by fund and year, means over futures."""
    words = export.words
    columns = (
        Column("scenario"), Column("year", "year"), Column("fund"), Column("fund_label", width=38),
        *(Column(name, "rupiah") for name in ("planned", "spent", "unspent")), Column("person_months", "number"),
    )  # fmt: skip
    rows = export.tables["money.csv"]
    keys = ["scenario", "year", "fund"]
    wide = rows.pivot(index=keys, columns="indicator", values="value").reset_index()
    wide = rows[keys].drop_duplicates().merge(wide, on=keys)  # in the order of scenarios and funds
    return Sheet("money", columns, wide.assign(fund_label=[words(f"fund.{fund}") for fund in wide["fund"]]))


def _districts(export: Export) -> Sheet:
    """Return every kabupaten and kota against the target of the bundle."""
    columns = (
        Column("scenario"), Column("code"), Column("region_name", width=24), Column("target"),
        Column("month", "month"),
        *(Column(f"missing_{level}", "number") for level in ("q10", "q50", "q90")),
        *(Column(f"coverage_{level}", "share") for level in ("q10", "q50", "q90")),
        Column("odds", "share"), Column("odds_by_horizon", "share"), Column("median_month", "month"),
        Column("public_rupiah_mean", "rupiah"),
    )  # fmt: skip
    blocks = []
    for n, result in enumerate(export.results):
        view = export.view(n)
        before = (export.baselines[n] or result).projection
        found = districts.summarise(
            result.projection, before, {view.id: view.judged}, {view.id: view.value}, result.facts
        )
        rows = districts.league_rows(found, None, view.id, result.facts)
        blocks.append(rows.rename(columns={"name": "region_name"}).assign(scenario=result.name))
    return Sheet("districts", columns, pd.concat(blocks, ignore_index=True))


def _assumptions(export: Export) -> Sheet:
    """Return every assumption with its range before and after calibration, its grade, and a scenario's own numbers."""
    words, facts = export.words, export.results[0].facts
    columns = (
        Column("id", width=28), Column("label", width=48), Column("unit", width=24), Column("value", "any"),
        *(Column(name, "any") for name in ("q05", "q50", "q95")),
        *(Column(name, "any") for name in ("learned_q05", "learned_q50", "learned_q95")),
        Column("replaced_by", width=30), Column("grade", width=16), Column("source", width=44),
        Column("equations"), Column("role"),
    )  # fmt: skip
    learned = learned_spreads(facts, load_posterior())
    rows = []
    for row in assumption_rows(facts, export.results[0].scenario).to_dict("records"):
        name = str(row["id"])
        record = facts.parameters[name]
        own = [
            f"{its.name}: {its.scenario.assumptions[name]:g}"
            for its in export.results
            if name in its.scenario.assumptions
        ]
        rows.append(
            (
                name, getattr(record.label, words.language), record.unit, record.value,
                row["q05"], row["q50"], row["q95"], *learned.get(name, (None, None, None)),
                "; ".join(own), words(f"grade.{record.grade}.short"),
                "; ".join([*record.facts, *([record.source] if record.source else [])]) or record.reason,
                row["equations"], row["role"],
            )
        )  # fmt: skip
    return Sheet("assumptions", columns, _frame(columns, rows))


def _sources(export: Export) -> Sheet:
    """Return every published figure with its source."""
    facts = export.results[0].facts
    rows = fact_rows(facts.facts.values())
    numbers = ("value", "low", "high")
    columns = [Column(name, "any" if name in numbers else "text", _SOURCE_WIDTHS.get(name)) for name in rows.columns]
    return Sheet("sources", tuple(columns), rows)


_SOURCE_WIDTHS = {"quantity": 50, "source": 40, "url": 50, "note": 60}


def _frame(columns: Sequence[Column], rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[column.name for column in columns], dtype=object)


def _month(month: int | None) -> str | None:
    return None if month is None else format_month(month)
