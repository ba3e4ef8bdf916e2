"""A check of bundles: every change is found and named, and nothing foreign does harm."""

import io
import json
import stat
import zipfile

import pytest

from simulator.outputs import verify as room
from simulator.outputs.text import Words
from simulator.outputs.verify import BundleError, open_bundle, read_scenarios, verify
from tests import bundles
from tests.bundles import DRAWS, forged, members, packed

ID, EN = Words("id"), Words("en")
FILES = members(bundles.bundle())


def told(verdict):
    return [line.id for line in verdict.lines]


def fields(verdict, id):
    return dict(next(line for line in verdict.lines if line.id == id).fields)


def refusal(content):
    with pytest.raises(BundleError) as refused:
        open_bundle(content)
    for words in (ID, EN):
        sentence = refused.value.line.text(words)
        assert "\n" not in sentence
        assert "{" not in sentence
    return refused.value.line.id


@pytest.fixture
def no_runs(monkeypatch):
    """Let the numbers come out again without running: what is tested is the files."""
    tables = {name: its for name, its in FILES.items() if name.endswith(".csv")}
    monkeypatch.setattr(room, "_again", lambda *_: tables)


def test_a_fresh_bundle_matches_to_the_last_digit():
    steps = []
    verdict = verify(bundles.bundle(), progress=lambda done, total: steps.append((done, total)))
    assert verdict.matches
    assert told(verdict) == ["files", "exact"]
    assert fields(verdict, "exact") == {
        "n": sum(its.count(b"\n") - 1 for name, its in FILES.items() if name.endswith(".csv")),
        "tables": 4,
        "draws": DRAWS,
    }
    assert steps[-1] == (2 * DRAWS, 2 * DRAWS)


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.usefixtures("no_runs")
def test_one_changed_byte_in_any_file_is_found(name):
    content = bytearray(FILES[name])
    place = len(content) // 2
    content[place] ^= 0x01
    changed = packed({**FILES, name: bytes(content)})
    try:
        verdict = verify(changed)
    except BundleError:
        assert name == "manifest.json" or name.startswith("scenarios/")  # no longer readable
        return
    assert not verdict.matches
    assert "files" not in told(verdict)
    assert name in {dict(line.fields).get("file") for line in verdict.lines}


@pytest.mark.usefixtures("no_runs")
def test_files_that_are_gone_or_new_are_named():
    gone = verify(packed({name: its for name, its in FILES.items() if name != "report.html"}))
    assert (gone.matches, fields(gone, "missing")) == (False, {"file": "report.html"})
    new = verify(packed({**FILES, "charts/other-path.png": b"x"}))
    assert (new.matches, fields(new, "added")) == (False, {"file": "charts/other-path.png"})


def test_a_forged_number_is_named_with_row_and_both_values():
    lines = FILES["quantiles.csv"].decode().splitlines()
    small, large = lines[4].split(","), lines[40].split(",")
    originals = small[6], large[6]
    small[6], large[6] = repr(float(small[6]) * 1.001), "0.9"
    lines[4], lines[40] = ",".join(small), ",".join(large)
    verdict = verify(forged({**FILES, "quantiles.csv": ("\n".join(lines) + "\n").encode()}))
    assert not verdict.matches
    assert told(verdict) == ["files", "first", "largest"]
    first, largest = fields(verdict, "first"), fields(verdict, "largest")
    assert (first["theirs"], first["ours"]) == (small[6], originals[0])
    assert (largest["theirs"], largest["ours"]) == ("0.9", originals[1])
    assert first["row"] == ", ".join([*small[:6], small[7]])
    assert large[4] in largest["row"]


def test_a_difference_of_rounding_only_is_said_to_be_one():
    lines = FILES["arrival.csv"].decode().splitlines()
    at = next(n for n, line in enumerate(lines) if n and 0 < float(line.split(",")[5]) < 1)
    row = lines[at].split(",")
    row[5] = repr(float(row[5]) * (1 + 1e-12))
    lines[at] = ",".join(row)
    verdict = verify(forged({**FILES, "arrival.csv": ("\n".join(lines) + "\n").encode()}))
    assert (verdict.matches, told(verdict)) == (True, ["files", "close"])


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda text: text.replace("baseline,", "other,", 1), "row"),
        (lambda text: text.rsplit("\n", 2)[0] + "\n", "shape"),
        (lambda text: text.replace("month", "when", 1), "shape"),
        (lambda text: text + '"', "unreadable"),
        (lambda text: text.replace("share", "persons", 1), "row"),
    ],
)
def test_other_rows_are_named_too(change, line, monkeypatch):
    tables = {name: its for name, its in FILES.items() if name.endswith(".csv")}
    monkeypatch.setattr(room, "_again", lambda *_: tables)
    content = change(FILES["quantiles.csv"].decode()).encode()
    verdict = verify(forged({**FILES, "quantiles.csv": content}))
    assert (verdict.matches, told(verdict)) == (False, ["files", line])


def test_another_program_is_named_and_the_numbers_are_judged_all_the_same(monkeypatch):
    tables = {name: its for name, its in FILES.items() if name.endswith(".csv")}
    monkeypatch.setattr(room, "_again", lambda *_: tables)
    verdict = verify(forged(FILES, model_version="0.1.0", data_month="2025-12", posterior_hash="0" * 64))
    assert verdict.matches
    assert told(verdict) == ["files", "other_model_version", "other_data_month", "other_posterior_hash", "exact"]
    assert fields(verdict, "other_model_version")["theirs"] == "0.1.0"


