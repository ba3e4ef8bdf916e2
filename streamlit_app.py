"""What Streamlit runs; everything else is in `simulator.app`."""

from simulator.app import navigation

navigation.run()
