"""Free village funds against numbers worked out by hand from the facts."""

import pytest

from simulator.facts import load_facts
from simulator.outputs.text import Words
from simulator.outputs.village_funds import free_funds, free_funds_text

FACTS = load_facts()


def test_published_sum_of_lampung_selatan() -> None:
    found = free_funds(FACTS.regions["1803"], FACTS)
    assert found is not None
    assert found.published
    assert found.free == pytest.approx(230_819_553_000 * 0.4197)  # N-123 after the 58.03 % of N-134
    assert found.per_village == pytest.approx(found.free / 256)
    assert found.cover == 256 * 100 * 201_600  # twelve months of 16,800


def test_missing_sum_follows_the_part_of_2024() -> None:
    found = free_funds(FACTS.regions["1804"], FACTS)
    assert found is not None
    assert not found.published
    assert found.funds == pytest.approx(265.63 / 2266.8 * 1_980_890_378_000, rel=1e-6)


def test_province_takes_the_share_that_the_notes_state() -> None:
    found = free_funds(FACTS.regions["18"], FACTS)
    assert found is not None
    assert found.cover / found.free == pytest.approx(0.059, abs=5e-4)  # 49 of 831 billion


@pytest.mark.parametrize("code", ["1871", "1872"])
def test_cities_have_no_villages(code) -> None:
    assert free_funds(FACTS.regions[code], FACTS) is None


@pytest.mark.parametrize(("lang", "estimate"), [("id", "tidak diterbitkan"), ("en", "not published")])
def test_an_estimate_is_called_one(lang, estimate) -> None:
    assert estimate in (free_funds_text(FACTS.regions["1804"], FACTS, Words(lang)) or "")
    assert estimate not in (free_funds_text(FACTS.regions["1803"], FACTS, Words(lang)) or "")
