"""What is published of a kabupaten/kota, what is borrowed from the province, and where its sources disagree."""

import streamlit as st

from simulator.app.frame import Setting
from simulator.app.sections import data_contradictions
from simulator.app.style import plain
from simulator.app.tables import text_table
from simulator.outputs import districts, village_funds


def published(code: str, setting: Setting) -> None:
    """Draw what is published of a kabupaten/kota and what is borrowed from the province."""
    words, facts = setting.words, setting.facts
    region = facts.regions[code]
    st.markdown(f"**{words('district.published')}**")
    table = districts.published_table(region, facts, words)
    text_table(table, key=f"facts-{code}", alt=words("district.published"), address=words("district.column.url"))
    free = village_funds.free_funds_text(region, facts, words)
    if free is not None:
        st.markdown(plain(free))
    lines = "\n".join(f"- {plain(text)}" for text in districts.borrowed_texts(region, facts, words))
    st.markdown(f"**{words('district.borrowed')}**\n{lines}")


def contradictions(code: str, setting: Setting) -> None:
    """Draw what sources say of it that cannot all be true, if anything."""
    words = setting.words
    found = districts.contradictions_of(setting.facts.regions[code], setting.facts)
    if not found:
        return
    fold = st.expander(words("district.contradictions", n=len(found)), key=f"fold:sides-{code}", on_change="rerun")
    if fold.open:
        with fold:
            st.caption(words("data.own_language"))
            for number, record in enumerate(found):
                data_contradictions.one(record, f"sides-{code}-{number}", setting)
