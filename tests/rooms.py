"""Small workshops for tests: a room, people in it, and what it is asked."""

from simulator.workshop import Answer, Offer, Said

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
