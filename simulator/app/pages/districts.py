"""Kabupaten/Kota: who is missing where, what is known of each, and the levers and money of a single one."""

import streamlit as st

from simulator.app import exhibit, state
from simulator.app.frame import surround
from simulator.app.sections import district_league, district_runs, district_single, district_split
from simulator.app.style import plain
from simulator.evidence import DataError
from simulator.outputs import districts
from simulator.outputs.refusal import refusal_text


def show() -> None:
    """Draw the page."""
    setting = surround(details=True)
    words = setting.words
    place = st.container(key="heading")
    try:
        found, before = district_runs.found(setting)
    except DataError as error:  # fewer futures than on the front page may not carry the user's own figures
        st.warning(plain(refusal_text(error, words.language)))
        return
    with exhibit.title(setting, place):
        said = districts.headline(found, setting.shown, state.target(), setting.facts, words)
        st.title(plain(said), anchor=False)
        st.markdown(plain(districts.reach_text(found, state.target(), setting.facts, words)))
        st.caption(words("district.intro", draws=words.number(found.draws)))
    district_league.draw(found, before, setting)
    district_single.draw(found, before, setting)
    district_split.draw(setting)
