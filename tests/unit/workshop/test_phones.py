"""What a phone gets for what it asks."""

import re
import time
from html.parser import HTMLParser

import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from simulator.outputs.text import Words
from simulator.ports import listening
from simulator.workshop import phones as server
from simulator.workshop.live import MOST_A_PERSON
from tests.rooms import ANSWER, CHOICES, HOST, asked_plan, asked_when, joined

LIVE = f"ws://{HOST}/live"
MARKUP = "<script>alert(1)</script>"


class Main(HTMLParser):
    """The words within <main>, and the tags of the page."""

    def __init__(self, page):
        super().__init__()
        self.words, self.tags, self._inside = [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._inside |= tag == "main"

    def handle_data(self, data):
        if self._inside and data.strip():
            self.words.append(" ".join(data.split()))


def text(response):
    return " ".join(Main(response.text).words)


def enter(phone, room, **names):
    """Let a phone join a room."""
    answer = phone.post("/join", data={"code": room.code, **names})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return phone


def test_the_form_has_the_code_of_the_picture(phone):
    page = phone.get("/?code=012345")
    assert page.status_code == 200
    assert 'value="012345"' in page.text
    assert "Masuk ke ruang lokakarya" in text(page)


def test_joining_leaves_a_token_that_scripts_and_other_sites_cannot_use(phone, store, room):
    cookie = phone.post("/join", data={"code": f" {room.code[:3]} {room.code[3:]} "}).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert store.count_people(room.id) == 1
    assert "Tunggu pertanyaan berikutnya" in text(phone.get("/"))


def test_joining_twice_is_joining_once(phone, store, room):
    enter(enter(phone, room), room)
    assert store.count_people(room.id) == 1


def test_the_code_of_another_room_leads_there(phone, store, room):
    other = store.open_room("Lain")
    enter(phone, room)
    assert f'value="{other.code}"' in phone.get(f"/?code={other.code}").text
    enter(phone, other)
    assert "Lain" in text(phone.get("/"))


def test_a_wrong_code_loses_nothing_that_was_typed(phone, store, room):
    wrong = "000000" if room.code != "000000" else "000001"
    page = phone.post("/join", data={"code": wrong, "name": 'Ani "A" <b>', "table": "Meja 3"})
    assert page.status_code == 422
    assert "Kode itu tidak cocok" in text(page)
    assert 'value="Ani &#34;A&#34; &lt;b&gt;"' in page.text
    assert 'value="Meja 3"' in page.text
    assert store.count_people(room.id) == 0


def test_a_name_that_is_too_long_is_refused_in_a_sentence(phone, room):
    page = phone.post("/join", data={"code": room.code, "name": "x" * 41})
    assert page.status_code == 422
    assert "paling banyak 40 huruf" in text(page)


def test_wrong_codes_are_limited_for_an_address_and_right_ones_do_not_count(phones, store, room, monkeypatch):
    now = time.monotonic()
    monkeypatch.setattr(server.time, "monotonic", lambda: now)
    for _ in range(server.WRONG_CODES + 5):
        enter(phones(), room)
    for _ in range(server.WRONG_CODES):
        assert phones().post("/join", data={"code": "x"}).status_code == 422
    page = phones().post("/join", data={"code": room.code})
    assert page.status_code == 429
    assert "Tunggu satu menit" in text(page)
    monkeypatch.setattr(server.time, "monotonic", lambda: now + server.WRONG_CODES_SECONDS + 1)
    enter(phones(), room)


def test_a_vote_is_confirmed_then_the_policy_is_asked_then_all_is_said(phone, store, room):
    asked = asked_when(store, room)
    enter(phone, room)
    page = phone.get("/")
    assert "Kapan 34,99 % tercapai?" in text(page)
    assert re.findall(r'name="choice" value="([^"]+)"', page.text) == list(CHOICES)
    assert phone.post("/vote", data={"round": asked.id, "choice": "2027-06"}).status_code == 303
    page = phone.get("/")
    assert "Suara Anda tercatat: Januari–Juni 2027" in text(page)
    assert re.findall(r'name="lever" value="([^"]+)"', page.text) == ["village_people", "dbh_share"]
    phone.post("/vote", data={"round": asked.id, "choice": "2027-06", "lever": "dbh_share"})
    assert "Bagian DBH untuk iuran" in text(phone.get("/"))
    phone.post("/vote", data={"round": asked.id, "choice": "never"})
    assert "Suara Anda tercatat: Belum tercapai sampai akhir 2027" in text(phone.get("/"))
    assert [(vote.choice, vote.lever) for vote in store.votes(asked.id)] == [("never", "dbh_share")]


def test_the_policy_may_be_left_out_and_the_choice_seen_again(phone, store, room):
    asked = asked_when(store, room)
    enter(phone, room).post("/vote", data={"round": asked.id, "choice": "never"})
    skipped = phone.get(f"/?round={asked.id}&ask=nothing")
    assert 'name="lever"' not in skipped.text
    again = phone.get(f"/?round={asked.id}&ask=choice")
    assert re.findall(r'value="([^"]+)" aria-current', again.text) == ["never"]
    assert 'name="lever"' in phone.get(f"/?round={asked.id + 1}&ask=nothing").text


def test_no_answer_of_others_is_seen_before_the_reveal(phones, store, room):
    asked = asked_when(store, room)
    enter(phones(), room).post("/vote", data={"round": asked.id, "choice": "2026-12"})
    other = enter(phones(), room)
    before = other.get("/").text
    joined_later = joined(store, room)
    store.vote(joined_later, asked.id, "2026-12")
    assert other.get("/").text == before


def test_after_the_reveal_a_vote_is_refused_and_the_answer_shown(phones, store, room):
    asked = asked_when(store, room)
    ani, budi = enter(phones(), room), enter(phones(), room)
    ani.post("/vote", data={"round": asked.id, "choice": "2027-12"})
    store.vote(joined(store, room), asked.id, "never")
    store.vote(joined(store, room), asked.id, "2027-12")
    store.reveal(asked.id, ANSWER)
    late = budi.post("/vote", data={"round": asked.id, "choice": "never"})
    assert late.status_code == 409
    assert "Pertanyaan itu tidak terbuka lagi." in text(late)
    assert "Anda tidak memilih pada putaran ini." in text(late)
    page = text(ani.get("/"))
    assert "6 dari 10 masa depan tiba." in page
    assert "Pilihan Anda: Juli–Desember 2027." in page
    assert (
        "2 dari 3 suara (67\N{NO-BREAK SPACE}%) memilih Juli–Desember 2027".replace("\N{NO-BREAK SPACE}", " ") in page
    )
    assert "Belum tercapai sampai akhir 2027 1 40 %" in page


def test_a_reveal_without_an_answer_shows_the_votes_alone(phone, store, room):
    asked = asked_when(store, room)
    enter(phone, room).post("/vote", data={"round": asked.id, "choice": "never"})
    store.reveal(asked.id)
    assert "Jawaban sudah dibuka" in text(phone.get("/"))


def test_what_is_not_offered_is_refused(phone, store, room):
    asked = asked_when(store, room)
    enter(phone, room)
    for form in ({"choice": "2040-06"}, {"choice": "never", "lever": "csr_growth"}, {}):
        page = phone.post("/vote", data={"round": asked.id, **form})
        assert page.status_code == 422
        assert "tidak ada dalam pertanyaan ini" in text(page)
    for number in ("", "x", "-1", "9" * 15, "9" * 40, "²"):
        assert phone.post("/vote", data={"round": number, "choice": "never"}).status_code == 409
    assert store.votes(asked.id) == []


def test_an_answer_to_an_earlier_question_is_refused_above_what_is_there_now(phone, store, room):
    earlier = asked_when(store, room)
    enter(phone, room, table="Meja 1")
    store.withdraw(earlier.id)
    late = phone.post("/vote", data={"round": earlier.id, "choice": "never"})
    assert late.status_code == 409
    assert "Pertanyaan itu tidak terbuka lagi. Anda sudah masuk." in text(late)
    asked_plan(store, room)
    late = phone.post("/vote", data={"round": earlier.id, "choice": "never"})
    assert "Pertanyaan itu tidak terbuka lagi." in text(late)
    assert 'value="Meja 1"' in late.text


def test_whoever_has_not_joined_cannot_vote(phone, store, room):
    asked = asked_when(store, room)
    page = phone.post("/vote", data={"round": asked.id, "choice": "never"})
    assert page.status_code == 403
    assert "Anda belum masuk" in text(page)


def test_a_plan_is_kept_for_its_table_and_shown_with_its_cost(phone, store, room):
    asked = asked_plan(store, room)
    enter(phone, room, table="Meja 1")
    assert 'value="Meja 1"' in phone.get("/").text
    plan = {"round": asked.id, "table": "Meja 7", "village_people": "60", "dbh_share": "0.1"}
    assert phone.post("/propose", data=plan).status_code == 303
    page = text(phone.get("/"))
    assert "Usulan Meja 7 tercatat" in page
    assert "60 orang per desa" in page
    # (60 - 10) * 0.3 billion and (0.1 - 0.05) * 80 billion, of the 20 billion that there are
    assert "Rp 19 miliar setahun, dari anggaran bersama Rp 20 miliar" in page
    again = phone.get(f"/?round={asked.id}&ask=plan").text
    assert re.findall(r'type="range"[^>]* value="([^"]+)"', again) == ["60", "0.1"]
    store.reveal(asked.id)
    assert "Usulan semua meja dibandingkan di layar" in text(phone.get("/"))


def test_a_plan_beyond_the_budget_is_kept_and_said_to_be(phone, store, room):
    asked = asked_plan(store, room)
    enter(phone, room).post("/propose", data={"round": asked.id, "table": "A", "village_people": "100"})
    assert "Rp 27 miliar setahun, melebihi anggaran bersama Rp 20 miliar" in text(phone.get("/"))


def test_a_refused_plan_keeps_what_was_typed(phone, store, room):
    asked = asked_plan(store, room)
    enter(phone, room)
    for table, value, said in (
        ("", "60", "Nama meja masih kosong"),
        ("Meja 2", "nan", "di luar batas"),
        ("A", "x", ""),
    ):
        form = {"round": asked.id, "table": table, "village_people": value, "dbh_share": "0.07"}
        page = phone.post("/propose", data=form)
        assert page.status_code == 422
        assert said in text(page)
        assert f'name="table" value="{table}"' in page.text
        assert 'value="0.07"' in page.text
    assert store.proposals(asked.id) == []


def test_names_with_markup_are_shown_as_text(phone, store):
    room = store.open_room(MARKUP)
    enter(phone, room, name=MARKUP, table=MARKUP)
    asked = asked_plan(store, room)
    pages = [phone.get("/")]
    phone.post("/propose", data={"round": asked.id, "table": MARKUP})
    pages.append(phone.get("/"))
    store.reveal(asked.id)
    pages.append(phone.get("/"))
    pages.append(phone.post("/join", data={"code": MARKUP, "name": MARKUP, "table": MARKUP}))
    pages.append(phone.get("/", params={"code": MARKUP}))
    for page in pages:
        assert Main(page.text).tags.count("script") == 1  # the page's own
        assert MARKUP not in page.text
        assert "&lt;script&gt;" in page.text


def test_a_closed_room_says_so(phone, store, room):
    enter(phone, room)
    store.close_room(room.id)
    page = phone.get("/")
    assert page.status_code == 200
    assert "sudah ditutup" in text(page)
    assert "data-live" not in page.text


def test_the_language_is_kept(phone, room):
    enter(phone, room)
    assert "Wait for the next question" in text(phone.get("/?lang=en"))
    english = phone.get("/")
    assert 'lang="en"' in english.text
    assert "Wait for the next question" in text(english)
    assert "Wait for the next question" in text(phone.get("/?lang=xx"))
    assert "That page does not exist." in text(phone.get("/nowhere"))


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_state_is_there_in_both_languages(phone, store, room, language):
    enter(phone, room)
    phone.get(f"/?lang={language}")
    words = Words(language)
    said = [text(phone.get("/"))]
    asked = asked_when(store, room)
    said.append(text(phone.get("/")))
    phone.post("/vote", data={"round": asked.id, "choice": "never", "lever": "dbh_share"})
    said.append(text(phone.get("/")))
    store.reveal(asked.id, ANSWER)
    said.append(text(phone.get("/")))
    asked_plan(store, room)
    said.append(text(phone.get("/")))
    keys = ["phones.waiting", "lever.dbh_share.label", "phones.voted", "phones.mark.central", "phones.plan.do"]
    assert words(keys[0]) in said[0]
    assert asked.question.in_(language) in said[1]
    for key, page in zip(keys[2:], said[2:], strict=True):
        assert words(key) in page


PATHS = ["/", "/nowhere", "/static/phones.css", "/static/none", "/join", "/live"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_headers_that_bind_a_browser(phone, path):
    headers = phone.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_pages_hold_no_script_and_no_style_of_their_own_and_name_nothing_outside(phone, store, room):
    enter(phone, room)
    asked_plan(store, room)
    page = phone.get("/").text
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=\"/static/)", page) == []
    assert re.findall(r"https?:|(?:src|href)=\"//", page) == []


@pytest.mark.parametrize(
    "path", ["/nowhere", "/static/../phones.py", "/static/%2e%2e/phones.py", "/_stcore/health", "/x" * 500]
)
def test_unknown_paths_end_in_one_sentence(phone, path):
    page = phone.get(path)
    assert page.status_code == 404
    assert text(page) == "Halaman itu tidak ada. Kembali"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/join"), ("GET", "/vote"), ("PUT", "/"), ("DELETE", "/vote"), ("POST", "/")]
)
def test_wrong_methods_are_refused(phone, method, path):
    page = phone.request(method, path)
    assert page.status_code == 405
    assert "tidak dapat diterima" in text(page)


