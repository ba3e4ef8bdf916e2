"""Independent runs side by side: preparing one, which takes a single thread, overlaps with computing another."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from simulator.model import Cancelled, Progress

A = TypeVar("A")
B = TypeVar("B")


def beside(
    work: Callable[[A], B], items: Iterable[A], *, progress: Progress | None = None, cancel: Event | None = None
) -> list[B]:
    """Return `work` of each item, in their order.

    The first exception of `work` is raised and what has not begun is left.

    Parameters
    ----------
    progress, cancel
        As in `simulator.model.run_inputs`, counted in items.

    Raises
    ------
    Cancelled
        If `cancel` was set.
    """
    out: list[B] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        jobs = [pool.submit(work, item) for item in items]
        try:
            for job in jobs:
                out.append(job.result())
                if cancel is not None and cancel.is_set():
                    raise Cancelled
                if progress is not None:
                    progress(len(out), len(jobs))
        finally:
            for job in jobs:
                job.cancel()
    return out
