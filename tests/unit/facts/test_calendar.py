import pytest

from simulator.facts import DATA_MONTH, FIRST_MONTH, LAST_MONTH, format_month, parse_month


@pytest.mark.parametrize("text", ["2022-12", "2026-01", "2045-12", "0001-01"])
def test_month_survives_the_round_trip(text):
    assert format_month(parse_month(text)) == text


def test_months_count_on_over_the_year():
    assert parse_month("2026-01") - parse_month("2025-12") == 1
    assert DATA_MONTH - FIRST_MONTH == 37
    assert format_month(LAST_MONTH) == "2045-12"


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "26-01", "2026-01-01", "", "2026-01\n", "٢٠٢٦-01"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="is not a month; write it as YYYY-MM"):
        parse_month(text)