def test_forms_of_other_sites_are_refused(phone, store, room):
    for origin in ("http://evil.example", "null", f"https://{HOST}", ""):
        assert phone.post("/join", data={"code": room.code}, headers={"origin": origin}).status_code == 403
    assert store.count_people(room.id) == 0


def test_other_names_of_this_server_are_refused(phone):
    page = phone.get("/", headers={"host": "evil.example:8502"})
    assert page.status_code == 400
    assert page.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * (server.MOST_BODY_BYTES + 1), "application/x-www-form-urlencoded", 413),
        (b"code=1", "text/plain", 415),
        (b'{"code": 1}', "application/json", 415),
        (b"code=1", "multipart/form-data; boundary=x", 415),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=1" for _ in range(server.MOST_FIELDS + 1)), "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 422),
        (b"=&=&%", "application/x-www-form-urlencoded", 422),
    ],
)
def test_bodies_that_no_form_of_ours_sends_are_refused(phone, room, body, kind, status):
    page = phone.post("/join", content=body, headers={"content-type": kind})
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")


def test_a_body_of_no_told_length_is_limited_too(phone):
    parts = (b"x" * 1000 for _ in range(100))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert phone.post("/join", content=parts, headers=kind).status_code == 413


def test_a_store_that_is_away_is_said_without_a_traceback(phone, store, room):
    enter(phone, room)
    store.path.unlink()
    page = phone.get("/")
    assert page.status_code == 503
    assert "Catatan lokakarya tidak dapat dibaca" in text(page)
    assert "Traceback" not in page.text


