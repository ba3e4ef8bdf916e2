"""The same refusals in Indonesian: nothing left in English, and field, value and what is allowed in each."""

import ast
import copy
import os
import re
import string
from pathlib import Path

import pytest

from simulator.evidence import OwnRow
from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH
from simulator.model import RunError
from simulator.model.inputs import make_inputs
from simulator.outputs import compare
from simulator.outputs.bundle import make_bundle
from simulator.outputs.refusal import refusal_text
from simulator.scenario import (
    LEVERS,
    Said,
    Scenario,
    ScenarioError,
    decode_link,
    load_scenario,
    read_scenario,
    replaceable,
    save_scenario,
    sentence,
    with_assumptions,
    with_levers,
)
from simulator.scenario.files import _REASONS
from simulator.scenario.link import LONGEST_LINK
from simulator.scenario.refusals import FROM_THE_ENGINE, SENTENCES

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [*(ROOT / "simulator" / "scenario").glob("*.py"), ROOT / "simulator" / "outputs" / "comparison.py"]
BASELINE = load_scenario("baseline")
ENGLISH = re.compile(
    r"\b(is|are|allowed|the|an|of|not|no|and|or|from|to|with|that|this|each|give|where|one|list|table|nothing|number"
    r"|whole|month|share|text|people|such|file|cannot|at|least|most|than|more|programme|year|has|in|by)\b"
)


def head(levers: str = "", top: str = "") -> str:
    return f'schema = 1\n{top}\n[name]\nid = "Uji"\nen = "Uji"\n[levers]\n{levers}\n'


def reading(text: str):
    return lambda: read_scenario(text)


def setting(*assignments: str):
    return lambda: with_levers(BASELINE, assignments)


def assuming(*assignments: str):
    return lambda: with_assumptions(BASELINE, assignments)


def saving_where(number: int):
    def save() -> None:
        def fail(descriptor: int) -> None:
            raise OSError(number, os.strerror(number))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            save_scenario(BASELINE, "uji.toml")

    return save


def loading(content: bytes):
    def load() -> None:
        Path("uji.toml").write_bytes(content)
        load_scenario("uji.toml")

    return load


def loading_a_pipe() -> None:
    os.mkfifo("pipa")
    load_scenario("pipa")


def running(scenario: Scenario):
    return lambda: make_inputs(scenario, n_draws=3, seed=0)


def one_assumption_of_each_unit():
    for unit, name in {record.unit: name for name, record in replaceable(load_facts()).items()}.items():
        yield assuming(f"{name}=1e15"), (f"assumptions.{name}", "1000000000000000.0", SENTENCES[f"unit.{unit}"]["id"])


def one_lever_of_each_unit():
    for lever in {its.unit: its for its in LEVERS.values() if its.unit != "month"}.values():
        yield setting(f"{lever.id}=-7"), (f"levers.{lever.id}", "-7", f"dari {lever.low:g} sampai ")


