"""How new the data are, what changed last, and how a new month of data comes in."""

from pathlib import Path

import streamlit as st

from simulator.app.frame import Setting
from simulator.app.style import plain
from simulator.app.tables import text_table
from simulator.facts.calendar import DATA_MONTH
from simulator.outputs import data_tables as data

_CHANGELOG = Path(__file__).resolve().parents[3] / "CHANGELOG.md"
_NEWEST = 5
_STEPS = ("fact", "count", "observation", "contradiction", "check", "more")


def draw(setting: Setting) -> None:
    """Draw the state of the data, its last changes, the newest facts and the steps of an update."""
    words, facts = setting.words, setting.facts
    st.markdown(
        words(
            "update.state",
            month=words.month(DATA_MONTH),
            facts=words.number(len(facts.facts)),
            parameters=words.number(len(facts.parameters)),
            digest=facts.digest[:12],
        )
    )
    changes = data.data_changes(_CHANGELOG.read_text(encoding="utf-8"))
    if changes is None:
        st.markdown(words("update.no_changes"))
    else:
        version, entries = changes
        lines = "\n".join(f"- {plain(entry)}" for entry in entries)
        st.markdown(f"{words('update.changes', version=plain(version))}\n{lines}")
    st.markdown(f"**{words('update.newest')}**")
    newest = data.fact_table(data.newest_facts(facts, _NEWEST), facts, words)
    text_table(newest, key="newest", alt=words("update.newest"), address=words("fact.column.url"))
    st.markdown(f"**{words('update.how')}**")
    steps = (words(f"update.step.{step}", file="docs/new-month.md") for step in _STEPS)
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)))
