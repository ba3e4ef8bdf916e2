"""Named draws, the start state, one month of equations as a compiled kernel, and the projection."""

from simulator.model.inputs import HELD_MONTHS, MAX_DRAWS, Inputs, RunError, Sample, check_draws, make_inputs
from simulator.model.kernel import FUNDS, SEGMENTS
from simulator.model.projection import Cancelled, Progress, Projection, run, run_inputs

__all__ = [
    "FUNDS",
    "HELD_MONTHS",
    "MAX_DRAWS",
    "SEGMENTS",
    "Cancelled",
    "Inputs",
    "Progress",
    "Projection",
    "RunError",
    "Sample",
    "check_draws",
    "make_inputs",
    "run",
    "run_inputs",
]
