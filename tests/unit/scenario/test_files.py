"""Reading from and writing to the disk."""

import errno
import os
import tomllib
from pathlib import Path

import jsonschema
import pytest

from simulator.scenario import (
    LEVERS,
    ScenarioError,
    dump_scenario,
    json_schema,
    json_schema_text,
    load_scenario,
    read_scenario,
    save_scenario,
    shipped,
    with_levers,
)
from simulator.scenario.files import SCENARIOS_FOLDER

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_shipped_names_are_the_files_of_the_folder():
    assert shipped()[0] == "baseline"
    assert sorted(shipped()) == sorted(path.stem for path in SCENARIOS_FOLDER.glob("*.toml"))


@pytest.mark.parametrize("stem", shipped())
def test_shipped_scenario_is_written_in_the_fixed_form(stem):
    assert (SCENARIOS_FOLDER / f"{stem}.toml").read_text(encoding="utf-8") == dump_scenario(load_scenario(stem))


@pytest.mark.parametrize("stem", shipped())
def test_shipped_scenario_is_described_in_two_sentences_in_both_languages(stem):
    scenario = load_scenario(stem)
    for text in (scenario.description.id, scenario.description.en):
        assert text.endswith(".")
        assert text.count(". ") == 1
    assert scenario.name.id != scenario.name.en


def test_shipped_levers_are_what_their_names_promise():
    levers = {stem: load_scenario(stem).levers for stem in shipped()}
    assert levers["baseline"] == {}
    assert {id: setting.value for id, setting in levers["no_policy"].items()} == {
        "village_share": 0,
        "dbh_amount": 0,
        "csr_amount": 0,
        "apbd_amount": 0,
        "metro_share": 0,
    }
    assert levers["csr_growth"]["csr_amount"].value == 13_000 * 16_800 * 12
    assert levers["dbh_price_fall"]["dbh_amount"].value == 11_000_000_000
    assert levers["combined"] == levers["village_100"] | levers["metro_everywhere"]
    assert {setting.end for setting in levers["money_stops"].values()} == {"2028-01"}


def test_load_takes_text_and_path(tmp_path):
    path = tmp_path / "mine.toml"
    save_scenario(load_scenario("dbh_full"), path)
    assert load_scenario(path) == load_scenario(str(path)) == load_scenario(Path("dbh_full"))


def test_a_byte_order_mark_is_read_over(tmp_path):
    path = tmp_path / "mark.toml"
    path.write_bytes(b"\xef\xbb\xbf" + dump_scenario(load_scenario("baseline")).encode())
    assert load_scenario(path) == load_scenario("baseline")


