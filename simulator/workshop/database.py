"""The SQLite file of the workshops: its tables, and how it is read and written from several processes at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from simulator.workshop.records import WorkshopError

_PATIENCE_SECONDS = 10
_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE room (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, title TEXT NOT NULL, budget INTEGER,
    opened_at TEXT NOT NULL, is_closed INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1);
CREATE TABLE round (
    id INTEGER PRIMARY KEY, room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE, number INTEGER NOT NULL,
    kind TEXT NOT NULL, question TEXT NOT NULL, target TEXT NOT NULL, scenario TEXT NOT NULL,
    choices TEXT NOT NULL, levers TEXT NOT NULL, offers TEXT NOT NULL,
    state TEXT NOT NULL, answer TEXT, opened_at TEXT NOT NULL, revealed_at TEXT, UNIQUE (room, number));
CREATE UNIQUE INDEX one_open_round ON round (room) WHERE state = 'open';
CREATE TABLE person (
    id INTEGER PRIMARY KEY, room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
    token TEXT NOT NULL UNIQUE, name TEXT NOT NULL, "table" TEXT NOT NULL);
CREATE INDEX person_room ON person (room);
CREATE TABLE vote (
    round INTEGER NOT NULL REFERENCES round ON DELETE CASCADE,
    person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    choice TEXT NOT NULL, lever TEXT, cast_at TEXT NOT NULL, PRIMARY KEY (round, person)) WITHOUT ROWID;
CREATE TABLE proposal (
    round INTEGER NOT NULL REFERENCES round ON DELETE CASCADE, "table" TEXT NOT NULL,
    "values" TEXT NOT NULL, sent_at TEXT NOT NULL, PRIMARY KEY (round, "table")) WITHOUT ROWID;
"""


class Database:
    """One file, opened anew for every use.

    Parameters
    ----------
    path : Path
        Made if it is not there, in a folder that only this user can read.

    Raises
    ------
    WorkshopError
        From every method, if the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reach()
        with self._write() as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    def _reach(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.touch(mode=0o600)
        except OSError as error:
            raise WorkshopError("workshop.no_store", reason=error.strerror or str(error)) from None

    def _wipe(self) -> None:
        """Empty the log of writes, in which deleted texts would stay for as long as another process is connected."""
        with self._read() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE_SECONDS, isolation_level=None)) as connection:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
                yield connection
        except sqlite3.Error as error:
            raise WorkshopError("workshop.no_store", reason=str(error)) from None

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside one transaction that takes its turn at once, is kept whole or not at all."""
        with self._read() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
