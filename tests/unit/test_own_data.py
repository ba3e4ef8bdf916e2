"""Figures of the user: what is read, and one sentence for every file that is not."""

import copy
import os
import re
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.evidence.own_data import (
    MOST_BYTES,
    MOST_ROWS,
    SENTENCES,
    DataError,
    OwnRow,
    read_own_data,
    sentence,
    template_csv,
)
from simulator.facts import load_facts

TODAY = date(2026, 11, 21)
HEADER = "date,region,indicator,count,value,group,noise_sd,note\n"
GOOD = "2026-02,18,coverage,residence,0.2527,,,\n"
FEBRUARY_2026 = 12 * 2026 + 1


def read(text, today=TODAY):
    content = text if isinstance(text, bytes) else text.encode()
    return read_own_data(content, facts=load_facts(), today=today)


def one(row):
    (found,) = read(HEADER + row)
    return found


def refusal(text, **options):
    with pytest.raises(DataError) as caught:
        read(text, **options)
    for language in ("en", "id"):
        said = sentence(caught.value, language)
        assert "\n" not in said
        assert said.endswith(".")
        assert len(said) < 500
    return caught.value


def refused_row(row, **options):
    error = refusal(HEADER + row, **options)
    assert str(error).startswith("Line 2")
    return error


def test_a_row_is_read_as_written():
    row = one("2026-02,18,coverage,residence,0.2527,PU,0.011,from a hearing\n")
    assert row == OwnRow(2, FEBRUARY_2026, "18", "PU", "coverage", "residence", 0.2527, 0.011)


def test_optional_columns_may_be_absent_and_columns_stand_in_any_order():
    (row,) = read("value,count,indicator,region,date\n811000,residence,members,18,2026-02-28\n")
    assert (row.line, row.month, row.group, row.value) == (2, FEBRUARY_2026, "all", 811_000)


def test_the_template_is_valid_and_has_two_rows():
    rows = read(template_csv(), today=date(2026, 2, 28))
    assert [row.region for row in rows] == ["18", "1872"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + GOOD,
        (HEADER + GOOD).replace("\n", "\r\n"),
        (HEADER + GOOD).replace("\n", "\r"),
        HEADER.upper() + GOOD,
        (HEADER + GOOD).replace(",", " , "),
        HEADER + GOOD.rstrip("\n"),
        HEADER + '"2026-02","18","coverage","residence","0.2527","all","","a, b; ""c"""\n',
        HEADER + GOOD + "\n,,,,,,,\n   \n",
        HEADER + "2026-02,18,coverage,residence,0.2527,,,Pemprov ± é\n",
    ],
    ids=["mark", "windows", "old mac", "capitals", "spaces", "no last end", "quotes", "blank rows", "letters"],
)
def test_files_of_all_common_programs_are_read(text):
    assert read(text) == (OwnRow(2, FEBRUARY_2026, "18", "all", "coverage", "residence", 0.2527, 0.007),)


def test_line_numbers_count_blank_lines_and_lines_inside_quotes():
    rows = read(
        "\n" + HEADER + "\n" + GOOD.replace(",,,", ',,,"two\nlines"') + "\n2026-03,18,coverage,residence,0.25,,,\n"
    )
    assert [row.line for row in rows] == [4, 7]


@pytest.mark.parametrize(
    ("day", "month"),
    [("2022-12", 24275), ("2022-12-01", 24275), ("2026-11", 24322), ("2026-11-21", 24322), ("2024-02-29", 24289)],
)
def test_dates_from_december_2022_to_today_are_allowed(day, month):
    assert one(f"{day},18,coverage,residence,0.25,,,\n").month == month


@pytest.mark.parametrize(
    ("row", "noise"),
    [
        ("2026-02,18,coverage,residence,0.25,,,", 0.007),
        ("2026-02,18,coverage,residence,0.25,all,,", 0.007),
        ("2026-02,18,coverage,residence,0.25,PU,,", 0.01),
        ("2026-02,18,coverage,residence,0.25,BPU,,", 0.005),
        ("2026-02,18,coverage,residence,0.25,construction,,", 0.1),
        ("2026-02,18,coverage,residence,0.25,rt_rw,,", 0.02),
        ("2026-02,1872,coverage,residence,0.25,,,", 0.02),
        ("2026-02,18,members,residence,800000,,,", 0.007 / 0.2527),
        ("2026-02,18,members,residence,500000,PU,,", 0.01 / 0.5433),
        ("2026-02,18,members,residence,100000,BPU,,", 0.005 / 0.0807),
        ("2026-02,18,members,residence,5000,rt_rw,,", 0.02 / 0.2527),
        ("2026-02,18,members,administrative,500000,,,", 0.05),
        ("2026-02,18,members,residence,800000,,0.03,", 0.03),
    ],
)
def test_a_figure_without_noise_gets_that_of_published_figures_of_its_kind(row, noise):
    assert one(row).noise_sd == pytest.approx(noise)