def hears(socket, version):
    """Tell whether one of the next few messages is this version."""
    return any(socket.receive_text() == str(version) for _ in range(4))


def test_phones_hear_when_their_room_has_news(phone, store, room):
    enter(phone, room)
    with phone.websocket_connect(LIVE) as socket:
        assert hears(socket, store.versions()[room.id])
        asked_when(store, room)
        assert store.versions()[room.id] == room.version + 1
        assert hears(socket, room.version + 1)
        store.close_room(room.id)
        assert hears(socket, 0)


def test_a_phone_that_speaks_on_its_socket_is_put_off(phone, room):
    enter(phone, room)
    with phone.websocket_connect(LIVE) as socket:
        socket.send_text("x")
        heard = socket.receive()
        while heard["type"] == "websocket.send":  # what was on its way
            heard = socket.receive()
    assert (heard["type"], heard["code"]) == ("websocket.close", 1008)


def is_refused(phone, **headers):
    try:
        with phone.websocket_connect(LIVE, headers=headers):
            return False
    except (WebSocketDisconnect, WebSocketDenialResponse):
        return True


def test_sockets_are_for_people_of_an_open_room_and_for_our_own_pages(phones, store, room):
    assert is_refused(phones())
    inside = enter(phones(), room)
    assert is_refused(inside, origin="http://evil.example")
    assert is_refused(inside, host="evil.example")
    assert not is_refused(inside)
    store.close_room(room.id)
    assert is_refused(inside)


