"""The tornado against plain runs, the factors of the Sobol indices against whole samples, and known indices."""

from threading import Event

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from simulator.answers import sensitivity
from simulator.answers.sensitivity import (
    DISTURBANCE,
    EVERYTHING_ELSE,
    LEARNED,
    low_and_high,
    moved,
    pick_freeze,
    sobol,
    sobol_table,
    tornado,
    uncertain,
)
from simulator.facts import load_facts
from simulator.facts.calendar import format_month, parse_month
from simulator.model import Cancelled, RunError, Sample, make_inputs, run
from simulator.model.draws import uniform_draws
from simulator.model.inputs import build_sample, draw_sample
from simulator.model.posterior import PAST_MONTHS, load_posterior
from simulator.scenario import EQUATIONS, Scenario, load_scenario, with_assumptions

FACTS = load_facts()
POSTERIOR = load_posterior()
START = parse_month("2026-01")
DRAWS = 40


@pytest.fixture(scope="module")
def combined() -> Scenario:
    return load_scenario("combined")


@pytest.fixture(scope="module")
def table(combined: Scenario) -> pd.DataFrame:
    return tornado(combined, target="rkp_2026", draws=DRAWS, seed=3).set_index("parameter")


def sample(seed: int, *, n_draws: int = 6, start_month: int = START) -> Sample:
    return draw_sample(n_draws=n_draws, seed=seed, start_month=start_month)


def assert_same_inputs(one: Sample, two: Sample, *, leave_out: tuple[str, ...] = ()) -> None:
    for name in ("base", "par", "renewal", "shocks"):
        if name not in leave_out:
            np.testing.assert_allclose(getattr(one, name), getattr(two, name), rtol=1e-12, err_msg=name)
    for name in ("eligible", "members", "funded", "grace"):
        np.testing.assert_allclose(
            getattr(one.start, name), getattr(two.start, name), rtol=1e-9, atol=1e-6, err_msg=name
        )


def same_start(one: Sample, two: Sample) -> bool:
    return np.array_equal(one.start.members, two.start.members)


# --- What is moved -------------------------------------------------------------------------------------------------


def test_uncertain_assumptions_are_those_with_a_prior_that_coverage_reads(combined: Scenario) -> None:
    names = uncertain(combined, FACTS)
    assert {"drift", "keep_six_months", "renewal_share", "start_rate_2025_12"} <= set(names)
    # Fixed; read for reports only; an observation's; a yardstick.
    assert not {"premium_jkk_jkm", "season_trough", "administrative_ratio", "benchmark_gain"} & set(names)
    fixed = with_assumptions(combined, ["drift=0"])
    assert set(names) - set(uncertain(fixed, FACTS)) == {"drift"}


def test_ends_of_a_prior_are_its_quantiles() -> None:
    prior = FACTS.parameters["eligible_growth"].prior
    low, high = low_and_high("eligible_growth", facts=FACTS, posterior=POSTERIOR, start_month=START)
    # The bounds are more than four standard deviations away, so cutting the prior to them moves nothing visible.
    assert (low, high) == pytest.approx(norm(prior.mean, prior.sd).ppf([0.1, 0.9]), abs=1e-5)


def test_ends_of_a_learned_assumption_are_those_of_the_posterior() -> None:
    low, high = low_and_high("disturbance_sd", facts=FACTS, posterior=POSTERIOR, start_month=START)
    draws = POSTERIOR.column("disturbance_sd")
    assert ((draws < low).mean(), (draws <= high).mean()) == pytest.approx((0.1, 0.9), abs=0.001)


@pytest.mark.parametrize("name", ["members_share_bpu", "drift"])
def test_ends_of_what_the_past_changed_are_those_of_the_start_month(name: str) -> None:
    ends = low_and_high(name, facts=FACTS, posterior=POSTERIOR, start_month=START)
    assert ends == pytest.approx(np.quantile(POSTERIOR.column(f"{name}/2025_12"), [0.1, 0.9]))


def test_ends_of_months_are_whole() -> None:
    ends = low_and_high("village_months", facts=FACTS, posterior=POSTERIOR, start_month=START)
    assert [end % 1 for end in ends] == [0, 0]


