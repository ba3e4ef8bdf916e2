"""Saved scenarios in the fold "Bagikan" and among those compared, without a browser."""

import os

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from simulator.app.sections import saves as sections_saves
from simulator.outputs import saves
from simulator.scenario import decode_link, digest, encode_link, load_scenario, with_levers
from tests.pages import control

TIMEOUT_SECONDS = 60
HALF = with_levers(load_scenario("baseline"), ["village_share=0.5"]).replace(name={"id": "Separuh", "en": "Half"})


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SIMULATOR_SAVES", str(tmp_path))
    return tmp_path


@pytest.fixture
def bound_to():
    """Return what binds the server to an address until the test ends."""
    before = config.get_option("server.address")
    yield lambda address: config.set_option("server.address", address)
    config.set_option("server.address", before)


def share() -> None:
    from simulator.app import frame, state

    frame._share(state.scenario(), state.words())


def choice() -> None:
    import streamlit as st

    from simulator.app import state
    from simulator.app.sections import saves

    st.text(state.link())
    saves.add(state.words())


def opened(page=share, fold="share", **address: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=TIMEOUT_SECONDS)
    app.session_state[fold] = True
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def keys(app: AppTest) -> set[str]:
    return {button.key for button in app.button}


def toasts(app: AppTest) -> list[str]:
    return [toast.value.replace("\\", "") for toast in app.toast]


def said(app: AppTest) -> str:
    return "\n".join(part.value for part in [*app.caption, *app.markdown, *app.warning]).replace("\\", "")


def on_screen(app: AppTest):
    held = app.query_params["s"]
    return decode_link(held if isinstance(held, str) else held[0])


def test_a_named_scenario_is_saved_and_opened_again():
    app = opened(s=encode_link(HALF))
    app.text_input(key="name").set_value("Desa *separuh*")
    press(app, "save")
    assert toasts(app) == ["Tersimpan: Desa *separuh*"]
    assert "\\*" in app.toast[0].value
    next_week = opened(lang="en")
    assert next_week.selectbox(key="saved").options == ["Desa *separuh*"]
    press(next_week, "saved_open")
    assert toasts(next_week) == ["Opened: Desa *separuh*"]
    assert on_screen(next_week).name.id == "Desa *separuh*"
    assert digest(on_screen(next_week)) == digest(HALF)
    assert control(next_week.text_input, "name").value == "Desa *separuh*"


def test_a_shipped_scenario_under_a_name_of_the_users_keeps_that_name():
    saves.save(load_scenario("combined").replace(name={"id": "Rapat", "en": "Rapat"}))
    assert on_screen(press(opened(), "saved_open")).name.id == "Rapat"


def test_a_name_in_use_is_replaced_only_after_a_yes():
    saves.save(load_scenario("combined").replace(name=HALF.name))
    app = press(opened(s=encode_link(HALF)), "save")
    assert "“Separuh” sudah tersimpan. Ganti" in said(app)
    assert not app.toast
    press(app, "saved_no")
    assert "saved_yes" not in keys(app)
    assert digest(saves.saved()[0].content) == digest(load_scenario("combined"))
    press(press(app, "save"), "saved_yes")
    assert toasts(app) == ["Tersimpan: Separuh"]
    assert "saved_yes" not in keys(app)
    assert [its.content for its in saves.saved()] == [HALF]


def test_the_question_falls_when_another_name_is_given():
    saves.save(HALF)
    app = press(opened(s=encode_link(HALF)), "save")
    app.text_input(key="name").set_value("Lain").run()
    assert "saved_yes" not in keys(app)
    press(app, "save")
    assert {its.content.name.id for its in saves.saved()} == {"Separuh", "Lain"}


