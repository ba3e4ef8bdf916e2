"""Cases that strangers may hand over, each made from bytes of chance, each a plain literal that a test can keep."""

import base64
import datetime
import json
import zlib
from functools import cache

import tomli_w

from simulator.evidence.own_data import OPTIONAL, REQUIRED, template_csv
from simulator.facts import load_facts
from simulator.facts.pack import DISTRICT_CODES
from simulator.scenario import LEVERS, encode_link, load_scenario, shipped
from simulator.scenario.files import SCENARIOS_FOLDER, plain

ODD_TEXTS = (
    "", " ", "\n", "\r\n", "\t", "\0", "\x1b[2J", "\u202e", "\ufeff", "\u2028", "ß", "é", "１", "٣", "😀", "<script>x",
    "=1+1", "../../x", "/etc/passwd", "%s{0}{x}", "nan", "inf", "-inf", "1e999", "1e-999", "-0", "0x10", "1_000",
    "9" * 400, "2026-13", "2026-06", "0000-00", "2027-01", "0.5", "1", "[", "{", "}", '"', "'''", "\\", "\\u0000",
    "#", "=", ",", ";", "@", ".", "[[x]]", "levers", "a.b.c", "a." * 40, "[" * 200,
)  # fmt: skip
ODD_NUMBERS = (
    0,
    1,
    -1,
    2,
    3,
    12,
    0.5,
    10**9,
    2**63,
    -(2**63),
    10**300,
    float("nan"),
    float("inf"),
    -0.0,
    5e-324,
    1e308,
)
MONTHS = ("2026-01", "2026-06", "2027-12", "2045-12", "2046-01", "2022-11")
CODES = (*DISTRICT_CODES, "18", "9999")
LEVER_NAMES = tuple(LEVERS)
ASSUMPTIONS = tuple(load_facts().parameters)
_LETTERS = "abz09 .,-_=\"'[]{}#@\\/\n\t\0\x7f\x85\xa0éſ１\u200b\u2029\U0001f600\U000e0001"


class Chance:
    """Bytes that decide; when they are used up, everything is the first of its kind."""

    def __init__(self, source):
        self._source = source
        self._at = 0

    def below(self, limit):
        size = 1 if limit <= 1 << 8 else 4
        taken = self._source[self._at : self._at + size]
        self._at += size
        return int.from_bytes(taken, "little") % limit

    def of(self, choices):
        return choices[self.below(len(choices))]

    def one_in(self, n):
        return self.below(n) == n - 1

    def bytes(self, most):
        size = self.below(most + 1)
        self._at += size
        return self._source[self._at - size : self._at]

    def several(self, most, make, least=0):
        return [make(self) for _ in range(least + self.below(most - least + 1))]


def text(chance):
    if chance.one_in(4):
        return "".join(chance.several(12, lambda its: its.of(_LETTERS)))
    if chance.one_in(8):
        return chance.bytes(12).decode(errors="replace")
    return chance.of(ODD_TEXTS)


def number(chance):
    if chance.one_in(3):
        return chance.below(100_000) / 100_000
    return chance.below(200) - 5 if chance.one_in(3) else chance.of(ODD_NUMBERS)


def scalar(chance):
    kind = chance.below(8)
    if kind < 4:
        return number(chance)
    if kind < 6:
        return text(chance)
    odd = (True, False, datetime.date(2026, 6, 1), datetime.time(1, 2), datetime.datetime(2026, 6, 1))
    return chance.of(MONTHS) if kind == 6 else chance.of(odd)


def value(chance, depth=0):
    kind = chance.below(8)
    if kind < 6 or depth > 2:
        return scalar(chance)
    if kind == 6:
        return chance.several(3, lambda its: value(its, depth + 1))
    return {code(its): value(its, depth + 1) for its in [chance] * chance.below(4)}


def code(chance):
    return text(chance) if chance.one_in(4) else chance.of(CODES)


def lever(chance):
    return text(chance) if chance.one_in(10) else chance.of(LEVER_NAMES)


def assumption(chance):
    return text(chance) if chance.one_in(10) else chance.of(ASSUMPTIONS)


