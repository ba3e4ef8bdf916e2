"""A page with one slider: what Streamlit itself costs."""

import streamlit as st

st.title(f"{st.slider('n', 0.0, 100.0, key='n'):g}")
