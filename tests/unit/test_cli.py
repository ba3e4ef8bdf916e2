"""The command line: what it prints and writes, and how it refuses."""

import io
import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from simulator import load_scenario, project
from simulator.cli import main

FEW = ["--draws", "20", "--until", "2027-06"]


def refusal(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    """Run a command that must be refused, and return its one sentence."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err
    return err


def test_run_json_holds_what_the_contract_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "baseline", *FEW, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    expected = {"scenario", "hash", "model_version", "data_month", "seed", "draws", "coverage", "reported", "targets"}
    assert expected | {"money", "members", "districts"} <= set(answer)
    assert (answer["scenario"], answer["data_month"], answer["seed"], answer["draws"]) == ("baseline", "2026-01", 0, 20)
    assert [set(row) for row in answer["coverage"][:1]] == [{"month", "q05", "q25", "q50", "q75", "q95"}]
    assert [row["month"] for row in answer["coverage"]] == [*(f"2026-{m:02d}" for m in range(1, 13))] + [
        f"2027-{m:02d}" for m in range(1, 7)
    ]
    assert len(answer["districts"]) == 15 * 18
    assert {row["fund"] for row in answer["money"]} >= {"apbd_province", "apbd_district", "village", "dbh_sawit", "csr"}
    assert all(row["planned"] - row["spent"] == row["unspent"] for row in answer["money"])


def test_targets_before_the_data_month_carry_no_odds(capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "baseline", *FEW, "--json"])
    targets = json.loads(capsys.readouterr().out)["targets"]
    past = [t for t in targets if t["date"] is not None and t["date"] < "2026-01"]
    assert {t["id"] for t in past} == {"rpjmn_2025", "lampung_2025", "pergub_2025"}
    for t in past:
        assert t["status"] == "missed"
        assert {t[k] for k in ("odds_by_date", "odds_by_horizon", "never_share", "median_month")} == {None}
    later = {t["id"]: t for t in targets if t["reading"] == "held"}["rpjmn_2029"]
    assert later["odds_by_date"] is None  # its date is past the horizon
    assert later["odds_by_horizon"] == 0


def test_run_writes_three_tables_equal_to_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "hasil"
    assert main(["run", "baseline", *FEW, "--seed", "3", "--out", str(out)]) == 0
    assert sorted(p.name for p in out.iterdir()) == ["arrival.csv", "money.csv", "quantiles.csv"]
    scenario = load_scenario("baseline").replace(horizon="2027-06")
    result = project(scenario, draws=20, seed=3, name="baseline")
    for name, table in (
        ("quantiles", result.quantiles()),
        ("arrival", result.arrival()),
        ("money", result.money()),
    ):
        expected = pd.read_csv(io.StringIO(table.to_csv(index=False)))
        pd.testing.assert_frame_equal(pd.read_csv(out / f"{name}.csv"), expected, check_exact=True)
    quantiles = pd.read_csv(out / "quantiles.csv", dtype={"region": str})
    assert quantiles["region"].nunique() == 16
    assert "hasil" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["id", "en"])
def test_run_prints_a_summary_in_both_languages(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "baseline", *FEW, "--lang", lang]) == 0
    text = capsys.readouterr().out
    assert ("masa depan" in text) == (lang == "id")
    assert ("futures" in text) == (lang == "en")


def test_set_changes_the_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "baseline", *FEW, "--json"])
    plain = json.loads(capsys.readouterr().out)
    main(["run", "baseline", *FEW, "--json", "--set", "metro_share=1", "--set", "metro_share@1872=0"])
    changed = json.loads(capsys.readouterr().out)
    assert changed["hash"] != plain["hash"]
    assert changed["coverage"][-1]["q50"] > plain["coverage"][-1]["q50"] + 0.03
    end = {d["code"]: d["q50"] for d in changed["districts"] if d["month"] == "2027-06"}
    before = {d["code"]: d["q50"] for d in plain["districts"] if d["month"] == "2027-06"}
    assert end["1872"] < before["1872"]
    assert end["1871"] > before["1871"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "baseline", "--set", "magic=1"], ["magic"]),
        (["run", "baseline", "--set", "dbh_share=0.21"], ["dbh_share", "0.21", "0.2"]),
        (["run", "baseline", "--set", "csr_amount=-1"], ["csr_amount", "-1"]),
        (["run", "baseline", "--set", "metro_share=nan"], ["metro_share", "nan"]),
        (["run", "baseline", "--set", "metro_share@9999=1"], ["9999"]),
        (["run", "baseline", "--set", "dbh_months@1811=3"], ["dbh_months", "1811"]),
        (["run", "baseline", "--set", "pppk_full@1872=20000"], ["levers.pppk_full.districts.1872", "20000", "Metro"]),
        (["run", "baseline", "--until", "2022-11"], ["2022-11"]),
        (["run", "baseline", "--until", "2046-01"], ["2046-01", "2045-12"]),
        (["run", "baseline", "--until", "soon"], ["soon"]),
        (["run", "baseline", "--draws", "0"], ["draws", "0", "20000"]),
        (["run", "baseline", "--draws", "10000000"], ["draws", "10000000", "20000"]),
        (["run", "baseline", "--draws", "many"], ["draws", "many"]),
        (["run", "baseline", "--seed", "-1"], ["seed", "-1"]),
        (["run", "baseline", "--lang", "jv"], ["lang", "jv"]),
        (["run", "no_such_scenario"], ["no_such_scenario"]),
        (["run", "baseline", "--no-such-option"], ["--no-such-option"]),
        (["fly", "baseline"], ["fly"]),
        (["check", "no_such_scenario"], ["no_such_scenario"]),
    ],
)
def test_bad_arguments_get_one_sentence(
    arguments: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = refusal(capsys, arguments)
    for word in words:
        assert word in sentence


@pytest.mark.parametrize(
    ("arguments", "indonesian", "english"),
    [
        (["run", "baseline", "--set", "dbh_share=0.21"], "bernilai 0.21; yang boleh: pecahan", "is 0.21; a share from"),
        (["check", "tiada"], "tiada: tidak ada; yang boleh: berkas skenario", "tiada: does not exist; a scenario file"),
        (["compare", "baseline", "tiada"], "tiada: tidak ada", "tiada: does not exist"),
        (["run", "baseline", "--data", "tiada.csv"], "berkas ini tidak ada", "there is no such file"),
    ],
)
def test_a_refusal_is_said_in_the_language_of_the_command(
    arguments: list[str], indonesian: str, english: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert indonesian in refusal(capsys, arguments)
    assert indonesian in refusal(capsys, [*arguments, "--lang", "id"])
    assert english in refusal(capsys, [*arguments, "--lang", "en"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[" * 20_000_000,
        b"\xff\xfe\x00bad",
        b"schema = 1\nschema = 1\n",
        b'schema = 1\nname = {id = "a", en = "b"}\nlevers = {dbh_share = 0.5}\n',
        b'schema = 1\nname = {id = "a", en = "b"}\nlevers = {csr_amount = nan}\n',
        b'schema = 1\nname = {id = "a", en = "b"}\nhorizon = "2046-01"\n',
        b'schema = 1\nname = {id = "a", en = "b"}\nstart = "2022-11"\n',
    ],
    ids=["empty", "brackets", "no text", "duplicate key", "above the cap", "nan", "past 2045", "before 2022-12"],
)
def test_bad_files_get_one_sentence(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rencana.toml"
    file.write_bytes(content)
    assert "rencana.toml" in refusal(capsys, ["check", str(file)])
    out = tmp_path / "out"
    refusal(capsys, ["run", str(file), "--out", str(out)])
    assert not out.exists()


def test_a_folder_is_no_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert str(tmp_path) in refusal(capsys, ["run", str(tmp_path)])


def test_a_file_is_no_output_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sudah-ada"
    file.write_text("isi")
    assert "--out" in refusal(capsys, ["run", "baseline", *FEW, "--out", str(file)])
    assert file.read_text() == "isi"


def test_a_read_only_output_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--out" in refusal(capsys, ["run", "baseline", *FEW, "--out", "/proc/hasil"])


def test_refused_draws_leave_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refusal(capsys, ["run", "baseline", "--draws", "0", "--out", str(tmp_path / "a" / "b")])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="file-size limits are a Unix thing")
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "money.csv").write_text("lama")
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        code = main(["run", "baseline", *FEW, "--out", str(tmp_path)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code == 2
    assert "--out" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["money.csv"]
    assert (tmp_path / "money.csv").read_text() == "lama"


def test_check_accepts_every_shipped_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "baseline", "combined", "money_stops"]) == 0
    assert capsys.readouterr().out.count("OK") == 3


def test_facts_json_names_source_and_grade(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["facts"]["COV-051"]["value"] == 25.27
    assert answer["parameters"]["keep_six_months"]["grade"] in ("borrowed", "judgement", "lampung")
    assert not any(name.startswith("PRI-") for name in answer["facts"])


def test_check_of_a_good_and_a_bad_file_prints_the_refusal_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "rusak.toml"
    bad.write_text("schema = 2", encoding="utf-8")
    assert "rusak.toml" in refusal(capsys, ["check", "baseline", str(bad)])


@pytest.mark.parametrize("word", ["two\nlines", "\x1b[2J", "\u202e"])
def test_an_odd_argument_is_refused_in_one_line_that_steers_no_terminal(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["run", "baseline", word], [word], ["run", "baseline", "--draws", word]):
        assert refusal(capsys, arguments).removesuffix("\n").isprintable()


@pytest.mark.parametrize("place", ["x" * 300, "x" * 300 + "/hasil"])
def test_a_name_that_is_too_long_for_a_folder_is_refused(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "--out" in refusal(capsys, ["run", "baseline", *FEW, "--out", place])
    assert "--out" in refusal(capsys, ["export", "baseline", *FEW[:2], "--out", f"{place}/paket.zip"])
    assert list(tmp_path.iterdir()) == []
