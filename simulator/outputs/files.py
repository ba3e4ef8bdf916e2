"""Write files whole or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from simulator.outputs.result import Result


class OutputError(ValueError):
    """A file could not be written; the message is one sentence."""


def check_folder(folder: Path) -> None:
    """Refuse an output folder that cannot be used, before anything is computed; nothing is made yet.

    Raises
    ------
    OutputError
        If `folder` is a file or has an impossible name, or the folder it would stand in cannot be written.
    """
    try:
        nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    except OSError as error:  # a name that is too long
        raise _refused(folder, error.strerror or str(error)) from None
    if not nearest.is_dir():
        raise _refused(folder, f"{str(nearest)!r} is no folder")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise _refused(folder, f"{str(nearest)!r} is read-only")


def check_file(path: Path) -> None:
    """Refuse a file name that cannot be written to, before anything is computed.

    Raises
    ------
    OutputError
        If there is a folder of that name, or the folder it would stand in cannot be used.
    """
    check_folder(path.parent)
    if not path.name or os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where a name is too long
        msg = f"--out is {str(path)!r}, which is a folder; the name of a file is allowed, nothing was changed"
        raise OutputError(msg)


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write all `files` (name to content) into `folder`, or none of them; the folder is made if need be.

    Raises
    ------
    OutputError
        If one cannot be written, for example because the disk is full; what was there before stays.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    written: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
            written[Path(temporary)] = folder / name
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for temporary_path, final in written.items():
            temporary_path.chmod(0o644)
            temporary_path.replace(final)
    except OSError as error:
        for temporary_path in written:
            temporary_path.unlink(missing_ok=True)
        for made in missing:
            with suppress(OSError):
                made.rmdir()
        raise _refused(folder, error.strerror or str(error)) from error


def _refused(folder: Path, why: str) -> OutputError:
    return OutputError(f"--out is {str(folder)!r}: {why}; a folder that can be written is allowed, nothing was changed")


def table_files(result: Result) -> dict[str, bytes]:
    """Return the three tables of a result as CSV: UTF-8, comma, point."""
    tables = {"quantiles.csv": result.quantiles(), "arrival.csv": result.arrival(), "money.csv": result.money()}
    return {name: table.to_csv(index=False, lineterminator="\n").encode() for name, table in tables.items()}
