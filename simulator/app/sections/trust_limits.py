"""What the model cannot tell, and what changed in its results."""

from collections.abc import Iterable

import streamlit as st

from simulator.outputs.text import Words

LIMITS = ("districts", "own_evidence", "politics", "depth", "form", "counts")
CHANGES = ("calibration", "first")
"""Entries of the changelog under *Results*, newest first, by the key of their text."""


def limits(words: Words) -> None:
    """List what the model cannot tell."""
    _listed(words(f"trust.cannot.{name}") for name in LIMITS)


def changes(words: Words) -> None:
    """List what changed in the results, newest first."""
    _listed(words(f"trust.change.{name}") for name in CHANGES)


def _listed(texts: Iterable[str]) -> None:
    st.markdown("\n".join(f"- {text}" for text in texts))