CASES = [
    (setting("dbh_share=0.21"), ("levers.dbh_share", "0.21", "pecahan dari 0 sampai 0.2", "sampai 1 bila stretch")),
    (setting("vilage_share=1"), ("levers.vilage_share", "bukan tuas", "village_share")),
    (setting("dbh_share"), ("'dbh_share'", "TUAS=NILAI", "TUAS@KODE=NILAI")),
    (setting("metro_share@1899=1"), ("levers.metro_share.districts.1899", "kode", "1871, 1872")),
    (setting("dbh_months@1811=3"), ("levers.dbh_months.districts.1811", "dbh_months milik provinsi", "value")),
    (setting("discount_until=2027-13"), ("levers.discount_until", "'2027-13'", "dari 2022-12 sampai 2045-12")),
    (reading(head("village_share = true")), ("levers.village_share", "true", "angka, atau bulan")),
    (reading(head("village_share = [1]")), ("levers.village_share", "daftar", "angka, atau tabel dengan value")),
    (reading(head("village_share = {value = {a = 1}}")), ("levers.village_share", "bernilai tabel", "angka")),
    (reading(head("village_share = 2026-03-01")), ("levers.village_share", "berjenis date", "angka, atau tabel")),
    (
        reading(head("village_share = {}")),
        ("levers.village_share", "tidak menetapkan", "value, atau districts"),
    ),
    (reading(head("village_share = 0x" + "f" * 99)), ("levers.village_share", "lebih dari 64 bit", "pecahan dari 0")),
    (reading(head("metro_share = {districts = 3}")), ("levers.metro_share.districts", "3", "tabel kode")),
    (lambda: BASELINE.replace(levers={"outreach": {"districts": {"1801": None}}}), ("1801", "kosong", "angka")),
    (reading(head("csr_renewal = {value = 1, strat = 3}")), ("csr_renewal.strat", "value, start, ramp_months")),
    (reading(head("csr_renewal = {value = 1, ramp_months = 241}")), ("ramp_months", "241", "dari 0 sampai 240")),
    (reading(head('csr_renewal = {value = 1, start = "2026-3"}')), ("csr_renewal.start", "'2026-3'", "YYYY-MM")),
    (reading(head("dbh_months = {value = 1, ramp_months = 2}")), ("dbh_months.ramp_months", "2", "0 saja")),
    (reading(head('outreach = {value = 1, end = "2026-02"}')), ("outreach.end", "'2026-02'", "mulai (2026-02)")),
    (reading(head(top='horizon = "2026-01"')), ("horizon", "'2026-01'", "sesudah start (2026-01)")),
    (reading(head(top="targets = []")), ("targets", "daftar", "sedikitnya satu dari rpjmn_2025, ")),
    (reading(head(top='targets = ["rkp_2027"]')), ("targets.0", "'rkp_2027'", "salah satu dari rpjmn_2025, ")),
    (reading(head(top='targets = ["rkp_2026", "rkp_2026"]')), ("targets.1", "'rkp_2026'", "hanya boleh sekali")),
    (reading(head(top='allocation = "rata"')), ("allocation", "'rata'", "registry, vulnerable, gap, equal, palm")),
    (reading(head(top='stretch = ["dbh_amount"]')), ("stretch.0", "'dbh_amount'", "diambil dari dbh_share")),
    (reading("schema = 2"), ("schema", "2", "yang boleh: 1")),
    (reading(""), ("schema", "tidak ada", "schema = 1")),
    (reading("schema = 1"), ("name", "tidak ada", "teks id dan en")),
    (reading('schema = 1\nname = {id = "", en = "b"}'), ("name.id", "''", "1 sampai 80 karakter")),
    (reading('schema = 1\nname = {id = " ", en = "b"}'), ("name.id", "' '", "karakter yang terlihat")),
    (reading('schema = 1\nname = {id = "a\\nb", en = "b"}'), ("name.id", r"'a\nb'", "satu baris teks")),
    (reading(head() + '[description]\nid = ""\nen = "b"'), ("description.id", "''", "1 sampai 600 karakter")),
    (lambda: BASELINE.replace(levers=3), ("levers", "3", "tabel tuas")),
    (lambda: BASELINE.replace(assumptions=3), ("assumptions", "3", "tabel asumsi")),
    (assuming("lapse_bpu"), ("assumptions", "'lapse_bpu'", "NAMA=NILAI")),
    (assuming("laps_bpu=1"), ("assumptions.laps_bpu", "bukan asumsi", "halaman Asumsi dan data", "lapse_bpu")),
    (assuming("lapse_bpu=3 %"), ("assumptions.lapse_bpu", "'3 %'", "(pecahan per bulan) dari 0.002 sampai 0.15")),
    (assuming("premium_jht=1"), ("assumptions.premium_jht", "1.0", "bilangan bulat", "dari 20\N{NO-BREAK SPACE}000 ")),
    (assuming("renewal_share=0.3"), ("assumptions.renewal_share", "catatannya", "dibaca persamaan")),
    (assuming("benchmark_gain=0.07"), ("assumptions.benchmark_gain", "tolok ukur", "dibaca persamaan")),
    (assuming("administrative_ratio=0.6"), ("assumptions.administrative_ratio", "kalibrasi", "dibaca persamaan")),
    (assuming("dbh_cap=0.3"), ("assumptions.dbh_cap", "dikutip", "dibaca persamaan")),
    *one_assumption_of_each_unit(),
    *one_lever_of_each_unit(),
    (lambda: load_scenario("tiada"), ("tiada: ", "tidak ada", "berkas skenario", "baseline, ")),
    (lambda: load_scenario("."), (".: ", "folder", "berkas skenario")),
    (loading_a_pipe, ("pipa: ", "bukan berkas biasa", "berkas skenario")),
    (lambda: load_scenario("a" * 5000), ("aaa: ", "tidak dapat dibaca (namanya terlalu panjang)", "dapat dibaca")),
    (loading(b"[" * 1_048_577), ("uji.toml: ", "1\N{NO-BREAK SPACE}048\N{NO-BREAK SPACE}577 byte", "paling banyak 1")),
    (loading(b"a = \xff"), ("uji.toml: ", "byte ke-5 adalah 0xff", "UTF-8")),
    (reading("[" * 1_048_577), ("1\N{NO-BREAK SPACE}048\N{NO-BREAK SPACE}577 karakter", "paling banyak 1")),
    (reading("a" + ".a" * 40 + " = 1"), ("baris 1", "32 bagian", "levers.TUAS.districts.KODE")),
    (reading("a = " + "[" * 100_000), ("terlalu dalam", "districts")),
    (reading("a = " + "9" * 9999), ("ribuan angka", "batas tuasnya")),
    (reading("a = 1\na = 2"), ("baris 2 ('a = 2')", "hanya boleh sekali")),
    (reading("a = 2027-03"), ("baris 1 ('a = 2027-03')", "TOML, dengan teks dan bulan dalam tanda kutip")),
    (reading('"\\\n\n\n'), ("baris 2 (akhir teks)", "TOML")),
    (lambda: save_scenario(BASELINE, "tiada/uji.toml"), ("tiada/uji.toml: ", "foldernya tidak ada", "nama berkas")),
    (lambda: save_scenario(BASELINE, "/"), ("/: ", "bukan lokasi berkas", "nama berkas dalam folder")),
    *(
        (saving_where(number), ("uji.toml: ", SENTENCES[key]["id"], "dapat ditulisi, dengan ruang kosong"))
        for number, key in {**_REASONS, 5: "os_other"}.items()
    ),
    (lambda: decode_link("2"), ("tautan: ", "'2'", "versi 1")),
    (lambda: decode_link("1rusak"), ("tautan: ", "'1rusak'", "disalin utuh")),
    (lambda: decode_link("1" + "A" * LONGEST_LINK), ("tautan: ", "32\N{NO-BREAK SPACE}769", "32\N{NO-BREAK SPACE}768")),
    (
        lambda: compare(BASELINE, BASELINE.replace(start="2025-12"), draws=3),
        ("start", "2025-12", "pembandingnya, 2026-01"),
    ),
    (running(with_assumptions(BASELINE, ["non_asn_eligible=40000"])), ("assumptions", "2026-01", "ubah atau lepaskan")),
    (running(with_levers(BASELINE, ["pppk_full@1872=20000"])), ("levers.pppk_full.districts.1872", "20000", "dari 0 ")),
]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def refused(attempt) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        attempt()
    return caught.value


