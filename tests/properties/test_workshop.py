"""Whatever a phone sends, the server answers with a sentence and keeps what it has."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.websockets import WebSocketDisconnect

from simulator.workshop import Store, WorkshopError
from simulator.workshop.records import LONGEST_NAME, plain_name
from tests.rooms import HOST, one_in_every_kind, served

KIND = "application/x-www-form-urlencoded"
FIELDS = ["code", "name", "table", "round", "choice", "lever", "village_people", "dbh_share", "ask", "lang", ""]
TEXT = st.text(max_size=60) | st.sampled_from(
    ["1", "2", "never", "2026-06", "nan", "1e999", "-1", "9" * 30, "\0", "dbh_share"]
)
FORMS = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), TEXT, max_size=8).map(
    lambda form: urlencode(form, errors="replace").encode()
)
PATHS = st.sampled_from(["/join", "/vote", "/propose"])


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    """Yield a phone for every kind of question, each in a room of its own, with the store."""
    store = Store(tmp_path_factory.mktemp("fuzz") / "workshop.sqlite3")
    with served(store) as phone:
        yield store, one_in_every_kind(store, phone)


@given(path=PATHS, body=FORMS | st.binary(max_size=200), who=st.integers(0, 2))
def test_forms_of_any_content_are_kept_or_refused(rooms, path, body, who):
    _, phones = rooms
    answer = phones[who].post(path, content=body, headers={"content-type": KIND})  # a fault in the server is raised
    assert answer.status_code in {303, 400, 403, 409, 422, 429}
    assert "Traceback" not in answer.text
    assert phones[who].get("/").status_code == 200


@given(query=FORMS, who=st.integers(0, 2))
def test_addresses_of_any_content_show_a_page(rooms, query, who):
    _, phones = rooms
    assert phones[who].get("/?" + query.decode()).status_code == 200


@given(message=st.text(max_size=40) | st.binary(max_size=40), who=st.integers(0, 2))
def test_messages_of_any_content_end_the_socket_and_nothing_else(rooms, message, who):
    store, phones = rooms
    before = store.versions()
    with phones[who].websocket_connect(f"ws://{HOST}/live") as socket:
        if isinstance(message, str):
            socket.send_text(message)
        else:
            socket.send_bytes(message)
        with pytest.raises(WebSocketDisconnect):
            [socket.receive_text() for _ in range(5)]
    assert store.versions() == before


@given(name=st.text(max_size=80))
def test_names_are_one_line_that_can_be_seen(name):
    try:
        kept = plain_name(name)
    except WorkshopError:
        assert len(name) > LONGEST_NAME or any(ord(letter) > 127 for letter in name)  # one letter may become several
        return
    assert len(kept) <= LONGEST_NAME
    assert kept == kept.strip()
    assert len(kept.splitlines()) <= 1
    assert not any(ord(letter) < 32 or letter in "\x7f\u202e\u200b\ufeff" for letter in kept)
    assert plain_name(kept) == kept
