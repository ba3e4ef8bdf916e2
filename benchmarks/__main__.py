"""Time the engine against its rival in NumPy (``make bench``); docs/performance.md says what the numbers mean."""

import importlib.util
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from benchmarks import peers, reaction, vectorised
from simulator.answers.contribution import contribution
from simulator.answers.districts import district_answers
from simulator.answers.failure import failure_conditions
from simulator.answers.sensitivity import sobol, tornado
from simulator.answers.solve import solve
from simulator.facts.calendar import format_month, parse_month
from simulator.model import HELD_MONTHS, Inputs, make_inputs, run_inputs
from simulator.model.inputs import draw_sample
from simulator.outputs import project
from simulator.scenario import Scenario, load_scenario

DRAWS, MONTHS = 2000, 60
REPETITIONS, FEW = 5, 3
MIN_RATIO = 6.0
MAX_MEBIBYTES = 500.0
PROMISED, HEAVIER = "baseline", "inpres_full"
DRAW_STEPS = (250, 500, 1000, 2000, 4000)
MONTH_STEPS = (15, 30, 60, 120, 240)
Work = Callable[[], object]


def main() -> int:
    """Print the comparison, the memory and the tables of cost; return 1 if a promise is broken."""
    if sys.argv[1:] == ["memory"]:
        return _print_memory()
    print("Ratios are the message; seconds and mebibytes are those of this machine in this run.", flush=True)
    busy = os.getloadavg()[0]
    if busy > 0.5:
        print(f"Other work keeps {busy:.1f} processors busy: two threads will look slower than they are.", flush=True)
    subprocess.run([sys.executable, "-m", "simulator.model.warm"], check=True)
    mebibytes = _memory()  # first: Linux counts what the parent holds as the child's peak
    run_inputs(_inputs(draws=2))
    ratio = _race(PROMISED)
    _race(HEAVIER)
    _cost("draws", {n: _inputs(draws=n) for n in DRAW_STEPS})
    _cost("months", {n: _inputs(months=n) for n in MONTH_STEPS})
    _around()
    _answers()
    if all(importlib.util.find_spec(name) for name in peers.PACKAGES):
        peers.main()
    else:
        print("\nOther people's models are left out: pip install -r requirements-peers.txt brings them.")
    reaction.main()
    kept = ratio >= MIN_RATIO and mebibytes < MAX_MEBIBYTES
    verdict = "kept" if kept else "BROKEN"
    print(f"\nPromise of {MIN_RATIO:g} times the NumPy version ({PROMISED}) and {MAX_MEBIBYTES:g} MiB: {verdict}.")
    return 0 if kept else 1


def _scenario(stem: str, months: int) -> Scenario:
    """Return a shipped scenario whose run has `months` months, the twelve after the horizon included."""
    scenario = load_scenario(stem)
    return scenario.replace(horizon=format_month(parse_month(scenario.start) + months - HELD_MONTHS))


def _inputs(stem: str = PROMISED, *, draws: int = DRAWS, months: int = MONTHS) -> Inputs:
    return make_inputs(_scenario(stem, months), n_draws=draws, seed=0)


def _seconds(work: Work) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _medians(works: dict[str, Work], repetitions: int) -> dict[str, float]:
    """Median seconds of each piece of work; every round runs all, so that a slow spell of the machine hits all."""
    rounds = [{name: _seconds(work) for name, work in works.items()} for _ in range(repetitions)]
    return {name: median(times[name] for times in rounds) for name in works}


def _race(stem: str) -> float:
    """Kernel against NumPy; returns how many times faster two threads are."""
    inputs = _inputs(stem)
    names = ("kernel, 2 threads", "kernel, 1 thread", "NumPy, vectorised")
    medians = _medians(
        {
            names[0]: lambda: run_inputs(inputs, threads=2),
            names[1]: lambda: run_inputs(inputs, threads=1),
            names[2]: lambda: vectorised.run(inputs),
        },
        REPETITIONS,
    )
    print(f"\n{stem}, {DRAWS:,} draws x 15 districts x 11 segments x {MONTHS} months ({REPETITIONS} rounds, medians)")
    slowest = medians[names[2]]
    for name in names:
        print(f"  {name:<18}{medians[name]:8.2f} s  {slowest / medians[name]:6.1f} times NumPy")
    return slowest / medians[names[0]]