@pytest.mark.parametrize("start", ["2026-01", "2024-09"])
def test_a_moved_sample_is_what_the_model_builds_from_the_same_parameters(combined: Scenario, start: str) -> None:
    month = parse_month(start)
    drawn = sample(4, start_month=month)
    for name in uncertain(combined, FACTS):
        high = low_and_high(name, facts=FACTS, posterior=POSTERIOR, start_month=month)[1]
        changed = {name: np.full(6, high)}
        built = build_sample(drawn.parameters | changed, drawn.shocks, start_month=month, seed=4)
        renewed = ("renewal",) if name in sensitivity.RENEWALS else ()
        assert_same_inputs(moved(drawn, changed, start_month=month), built, leave_out=renewed)


def test_a_moved_renewal_reaches_its_own_programmes_in_every_year() -> None:
    drawn = sample(4)
    public = moved(drawn, {"renewal_share": np.full(6, 0.3)}, start_month=START).renewal
    donors = moved(drawn, {"csr_renewal": np.full(6, 0.7)}, start_month=START).renewal
    csr = 2  # third of the programmes: province, villages, companies, kabupaten/kota
    assert (np.delete(public, csr, axis=1) == 0.3).all()
    np.testing.assert_array_equal(public[:, csr], drawn.renewal[:, csr])
    assert (donors[:, csr] == 0.7).all()
    np.testing.assert_array_equal(np.delete(donors, csr, axis=1), np.delete(drawn.renewal, csr, axis=1))


