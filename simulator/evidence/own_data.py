"""Figures that users add: a small CSV file, refused with one sentence at the first thing that is in doubt."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import floor
from pathlib import Path
from typing import Literal

from simulator.facts import FIRST_MONTH, LAST_MONTH, Facts, format_month, parse_month
from simulator.facts.pack import DISTRICT_CODES, PROVINCE
from simulator.scenario.errors import shown

Language = Literal["id", "en"]

REQUIRED = ("date", "region", "indicator", "count", "value")
OPTIONAL = ("group", "noise_sd", "note")
INDICATORS = ("coverage", "members")
COUNTS = ("residence", "administrative")
CLASSES = ("PU", "BPU", "construction")
EVERYONE = "all"
LONGEST_FIELD = 131_072  # characters
MOST_ROWS = 500
MOST_BYTES = 1_000_000
LEAST_NOISE = 0.0001
MOST_NOISE = {"coverage": 0.2, "members": 0.5}
ADMINISTRATIVE_NOISE = 0.05  # how far the offices' count is from a fixed part of the residence count, year by year

SENTENCES: dict[str, dict[Language, str]] = {
    "too_far": {
        "en": "The figures lie too far from what the model expects to be added by weights (Pareto k {k}, worth "
        "{effective} draws); add them to data/observations.toml and renew with `python -m simulator calibrate`.",
        "id": "Angka-angka ini terlalu jauh dari perkiraan model untuk ditambahkan dengan bobot (Pareto k {k}, setara "
        "{effective} contoh); tambahkan ke data/observations.toml, lalu jalankan `python -m simulator calibrate`.",
    },
    "few_draws": {
        "en": "{draws} futures are too few to be weighted by own figures; at least {least} are needed.",
        "id": "{draws} masa depan terlalu sedikit untuk dibobot dengan angka sendiri; sedikitnya {least}.",
    },
    "already_used": {
        "en": "Line {line} is about {month}, of which calibration has used a figure (fact {fact}); leave the row out.",
        "id": "Baris {line} tentang {month}, yang angkanya sudah dipakai kalibrasi (fakta {fact}); hapus baris itu.",
    },
    "missing_file": {
        "en": "{path}: there is no such file; give the path of a CSV file.",
        "id": "{path}: berkas ini tidak ada; berikan lokasi sebuah berkas CSV.",
    },
    "not_a_file": {
        "en": "{path} is a folder or a device; give the path of a CSV file.",
        "id": "{path} adalah folder atau perangkat; berikan lokasi sebuah berkas CSV.",
    },
    "unreadable": {
        "en": "{path} cannot be read; give a CSV file that you are allowed to open.",
        "id": "{path} tidak dapat dibaca; berikan berkas CSV yang boleh Anda buka.",
    },
    "too_large": {
        "en": "The file has more than {most} bytes; at most {most} are allowed.",
        "id": "Berkas lebih besar dari {most} byte; paling besar {most} byte.",
    },
    "spreadsheet": {
        "en": "The file is a spreadsheet or an archive; save the sheet as CSV (UTF-8).",
        "id": "Berkas ini lembar kerja atau arsip; simpan lembar itu sebagai CSV (UTF-8).",
    },
    "encoding": {
        "en": "Line {line} holds the byte {value}, which is not UTF-8; save the file as CSV (UTF-8).",
        "id": "Baris {line} memuat byte {value} yang bukan UTF-8; simpan berkas sebagai CSV (UTF-8).",
    },
    "nul": {
        "en": "Line {line} holds a NUL byte; save the file as plain CSV (UTF-8).",
        "id": "Baris {line} memuat byte NUL; simpan berkas sebagai CSV biasa (UTF-8).",
    },
    "broken": {
        "en": "The record that starts in line {line} is no CSV; a quoted field must be closed and then followed by a "
        "comma or the end of the line, and be no longer than {most} characters.",
        "id": "Catatan yang mulai di baris {line} bukan CSV; kutipan harus ditutup lalu diikuti koma atau akhir baris, "
        "dan isinya tidak lebih dari {most} karakter.",
    },
    "empty_file": {
        "en": "The file is empty; the first line must name the columns {allowed}.",
        "id": "Berkas kosong; baris pertama harus memuat nama kolom {allowed}.",
    },
    "separator": {
        "en": "Line {line}: the columns are not separated by commas in {value}; use commas, and a point for decimals.",
        "id": "Baris {line}: kolom tidak dipisahkan koma pada {value}; pakai koma, dan titik untuk desimal.",
    },
    "unknown_column": {
        "en": "Line {line}: {value} is not a column; columns are {allowed}.",
        "id": "Baris {line}: {value} bukan nama kolom; kolom yang ada ialah {allowed}.",
    },
    "duplicate_column": {
        "en": "Line {line}: the column {value} comes twice; every column must come once.",
        "id": "Baris {line}: kolom {value} muncul dua kali; setiap kolom hanya boleh sekali.",
    },
    "missing_column": {
        "en": "Line {line}: the column {value} is missing; required are {allowed}.",
        "id": "Baris {line}: kolom {value} tidak ada; yang wajib ialah {allowed}.",
    },
    "no_rows": {
        "en": "There is no row below the header; give at least 1 and at most {most} rows.",
        "id": "Tidak ada baris di bawah judul kolom; berikan paling sedikit 1 dan paling banyak {most} baris.",
    },
    "too_many_rows": {
        "en": "Line {line} is row {value}; at most {most} rows are allowed.",
        "id": "Baris {line} adalah data ke-{value}; paling banyak {most} baris data.",
    },
    "too_many_fields": {
        "en": "Line {line} has {value} fields where the header has {allowed}; write decimals with a point (0.2527), "
        "numbers without thousands separators, and put text that holds a comma in quotes.",
        "id": "Baris {line} berisi {value} kolom, padahal judulnya {allowed}; tulis desimal dengan titik (0.2527), "
        "angka tanpa pemisah ribuan, dan beri tanda kutip pada teks yang memuat koma.",
    },
    "too_few_fields": {
        "en": "Line {line} has {value} fields where the header has {allowed}; leave a field empty between its commas.",
        "id": "Baris {line} berisi {value} kolom, padahal judulnya {allowed}; kolom kosong tetap memerlukan komanya.",
    },
    "empty": {
        "en": "Line {line}, column {column} is empty; a {column} is required in every row.",
        "id": "Baris {line}, kolom {column} kosong; {column} wajib diisi di setiap baris.",
    },
    "choice": {
        "en": "Line {line}, column {column}: {value} is not allowed; allowed are {allowed}.",
        "id": "Baris {line}, kolom {column}: {value} tidak berlaku; yang berlaku ialah {allowed}.",
    },
    "date": {
        "en": "Line {line}, column {column}: {value} is not a date; write it as YYYY-MM or YYYY-MM-DD.",
        "id": "Baris {line}, kolom {column}: {value} bukan tanggal; tulis sebagai YYYY-MM atau YYYY-MM-DD.",
    },
    "early": {
        "en": "Line {line}, column {column}: {value} is too early; dates from {first} to {last} are allowed.",
        "id": "Baris {line}, kolom {column}: {value} terlalu awal; yang berlaku {first} sampai {last}.",
    },
    "future": {
        "en": "Line {line}, column {column}: {value} has not come yet; dates from {first} to {last} are allowed.",
        "id": "Baris {line}, kolom {column}: {value} belum tiba; yang berlaku {first} sampai {last}.",
    },
    "group_of_kabupaten": {
        "en": "Line {line}, column {column}: {value} is not allowed for region {region}; single groups are allowed for "
        "the province (18) only, write all.",
        "id": "Baris {line}, kolom {column}: {value} tidak berlaku untuk wilayah {region}; kelompok hanya untuk "
        "provinsi (18), tulis all.",
    },
    "administrative": {
        "en": "Line {line}, column {column}: {value} is not allowed for the administrative count; it is read only as "
        "members of region 18 and group all.",
        "id": "Baris {line}, kolom {column}: {value} tidak berlaku untuk hitungan administrative; hitungan ini hanya "
        "dibaca sebagai members untuk wilayah 18 dan kelompok all.",
    },
    "percent_sign": {
        "en": "Line {line}, column {column}: {value} has a percent sign; write a fraction, 0.2527 for 25.27 percent.",
        "id": "Baris {line}, kolom {column}: {value} memakai tanda persen; tulis pecahan, 0.2527 untuk 25,27 persen.",
    },
    "separators": {
        "en": "Line {line}, column {column}: {value} has a decimal comma or thousands separators; write digits only, "
        "with a point for decimals, such as 0.2527 or 811000.",
        "id": "Baris {line}, kolom {column}: {value} memakai koma desimal atau pemisah ribuan; tulis angka saja dengan "
        "titik desimal, misalnya 0.2527 atau 811000.",
    },
    "not_a_number": {
        "en": "Line {line}, column {column}: {value} is not a plain number; write digits only, with a point for "
        "decimals, such as 0.2527 or 811000.",
        "id": "Baris {line}, kolom {column}: {value} bukan angka biasa; tulis angka saja dengan titik desimal, "
        "misalnya 0.2527 atau 811000.",
    },
    "negative": {
        "en": "Line {line}, column {column}: {value} is negative; a figure from 0 is allowed.",
        "id": "Baris {line}, kolom {column}: {value} negatif; yang berlaku angka mulai dari 0.",
    },
    "coverage_as_percent": {
        "en": "Line {line}, column {column}: {value} is above 1; coverage is a fraction from 0 to 1, so write "
        "{suggestion} for {value} percent.",
        "id": "Baris {line}, kolom {column}: {value} lebih dari 1; cakupan adalah pecahan 0 sampai 1, jadi tulis "
        "{suggestion} untuk {value} persen.",
    },
    "coverage_too_high": {
        "en": "Line {line}, column {column}: {value} is more than everyone; coverage is a fraction from 0 to 1.",
        "id": "Baris {line}, kolom {column}: {value} melebihi semua pekerja; cakupan adalah pecahan 0 sampai 1.",
    },
    "split_number": {
        "en": "Line {line}, column {column}: {value} holds digits only and looks like the end of a value that was cut "
        "at its comma; write 0.2527, not 0,2527, and words in the note.",
        "id": "Baris {line}, kolom {column}: {value} hanya angka dan tampak seperti sisa nilai yang terpotong komanya; "
        "tulis 0.2527, bukan 0,2527, dan isi catatan dengan kata.",
    },
    "members_whole": {
        "en": "Line {line}, column {column}: {value} is not a whole number of people above 0; write all digits "
        "without a point, such as 811000.",
        "id": "Baris {line}, kolom {column}: {value} bukan jumlah orang yang bulat di atas 0; tulis semua angkanya "
        "tanpa titik, misalnya 811000.",
    },
    "members_too_many": {
        "en": "Line {line}, column {column}: {value} is more people than there can be workers in region {region}, "
        "group {group}; at most {most} are allowed.",
        "id": "Baris {line}, kolom {column}: {value} melebihi jumlah pekerja yang mungkin ada di wilayah {region}, "
        "kelompok {group}; paling banyak {most}.",
    },
    "noise": {
        "en": "Line {line}, column {column}: {value} is not allowed; for {indicator} a standard deviation from {least} "
        "to {most} is ({unit_en}).",
        "id": "Baris {line}, kolom {column}: {value} tidak berlaku; untuk {indicator} simpangan baku dari {least} "
        "sampai {most} ({unit_id}).",
    },
    "duplicate_row": {
        "en": "Line {line} repeats line {value}: same month, region, group and count; a rate and its number of people "
        "are one figure, and every figure must come once.",
        "id": "Baris {line} mengulang baris {value}: bulan, wilayah, kelompok, dan hitungannya sama; cakupan dan "
        "jumlah orangnya adalah satu angka, dan setiap angka hanya boleh sekali.",
    },
}

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DIGITS = re.compile(r"[0-9]+")
_SEPARATED = re.compile(r"-?[0-9]+(?:[.,'’_\s][0-9]+)+")
_MONTH_LENGTH = len("YYYY-MM")
_NOISE_UNIT = {
    "coverage": {"unit_en": "as a fraction, 0.007 for 0.7 points", "unit_id": "sebagai pecahan, 0.007 untuk 0,7 poin"},
    "members": {"unit_en": "as a share of the figure", "unit_id": "sebagai bagian dari angkanya"},
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # how a UTF-16 or UTF-32 file begins
_ZIP = b"PK\x03\x04"


class DataError(ValueError):
    """A file of own data is refused; `str()` is one English sentence.

    Attributes
    ----------
    key : str
        Which refusal, a key of `SENTENCES`.
    values : dict of str to str
        What the sentence names: the line, the column, the value, what is allowed.
    """

    def __init__(self, key: str, values: Mapping[str, str]) -> None:
        super().__init__(key, dict(values))
        self.key = key
        self.values = dict(values)

    def __str__(self) -> str:
        """Return the sentence in English."""
        return sentence(self, "en")


@dataclass(frozen=True)
class OwnRow:
    """One figure of the user.

    Attributes
    ----------
    line : int
        Line of the file.
    month : int
        Month number of the figure.
    region : str
        Code of the province or of a kabupaten/kota.
    group : str
        ``all``, a worker class or a segment id.
    indicator : str
        ``coverage`` or ``members``.
    count : str
        ``residence`` or ``administrative``.
    value : float
        A share from 0 to 1, or persons.
    noise_sd : float
        Standard deviation: of coverage as a fraction, of members as a share of the figure.
    """

    line: int
    month: int
    region: str
    group: str
    indicator: str
    count: str
    value: float
    noise_sd: float


@dataclass(frozen=True)
class _Line:
    """The cells of one row by column, and where they stand."""

    number: int
    cells: Mapping[str, str]

    def refused(self, key: str, column: str, **values: object) -> DataError:
        named = {name: str(value) for name, value in values.items()}
        cell = shown(self.cells.get(column, ""))
        return DataError(key, {"line": str(self.number), "column": column, "value": cell, **named})


def sentence(error: DataError, language: Language) -> str:
    """Return the refusal as one sentence in Indonesian or English."""
    return SENTENCES[error.key][language].format(**error.values)


def template_csv() -> str:
    """Return a valid file with every column and two rows to replace."""
    return (
        "date,region,group,indicator,count,value,noise_sd,note\n"
        "2026-02,18,all,coverage,residence,0.2527,0.007,contoh - example\n"
        f"2026-02-28,{DISTRICT_CODES[-1]},all,members,residence,24500,,contoh - example\n"
    )


def read_own_data(source: Path | bytes, *, facts: Facts, today: date) -> tuple[OwnRow, ...]:
    """Read and check figures that a user adds, in the order of the file.

    Parameters
    ----------
    source : Path or bytes
        A CSV file, or its content: UTF-8, commas, points for decimals, at most 500 rows.
    today : date
        The last day a figure may have.

    Raises
    ------
    DataError
        For the first thing that is refused; the sentence names line, column, value and what is allowed.
    """
    rows, seen = [], dict[tuple[object, ...], int]()
    for line in _lines(_text(_content(source))):
        row = _row(line, facts, today)
        figure = (row.month, row.region, row.group, row.count)  # a rate and its count say the same
        if figure in seen:
            raise DataError("duplicate_row", {"line": str(line.number), "value": str(seen[figure])})
        seen[figure] = line.number
        rows.append(row)
    return tuple(rows)


def _content(source: Path | bytes) -> bytes:
    """Return the bytes of the file, never reading much more than is allowed."""
    content = source if isinstance(source, bytes) else _read(source)
    if len(content) > MOST_BYTES:
        raise DataError("too_large", {"most": str(MOST_BYTES)})
    return content


def _read(path: Path) -> bytes:
    where = {"path": shown(str(path))}
    try:
        if path.exists() and not path.is_file():
            raise DataError("not_a_file", where)
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise DataError("missing_file", where) from error
    except OSError as error:
        raise DataError("unreadable", where) from error


def _text(content: bytes) -> str:
    if content.startswith(_ZIP):
        raise DataError("spreadsheet", {})
    if content.startswith(_WIDE):
        raise DataError("encoding", {"line": "1", "value": f"0x{content[0]:02x}"})
    if b"\0" in content:
        raise DataError("nul", {"line": _line_of(content, content.index(b"\0"))})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + len(content) - len(error.object)  # counted without the mark that may open the file
        raise DataError("encoding", {"line": _line_of(content, at), "value": f"0x{content[at]:02x}"}) from error


def _line_of(content: bytes, position: int) -> str:
    return str(len(re.findall(rb"\r\n|\r|\n", content[:position])) + 1)


def _lines(text: str) -> list[_Line]:
    """Return the rows below the header, each with as many cells as the header has columns."""
    records = _records(text)
    number, header = next(records, (1, []))
    columns = _columns(number, header)
    rows: list[_Line] = []
    for number, fields in records:
        if len(rows) == MOST_ROWS:
            values = {"line": str(number), "value": str(MOST_ROWS + 1), "most": str(MOST_ROWS)}
            raise DataError("too_many_rows", values)
        if len(fields) != len(columns):
            key = "too_many_fields" if len(fields) > len(columns) else "too_few_fields"
            raise DataError(key, {"line": str(number), "value": str(len(fields)), "allowed": str(len(columns))})
        rows.append(_Line(number, dict(zip(columns, fields, strict=True))))
    if not rows:
        raise DataError("no_rows", {"most": str(MOST_ROWS)})
    return rows


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the trimmed fields of every record that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    try:
        for fields in reader:
            if max(map(len, fields), default=0) > LONGEST_FIELD:  # whatever other code has made the module allow
                raise csv.Error
            trimmed = [field.strip() for field in fields]
            if any(trimmed):
                yield number, trimmed
            number = reader.line_num + 1
    except csv.Error as error:
        raise DataError("broken", {"line": str(number), "most": str(LONGEST_FIELD)}) from error


def _columns(number: int, header: list[str]) -> tuple[str, ...]:
    if not header:
        raise DataError("empty_file", {"allowed": ", ".join(REQUIRED)})
    line = {"line": str(number)}
    if len(header) == 1 and re.search(r"[;\t|]", header[0]):
        raise DataError("separator", line | {"value": shown(header[0])})
    columns = tuple(name.lower() for name in header)
    for position, name in enumerate(columns):
        if name not in REQUIRED + OPTIONAL:
            raise DataError("unknown_column", line | {"value": shown(name), "allowed": ", ".join(REQUIRED + OPTIONAL)})
        if name in columns[:position]:
            raise DataError("duplicate_column", line | {"value": name})
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise DataError("missing_column", line | {"value": missing[0], "allowed": ", ".join(REQUIRED)})
    return columns


def _row(line: _Line, facts: Facts, today: date) -> OwnRow:
    month = _month(line, today)
    region = _choice(line, "region", tuple(facts.regions))
    group = _choice(line, "group", (EVERYONE, *CLASSES, *facts.segments), default=EVERYONE)
    indicator = _choice(line, "indicator", INDICATORS)
    count = _choice(line, "count", COUNTS)
    if region != PROVINCE and group != EVERYONE:
        raise line.refused("group_of_kabupaten", "group", region=region)
    if count == "administrative":
        _only_whole_province(line, region, group, indicator)
    if _DIGITS.fullmatch(line.cells.get("note", "")):
        raise line.refused("split_number", "note")
    value = _coverage(line) if indicator == "coverage" else _members(line, _most_members(facts, region, group))
    given = bool(line.cells.get("noise_sd"))
    noise = _noise(line, indicator) if given else _usual_noise(facts, region, group, indicator, count)
    return OwnRow(line.number, month, region, group, indicator, count, value, noise)


def _required(line: _Line, column: str) -> str:
    if not line.cells[column]:
        raise line.refused("empty", column)
    return line.cells[column]


def _choice(line: _Line, column: str, allowed: tuple[str, ...], *, default: str | None = None) -> str:
    chosen = line.cells.get(column) or default or _required(line, column)
    if chosen not in allowed:
        raise line.refused("choice", column, allowed=", ".join(allowed))
    return chosen


def _month(line: _Line, today: date) -> int:
    text = _required(line, "date")
    try:
        month = parse_month(text[:_MONTH_LENGTH])
        day = date.fromisoformat(text) if len(text) > _MONTH_LENGTH else None
    except ValueError as error:
        raise line.refused("date", "date") from error
    last = min(parse_month(today.isoformat()[:_MONTH_LENGTH]), LAST_MONTH)
    limits = {"first": format_month(FIRST_MONTH), "last": min(today.isoformat(), format_month(LAST_MONTH))}
    if month < FIRST_MONTH:
        raise line.refused("early", "date", **limits)
    if month > last or (day is not None and day > today):
        raise line.refused("future", "date", **limits)
    return month


def _only_whole_province(line: _Line, region: str, group: str, indicator: str) -> None:
    for column, given, allowed in (
        ("region", region, PROVINCE),
        ("group", group, EVERYONE),
        ("indicator", indicator, "members"),
    ):
        if given != allowed:
            raise line.refused("administrative", column)


def _number(line: _Line, column: str) -> float:
    text = _required(line, column)
    if text.endswith("%"):
        raise line.refused("percent_sign", column)
    if not _NUMBER.fullmatch(text):
        raise line.refused("separators" if _SEPARATED.fullmatch(text) else "not_a_number", column)
    number = float(text)
    if number < 0:
        raise line.refused("negative", column)
    return number


def _coverage(line: _Line) -> float:
    coverage = _number(line, "value")
    if coverage > 100:
        raise line.refused("coverage_too_high", "value")
    if coverage > 1:
        raise line.refused("coverage_as_percent", "value", suggestion=f"{coverage / 100:.6g}")
    return coverage


def _members(line: _Line, most: int) -> float:
    members = _number(line, "value")
    # A point is refused even where only zeros follow: 811.000 is how Indonesian writes 811 thousand.
    if members == 0 or not _DIGITS.fullmatch(line.cells["value"]):
        raise line.refused("members_whole", "value")
    if members > most:
        group = line.cells.get("group") or EVERYONE
        raise line.refused("members_too_many", "value", region=line.cells["region"], group=group, most=most)
    return members


def _most_members(facts: Facts, region: str, group: str) -> int:
    """Return the largest number of eligible workers a group can have, in persons."""
    if region != PROVINCE:
        return facts.regions[region].registry_population
    most = facts.parameters["eligible_total"].bounds[1]
    if group == EVERYONE:
        return floor(most)
    eligible = {name: facts.parameters[f"class_eligible_{name.lower()}"].value for name in CLASSES}
    return floor(most * eligible[_class_of(facts, group)] / sum(eligible.values()))


def _class_of(facts: Facts, group: str) -> str:
    return group if group in CLASSES else facts.segments[group].worker_class


def _noise(line: _Line, indicator: str) -> float:
    noise = _number(line, "noise_sd")
    least, most = LEAST_NOISE, MOST_NOISE[indicator]
    if not least <= noise <= most:
        raise line.refused("noise", "noise_sd", indicator=indicator, least=least, most=most, **_NOISE_UNIT[indicator])
    return noise


def _usual_noise(facts: Facts, region: str, group: str, indicator: str, count: str) -> float:
    """Return the noise of a figure that comes without: a fraction for coverage, a share of the figure for members."""
    if count == "administrative":
        return ADMINISTRATIVE_NOISE
    noise, central = _usual_coverage(facts, region, group)
    return noise if indicator == "coverage" else noise / central


def _usual_coverage(facts: Facts, region: str, group: str) -> tuple[float, float]:
    """Return the noise of a coverage and a typical coverage, both as fractions."""
    values = {name: facts.parameters[name].value for name in ("counting_noise", "district_rate_sd")}
    if region != PROVINCE:
        rate = facts.regions[region].start_rate or facts.regions[PROVINCE].start_rate
        return values["district_rate_sd"], rate or facts.parameters["start_rate_2025_12"].value
    if group in CLASSES:
        published = [o for o in facts.observations if o.group == group and o.indicator == "coverage" and o.noise_sd]
        latest = max(published, key=lambda observation: observation.month)
        return latest.noise_sd or values["counting_noise"], latest.value
    noise = values["counting_noise" if group == EVERYONE else "district_rate_sd"]
    return noise, facts.parameters["start_rate_2025_12"].value
