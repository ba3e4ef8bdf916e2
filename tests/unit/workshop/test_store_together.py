"""Many write at once, some are killed: no confirmed vote is lost, none is there twice."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from simulator.workshop import Store
from tests.rooms import CHOICES, asked_when, joined

ROOT = Path(__file__).resolve().parents[3]
# Votes for ever, for people of the arguments in turn, and names each one that is confirmed.
WRITER = """
import sys
from simulator.workshop import Person, Store
store, room, asked = Store(), int(sys.argv[1]), int(sys.argv[2])
choices = store.last_round(room).choices
people = [Person(id=int(id), room=room, name="", table="") for id in sys.argv[3:]]
for turn in range(10**9):
    person, choice = people[turn % len(people)], choices[turn // len(people) % len(choices)]
    store.vote(person, asked, choice)
    print(person.id, choice, flush=True)
"""


def writer(room, asked, people):
    """Start a process that votes."""
    command = [sys.executable, "-c", WRITER, *(str(id) for id in (room.id, asked.id, *(its.id for its in people)))]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)


def test_forty_phones_at_once_lose_no_vote(store, room):
    asked = asked_when(store, room)
    people = [joined(store, room) for _ in range(40)]
    start = threading.Barrier(len(people))

    def vote(number):
        start.wait(timeout=60)
        for turn in range(3):
            Store().vote(people[number], asked.id, CHOICES[(number + turn) % len(CHOICES)])

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(vote, range(len(people))))
    kept = {vote.person: vote.choice for vote in store.votes(asked.id)}
    assert kept == {its.id: CHOICES[(number + 2) % len(CHOICES)] for number, its in enumerate(people)}


def test_many_join_at_once_and_each_has_a_token_of_its_own(store, room):
    with ThreadPoolExecutor(20) as pool:
        tokens = list(pool.map(lambda _: Store().join(room.code), range(60)))
    assert len({store.person(token).id for token in tokens}) == 60
    assert store.count_people(room.id) == 60


def test_a_new_store_may_be_opened_by_many_at_once(tmp_path):
    start = threading.Barrier(12)

    def opened(_):
        start.wait(timeout=60)
        return Store(tmp_path / "new.sqlite3").rooms()

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(opened, range(12))) == [[]] * 12


def test_a_reveal_among_votes_keeps_those_before_it_and_refuses_those_after(store, room):
    asked = asked_when(store, room)
    people = [joined(store, room) for _ in range(6)]
    processes = [writer(room, asked, people[:3]), writer(room, asked, people[3:])]
    for process in processes:
        process.stdout.readline()
    store.reveal(asked.id)
    at_reveal = store.votes(asked.id)
    for process in processes:
        process.wait(timeout=60)
        process.stdout.close()
    assert [process.returncode for process in processes] == [1, 1]  # refused, and ended by that
    assert store.votes(asked.id) == at_reveal


@pytest.mark.parametrize("wait", [0.0, 0.15, 0.4])
def test_a_killed_server_loses_no_vote_that_it_confirmed(store, room, wait):
    asked = asked_when(store, room)
    people = [joined(store, room) for _ in range(5)]
    process = writer(room, asked, people)
    confirmed = [process.stdout.readline()]
    time.sleep(wait)  # killed at another moment each time
    process.kill()
    confirmed += process.stdout.read().splitlines()
    process.wait()
    process.stdout.close()
    last = dict(line.split() for line in confirmed if len(line.split()) == 2)
    kept = {str(vote.person): vote.choice for vote in Store().votes(asked.id)}
    later = [person for person in kept if kept[person] != last.get(person)]
    assert set(last) <= set(kept)
    assert len(later) <= 1  # at most the vote that was under way may be there though it was not confirmed yet
    for person in later:
        following = CHOICES[(CHOICES.index(last[person]) + 1) % len(CHOICES)] if person in last else CHOICES[0]
        assert kept[person] == following
    assert store.count_votes(asked.id) == len(kept)