def test_windows_line_ends_are_read(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(dump_scenario(load_scenario("combined")).replace("\n", "\r\n").encode())
    assert load_scenario(path) == load_scenario("combined")


def sentence_of(path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return str(caught.value)


def test_a_missing_file_names_the_shipped_ones():
    assert sentence_of("basline").startswith("basline: does not exist; a scenario file is allowed, or one of baseline,")


def test_a_directory_is_refused(tmp_path):
    assert sentence_of(tmp_path) == f"{tmp_path}: is a directory; a scenario file is allowed"


def test_a_path_with_a_null_byte_is_refused():
    assert "does not exist" in sentence_of("a\0b") or "cannot be read" in sentence_of("a\0b")


def test_a_path_of_endless_length_is_refused():
    assert "cannot be read" in sentence_of("a" * 5000)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert sentence_of(tmp_path / "pipe").endswith("is no regular file; a scenario file is allowed")


def test_a_file_of_20_mb_is_refused_unread(tmp_path):
    path = tmp_path / "brackets.toml"
    path.write_bytes(b"[" * 20_000_000)
    assert sentence_of(path) == f"{path}: is 20,000,000 bytes long; at most 1,048,576 bytes are allowed"


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "bytes.toml"
    path.write_bytes(b"schema = 1 # \xff\xfe")
    assert sentence_of(path) == f"{path}: is no text (byte 14 is 0xff); UTF-8 text is allowed"


def test_a_refused_field_is_told_with_its_file(tmp_path):
    path = tmp_path / "high.toml"
    path.write_text('schema = 1\n[name]\nid = "a"\nen = "b"\n[levers]\noutreach = 9\n')
    assert sentence_of(path) == f"{path}: levers.outreach is 9; a multiplier from 0 to 3 is allowed"


def test_saving_replaces_the_older_file_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "mine.toml"
    save_scenario(load_scenario("baseline"), path)
    save_scenario(load_scenario("combined"), path)
    assert load_scenario(path) == load_scenario("combined")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_failed_write_keeps_the_older_file_and_leaves_nothing_else(tmp_path, monkeypatch, number):
    path = tmp_path / "mine.toml"
    save_scenario(load_scenario("baseline"), path)

    def fail(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ScenarioError, match=r"mine\.toml: cannot be written \(.+\); a file name in a folder"):
        save_scenario(load_scenario("combined"), path)
    assert load_scenario(path) == load_scenario("baseline")
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_sentence(tmp_path):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(ScenarioError, match=r"cannot be written \(File too large\)"):
            save_scenario(load_scenario("combined"), tmp_path / "mine.toml")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_and_a_folder_as_file_name_are_sentences(tmp_path):
    for path in (tmp_path / "none" / "mine.toml", tmp_path, Path("/")):
        with pytest.raises(ScenarioError, match="cannot be written"):
            save_scenario(load_scenario("baseline"), path)
    assert list(tmp_path.iterdir()) == []


def test_an_assignment_keeps_the_schedule_and_the_other_values():
    changed = with_levers(load_scenario("money_stops"), ["metro_share=0.5", "metro_share@1872=0.25"])
    setting = changed.levers["metro_share"]
    assert (setting.value, setting.districts) == (0.5, {"1872": 0.25})
    assert (setting.start, setting.ramp_months, setting.end) == ("2026-03", 18, "2028-01")
    assert changed.levers["village_share"] == load_scenario("money_stops").levers["village_share"]


def test_assignments_set_new_levers_in_order():
    changed = with_levers(
        load_scenario("baseline"),
        ["dbh_share=0.1", "dbh_share=0.2", "dbh_amount=35e9", "discount_until=2027-03", "outreach@1801=2"],
    )
    assert changed.levers["dbh_share"].value == 0.2
    assert changed.levers["dbh_amount"].value == 35e9
    assert changed.levers["discount_until"].value == "2027-03"
    assert changed.levers["outreach"].value is None
    assert changed.levers["outreach"].districts == {"1801": 2}


def test_no_assignment_changes_nothing():
    assert with_levers(load_scenario("combined"), []) == load_scenario("combined")


def test_the_written_schema_is_the_one_made_from_the_code():
    written = (SCENARIOS_FOLDER / "schema.json").read_text(encoding="utf-8")
    assert written == json_schema_text(), "write json_schema_text() of simulator.scenario into scenarios/schema.json"


def test_the_schema_is_a_schema_and_knows_every_lever():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert list(json_schema()["properties"]["levers"]["properties"]) == list(LEVERS)


@pytest.mark.parametrize("stem", shipped())
def test_shipped_scenarios_follow_the_schema(stem):
    VALIDATOR.validate(tomllib.loads(dump_scenario(load_scenario(stem))))


@pytest.mark.parametrize(
    ("levers", "valid"),
    [
        ({"dbh_share": 0.2}, True),
        ({"dbh_share": 0.21}, False),
        ({"dbh_share": {"value": 0.21}}, False),
        ({"dbh_share": {"districts": {"1801": 0.21}}}, False),
        ({"dbh_share": {"districts": {"1801": 0.2}}}, True),
        ({"dbh_share": {"districts": {"1899": 0.2}}}, False),
        ({"dbh_share": {"districts": {}}}, False),
        ({"dbh_share": {"value": 0.1, "start": "2026-03", "ramp_months": 3, "end": "2027-01"}}, True),
        ({"dbh_share": {"value": 0.1, "strat": "2026-03"}}, False),
        ({"dbh_share": {"value": 0.1, "ramp_months": 241}}, False),
        ({"dbh_months": {"value": 5, "ramp_months": 2}}, False),
        ({"dbh_months": 5.5}, False),
        ({"dbh_amount": -1}, False),
        ({"discount_until": "2027-03"}, True),
        ({"discount_until": 2027}, False),
        ({"unknown": 1}, False),
    ],
)
def test_schema_and_reader_agree(levers, valid):
    raw = {"schema": 1, "name": {"id": "a", "en": "b"}, "levers": levers}
    assert VALIDATOR.is_valid(raw) == valid
    if valid:
        load_scenario("baseline").replace(levers=levers)
    else:
        with pytest.raises(ScenarioError):
            load_scenario("baseline").replace(levers=levers)


def test_the_schema_lifts_the_cap_where_the_file_is_marked():
    raw = {"schema": 1, "name": {"id": "a", "en": "b"}, "stretch": ["dbh_share"], "levers": {"dbh_share": 0.9}}
    VALIDATOR.validate(raw)


def test_reading_keeps_the_fixed_order_of_levers():
    text = 'schema = 1\n[name]\nid = "a"\nen = "b"\n[levers]\nlayoff_shock = 0.1\nenforcement = 1\n'
    assert list(read_scenario(text).levers) == ["enforcement", "layoff_shock"]
