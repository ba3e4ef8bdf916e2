"""Search and filters over the tables of assumptions and facts."""

import streamlit as st

from simulator.outputs.text import Words

_GRADES = ("official", "lampung", "borrowed", "judgement", "placeholder")
_ALL = ""  # None would give the filter a button to clear it


def search(table: str, words: Words) -> str:
    """Draw the search of a table and return what was typed."""
    return st.text_input(words("data.search"), key=f"search:{table}", max_chars=80, icon=":material/search:") or ""


def choice(table: str, name: str, labels: dict[str, str], words: Words) -> str | None:
    """Draw a filter over the keys of `labels`; None lets everything through."""
    chosen = st.selectbox(
        words(f"data.filter.{name}"),
        [_ALL, *labels],
        key=f"filter:{table}:{name}",
        format_func=lambda option: words("data.all") if option == _ALL else labels[option],
    )
    return None if chosen == _ALL else chosen


def grade(table: str, words: Words) -> str | None:
    """Draw the filter over the grades of evidence."""
    return choice(table, "grade", {name: words(f"grade.{name}.short") for name in _GRADES}, words)
