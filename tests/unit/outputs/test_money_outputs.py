"""What the page on money says: numbers worked out by hand, stacks that add up, sentences in both languages."""

import json

import numpy as np
import pytest

from simulator.answers.money import Remaining
from simulator.model import FUNDS, make_inputs, run_inputs
from simulator.outputs import money, money_charts
from simulator.outputs.charts import DARK, LIGHT
from simulator.outputs.money import GRACE, PAYERS, SELF, Ledger
from simulator.outputs.text import Words
from simulator.outputs.trust_charts import draw
from simulator.scenario import load_scenario

ID, EN = Words("id"), Words("en")
VILLAGE, DBH, CSR = (FUNDS.index(fund) for fund in ("village", "dbh_sawit", "csr"))
BASELINE = load_scenario("baseline")
START, END = 12 * 2026, 12 * 2028 + 11  # January 2026 to December 2028: whole years are 2027 and 2028
MILLION = 1e6


def made(**changes) -> Ledger:
    """Village money of 100, 200 and 400 million, of which 50, 150 and 250 are spent; companies pay all of 10."""
    years, months = 3, END - START + 1
    rupiah, unspent = np.zeros((len(FUNDS), years, 2)), np.zeros((len(FUNDS), years, 3))
    rupiah[VILLAGE, :, 0] = np.array([100, 200, 400]) * MILLION
    rupiah[VILLAGE, :, 1] = np.array([50, 150, 250]) * MILLION
    rupiah[CSR] = 10 * MILLION
    unspent[VILLAGE, :, 0] = np.array([50, 40, 30]) * MILLION
    unspent[VILLAGE, :, 1] = np.array([0, 10, 120]) * MILLION
    places = np.zeros((len(FUNDS), years, 3))
    places[VILLAGE] = (1000, 600, 90)
    payers = np.zeros((len(PAYERS), months))
    payers[PAYERS.index(SELF)] = 1000
    payers[PAYERS.index("village"), :12] = 50
    payers[PAYERS.index(GRACE), 12:15] = 50
    fields = {
        "draws": 20, "start": START, "horizon": END, "rupiah": rupiah, "unspent": unspent, "places": places,
        "payers": payers, "spending": (150 * MILLION, 200 * MILLION, 260 * MILLION),
        "grants": np.outer([1, 2, 3], [10, 20, 30]) * MILLION,
        "grants_period": (25 * MILLION, 50 * MILLION, 75 * MILLION),
    }  # fmt: skip
    return Ledger(**(fields | changes))


def test_numbers_of_the_period_are_means_of_whole_years():
    its = made()
    assert its.whole
    assert its.planned[VILLAGE] == (200 + 400) / 2 * MILLION
    assert its.spent[VILLAGE] == (150 + 250) / 2 * MILLION
    assert its.left[VILLAGE] == pytest.approx([35 * MILLION, 65 * MILLION, 0])
    assert money.period_text(its, EN) == "a year (mean of 2027–2028)"


def test_without_a_whole_year_they_are_sums():
    its = made(horizon=12 * 2027 + 5)
    assert not its.whole
    assert its.planned[VILLAGE] == 700 * MILLION
    assert money.period_text(its, EN) == "in February 2026 – June 2027"


@pytest.mark.parametrize("horizon", ["2026-12", "2027-06", "2030-12"])
def test_a_run_is_summarised_without_loss(horizon):
    projection = run_inputs(
        make_inputs(load_scenario("village_100").replace(horizon=horizon), n_draws=20, seed=0), detail=True
    )
    its = money.ledger(projection)
    assert its.unspent.sum(axis=2) == pytest.approx(its.rupiah[..., 0] - its.rupiah[..., 1], abs=1)
    public = [number for number, fund in enumerate(FUNDS) if fund not in ("csr", "discount")]
    by_year = projection.money[..., 1][:, public].sum(axis=1)
    inside = [n for n, year in enumerate(its.years) if year > 2026 and f"{year}-12" <= horizon]
    by_draw = by_year[:, inside].mean(axis=1) if inside else by_year.sum(axis=1)
    assert its.spending == pytest.approx(np.quantile(by_draw, (0.1, 0.5, 0.9)).tolist())
    assert its.spent[public].sum() == pytest.approx(by_draw.mean())
    assert its.payers.shape[1] == its.horizon - its.start + 1
    for words in (ID, EN):
        assert money.headline(its, words)
        assert money_charts.rupiah_exhibit(its, its, words).finding.alt


