"""What transfer.toml may hold, and what of it is refused."""

import re
import shutil

import pytest

from simulator.facts import FactsError, load_facts, parse_month
from simulator.facts.pack import DATA_FOLDER

FACTS = load_facts()
CASES = FACTS.transfers
FILE = "transfer.toml"
KALTIM_FUNDED = 'funded = { value = 100000, fact = "EFF-003" }'


@pytest.fixture
def data(tmp_path):
    """A copy of the data files that may be broken."""
    return shutil.copytree(DATA_FOLDER, tmp_path / "data")


def edit(folder, old, new):
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {FILE}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_cases_are_these():
    stated = {name: (case.region, case.direction, case.kind) for name, case in CASES.items()}
    assert stated == {
        "kaltim_2023": ("Kalimantan Timur", "start", "realised"),
        "muba_2025": ("Musi Banyuasin", "start", "planned"),
        "sarolangun_2025": ("Sarolangun", "start", "planned"),
        "simalungun_2025": ("Simalungun", "stop", "realised"),
        "sulut_rise_2025": ("Sulawesi Utara", "start", "realised"),
        "sulut_fall_2025": ("Sulawesi Utara", "stop", "realised"),
    }


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_figure_stands_in_its_row_or_has_a_reason(case):
    for figure in case.figures.values():
        if figure.reason is not None:
            continue
        row = FACTS.facts[figure.fact]
        words = f"{row.value} {row.source} {row.note}".replace(",", "")
        forms = [f"{figure.value:.0f}"] if figure.value > 1 else [f"{100 * figure.value:.10g}"]
        assert any(re.search(rf"(?<![\d.]){re.escape(form)}(\.0)?(?![\d.]\d|\d)", words) for form in forms), figure


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_words_are_in_both_languages(case):
    for text in (case.label, case.assumption, case.reading):
        assert text.id != text.en


def test_case_without_published_number_says_so():
    judged = [name for name, case in CASES.items() if {"funded", "eligible", "before"} <= set(case.figures)]
    assert judged == ["kaltim_2023", "muba_2025", "sarolangun_2025", "sulut_rise_2025"]
    for name in set(CASES) - set(judged):
        assert CASES[name].reading.en.startswith("Not judged")
        assert CASES[name].reading.id.startswith("Tidak dinilai")


def test_months_and_facts_are_read():
    case = CASES["kaltim_2023"]
    assert case.first == parse_month("2023-07")
    assert case.before.month == parse_month("2023-01")
    assert case.all_facts == ("EFF-003", "EFF-004", "EFF-001", "EFF-002", "EFF-005", "N-172", "REG-016")


# what stands there, what is put there, record, field, words of the sentence
BROKEN = [
    ('kind = "realised"', 'kind = "realised"\ncolour = "red"', "kaltim_2023", "colour", "key is unknown"),
    ('kind = "realised"', 'kind = "hoped"', "kaltim_2023", "kind", "'realised' or 'planned'"),
    ('direction = "start"', 'direction = "up"', "kaltim_2023", "direction", "'start' or 'stop'"),
    ('first = "2023-07"', 'first = "2023-13"', "kaltim_2023", "first", "not a month"),
    ('first = "2023-07"', 'first = "2024-07"', "kaltim_2023", "first", "not lie after the second count, 2023-12"),
    ('first = "2023-07"', 'first = "2023-01"', "kaltim_2023", "before.month", "before the first month, 2023-01"),
    ("paid_months = 6", "paid_months = 5", "kaltim_2023", "paid_months", "must last until"),
    ("paid_months = 6\n", "", "kaltim_2023", "paid_months", "a start needs it"),
    ("paid_months = 6", "paid_months = 6\nends_at_once = true", "kaltim_2023", "ends_at_once", "only a stop"),
    ("paid_months = 6", "paid_months = 6.5", "kaltim_2023", "paid_months", "valid integer"),
    ("value = 100000,", "value = 100001,", "kaltim_2023", "funded.value", "EFF-003 does not hold this number"),
    ("value = 100000,", "value = -1,", "kaltim_2023", "funded.value", "greater than 0"),
    ("value = 100000,", 'value = "100000",', "kaltim_2023", "funded.value", "valid number"),
    (KALTIM_FUNDED, "funded = { value = 100000 }", "kaltim_2023", "funded.reason", "needs a reason"),
    (KALTIM_FUNDED, KALTIM_FUNDED.replace("}", ", unit = 1 }"), "kaltim_2023", "funded.unit", "key is unknown"),
    ('fact = "EFF-003"', 'fact = "EFF-999"', "kaltim_2023", "facts", "facts.csv"),
    ('fact = "EFF-003"', 'fact = "EFF-016"', "kaltim_2023", "region", "about Sulawesi Utara"),
    ("value = 0.43,", "value = 43,", "sarolangun_2025", "before.unit", "from 0 to 1"),
    ('unit = "members"', 'unit = "heads"', "kaltim_2023", "before.unit", "'coverage' or 'members'"),
    ('grade = "borrowed"', 'grade = "good"', "kaltim_2023", "grade", "'official', 'lampung'"),
    ("assumption.en = ", "assumption.de = ", "kaltim_2023", "assumption.en", "required"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "record", "field", "words"), BROKEN)
def test_broken_record_is_refused_in_one_sentence(data, old, new, record, field, words):
    edit(data, old, new)
    with pytest.raises(FactsError) as caught:
        load_facts(data)
    message = str(caught.value)
    assert message.startswith(f"{FILE}, record {record}, field {field}: ")
    assert words in message
    assert "\n" not in message


def test_missing_file_is_refused(data):
    (data / FILE).unlink()
    with pytest.raises(FactsError, match=r"transfer\.toml.*readable UTF-8 file"):
        load_facts(data)


def test_one_changed_number_changes_the_digest(data):
    edit(data, "value = 34000", "value = 33000")
    assert load_facts(data).digest != FACTS.digest
