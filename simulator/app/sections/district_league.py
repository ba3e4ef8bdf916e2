"""All kabupaten/kota side by side: the league of the gap, the map of tiles, the table and their paths."""

from functools import partial

import streamlit as st

from simulator.app import exhibit, state
from simulator.app.frame import Setting
from simulator.app.sections import district_tiles
from simulator.app.style import plain
from simulator.app.tables import download, text_table
from simulator.outputs import district_charts, districts
from simulator.outputs.districts import Districts


def draw(found: Districts, before: Districts, setting: Setting) -> None:
    """Draw all of them; `before` is the baseline, the same object as `found` where they are one."""
    words, facts, target = setting.words, setting.facts, state.target()
    reference = None if found is before else before
    table = districts.league_table(found, reference, target, facts, words)
    with st.container(key="charts"):
        left, right = st.columns(2, gap="medium")
        with left:
            league = district_charts.league_exhibit(found, reference, target, facts, table, words)
            exhibit.show(league, setting, caption=exhibit.caption(setting, found.draws))
        with right:
            district_tiles.draw(found, before, setting)
    text_table(table, key="league", alt=words("district.table"))
    for warning in districts.pooled_texts(found, target, facts, words):
        st.caption(plain(f"{districts.MARK} {warning}"))
    st.caption(words("district.table_note"))
    download("kabupaten-tabel.csv", partial(districts.league_rows, found, reference, target, facts), words)
    _multiples(found, reference, setting)


def _multiples(found: Districts, reference: Districts | None, setting: Setting) -> None:
    """Draw the path of each, small."""
    words, facts = setting.words, setting.facts
    finding = district_charts.multiples_finding(found, facts, words)
    value = setting.shown.targets[state.target()].value
    frame = district_charts.multiples_frame(found, reference, value, facts, words)
    exhibit.heading(finding)
    exhibit.chart(
        "kabupaten-jalur",
        finding,
        partial(district_charts.multiples_chart, frame, description=finding.alt),
        reading=words("district.multiples.reading"),
        table=partial(district_charts.multiples_table, found, facts, words),
        rows=partial(district_charts.bands_rows, found),
        caption=exhibit.caption(setting, found.draws),
        words=words,
    )
