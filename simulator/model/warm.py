"""Compile the kernel once, with a visible word about it: ``python -m simulator.model.warm``."""

import sys
import time

from simulator.model.projection import run
from simulator.scenario import load_scenario


def main() -> None:
    """Run two draws, so that the compiled kernel is in the cache before anyone waits for it."""
    print("Compiling the model for this machine (once, about half a minute) ...", file=sys.stderr, flush=True)
    begin = time.perf_counter()
    run(load_scenario("baseline"), draws=2, evidence="priors")
    print(f"The model is ready ({time.perf_counter() - begin:.0f} s).", file=sys.stderr)


if __name__ == "__main__":
    main()
