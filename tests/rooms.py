"""Small workshops for tests: a room, people in it, what it is asked, and phones that reach its server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.testclient import TestClient

from simulator.workshop import Answer, Offer, Said, Store
from simulator.workshop.phones import build

HOST = "192.168.1.5:8502"
CHOICES = ("2026-06", "2026-12", "2027-06", "2027-12", "never")
LEVERS = ("village_people", "dbh_share")
QUESTION = Said(id="Kapan 34,99 % tercapai?", en="When is 34.99% reached?")
OFFERS = (
    Offer(lever="village_people", low=0, high=200, step=10, today=10, rupiah=300_000_000),
    Offer(lever="dbh_share", low=0, high=0.2, step=0.01, today=0.05, rupiah=80_000_000_000),
)
ANSWER = Answer(
    draws=2000,
    shares={"2026-06": 0.0, "2026-12": 0.1, "2027-06": 0.2, "2027-12": 0.3, "never": 0.4},
    central="2027-12",
    odds=0.6,
    sentence=Said(id="6 dari 10 masa depan tiba.", en="6 in 10 futures arrive."),
)


def joined(store, room, **names):
    """Return a new person in a room."""
    return store.person(store.join(room.code, **names))


def asked_when(store, room, **changes):
    """Ask a room when a target is reached."""
    told = {"question": QUESTION, "target": "rkp_2026", "scenario": "link", "choices": CHOICES, "levers": LEVERS}
    return store.open_round(room.id, **(told | changes))


def asked_plan(store, room):
    """Ask the tables of a room for plans."""
    return store.open_round(room.id, kind="plan", question=QUESTION, target="rkp_2026", scenario="link", offers=OFFERS)


@contextmanager
def served(store: Store) -> Iterator[Callable[[], TestClient]]:
    """Yield what opens another phone; all of them reach one running server."""
    app = build(store, hosts={HOST})
    with TestClient(app, f"http://{HOST}") as running:

        def phone() -> TestClient:
            own = TestClient(app, f"http://{HOST}", headers={"origin": f"http://{HOST}"}, follow_redirects=False)
            own.portal = running.portal  # one event loop for all, as a server has
            return own

        yield phone


def one_in_every_kind(store: Store, phone: Callable[[], TestClient]) -> list[TestClient]:
    """Return a phone for every kind of question and one that is asked nothing, each in a room of its own."""
    phones = []
    for ask in (asked_when, asked_plan, None):
        room = store.open_room("Rapat")
        if ask:
            ask(store, room)
        phones.append(phone())
        assert phones[-1].post("/join", data={"code": room.code}).status_code == 303
    return phones
