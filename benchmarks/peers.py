"""One small stock-flow model in four programs: ``python -m benchmarks.peers``; needs ``requirements-peers.txt``.

Workers are not covered, active or dormant; each month shares of each stock move on. PySD runs it from a Vensim file,
EMA Workbench calls a Python function for each future, NumPy steps all futures at once, and the way of this project's
kernel is a compiled loop in which each future runs through its months. That all end with the same people is checked
first. What is compared is the way of working on a model that all can express, not the whole simulator, which the others
cannot.
"""

import logging
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
PACKAGES = ("pysd", "ema_workbench")
FUTURES, FEW, MONTHS, ROUNDS = 2000, 20, 60, 5
WORKERS, ACTIVE = 3_000_000.0, 750_000.0
VENSIM = f"""{{UTF-8}}
join = 0.01
~ 1/Month ~|
lapse = 0.02
~ 1/Month ~|
back = 0.03
~ 1/Month ~|
Not covered = INTEG (- join * Not covered, {WORKERS - ACTIVE})
~ person ~|
Active = INTEG (join * Not covered + back * Dormant - lapse * Active, {ACTIVE})
~ person ~|
Dormant = INTEG (lapse * Active - back * Dormant, 0)
~ person ~|
INITIAL TIME = 0
~ Month ~|
FINAL TIME = {MONTHS}
~ Month ~|
TIME STEP = 1
~ Month ~|
SAVEPER = TIME STEP
~ Month ~|
"""


def drawn(n: int) -> Array:
    """Return monthly shares that join, lapse and come back, shape (n, 3)."""
    return np.random.default_rng(0).uniform([0.001, 0.01, 0.01], [0.02, 0.05, 0.1], (n, 3))


def one_future(join: float, lapse: float, back: float) -> dict[str, float]:
    """Return the active members at the end, as EMA Workbench asks for them."""
    free, active, dormant = WORKERS - ACTIVE, ACTIVE, 0.0
    for _ in range(MONTHS):
        new, gone, again = join * free, lapse * active, back * dormant
        free, active, dormant = free - new, active + new + again - gone, dormant + gone - again
    return {"active": active}


@njit(cache=True)
def _compiled(shares: Array) -> Array:
    out = np.empty(shares.shape[0])
    for i in range(shares.shape[0]):
        join, lapse, back = shares[i]
        free, active, dormant = WORKERS - ACTIVE, ACTIVE, 0.0
        for _ in range(MONTHS):
            new, gone, again = join * free, lapse * active, back * dormant
            free, active, dormant = free - new, active + new + again - gone, dormant + gone - again
        out[i] = active
    return out


def with_kernel(shares: Array) -> Array:
    """Run the compiled loop."""
    return np.asarray(_compiled(shares))


def with_numpy(shares: Array) -> Array:
    """Step all futures at once."""
    join, lapse, back = shares.T
    free, active, dormant = (np.full(len(shares), stock) for stock in (WORKERS - ACTIVE, ACTIVE, 0.0))
    for _ in range(MONTHS):
        new, gone, again = join * free, lapse * active, back * dormant
        free, active, dormant = free - new, active + new + again - gone, dormant + gone - again
    return np.asarray(active)


def with_pysd(folder: Path) -> Callable[[Array], Array]:
    """Return what runs the Vensim file for each future."""
    import pysd

    place = folder / "workers.mdl"
    place.write_text(VENSIM, encoding="utf-8")
    model = pysd.read_vensim(str(place))

    def run(shares: Array) -> Array:
        ends = []
        for join, lapse, back in shares.tolist():
            found = model.run(
                params={"join": join, "lapse": lapse, "back": back}, return_columns=["Active"], return_timestamps=MONTHS
            )
            ends.append(float(found["Active"].iloc[-1]))
        return np.array(ends)

    return run


def with_ema() -> Callable[[Array], Array]:
    """Return what runs the function for each future as an experiment."""
    from ema_workbench import Model, RealParameter, ScalarOutcome, Scenario, ema_logging, perform_experiments

    ema_logging.log_to_stderr(logging.ERROR)
    model = Model("workers", function=one_future)
    names = ("join", "lapse", "back")
    model.uncertainties = [RealParameter(name, 0.0, 1.0) for name in names]
    model.outcomes = [ScalarOutcome("active")]

    def run(shares: Array) -> Array:
        futures = [Scenario(f"{n}", **dict(zip(names, row, strict=True))) for n, row in enumerate(shares.tolist())]
        _, outcomes = perform_experiments(model, scenarios=futures, log_progress=True)
        return np.asarray(outcomes["active"])

    return run


def _seconds(run: Callable[[Array], Array], shares: Array) -> float:
    begin = time.perf_counter()
    run(shares)
    return (time.perf_counter() - begin) / len(shares)


def main() -> int:
    """Print how many times as long each program takes for a future; return 1 if they disagree."""
    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory() as place:
        programs = {
            "a compiled loop (the way of the kernel)": (with_kernel, FUTURES),
            "NumPy, all futures at once": (with_numpy, FUTURES),
            "EMA Workbench": (with_ema(), FUTURES // 4),
            "PySD": (with_pysd(Path(place)), FEW),
        }
        truth = np.array([one_future(*row)["active"] for row in drawn(FEW).tolist()])
        for name, (run, _) in programs.items():
            apart = float(np.abs(run(drawn(FEW)) / truth - 1).max())
            if apart > 1e-12:
                print(f"{name} differs by {apart:.1e} of the active members")
                return 1
        taken: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(ROUNDS):
            for name, (run, n) in programs.items():
                taken[name].append(_seconds(run, drawn(n)))
    fastest = median(next(iter(taken.values())))
    print(
        f"The same active members after {MONTHS} months, to 12 digits. Time of one future, medians of {ROUNDS} rounds:"
    )
    for name, seconds in taken.items():
        print(f"  {median(seconds) / fastest:12.0f} times  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
