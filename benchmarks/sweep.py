"""What a scenario of a sweep costs: ``python -m benchmarks.sweep``; docs/scale.md says what the numbers mean."""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from simulator.facts.pack import DISTRICT_CODES
from simulator.model import make_inputs, run_inputs
from simulator.outputs.manifest import program
from simulator.outputs.sweep_grid import Axis
from simulator.outputs.sweep_tables import TABLES, Block, compute
from simulator.scenario import dump_scenario, load_scenario

DRAWS, FEWER_DRAWS = 2000, 500
LEVERS = Axis("levers", "village_share", (0, 1), range=True)
ASSUMPTIONS = Axis("assumptions", "keep_six_months", (0.1, 0.6), range=True)
ROUNDS, PART = 5, 50


def main() -> int:
    """Print CPU seconds, memory and bytes of a scenario; with an argument, one of its parts."""
    parts = {"kernel": _print_kernel, "memory": _print_memory}
    if len(sys.argv) > 1:
        parts[sys.argv[1]]()
        return 0
    _print_kernel()
    _print_seconds()
    command = [sys.executable, "-m", "benchmarks.sweep", "memory"]
    subprocess.run(command, check=True)
    _print_bytes()
    return 0


def _print_kernel() -> None:
    """Print what the kernel alone costs; with SIMULATOR_DATA, in another pack, which needs no posterior."""
    inputs = make_inputs(load_scenario("combined"), n_draws=DRAWS, seed=0, evidence="priors")
    run_inputs(inputs, threads=1)  # compiles
    seconds = median(_seconds(lambda: run_inputs(inputs, threads=1)) for _ in range(ROUNDS))
    print(f"Kernel alone, {DRAWS:,} draws, {len(DISTRICT_CODES)} kabupaten/kota: {seconds:.2f} CPU seconds", flush=True)


def _print_seconds() -> None:
    compute(_block(LEVERS, 1, 2))
    print("One scenario with its tables, on one thread, CPU seconds:")
    for draws in (DRAWS, FEWER_DRAWS):
        for words, axis in (("levers", LEVERS), ("assumptions", ASSUMPTIONS)):
            blocks = [_block(axis, 1, draws, place) for place in range(ROUNDS)]
            seconds = median(_seconds(lambda block=block: compute(block)) for block in blocks)
            print(f"  {draws:>6,} draws {seconds:8.2f} s  {words} vary", flush=True)


def _print_memory() -> None:
    """Print the peak after a few scenarios whose assumptions vary, as a worker then keeps several samples."""
    for place in range(ROUNDS):
        compute(_block(ASSUMPTIONS, 1, DRAWS, place))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(f"Memory of a worker at its peak: {peak:.0f} MiB", flush=True)


def _print_bytes() -> None:
    files = compute(_block(LEVERS, PART, 100))
    print(f"Bytes of a scenario on disk, in parts of {PART}:")
    for table in TABLES:
        print(f"  {len(files[table]) / PART:>8.0f}  {table}")


def _block(axis: Axis, n: int, draws: int, place: int = 0) -> Block:
    """Return a block of `n` scenarios; another `place` brings values that were not seen before."""
    rows = tuple((axis.at((place + (row + 0.5) / n) / ROUNDS),) for row in range(n))
    return Block(0, dump_scenario(load_scenario("combined")), (axis,), rows, draws, 0, program())


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    sys.exit(main())
