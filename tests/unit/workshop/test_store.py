"""Votes are counted once, before the reveal, and what was confirmed is on the disk."""

import os
import re
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from simulator.workshop import Said, Store, WorkshopError
from simulator.workshop.store import KEPT_DAYS, MOST_PEOPLE, MOST_TABLES
from tests.rooms import ANSWER, CHOICES, OFFERS, QUESTION, asked_plan, asked_when, joined


def refused(key, act, *arguments, **named):
    with pytest.raises(WorkshopError) as caught:
        act(*arguments, **named)
    assert caught.value.key == f"workshop.{key}"


def everything_in(store):
    return b"".join(path.read_bytes() for path in store.path.parent.iterdir())


def test_a_room_has_a_code_of_six_digits_and_keeps_its_budget(store):
    room = store.open_room("  Rapat \n Gubernur ", budget=5)
    assert re.fullmatch("[0-9]{6}", room.code)
    assert (room.title, room.budget, room.is_closed) == ("Rapat Gubernur", 5, False)
    assert Store().rooms() == [room]


@pytest.mark.parametrize(("title", "budget", "key"), [(" ", None, "no_title"), ("x" * 41, None, "too_long")])
def test_a_room_without_a_name_of_use_is_refused(store, title, budget, key):
    refused(key, store.open_room, title, budget=budget)
    assert store.rooms() == []


@pytest.mark.parametrize("budget", [0, -1, 10**15 + 1])
def test_a_budget_that_is_none_is_refused(store, budget):
    refused("bad_budget", store.open_room, "Rapat", budget=budget)


def test_one_browser_has_one_vote_and_the_last_one_counts(store, room):
    asked, ani, budi = asked_when(store, room), joined(store, room, name="Ani"), joined(store, room)
    store.vote(ani, asked.id, "2026-06", "dbh_share")
    store.vote(budi, asked.id, "never")
    store.vote(ani, asked.id, "2027-12")
    kept = {vote.person: (vote.choice, vote.lever) for vote in store.votes(asked.id)}
    assert kept == {ani.id: ("2027-12", None), budi.id: ("never", None)}
    assert store.count_votes(asked.id) == 2
    assert store.vote_of(ani, asked.id).choice == "2027-12"


def test_nothing_is_counted_after_the_reveal(store, room):
    asked, ani = asked_when(store, room), joined(store, room)
    store.vote(ani, asked.id, "2026-06")
    store.reveal(asked.id, ANSWER)
    refused("not_open", store.vote, ani, asked.id, "2027-12")
    refused("not_open", store.reveal, asked.id, ANSWER)
    assert [vote.choice for vote in store.votes(asked.id)] == ["2026-06"]
    assert store.last_round(room.id).answer == ANSWER


def test_a_withdrawn_question_is_not_the_last_one(store, room):
    first = asked_when(store, room)
    store.reveal(first.id, ANSWER)
    second = asked_when(store, room)
    assert store.last_round(room.id) == second
    store.withdraw(second.id)
    assert store.last_round(room.id).id == first.id
    assert [its.state for its in store.rounds(room.id)] == ["revealed", "withdrawn"]


def test_what_the_question_does_not_offer_is_refused(store, room):
    asked, ani = asked_when(store, room), joined(store, room)
    refused("no_such_choice", store.vote, ani, asked.id, "2031-06")
    refused("no_such_lever", store.vote, ani, asked.id, "never", "apbd_amount")
    assert store.votes(asked.id) == []


def test_people_of_another_room_have_no_say(store, room):
    asked, stranger = asked_when(store, room), joined(store, store.open_room("Lain"))
    refused("not_open", store.vote, stranger, asked.id, "never")


def test_one_question_is_open_at_a_time(store, room):
    asked = asked_when(store, room)
    refused("still_open", asked_when, store, room)
    store.reveal(asked.id)
    assert asked_when(store, room).number == 2


def test_a_question_without_words_is_refused(store, room):
    refused("no_question", asked_when, store, room, question=Said(id="Kapan?", en=" \u200b"))


def test_a_closed_room_takes_nobody_and_nothing(store, room):
    asked, token = asked_when(store, room), store.join(room.code)
    ani = store.person(token)
    store.close_room(room.id)
    refused("unknown_code", store.join, room.code)
    refused("not_open", store.vote, ani, asked.id, "never")
    refused("closed", asked_when, store, room)
    assert store.person(token) is None
    assert store.room(room.id).is_closed
    assert store.versions() == {}


def test_a_full_room_takes_nobody_more(store, room):
    for _ in range(MOST_PEOPLE):
        store.join(room.code)
    refused("full", store.join, room.code)
    assert store.count_people(room.id) == MOST_PEOPLE


