"""The hindcast: complete, ordered, and in line with what was published and with where the future starts."""

import numpy as np
import pandas as pd
import pytest

from simulator.evidence import hindcast, past_run
from simulator.facts import load_facts
from simulator.facts.calendar import format_month
from simulator.model import SEGMENTS, run
from simulator.scenario import load_scenario


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return hindcast(n_draws=500)


def test_every_month_region_and_group(rows: pd.DataFrame) -> None:
    assert rows["month"].min() == "2022-12"
    assert rows["month"].max() == "2026-01"
    groups = {"all", "PU", "BPU", "construction", *SEGMENTS}
    assert set(rows.loc[rows["region"] == "18", "group"]) == groups
    assert rows["region"].nunique() == 16
    assert len(rows) == 38 * 2 * (len(groups) + 15)
    assert not rows.duplicated(["month", "region", "group", "indicator"]).any()


def test_bands_are_ordered_and_shares_are_shares(rows: pd.DataFrame) -> None:
    assert ((rows["q05"] <= rows["q50"]) & (rows["q50"] <= rows["q95"])).all()
    shares = rows[rows["indicator"] == "coverage"]
    assert shares["q05"].min() >= 0
    assert shares["q95"].max() <= 1


def test_published_rates_lie_within_band_and_counting_noise(rows: pd.DataFrame) -> None:
    its = rows[(rows["region"] == "18") & (rows["indicator"] == "coverage")].set_index(["month", "group"])
    for o in load_facts().observations:
        if o.used and o.count == "residence" and o.rule == "active":
            band = its.loc[(format_month(o.month), o.group)]
            assert band["q05"] - 2 * o.noise_sd < o.value < band["q95"] + 2 * o.noise_sd, o.id


def test_the_future_starts_where_the_past_ends(rows: pd.DataFrame) -> None:
    start = np.median(run(load_scenario("baseline").replace(horizon="2026-02"), draws=500).reported_coverage[:, 0])
    last = rows.query("region == '18' and group == 'all' and indicator == 'coverage' and month == '2026-01'")
    assert last["q50"].item() == pytest.approx(start, abs=0.001)


def test_each_future_starts_where_its_own_past_ends() -> None:
    past, future = past_run(n_draws=60), run(load_scenario("baseline").replace(horizon="2026-02"), draws=60)
    assert np.allclose(past.coverage[:, -1], future.coverage[:, 0], atol=1e-6)  # the file is in single precision
