"""The user's own figures: upload, check, condition the futures on them, take them out again.

They stay in the session and never in the link: a link is for plans, and figures may not be public.
"""

from datetime import date
from math import isfinite

import pandas as pd
import streamlit as st

from simulator.app import runs, state
from simulator.app.style import plain
from simulator.app.tables import text_table
from simulator.evidence import DataError, OwnRow, read_own_data, sentence, template_csv
from simulator.evidence.update import update
from simulator.facts import load_facts
from simulator.outputs.text import Words

_UPLOAD = "own_upload"


def panel(words: Words, answer: str) -> None:
    """Draw the place where own figures are added; `answer` is the headline of the front page with them."""
    st.subheader(words("own.title"), anchor=False)
    st.caption(words("own.intro"))
    with st.container(horizontal=True, vertical_alignment="bottom", key="own-data"):
        st.download_button(
            words("own.template"), template_csv, file_name="data-sendiri.csv", mime="text/csv", on_click="ignore"
        )
        st.file_uploader(words("own.upload"), type="csv", key=_UPLOAD, max_upload_size=1, on_change=_take_upload)
    refusal = state.own_refusal()
    if refusal is not None:
        st.warning(plain(sentence(refusal, words.language)))
    rows = state.own_rows()
    if rows:
        _used(rows, words)
        st.markdown(words("assumption.result", headline=answer))


def _used(rows: tuple[OwnRow, ...], words: Words) -> None:
    weights = update(rows, n_draws=runs.DRAWS, seed=runs.SEED).weights
    key = "own.used_one" if len(rows) == 1 else "own.used"
    st.markdown(words(key, n=len(rows), effective=words.number(weights.effective), draws=words.number(runs.DRAWS)))
    known = isfinite(weights.pareto_k)  # minus infinity where all weights are equal
    st.caption(words("own.weights", k=words.number(weights.pareto_k, 2)) if known else words("own.equal"))
    text_table(own_table(rows, words), key="own_rows", alt=words("own.title"))
    st.button(words("own.remove"), key="own_remove", on_click=state.forget_own_rows)


def own_table(rows: tuple[OwnRow, ...], words: Words) -> pd.DataFrame:
    """Return the figures in words and the language's numbers."""
    regions = load_facts().regions
    return pd.DataFrame(
        {
            words("own.month"): [words.month(row.month) for row in rows],
            words("own.region"): [regions[row.region].name for row in rows],
            words("own.group"): [words("own.everyone") if row.group == "all" else row.group for row in rows],
            words("own.count"): [words(f"own.count.{row.count}") for row in rows],
            words("own.value"): [
                words.percent(row.value, 2) if row.indicator == "coverage" else words.number(row.value) for row in rows
            ],
        }
    )


def _take_upload() -> None:
    """Read what was uploaded; a file that is refused leaves what was used before."""
    file = st.session_state.get(_UPLOAD)
    if file is None:
        return
    try:
        rows = read_own_data(file.getvalue(), facts=load_facts(), today=date.today())
        update(rows, n_draws=runs.DRAWS, seed=runs.SEED)
    except DataError as error:
        state.refuse_own_rows(error)
    else:
        state.use_own_rows(rows)