def test_a_scenario_that_is_not_the_one_of_the_manifest_is_named(monkeypatch):
    tables = {name: its for name, its in FILES.items() if name.endswith(".csv")}
    monkeypatch.setattr(room, "_again", lambda *_: tables)
    other = {**FILES, "scenarios/baseline.toml": FILES["scenarios/desa-ke-1.toml"]}
    verdict = verify(forged(other))
    assert (verdict.matches, fields(verdict, "changed_scenario")) == (False, {"name": "baseline"})


def test_scenarios_come_back_in_order():
    assert list(read_scenarios(open_bundle(bundles.bundle()))) == ["baseline", "desa-ke-1"]


# ---- foreign files


def with_member(name, content=b"x", *, mode=None, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for its, inside in FILES.items():
            archive.writestr(its, inside)
        info = zipfile.ZipInfo(name)
        info.compress_type = method
        if mode is not None:
            info.create_system, info.external_attr = 3, mode << 16
        archive.writestr(info, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name",
    ["../evil.csv", "/etc/passwd", "C:\\x.csv", "charts/../../x.png", "evil.exe", "charts/a-path.png/x", "CHARTS/a.png",
     "charts/", "scenarios/.hidden.toml"],
)  # fmt: skip
def test_foreign_names_are_refused(name):
    assert refusal(with_member(name)) == "refused_name"


def test_a_name_with_a_hidden_end_is_refused():
    content = with_member("scenarios/a.toml~.exe").replace(b"scenarios/a.toml~.exe", b"scenarios/a.toml\x00.exe")
    assert refusal(content) == "refused_name"


def test_links_and_other_kinds_of_file_are_refused():
    assert refusal(with_member("charts/a-path.png", b"/etc/passwd", mode=stat.S_IFLNK | 0o777)) == "refused_link"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused():
    assert refusal(with_member("money.csv")) == "refused_twice"


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert refusal(with_member("charts/a-path.png", bytes(2**24))) == "refused_bomb"


def test_other_ways_of_packing_are_refused():
    assert refusal(with_member("charts/a-path.png", method=zipfile.ZIP_BZIP2)) == "refused_packing"


def test_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(room, "LARGEST_UNPACKED_BYTES", 2**16)
    assert refusal(bundles.bundle()) == "refused_unpacked"
    monkeypatch.setattr(room, "MOST_FILES", 3)
    assert refusal(bundles.bundle()) == "refused_too_many"
    monkeypatch.setattr(room, "LARGEST_BYTES", 2**10)
    assert refusal(bundles.bundle()) == "refused_too_large"


@pytest.mark.parametrize("kept", [0, 10, 1000, 0.5, 0.99])
def test_what_is_cut_off_is_refused(kept):
    whole = bundles.bundle()
    assert refusal(whole[: int(kept * len(whole)) if isinstance(kept, float) else kept]) == "refused_no_zip"


def test_a_damaged_member_is_refused():
    content = bytearray(bundles.bundle())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.getinfo("quantiles.csv").header_offset
    content[start + 5000] ^= 0xFF
    assert refusal(bytes(content)) == "refused_damaged"


def test_a_size_that_is_not_true_is_refused():
    content = bytearray(bundles.bundle())
    start = content.rindex(b"PK\x01\x02")  # the last entry of the directory: workbook.xlsx
    content[start + 24 : start + 28] = (100).to_bytes(4, "little")
    assert refusal(bytes(content)) == "refused_damaged"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"draws": "2000"}, "draws"),
        ({"draws": 0}, "draws"),
        ({"draws": 10**9}, "draws"),
        ({"draws": True}, "draws"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"format": 2}, "format"),
        ({"scenarios": []}, "scenarios"),
        ({"scenarios": [{"name": "../x", "digest": "0" * 64}]}, "scenarios.0.name"),
        ({"language": "jv"}, "language"),
        ({"more": 1}, "more"),
        ({"files": {}}, "files.quantiles.csv"),
        ({"data_hash": "abc"}, "data_hash"),
    ],
)
def test_a_manifest_that_is_none_is_refused_with_its_field(change, field):
    text = json.dumps(json.loads(FILES["manifest.json"]) | change)
    with pytest.raises(BundleError) as refused:
        open_bundle(packed({**FILES, "manifest.json": text.encode()}))
    assert dict(refused.value.line.fields) == {"field": field}


@pytest.mark.parametrize("text", [b"", b"{", b"[" * 100_000, b"\xff", b"null", b'{"draws":' + b"9" * 5000 + b"}"])
def test_a_manifest_that_cannot_be_read_is_refused(text):
    assert refusal(packed({**FILES, "manifest.json": text})) == "refused_manifest"


def test_a_bundle_without_manifest_or_scenario_is_refused():
    assert refusal(packed({name: its for name, its in FILES.items() if name != "manifest.json"})) == "refused_missing"
    with pytest.raises(BundleError) as refused:
        verify(packed({name: its for name, its in FILES.items() if name != "scenarios/baseline.toml"}))
    assert refused.value.line.id == "refused_missing"


def test_what_a_stranger_wrote_cannot_steer_a_terminal():
    text = json.dumps(json.loads(FILES["manifest.json"]) | {"\x1b[31mred": 1})
    with pytest.raises(BundleError) as refused:
        open_bundle(packed({**FILES, "manifest.json": text.encode()}))
    assert "\x1b" not in refused.value.line.text(EN)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BundleError, match="does not exist"):
        verify(tmp_path / "no.zip")
    with pytest.raises(BundleError, match="is no file"):
        verify(tmp_path)
