"""A scenario as one short word for an address: versioned, checked, and read without trust."""

import base64
import hashlib
import json
import re
import zlib
from typing import Any

from simulator.scenario.errors import ScenarioError, shown
from simulator.scenario.files import plain
from simulator.scenario.records import Scenario
from simulator.scenario.refusals import Said

LINK_VERSION = "1"
LONGEST_LINK = 2**15
_LONGEST_TEXT_BYTES = 2**16
_CHECK_BYTES = 4
_RAW_DEFLATE = -15  # without the header and trailer of zlib: the check bytes do their work
_BODY = re.compile(r"[A-Za-z0-9_-]+")


def encode_link(scenario: Scenario) -> str:
    """Return the scenario, names included, as letters, digits, ``-`` and ``_`` only."""
    deflate = zlib.compressobj(level=9, wbits=_RAW_DEFLATE)
    packed = deflate.compress(_json(plain(scenario))) + deflate.flush()
    return LINK_VERSION + _letters(_check(packed) + packed)


def decode_link(text: str) -> Scenario:
    """Return the scenario that `encode_link` turned into `text`.

    Raises
    ------
    ScenarioError
        If the text is too long, of another version, damaged, or no valid scenario.
    """
    try:
        raw = _unpacked(text)
        return Scenario(**raw)
    except ScenarioError as error:
        raise error.below(source=Said("link")) from None


def digest(scenario: Scenario) -> str:
    """Return the SHA-256, in hexadecimal, of what changes numbers: all but the names and descriptions."""
    tables = plain(scenario) | {"targets": scenario.targets}
    return hashlib.sha256(_json({key: tables[key] for key in tables if key not in {"name", "description"}})).hexdigest()


def _unpacked(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_LINK:
        raise ScenarioError(Said("long_link", length=len(text), most=LONGEST_LINK))
    if text[:1] != LINK_VERSION:
        raise ScenarioError(Said("link_version", value=shown(text[:1]), allowed=LINK_VERSION))
    try:
        raw = json.loads(_inflated(_bytes(text[1:])))
    except (ValueError, RecursionError, zlib.error):
        raw = None
    if not isinstance(raw, dict):
        raise ScenarioError(Said("damaged", value=shown(text)))
    return raw


def _inflated(body: bytes) -> bytes:
    check, packed = body[:_CHECK_BYTES], body[_CHECK_BYTES:]
    if check != _check(packed):
        msg = "check bytes differ"
        raise ValueError(msg)
    inflate = zlib.decompressobj(wbits=_RAW_DEFLATE)
    content = inflate.decompress(packed, _LONGEST_TEXT_BYTES)
    if not inflate.eof or inflate.unused_data:
        msg = "more follows than a scenario can hold"
        raise ValueError(msg)
    return content


def _bytes(letters: str) -> bytes:
    content = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4)) if _BODY.fullmatch(letters) else b""
    if _letters(content) != letters:
        msg = "not the letters that these bytes are written with"
        raise ValueError(msg)
    return content


def _letters(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _check(packed: bytes) -> bytes:
    return zlib.crc32(packed).to_bytes(_CHECK_BYTES, "big")


def _json(tables: dict[str, Any]) -> bytes:
    return json.dumps(tables, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
