"""Commands of the evidence room: calibrate --check, hindcast, backtest, run --data, run --assume."""

import json
from pathlib import Path

import pytest

from simulator.cli import main
from simulator.evidence import stored
from simulator.model import posterior

HEADER = "date,region,indicator,count,value\n"


def printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict:
    assert main(arguments) == 0
    return json.loads(capsys.readouterr().out)


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def test_calibrate_check_says_that_the_posterior_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "--check"]) == 0
    assert "posterior" in capsys.readouterr().out


def test_calibrate_check_refuses_a_stale_account(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(posterior, "fingerprint", lambda: "of other facts")
    posterior.load_posterior.cache_clear()
    try:
        assert "simulator calibrate" in refused(["calibrate", "--check"], capsys)
        assert "simulator calibrate" in refused(["run", "baseline", "--draws", "3", "--seed", "77"], capsys)
    finally:
        posterior.load_posterior.cache_clear()


def test_hindcast_rows_are_those_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    rows = printed(["hindcast", "--json"], capsys)["rows"]
    assert set(rows[0]) == {"month", "region", "group", "indicator", "q05", "q50", "q95"}
    assert {row["indicator"] for row in rows} == {"coverage", "members"}
    assert len({row["region"] for row in rows}) == 16
    assert {row["month"] for row in rows} >= {"2022-12", "2026-01"}


def test_backtest_prints_scores_of_all_forecasters(capsys: pytest.CaptureFixture[str]) -> None:
    result = printed(["backtest", "--json"], capsys)
    assert set(result["summary"]) == {"province", "class", "administrative"}
    assert main(["backtest"]) == 0
    text = capsys.readouterr().out
    assert all(text.count(name) == 3 for name in result["forecasters"])


def test_a_stale_backtest_names_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stored, "mark_of", lambda *_: "other")
    stored.load_backtest.cache_clear()
    assert "backtest --renew" in refused(["backtest", "--json"], capsys)


def test_run_with_own_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.csv"
    file.write_text(HEADER + "2026-02,18,coverage,residence,0.262\n", encoding="utf-8")
    few = ["--draws", "500", "--until", "2026-12", "--json"]
    plain = printed(["run", "baseline", *few], capsys)
    own = printed(["run", "baseline", "--data", str(file), *few], capsys)
    assert plain["own_data"] is None
    assert own["own_data"]["rows"] == 1
    assert plain["evidence"] == own["evidence"] == "posterior"
    assert own["coverage"][1]["q50"] > plain["coverage"][1]["q50"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"month,number\n2026-02,1\n", "bukan nama kolom"),
        ((HEADER + "2999-01,18,coverage,residence,0.25\n").encode(), "2999-01"),
        ((HEADER + "2026-02,18,coverage,residence,1.40\n").encode(), "1.40"),
        ((HEADER + "2026-02,1872,members,residence,9000000\n").encode(), "9000000"),
        ((HEADER + "2026-02,18,members,residence,800.000\n").encode(), "800.000"),
        ((HEADER + '2026-02,18,members,residence,"800,000"\n').encode(), "800,000"),
        ((HEADER + "2026-02,18,coverage,residence,0.25\n" * 50_000).encode(), "1000000"),
        ((HEADER + "2026-02,18,coverage,résidence,0.25\n").encode("latin-1"), "UTF-8"),
        ((HEADER + "2026-02,18,coverage,residence,0.25\n").encode("utf-16"), "UTF-8"),
        ((HEADER + "2026-02,18,coverage,residence,0.70\n").encode(), "simulator calibrate"),
    ],
)
def test_bad_own_data_get_one_sentence(
    content: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "own.csv"
    file.write_bytes(content)
    out = tmp_path / "out"
    said = refused(["run", "baseline", "--draws", "500", "--data", str(file), "--out", str(out)], capsys)
    assert says in said
    assert not out.exists()


def test_assume_replaces_an_assumption(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--draws", "100", "--until", "2027-12", "--json"]
    plain, changed = (printed(["run", "baseline", *more, *few], capsys) for more in ([], ["--assume", "drift=0.02"]))
    assert changed["hash"] != plain["hash"]
    assert changed["coverage"][-1]["q50"] > plain["coverage"][-1]["q50"]


@pytest.mark.parametrize("text", ["drift=0.9", "drift=x", "nothing=1", "drift"])
def test_bad_assumptions_get_one_sentence(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    refused(["run", "baseline", "--draws", "3", "--assume", text], capsys)
