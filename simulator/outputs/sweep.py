"""Sweeps: many scenarios on many workers, kept in parts that are whole or absent.

Needs the packages of ``requirements-scale.txt``. Workers compute and answer in bytes; only the program that was started
touches the disk, so that workers elsewhere need no common folder.
"""

import json
import logging
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from distributed import Client, LocalCluster, Worker, WorkerPlugin, as_completed

from simulator.model import Progress
from simulator.outputs.files import check_folder, write_files
from simulator.outputs.manifest import program, sha256
from simulator.outputs.sweep_grid import Grid, SweepError
from simulator.outputs.sweep_tables import TABLES, Block, compute, settings_table
from simulator.scenario import dump_scenario

MANIFEST = "manifest.json"
_FORMAT = 1
_PARTS, _LARGEST_PART = 100, 50
_PATIENCE = "10s"


@dataclass(frozen=True)
class Sweep:
    """What a sweep has come to.

    Attributes
    ----------
    scenarios : int
        All of the grid.
    computed : int
        Those that this call computed; the others were there.
    refused : int
        Those that the model refuses; ``runs`` says why.
    """

    scenarios: int
    computed: int
    refused: int


def sweep(
    grid: Grid,
    out: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Run every scenario of a grid that is not in `out` yet.

    Parameters
    ----------
    grid : Grid
        From `simulator.outputs.sweep_grid.read_grid`.
    out : Path
        Folder of this grid alone; made if need be.
    workers : int, optional
        Processes on this machine, one thread each; one for each core without it.
    scheduler : str, optional
        Address of a running Dask scheduler, in place of workers of this machine.
    progress : callable, optional
        Called as ``progress(done, total)`` in scenarios.

    Raises
    ------
    SweepError
        If `out` holds another sweep, no scheduler answers, or it or a worker has another model; one sentence.
    OutputError
        If `out` cannot be written; parts that are finished stay.
    """
    check_folder(out)
    blocks, files = _blocks(grid), _files(grid)
    _refuse_another(out, files[MANIFEST])
    todo = {number: block for number, block in blocks.items() if not _is_whole(out, number)}
    missing = sum(len(block.rows) for block in todo.values())
    done = len(grid.rows) - missing
    if todo:
        with _here(workers) if scheduler is None else _elsewhere(scheduler) as client:
            write_files(out, files)
            try:
                for number, tables in _computed(client, todo):
                    for table, content in tables.items():
                        path = _part(out, table, number)
                        write_files(path.parent, {path.name: content})
                    done += len(todo[number].rows)
                    if progress is not None:
                        progress(done, len(grid.rows))
            finally:
                _remove_halves(out)
    return Sweep(len(grid.rows), missing, _refused(out))


def _size(grid: Grid) -> int:
    """Return how many scenarios a part holds: workers do not enter, so that their number may change."""
    return min(_LARGEST_PART, -(-len(grid.rows) // _PARTS))


def _blocks(grid: Grid) -> dict[int, Block]:
    """Return the work of every part by its number."""
    size, base, its = _size(grid), dump_scenario(grid.base), program()
    return {
        first // size: Block(first, base, grid.axes, grid.rows[first : first + size], grid.draws, grid.seed, its)
        for first in range(0, len(grid.rows), size)
    }


def _files(grid: Grid) -> dict[str, bytes]:
    """Return what stands beside the parts; the manifest names all that they follow from."""
    base = dump_scenario(grid.base).encode()
    settings = [[f"{axis.kind}.{axis.name}" for axis in grid.axes], grid.rows]
    manifest = {
        "format": _FORMAT,
        **program(),
        "base": sha256(base),
        "grid": sha256(json.dumps(settings).encode()),
        "draws": grid.draws,
        "seed": grid.seed,
        "scenarios": len(grid.rows),
        "scenarios_per_part": _size(grid),
    }
    return {
        "base.toml": base,
        "scenarios.parquet": settings_table(grid),
        MANIFEST: (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode(),
    }


def _refuse_another(out: Path, manifest: bytes) -> None:
    """Refuse a folder with the parts of another sweep, or of one that nothing tells about any more."""
    there = out / MANIFEST
    old = there.read_bytes() if there.is_file() else None
    if old != manifest and (old is not None or any((out / table).exists() for table in TABLES)):
        raise SweepError("another", folder=str(out))


def _part(out: Path, table: str, number: int) -> Path:
    return out / table / f"part-{number:05d}.parquet"


def _is_whole(out: Path, number: int) -> bool:
    return all(_part(out, table, number).exists() for table in TABLES)


def _remove_halves(out: Path) -> None:
    """Remove what Ctrl+C, or a crash of an earlier call, left of a file in writing."""
    for half in out.glob("*/.part-*"):
        half.unlink()


def _refused(out: Path) -> int:
    refused = pq.read_table(out / "runs", columns=["refused"])["refused"]
    return len(refused) - int(refused.null_count)


def _computed(client: Client, blocks: Mapping[int, Block]) -> Iterator[tuple[int, dict[str, bytes]]]:
    """Yield part number and tables of every block, in the order in which they are finished."""
    futures = {client.submit(compute, block, pure=False): number for number, block in blocks.items()}
    for future, tables in as_completed(list(futures), with_results=True):
        yield futures.pop(future), tables  # the workers forget a result that nobody holds on to


class _NoInterrupts(WorkerPlugin):
    """Let Ctrl+C reach the program that was started alone: it ends its workers itself."""

    def setup(self, worker: Worker) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _here(workers: int | None) -> Iterator[Client]:
    """Yield workers that nobody outside this machine can reach, without a page that shows them."""
    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        client.register_plugin(_NoInterrupts())
        yield client


@contextmanager
def _elsewhere(address: str) -> Iterator[Client]:
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError, TypeError):  # nobody there, no address, and one whose way is not set up
        raise SweepError("no_scheduler", address=repr(address)) from None
    with client:
        _refuse_strangers(client)
        yield client


def _refuse_strangers(client: Client) -> None:
    """Refuse a scheduler or workers without this project; workers that join later are asked in `compute`."""
    try:
        found = [client.run_on_scheduler(program), *client.run(program, on_error="return").values()]
    except ImportError:
        found = [None]
    if any(its != program() for its in found):
        raise SweepError("other_program")
