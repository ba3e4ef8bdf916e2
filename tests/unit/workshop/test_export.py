"""Tables of a room: whole, without tokens, without names unless asked for, and without formulas."""

import csv
import io

import pytest

from simulator import load_scenario
from simulator.outputs.manifest import is_member
from simulator.scenario import encode_link
from simulator.workshop import NEVER, Answer, Offer, Said, export

CHOICES = ("2026-06", NEVER)
EVIL = '=HYPERLINK("http://x")'


def link(name, **changes):
    return encode_link(load_scenario(name).replace(**changes))


def ask(store, room, *, scenario="baseline", question="Kapan?", **more):
    return store.open_round(
        room.id, question=Said(id=question, en=question), target="rkp_2026", scenario=link(scenario, **more),
        choices=CHOICES, levers=("dbh_share",),
    )  # fmt: skip


def reveal(store, asked):
    sentence = Said(id="a", en="b")
    answer = Answer(draws=2000, shares={"2026-06": 0.2, NEVER: 0.8}, central=NEVER, odds=0.2, sentence=sentence)
    store.reveal(asked.id, answer)


def tables(store, room, **how):
    rounds = store.rounds(room.id)
    files = export.tables(
        rounds,
        [vote for its in rounds for vote in store.votes(its.id)],
        [plan for its in rounds for plan in store.proposals(its.id)],
        store.people(room.id),
        **how,
    )
    return {name: list(csv.DictReader(io.StringIO(content.decode()))) for name, content in files.items()}


@pytest.fixture
def played(store, room):
    tokens = [store.join(room.code, name=name, table="Meja 1") for name in (EVIL, "Ani")]
    asked = ask(store, room, question=EVIL)
    for token in tokens:
        store.vote(store.person(token), asked.id, NEVER, "dbh_share")
    reveal(store, asked)
    return tokens


def test_tables_hold_rounds_votes_and_people(store, room, played):
    found = tables(store, room)
    assert all(map(is_member, found))
    (its,) = found["workshop/rounds.csv"]
    assert (its["number"], its["state"], its["central"], its["odds"]) == ("1", "revealed", "never", "0.2")
    assert its["scenario_link"] == link("baseline")
    assert [(vote["choice"], vote["lever"]) for vote in found["workshop/votes.csv"]] == [("never", "dbh_share")] * 2
    assert {vote["person"] for vote in found["workshop/votes.csv"]} == {
        its["person"] for its in found["workshop/people.csv"]
    }


def test_names_leave_only_when_asked_for(store, room, played):
    def everything(**how):
        return str(tables(store, room, **how))

    assert "Ani" not in everything()
    assert "Ani" in everything(names=True)
    assert not any(token in everything(names=True) for token in played)


def test_no_cell_is_a_formula(store, room, played):
    found = tables(store, room, names=True)
    assert found["workshop/people.csv"][0]["name"] == f"'{EVIL}"
    assert found["workshop/rounds.csv"][0]["question_indonesian"] == f"'{EVIL}"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_text_that_begins_like_a_formula_is_marked_as_text(text):
    assert export.safe(text) == f"'{text}"
    assert export.safe(f"a{text}") == f"a{text}"


def test_proposals_are_one_row_per_lever(store, room):
    offer = Offer(lever="dbh_share", low=0, high=0.2, step=0.01, today=0.04, rupiah=1.0)
    asked = store.open_round(
        room.id, question=Said(id="?", en="?"), target="rkp_2026", scenario=link("baseline"), kind="plan",
        offers=[offer],
    )  # fmt: skip
    store.propose_here(asked.id, "@Meja", {"dbh_share": 0.1})
    (row,) = tables(store, room)["workshop/proposals.csv"]
    assert (row["table"], row["lever"], row["value"]) == ("'@Meja", "dbh_share", "0.1")


def test_scenarios_are_the_last_four_different_ones_over_the_same_months(store, room):
    for name in ("no_policy", "baseline", "village_100", "baseline", "combined", "dbh_full"):
        reveal(store, ask(store, room, scenario=name))
    reveal(store, ask(store, room, scenario="pppk_full", horizon="2035-12"))
    reveal(store, ask(store, room, scenario="csr_stops"))
    found = export.scenarios(store.rounds(room.id))
    assert list(found) == ["round-4", "round-5", "round-6", "round-8"]
    assert [its.name.id for its in found.values()] == [
        load_scenario(name).name.id for name in ("baseline", "combined", "dbh_full", "csr_stops")
    ]
