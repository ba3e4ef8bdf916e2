"""What the loader refuses: each case breaks one place of a copy of `data/`."""

import dataclasses
import re
import shutil

import numpy as np
import pytest
from pydantic import ValidationError

from simulator.facts import FactsError, load_facts
from simulator.facts.pack import DATA_FOLDER

DRIFT = 'prior = { family = "normal", mean = -0.001, sd = 0.006 }'


@pytest.fixture
def data(tmp_path):
    """A copy of the data files that may be broken."""
    return shutil.copytree(DATA_FOLDER, tmp_path / "data")


def edit(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# file, what stands there, what is put there, record, field, words of the sentence
BROKEN = [
    ("law.toml", 'kind = "money"', 'kind = "money"\ncolour = "red"', "premium_jkk_jkm", "colour", "key is unknown"),
    ("parameters.toml", "value = 3130000", 'value = "3130000"', "eligible_total", "value", "valid number"),
    ("parameters.toml", "value = 3130000", "value = true", "eligible_total", "value", "valid number"),
    ("parameters.toml", "value = 3130000", "value = nan", "eligible_total", "value", "finite number"),
    ("parameters.toml", "value = 3130000", "value = 9", "eligible_total", "value", "must lie in its bounds"),
    ("parameters.toml", "value = 3130000\n", "", "eligible_total", "value", "key is required"),
    ("parameters.toml", "bounds = [2750000, 3550000]", "bounds = [5, 5]", "eligible_total", "bounds", "must be below"),
    ("parameters.toml", "bounds = [2750000, 3550000]", "bounds = [5]", "eligible_total", "bounds.1", "is required"),
    ("parameters.toml", 'facts = ["FRM-011"]', "facts = []", "firms_large_firm_share", "source", "needs facts"),
    ("parameters.toml", 'facts = ["FRM-011"]', 'facts = ["FRM-999"]', "firms_large_firm_share", "facts", "facts.csv"),
    ("parameters.toml", 'grade = "lampung"', 'grade = "good"', "eligible_total", "grade", "'official', 'lampung'"),
    ("parameters.toml", 'grade = "lampung"', 'grade = "judgement"', "eligible_total", "reason", "needs a reason"),
    ("parameters.toml", DRIFT, DRIFT.replace("-0.001", "0.9"), "drift", "prior", "at least half must"),
    ("parameters.toml", DRIFT, DRIFT.replace("normal", "gaussian"), "drift", "prior", "family"),
    ("parameters.toml", DRIFT, DRIFT.replace("0.006", "-0.006"), "drift", "prior.normal.sd", "greater than 0"),
    ("parameters.toml", DRIFT, DRIFT.replace("sd =", "width ="), "drift", "prior.normal.sd", "required"),
    ("parameters.toml", DRIFT, 'prior = { family = "beta", a = 2, b = 2 }', "drift", "prior", "leave what a beta"),
    ("parameters.toml", DRIFT, 'prior = { family = "halfnormal", scale = 1 }', "drift", "prior", "leave what a half"),
    ("parameters.toml", "values = [1, 2, 3]", "values = [1, 2, 4]", "grace_months", "prior", "every value"),
    ("parameters.toml", 'basis = ["PRI-001"]', 'basis = ["COV-001"]', "eligible_total", "basis.0", "PRI"),
    ("parameters.toml", "[drift]", "[dbh_cap]", "dbh_cap", "id", "once"),
    ("parameters.toml", "[list_quality]", "[list_kwality]", "list_quality", "-", "required"),
    ("targets.toml", "value = 0.3499", "value = 0.35", "rkp_2026", "value", "value of TGT-003"),
    ("targets.toml", 'month = "2026-12"', 'month = "2026-13"', "rkp_2026", "month", "not a month"),
    ("targets.toml", 'month = "2026-12"', "month = 202612", "rkp_2026", "month", "not a month"),
    ("targets.toml", "[target.rkp_2026]", "[goal.rkp_2026]", "goal", "-", "must stand in"),
    ("targets.toml", "reason = ", "hint = ", "all_workers", "reason", "needs a reason"),
    ("targets.toml", "note.en = \"Straight", "note.de = \"Gerade", "rpjmn_2027", "note.en", "required"),
    ("regions.toml", 'villages = "N-033"', 'villages = "N-999"', "1801", "facts.villages", "id of a fact"),
    ("regions.toml", 'villages = "N-033"', 'villages = "N-034"', "1801", "facts.villages", "fact of region 1801"),
    ("regions.toml", 'villages = "N-033"', 'hamlets = "N-033"', "1801", "facts.hamlets", "key is unknown"),
    ("regions.toml", 'pooled_with = "1813"', 'pooled_with = "1802"', "1801", "pooled_with", "names this one"),
    ("regions.toml", 'name = "Lampung Barat"', 'nama = "Lampung Barat"', "1801", "name", "required"),
    ("regions.toml", 'registry_population = "N-017"\n', "", "1801", "registry_population", "required"),
    ("segments.toml", 'worker_class = "PU"', 'worker_class = "PNS"', "firms_large", "worker_class", "'construction'"),
    ("funds.toml", '"vulnerable", "farmers', '"rentan", "farmers', "apbd_province", "segment", "segments are"),
    ("funds.toml", "verified = true", 'verified = "yes"', "apbd_province", "verified", "valid boolean"),
    ("history.toml", 'fund = "dbh_sawit"', 'fund = "dbh"', "palm_province_2024", "fund", "funds are"),
    ("history.toml", 'segment = "palm"', 'segment = "non_asn"', "palm_province_2024", "segment", "covers palm"),
    ("history.toml", '"1804", "1807"', '"1815", "1807"', "palm_province_2024", "region", "region codes are"),
    ("history.toml", "{ 1801 = 1000 }", "{ 18 = 1000 }", "palm_lampung_barat_2024", "region", "region codes are"),
    ("history.toml", "people = 18612", "people = -1", "palm_province_2024", "people", "greater than 0"),
    ("history.toml", "people = 18612\n", "", "palm_province_2024", "people_by_region", "either people"),
    ("history.toml", 'first = "2024-09"', 'first = "2027-01"', "palm_province_2024", "first", "the past reaches"),
    ("history.toml", 'first = "2024-09"', 'first = "2020-09"', "palm_province_2024", "first", "the past reaches"),
    ("history.toml", "months = 5", "months = 0", "palm_province_2024", "months", "greater than or equal to 1"),
    ("history.toml", 'month = "2024-06"', 'month = "2026-06"', "lampung_barat_2024", "month", "the past reaches"),
    ("history.toml", 'region = "1801"\npeople', 'region = "1601"\npeople', "lampung_barat_2024", "region", "codes are"),
    ("calendar.toml", 'last = "2027-03"', 'last = "2025-03"', None, "discount_windows.independent.last", "before"),
    ("calendar.toml", "windows.independent", "windows.ojol", "discount_windows", "segment", "segments are"),
    ("calendar.toml", "0.10, 0.0]", "0.10, 0.5]", None, "season_profile.values", "December"),
    ("calendar.toml", "[0.30, 0.60,", "[0.30,", None, "season_profile.values", "at least 12"),
    ("calendar.toml", '"N-064", "N-068"', '"N-064", "N-968"', "election_months", "facts", "facts.csv"),
    ("contradictions.toml", "value = 479724", "value = 479725", "gap_to_target", "sides", "COV-040 has the value"),
    ("contradictions.toml", '"COV-053", "COV-051"', '"COV-953"', "gap_to_target", "used", "facts.csv"),
    ("contradictions.toml", 'fact = "COV-040"', 'fact = "COV-940"', "gap_to_target", "sides", "facts.csv"),
    ("derived.toml", "COV_003 - COV_004", "COV_003 - COV_994", "COV-005", "expression", "no fact with a value"),
    ("derived.toml", "COV_003 - COV_004", "open('x')", "COV-005", "expression", "not allowed"),
    ("derived.toml", "[COV-005]", "[COV-003]", "COV-003", "-", "source_kind derived"),
    ("derived.toml", "not_recomputed = ", "why = ", "LAB-017", "not_recomputed", "either expression"),
    ("observations.toml", 'fact = "COV-007"', 'fact = "REG-001"', "december_2023_branch", "fact", "fact with a value"),
    ("observations.toml", 'fact = "COV-007"', 'fact = "KAB-001"', "december_2023_branch", "fact", "fact of region 18"),
    ("observations.toml", 'fact = "COV-007"', 'fact = "COV-008"', "december_2023_branch", "indicator", "in percent"),
    ("facts.csv", "COV-002,", "COV-001,", "COV-001", "id", "once"),
    ("facts.csv", "2018-12,170700,", "2018-12,many,", "COV-002", "value", "finite number"),
    ("facts.csv", "2018-12,170700,", "2018-12,inf,", "COV-002", "value", "finite number"),
    ("facts.csv", "2018-12,170700,,", "2018-12,170700,170701,", "COV-002", "low", "between low and high"),
    ("facts.csv", "people,press,Republika", "people,rumour,Republika", "COV-002", "source_kind", "'press', 'seed'"),
    ("facts.csv", "people,press,Republika", "people,press,", "COV-002", "source", "at least 1 character"),
    ("facts.csv", "COV-002,coverage,", "COV-002,", "COV-002", "-", "16 fields"),
    ("facts.csv", "all,1801,2025-12-18", "all,1814,2025-12-18", "KAB-018", "region", "region codes are"),
    ("facts.csv", "id,topic", "id,subject", "header", "-", "columns must be"),
    ("facts.csv", "COV-002,", "COV-2,", "COV-2", "id", "pattern"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "record", "field", "words"), BROKEN)
def test_broken_record_is_refused_in_one_sentence(data, file, old, new, record, field, words):
    edit(data, file, old, new)
    with pytest.raises(FactsError) as caught:
        load_facts(data)
    message = str(caught.value)
    assert message.startswith(file)
    assert f", field {field}: " in message
    assert words in message
    assert "\n" not in message
    if record is not None:
        assert f"record {record}," in message


def test_duplicate_key_is_refused(data):
    edit(data, "law.toml", "value = 16800", "value = 16800\nvalue = 16900")
    with pytest.raises(FactsError, match=r"law\.toml.*no key comes twice"):
        load_facts(data)


def test_duplicate_record_is_refused(data):
    with (data / "parameters.toml").open("a", encoding="utf-8") as file:
        file.write('[drift]\nunit = "share"\n')
    with pytest.raises(FactsError, match=r"parameters\.toml.*no key comes twice"):
        load_facts(data)


def test_record_that_is_no_table_is_refused(data):
    (data / "funds.toml").write_text("csr = 3\n", encoding="utf-8")
    with pytest.raises(FactsError, match=r"funds\.toml, record csr"):
        load_facts(data)


@pytest.mark.parametrize("file", ["observations.toml", "regions.toml"])
def test_resolved_record_that_is_no_table_is_refused(data, file):
    (data / file).write_text("x = 3\n", encoding="utf-8")
    with pytest.raises(FactsError, match=rf"{re.escape(file)}, record x"):
        load_facts(data)


def test_missing_file_is_refused(data):
    (data / "funds.toml").unlink()
    with pytest.raises(FactsError, match=r"funds\.toml.*readable UTF-8 file"):
        load_facts(data)


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(FactsError, match="readable UTF-8 file"):
        load_facts(tmp_path / "nowhere")


def test_bytes_that_are_no_text_are_refused(data):
    (data / "facts.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FactsError, match=r"facts\.csv.*readable UTF-8 file"):
        load_facts(data)


def test_deep_nesting_is_refused(data):
    (data / "law.toml").write_text("x = " + "[" * 100_000, encoding="utf-8")
    with pytest.raises(FactsError, match=r"law\.toml"):
        load_facts(data)


def test_order_of_regions_is_fixed(data):
    text = (data / "regions.toml").read_text(encoding="utf-8")
    start, second = text.index("[1801]"), text.index("[1802]")
    (data / "regions.toml").write_text(text[:start] + text[second:] + "\n" + text[start:second], encoding="utf-8")
    with pytest.raises(FactsError, match="codes must rise"):
        load_facts(data)


def test_long_value_is_shortened(data):
    edit(data, "parameters.toml", 'kind = "stock"', f'kind = "{"x" * 5000}"')
    with pytest.raises(FactsError) as caught:
        load_facts(data)
    assert len(str(caught.value)) < 400


def test_default_folder_is_read_once():
    assert load_facts() is load_facts()


def test_a_copy_says_the_same(data):
    assert load_facts(data).digest == load_facts().digest
    assert load_facts(data).parameters == load_facts().parameters


def test_line_ends_do_not_change_the_digest(data):
    for path in data.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_facts(data).digest == load_facts().digest


def test_one_changed_number_changes_the_digest(data):
    edit(data, "law.toml", "value = 24", "value = 25")
    assert load_facts(data).digest != load_facts().digest


def test_records_are_frozen():
    record = load_facts().parameters["drift"]
    with pytest.raises(ValidationError, match="frozen"):
        record.value = 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        load_facts().digest = ""


def test_fixed_parameter_gives_its_value_everywhere():
    draws = load_facts().parameters["premium_jkk_jkm"].ppf(np.array([[0.0, 0.5], [0.7, 0.9]]))
    assert draws.tolist() == [[16800, 16800], [16800, 16800]]


def test_history_follows_the_records(data):
    edit(data, "history.toml", "{ 1872 = 4082 }", "{ 1872 = 5082 }")
    change = load_facts(data).history.slots - load_facts().history.slots
    assert change.sum() == pytest.approx(12 * 1000)
