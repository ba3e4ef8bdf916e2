"""The start state: every margin met, every cell possible, for any start month."""

import numpy as np
import pytest

from simulator.facts import format_month, load_facts, parse_month
from simulator.model import SEGMENTS, make_inputs
from simulator.model.kernel import N_DISTRICTS, SLOT_SEGMENT
from simulator.model.start import split_by_odds
from simulator.scenario import Scenario

MONTHS = ["2022-12", "2023-06", "2024-10", "2025-03", "2026-01"]
DRAWS = 300


def inputs(start):
    later = format_month(parse_month(start) + 1)
    return make_inputs(Scenario(name={"id": "x", "en": "x"}, start=start, horizon=later), n_draws=DRAWS, seed=0)


def active(start):
    total = start.members.copy()
    for slot, segment in enumerate(SLOT_SEGMENT):
        total[:, segment] += start.funded[:, slot] + start.grace[:, slot].sum(axis=1)
    return total


@pytest.mark.parametrize("month", MONTHS)
def test_month_zero_is_the_drawn_rate(month):
    start = inputs(month).sample.start
    rate = active(start).sum(axis=(1, 2)) / start.eligible.sum(axis=(1, 2))
    np.testing.assert_allclose(rate, start.rate, rtol=1e-10)


def test_the_median_start_is_the_reported_rate():
    assert np.median(inputs("2026-01").sample.start.rate) == pytest.approx(0.2527, abs=0.003)


@pytest.mark.parametrize("month", MONTHS)
def test_every_cell_is_possible(month):
    start = inputs(month).sample.start
    people = active(start)
    assert (start.eligible >= 0).all()
    assert (people >= 0).all()
    lived_in = start.eligible > 0
    coverage = people[lived_in] / start.eligible[lived_in]
    assert coverage.max() < 1
    # Only the two cities have cells without people: they have no villages and so no village posts.
    assert {SEGMENTS[s] for s in np.flatnonzero((~lived_in).any(axis=(0, 2)))} == {
        "village_officials",
        "village_cadres",
    }
    assert set(np.flatnonzero((~lived_in).any(axis=(0, 1)))) == {13, 14}


def test_class_totals_follow_december_2023():
    start = inputs("2026-01").sample.start
    total = start.eligible.sum(axis=(1, 2))
    pu = start.eligible[:, :4].sum(axis=(1, 2)) / total
    construction = start.eligible[:, 10].sum(axis=1) / total
    np.testing.assert_allclose(pu, 1_020_168 / 2_982_642, rtol=1e-10)
    np.testing.assert_allclose(construction, 250_447 / 2_982_642, rtol=1e-10)


def test_counted_posts_have_their_counted_members():
    start = inputs("2026-01").sample.start
    people = active(start).sum(axis=2)
    for segment, counted in (("non_asn", 49_594), ("village_officials", 34_000), ("rt_rw", 13_664)):
        np.testing.assert_allclose(people[:, SEGMENTS.index(segment)], counted, rtol=1e-9)


def test_later_conversions_are_still_there_before_their_decree():
    before, after = (
        inputs(m).sample.start.eligible[:, SEGMENTS.index("non_asn")].sum(axis=1) for m in ("2025-06", "2026-01")
    )
    np.testing.assert_allclose(before - after, 5_469, rtol=1e-9)


def test_members_by_class_are_the_drawn_shares():
    given = inputs("2026-01").sample
    people = active(given.start).sum(axis=2)
    bpu = people[:, 4:10].sum(axis=1) / people.sum(axis=1)
    np.testing.assert_allclose(bpu, given.parameters["members_share_bpu"], rtol=1e-9)


def test_district_rates_keep_the_order_that_was_published():
    start = inputs("2026-01").sample.start
    rates = np.median(active(start).sum(axis=1) / start.eligible.sum(axis=1), axis=0)
    published = np.array([d.start_rate for d in load_facts().districts])
    assert np.corrcoef(rates, published)[0, 1] > 0.99
    assert rates[0] == pytest.approx(rates[12], abs=0.01)  # Lampung Barat and Pesisir Barat are one unit


@pytest.mark.parametrize("month", ["2024-11", "2025-02"])
def test_programmes_of_the_past_are_in_the_start(month):
    """18,612 palm workers were paid from September 2024 to January 2025; in February they are in grace."""
    given = inputs(month).sample
    palm = 5
    funded = given.start.funded[:, palm].sum(axis=1)
    grace = given.start.grace[:, palm].sum(axis=(1, 2))
    if month == "2024-11":
        assert (funded >= 18_612 - 1e-6).all()
    else:
        assert (grace >= 18_612 - 1e-6).all()


def test_split_by_odds_equals_a_search_for_the_common_factor():
    rng = np.random.default_rng(4)
    odds, pool = np.exp(rng.normal(0, 2, (200, 2))), rng.uniform(1e3, 1e6, (200, 2))
    total = pool.sum(axis=1) * rng.uniform(0.001, 0.999, 200)
    found = split_by_odds(odds, pool, total)
    np.testing.assert_allclose(found.sum(axis=1), total, rtol=1e-9)
    for o, e, m, f in zip(odds, pool, total, found, strict=True):
        low, high = -60.0, 60.0
        for _ in range(200):
            k = (low + high) / 2
            inside = e * o * np.exp(k) / (1 + o * np.exp(k))
            low, high = (k, high) if inside.sum() < m else (low, k)
        np.testing.assert_allclose(f, inside, rtol=1e-7)


def test_fifteen_districts():
    assert inputs("2026-01").sample.start.eligible.shape == (DRAWS, len(SEGMENTS), N_DISTRICTS)
