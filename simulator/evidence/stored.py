"""Results that take minutes and are kept as JSON, each with a mark of what made it."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from simulator.facts.pack import DATA_FOLDER
from simulator.model.posterior import RENEW, PosteriorError, fingerprint

ACCOUNT_FILE = DATA_FOLDER / "calibration.json"
BACKTEST_FILE = DATA_FOLDER / "backtest.json"
RECOVERY_FILE = DATA_FOLDER / "recovery.json"
RENEW_BACKTEST = "python -m simulator backtest --renew"
RENEW_RECOVERY = "python -m simulator calibrate --recovery"
BACKTEST_MODULES = ("backtest", "rivals", "scores", "renew")
_ROOM = Path(__file__).parent


def mark_of(*modules: str) -> str:
    """Return the mark of a result: that of the posterior, and the text of the modules that made it."""
    total = hashlib.sha256(fingerprint().encode())
    for name in modules:
        total.update((_ROOM / f"{name}.py").read_text(encoding="utf-8").encode())
    return total.hexdigest()


def to_text(result: dict[str, Any], mark: str) -> str:
    """Return the text of the file."""
    return json.dumps(result | {"mark": mark}, indent=1, sort_keys=True, allow_nan=False) + "\n"


def read_stored(path: Path, mark: str, command: str) -> dict[str, Any]:
    """Read a kept result.

    Raises
    ------
    PosteriorError
        If it is missing, damaged or made from something else; one sentence that names the command.
    """
    try:
        result = dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        msg = f"{path.name} is missing or damaged; renew it with `{command}`"
        raise PosteriorError(msg) from error
    if result.get("mark") != mark:
        msg = f"{path.name} was made from other facts, priors or equations; renew it with `{command}`"
        raise PosteriorError(msg)
    return result


@lru_cache(maxsize=1)
def load_account() -> dict[str, Any]:
    """Return what is said of the posterior file that comes with the program; errors as in `read_stored`."""
    return read_stored(ACCOUNT_FILE, mark_of("renew"), RENEW)


@lru_cache(maxsize=1)
def load_backtest() -> dict[str, Any]:
    """Return the scores of the backtest; errors as in `read_stored`."""
    return read_stored(BACKTEST_FILE, mark_of(*BACKTEST_MODULES), RENEW_BACKTEST)


@lru_cache(maxsize=1)
def load_recovery() -> dict[str, Any]:
    """Return how well simulated truths were found; errors as in `read_stored`."""
    return read_stored(RECOVERY_FILE, mark_of("recovery"), RENEW_RECOVERY)
