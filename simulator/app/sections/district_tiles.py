"""The map of tiles: one measure of every kabupaten/kota where it lies."""

from functools import partial

import streamlit as st

from simulator.app import exhibit, state
from simulator.app.frame import Setting
from simulator.app.style import plain
from simulator.facts import FactsError
from simulator.outputs import district_charts, districts
from simulator.outputs.district_charts import MEASURES, Measure
from simulator.outputs.districts import Districts


def draw(found: Districts, before: Districts, setting: Setting) -> None:
    """Draw the map and the choice of what it shows, in the colours of both scenario and baseline."""
    words, facts, target = setting.words, setting.facts, state.target()
    try:
        tiles = districts.read_tiles()
    except FactsError as error:
        st.warning(plain(words("district.tiles.none", reason=str(error))))
        return
    measure: Measure = state.picked("tile_measure", MEASURES) or MEASURES[0]
    finding = district_charts.tiles_finding(found, target, measure, facts, words)
    frame = district_charts.tiles_frame(found, target, measure, tiles, facts, words)
    domain = district_charts.tiles_domain(found, before, target, measure)
    exhibit.heading(finding)
    st.segmented_control(
        words("district.tiles.choose"),
        MEASURES,
        default=MEASURES[0],
        required=True,
        format_func=lambda its: words(f"district.tiles.{its}"),
        key="tile_measure",
    )
    exhibit.chart(
        "kabupaten-peta",
        finding,
        partial(district_charts.tiles_chart, frame, domain=domain, description=finding.alt),
        reading=words("district.tiles.reading"),
        table=partial(district_charts.tiles_table, found, target, facts, words),
        rows=partial(districts.league_rows, found, None, target, facts),
        caption=exhibit.caption(setting, found.draws),
        words=words,
    )
