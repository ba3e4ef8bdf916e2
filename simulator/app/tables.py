"""Tables of text, a page at a time, with nothing in them that text of files or users could turn into markup."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pandas as pd
import streamlit as st

from simulator.app.style import plain
from simulator.outputs.text import Words

ROWS_PER_PAGE = 20
_WEB = ("http", "https")
_IN_ADDRESS = ":/?#@!$&'*+,;=%~-._"  # the rest, brackets first of all, would end the link


def paged(key: str, n_rows: int, words: Words) -> slice:
    """Draw the pages of a long table, if it has more than one, and return which rows are shown."""
    pages, page = max(1, -(-n_rows // ROWS_PER_PAGE)), 1
    with st.container(horizontal=True, vertical_alignment="center"):
        if pages > 1:
            page = st.pagination(pages, key=f"page:{key}:{pages}")  # another number of pages is another control
        first, last = (page - 1) * ROWS_PER_PAGE, min(page * ROWS_PER_PAGE, n_rows)
        if n_rows:
            st.caption(words("data.count", shown=f"{first + 1}–{last}", all=n_rows), width="content")
    return slice(first, last)


def text_table(table: pd.DataFrame, *, key: str, alt: str, address: str | None = None) -> None:
    """Draw a table of text.

    Parameters
    ----------
    table : DataFrame
        Text in every cell.
    key : str
        Name of the table on its page.
    alt : str
        What it holds, for those who do not see it.
    address : str, optional
        The column that holds web addresses.
    """
    shown = table.map(plain)
    if address is not None:
        shown[address] = [link(url) for url in table[address]]
    with st.container(key=f"wide-{key}"):
        st.table(shown, border="horizontal", hide_index=True, alt=alt)


def link(url: str) -> str:
    """Return a web address as a link that shows its site; empty if it is none."""
    parts = urlsplit(url)
    if parts.scheme not in _WEB or not parts.netloc:
        return ""
    return f"[{plain(parts.netloc)}]({quote(url, safe=_IN_ADDRESS)})"


def download(file_name: str, make: Callable[[], pd.DataFrame], words: Words) -> None:
    """Draw a button that gives a table as a CSV file, made when it is asked for."""
    st.download_button(
        words("data.download"),
        data=lambda: make().to_csv(index=False, lineterminator="\n").encode(),
        file_name=file_name,
        mime="text/csv",
        type="tertiary",
        on_click="ignore",
        key=f"file:{file_name}",
    )