def written(chance):
    return str(scalar(chance))


# ---- files, and edits of them ----


def edited(content, edits):
    """Return bytes after parts were cut out or put in: place, number of bytes cut, what is put there."""
    for at, cut, put in edits:
        at %= len(content) + 1
        content = content[:at] + put + content[at + cut :]
    return content


def mangled(chance, samples, words=()):
    def edit(its):
        known = its.of(words) if words and its.one_in(2) else its.of(ODD_TEXTS)
        return its.below(3000), its.of((0, 0, 1, 2, 5, 40)), its.bytes(6) if its.one_in(3) else known.encode()

    return edited(chance.of(samples), chance.several(6, edit, least=1))


def replaced(tables, changes):
    """Return tables with values put in at paths; what stands in the way of a path is replaced by a table."""
    tables = json.loads(json.dumps(tables))
    for path, its in changes:
        inner = tables
        for key in path[:-1]:
            inner[key] = inner[key] if isinstance(inner.get(key), dict) else {}
            inner = inner[key]
        inner[path[-1]] = its
    return tables


def toml(tables):
    return tomli_w.dumps(tables).encode(errors="replace")


# ---- scenarios ----

_FIELDS = ("schema", "name", "description", "start", "horizon", "targets", "stretch", "allocation", "levers")
_SETTING = ("value", "start", "end", "ramp_months", "districts")
_WORDS = (*LEVERS, "[levers.", "districts", "horizon", "start", "value", "end", "assumptions", "= {")


@cache
def _tables():
    return [plain(load_scenario(name)) for name in shipped()]


@cache
def _files():
    return [(SCENARIOS_FOLDER / f"{name}.toml").read_bytes() for name in shipped()]


def scenario_change(chance):
    kind = chance.below(7)
    if kind < 2:
        path = ("levers", lever(chance), text(chance) if chance.one_in(10) else chance.of(_SETTING))
    elif kind < 5:
        path = [
            ("levers", lever(chance)),
            ("levers", lever(chance), "districts", code(chance)),
            ("assumptions", assumption(chance)),
        ][kind - 2]
    else:
        path = (text(chance),) if chance.one_in(6) else (chance.of(_FIELDS),)
        path = (*path, chance.of(("id", "en"))) if chance.one_in(4) else path
    return path, value(chance)


def scenario_tables(chance):
    return replaced(chance.of(_tables()), chance.several(4, scenario_change, least=1))


def scenario_file(chance):
    return mangled(chance, _files(), _WORDS) if chance.one_in(3) else toml(scenario_tables(chance))


def linked(content, level=9):
    """Return bytes as a link with the right check bytes, as somebody who knows the format would."""
    deflate = zlib.compressobj(level=level, wbits=-15)
    body = deflate.compress(content) + deflate.flush()
    return "1" + base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


def link(chance):
    match chance.below(8):
        case 0:
            return linked(chance.bytes(60), level=chance.below(10))
        case 1:
            return linked(b" " * chance.of((0, 100, 2**16, 2**16 + 1)) + b"{}")
        case 2:
            return mangled(chance, [encode_link(load_scenario(name)).encode() for name in shipped()]).decode("latin-1")
        case 3:
            return text(chance)
        case 4:
            return linked(mangled(chance, [json.dumps(tables).encode() for tables in _tables()], _WORDS))
    return linked(json.dumps(scenario_tables(chance), default=str).encode())


def lever_assignment(chance):
    match chance.below(8):
        case 0:
            return text(chance)
        case 1 | 2:
            return f"{lever(chance)}@{code(chance)}={written(chance)}"
    return f"{lever(chance)}={written(chance)}"


def assumption_assignment(chance):
    return text(chance) if chance.one_in(8) else f"{assumption(chance)}={written(chance)}"


def assignments(chance):
    return chance.of(shipped()), chance.several(4, lever_assignment), chance.several(3, assumption_assignment)


# ---- own figures ----

