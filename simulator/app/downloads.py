"""What stands under every chart: how to read it, its table, and its files."""

from collections.abc import Callable
from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from simulator.app.style import plain
from simulator.outputs import charts
from simulator.outputs.findings import Finding
from simulator.outputs.text import Words

_TABLE_HEIGHT = 340
_SHORT_TABLE = 8  # rows that need no scrolling


def under_chart(
    name: str,
    finding: Finding,
    *,
    reading: str,
    table: Callable[[], pd.DataFrame],
    rows: Callable[[], pd.DataFrame],
    picture: Callable[[], alt.LayerChart],
    caption: str,
    words: Words,
) -> None:
    """Draw the row of help, table and files under a chart.

    Parameters
    ----------
    name : str
        Stem of the files.
    finding : Finding
    reading : str
        How to read the chart.
    table : callable
        Makes the numbers behind the chart in the words and formats of the language; called only to be looked at.
    rows : callable
        Makes the same as plain numbers, for the CSV file.
    picture : callable
        Makes the chart for paper; called only when a picture is asked for.
    caption : str
        What a picture needs beside it to be understood alone.
    """
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _file("CSV", f"{name}.csv", "text/csv", partial(_csv, rows))
        for kind, mime in (("png", "image/png"), ("svg", "image/svg+xml")):
            _file(kind.upper(), f"{name}.{kind}", mime, partial(_drawn, picture, kind, finding.title, caption))
    fold = st.expander(words("chart.how"), key=f"how:{name}", on_change="rerun")
    if fold.open:
        with fold:
            st.markdown(reading)
            shown = table()
            with st.container(height=_TABLE_HEIGHT if len(shown) > _SHORT_TABLE else "content", border=False):
                st.table(shown.map(plain), border="horizontal", hide_index=True)


def _file(label: str, file_name: str, mime: str, data: Callable[[], bytes]) -> None:
    st.download_button(
        label, data=data, file_name=file_name, mime=mime, type="tertiary", on_click="ignore", key=f"file:{file_name}"
    )


def _csv(rows: Callable[[], pd.DataFrame]) -> bytes:
    return rows().to_csv(index=False, lineterminator="\n").encode()


def _drawn(picture: Callable[[], alt.LayerChart], kind: str, title: str, caption: str) -> bytes:
    return charts.as_file(picture(), kind, title=title, caption=caption)