def test_a_person_has_a_few_sockets_and_gets_their_places_back(phone, room):
    enter(phone, room)
    opened = [phone.websocket_connect(LIVE) for _ in range(MOST_A_PERSON)]
    for socket in opened:
        socket.__enter__()
    assert is_refused(phone)
    opened.pop().__exit__(None, None, None)
    assert not is_refused(phone)
    for socket in opened:
        socket.__exit__(None, None, None)


def test_a_room_has_a_bounded_number_of_sockets(phones, room, monkeypatch):
    monkeypatch.setattr("simulator.workshop.live.MOST_SOCKETS", 2)
    inside = [enter(phones(), room) for _ in range(3)]
    with inside[0].websocket_connect(LIVE), inside[1].websocket_connect(LIVE):
        assert is_refused(inside[2])
    assert not is_refused(inside[2])


@pytest.mark.parametrize("address", [[], ["--address", "203.0.113.7"]])
def test_an_address_that_cannot_be_had_ends_the_server_in_one_sentence(store, capsys, address):
    with listening("127.0.0.1", 0) as holder:
        holder.listen()
        port = holder.getsockname()[1]
        assert server.main(["--port", str(port), *address]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"Port {port} cannot be used on 127.0.0.1")
    assert said.count("\n") == 1


def test_a_store_that_is_away_when_a_phone_calls_puts_it_off(phone, store, room):
    enter(phone, room)
    store.path.unlink()
    assert is_refused(phone)
