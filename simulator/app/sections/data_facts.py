"""Every fact with its source: search, filters and the table."""

from functools import partial

import streamlit as st

from simulator.app.frame import Setting
from simulator.app.sections import data_filters
from simulator.app.tables import download, paged, text_table
from simulator.outputs import data_tables as data


def draw(setting: Setting) -> None:
    """Draw the facts that fit, a page at a time."""
    words, facts = setting.words, setting.facts
    st.caption(words("data.own_language"))
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters-facts"):
        text = data_filters.search("facts", words)
        topics = {name: words(f"fact.topic.{name}") for name in data.topics(facts)}
        topic = data_filters.choice("facts", "topic", topics, words)
        regions = {code: data.region_text(code, facts) for code in data.regions(facts)}
        region = data_filters.choice("facts", "region", regions, words)
        grade = data_filters.grade("facts", words)
    found = data.matching_facts(facts, text=text, topic=topic, region=region, grade=grade)
    shown = found[paged("facts", len(found), words)]
    if not found:
        st.caption(words("data.none"))
        return
    table = data.fact_table(shown, facts, words)
    text_table(table, key="facts", alt=words("data.tab.facts"), address=words("fact.column.url"))
    download("fakta.csv", partial(data.fact_rows, found), words)
