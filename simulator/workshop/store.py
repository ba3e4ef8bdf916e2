"""Rooms, rounds, votes and proposals in one SQLite file that the app and the server of the phones share.

Every write is one transaction that is on the disk before it is confirmed, so that a server which is killed loses
nothing it has confirmed; that a person has one vote in a round is a key of the table. Writers look at the state of the
round inside their transaction: nothing is counted after the reveal.
"""

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path

from platformdirs import user_data_path
from pydantic import TypeAdapter

from simulator.workshop.database import Database
from simulator.workshop.records import (
    LONGEST_QUESTION,
    Answer,
    Kind,
    Offer,
    Person,
    Proposal,
    Room,
    Round,
    Said,
    Vote,
    WorkshopError,
    plain_name,
)

FOLDER_VARIABLE = "SIMULATOR_WORKSHOP"
FILE = "workshop.sqlite3"
KEPT_DAYS = 30
MOST_PEOPLE = 300
MOST_TABLES = 40
CODE_DIGITS = 6
_VOTES = """SELECT round, person, name, "table", choice, lever, cast_at
    FROM vote JOIN person ON person.id = vote.person WHERE round = ? ORDER BY cast_at, person"""


def folder() -> Path:
    """Return where workshops are kept: the user's data folder, or the one that `SIMULATOR_WORKSHOP` names."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else user_data_path("lampung-jamsos", appauthor=False)


class Store(Database):
    """The workshops of this machine. A `Store` holds no connection, so threads and processes may share its file.

    Parameters
    ----------
    path : Path, optional
        The file; made if it is not there, in a folder that only this user can read.

    Raises
    ------
    WorkshopError
        From every method, if the file cannot be read or written.
    """

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path or folder() / FILE)
        self.forget_old()

    # ---- rooms

    def open_room(self, title: str, *, budget: int | None = None) -> Room:
        """Open a room under a new code; `budget` is rupiah a year that plans share."""
        name = plain_name(title)
        if not name:
            raise WorkshopError("workshop.no_title")
        if budget is not None and not 0 < budget <= 10**15:
            raise WorkshopError("workshop.bad_budget", value=budget)
        with self._write() as connection:
            taken = {row["code"] for row in connection.execute("SELECT code FROM room")}
            code = next(code for code in iter(_new_code, "") if code not in taken)
            sql = "INSERT INTO room (code, title, budget, opened_at) VALUES (?, ?, ?, ?) RETURNING *"
            return _room(connection.execute(sql, (code, name, budget, _now())).fetchone())

    def rooms(self) -> list[Room]:
        """Return all rooms, newest first."""
        with self._read() as connection:
            return [_room(row) for row in connection.execute("SELECT * FROM room ORDER BY id DESC")]

    def room(self, id: int) -> Room:
        """Return one room."""
        with self._read() as connection:
            return _room(self._one(connection, "room", id))

    def close_room(self, id: int) -> None:
        """End a room: what it holds stays, phones can do nothing in it any more; an open question is withdrawn."""
        with self._write() as connection:
            self._one(connection, "room", id)
            connection.execute("UPDATE round SET state = 'withdrawn' WHERE room = ? AND state = 'open'", (id,))
            connection.execute("UPDATE room SET is_closed = 1, version = version + 1 WHERE id = ?", (id,))

    def delete_room(self, id: int) -> None:
        """Delete a room with everything in it."""
        with self._write() as connection:
            self._one(connection, "room", id)
            connection.execute("DELETE FROM room WHERE id = ?", (id,))
        self._wipe()

    def forget_old(self, *, now: datetime | None = None) -> int:
        """Delete rooms that were opened more than `KEPT_DAYS` ago and return how many these were."""
        limit = (now or datetime.now(UTC)) - timedelta(days=KEPT_DAYS)
        with self._write() as connection:
            gone = connection.execute("DELETE FROM room WHERE opened_at < ?", (_stamp(limit),)).rowcount
        if gone:
            self._wipe()
        return gone

    def versions(self) -> dict[int, int]:
        """Return the version of each room that is not closed."""
        with self._read() as connection:
            return dict(tuple(row) for row in connection.execute("SELECT id, version FROM room WHERE NOT is_closed"))

    # ---- people

    def join(self, code: str, *, name: str = "", table: str = "") -> str:
        """Take a browser into the room of a code and return its token, of which only a hash is kept."""
        person_name, person_table = plain_name(name), plain_name(table)
        token = secrets.token_urlsafe(24)
        with self._write() as connection:
            room = connection.execute("SELECT * FROM room WHERE code = ? AND NOT is_closed", (code,)).fetchone()
            if room is None:
                raise WorkshopError("workshop.unknown_code")
            if self._count(connection, "person WHERE room = ?", room["id"]) >= MOST_PEOPLE:
                raise WorkshopError("workshop.full", most=MOST_PEOPLE)
            sql = 'INSERT INTO person (room, token, name, "table") VALUES (?, ?, ?, ?)'
            connection.execute(sql, (room["id"], _hash(token), person_name, person_table))
        return token

    def person(self, token: str) -> Person | None:
        """Return whose token it is; None if it is nobody's, or the room is gone or closed."""
        sql = """SELECT person.id, room, name, "table" FROM person JOIN room ON room.id = person.room
            WHERE token = ? AND NOT is_closed"""
        with self._read() as connection:
            row = connection.execute(sql, (_hash(token),)).fetchone()
        return None if row is None else Person(**row)

    def count_people(self, room: int) -> int:
        """Return how many browsers have joined a room."""
        with self._read() as connection:
            return self._count(connection, "person WHERE room = ?", room)

    def people(self, room: int) -> list[Person]:
        """Return who has joined a room, in the order of joining."""
        sql = 'SELECT id, room, name, "table" FROM person WHERE room = ? ORDER BY id'
        with self._read() as connection:
            return [Person(**row) for row in connection.execute(sql, (room,))]

    # ---- rounds

    def open_round(
        self,
        room: int,
        *,
        question: Said,
        target: str,
        scenario: str,
        kind: Kind = "when",
        choices: Sequence[str] = (),
        levers: Sequence[str] = (),
        offers: Sequence[Offer] = (),
    ) -> Round:
        """Ask a room something; one question at a time."""
        texts = [plain_name(text, longest=LONGEST_QUESTION) for text in (question.id, question.en)]
        if not all(texts):
            raise WorkshopError("workshop.no_question")
        said = Said(id=texts[0], en=texts[1])
        listed = [json.dumps(list(names)) for names in (choices, levers)]
        offered = json.dumps([offer.model_dump() for offer in offers])
        with self._write() as connection:
            if self._one(connection, "room", room)["is_closed"]:
                raise WorkshopError("workshop.closed")
            if self._count(connection, "round WHERE room = ? AND state = 'open'", room):
                raise WorkshopError("workshop.still_open")
            number = self._count(connection, "round WHERE room = ?", room) + 1
            sql = """INSERT INTO round
                (room, number, kind, question, target, scenario, choices, levers, offers, state, opened_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?) RETURNING *"""
            row = (room, number, kind, said.model_dump_json(), target, scenario, *listed, offered, _now())
            made = _round(connection.execute(sql, row).fetchone())
            self._touch(connection, room)
        return made

    def rounds(self, room: int) -> list[Round]:
        """Return all rounds of a room in their order."""
        with self._read() as connection:
            rows = connection.execute("SELECT * FROM round WHERE room = ? ORDER BY number", (room,))
            return [_round(row) for row in rows]

    def last_round(self, room: int) -> Round | None:
        """Return the latest round of a room that was not withdrawn."""
        sql = "SELECT * FROM round WHERE room = ? AND state <> 'withdrawn' ORDER BY number DESC LIMIT 1"
        with self._read() as connection:
            row = connection.execute(sql, (room,)).fetchone()
        return None if row is None else _round(row)

    def reveal(self, round: int, answer: Answer | None = None) -> None:
        """End the voting of a round and keep the model's answer; what comes later is refused."""
        self._end(round, "revealed", None if answer is None else answer.model_dump_json())

    def withdraw(self, round: int) -> None:
        """Take a question back: it counts for nothing, its votes stay in the export."""
        self._end(round, "withdrawn", None)

    # ---- votes and proposals

    def vote(self, person: Person, round: int, choice: str, lever: str | None = None) -> None:
        """Count the answer of a person, in place of an earlier one in the same round; on return it is on the disk."""
        with self._write() as connection:
            asked = self._open_to(connection, person, round)
            if choice not in asked.choices:
                raise WorkshopError("workshop.no_such_choice")
            if lever is not None and lever not in asked.levers:
                raise WorkshopError("workshop.no_such_lever")
            sql = """INSERT INTO vote VALUES (?, ?, ?, ?, ?) ON CONFLICT (round, person)
                DO UPDATE SET choice = excluded.choice, lever = excluded.lever, cast_at = excluded.cast_at"""
            connection.execute(sql, (round, person.id, choice, lever, _now()))

    def vote_of(self, person: Person, round: int) -> Vote | None:
        """Return what a person has answered in a round."""
        return next((vote for vote in self.votes(round) if vote.person == person.id), None)

    def votes(self, round: int) -> list[Vote]:
        """Return the votes of a round, oldest first."""
        with self._read() as connection:
            return [Vote(**row) for row in connection.execute(_VOTES, (round,))]

    def count_votes(self, round: int) -> int:
        """Return how many have voted in a round."""
        with self._read() as connection:
            return self._count(connection, "vote WHERE round = ?", round)

    def propose(self, person: Person, round: int, table: str, values: Mapping[str, float]) -> None:
        """Keep the plan of a table, in place of an earlier one in the same round; on return it is on the disk.

        Whoever sends a plan sits at its table from then on.
        """
        with self._write() as connection:
            asked = self._open_to(connection, person, round)
            self._keep_plan(connection, asked, table, values)
            connection.execute('UPDATE person SET "table" = ? WHERE id = ?', (plain_name(table), person.id))

    def propose_here(self, round: int, table: str, values: Mapping[str, float]) -> None:
        """Keep the plan of a table that has no phone; for the facilitator alone."""
        with self._write() as connection:
            asked = _round(self._one(connection, "round", round))
            if asked.state != "open":
                raise WorkshopError("workshop.not_open")
            self._keep_plan(connection, asked, table, values)

    def proposals(self, round: int) -> list[Proposal]:
        """Return the plans of a round by table."""
        sql = 'SELECT * FROM proposal WHERE round = ? ORDER BY "table"'
        with self._read() as connection:
            rows = connection.execute(sql, (round,)).fetchall()
        return [Proposal(**(dict(row) | {"values": json.loads(row["values"])})) for row in rows]

    # ---- within

    def _keep_plan(self, connection: sqlite3.Connection, asked: Round, table: str, values: Mapping[str, float]) -> None:
        name = plain_name(table)
        if not name:
            raise WorkshopError("workshop.no_table")
        offers = {offer.lever: offer for offer in asked.offers}
        for lever, value in values.items():
            if lever not in offers:
                raise WorkshopError("workshop.no_such_lever")
            offer = offers[lever]
            if not isfinite(value) or not offer.low <= value <= offer.high:
                raise WorkshopError("workshop.out_of_range", lever=lever, low=f"{offer.low:g}", high=f"{offer.high:g}")
        if not offers:
            raise WorkshopError("workshop.no_such_lever")
        held = {row["table"] for row in connection.execute('SELECT "table" FROM proposal WHERE round = ?', (asked.id,))}
        if name not in held and len(held) >= MOST_TABLES:
            raise WorkshopError("workshop.many_tables", most=MOST_TABLES)
        sql = """INSERT INTO proposal VALUES (?, ?, ?, ?) ON CONFLICT (round, "table")
            DO UPDATE SET "values" = excluded."values", sent_at = excluded.sent_at"""
        connection.execute(sql, (asked.id, name, json.dumps(dict(values)), _now()))

    def _open_to(self, connection: sqlite3.Connection, person: Person, round: int) -> Round:
        """Return a round if this person may answer it now."""
        sql = """SELECT round.* FROM round JOIN room ON room.id = round.room JOIN person ON person.room = room.id
            WHERE round.id = ? AND person.id = ? AND NOT is_closed AND state = 'open'"""
        row = connection.execute(sql, (round, person.id)).fetchone()
        if row is None:
            raise WorkshopError("workshop.not_open")
        return _round(row)

    def _end(self, round: int, state: str, answer: str | None) -> None:
        with self._write() as connection:
            asked = self._one(connection, "round", round)
            if asked["state"] != "open":
                raise WorkshopError("workshop.not_open")
            sql = "UPDATE round SET state = ?, answer = ?, revealed_at = ? WHERE id = ?"
            connection.execute(sql, (state, answer, _now(), round))
            self._touch(connection, asked["room"])

    @staticmethod
    def _touch(connection: sqlite3.Connection, room: int) -> None:
        connection.execute("UPDATE room SET version = version + 1 WHERE id = ?", (room,))

    @staticmethod
    def _one(connection: sqlite3.Connection, table: str, id: int) -> sqlite3.Row:
        row: sqlite3.Row | None = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise WorkshopError("workshop.gone")
        return row

    @staticmethod
    def _count(connection: sqlite3.Connection, what: str, id: int) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {what}", (id,)).fetchone()[0])


_OFFERS = TypeAdapter(tuple[Offer, ...])


def _room(row: sqlite3.Row) -> Room:
    return Room(**row)


def _round(row: sqlite3.Row) -> Round:
    held = dict(row)
    return Round(
        **held
        | {
            "question": Said.model_validate_json(held["question"]),
            "choices": tuple(json.loads(held["choices"])),
            "levers": tuple(json.loads(held["levers"])),
            "offers": _OFFERS.validate_json(held["offers"]),
            "answer": None if held["answer"] is None else Answer.model_validate_json(held["answer"]),
        }
    )


def _new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _now() -> str:
    return _stamp(datetime.now(UTC))


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
