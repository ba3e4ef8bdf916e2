"""Saved scenarios: written whole or not at all, found again by name, and read without trust."""

import errno
import os
import re
import resource
import signal
import sys
from pathlib import Path

import pytest

from simulator.outputs import saves
from simulator.outputs.saves import SaveError, open_saved, remove, save, saved
from simulator.outputs.text import LANGUAGES, Words
from simulator.scenario import Scenario, ScenarioError, digest, dump_scenario, load_scenario, sentence, with_levers

ODD_BYTES = b"nama" if sys.platform == "darwin" else b"na\xffma"  # a Mac takes UTF-8 only
VILLAGES = with_levers(load_scenario("village_100"), ["village_share@1801=0.9"])


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path) -> Path:
    place = tmp_path / "not yet there" / "saves"
    monkeypatch.setenv("SIMULATOR_SAVES", str(place))
    return place


def called(name: str, scenario: Scenario = VILLAGES) -> Scenario:
    return scenario.replace(name={"id": name, "en": name})


def files(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir()}


def names() -> list[str]:
    return [its.content.name.id for its in saved()]


def test_nothing_is_saved_at_first_and_looking_makes_no_folder(folder):
    assert saved() == []
    assert not folder.parent.exists()


def test_the_folder_is_that_of_the_user_unless_another_is_named(monkeypatch):
    monkeypatch.setenv("SIMULATOR_SAVES", "")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert saves.folder().parts[-2:] == ("lampung-jamsos", "scenarios")
    assert saves.folder().is_relative_to(Path.home())


@pytest.mark.parametrize(
    "name",
    [
        "Desa 2027",
        "🌴🌴",
        "../../x",
        "/etc/passwd",
        "..",
        "a\\b:c*d?e\"f<g>h|i'j%k",
        "Ç" * 80,
        "x" * 80,
        " lega ",
        "CON",
        '""" # [levers]',
        "<b>*tebal*</b>",
        "baseline",
    ],
)
def test_any_name_that_a_scenario_may_have_comes_back_as_it_was_typed(folder, name):
    path = save(called(name))
    assert path.parent == folder
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,48}\.toml", path.name)
    assert path.stem != "con"
    assert names() == [name]
    again = open_saved(path.name)
    assert again == called(name) == load_scenario(path)
    assert digest(again) == digest(VILLAGES)
    assert [*folder.parent.rglob("*")] == [folder, path]


@pytest.mark.parametrize("name", ["   ", "", "a\nb", "a\x00b", "bel\x07", "\u202egnirts", "x" * 81])
def test_a_name_that_no_scenario_may_have_is_refused_before_anything_is_written(folder, name):
    with pytest.raises(ScenarioError, match=r"name\.id"):
        save(called(name))
    assert not folder.exists()


def test_names_of_one_slug_get_files_of_their_own(folder):
    given = ["Desa: A", "Desa A", "desa a", "DÉSA (A)"]
    paths = [save(called(name)) for name in given]
    assert paths[0].name == "desa-a.toml"
    assert all(re.fullmatch(r"desa-a-[0-9a-f]{8}\.toml", path.name) for path in paths[1:])
    assert len({path.name for path in paths}) == len(given)
    assert sorted(names()) == sorted(given)


@pytest.mark.parametrize("again", ["Desa A", " Desa  A", "Desa\u00a0A"])
def test_a_name_that_looks_the_same_is_replaced_only_when_asked_for(folder, again):
    path = save(called("Desa A"))
    before = files(folder)
    other = called(again, load_scenario("baseline"))
    with pytest.raises(SaveError, match="Replace it") as refused:
        save(other)
    assert refused.value.key == saves.TAKEN
    assert files(folder) == before
    assert save(other, replace=True) == path
    assert [its.content for its in saved()] == [other]


def test_the_newest_stands_first(folder):
    for age, name in enumerate(["lama", "baru", "tengah"]):
        os.utime(save(called(name)), (0, {"lama": 100, "baru": 300, "tengah": 200}[name]))
        assert len(saved()) == age + 1
    assert names() == ["baru", "tengah", "lama"]


def test_there_is_an_end_to_saving_but_not_to_replacing(folder, monkeypatch):
    monkeypatch.setattr(saves, "MOST", 3)
    for name in "abc":
        save(called(name))
    with pytest.raises(SaveError, match="At most 3"):
        save(called("d"))
    save(called("b", load_scenario("baseline")), replace=True)
    assert sorted(names()) == ["a", "b", "c"]
    remove("a.toml")
    save(called("d"))
    (folder / "copied.toml").write_text(dump_scenario(called("e")))
    assert len(saved()) == 3


