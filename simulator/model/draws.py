"""Named random numbers: one stream for every name, whatever else is drawn.

A stream depends only on the seed and its name, and more draws keep the first ones. So scenarios share their futures,
and a new parameter moves no other.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Array = NDArray[np.float64]


def uniform_draws(name: str, *, seed: int, n_draws: int, width: int = 1) -> Array:
    """Return uniform numbers in (0, 1) that depend only on `seed` and `name`.

    Parameters
    ----------
    name : str
        The stream, usually a parameter id.
    seed : int
        Seed of the run, at least 0.
    n_draws, width : int
        Number of futures, and of numbers per future.

    Returns
    -------
    array, shape (n_draws, width)
        Rows for more draws are appended; the first rows stay.
    """
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    stream = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(key,)))
    # The middle of one of 2^52 equal steps: never 0 and never 1, where inverse distribution functions are infinite.
    return np.asarray((stream.integers(0, 2**52, (n_draws, width)) + 0.5) * 2.0**-52)


def normal_draws(name: str, *, seed: int, n_draws: int, width: int = 1) -> Array:
    """Return standard normal numbers, shape (n_draws, width); see `uniform_draws`."""
    return np.asarray(ndtri(uniform_draws(name, seed=seed, n_draws=n_draws, width=width)))