def test_phones_hear_of_questions_and_reveals_but_not_of_votes(store, room):
    seen = [store.versions()[room.id]]
    asked = asked_when(store, room)
    seen.append(store.versions()[room.id])
    store.vote(joined(store, room), asked.id, "never")
    assert store.versions()[room.id] == seen[-1]
    store.reveal(asked.id, ANSWER)
    seen.append(store.versions()[room.id])
    assert seen == sorted(set(seen))


def test_a_table_has_one_plan_and_its_sender_sits_there(store, room):
    asked, token = asked_plan(store, room), store.join(room.code)
    ani = store.person(token)
    store.propose(ani, asked.id, "Meja 1", {"village_people": 50})
    store.propose(ani, asked.id, "Meja 1", {"village_people": 70, "dbh_share": 0.1})
    store.propose_here(asked.id, "Meja 2", {})
    plans = {plan.table: plan.values for plan in store.proposals(asked.id)}
    assert plans == {"Meja 1": {"village_people": 70, "dbh_share": 0.1}, "Meja 2": {}}
    assert store.person(token).table == "Meja 1"


@pytest.mark.parametrize(
    ("table", "values", "key"),
    [
        (" ", {}, "no_table"),
        ("Meja", {"village_people": 200.1}, "out_of_range"),
        ("Meja", {"village_people": float("nan")}, "out_of_range"),
        ("Meja", {"village_people": float("inf")}, "out_of_range"),
        ("Meja", {"apbd_amount": 1}, "no_such_lever"),
    ],
)
def test_a_plan_beyond_what_is_offered_is_refused(store, room, table, values, key):
    asked, ani = asked_plan(store, room), joined(store, room)
    refused(key, store.propose, ani, asked.id, table, values)
    refused(key, store.propose_here, asked.id, table, values)
    assert store.proposals(asked.id) == []


def test_no_more_tables_than_a_chart_can_show_but_each_may_change_its_plan(store, room):
    asked = asked_plan(store, room)
    for number in range(MOST_TABLES):
        store.propose_here(asked.id, f"Meja {number}", {})
    refused("many_tables", store.propose_here, asked.id, "Lagi", {})
    store.propose_here(asked.id, "Meja 0", {"dbh_share": 0.2})
    assert len(store.proposals(asked.id)) == MOST_TABLES


def test_plans_are_not_votes_and_votes_not_plans(store, room):
    asked, ani = asked_plan(store, room), joined(store, room)
    refused("no_such_choice", store.vote, ani, asked.id, CHOICES[0])
    store.reveal(asked.id)
    asked = asked_when(store, room)
    refused("no_such_lever", store.propose, ani, asked.id, "Meja", {})


def test_of_a_token_only_a_hash_is_kept(store, room):
    token = store.join(room.code)
    assert token.encode() not in everything_in(store)


def test_deleting_a_room_leaves_nothing_of_it_in_the_files(store, room):
    asked = asked_when(store, room, question=Said(id="TANYARAHASIA", en="SECRETQUESTION"))
    store.vote(joined(store, room, name="NAMARAHASIA", table="MEJARAHASIA"), asked.id, "never")
    store.reveal(asked.id, ANSWER)
    asked = asked_plan(store, room)
    store.propose_here(asked.id, "USULRAHASIA", {})
    words = [b"TANYARAHASIA", b"SECRETQUESTION", b"NAMARAHASIA", b"MEJARAHASIA", b"USULRAHASIA"]
    with closing(sqlite3.connect(store.path)) as reader:  # another process may be connected all the time
        reader.execute("SELECT count(*) FROM room").fetchone()
        assert [word for word in words if word in everything_in(store)] == words
        store.delete_room(room.id)
        assert [word for word in words if word in everything_in(store)] == []
    assert store.rooms() == []
    refused("gone", store.room, room.id)


def test_old_rooms_are_forgotten_and_young_ones_kept(store, room):
    now = datetime.now(UTC)
    assert store.forget_old(now=now + timedelta(days=KEPT_DAYS - 1)) == 0
    with closing(sqlite3.connect(store.path)) as reader:
        reader.execute("SELECT count(*) FROM room").fetchone()
        assert store.forget_old(now=now + timedelta(days=KEPT_DAYS, minutes=1)) == 1
        assert room.title.encode() not in everything_in(store)
    assert store.rooms() == []


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_nobody_else_on_this_machine_reads_the_store(store):
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_a_store_that_cannot_be_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    refused("no_store", Store, tmp_path / "file" / "workshop.sqlite3")
    (tmp_path / "broken").write_bytes(b"this is no database, only a file of the same name" * 50)
    refused("no_store", Store, tmp_path / "broken")


def test_what_was_asked_comes_back_as_it_was(store, room):
    asked = asked_plan(store, room)
    kept = Store().last_round(room.id)
    assert kept == asked
    assert (kept.offers, kept.question) == (OFFERS, QUESTION)
