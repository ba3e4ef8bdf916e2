"""The catalogues are complete, used and in their own language; formats read as people of each language write."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from simulator.facts import load_facts, parse_month
from simulator.outputs.text import LANGUAGES, MissingTextError, Words
from simulator.scenario import LEVERS
from tools.catalogue import LOCALE_FOLDER, compiled

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [*(ROOT / "simulator").rglob("*.py")]
TEMPLATES = [*(ROOT / "simulator").rglob("templates/*.html")]
ENGLISH = re.compile(
    r"\b(the|of|and|with|by|for|from|not|is|are|share|people|months?|years?|today|baseline|target of|reached|futures?"
    r"|coverage|data to|how|this|each|more|first|last|funds?|villages?|firms?|draws?|seed)\b",
    re.IGNORECASE,
)
SAME_IN_BOTH = {
    "path.alt",  # two fields, no words of its own
    "assumption.unit.rupiah",
    "group.pppk",
    "target.label",
    *(f"target.{name}" for name in load_facts().targets),  # names of plans
    *(f"term.{name}.name" for name in ("jkk_jkm", "inpres", "dbh", "apbd", "csr", "pppk", "plans")),  # abbreviations
}
ID, EN = Words("id"), Words("en")


def catalogue(language: str) -> dict[str, str]:
    with (LOCALE_FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale=language) if message.id}


def used_keys() -> tuple[set[str], set[re.Pattern[str]]]:
    """Return the keys that the sources name whole, and patterns for those made from an id."""
    texts = (template.read_text(encoding="utf-8") for template in TEMPLATES)
    whole = {key for text in texts for key in re.findall(r'words\("([^"]+)"', text)}
    made: set[re.Pattern[str]] = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(p.value) if isinstance(p, ast.Constant) else r"[a-z0-9_]+" for p in node.values]
                if re.match(r"[a-z]+\\\.", "".join(parts)):
                    made.add(re.compile("".join(parts)))
    return whole, made


def test_both_languages_have_the_same_keys():
    assert catalogue("id").keys() == catalogue("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language):
    assert [key for key, text in catalogue(language).items() if not text.strip()] == []


def test_every_text_is_used():
    whole, made = used_keys()
    unused = [key for key in catalogue("id") if key not in whole and not any(p.fullmatch(key) for p in made)]
    assert unused == []


def test_every_key_named_in_the_sources_exists():
    keys = catalogue("id")
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name in {"words", "wording"} and isinstance(first, ast.Constant):
                assert first.value in keys, f"{source.name} names the text {first.value!r}, which no catalogue has"


def test_every_id_has_its_texts():
    keys = catalogue("id")
    wanted = [f"lever.{id}.{part}" for id in LEVERS for part in ("label", "help")]
    wanted += [f"grade.{lever.grade}.{part}" for lever in LEVERS.values() for part in ("short", "long")]
    wanted += [f"group.{lever.group}" for lever in LEVERS.values() if lever.main]
    wanted += [f"target.{name}" for name in load_facts().targets]
    assert [key for key in wanted if key not in keys] == []


def test_the_same_fields_stand_in_both_languages():
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english = catalogue("en")
    differing = {key for key, text in catalogue("id").items() if fields(text) != fields(english[key])}
    assert differing == set()


def test_no_english_is_left_in_indonesian():
    texts = {key: re.sub(r"\{\w+\}", "", text) for key, text in catalogue("id").items()}
    assert {key: ENGLISH.findall(text) for key, text in texts.items() if ENGLISH.search(text)} == {}


def test_no_text_is_the_same_in_both_languages_unless_it_is_a_name():
    english = catalogue("en")
    same = {key for key, text in catalogue("id").items() if text == english[key]}
    assert same <= SAME_IN_BOTH


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_up_to_date(language):
    source = LOCALE_FOLDER / language / "LC_MESSAGES" / "messages.po"
    assert source.with_suffix(".mo").read_bytes() == compiled(source), "run python tools/catalogue.py"


def test_unknown_key_is_an_error():
    with pytest.raises(MissingTextError, match=r"no\.such\.key"):
        ID("no.such.key")


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (49_100_000_000, "Rp 49,1 miliar", "Rp 49.1 billion"),
        (16_800, "Rp 16,8 ribu", "Rp 16.8 thousand"),
        (2_000_000, "Rp 2 juta", "Rp 2 million"),
        (1_240_000_000_000, "Rp 1,2 triliun", "Rp 1.2 trillion"),
        (304_900_000_000, "Rp 305 miliar", "Rp 305 billion"),
        (0, "Rp 0", "Rp 0"),
    ],
)
def test_rupiah_reads_with_its_scale(amount, indonesian, english):
    assert ID.rupiah(amount).replace("\xa0", " ") == indonesian
    assert EN.rupiah(amount).replace("\xa0", " ") == english


@pytest.mark.parametrize(
    ("share", "indonesian", "english"),
    [
        (0.0, "tidak satu pun dari 2.000 masa depan", "none of 2,000 futures"),
        (0.0005, "kurang dari 1 dari 10 masa depan", "fewer than 1 in 10 futures"),
        (0.049, "kurang dari 1 dari 10 masa depan", "fewer than 1 in 10 futures"),
        (0.06, "1 dari 10 masa depan", "1 in 10 futures"),
        (0.7, "7 dari 10 masa depan", "7 in 10 futures"),
        (0.94, "9 dari 10 masa depan", "9 in 10 futures"),
        (0.96, "lebih dari 9 dari 10 masa depan", "more than 9 in 10 futures"),
        (0.9995, "lebih dari 9 dari 10 masa depan", "more than 9 in 10 futures"),
        (1.0, "semua 2.000 masa depan", "all 2,000 futures"),
    ],
)
def test_odds_are_spoken_in_tenths_and_never_round_to_certainty(share, indonesian, english):
    assert ID.odds(share, 2000) == indonesian
    assert EN.odds(share, 2000) == english


def test_percent_follows_the_language():
    assert ID.percent(0.2527, 2) == "25,27\xa0%"
    assert EN.percent(0.2527, 2) == "25.27%"
    assert ID.exact_percent(0.4) == "40\xa0%"
    assert EN.exact_percent(0.3499) == "34.99%"


def test_ranges_say_once_what_both_ends_share():
    assert ID.people_range(17_200, 119_400).replace("\xa0", " ") == "17–119 ribu orang"
    assert EN.people_range(2.3e6, 2.98e6).replace("\xa0", " ") == "2.3–3.0 million people"
    assert EN.percent_range(0.2467, 0.2654) == "25–27%"
    assert EN.percent_range(0.2501, 0.2504) == "25%"
    assert EN.number_range(-0.2, 3.8) == "0–4"
    assert EN.number_range(-2, 3) == "-2 to 3"


def test_months_read_in_the_language():
    december, january, july = (parse_month(month) for month in ("2026-12", "2027-01", "2027-07"))
    assert ID.month_range(january, july) == "Januari–Juli 2027"
    assert EN.month_range(december, july) == "December 2026 – July 2027"
    assert ID.month_range(july, july) == "Juli 2027"
    assert ID.last_day(december) == "31 Desember 2026"
    assert ID.end_of(december) == "akhir 2026"
    assert EN.end_of(july) == "end of July 2027"
