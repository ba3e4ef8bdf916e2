"""The workshop's page in each of its states, without a browser."""

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from simulator import load_scenario
from simulator.scenario import decode_link, encode_link
from simulator.workshop import NEVER, Store, addresses
from simulator.workshop.store import FILE
from tests.pages import checked, control, finished, opened, said

EVIL = "**x** <b>$y$</b>"


@pytest.fixture(autouse=True)
def store(monkeypatch, tmp_path) -> Store:
    monkeypatch.setenv("SIMULATOR_WORKSHOP", str(tmp_path))
    return Store(tmp_path / FILE)


@pytest.fixture
def bound_to():
    """Return what binds the server to an address until the test ends."""
    before = config.get_option("server.address")
    yield lambda address: config.set_option("server.address", address)
    config.set_option("server.address", before)


def page(**address: str) -> AppTest:
    return opened("workshop", **address)


def press(app: AppTest, key: str) -> AppTest:
    return checked(app.button(key=key).click().run())


def buttons(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def room_of(store: Store, **address: str) -> AppTest:
    """Return the page of a new room."""
    return page(room=str(store.open_room("Rapat Bappeda", budget=30_000_000_000).id), **address)


def vote(store: Store, *choices: str, lever: str | None = None) -> None:
    """Let one phone after the other vote in the open round."""
    room = store.rooms()[0]
    asked = store.last_round(room.id)
    assert asked is not None
    for choice in choices:
        person = store.person(store.join(room.code, name="Ani"))
        assert person is not None
        store.vote(person, asked.id, choice, lever)


@pytest.mark.parametrize(
    ("lang", "words"), [("id", "tebak dulu, lihat jawabannya kemudian"), ("en", "guess first, see the answer")]
)
def test_a_room_is_opened_and_stands_in_the_address(store, lang, words):
    app = page(lang=lang)
    assert words in said(app)
    app.text_input(key="room_title").set_value(EVIL)
    app.number_input(key="room_budget").set_value(2_000)
    press(app, "room_open")
    (room,) = store.rooms()
    assert (room.title, room.budget) == (EVIL, 2_000_000_000)
    assert app.query_params["room"] == str(room.id)
    assert f"{room.code[:3]}\N{NO-BREAK SPACE}{room.code[3:]}" in said(app)
    assert r"\*\*x\*\* \<b\>\$y\$" in "".join(part.value for part in app.markdown)


def test_a_room_without_a_title_is_refused_in_a_sentence(store):
    app = press(page(), "room_open")
    assert store.rooms() == []
    assert len(app.toast) == 1


@pytest.mark.parametrize("asked", ["99", "1 OR 1=1", "-1", "9" * 40, "²"])
def test_a_room_that_is_not_there_is_refused_in_a_sentence(asked):
    app = page(room=asked)
    assert "tidak ada di komputer ini" in said(app)
    assert "room_open" in buttons(app)


def test_without_the_server_of_the_phones_the_page_says_how_to_start_it(store):
    assert "python -m simulator workshop --open" in said(room_of(store))


def test_where_phones_can_join_their_address_and_its_picture_are_shown(store):
    addresses.announce("http://192.168.1.5:8502")
    app = room_of(store)
    assert "http://192.168.1.5:8502" in said(app)
    (picture,) = app.get("image")
    assert f"http://192.168.1.5:8502/?code={store.rooms()[0].code}" in str(picture.proto)
    assert "python -m simulator" not in said(app)


def test_a_server_of_phones_that_answers_this_machine_alone_is_no_way_to_join(store):
    addresses.announce("http://localhost:8502")
    assert "hanya menjawab laptop ini" in said(room_of(store))


def test_before_the_vote_the_answer_is_hidden_and_shown_by_a_switch_only(store):
    app = room_of(store)
    assert app.title[0].value.startswith("Kapan 34,99")
    assert "Model:" not in said(app)
    assert not app.get("vega_lite_chart")
    assert not app.sidebar.children
    app.toggle(key="room_peek").set_value(True).run()
    assert "Jawaban di tengah: belum s.d. akhir 2030" in said(checked(app))
    assert len(app.get("vega_lite_chart")) == 1


def test_a_built_in_question_brings_its_scenario_and_target(store):
    app = room_of(store)
    checked(app.selectbox(key="room_ask_pick").set_value("lampung").run())
    assert decode_link(app.query_params["s"]).levers == load_scenario("combined").levers
    assert app.query_params["target"] == "lampung_2026"
    assert "target daerah 45,53" in app.title[0].value.replace("\\", "")


def test_a_moved_lever_makes_a_question_of_ones_own(store):
    app = room_of(store)
    checked(app.select_slider(key="value:dbh_share").set_value(0.2).run())
    assert control(app.selectbox, "room_ask_pick").value == "own"
    assert "Bagian DBH untuk iuran: 20" in app.title[0].value.replace("\\", "")
    app.text_input(key="room_text").set_value(EVIL).run()
    assert r"\*\*x\*\*" in app.title[0].value
    press(app, "room_ask")
    asked = store.rounds(1)[0]
    assert (asked.question.id, asked.question.en) == (EVIL, EVIL)
    assert decode_link(asked.scenario).levers["dbh_share"].value == 0.2


def test_while_the_vote_is_open_only_the_count_is_shown(store):
    app = press(room_of(store), "room_ask")
    vote(store, "2027-06", NEVER)
    store.join(store.rooms()[0].code)
    app.run()
    assert "2 dari 3 sudah memilih" in said(app)
    assert "3 bergabung" in said(app)
    assert not app.get("vega_lite_chart")
    assert "Model:" not in said(app)


def test_levers_moved_during_the_vote_do_not_change_what_was_asked(store):
    app = press(room_of(store), "room_ask")
    checked(app.select_slider(key="value:public_mandate").set_value(1.0).run())
    press(app, "room_reveal")
    answer = store.rounds(1)[0].answer
    assert answer is not None
    assert (answer.central, answer.odds, answer.draws) == (NEVER, 0.0, 2000)


@pytest.mark.parametrize(("lang", "title"), [("id", "2 dari 3 pilihan kena"), ("en", "2 of 3 votes hit")])
def test_the_reveal_shows_votes_hits_and_the_lever_named_most(store, lang, title):
    app = press(room_of(store, lang=lang), "room_ask")
    vote(store, "2026-12", NEVER, NEVER, lever="dbh_share")
    press(app, "room_reveal")
    assert app.title[0].value.startswith(title)
    assert "(3)" in said(app)
    assert len(app.get("vega_lite_chart")) == 1
    assert "room_next_round" in buttons(app)


def test_after_the_reveal_the_futures_follow_the_levers_and_the_round_keeps_its_answer(store):
    app = press(press(room_of(store), "room_ask"), "room_reveal")
    checked(app.select_slider(key="value:public_mandate").set_value(1.0).run())
    assert "Tuas sudah digeser" in said(app)
    assert "belum s.d. akhir 2030" not in app.title[0].value
    assert store.rounds(1)[0].answer.central == NEVER
    press(app, "room_back")
    assert "Tuas sudah digeser" not in said(app)


def test_a_question_that_is_taken_back_leads_to_the_next_one(store):
    app = press(press(room_of(store), "room_ask"), "room_withdraw")
    assert store.rounds(1)[0].state == "withdrawn"
    assert "room_ask" in buttons(app)


@pytest.mark.parametrize("reveal", [False, True])
def test_a_new_window_comes_back_to_the_room_its_round_and_its_scenario(store, reveal):
    app = room_of(store)
    app.selectbox(key="room_ask_pick").set_value("all").run()
    press(app, "room_ask")
    if reveal:
        press(app, "room_reveal")
    again = page(room="1")
    assert {"room_next_round" if reveal else "room_reveal"} <= buttons(again)
    assert decode_link(again.query_params["s"]).levers == load_scenario("combined").levers
    assert "Tuas sudah digeser" not in said(again)


def test_an_address_with_a_scenario_keeps_it_in_a_room(store):
    press(room_of(store), "room_ask")
    link = encode_link(load_scenario("dbh_full"))
    assert page(room="1", s=link).query_params["s"] == link


def test_levers_can_be_swapped_and_are_asked_about(store):
    app = room_of(store)
    app.multiselect(key="room_lever_pick").set_value(["metro_share", "csr_amount"]).run()
    assert {slider.key for slider in app.select_slider} == {"value:metro_share", "value:csr_amount"}
    press(app, "room_ask")
    assert store.rounds(1)[0].levers == ("csr_amount", "metro_share")


def planned(store: Store) -> AppTest:
    app = room_of(store)
    app.segmented_control(key="room_kind").set_value("plan").run()
    return press(finished(app), "room_ask")


def test_a_plan_round_prices_its_levers_and_compares_the_plans_of_the_tables(store):
    app = planned(store)
    (asked,) = store.rounds(1)
    assert [offer.lever for offer in asked.offers] == ["village_people", "apbd_amount", "dbh_share", "public_mandate"]
    assert asked.offers[3].rupiah > 1e9
    app.text_input(key="room_table").set_value(EVIL)
    app.slider(key="room_plan_public_mandate").set_value(100.0)
    press(app, "room_send")
    assert store.proposals(asked.id)[0].values["public_mandate"] == 1
    store.propose_here(asked.id, "Meja 2", {"public_mandate": 0.0})
    app = finished(press(app, "room_reveal"))
    assert "Tidak satu pun rencana dalam anggaran sampai 1 dari 10" in app.title[0].value
    assert r"yang paling dekat\: \*\*x\*\*" in app.title[0].value
    assert "2 rencana dengan anggaran bersama" in said(app)


def test_a_plan_round_without_plans_says_so(store):
    assert "Tidak ada meja" in said(press(planned(store), "room_reveal"))


def test_the_ladder_holds_every_revealed_round(store):
    app = press(room_of(store), "room_ask")
    vote(store, NEVER, "2027-06")
    press(press(app, "room_reveal"), "room_next_round")
    press(press(app, "room_ask"), "room_reveal")
    app.segmented_control(key="room_view").set_value("ladder").run()
    (table,) = checked(app).table
    assert table.value.iloc[0].tolist()[3:5] == ["2", "1 dari 2"]
    assert table.value.shape == (2, 7)


def test_a_room_is_taken_home_closed_left_and_deleted(store):
    app = press(press(room_of(store), "room_ask"), "room_reveal")
    app.segmented_control(key="room_view").set_value("home").run()
    finished(press(app, "ask:room_handout"))
    assert "room_take_paper" in {button.key for button in app.get("download_button")}
    press(app, "room_close")
    assert store.room(1).is_closed
    assert "sudah ditutup" in said(app)
    press(app, "room_leave")
    assert "room" not in app.query_params
    assert "Rapat Bappeda" in said(app)
    press(app, "room_delete_1")
    assert store.rooms() == []


def test_a_server_that_others_can_reach_holds_no_workshop(store, bound_to):
    bound_to("0.0.0.0")
    app = room_of(store)
    assert "jalankan aplikasi di laptop fasilitator saja" in said(app)
    assert "Rapat Bappeda" not in said(app)
    assert not buttons(app) & {"room_open", "room_ask"}


def test_a_store_that_cannot_be_read_is_said_in_a_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SIMULATOR_WORKSHOP", str(tmp_path / "file"))
    app = page()
    assert [error.value.startswith("Catatan lokakarya tidak dapat") for error in app.error] == [True]
