"""Evidence: what was observed, what the model learns from it, and how far to trust it.

Only what every answer needs is gathered here; the sampler and its diagnostics are slow to import, and are imported
by who renews them.
"""

from simulator.evidence.hindcast import hindcast, past_run
from simulator.evidence.own_data import DataError, OwnRow, read_own_data, sentence, template_csv
from simulator.model.posterior import RENEW, PosteriorError, load_posterior

__all__ = [
    "RENEW",
    "DataError",
    "OwnRow",
    "PosteriorError",
    "hindcast",
    "load_posterior",
    "past_run",
    "read_own_data",
    "sentence",
    "template_csv",
]