def test_deleting_asks_once_more_and_takes_the_chosen_one_only():
    for age, name in enumerate(["A", "B"]):
        os.utime(saves.save(HALF.replace(name={"id": name, "en": name})), (0, 100 * age))
    app = opened()
    assert app.selectbox(key="saved").options == ["B", "A"]
    app.selectbox(key="saved").set_value("a.toml").run()
    press(app, "saved_delete")
    assert "Hapus “A”" in said(app)
    app.selectbox(key="saved").set_value("b.toml").run()
    assert "saved_yes" not in keys(app)
    app.selectbox(key="saved").set_value("a.toml").run()
    press(press(app, "saved_delete"), "saved_yes")
    assert toasts(app) == ["Dihapus: A"]
    assert app.selectbox(key="saved").options == ["B"]
    press(press(app, "saved_delete"), "saved_yes")
    assert not app.selectbox
    assert saves.saved() == []


@pytest.mark.parametrize("name", ["   ", "bel\x07"])
def test_a_name_that_cannot_be_is_refused(name):
    app = opened(s=encode_link(HALF))
    app.text_input(key="name").set_value(name).run()
    assert len(app.toast) == 1
    assert "name.id bernilai" in toasts(app)[0]
    assert control(app.text_input, "name").value == "Separuh"
    assert saves.saved() == []


def test_a_damaged_file_is_listed_with_its_refusal_and_can_only_be_deleted(folder):
    (folder / "<b>rusak.toml").write_text("schema = 1\nhorizon = 5")
    app = opened()
    assert app.selectbox(key="saved").options == ["<b>rusak.toml (ditolak)"]
    assert "<b>rusak.toml: name tidak ada" in said(app)
    assert str(folder) not in said(app)
    assert app.button(key="saved_open").disabled
    press(press(app, "saved_delete"), "saved_yes")
    assert [*folder.iterdir()] == []


def test_what_went_away_meanwhile_is_said(folder):
    path = saves.save(HALF)
    app = opened()
    path.unlink()
    press(app, "saved_open")
    assert toasts(app) == ["separuh.toml tidak ada lagi di folder simpanan."]


def test_what_cannot_be_written_is_said(folder, monkeypatch):
    app = opened(s=encode_link(HALF))
    (folder / "gone").symlink_to("nowhere/nothing")
    monkeypatch.setenv("SIMULATOR_SAVES", str(folder / "gone"))
    press(app, "save")
    assert len(app.toast) == 1
    assert "tidak dapat ditulis" in toasts(app)[0]
    monkeypatch.setenv("SIMULATOR_SAVES", "/dev/null")
    assert "tidak dapat dibaca" in said(app.run())


def test_a_full_folder_is_said(monkeypatch):
    for module in (saves, sections_saves):
        monkeypatch.setattr(module, "MOST", 1)
    saves.save(HALF)
    app = opened()
    assert "Paling banyak 1 skenario" in said(app)
    press(app, "save")
    assert toasts(app) == ["Paling banyak 1 skenario disimpan dan ditampilkan; hapus dulu yang tidak dipakai."]


@pytest.mark.parametrize("address", ["0.0.0.0", None, "10.1.2.3", "::", "jamsos.lampungprov.go.id"])
def test_a_shared_server_keeps_nothing_and_says_so(bound_to, address):
    saves.save(HALF)
    bound_to(address)
    app = opened()
    assert app.code[0].value
    assert "jadi skenario tidak disimpan di sini" in said(app)
    assert not app.selectbox
    assert keys(app) == set()


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
def test_a_server_of_this_machine_saves(bound_to, address):
    bound_to(address)
    assert "save" in keys(opened())


def test_a_saved_scenario_joins_those_compared(folder):
    saves.save(HALF)
    (folder / "rusak.toml").write_text("?")
    app = opened(choice, "add_saved", compare="baseline.now..")
    assert app.selectbox(key="add_saved_choice").options == ["Separuh"]
    press(app, "add_saved_now")
    link, places = (app.query_params[key] for key in ("kept", "compare"))
    assert digest(decode_link(link if isinstance(link, str) else link[0])) == digest(HALF)
    assert (places if isinstance(places, str) else places[0]) == f"baseline.now.{digest(HALF)[:8]}."
    assert app.button(key="add_saved_now").disabled


def test_where_nothing_is_saved_the_way_to_save_is_told():
    app = opened(choice, "add_saved")
    assert "Simpan dulu lewat Bagikan" in said(app)
    assert keys(app) == set()
