"""A workshop in one room: questions, votes and plans of the participants, and the small server that phones reach."""