def keys_in(text: str) -> set[str]:
    if not isinstance(text, Said):
        return set()
    return {text.key}.union(*(keys_in(value) for value in text.values.values() if isinstance(value, str)))


@pytest.mark.parametrize(("attempt", "expected"), CASES, ids=[f"{i}-{case[1][0][:40]}" for i, case in enumerate(CASES)])
def test_a_refusal_names_field_value_and_what_is_allowed_in_indonesian(attempt, expected):
    said = sentence(refused(attempt), "id")
    assert [part for part in expected if part not in said] == []
    assert ENGLISH.findall(said) == []
    assert "\n" not in said


def test_every_sentence_is_said_by_some_bad_input(tmp_path):
    reached: set[str] = set()
    for number, (attempt, _) in enumerate(CASES):
        folder = tmp_path / str(number)
        folder.mkdir()
        os.chdir(folder)
        error = refused(attempt)
        reached |= keys_in(error.problem) | keys_in(error.source)
    elsewhere = {"another_in_bundle", "same_assumptions", "nothing_open"}  # asked for together, see the test below
    assert SENTENCES.keys() - reached == {*FROM_THE_ENGINE, *elsewhere}  # the engine hands over plain English


def test_what_is_asked_for_together_is_refused_in_indonesian_too():
    row = OwnRow(2, DATA_MONTH, "18", "all", "coverage", "residence", 0.26, 0.01)
    other = BASELINE.replace(assumptions={"lapse_bpu": 0.02})
    with pytest.raises(RunError) as refused_run:
        compare(BASELINE, other, draws=10, own_data=(row,))
    assert refusal_text(refused_run.value, "id").endswith("skenario dengan asumsi yang sama")
    with pytest.raises(ScenarioError) as refused_scenario:
        make_bundle({"a": BASELINE, "b": BASELINE.replace(horizon="2027-12")}, language="id", draws=10)
    assert refusal_text(refused_scenario.value, "id") == (
        "b.horizon bernilai 2027-12; paket memerlukan nilai yang sama dengan skenario pertamanya, 2030-12"
    )


