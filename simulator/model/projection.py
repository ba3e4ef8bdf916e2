"""Run every draw of a scenario on all threads, in chunks that can be watched and cancelled."""

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, fields, replace
from threading import Event

import numpy as np
from numpy.typing import NDArray

from simulator.facts.calendar import DATA_MONTH
from simulator.model import kernel
from simulator.model.draws import Array
from simulator.model.inputs import Evidence, Inputs, make_inputs
from simulator.model.parts import some
from simulator.scenario import Scenario

_CHUNK = 125
Progress = Callable[[int, int], None]


class Cancelled(Exception):
    """The caller's `cancel` was set before all draws were done."""


@dataclass(frozen=True)
class Projection:
    """All draws of one scenario.

    Attributes
    ----------
    inputs : Inputs
    active, reported : array, shape (n_draws, n_districts, n_months + 1), persons
        Active members at month end, December-equivalent and with season.
    base : array, shape (n_draws, n_districts, n_months + 1), persons
        Eligible workers that coverage is measured against.
    by_segment : array, shape (n_draws, n_segments, n_months + 1), persons
        Active members of the province.
    money : array, shape (n_draws, n_funds, n_years, 3)
        Rupiah planned and spent, person-months paid; years count from that of month 0.
    use : array, shape (n_draws, n_funds, n_years, 6)
        Unspent rupiah because names were refused or held back by the list, because nobody was left, and because
        offices could not register more; person-months of places, of those paid for people who were members already,
        and of those in the first three months after an interruption. Empty unless asked for, like all that follows;
        of the first draws only, like `local` and `payers`, if no more were asked for.
    local : array, shape (n_draws, n_districts, n_funds, n_years)
        Rupiah spent in each kabupaten/kota.
    payers : array, shape (n_draws, n_funds + 1, n_months + 1), persons
        Active members whose premium a fund pays, and last those in grace.
    groups : array, shape (n_draws, 3, n_segments, n_months + 1), persons
        Reported members, base and monthly organic slope by segment of the province.
    trace : array, shape (n_draws, n_months + 1, 3, n_segments, n_districts), persons
        Not covered, active, eligible.
    """

    inputs: Inputs
    active: Array
    reported: Array
    base: Array
    by_segment: Array
    money: Array
    use: Array
    local: Array
    payers: Array
    groups: Array
    trace: Array

    def take(self, draws: NDArray[np.intp]) -> "Projection":
        """Return the projection of some of the draws, which may repeat; of those with details, if there are any."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "inputs"}
        return replace(
            self,
            inputs=replace(self.inputs, sample=some(self.inputs.sample, draws)),
            **{name: array[draws] if array.shape[0] else array for name, array in arrays.items()},
        )

    @property
    def coverage(self) -> Array:
        """December-equivalent coverage of the province, shape (n_draws, n_months + 1), a share."""
        return np.asarray(self.active.sum(axis=1) / self.base.sum(axis=1))

    @property
    def reported_coverage(self) -> Array:
        """Coverage with season, as a published figure would show it; shape and unit of `coverage`."""
        return np.asarray(self.reported.sum(axis=1) / self.base.sum(axis=1))


def run(
    scenario: Scenario,
    *,
    draws: int = 2000,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Event | None = None,
    evidence: Evidence = "posterior",
    detail: bool = False,
    detail_draws: int | None = None,
) -> Projection:
    """Project one scenario; see `run_inputs`."""
    return run_inputs(
        make_inputs(scenario, n_draws=draws, seed=seed, evidence=evidence),
        progress=progress,
        cancel=cancel,
        detail=detail,
        detail_draws=detail_draws,
    )


def run_inputs(
    inputs: Inputs,
    *,
    progress: Progress | None = None,
    cancel: Event | None = None,
    threads: int | None = None,
    chunk: int = _CHUNK,
    detail: bool = False,
    detail_draws: int | None = None,
    groups: bool = False,
    trace: bool = False,
) -> Projection:
    """Run the kernel over all draws.

    Parameters
    ----------
    progress : callable, optional
        Called as ``progress(done, total)`` in draws, between chunks.
    cancel : threading.Event, optional
        Looked at between chunks.
    threads, chunk : int
        How the work is cut; neither changes a digit.
    detail : bool
        Also keep where money goes and why some is left: `use`, `local`, `payers`.
    detail_draws : int, optional
        With `detail`: of how many first draws; of all unless given.
    groups : bool
        Also keep reported members, base and organic slope by segment.
    trace : bool
        Also keep every cell of every month (tests; large).

    Raises
    ------
    Cancelled
        If `cancel` was set.
    """
    n_draws = inputs.sample.base.shape[0]
    kept = min(n_draws if detail_draws is None else detail_draws, n_draws) if detail else 0
    result = _empty_projection(inputs, n_draws, kept=kept, groups=groups, trace=trace)
    with_details = _kernel_arguments(result)
    without = _kernel_arguments(replace(result, use=result.use[:0], local=result.local[:0], payers=result.payers[:0]))
    chunks = [(i, min(i + chunk, kept), with_details) for i in range(0, kept, chunk)]
    chunks += [(i, min(i + chunk, n_draws), without) for i in range(kept, n_draws, chunk)]
    done = 0
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        waiting = {pool.submit(kernel.run_draws, i, end, *given): end - i for i, end, given in chunks}
        while waiting:
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
                done += waiting.pop(future)
            if progress is not None:
                progress(done, n_draws)
            if cancel is not None and cancel.is_set() and waiting:
                pool.shutdown(wait=True, cancel_futures=True)
                raise Cancelled
    return result


def _empty_projection(inputs: Inputs, n_draws: int, *, kept: int, groups: bool, trace: bool) -> Projection:
    months = inputs.n_months + 1
    years = (inputs.start_month + inputs.horizon) // 12 - inputs.start_month // 12 + 1
    by_district = (n_draws, kernel.N_DISTRICTS, months)
    return Projection(
        inputs=inputs,
        active=np.empty(by_district),
        reported=np.empty(by_district),
        base=np.empty(by_district),
        by_segment=np.empty((n_draws, kernel.N_SEGMENTS, months)),
        money=np.zeros((n_draws, kernel.N_FUNDS, years, kernel.N_MONEY)),
        use=np.zeros((kept, kernel.N_FUNDS, years, kernel.N_USE)),
        local=np.zeros((kept, kernel.N_DISTRICTS, kernel.N_FUNDS, years)),
        payers=np.empty((kept, kernel.N_FUNDS + 1, months)),
        groups=np.empty((n_draws if groups else 0, 3, kernel.N_SEGMENTS, months)),
        trace=np.empty((n_draws if trace else 0, months, 3, kernel.N_SEGMENTS, kernel.N_DISTRICTS)),
    )


def _kernel_arguments(result: Projection) -> tuple[object, ...]:
    i = result.inputs
    s = i.sample
    return (
        i.start_month,
        DATA_MONTH,
        (s.base, s.par, s.renewal, s.shocks),
        (s.start.eligible, s.start.members, s.start.funded, s.start.grace),
        (
            i.keys,
            i.recorded,
            i.flags,
            i.own_pppk,
            i.election,
            i.windows,
            i.profile,
            i.part_start,
            i.layoff_month,
            i.horizon,
        ),
        (i.value, i.weight),
        (
            result.active,
            result.reported,
            result.base,
            result.by_segment,
            result.groups,
            result.trace,
            result.payers,
        ),
        result.money,
        result.use,
        result.local,
    )
