"""Evidence: what was observed and what the model learns from it.

This room will hold the observation model, the calibration with its posterior file, the backtest and the
observations that users add. Until the calibration is there, every draw comes from the priors alone, and whatever
shows a result says so.
"""

__all__ = ["PRIORS_ONLY"]

PRIORS_ONLY: bool = True
"""True while draws come from the priors alone."""
