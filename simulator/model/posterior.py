"""The posterior file: what calibration learned, as draws that every run reads, with a mark of what made it."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH
from simulator.facts.pack import DATA_FOLDER
from simulator.model.draws import Array

POSTERIOR_FILE = DATA_FOLDER / "posterior.npz"
RENEW = "python -m simulator calibrate"
CLASS_SHARES = ("members_share_bpu", "members_share_pu_of_rest")
REACHED = (*CLASS_SHARES, "drift")  # given for December 2022, and changed by the past until a run starts
PAST_MONTHS = DATA_MONTH - FIRST_MONTH + 1
_ROOM = Path(__file__).parent
_PRIORS = ("parameters.toml", "law.toml", "observations.toml", "history.toml", "regions.toml", "segments.toml",
           "funds.toml", "calendar.toml")  # fmt: skip
# What turns parameters into predictions, and predictions into a posterior. Texts and not bytes: line ends may differ.
_EQUATIONS = (
    *(_ROOM.parent / "facts" / name for name in ("priors.py", "records.py", "calendar.py")),
    *(_ROOM / name for name in ("kernel.py", "raking.py", "start.py", "inputs.py", "draws.py", "projection.py")),
    *(
        _ROOM.parent / "evidence" / name
        for name in ("observe.py", "simulate.py", "emulate.py", "calibrate.py", "weighting.py")
    ),
)


class PosteriorError(Exception):
    """The posterior file is missing, damaged or stale; the message is one sentence that names the command."""


@dataclass(frozen=True)
class Posterior:
    """Draws of the learned parameters.

    Attributes
    ----------
    names : tuple of str
        Columns: the learned parameters, then ``start_rate_*`` and, named like ``drift/2023_12``, those of `REACHED` at
        the later Decembers as the past was run; December 2025 holds for the data month.
    values : array, shape (n, n_names)
        In the unit of each parameter.
    shocks : array, shape (n, n_past_months)
        The disturbance's monthly shocks from December 2022 to the data month, standard normal before the data.
    proposal : array of int, shape (n,)
        Which draw of the calibration the row was: its parameters that were not learned can be drawn again.
    """

    names: tuple[str, ...]
    values: Array
    shocks: Array
    proposal: NDArray[np.int64]

    def column(self, name: str) -> Array:
        """Return the draws of one column, shape (n,)."""
        return self.values[:, self.names.index(name)]


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return the sha256 of everything that the posterior follows from: facts, priors and equations.

    Of facts only the numbers count: a better note or address changes no result.
    """
    total = hashlib.sha256()
    for fact in load_facts().facts.values():
        total.update(repr((fact.id, fact.as_of, fact.value, fact.low, fact.high)).encode())
    history = load_facts().history
    total.update(history.slots.tobytes() + history.exits.tobytes())
    for path in (*(DATA_FOLDER / name for name in _PRIORS), *_EQUATIONS):
        total.update(path.read_text(encoding="utf-8").encode())
    return total.hexdigest()


def to_bytes(posterior: Posterior, mark: str) -> bytes:
    """Return the posterior file: single precision is a hundred times finer than its sampling error."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        fingerprint=np.array(mark),
        names=np.array(posterior.names),
        values=posterior.values.astype(np.float32),
        shocks=posterior.shocks.astype(np.float32),
        proposal=posterior.proposal.astype(np.int32),
    )
    return buffer.getvalue()


def from_bytes(content: bytes) -> tuple[Posterior, str]:
    """Return the posterior and the mark of what made it.

    Raises
    ------
    PosteriorError
        If the bytes are no posterior file.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            names = tuple(str(name) for name in file["names"])
            posterior = Posterior(
                names,
                file["values"].astype(np.float64),
                file["shocks"].astype(np.float64),
                file["proposal"].astype(np.int64),
            )
            mark = str(file["fingerprint"])
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as error:
        msg = f"the posterior file is damaged; renew it with `{RENEW}`"
        raise PosteriorError(msg) from error
    return posterior, mark


def read_posterior(path: Path = POSTERIOR_FILE) -> tuple[Posterior, str]:
    """Read a posterior file, whatever made it.

    Raises
    ------
    PosteriorError
        If there is none, or it is damaged.
    """
    try:
        return from_bytes(path.read_bytes())
    except OSError as error:
        msg = f"there is no posterior file {path.name}; make it with `{RENEW}`"
        raise PosteriorError(msg) from error


@lru_cache(maxsize=1)
def load_posterior() -> Posterior:
    """Read the posterior that comes with the program and check that it is the one that today's facts lead to.

    Raises
    ------
    PosteriorError
        If it is missing, damaged or stale.
    """
    posterior, mark = read_posterior()
    if mark != fingerprint():
        msg = f"the posterior file was made from other facts, priors or equations; renew it with `{RENEW}`"
        raise PosteriorError(msg)
    return posterior
