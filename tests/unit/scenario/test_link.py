"""The share link."""

import base64
import json
import re
import zlib

import pytest

from simulator.scenario import (
    DISTRICT_CODES,
    Scenario,
    ScenarioError,
    decode_link,
    digest,
    encode_link,
    load_scenario,
    shipped,
)
from simulator.scenario.levers import LEVERS
from simulator.scenario.link import LONGEST_LINK


def packed(content: bytes) -> str:
    """Return a link with sound check bytes around any content."""
    deflate = zlib.compressobj(level=9, wbits=-15)
    body = deflate.compress(content) + deflate.flush()
    return "1" + base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


def refusal(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        decode_link(text)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("link: ")
    return str(caught.value)


@pytest.mark.parametrize("stem", shipped())
def test_shipped_scenarios_travel_in_a_short_link(stem):
    link = encode_link(load_scenario(stem))
    assert decode_link(link) == load_scenario(stem)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", link)
    assert len(link) < 800


def test_another_version_is_refused():
    assert refusal("2" + encode_link(load_scenario("baseline"))[1:]) == "link: begins with '2'; version 1 is allowed"
    assert refusal("") == "link: begins with ''; version 1 is allowed"


def test_every_cut_and_every_changed_letter_is_refused():
    link = encode_link(load_scenario("csr_stops"))
    for position in range(1, len(link)):
        assert "damaged" in refusal(link[:position])
        other = "A" if link[position] != "A" else "B"
        assert "damaged" in refusal(link[:position] + other + link[position + 1 :])
    for extra in ("A", "=", " ", "\n", "%3D", "é"):
        assert "damaged" in refusal(link + extra)


def test_a_link_too_long_is_refused_before_it_is_read():
    assert refusal("1" + "A" * LONGEST_LINK) == "link: is 32,769 characters long; at most 32,768 are allowed"


@pytest.mark.parametrize(
    "content",
    [
        b" " * 60_000_000,
        b"[" * 60_000,
        b"\xff\xfe",
        b"[1, 2]",
        b"null",
        b'{"schema": ' + b"9" * 50_000 + b"}",
    ],
    ids=["bomb", "nested", "bytes", "list", "null", "digits"],
)
def test_hostile_content_with_sound_check_bytes_is_refused(content):
    assert "damaged" in refusal(packed(content)[:LONGEST_LINK]) or "characters long" in refusal(packed(content))


def test_content_goes_through_the_same_checks_as_a_file():
    raw = {"schema": 1, "name": {"id": "a", "en": "b"}, "levers": {"dbh_share": 0.3}}
    assert refusal(packed(json.dumps(raw).encode())).startswith("link: levers.dbh_share is 0.3; a share from 0 to 0.2")
    raw["levers"] = {"village_share": float("nan")}
    assert refusal(packed(json.dumps(raw).encode())).startswith("link: levers.village_share is nan; ")


def test_the_fullest_scenario_fits():
    def value(lever, k):
        if lever.unit == "month":
            return f"20{23 + k:02d}-0{1 + k % 9}"
        width = lever.high - lever.low
        number = lever.low + width * ((k + 1) * 0.6180339887498949 % 1)
        return round(number) if lever.whole else number

    levers = {
        id: {
            "value": value(lever, 0),
            "start": "2026-02",
            "ramp_months": 0 if lever.stepped else 239,
            "end": "2045-12",
            "districts": {}
            if lever.province_only
            else {code: value(lever, k) for k, code in enumerate(DISTRICT_CODES)},
        }
        for id, lever in LEVERS.items()
    }
    text = "".join(chr(0x20000 + 7919 * k % 40_000) for k in range(600))
    scenario = Scenario(
        name={"id": text[:80], "en": text[80:160]}, description={"id": text, "en": text[::-1]}, levers=levers
    )
    assert decode_link(encode_link(scenario)) == scenario


def test_digest_follows_the_numbers_and_not_the_names():
    baseline = load_scenario("baseline")
    assert digest(baseline) == digest(baseline.replace(name={"id": "x", "en": "y"}, description=None))
    others = [
        baseline.replace(horizon="2031-12"),
        baseline.replace(start="2025-12"),
        baseline.replace(stretch=["dbh_share"]),
        baseline.replace(targets=["rkp_2026"]),
        baseline.replace(allocation="gap"),
        baseline.replace(levers={"outreach": 1}),
        baseline.replace(levers={"outreach": {"value": 1, "ramp_months": 2}}),
    ]
    assert len({digest(scenario) for scenario in (baseline, *others)}) == 8
    assert re.fullmatch(r"[0-9a-f]{64}", digest(baseline))


def test_digest_does_not_ask_how_a_number_was_written():
    baseline = load_scenario("baseline")
    written = [{"dbh_amount": 35e9, "outreach": 1.0}, {"outreach": 1, "dbh_amount": 35_000_000_000}]
    assert len({digest(baseline.replace(levers=levers)) for levers in written}) == 1
    assert digest(baseline.replace(levers={"outreach": -0.0})) == digest(baseline.replace(levers={"outreach": 0}))