# --- Tornado -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["drift", "list_quality", "keep_six_months", "csr_programmes", "lapse_bpu"])
def test_each_end_is_a_plain_run_with_the_assumption_replaced(
    combined: Scenario, table: pd.DataFrame, name: str
) -> None:
    december = parse_month("2026-12") - START
    for end in ("low", "high"):
        replaced = with_assumptions(combined, [f"{name}={float(table.loc[name, end])!r}"])
        plain = run(replaced, draws=DRAWS, seed=3)
        arrived = sensitivity.arrivals(plain.coverage, 0.3499, "held", horizon=plain.inputs.horizon)
        months = np.sort(arrived[arrived >= 0])
        assert table.loc[name, f"coverage_{end}"] == pytest.approx(np.median(plain.coverage[:, december]), rel=1e-12)
        assert table.loc[name, f"odds_{end}"] == months.size / DRAWS
        if months.size > DRAWS / 2:
            assert table.loc[name, f"arrival_{end}"] == format_month(START + int(months[DRAWS // 2 - 1]))
        else:
            assert pd.isna(table.loc[name, f"arrival_{end}"])


def test_directions_are_those_of_the_equations(table: pd.DataFrame) -> None:
    change = table["coverage_change"]
    assert change["drift"] > 0
    assert change["list_quality"] > 0
    assert change["overlap_light"] < 0
    assert change["start_rate_2025_12"] > 0
    assert table.loc["drift", "odds_change"] > 0


def test_rows_tell_where_an_assumption_comes_from(table: pd.DataFrame) -> None:
    assert table.loc["drift", "learned"]
    assert not table.loc["list_quality", "learned"]
    assert table.loc["list_quality", "grade"] == FACTS.parameters["list_quality"].grade
    assert table.loc["list_quality", "label_id"] == FACTS.parameters["list_quality"].label.id
    assert set(table.index[table["yearly"]]) == {"renewal_share", "csr_renewal"}
    assert (table["draws"] == DRAWS).all()
    assert (table["note"] == "").all()


def test_rates_of_earlier_decembers_have_no_row_for_a_start_after_the_last(table: pd.DataFrame) -> None:
    assert "start_rate_2025_12" in table.index
    assert not {"start_rate_2022_12", "start_rate_2023_12", "start_rate_2024_12"} & set(table.index)


def test_a_target_without_date_is_judged_at_the_horizon(combined: Scenario) -> None:
    inputs = make_inputs(combined, n_draws=1, seed=0)
    assert sensitivity.judged_month(inputs, "national_average", FACTS) == parse_month("2030-12") - START
    assert sensitivity.judged_month(inputs, "rpjpn_2045", FACTS) == parse_month("2030-12") - START
    assert sensitivity.judged_month(inputs, "rkp_2026", FACTS) == 11


def ranked(delay: list[float], odds: list[float], coverage: list[float], *, base: float) -> tuple[str, list[str]]:
    rows = {"delay_months": delay, "odds_change": odds, "coverage_change": coverage}
    table = pd.DataFrame(rows | {"parameter": list("abc"), "note": "", "arrival_low": None, "arrival_high": None})
    out = sensitivity._ranked(table, base)
    return out.loc[0, "ranked_by"], out["parameter"].tolist()


def test_months_order_the_table_where_every_row_has_them_and_coverage_decides_ties() -> None:
    assert ranked([1, -4, 1], [0.9, 0, 0], [0.01, 0, -0.02], base=0.8) == ("delay", ["b", "c", "a"])


def test_odds_order_the_table_where_a_median_is_missing() -> None:
    assert ranked([1, np.nan, 5], [0.1, -0.3, 0.2], [0, 0, 0], base=0.4) == ("odds", ["b", "c", "a"])


def test_coverage_orders_the_table_where_hardly_a_future_arrives() -> None:
    assert ranked([np.nan] * 3, [0.002, 0, 0], [0.01, -0.03, 0.02], base=0.01) == ("coverage", ["b", "c", "a"])


def test_an_end_without_start_state_is_said_and_comes_last(combined: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sensitivity.start_state

    def refuses_few_cadres(facts, parameters, **rest):
        if parameters["village_cadres_eligible"].max() < 32_000:
            raise ValueError("contradiction")
        return real(facts, parameters, **rest)

    monkeypatch.setattr(sensitivity, "start_state", refuses_few_cadres)
    monkeypatch.setattr(sensitivity, "uncertain", lambda *_: ["village_cadres_eligible", "imitation"])
    out = tornado(combined, target="rkp_2026", draws=8)
    assert out["parameter"].tolist() == ["imitation", "village_cadres_eligible"]
    assert out["note"].tolist() == ["", "no_start"]
    assert np.isnan(out.loc[1, "coverage_change"])


def test_progress_counts_assumptions_and_cancel_stops_between_them(combined: Scenario) -> None:
    seen: list[tuple[int, int]] = []
    stop = Event()

    def watch(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 2:
            stop.set()

    with pytest.raises(Cancelled):
        tornado(combined, target="rkp_2026", draws=4, progress=watch, cancel=stop)
    total = len(uncertain(combined, FACTS))
    assert seen == [(1, total), (2, total)]


def test_what_is_not_allowed_is_refused_in_one_sentence(combined: Scenario) -> None:
    with pytest.raises(RunError, match="target is 'moon'; allowed are rpjmn_2025"):
        tornado(combined, target="moon", draws=2)
    with pytest.raises(RunError, match="reading is 'on_the_day'; allowed are held and touched"):
        tornado(combined, target="rkp_2026", reading="on_the_day")
    with pytest.raises(RunError, match="n is 100; a power of two"):
        sobol(combined, target="rkp_2026", n=100)
    with pytest.raises(RunError, match="parameters holds 'drift'; uncertain assumptions that are not learned"):
        sobol(combined, target="rkp_2026", n=2, parameters=["drift"])


# --- Sobol indices -------------------------------------------------------------------------------------------------


def known_indices(function, seed: int, n: int) -> pd.DataFrame:
    """Run a function of three uniform numbers through the code that the simulator's runs go through."""

    def mix(a: np.ndarray, b: np.ndarray, factor: str) -> np.ndarray:
        out = a.copy()
        out[:, int(factor)] = b[:, int(factor)]
        return out

    a, b = (uniform_draws(name, seed=seed, n_draws=n, width=3) for name in "ab")
    values = pick_freeze(a, b, "012", mix=mix, answer=lambda x: function(x.T)[None])
    return sobol_table("012", ["y"], *values, seed=seed).set_index("factor").loc[list("012")]


def ishigami(u: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * u - 1)
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def linear(u: np.ndarray) -> np.ndarray:
    """Shares of variance are 1, 4 and 9 of 14."""
    return u[0] + 2 * u[1] + 3 * u[2]


@pytest.mark.parametrize(
    ("function", "first", "total"),
    [
        (ishigami, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)),
        (linear, (1 / 14, 4 / 14, 9 / 14), (1 / 14, 4 / 14, 9 / 14)),
    ],
)
def test_intervals_hold_the_published_indices_nine_times_in_ten(function, first, total) -> None:
    held = []
    for seed in range(12):
        table = known_indices(function, seed, 512)
        for kind, truth in (("first", np.array(first)), ("total", np.array(total))):
            held += ((table[f"{kind}_low"] <= truth) & (truth <= table[f"{kind}_high"])).tolist()
            assert np.abs(table[kind] - truth).max() < 0.2
    # 72 intervals of 90 %, those of one seed not independent: fewer than eight in ten would be a fault.
    assert np.mean(held) > 0.8


def test_an_output_that_does_not_vary_has_no_indices() -> None:
    assert known_indices(lambda u: np.ones_like(u[0]), 1, 64).drop(columns=["output", "n"]).isna().all(axis=None)


@pytest.mark.parametrize("start", ["2026-01", "2024-09"])
def test_the_factors_together_are_the_whole_sample(start: str) -> None:
    month = parse_month(start)
    chosen = ("list_quality", "csr_programmes", "renewal_share", "grace_months", "apbd_months")
    a, b = sample(1, start_month=month), sample(2, start_month=month)
    out = a
    for factor in (*chosen, LEARNED, DISTURBANCE, EVERYTHING_ELSE):
        before = out
        out = sensitivity._with_factor(out, b, factor, chosen=chosen, posterior=POSTERIOR, start_month=month)
        assert not sensitivity._same(before, out), factor
    assert_same_inputs(out, b)


def test_the_learned_factor_leaves_the_future_shocks_and_the_disturbance_the_past() -> None:
    a, b = sample(1), sample(2)
    rest = {"chosen": (), "posterior": POSTERIOR, "start_month": START}
    learned, disturbed = (sensitivity._with_factor(a, b, name, **rest) for name in (LEARNED, DISTURBANCE))
    assert a.shocks.shape[1] > PAST_MONTHS  # month 0 is the data month: one learned state, then the future
    np.testing.assert_array_equal(learned.shocks[:, 0], b.shocks[:, 0])
    np.testing.assert_array_equal(learned.shocks[:, 1:], a.shocks[:, 1:])
    np.testing.assert_array_equal(disturbed.shocks[:, 0], a.shocks[:, 0])
    np.testing.assert_array_equal(disturbed.shocks[:, 1:], b.shocks[:, 1:])
    np.testing.assert_array_equal(learned.parameters["drift"], b.parameters["drift"])
    assert same_start(a, disturbed)
    assert not same_start(a, learned)


def test_a_factor_without_effect_has_no_share_and_learning_has_most_in_the_baseline() -> None:
    # No budget line is decided in the baseline, so the month in which it would start changes nothing.
    assert EQUATIONS["main_budget_month"] == (24,)
    table = sobol(load_scenario("baseline"), target="rkp_2026", parameters=["main_budget_month"], n=64, seed=1)
    coverage = table[table["output"] == "coverage"].set_index("factor")
    assert (coverage.loc["main_budget_month", ["first", "total", "first_low", "total_high"]] == 0).all()
    assert coverage.index[0] == LEARNED
    assert set(coverage.index) == {"main_budget_month", LEARNED, DISTURBANCE, EVERYTHING_ELSE}
    # No future arrives, so there is nothing to share out.
    assert table.loc[table["output"] == "arrived", "total"].isna().all()


def test_sobol_indices_are_the_same_digits_for_the_same_seed() -> None:
    one, two = (
        sobol(load_scenario("combined"), target="rkp_2026", parameters=["list_quality"], n=16, seed=4) for _ in "ab"
    )
    pd.testing.assert_frame_equal(one, two)
