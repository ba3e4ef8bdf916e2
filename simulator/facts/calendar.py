"""Months as whole numbers, so that every room counts time in the same way.

A month is written ``YYYY-MM`` in files and is ``12 * year + (month - 1)`` inside.
"""

import re

MONTHS_PER_YEAR = 12
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def parse_month(text: str) -> int:
    """Return the month number of ``YYYY-MM``.

    Raises
    ------
    ValueError
        If `text` is no month written as ``YYYY-MM``.
    """
    match = _MONTH.fullmatch(text)
    if match is None:
        msg = f"{text!r} is not a month; write it as YYYY-MM, such as 2026-01"
        raise ValueError(msg)
    return MONTHS_PER_YEAR * int(match[1]) + int(match[2]) - 1


def format_month(month: int) -> str:
    """Return month number `month` as ``YYYY-MM``."""
    return f"{month // MONTHS_PER_YEAR:04d}-{month % MONTHS_PER_YEAR + 1:02d}"


FIRST_MONTH = parse_month("2022-12")
DATA_MONTH = parse_month("2026-01")
LAST_MONTH = parse_month("2045-12")
