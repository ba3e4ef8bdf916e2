"""Copy the file of the workshops while it is in use: ``python -m tools.backup FILE``, from the project's folder.

The copy is whole: all that was confirmed when it began. It holds names and votes, so only its owner may read it.
"""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from simulator.workshop.store import FILE, folder


def main(arguments: list[str]) -> int:
    """Write the copy to the file that is the one argument; return the exit code."""
    if len(arguments) != 1:
        print("python -m tools.backup FILE: name the one file that the copy is written to.", file=sys.stderr)
        return 2
    source, target = folder() / FILE, Path(arguments[0])
    if not source.is_file():
        print(f"There is nothing to copy: {source} does not exist.", file=sys.stderr)
        return 2
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        print(f"{target} cannot be written ({error.strerror}); name a file that does not exist yet.", file=sys.stderr)
        return 2
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