def _memory() -> float:
    """Peak memory of one run in a fresh interpreter, MiB."""
    command = [sys.executable, "-m", "benchmarks", "memory"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    before, after = (float(word) for word in answer.split())
    print(f"\nMemory at the peak of a run of {DRAWS:,} draws and {MONTHS} months, inputs included: {after:.0f} MiB")
    print(f"  ({before:.0f} MiB Python, its packages and the kernel, {after - before:.0f} MiB the run itself)")
    return after


def _print_memory() -> int:
    run_inputs(_inputs(draws=2))
    before = _peak_mebibytes()
    run_inputs(_inputs())
    print(before, _peak_mebibytes())
    return 0


def _peak_mebibytes() -> float:
    """Highest resident size so far; Linux counts in kibibytes, macOS in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _cost(unit: str, cases: dict[int, Inputs]) -> None:
    """Cost against one dimension; the last column is constant where cost is linear."""
    medians = _medians({str(n): lambda i=i: run_inputs(i, threads=2) for n, i in cases.items()}, FEW)
    reference = medians[str({"draws": DRAWS, "months": MONTHS}[unit])] / {"draws": DRAWS, "months": MONTHS}[unit]
    print(f"\nCost against {unit} (kernel, 2 threads)\n  {unit:>7}   seconds   cost of one, against the run above")
    for n in cases:
        print(f"  {n:>7}{medians[str(n)]:10.3f}{medians[str(n)] / n / reference:12.2f}")


def _around() -> None:
    """Print what a run costs besides the kernel."""
    scenario = load_scenario(PROMISED)
    start = parse_month(scenario.start)
    project(scenario, draws=DRAWS, seed=0)  # the sample is drawn once and kept
    seconds = _medians(
        {
            "drawing the sample (once for all scenarios of a seed)": lambda: draw_sample.__wrapped__(
                n_draws=DRAWS, seed=0, start_month=start, last_year=parse_month(scenario.horizon) // 12 + 1
            ),
            "kernel to the scenario's own horizon, 2 threads": lambda: run_inputs(
                make_inputs(scenario, n_draws=DRAWS, seed=0), threads=2
            ),
            "project() with its three tables": lambda: _tables(scenario),
        },
        FEW,
    )
    print(f"\nAround the kernel, {DRAWS:,} draws, horizon {scenario.horizon}")
    for name, value in seconds.items():
        print(f"  {value:6.2f} s  {name}")


def _answers() -> None:
    """Time the long answers once, beside what is promised of them on two free cores and in runs of 2,000 draws."""
    plan, baseline = load_scenario("combined"), load_scenario(PROMISED)
    one_run = _seconds(lambda: run_inputs(make_inputs(plan, n_draws=DRAWS, seed=0)))
    works: dict[str, tuple[float, Work]] = {
        **{
            f"goal seek: 34.99 % by December 2027 at 80 %, seed {k}": (
                10,
                partial(solve, baseline, target="rkp_2026", by="2027-12", odds=0.8, seed=k),
            )
            for k in range(3)
        },
        "Sobol table": (20, lambda: sobol(plan, target="rkp_2026")),
        "tornado, 500 draws": (20, lambda: tornado(plan, target="rkp_2026")),
        "Shapley table of five groups, 500 draws": (3, lambda: contribution(_every_group(), draws=500)),
        "conditions of failure": (5, lambda: failure_conditions(plan, target="rkp_2026", by="2027-12")),
        "every kabupaten/kota, 500 draws": (1, lambda: _districts(plan)),
    }
    print("\nLong answers, once each: seconds, the promise, and the same in runs of 2,000 draws")
    for name, (promise, work) in works.items():
        seconds = _seconds(work)
        print(f"  {seconds:7.1f} s of {promise:>3.0f} s  {seconds / one_run:7.1f} runs  {name}", flush=True)


def _every_group() -> Scenario:
    """Return a plan with a lever in each of the five groups, so that all 32 coalitions are run."""
    levers = {
        "public_mandate": 1.0,
        "village_share": 1.0,
        "csr_amount": 10**10,
        "dbh_share": 0.2,
        "pppk_part_kept": 1.0,
    }
    return load_scenario(PROMISED).replace(levers=levers)


def _districts(plan: Scenario) -> object:
    run = run_inputs(make_inputs(plan, n_draws=500, seed=0), detail=True)
    return district_answers(run, 0.3499, run.inputs.horizon)


def _tables(scenario: Scenario) -> None:
    result = project(scenario, draws=DRAWS, seed=0)
    result.quantiles()
    result.arrival()
    result.money()


if __name__ == "__main__":
    sys.exit(main())