def test_headline_names_what_is_spent_left_and_why():
    assert money.headline(made(), EN) == (
        "Rp\N{NO-BREAK SPACE}200\N{NO-BREAK SPACE}million of public money is spent a year; "
        "Rp\N{NO-BREAK SPACE}100\N{NO-BREAK SPACE}million (33%) of the plan is left over, "
        "mainly: nobody left or list used up"
    )


def test_headline_without_rest_and_without_money():
    full = made().rupiah.copy()
    full[..., 1] = full[..., 0]
    assert money.headline(made(rupiah=full), EN).endswith("a year, nearly all of the plan")
    companies = np.zeros_like(full)
    companies[CSR] = full[CSR]
    assert money.headline(made(rupiah=companies), EN) == "No public money pays premiums a year"


def test_loss_is_that_of_the_plan_or_of_today():
    its = Remaining(12, np.full(4, 1000.0), np.array([700.0, 800.0, 900.0, 900.0]))
    plan = BASELINE.replace(levers={"village_share": 1.0})
    told = money.loss_text("A", plan, "2028-01", its, EN)
    assert told == "A. If the money that this plan adds stops in January 2028, 850 people have lost cover a year later."
    assert "today's programmes" in money.loss_text("A", BASELINE, "2028-01", its, EN)


@pytest.mark.parametrize(
    ("levers", "told"),
    [
        ({}, "all of today's programmes"),
        ({"enforcement": 0.5}, "all of today's programmes"),
        ({"village_share": 1.0, "enforcement": 0.5}, "what this plan adds: Villages that pay."),
        ({"village_share": {"value": 1.0, "end": "2027-06"}}, "nothing is left to stop"),
    ],
)
def test_what_stops_is_said(levers, told):
    assert told in money.what_stops(BASELINE.replace(levers=levers), "2028-01", EN)


def test_months_of_the_stop_leave_room_for_the_year_after():
    months, default = money.stop_months(BASELINE)
    assert (months[0], months[-1], default) == ("2026-02", "2030-12", "2028-01")
    assert money.stop_months(BASELINE.replace(horizon="2045-12"))[0][-1] == "2045-01"
    early, default = money.stop_months(BASELINE.replace(horizon="2026-12"))
    assert early[-1] == default


def test_share_leaves_out_futures_in_which_nobody_is_paid_for():
    its = Remaining(12, np.array([0.0, 100.0, 100.0, 100.0]), np.array([0.0, 90.0, 80.0, 30.0]))
    assert money.share_spread(its)[1] == pytest.approx(0.2)
    assert money.most_lost(its) == pytest.approx(2 / 3)
    assert money.anybody_paid(its)
    assert not money.anybody_paid(Remaining(12, np.zeros(4), np.zeros(4)))


@pytest.mark.parametrize(
    ("path", "months"),
    [
        ([1.0, 2.0, 3.0], (0, 0)),
        ([5.0, 9.0, 4.0, 6.0, 2.0], (1, 4)),
        ([30.0, *[30.0 - k for k in range(1, 16)]], (0, 12)),  # a slow slide counts for a year only
    ],
)
def test_steepest_fall_by_hand(path, months):
    assert money.steepest_fall(np.array(path)) == months


def test_cover_falls_when_grace_ends():
    finding = money.cover_finding(made(), None, EN)
    assert finding.title.startswith("People paid for fall from 50 people in")
    assert "to 0 people in April 2027" in finding.title


