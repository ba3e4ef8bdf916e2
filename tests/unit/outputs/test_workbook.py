"""The workbook, read back as a spreadsheet reads it."""

import io
from datetime import datetime

import openpyxl
import pandas as pd
import pytest

from simulator.facts import load_facts
from simulator.outputs.text import LANGUAGES, Words
from simulator.outputs.workbook import workbook_bytes
from simulator.scenario import digest
from tests import bundles
from tests.bundles import EVIL, members

KEYS = ("settings", "headline", "paths", "arrival", "money", "districts", "assumptions", "sources")
BOOK = openpyxl.load_workbook(io.BytesIO(members(bundles.bundle())["workbook.xlsx"]))
FILES = members(bundles.bundle())


def page(key, book=BOOK, language="id"):
    return book[Words(language)(f"sheet.{key}")]


def table(key):
    rows = list(page(key).iter_rows(values_only=True))
    return pd.DataFrame(rows[2:], columns=rows[0])


def file(name):
    return pd.read_csv(io.BytesIO(FILES[name]), dtype={"region": str})


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_stand_in_their_order_in_both_languages(language, monkeypatch):
    its = bundles.export()
    other = type(its)(its.results, its.baselines, its.target, language)
    book = BOOK if language == "id" else openpyxl.load_workbook(io.BytesIO(workbook_bytes(other)))
    assert book.sheetnames == [Words(language)(f"sheet.{key}") for key in KEYS]
    for key in KEYS:
        names, labels = list(page(key, book, language).iter_rows(max_row=2, values_only=True))
        assert labels == tuple(Words(language)(f"column.{name}") for name in names)


@pytest.mark.parametrize("key", KEYS)
def test_heads_stay_in_sight_and_can_be_filtered(key):
    its = page(key)
    assert its.freeze_panes == "B3"
    assert its.auto_filter.ref.startswith("A2:")
    assert its.auto_filter.ref.endswith(str(its.max_row))


def test_no_cell_is_a_formula_or_a_link_whatever_a_user_typed():
    cells = [cell for sheet in BOOK for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    assert [cell.coordinate for cell in cells if cell.hyperlink] == []
    typed = [cell for cell in cells if cell.value == EVIL]
    assert typed
    assert {cell.data_type for cell in typed} == {"s"}


def test_settings_come_first_and_say_how_to_get_the_numbers_again():
    its = table("settings").set_index("name")["content"]
    for result in bundles.export().results:
        assert its[f"digest.{result.name}"] == digest(result.scenario)
    assert (its["draws"], its["seed"], its["horizon"]) == (str(bundles.DRAWS), str(bundles.SEED), bundles.HORIZON)
    assert its["data_hash"] == load_facts().digest
    assert "simulator verify" in its["verify"]


def test_paths_are_the_quantiles_of_the_table():
    rows = file("quantiles.csv")
    rows = rows[(rows["indicator"] == "coverage") & (rows["region"] == "18") & (rows["segment"] == "all")]
    its = table("paths")
    assert its["scenario"].drop_duplicates().tolist() == ["baseline", "desa-ke-1"]
    for level, name in ((0.05, "q05"), (0.25, "q25"), (0.5, "q50"), (0.75, "q75"), (0.95, "q95")):
        expected = rows.loc[rows["quantile"] == level, "value"].tolist()
        assert its[name].tolist() == pytest.approx(expected, rel=1e-15)  # a sheet keeps sixteen digits
    assert its["month"].tolist()[:2] == [datetime(2026, 1, 1), datetime(2026, 2, 1)]
    cell = page("paths")["B3"]
    assert (cell.is_date, cell.number_format, page("paths")["C3"].number_format) == (True, "yyyy-mm", "0.00%")


def test_paths_have_a_chart_of_the_workbooks_own_with_three_lines_a_scenario():
    chart = members(FILES["workbook.xlsx"])["xl/charts/chart1.xml"].decode()
    assert chart.count("<c:ser>") == 6
    assert "<c:lineChart>" in chart


def test_money_and_arrival_are_those_of_the_tables():
    rows = file("money.csv")
    its = table("money").melt(["scenario", "year", "fund"], ["planned", "spent", "unspent", "person_months"])
    both = rows.merge(
        its, left_on=["scenario", "year", "fund", "indicator"], right_on=["scenario", "year", "fund", "variable"]
    )
    assert len(both) == len(rows) == len(its)
    assert (both["value_x"] == both["value_y"]).all()
    arrival = file("arrival.csv")
    assert table("arrival")["probability"].tolist() == arrival.loc[arrival["region"] == "18", "probability"].tolist()


def test_summary_names_a_date_only_where_most_futures_arrive():
    its = table("headline")
    assert list(its["target"]) == [*bundles.TARGETS, *bundles.TARGETS]
    for n, row in enumerate(its.to_dict("records")):
        view = bundles.export().overviews[n // 2].targets[row["target"]]
        assert row["odds_by_horizon"] == view.odds_by_horizon
        assert row["missing_q50"] == pytest.approx(view.missing_people[1])
        assert pd.isna(row["arrival_q50"]) == (view.odds_by_horizon <= 0.5)


def test_assumptions_and_sources_are_whole_with_grade_and_source():
    facts = load_facts()
    its = table("assumptions")
    assert its["id"].tolist() == list(facts.parameters)
    assert its[["value", "q05", "q95", "grade", "source"]].notna().all().all()
    sources = table("sources")
    assert sources["id"].tolist() == list(facts.facts)
    assert sources.set_index("id")["value"].dropna().to_dict() == {
        name: fact.value for name, fact in facts.facts.items() if fact.value is not None
    }


def test_districts_are_fifteen_for_each_scenario():
    its = table("districts")
    assert its.groupby("scenario")["code"].nunique().tolist() == [15, 15]
    assert (its["coverage_q10"] <= its["coverage_q90"]).all()
