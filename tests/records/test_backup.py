"""The copy of a workshop's file, made while it is in use."""

import os
import sqlite3
from contextlib import closing

import pytest

from simulator.workshop import Store
from tools import backup


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("SIMULATOR_WORKSHOP", str(tmp_path / "kept"))
    return Store()


def test_what_was_confirmed_is_in_the_copy_while_another_process_is_writing(store, tmp_path, capsys):
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        store.open_room("Bimtek Metro")
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE room SET title = 'belum'")
        assert backup.main([str(tmp_path / "copy")]) == 0
        other.execute("ROLLBACK")
    assert capsys.readouterr().out == f"{tmp_path / 'copy'}\n"
    assert [room.title for room in Store(tmp_path / "copy").rooms()] == ["Bimtek Metro"]


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no such modes")
def test_only_its_owner_may_read_the_copy(store, tmp_path):
    backup.main([str(tmp_path / "copy")])
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600


def test_an_older_copy_stays(store, tmp_path, capsys):
    (tmp_path / "copy").write_text("older")
    assert backup.main([str(tmp_path / "copy")]) == 2
    assert "name a file that does not exist yet" in capsys.readouterr().err
    assert (tmp_path / "copy").read_text() == "older"


def test_without_a_workshop_nothing_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SIMULATOR_WORKSHOP", str(tmp_path / "none"))
    assert backup.main([str(tmp_path / "copy")]) == 2
    assert "nothing to copy" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []
