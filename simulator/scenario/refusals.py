"""Why a scenario is refused, in English and in Indonesian beside each other.

A `Said` is the English text, fit for wherever a text is wanted, that also knows what it was made of; `in_language`
says it in the other language. Numbers are grouped; other texts, such as a refused value, stand as they are. A decimal
point stays a point in Indonesian too, as files and commands take no other.
"""

import re
from typing import Literal, Self

Language = Literal["id", "en"]

# What a system or parser said in its own English stands in the field {said}, which Indonesian leaves out.
SENTENCES: dict[str, dict[Language, str]] = {
    # what is wrong; reads on after the field
    "not_allowed": {
        "en": "is {value}; {allowed} is allowed",
        "id": "bernilai {value}; yang boleh: {allowed}",
    },
    "missing": {
        "en": "is missing; give {allowed}",
        "id": "tidak ada; berikan {allowed}",
    },
    "unknown_key": {
        "en": "is not a known key; known here are {known}",
        "id": "bukan isian yang dikenal; yang dikenal di sini: {known}",
    },
    "no_number": {
        "en": "is {value}; a number is allowed, or a month in quotes where the lever is a month",
        "id": "bernilai {value}; yang boleh: angka, atau bulan dalam tanda kutip bila tuasnya berupa bulan",
    },
    "unknown_lever": {
        "en": "is not a lever; levers are {known}",
        "id": "bukan tuas; tuas yang ada: {known}",
    },
    "unknown_district": {
        "en": "is not the code of a kabupaten or kota; codes are {known}",
        "id": "bukan kode kabupaten atau kota; kode yang ada: {known}",
    },
    "empty_lever": {
        "en": "sets nothing; give a value, or districts with their own values",
        "id": "tidak menetapkan apa pun; berikan value, atau districts dengan nilai masing-masing",
    },
    "no_lever_set": {
        "en": "{value} sets nothing; LEVER=VALUE or LEVER@CODE=VALUE is allowed",
        "id": "{value} tidak menetapkan apa pun; yang boleh: TUAS=NILAI atau TUAS@KODE=NILAI",
    },
    "no_assumption_set": {
        "en": "{value} sets nothing; NAME=VALUE is allowed",
        "id": "{value} tidak menetapkan apa pun; yang boleh: NAMA=NILAI",
    },
    "second_time": {
        "en": "is {value} a second time; each may stand once",
        "id": "bernilai {value} untuk kedua kalinya; masing-masing hanya boleh sekali",
    },
    "province_only": {
        "en": "is set; {lever} belongs to the province as a whole, so only a value without districts is allowed",
        "id": "ditetapkan; {lever} milik provinsi seutuhnya, jadi yang boleh: value saja, tanpa districts",
    },
    "at_once": {
        "en": "is {value}; {lever} changes at once, so only 0 is allowed",
        "id": "bernilai {value}; {lever} berubah seketika, jadi yang boleh: 0 saja",
    },
    "unknown_assumption": {
        "en": "is not an assumption; the page Asumsi dan data and `python -m simulator facts` list them",
        "id": "bukan asumsi; daftarnya ada di halaman Asumsi dan data dan di `python -m simulator facts`",
    },
    "near": {
        "en": "{problem}, near it are {near}",
        "id": "{problem}; yang mirip: {near}",
    },
    "fixed": {
        "en": "{why}; an assumption that equations read from the draws is allowed",
        "id": "{why}; yang boleh: asumsi yang dibaca persamaan dari contoh acak",
    },
    "another_start": {
        "en": "is {value}; a comparison needs that of the reference, {allowed}",
        "id": "bernilai {value}; perbandingan memerlukan bulan awal yang sama dengan pembandingnya, {allowed}",
    },
    # why an assumption is fixed
    "from_record": {
        "en": "is read from its record, not from the draws",
        "id": "dibaca dari catatannya, bukan dari contoh acak",
    },
    "yardstick": {
        "en": "is a yardstick for results, which no equation reads",
        "id": "adalah tolok ukur hasil, yang tidak dibaca persamaan mana pun",
    },
    "calibration_only": {
        "en": "is read by calibration only",
        "id": "hanya dibaca oleh kalibrasi",
    },
    "quoted": {
        "en": "is quoted, and no equation reads it",
        "id": "hanya dikutip dalam teks, dan tidak dibaca persamaan mana pun",
    },
    # the text of a file or link as a whole
    "long_text": {
        "en": "the text has {length} characters; at most {most} bytes are allowed",
        "id": "teks ini panjangnya {length} karakter; yang boleh: paling banyak {most} byte",
    },
    "long_file": {
        "en": "is {length} bytes long; at most {most} bytes are allowed",
        "id": "berukuran {length} byte; yang boleh: paling banyak {most} byte",
    },
    "no_file": {
        "en": "does not exist; a scenario file is allowed, or one of {known}",
        "id": "tidak ada; yang boleh: berkas skenario, atau salah satu dari {known}",
    },
    "directory": {
        "en": "is a directory; a scenario file is allowed",
        "id": "adalah folder; yang boleh: berkas skenario",
    },
    "no_regular_file": {
        "en": "is no regular file; a scenario file is allowed",
        "id": "bukan berkas biasa; yang boleh: berkas skenario",
    },
    "no_text": {
        "en": "is no text (byte {position} is {value}); UTF-8 text is allowed",
        "id": "bukan teks (byte ke-{position} adalah {value}); yang boleh: teks UTF-8",
    },
    "unreadable": {
        "en": "cannot be read ({reason}); a readable scenario file is allowed",
        "id": "tidak dapat dibaca ({reason}); yang boleh: berkas skenario yang dapat dibaca",
    },
    "unwritable": {
        "en": "cannot be written ({reason}); a file name in a folder that can be written to, with free space, is "
        "allowed",
        "id": "tidak dapat ditulis ({reason}); yang boleh: nama berkas dalam folder yang dapat ditulisi, dengan ruang "
        "kosong",
    },
    "endless_key": {
        "en": "line {line} has a key of more than 32 parts; levers.LEVER.districts.CODE is the longest allowed",
        "id": "baris {line} memuat nama isian lebih dari 32 bagian; yang boleh: paling panjang "
        "levers.TUAS.districts.KODE",
    },
    "deep": {
        "en": "the text is nested too deeply; tables within levers and their districts are the deepest allowed",
        "id": "teks ini bersarang terlalu dalam; yang boleh: paling dalam tabel di dalam levers dan districts-nya",
    },
    "digits": {
        "en": "a whole number has thousands of digits; numbers within the bounds of a lever are allowed",
        "id": "ada bilangan bulat dengan ribuan angka; yang boleh: angka dalam batas tuasnya",
    },
    "repeated": {
        "en": "{where} gives a key or table a second time; each may stand once",
        "id": "{where} menulis isian atau tabel untuk kedua kalinya; masing-masing hanya boleh sekali",
    },
    "no_toml": {
        "en": "{where} cannot be read ({said}); TOML is allowed, with text and months in quotes",
        "id": "{where} tidak dapat dibaca; yang boleh: TOML, dengan teks dan bulan dalam tanda kutip",
    },
    "line": {"en": "line {line} ({text})", "id": "baris {line} ({text})"},
    "end": {"en": "the end", "id": "akhir teks"},
    "link": {"en": "link", "id": "tautan"},
    "long_link": {
        "en": "is {length} characters long; at most {most} are allowed",
        "id": "panjangnya {length} karakter; yang boleh: paling banyak {most}",
    },
    "link_version": {
        "en": "begins with {value}; version {allowed} is allowed",
        "id": "diawali {value}; yang boleh: versi {allowed}",
    },
    "damaged": {
        "en": "{value} is damaged; a link copied whole is allowed",
        "id": "{value} rusak; yang boleh: tautan yang disalin utuh",
    },
    # why the system refused
    "os_denied": {"en": "{said}", "id": "tidak ada izin"},
    "os_full": {"en": "{said}", "id": "ruang penyimpanan tidak cukup"},
    "os_read_only": {"en": "{said}", "id": "tempatnya hanya dapat dibaca"},
    "os_nowhere": {"en": "{said}", "id": "foldernya tidak ada"},
    "os_folder": {"en": "{said}", "id": "sudah ada folder dengan nama itu"},
    "os_long": {"en": "{said}", "id": "namanya terlalu panjang"},
    "os_other": {"en": "{said}", "id": "ditolak sistem"},
    "no_path": {"en": "not a path", "id": "bukan lokasi berkas"},
    # how a refused value is shown
    "nothing": {"en": "nothing", "id": "kosong"},
    "huge": {
        "en": "a whole number of more than {bits} bits",
        "id": "bilangan bulat lebih dari {bits} bit",
    },
    "a_table": {"en": "a table", "id": "tabel"},
    "a_list": {"en": "a list", "id": "daftar"},
    "other_type": {"en": "a value of type {name}", "id": "nilai berjenis {name}"},
    # what is allowed in a field
    "month_between": {
        "en": "a month written YYYY-MM from {low} to {high}",
        "id": "bulan yang ditulis YYYY-MM dari {low} sampai {high}",
    },
    "month_after_start": {
        "en": "a month after start ({start})",
        "id": "bulan sesudah start ({start})",
    },
    "month_after_lever": {
        "en": "a month after the lever's start ({start})",
        "id": "bulan sesudah tuas itu mulai ({start})",
    },
    "visible_text": {
        "en": "text with at least one visible character and no control characters",
        "id": "teks dengan sedikitnya satu karakter yang terlihat dan tanpa karakter kendali",
    },
    "one_line": {"en": "one line of text", "id": "satu baris teks"},
    "short_text": {
        "en": "one line of 1 to {most} characters",
        "id": "satu baris dengan 1 sampai {most} karakter",
    },
    "long_description": {
        "en": "text of 1 to {most} characters",
        "id": "teks dengan 1 sampai {most} karakter",
    },
    "number_or_table": {
        "en": "a number, or a table with a value",
        "id": "angka, atau tabel dengan value",
    },
    "two_texts": {
        "en": "a table with the texts id and en",
        "id": "tabel dengan teks id dan en",
    },
    "district_table": {
        "en": "a table of kabupaten/kota codes and numbers",
        "id": "tabel kode kabupaten/kota dan angkanya",
    },
    "lever_table": {"en": "a table of levers", "id": "tabel tuas"},
    "assumption_table": {
        "en": "a table of assumptions and numbers",
        "id": "tabel asumsi dan angkanya",
    },
    "one_of": {"en": "one out of {known}", "id": "salah satu dari {known}"},
    "some_of": {"en": "a list out of {known}", "id": "daftar yang diambil dari {known}"},
    "at_least_one_of": {
        "en": "a list of at least one out of {known}",
        "id": "daftar berisi sedikitnya satu dari {known}",
    },
    # what is allowed in a lever, by its unit
    "share": {"en": "a share from {low} to {high}", "id": "pecahan dari {low} sampai {high}"},
    "rupiah_per_year": {
        "en": "a whole number of rupiah a year from {low} to {high}",
        "id": "bilangan bulat rupiah per tahun dari {low} sampai {high}",
    },
    "people": {
        "en": "a number of people from {low} to {high}",
        "id": "jumlah orang dari {low} sampai {high}",
    },
    "people_per_village": {
        "en": "a number of people per village from {low} to {high}",
        "id": "jumlah orang per desa dari {low} sampai {high}",
    },
    "months": {
        "en": "a whole number of months from {low} to {high}",
        "id": "bilangan bulat bulan dari {low} sampai {high}",
    },
    "calendar_month": {
        "en": "a calendar month, as a whole number from {low} to {high}",
        "id": "bulan kalender, sebagai bilangan bulat dari {low} sampai {high}",
    },
    "multiplier": {"en": "a multiplier from {low} to {high}", "id": "pengali dari {low} sampai {high}"},
    "names_per_month": {
        "en": "a whole number of names a month from {low} to {high}",
        "id": "bilangan bulat nama per bulan dari {low} sampai {high}",
    },
    "stretchable": {
        "en": "{allowed}, or to {most} where stretch lists {lever},",
        "id": "{allowed}, atau sampai {most} bila stretch memuat {lever}",
    },
    # what is allowed in an assumption, and its unit
    "number_in": {
        "en": "a number ({unit}) from {low} to {high}",
        "id": "angka ({unit}) dari {low} sampai {high}",
    },
    "whole_in": {
        "en": "a whole number ({unit}) from {low} to {high}",
        "id": "bilangan bulat ({unit}) dari {low} sampai {high}",
    },
    "unit.0 or 1": {"en": "0 or 1", "id": "0 atau 1"},
    "unit.correlation": {"en": "correlation", "id": "korelasi"},
    "unit.exponent": {"en": "exponent", "id": "pangkat"},
    "unit.log sd": {"en": "log sd", "id": "simpangan logaritma"},
    "unit.month number": {"en": "month number", "id": "bulan kalender"},
    "unit.months": {"en": "months", "id": "bulan"},
    "unit.multiplier": {"en": "multiplier", "id": "pengali"},
    "unit.names per month": {"en": "names per month", "id": "nama per bulan"},
    "unit.odds ratio": {"en": "odds ratio", "id": "rasio peluang"},
    "unit.people": {"en": "people", "id": "orang"},
    "unit.people per programme": {"en": "people per programme", "id": "orang per program"},
    "unit.people per village": {"en": "people per village", "id": "orang per desa"},
    "unit.programmes per year": {"en": "programmes per year", "id": "program per tahun"},
    "unit.ratio": {"en": "ratio", "id": "rasio"},
    "unit.rupiah": {"en": "rupiah", "id": "rupiah"},
    "unit.rupiah per month": {"en": "rupiah per month", "id": "rupiah per bulan"},
    "unit.rupiah per person and year": {"en": "rupiah per person and year", "id": "rupiah per orang per tahun"},
    "unit.rupiah per year": {"en": "rupiah per year", "id": "rupiah per tahun"},
    "unit.share": {"en": "share", "id": "pecahan"},
    "unit.share per month": {"en": "share per month", "id": "pecahan per bulan"},
    "unit.share per year": {"en": "share per year", "id": "pecahan per tahun"},
    # what the engine says; it hands over the English text only
    "no_start": {
        "en": "leave no possible start in {month}: {said}",
        "id": "tidak menyisakan keadaan awal yang mungkin pada {month}; ubah atau lepaskan salah satu asumsi",
    },
    "few_staff": {
        "en": "is {value}; {name} has fewer non-ASN staff, from 0 to {most} is allowed",
        "id": "bernilai {value}; pegawai non-ASN di {name} tidak sebanyak itu, yang boleh: dari 0 sampai {most}",
    },
    # what scenarios are asked for together; said by other rooms
    "another_in_bundle": {
        "en": "is {value}; a bundle needs that of its first scenario, {allowed}",
        "id": "bernilai {value}; paket memerlukan nilai yang sama dengan skenario pertamanya, {allowed}",
    },
    "same_assumptions": {
        "en": "own figures choose the futures by the assumptions; scenarios with the same assumptions are allowed",
        "id": "angka Anda memilih masa depan menurut asumsinya; yang boleh: skenario dengan asumsi yang sama",
    },
    "nothing_open": {
        "en": "the scenario fixes every assumption; at least one left open is needed",
        "id": "skenario menetapkan semua asumsi; perlu sedikitnya satu yang dibiarkan terbuka",
    },
}
FROM_THE_ENGINE = ("no_start", "few_staff")

_SIGNIFICANT = ",.15g"


class Said(str):
    """A text in English that can be said in Indonesian too.

    Attributes
    ----------
    key : str
        Which text, a key of `SENTENCES`.
    values : dict of str to str or float
        What fills its fields; may hold such texts again.
    """

    key: str
    values: dict[str, str | float]

    def __new__(cls, key: str, /, **values: str | float) -> Self:
        """Return the English text of `key`."""
        text = super().__new__(cls, _filled(key, values, "en"))
        text.key, text.values = key, values
        return text

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str | float]]:
        """Return what copies are made from."""
        return (self.key,), self.values


def in_language(text: str, language: Language) -> str:
    """Return a text in another language, if it is one that can be said in it; any other as it is."""
    return _filled(text.key, text.values, language) if isinstance(text, Said) else text


def read_back(text: str) -> str:
    """Return a ready English text as `Said`, if it is one of those that the engine says."""
    if isinstance(text, Said):
        return text
    for key in FROM_THE_ENGINE:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(SENTENCES[key]["en"]))
        match = re.fullmatch(pattern, text)
        if match:
            return Said(key, **match.groupdict())
    return text


def _filled(key: str, values: dict[str, str | float], language: Language) -> str:
    written = {name: _written(value, language) for name, value in values.items()}
    return SENTENCES[key][language].format(**written)


def _written(value: str | float, language: Language) -> str:
    """Return a text in the language, or a number; Indonesian sets its thousands apart by a space, never a comma."""
    if isinstance(value, str):
        return in_language(value, language)
    english = format(value, _SIGNIFICANT)
    return english if language == "en" else english.replace(",", "\N{NO-BREAK SPACE}")
