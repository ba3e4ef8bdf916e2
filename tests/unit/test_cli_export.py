"""Export and verify on the command line: exit codes, and files written whole or not at all."""

from pathlib import Path

import pytest

from simulator.cli import main
from tests import bundles
from tests.bundles import forged, members


def test_export_writes_what_verify_then_finds_to_match(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "hasil.zip"
    assert main(["export", "baseline", "--draws", "10", "--seed", "2", "--out", str(out), "--lang", "en"]) == 0
    assert [path.name for path in out.parent.iterdir()] == ["hasil.zip"]
    assert capsys.readouterr().out == f"{out}\n"
    assert main(["verify", str(out), "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "match"
    assert "equal to the last digit" in lines[-1]


@pytest.mark.parametrize(("lang", "words"), [("id", "sudah diubah"), ("en", "was changed")])
def test_verify_says_what_was_changed(
    lang: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = members(bundles.bare())
    file = tmp_path / "hasil.zip"
    file.write_bytes(bundles.packed({**files, "arrival.csv": files["arrival.csv"] + b" "}))
    assert main(["verify", str(file), "--lang", lang]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "mismatch"
    assert "arrival.csv" in lines[1]
    assert words in lines[1]


def test_verify_names_the_row_of_a_forged_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = members(bundles.bare())
    file = tmp_path / "hasil.zip"
    file.write_bytes(forged({**files, "money.csv": files["money.csv"].replace(b",rupiah", b"7,rupiah", 1)}))
    assert main(["verify", str(file), "--lang", "en"]) == 1
    assert "money.csv: the first difference is at baseline, 2026, apbd_province, planned" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_ends_with_two_and_one_sentence(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hasil.zip"
    if content is not None:
        file.write_bytes(content)
    assert main(["verify", str(file), "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["baseline", "combined", "village_100", "no_policy", "csr_stops"], ["5", "1 to 4"]),
        (["baseline", "baseline"], ["baseline", "twice"]),
        (["baseline", "--target", "moon"], ["target", "moon"]),
        (["baseline", "--draws", "0"], ["draws", "0"]),
        (["no_such_scenario"], ["no_such_scenario"]),
    ],
)
def test_what_cannot_be_exported_is_refused_and_nothing_is_written(
    arguments: list[str], words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", *arguments, "--out", str(tmp_path / "x" / "hasil.zip")]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert all(word in err for word in words)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_bundle_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "baseline", "--draws", "5", "--out", str(tmp_path)]) == 2
    assert "--out" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
