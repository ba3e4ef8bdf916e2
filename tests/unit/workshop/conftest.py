"""A store in a folder of its own, with one open room."""

import pytest
from starlette.testclient import TestClient

from simulator.workshop import Store
from simulator.workshop.phones import build
from simulator.workshop.store import FOLDER_VARIABLE

HOST = "192.168.1.5:8502"


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
    app = build(store, hosts={HOST})
    with TestClient(app, f"http://{HOST}") as running:

        def phone():
            own = TestClient(app, f"http://{HOST}", headers={"origin": f"http://{HOST}"}, follow_redirects=False)
            own.portal = running.portal  # one event loop for all, as a server has
            return own

        yield phone


@pytest.fixture
def phone(phones):
    return phones()
