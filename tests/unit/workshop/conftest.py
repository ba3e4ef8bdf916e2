"""A store in a folder of its own, with one open room."""

import pytest

from simulator.workshop import Store
from simulator.workshop.store import FOLDER_VARIABLE
from tests.rooms import served


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "workshop"))
    return Store()


@pytest.fixture
def room(store):
    return store.open_room("Rapat", budget=20_000_000_000)


@pytest.fixture
def phones(store):
    """Return what opens another phone; all of them reach one running server."""
    with served(store) as phone:
        yield phone


@pytest.fixture
def phone(phones):
    return phones()