def test_members_of_a_kabupaten_are_as_uncertain_as_its_rate():
    published = next(fact.value for fact in load_facts().facts.values() if fact.id == "KAB-013")
    assert one("2026-02,1872,members,residence,20000,,,").noise_sd == pytest.approx(0.02 / (published / 100))


@pytest.mark.parametrize("value", ["0", "0.0", "1", "1.0", "0.2527"])
def test_coverage_from_0_to_1_is_allowed(value):
    assert one(f"2026-02,18,coverage,residence,{value},,,").value == float(value)


# Registry population of Metro; 3,550,000 is the upper bound of all eligible workers, and the classes had 1,020,168,
# 1,712,027 and 250,447 of 2,982,642 in December 2023.
@pytest.mark.parametrize(
    ("region", "group", "most"),
    [
        ("18", "all", 3_550_000),
        ("1872", "all", 182_293),
        ("18", "PU", 3_550_000 * 1_020_168 // 2_982_642),
        ("18", "BPU", 3_550_000 * 1_712_027 // 2_982_642),
        ("18", "construction", 3_550_000 * 250_447 // 2_982_642),
        ("18", "firms_small", 3_550_000 * 1_020_168 // 2_982_642),
        ("18", "palm", 3_550_000 * 1_712_027 // 2_982_642),
    ],
)
def test_members_may_not_exceed_the_workers_that_can_exist(region, group, most):
    assert one(f"2026-02,{region},members,residence,{most},{group},,").value == most
    error = refused_row(f"2026-02,{region},members,residence,{most + 1},{group},,")
    assert error.key == "members_too_many"
    assert f"'{most + 1}'" in str(error)
    assert f"at most {most} are allowed" in str(error)


@pytest.mark.parametrize(
    ("row", "key", "said"),
    [
        (",18,coverage,residence,0.25,,,", "empty", "column date is empty"),
        ("2026-02,,coverage,residence,0.25,,,", "empty", "column region is empty"),
        ("2026-02,18,,residence,0.25,,,", "empty", "column indicator is empty"),
        ("2026-02,18,coverage,,0.25,,,", "empty", "column count is empty"),
        ("2026-02,18,coverage,residence,,,,", "empty", "column value is empty"),
        ("2026-13,18,coverage,residence,0.25,,,", "date", "column date: '2026-13' is not a date; write it as YYYY-MM"),
        ("2026-02-30,18,coverage,residence,0.25,,,", "date", "'2026-02-30' is not a date"),
        ("2026-2,18,coverage,residence,0.25,,,", "date", "'2026-2'"),
        ("28/02/2026,18,coverage,residence,0.25,,,", "date", "'28/02/2026'"),
        ("2026-02x,18,coverage,residence,0.25,,,", "date", "'2026-02x'"),
        ("٢٠٢٦-02,18,coverage,residence,0.25,,,", "date", "is not a date"),
        ("2022-11,18,coverage,residence,0.25,,,", "early", "'2022-11' is too early; dates from 2022-12 to 2026-11-21"),
        ("2022-11-30,18,coverage,residence,0.25,,,", "early", "'2022-11-30' is too early"),
        ("2026-12,18,coverage,residence,0.25,,,", "future", "'2026-12' has not come yet; dates from 2022-12 to 2026-1"),
        ("2026-11-22,18,coverage,residence,0.25,,,", "future", "'2026-11-22' has not come yet"),
        (
            "2026-02,1899,coverage,residence,0.25,,,",
            "choice",
            "column region: '1899' is not allowed; allowed are 18, 18",
        ),
        ("2026-02,Metro,coverage,residence,0.25,,,", "choice", "'Metro'"),
        ("2026-02,18,rate,residence,0.25,,,", "choice", "'rate' is not allowed; allowed are coverage, members"),
        (
            "2026-02,18,coverage,other,0.25,,,",
            "choice",
            "'other' is not allowed; allowed are residence, administrative",
        ),
        (
            "2026-02,18,coverage,residence,0.25,pu,,",
            "choice",
            "column group: 'pu' is not allowed; allowed are all, PU,",
        ),
        ("2026-02,1872,coverage,residence,0.25,PU,,", "group_of_kabupaten", "'PU' is not allowed for region 1872"),
        ("2026-02,1872,members,administrative,900,,,", "administrative", "column region: '1872' is not allowed"),
        ("2026-02,18,members,administrative,900,PU,,", "administrative", "column group: 'PU' is not allowed"),
        ("2026-02,18,coverage,administrative,0.2,,,", "administrative", "column indicator: 'coverage' is not"),
        ("2026-02,18,coverage,residence,25.27%,,,", "percent_sign", "'25.27%' has a percent sign; write a fraction"),
        ('2026-02,18,coverage,residence,"25,27 %",,,', "percent_sign", "'25,27 %'"),
        ('2026-02,18,coverage,residence,"25,27",,,', "separators", "'25,27' has a decimal comma or thousands"),
        ('2026-02,18,coverage,residence,"0,2527",,,', "separators", "'0,2527'"),
        ("2026-02,18,members,residence,1.234.567,,,", "separators", "'1.234.567'"),
        ('2026-02,18,members,residence,"1,234,567",,,', "separators", "'1,234,567'"),
        ("2026-02,18,members,residence,1 234 567,,,", "separators", "'1 234 567'"),
        ("2026-02,18,members,residence,1\u00a0234\u00a0567,,,", "separators", "has a decimal comma or thousands"),
        ("2026-02,18,members,residence,811_000,,,", "separators", "'811_000'"),
        ("2026-02,18,coverage,residence,nan,,,", "not_a_number", "column value: 'nan' is not a plain number"),
        ("2026-02,18,coverage,residence,inf,,,", "not_a_number", "'inf'"),
        ("2026-02,18,coverage,residence,-inf,,,", "not_a_number", "'-inf'"),
        ("2026-02,18,members,residence,8.11E+05,,,", "not_a_number", "'8.11E+05'"),
        ("2026-02,18,coverage,residence,sekitar 25,,,", "not_a_number", "'sekitar 25'"),
        ("2026-02,18,coverage,residence,=1/4,,,", "not_a_number", "'=1/4'"),
        ("2026-02,18,coverage,residence,٠.٢٥,,,", "not_a_number", "is not a plain number"),
        ("2026-02,18,coverage,residence,-0.25,,,", "negative", "'-0.25' is negative"),
        ("2026-02,18,members,residence,-5,,,", "negative", "'-5' is negative"),
        ("2026-02,18,coverage,residence,25.27,,,", "coverage_as_percent", "'25.27' is above 1; coverage is a fraction"),
        ("2026-02,18,coverage,residence,25.27,,,", "coverage_as_percent", "so write 0.2527 for '25.27' percent"),
        ("2026-02,18,coverage,residence,1.4,,,", "coverage_as_percent", "'1.4' is above 1"),
        ("2026-02,18,coverage,residence,140,,,", "coverage_too_high", "'140' is more than everyone"),
        ("2026-02,18,coverage,residence," + 400 * "9" + ",,,", "coverage_too_high", "is more than everyone"),
        ("2026-02,18,members,residence,0,,,", "members_whole", "'0' is not a whole number of people above 0"),
        ("2026-02,18,members,residence,811000.5,,,", "members_whole", "'811000.5'"),
        ("2026-02,18,members,residence,811.000,,,", "members_whole", "'811.000'"),
        ("2026-02,18,members,residence," + 400 * "9" + ",,,", "members_too_many", "at most 3550000 are allowed"),
        ("2026-02,18,coverage,residence,0.25,,0,", "noise", "column noise_sd: '0' is not allowed; for coverage"),
        ("2026-02,18,coverage,residence,0.25,,0.7,", "noise", "from 0.0001 to 0.2 is (as a fraction"),
        ("2026-02,18,members,residence,800000,,20000,", "noise", "from 0.0001 to 0.5 is (as a share of the figure)"),
        ("2026-02,18,coverage,residence,0.25,,nan,", "not_a_number", "column noise_sd: 'nan'"),
        ("2026-02,18,coverage,residence,0.25,,-0.01,", "negative", "column noise_sd: '-0.01'"),
        ("2026-02,18,coverage,residence,0.25,,1%,", "percent_sign", "column noise_sd: '1%'"),
        ("2026-02,18,coverage,residence,25,27,,,", "too_many_fields", "has 9 fields where the header has 8"),
        ("2026-02,18,members,residence,1,234,567,,,", "too_many_fields", "write decimals with a point"),
        ("2026-02,18,coverage,residence,0.25", "too_few_fields", "has 5 fields where the header has 8"),
    ],
)
def test_a_row_in_doubt_is_refused_with_its_line_column_value_and_what_is_allowed(row, key, said):
    error = refused_row(row + "\n")
    assert error.key == key
    assert said in str(error)


def test_a_decimal_comma_does_not_slip_into_the_note():
    error = refusal("date,region,indicator,count,value,note\n2026-02,18,coverage,residence,0,2527\n")
    assert error.key == "split_number"
    assert "column note: '2527'" in str(error)


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("", "empty_file", "the first line must name the columns date, region, indicator, count, value"),
        ("\n\n , \n", "empty_file", "The file is empty"),
        ("\ufeff", "empty_file", "The file is empty"),
        (HEADER, "no_rows", "no row below the header"),
        (HEADER + "\n,,,,,,,\n", "no_rows", "no row below the header"),
        (HEADER.replace(",", ";") + GOOD.replace(",", ";"), "separator", "not separated by commas"),
        (HEADER.replace(",", "\t"), "separator", "not separated by commas"),
        (
            HEADER.replace("region", "wilayah") + GOOD,
            "unknown_column",
            "'wilayah' is not a column; columns are date, reg",
        ),
        (HEADER.replace("note", "") + GOOD, "unknown_column", "'' is not a column"),
        (GOOD, "unknown_column", "'2026-02' is not a column"),
        (HEADER.replace("note", "value") + GOOD, "duplicate_column", "the column value comes twice"),
        ("date,region,count,value\n" + GOOD, "missing_column", "the column indicator is missing; required are date,"),
        (HEADER + '2026-02,18,coverage,residence,0.25,,,"open\n' + GOOD, "broken", "starts in line 2 is no CSV"),
        (HEADER + '2026-02,18,coverage,residence,"0".25,,,\n', "broken", "starts in line 2 is no CSV"),
        (HEADER + GOOD.replace("18", 200_000 * "1"), "broken", "no longer than 131072 characters"),
        (HEADER + GOOD + GOOD, "duplicate_row", "Line 3 repeats line 2"),
        (HEADER + GOOD + GOOD.replace("0.2527,,", "0.26,all,0.01"), "duplicate_row", "Line 3 repeats line 2"),
        ((HEADER + GOOD).encode("utf-16"), "encoding", "Line 1 holds the byte 0xff, which is not UTF-8"),
        ((HEADER + GOOD).encode("utf-16-le"), "nul", "Line 1 holds a NUL byte"),
        ((HEADER + GOOD).encode("utf-32"), "encoding", "which is not UTF-8"),
        ((HEADER + GOOD.replace(",\n", ",café\n")).encode("latin-1"), "encoding", "Line 2 holds the byte 0xe9"),
        (("\ufeff" + HEADER + "\r\r\n").encode() + b"\xe9", "encoding", "Line 4 holds the byte 0xe9"),
        (HEADER + GOOD.replace("18", "1\0008"), "nul", "Line 2 holds a NUL byte"),
        (b"PK\x03\x04\x14\x00", "spreadsheet", "save the sheet as CSV (UTF-8)"),
        (b"x" * (MOST_BYTES + 1), "too_large", "at most 1000000 are allowed"),
    ],
)
def test_a_file_in_doubt_is_refused(text, key, said):
    error = refusal(text)
    assert error.key == key
    assert said in str(error)


def test_figures_that_differ_in_month_region_group_or_count_are_not_repeated():
    rows = read(
        HEADER + GOOD + "2026-03-28,18,coverage,residence,0.2527,,,\n2026-02,1872,coverage,residence,0.2527,,,\n"
        "2026-02,18,coverage,residence,0.2527,PU,,\n2026-02,18,members,administrative,500000,,,\n"
    )
    assert len(rows) == 5


@pytest.mark.parametrize(
    "again", ["2026-02-28,18,coverage,residence,0.26,,,\n", "2026-02,18,members,residence,790000,,,\n"]
)
def test_two_days_of_a_month_or_a_rate_and_its_count_are_one_figure(again):
    assert refusal(HEADER + GOOD + again).key == "duplicate_row"


def many(n_rows):
    codes = [district.code for district in load_facts().districts]
    figures = [(year, month, code) for year in (2023, 2024, 2025) for month in range(1, 13) for code in codes]
    lines = [f"{year}-{month:02d},{code},coverage,residence,0.25,,,\n" for year, month, code in figures]
    return HEADER + "".join(lines[:n_rows])


def test_500_rows_are_read_and_501_refused():
    assert len(read(many(MOST_ROWS))) == 500
    error = refusal(many(MOST_ROWS + 1))
    assert error.key == "too_many_rows"
    assert str(error) == "Line 502 is row 501; at most 500 rows are allowed."


@pytest.mark.parametrize("row", ["1,18,coverage,residence,\n", ",,,x\n", GOOD, ",\n", "\n"])
def test_a_long_file_is_refused_at_once(row):
    content = (HEADER + row * 50_000).encode()
    start = time.perf_counter()
    refusal(content)
    assert time.perf_counter() - start < 1


def test_a_cell_of_any_length_is_refused_at_once_and_shown_short():
    start = time.perf_counter()
    for cell in ("1" * 130_000 + "x", "1." * 60_000 + "x", "1" * 130_000, "-" * 130_000, "%" * 130_000):
        assert len(str(refused_row(GOOD.replace("0.2527", cell)))) < 400
    assert time.perf_counter() - start < 2


def test_a_file_is_read_from_its_path(tmp_path):
    path = tmp_path / "own.csv"
    path.write_bytes((HEADER + GOOD).encode())
    assert read_own_data(path, facts=load_facts(), today=TODAY) == read(HEADER + GOOD)


def refused_path(path):
    with pytest.raises(DataError) as caught:
        read_own_data(path, facts=load_facts(), today=TODAY)
    return caught.value


def test_what_is_no_file_is_refused(tmp_path):
    assert refused_path(tmp_path).key == "not_a_file"
    assert refused_path(tmp_path / "none.csv").key == "missing_file"
    assert refused_path(tmp_path / "none" / "none.csv").key == "missing_file"
    assert refused_path(tmp_path / ("x" * 5000)).key == "unreadable"
    os.mkfifo(tmp_path / "pipe")
    assert refused_path(tmp_path / "pipe").key == "not_a_file"
    (tmp_path / "large.csv").write_bytes(b"x" * (MOST_BYTES + 1))
    assert refused_path(tmp_path / "large.csv").key == "too_large"


def fields(text):
    return {re.sub("_(en|id)$", "", name) for name in re.findall(r"\{(\w+)\}", text)}


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_name_the_same_things(key):
    assert fields(SENTENCES[key]["en"]) == fields(SENTENCES[key]["id"])
    assert SENTENCES[key]["en"] != SENTENCES[key]["id"]


def test_the_indonesian_sentence_names_line_column_value_and_what_is_allowed():
    error = refused_row("2026-02,18,coverage,residence,25.27,,,\n")
    assert sentence(error, "id") == (
        "Baris 2, kolom value: '25.27' lebih dari 1; cakupan adalah pecahan 0 sampai 1, jadi tulis 0.2527 untuk "
        "'25.27' persen."
    )


def test_a_refusal_survives_being_passed_between_processes():
    error = refused_row("2026-02,18,coverage,residence,25.27,,,\n")
    again = copy.copy(error)  # as processes do: by the arguments it was made from
    assert (again.key, again.values, str(again)) == (error.key, error.values, str(error))


def test_braces_in_a_cell_are_shown_as_they_are():
    assert "'{line}{0}'" in str(refused_row("2026-02,18,coverage,residence,{line}{0},,,\n"))


PIECES = (
    "2026-02",
    "18",
    "1872",
    "coverage",
    "members",
    "residence",
    "administrative",
    "0.25",
    "900",
    "all",
    "PU",
    "x",
)
CELLS = st.sampled_from((*PIECES, "", '"', ";", "%", "nan", "1e9", "-1", "\r", "\0", "é", "{0}", "2026-02-31", "1,5"))


def outcome(content):
    try:
        return read(content)
    except DataError as error:
        return error


def read_or_refuse(content):
    found = outcome(content)
    if isinstance(found, DataError):
        assert found.key in SENTENCES
        assert sentence(found, "id")
        assert "\n" not in str(found)
    else:
        assert all(row.value >= 0 and row.noise_sd > 0 for row in found)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_sentence(content):
    read_or_refuse(content)
    read_or_refuse(HEADER.encode() + content)


@given(st.lists(st.lists(CELLS, min_size=7, max_size=9).map(",".join), max_size=4).map("\n".join))
def test_any_rows_are_read_or_refused_with_a_sentence(rows):
    read_or_refuse(HEADER + rows)