def test_whole_sentences_in_both_languages():
    error = refused(setting("csr_amount@1872=-1"))
    assert str(error) == sentence(error, "en")
    assert str(error) == (
        "levers.csr_amount.districts.1872 is -1; a whole number of rupiah a year from 0 to 100,000,000,000 is allowed"
    )
    assert sentence(error, "id").replace("\N{NO-BREAK SPACE}", " ") == (
        "levers.csr_amount.districts.1872 bernilai -1; "
        "yang boleh: bilangan bulat rupiah per tahun dari 0 sampai 100 000 000 000"
    )
    error = refused(lambda: decode_link("2"))
    assert sentence(error, "en") == "link: begins with '2'; version 1 is allowed"
    assert sentence(error, "id") == "tautan: diawali '2'; yang boleh: versi 1"


def test_what_the_engine_says_stands_in_its_module_word_for_word():
    engine = (ROOT / "simulator" / "model" / "inputs.py").read_text(encoding="utf-8")
    handed = re.findall(r'problem = f"(.+)"', engine)
    assert [re.sub(r"{.+?}", "{}", text) for text in handed] == [
        re.sub(r"{.+?}", "{}", SENTENCES[key]["en"]) for key in FROM_THE_ENGINE
    ]


def test_a_value_that_sounds_like_the_engine_stays_a_value():
    error = refused(lambda: BASELINE.replace(horizon="a; Metro has fewer non-ASN staff, from 0 to 1"))
    assert sentence(error, "id").startswith("horizon bernilai 'a; Metro has fewer non-ASN staff")
    assert sentence(error, "id").endswith("yang ditulis YYYY-MM dari 2023-01 sampai 2045-12")


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_have_the_same_fields(key):
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert fields(SENTENCES[key]["en"]) - {"said"} == fields(SENTENCES[key]["id"])


def test_every_raise_hands_over_a_text_of_both_languages():
    for source in SOURCES:
        for call in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
                continue
            if call.func.id == "Said" and isinstance(call.args[0], ast.Constant):
                assert call.args[0].value in SENTENCES
            if call.func.id == "ScenarioError":
                assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr), f"{source.name}:{call.lineno}"


def test_every_unit_has_its_words():
    assert {f"unit.{record.unit}" for record in load_facts().parameters.values()} <= SENTENCES.keys()
    assert {lever.unit for lever in LEVERS.values()} - {"month"} <= SENTENCES.keys()


def test_copies_say_the_same_in_both_languages():
    error = refused(lambda: decode_link("1rusak")).below("levers", 0)
    for twin in (copy.copy(error), copy.deepcopy(error)):
        assert (str(twin), sentence(twin, "id")) == (str(error), sentence(error, "id"))
        assert twin.args == error.args
