"""A workshop in one room: questions, votes and plans of the participants, and the small server that phones reach."""

from simulator.workshop.records import NEVER, Answer, Offer, Person, Proposal, Room, Round, Said, Vote, WorkshopError
from simulator.workshop.store import Store

__all__ = [
    "NEVER",
    "Answer",
    "Offer",
    "Person",
    "Proposal",
    "Room",
    "Round",
    "Said",
    "Store",
    "Vote",
    "WorkshopError",
]