def test_stacked_bars_end_at_the_plan():
    frame = money_charts.rupiah_exhibit(made(), None, EN).picture.frame
    bars = frame[frame["part"].isin(["bar", "left"])]
    public = bars[bars["y2"] - bars["y"] > 0.3]
    assert public.groupby(public["y"].round())["x2"].max().tolist() == [100 * MILLION, 200 * MILLION, 400 * MILLION]
    assert (bars["x2"] > bars["x"]).all()
    company = bars[bars["series"] == "Companies (CSR) (not public money)"]
    assert (company["x"] == 0).all()  # a bar of its own, not on top of public money
    assert len(company) == 3


def test_reasons_end_at_what_is_left():
    frame = money_charts.reasons_exhibit(made(), EN).picture.frame
    bars = frame[frame["part"] == "bar"]
    assert bars["x2"].max() == pytest.approx(100 * MILLION)
    assert bars["series"].tolist() == ["names refused at verification", "nobody left or list used up"]
    labels = frame[frame["part"] == "value"]["label"].tolist()
    assert labels == ["Rp\N{NO-BREAK SPACE}100\N{NO-BREAK SPACE}million (33%)", "Rp\N{NO-BREAK SPACE}0 (0%)"]


@pytest.mark.parametrize(("everybody", "top"), [(False, 50), (True, 1050)])
def test_areas_stack_up_to_all_shown(everybody, top):
    picture = money_charts.cover_exhibit(made(), None, EN, everybody=everybody).picture
    areas = picture.frame[picture.frame["part"] == "area"]
    assert areas["high"].max() == top
    assert areas.groupby("x")["low"].min().eq(0).all()
    total = picture.frame[picture.frame["part"] == "total"].set_index("x")["y"]
    assert areas.groupby("x")["high"].max().tolist() == total.tolist()


def test_files_hold_whole_rupiah_and_say_what_is_public():
    rows = money.rupiah_rows(made())
    assert (rows["planned_rupiah"] - rows["spent_rupiah"] == rows["unspent_rupiah"]).all()
    reasons = rows[["unspent_list", "unspent_pool", "unspent_capacity"]].sum(axis=1)
    assert (reasons == rows["unspent_rupiah"]).all()
    assert set(rows.loc[~rows["public"], "fund"]) == {"csr", "discount"}
    assert money.rupiah_table(made(), ID).shape == (6, 8)
    assert money.cover_rows(made())["persons"].sum() == made().payers.sum()


@pytest.mark.parametrize("words", [ID, EN])
@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_charts_are_drawn_and_say_what_they_show(words, look):
    its = made()
    remaining = [Remaining(k, np.full(20, 100.0), np.linspace(60, 99, 20)) for k in (6, 12)]
    shown = [
        (money_charts.rupiah_exhibit(its, its, words), money_charts.bars),
        (money_charts.reasons_exhibit(its, words), money_charts.bars),
        (money_charts.cover_exhibit(its, its, words, everybody=True), money_charts.areas),
        (money_charts.remaining_exhibit(remaining, 20, "2028-01", words), draw),
        (money_charts.grants_exhibit(its, its, "grade", words), draw),
    ]
    for exhibit, chart in shown:
        spec = chart(exhibit.picture, look=look, description=exhibit.finding.alt).to_dict()
        assert spec["description"].startswith(exhibit.finding.title)
        assert any(letter.isdigit() for letter in exhibit.finding.title)
        assert len(exhibit.table)
        assert len(exhibit.rows)
        json.dumps(spec, allow_nan=False)  # which picture files refuse


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2)."""

    def light(colour: str) -> float:
        parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(first), light(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_are_seen_on_both_grounds():
    for light, dark in (money_charts._TONES | money_charts._REASONS).values():
        assert contrast(light, LIGHT.paper) >= 3
        assert contrast(dark, DARK.paper) >= 3