def test_foreign_files_are_listed_with_their_refusal_and_left_alone(folder):
    save(called("utuh"))
    (folder / "potong.toml").write_text("schema = 1\n[name")
    (folder / "biner.toml").write_bytes(b"\xff\xfe\x00")
    (folder / "besar.toml").write_bytes(b"#" * (2**20 + 1))
    (folder / "map.toml").mkdir()
    (folder / "hilang.toml").symlink_to(folder / "tidak-ada")
    os.mkfifo(folder / "pipa.toml")
    (folder / os.fsdecode(ODD_BYTES + b"\n.toml")).write_text("x = 1")
    (folder / "catatan.txt").write_text("bukan skenario")
    (folder / "._utuh.toml").write_bytes(b"\x00\x05\x16\x07")
    refused = {its.file: its.content for its in saved() if isinstance(its.content, ScenarioError)}
    assert len(refused) == 7
    for language in LANGUAGES:
        for told in (sentence(error, language) for error in refused.values()):
            assert told.replace("\N{NO-BREAK SPACE}", " ").isprintable()
            assert "/" not in told.split(":")[0]
            told.encode()
    assert "line 2" in str(refused["potong.toml"])
    assert names_of_the_sound() == ["utuh"]
    with pytest.raises(ScenarioError, match="biner"):
        open_saved("biner.toml")
    assert (folder / "potong.toml").read_text() == "schema = 1\n[name"


def names_of_the_sound() -> list[str]:
    return [its.content.name.id for its in saved() if isinstance(its.content, Scenario)]


def test_a_foreign_file_keeps_its_place_when_a_name_would_take_it(folder):
    folder.mkdir(parents=True)
    (folder / "Desa.TOML").write_text("rusak")
    assert re.fullmatch(r"desa-[0-9a-f]{8}\.toml", save(called("desa")).name)
    assert (folder / "Desa.TOML").read_text() == "rusak"


def test_what_is_deleted_is_gone_and_nothing_else(folder):
    save(called("a"))
    path = save(called("b"))
    (folder / "rusak.toml").write_text("?")
    remove("a.toml")
    remove("rusak.toml")
    assert [*files(folder)] == [path.name]


@pytest.mark.parametrize(
    "file", ["../keep.toml", "/etc/hostname", "keep.toml", "", ".", "..", "a\x00b.toml", "b/../a.toml"]
)
@pytest.mark.parametrize("act", [open_saved, remove])
def test_no_other_place_can_be_reached_by_a_name(folder, act, file):
    save(called("a"))
    outside = folder.parent / "keep.toml"
    outside.write_text(dump_scenario(VILLAGES))
    with pytest.raises(SaveError, match="no longer in the folder"):
        act(file)
    assert outside.exists()
    assert names() == ["a"]


def test_a_folder_cannot_be_deleted_and_says_so(folder):
    (folder / "map.toml").mkdir(parents=True)
    with pytest.raises(SaveError, match=r"^map\.toml cannot be deleted; [^.]+\.$"):
        remove("map.toml")
    assert (folder / "map.toml").is_dir()


def test_a_full_disk_is_said_and_changes_nothing(folder):
    save(called("a"))
    before = files(folder)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, limit[1]))
    try:
        for scenario, replace in ((called("b"), False), (called("a", load_scenario("baseline")), True)):
            with pytest.raises(ScenarioError, match="cannot be written") as refused:
                save(scenario, replace=replace)
            assert "ruang penyimpanan tidak cukup" in sentence(refused.value, "id")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, old)
    assert files(folder) == before


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_written_is_said_and_changes_nothing(folder, monkeypatch, number):
    save(called("a"))
    before = files(folder)
    monkeypatch.setattr(Path, "open", refusing(number))
    monkeypatch.setattr(Path, "unlink", refusing(number))
    with pytest.raises(ScenarioError, match="cannot be written"):
        save(called("b"))
    with pytest.raises(SaveError, match="cannot be deleted"):
        remove("a.toml")
    monkeypatch.undo()
    assert files(folder) == before


def refusing(number: int):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def test_a_folder_that_cannot_be_made_or_read_is_said(folder):
    folder.parent.mkdir()
    folder.write_text("a file stands here")
    for act in (saved, lambda: save(VILLAGES)):
        with pytest.raises(SaveError, match="cannot be read") as refused:
            act()
        assert str(folder) in Words("id")(refused.value.key, **refused.value.fields)
    folder.unlink()
    folder.symlink_to("nowhere/nothing")
    with pytest.raises(ScenarioError, match="cannot be written"):
        save(VILLAGES)
