"""The Streamlit app: state, controls, frame and pages. Only this room and `streamlit_app.py` know Streamlit."""

__all__: list[str] = []