_COLUMNS = (*REQUIRED, *OPTIONAL)
_CELLS = {
    "date": ("2026-02", "2026-02-28", "2022-12", "2022-11", "2026-11-21", "2026-12", "2026-02-30"),
    "region": ("18", "1871", "1801", "9999"),
    "indicator": ("coverage", "members"),
    "count": ("residence", "administrative"),
    "value": ("0.2527", "811000", "0,2527", "25%", "25.27", "1", "0", "-0.1", "0.25270", "1" * 30),
    "group": ("", "all", "PU", "BPU", "construction", "palm"),
    "noise_sd": ("", "0.007", "0.5", "1e-3"),
    "note": ("", "kata", '"a,b"', "2527", '"'),
}


def own_data(chance):
    if chance.one_in(4):
        samples = [template_csv().encode(), template_csv().encode("utf-16"), template_csv().encode("utf-8-sig")]
        return mangled(chance, samples, (*_COLUMNS, "1871", "coverage", "members", "PU", "administrative"))
    columns = list(_COLUMNS) if not chance.one_in(3) else chance.several(9, lambda its: its.of(_COLUMNS))
    if chance.one_in(12):
        columns.append(text(chance))

    def cell(its, column):
        return text(its) if its.one_in(12) else its.of(_CELLS.get(column, ODD_TEXTS))

    rows = chance.several(4, lambda its: [cell(its, column) for column in columns][its.below(12) // 11 :])
    separator = chance.of((",", ",", ",", ",", ",", ";", "\t"))
    return chance.of(("\n", "\n", "\r\n", "\r")).join(map(separator.join, [columns, *rows])).encode(errors="replace")


# ---- the command line; a program is never handed a NUL ----

FILES = ("baik.toml", "rusak.toml", "kosong.toml", "data.csv", "kisi.toml", "paket.zip", "folder", "tidak-ada.toml")
_PLACES = (*FILES, "hasil", "folder/hasil", ".", "/dev/null", "baik.toml/x", "baseline", "x" * 300)


def _option(chance):
    kind = chance.below(9)
    if kind < 4:
        name, make = [
            ("--set", lever_assignment), ("--assume", assumption_assignment), ("--draws", written), ("--seed", written)
        ][kind]  # fmt: skip
        return name, make(chance)
    if kind == 4:
        return "--until", text(chance) if chance.one_in(3) else chance.of(MONTHS)
    if kind == 5:
        return "--lang", text(chance) if chance.one_in(6) else chance.of(("id", "en"))
    if kind == 6:
        return chance.of(("--data", "--out")), chance.of(_PLACES)
    return (text(chance),) if chance.one_in(3) else (chance.of(("--json", "--check", "--help", "--")),)


def command_line(chance):
    command = text(chance) if chance.one_in(20) else chance.of(("run", "run", "run", "check", "verify"))
    places = chance.several(2, lambda its: its.of(_PLACES), least=1)
    words = (command, *places, *(word for option in chance.several(4, _option) for word in option))
    return tuple(word.replace("\0", "") for word in words)


# ---- grids ----

_GRID = {"base": "baseline", "draws": 30, "levers": {"village_share": {"low": 0, "high": 1, "steps": 3}}}


def _axis(chance):
    if chance.one_in(5):
        return value(chance)
    if chance.one_in(2):
        return chance.several(4, scalar)
    bounds = {"low": number(chance), "high": number(chance), "steps": chance.below(14) - 1}
    if chance.one_in(6):
        del bounds[chance.of(("low", "high", "steps"))]
    return bounds


def _grid_change(chance):
    match chance.below(5):
        case 0:
            return ("levers", f"{lever(chance)}@{code(chance)}" if chance.one_in(3) else lever(chance)), _axis(chance)
        case 1:
            return ("assumptions", assumption(chance)), _axis(chance)
        case 2:
            size = value(chance) if chance.one_in(4) else chance.of((1, 2, 3, 64, 100))
            return ("sample",), {"n": size, "method": chance.of(("sobol", "latin_hypercube", "x"))}
    known = ("base", "draws", "seed", "horizon", "sample", "levers", "assumptions")
    return (text(chance) if chance.one_in(8) else chance.of(known),), value(chance)


def grid(chance):
    if chance.one_in(3):
        samples = [path.read_bytes() for path in sorted((SCENARIOS_FOLDER / "grids").glob("*.toml"))]
        return mangled(chance, samples, (*LEVERS, "low", "steps", "base", "sobol"))
    return toml(replaced(_GRID, chance.several(4, _grid_change, least=1)))


# ---- bundles: what is done to the files of a good one, and to the bytes of the archive ----

_MEMBERS = ("quantiles.csv", "arrival.csv", "money.csv", "differences.csv", "scenarios/baseline.toml", "manifest.json")
_MEMBER_NAMES = (
    *_MEMBERS, "../x", "/x", "a/../../x", "C:\\x", "scenarios/../x.toml", "scenarios/a.toml", "QUANTILES.CSV",
    "charts/a.png", "x\0y", "workshop/rounds.csv", "x/",
)  # fmt: skip
_CLAIMS = ("format", "seed", "draws", "language", "target", "scenarios", "python", "packages", "mark", "data_hash")
_ROWS = (b"scenario,month,value\nbaseline,2026-01,0.25\nbaseline,2026-02,0.26\n", b"a,b\n1,2\n", b"{}", b"")


def _json(chance):
    match chance.below(6):
        case 0:
            return chance.of((None, True, 2**70, -1, 0.5))
        case 1:
            return chance.several(3, text)
        case 2:
            return [{"name": text(chance), "digest": "0" * 64}] * chance.below(4)
        case 3:
            return {text(chance): text(chance)}
    return text(chance)


def _member_name(chance):
    return text(chance) if chance.one_in(5) else chance.of(_MEMBER_NAMES)


def _member_change(chance):
    match chance.below(9):
        case 0:
            return "drop", chance.of(_MEMBERS)
        case 1:
            return "add", _member_name(chance), chance.bytes(40)
        case 2 | 3:
            return "put", chance.of(_MEMBERS), mangled(chance, _ROWS)
        case 4:
            return "put", "scenarios/baseline.toml", scenario_file(chance)
        case 5 | 6:
            return "claim", text(chance) if chance.one_in(10) else chance.of(_CLAIMS), _json(chance)
        case 7:
            return "mode", chance.of(_MEMBERS), chance.of((0o120777, 0o040755, 0o020666, 0o100644))
    if chance.one_in(6):
        return "zeros", _member_name(chance), chance.of((10, 2**20, 2**21))
    return "method", chance.of(_MEMBERS), chance.of((0, 8, 12, 14))


def _byte_change(chance):
    return chance.below(2**14), chance.of((0, 0, 1, 4, 400)), chance.bytes(4)


def bundle(chance):
    forged, changes = chance.one_in(2), chance.several(4, _member_change)
    return forged, changes, chance.several(4, _byte_change) if chance.one_in(2) else []


# ---- phones ----

_NAMES = ("code", "name", "table", "round", "choice", "lever", "village_people", "dbh_share", "lang", "ask")
_TYPED = ("1", "2", "3", "never", "2026-06", "village_people", "0.1", "100")
_HEADERS = ("origin", "content-type", "host", "cookie", "accept-language")
_SENT = ("null", "text/plain", "evil.example", "person=x; lang=en", "multipart/form-data", "-1", "", "x")
_PAGES = ("/", "/join", "/vote", "/propose", "/static/phones.js", "/static/..%2f..%2fphones.py", "/live", "/x")


def _field(chance):
    name = text(chance) if chance.one_in(10) else chance.of(_NAMES)
    return name, text(chance) if chance.one_in(2) else chance.of(_TYPED)


def request(chance):
    who, method = chance.below(3), chance.of(("POST", "POST", "POST", "GET", "PUT", "HEAD"))
    page = chance.of(_PAGES if chance.one_in(4) else _PAGES[:4])
    form = chance.bytes(60) if chance.one_in(8) else chance.several(8, _field)
    headers = {its.of(_HEADERS): its.of(_SENT) for its in [chance] * chance.below(3)} if chance.one_in(6) else {}
    return who, method, page, form, headers


def message(chance):
    return chance.below(3), chance.several(3, lambda its: text(its) if its.one_in(2) else its.bytes(70), least=1)
