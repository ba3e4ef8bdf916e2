"""The tables of a result, recomputed from the draws behind them."""

import numpy as np
import pandas as pd
import pytest

from simulator import Result, load_scenario, project
from simulator.answers import first_held


@pytest.fixture(scope="module")
def result() -> Result:
    return project(load_scenario("combined").replace(horizon="2027-12"), draws=60, seed=5, name="combined")


def cell(table: pd.DataFrame, **where: object) -> float:
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return float(table["value"].iloc[0])


def test_all_sixteen_regions_and_every_month(result: Result) -> None:
    table = result.quantiles()
    assert list(table.columns) == ["scenario", "indicator", "region", "segment", "month", "quantile", "value", "unit"]
    coverage = table[table["indicator"] == "coverage"]
    assert len(coverage) == 16 * 24 * 9
    assert coverage["region"].nunique() == 16
    assert not table.duplicated(["indicator", "region", "segment", "month", "quantile"]).any()
    assert np.isfinite(table["value"]).all()


def test_coverage_is_the_quantile_of_draws(result: Result) -> None:
    p = result.projection
    t = 10  # November 2026
    draws = [p.active[n, :, t].sum() / p.base[n, :, t].sum() for n in range(60)]
    expected = np.percentile(draws, 90)
    found = cell(result.quantiles(), indicator="coverage", region="18", month="2026-11", quantile=0.9)
    assert found == pytest.approx(expected, rel=1e-12)


def test_districts_add_to_the_province_in_every_draw(result: Result) -> None:
    p = result.projection
    np.testing.assert_allclose(p.active.sum(axis=1), p.by_segment.sum(axis=1), rtol=1e-12)


def test_classes_and_segments_are_told_once(result: Result) -> None:
    table = result.quantiles()
    members = table[(table["indicator"] == "members") & (table["region"] == "18")]
    assert set(members["segment"]) == {
        "all", "PU", "BPU", "construction", "firms_large", "firms_small", "non_asn", "village_officials", "rt_rw",
        "village_cadres", "palm", "vulnerable", "farmers_fishers", "independent",
    }  # fmt: skip


def test_arrival_counts_draws(result: Result) -> None:
    table = result.arrival("rkp_2026")
    p = result.projection
    arrived = first_held(p.coverage, 0.3499, horizon=p.inputs.horizon)
    held = table[(table["reading"] == "held") & (table["region"] == "18")].set_index("month")["probability"]
    assert held["2027-06"] == pytest.approx(np.mean((arrived >= 0) & (arrived <= 17)))
    assert held.is_monotonic_increasing
    touched = table[(table["reading"] == "touched") & (table["region"] == "18")].set_index("month")["probability"]
    assert (touched >= held).all()
    day = table[table["reading"] == "on_the_day"]
    assert day[["region", "month"]].to_numpy().tolist() == [["18", "2026-12"]]


def test_an_unknown_target_is_refused(result: Result) -> None:
    with pytest.raises(ValueError, match="rkp_2062"):
        result.arrival("rkp_2062")


def test_money_adds_up(result: Result) -> None:
    wide = result.money().pivot(index=["fund", "year"], columns="indicator", values="value")
    assert (wide["planned"] - wide["spent"] == wide["unspent"]).all()
    assert (wide["unspent"] >= 0).all()
    assert wide.index.get_level_values("year").unique().tolist() == [2026, 2027]
    # A village place costs 16,800 a month, so spent rupiah and person-months are two views of one count.
    village = wide.loc["village"]
    np.testing.assert_allclose(village["spent"], 16_800 * village["person_months"], rtol=1e-3)


def test_tables_do_not_share_their_data(result: Result) -> None:
    table = result.quantiles()
    table.loc[:, "value"] = 0.0
    assert result.quantiles()["value"].max() > 0


def test_progress_is_called_up_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    project(load_scenario("baseline").replace(horizon="2026-06"), draws=300, progress=lambda d, n: seen.append((d, n)))
    assert seen[-1] == (300, 300)
    assert [d for d, _ in seen] == sorted(d for d, _ in seen)
    assert len(seen) >= 2
