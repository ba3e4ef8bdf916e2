"""Numbers, sentences and pictures of kabupaten/kota, against sums and shares worked out here."""

from dataclasses import fields, replace
from functools import partial
from itertools import pairwise
from math import nan
from threading import Event

import numpy as np
import pytest

from simulator.answers import LEVELS
from simulator.facts import FactsError, load_facts
from simulator.facts.calendar import parse_month
from simulator.model import FUNDS, Projection, run
from simulator.outputs import district_charts, districts, project
from simulator.outputs.charts import DARK, LIGHT, apart, steady_key
from simulator.outputs.districts import Districts, DistrictView, read_tiles, run_districts, summarise
from simulator.outputs.overview import overview
from simulator.outputs.text import LANGUAGES, Words
from simulator.outputs.trust_charts import draw
from simulator.scenario import ALLOCATIONS, DISTRICT_CODES, LEVERS, Setting, load_scenario

FACTS = load_facts()
WORDS = Words("en")
TARGET = "rkp_2026"
VALUE = float(FACTS.targets[TARGET].value)
DECEMBER = parse_month("2026-12")
DRAWS = 40
PLAN_SCENARIO = load_scenario("combined")
BASELINE, PLAN = (run_districts(its, draws=DRAWS, seed=0) for its in (load_scenario("baseline"), PLAN_SCENARIO))
FOUND, BEFORE = (summarise(run, BASELINE, {TARGET: DECEMBER}, {TARGET: VALUE}, FACTS) for run in (PLAN, BASELINE))
AT = DECEMBER - PLAN.inputs.start_month


@pytest.fixture(scope="module")
def shown():
    return overview(project(load_scenario("combined"), draws=DRAWS))


def view(code, missing, *, odds=0.0, by_horizon=0.0, month=None):
    return DistrictView(
        code=code,
        coverage=(0.2, 0.25, 0.3),
        missing=(missing - 1000, missing, missing + 1000),
        mean_missing=missing,
        odds=odds,
        odds_by_horizon=by_horizon,
        median_month=month,
        public_rupiah=2e9,
        closes=nan,
        unit_coverage=None,
        unit_missing=None,
    )


def hand_made(*views):
    return Districts(
        100, parse_month("2026-01"), parse_month("2030-12"), {TARGET: DECEMBER}, {TARGET: views}, {}, np.zeros(0)
    )


# ---- the summary


def test_means_add_up_to_the_province():
    gap = (VALUE * PLAN.base[..., AT] - PLAN.active[..., AT]).sum(axis=1).mean()
    assert sum(its.mean_missing for its in FOUND.views[TARGET]) == pytest.approx(gap)
    spent = PLAN.money[..., 1].mean(axis=0)
    paid = [number for number, fund in enumerate(FUNDS) if fund != "discount"]
    assert FOUND.rupiah.sum(axis=0)[paid] == pytest.approx(spent[paid])


def test_parts_closed_are_people_gained_over_the_gap_of_the_baseline():
    gained = (PLAN.active[..., AT] - BASELINE.active[..., AT]).mean(axis=0)
    gap = (VALUE * BASELINE.base[..., AT] - BASELINE.active[..., AT]).sum(axis=1).mean()
    assert [its.closes for its in FOUND.views[TARGET]] == pytest.approx(gained / gap)
    assert all(its.closes == 0 for its in BEFORE.views[TARGET])


def test_mixed_regions_share_one_unit():
    both = [DISTRICT_CODES.index(code) for code in ("1801", "1813")]
    unit = PLAN.active[:, both, AT].sum(axis=1) / PLAN.base[:, both, AT].sum(axis=1)
    its = {view.code: view for view in FOUND.views[TARGET]}
    assert its["1801"].unit_coverage == its["1813"].unit_coverage
    assert its["1801"].unit_coverage[1] == pytest.approx(np.median(unit))
    assert [code for code, view in its.items() if view.unit_coverage] == ["1801", "1813"]


def test_bands_run_from_the_first_state_to_the_horizon():
    bands = FOUND.bands("1805")
    assert list(bands["month"].iloc[[0, -1]]) == [parse_month("2026-01"), parse_month("2030-12")]
    rates = PLAN.active[:, DISTRICT_CODES.index("1805"), AT] / PLAN.base[:, DISTRICT_CODES.index("1805"), AT]
    assert bands["q50"].iloc[AT] == pytest.approx(np.median(rates))


# ---- the tile map's file


def tile_file(folder, places):
    path = folder / "tiles.toml"
    path.write_text("".join(f"[{code}]\nrow = {row}\ncolumn = {column}\n" for code, (row, column) in places.items()))
    return path


def test_every_government_has_one_place_that_residents_know():
    tiles = read_tiles()
    assert set(tiles) == set(DISTRICT_CODES)
    assert len(set(tiles.values())) == len(DISTRICT_CODES)
    by_name = {region.name: tiles[region.code] for region in FACTS.districts}
    row, column = ({name: place[k] for name, place in by_name.items()} for k in (0, 1))
    assert column["Pesisir Barat"] == min(column.values())
    assert row["Lampung Barat"] == row["Pesisir Barat"] - 1
    assert {name for name in row if row[name] == 0} == {"Way Kanan", "Mesuji"}
    assert column["Tulang Bawang"] == column["Lampung Timur"] == max(column.values())
    assert row["Lampung Selatan"] == max(row.values())
    assert row["Bandar Lampung"] == row["Lampung Selatan"] - 1
    assert row["Lampung Tengah"] == row["Metro"] == row["Lampung Timur"]
    assert column["Lampung Tengah"] < column["Metro"] < column["Lampung Timur"]


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"1801": (0, 0)}, "1802.*missing"),
        ({"1801": (0, 0), "1802": (0, 1), "1899": (1, 1)}, "1899.*unknown"),
        ({"1801": (0, 0), "1802": (0, 0)}, "1801 stands there already"),
        ({"1801": (0, 0), "1802": (-1, 0)}, "two whole numbers"),
        ({"1801": (0, 0), "1802": (0.5, 0)}, "two whole numbers"),
    ],
)
def test_wrong_places_are_refused(tmp_path, places, words):
    with pytest.raises(FactsError, match=words):
        read_tiles(tile_file(tmp_path, places), ("1801", "1802"))


def test_a_pack_without_a_map_is_told_so(tmp_path):
    with pytest.raises(FactsError, match=r"tiles\.toml"):
        read_tiles(tmp_path / "tiles.toml")


# ---- sentences and tables


def test_headline_names_three_and_their_part_of_what_is_missing(shown):
    found = hand_made(
        view("1802", 30_000), view("1803", 10_000), view("1804", 50_000), view("1805", 10_000), view("1871", -40_000)
    )
    said = districts.headline(found, shown, TARGET, FACTS, WORDS)
    assert "Lampung Timur, Tanggamus and Lampung Selatan hold 90%" in said  # 90 of 100, the surplus fills no gap
    assert WORDS.people(abs(shown.targets[TARGET].missing_people[1])) in said


def test_headline_where_nobody_lacks_any(shown):
    assert "every kabupaten and kota" in districts.headline(hand_made(view("1802", -1.0)), shown, TARGET, FACTS, WORDS)


@pytest.mark.parametrize(
    ("odds", "words"),
    [
        ((0.0, 0.0), "in any of 100 futures"),
        ((0.3, 0.5), "The highest odds: Lampung Selatan, 5 in 10"),
        ((0.7, 0.9), "Lampung Selatan (9 in 10 futures); Tanggamus (7 in 10 futures)"),
        ((0.7, 0.7), "Tanggamus and Lampung Selatan (7 in 10 futures)"),
    ],
)
def test_who_reaches_the_target(odds, words):
    found = hand_made(view("1802", 1e4, odds=odds[0]), view("1803", 1e4, odds=odds[1]))
    assert words in districts.reach_text(found, TARGET, FACTS, WORDS)


def test_a_month_stands_only_with_its_odds_and_not_below_half():
    late = view("1802", 1e4, by_horizon=0.4)
    said = districts.arrival_text(late, hand_made(late), WORDS)
    assert "not by 2030" in said
    assert "4 in 10" in said
    most = view("1802", 1e4, by_horizon=0.8, month=parse_month("2028-03"))
    said = districts.arrival_text(most, hand_made(most), WORDS)
    assert "Mar 2028" in said
    assert "8 in 10" in said
    assert "none of 100" in districts.arrival_text(view("1802", 1e4), hand_made(), WORDS)


def test_table_stands_in_the_order_of_people_missing():
    table = districts.league_table(FOUND, BEFORE, TARGET, FACTS, WORDS)
    rows = districts.league_rows(FOUND, BEFORE, TARGET, FACTS)
    assert len(table) == len(rows) == len(DISTRICT_CODES)
    assert all(before >= after for before, after in pairwise(rows["missing_q50"]))
    assert list(rows["name"]) == [name.removesuffix(" †") for name in table.iloc[:, 0]]
    alone = districts.league_table(BEFORE, None, TARGET, FACTS, WORDS)
    assert alone.shape[1] == table.shape[1] - 2  # neither a baseline beside itself nor what it closes


def test_the_warning_holds_published_and_pooled_figures():
    (text,) = districts.pooled_texts(FOUND, TARGET, FACTS, WORDS)
    for figure in ("23.3%", "1.9%", "15.6%", districts.coverage_text(FOUND.views[TARGET][0].unit_coverage, WORDS)):
        assert figure in text
    assert districts.pooled_texts(FOUND, TARGET, FACTS, WORDS, "1802") == []
    assert districts.pooled_texts(FOUND, TARGET, FACTS, WORDS, "1813") == [text]


def test_what_nobody_published_is_said():
    east = FACTS.regions["1804"]
    table = districts.published_table(east, FACTS, WORDS)
    given = dict(zip(table.iloc[:, 0], table.iloc[:, 1], strict=True))
    assert given["Part-time PPPK"] == given["Village funds 2026"] == "not published"
    assert given["Published coverage"] == "17.4%"
    assert any("PPPK" in text for text in districts.borrowed_texts(east, FACTS, WORDS))
    assert not any("PPPK" in text for text in districts.borrowed_texts(FACTS.regions["1802"], FACTS, WORDS))
    assert any("Coverage at the start" in t for t in districts.borrowed_texts(
        east.model_copy(update={"start_rate": None}), FACTS, WORDS))  # fmt: skip


def test_own_target_of_lampung_barat_and_of_nobody_else():
    said = [districts.own_target_text(region, FOUND, FACTS, WORDS) for region in FACTS.districts]
    assert [text is not None for text in said] == [region.code == "1801" for region in FACTS.districts]
    assert "37%" in said[0]
    assert "December 2025" in said[0]


def test_contradictions_of_bandar_lampung():
    (record,) = districts.contradictions_of(FACTS.regions["1871"], FACTS)
    assert record is FACTS.contradictions["lowest_district"]


def test_money_of_one_adds_up():
    rows = districts.money_rows(FOUND, "1805")
    total = PLAN.local[:, DISTRICT_CODES.index("1805")].mean(axis=0)
    assert rows["rupiah"].sum() == pytest.approx(
        total[[i for i, f in enumerate(FUNDS) if f != "discount"]].sum(), abs=99
    )
    assert list(dict.fromkeys(rows["year"])) == [2026, 2027, 2028, 2029, 2030]
    assert len(districts.money_table(FOUND, "1805", WORDS)) == 5


def test_proposal_is_measured_against_the_rules(monkeypatch):
    scenario = load_scenario("baseline").replace(allocation="gap")
    rupiah = 15 * 10**9
    own = Setting(districts=dict.fromkeys(DISTRICT_CODES, 10**9))
    split = scenario.replace(levers={"apbd_amount": own})
    monkeypatch.setattr(districts, "cheapest_split", lambda *_, **__: split)
    found = districts.propose(
        scenario, "apbd_amount", rupiah, "2027-12",
        facts=FACTS, draws=20, progress=lambda done, total: None, cancel=Event(),
    )  # fmt: skip
    assert set(found.gains) == {*ALLOCATIONS, districts.SEARCHED}
    assert found.gains["gap"] == 0
    assert found.gains[districts.SEARCHED] == pytest.approx(found.gains["equal"])  # the same money for all of them
    assert found.rupiah["equal"] == pytest.approx(found.rupiah[districts.SEARCHED])
    year = slice(parse_month("2027-01") - parse_month("2026-01"), parse_month("2027-12") - parse_month("2026-01") + 1)
    members = [
        run_districts(scenario.replace(levers={"apbd_amount": rupiah}, allocation=rule), draws=20, seed=0)
        .active[..., year].sum(axis=1).mean()
        for rule in ("palm", "gap")
    ]  # fmt: skip
    assert found.gains["palm"] == pytest.approx(members[0] - members[1])
    assert found.gains[found.best] == max(found.gains.values())
    assert len(districts.gains_table(found, WORDS)) == 6
    assert len(districts.proposal_table(found, "gap", FACTS, WORDS)) == len(DISTRICT_CODES)


def test_proposal_is_said_with_its_people_or_as_no_better():
    own = load_scenario("baseline")
    plans, given = {"gap": own, districts.SEARCHED: own}, dict.fromkeys(("gap", districts.SEARCHED), np.ones(15))
    asked = ("gap", "apbd_amount", 15 * 10**9, "2027-12")
    better = districts.Proposal({"gap": 0.0, districts.SEARCHED: 1234.0}, given, plans, 30)
    said = districts.proposal_text(better, *asked, Words("en")).replace("\N{NO-BREAK SPACE}", " ")
    assert all(part in said for part in ("Rp 15 billion", "1.2 thousand people more", "2027"))
    worse = districts.Proposal({"gap": 0.0, districts.SEARCHED: -50.0}, given, plans, 30)
    assert "no split found is better" in districts.proposal_text(worse, *asked, Words("en"))


# ---- pictures


def test_rows_of_the_league_carry_their_numbers():
    table = districts.league_table(FOUND, BEFORE, TARGET, FACTS, WORDS)
    its = district_charts.league_exhibit(FOUND, BEFORE, TARGET, FACTS, table, WORDS)
    frame = its.picture.frame
    first = districts.ranked(FOUND.views[TARGET])[0]
    bar = frame[(frame["part"] == "middle") & (frame["y"] == 0)].iloc[0]
    assert (bar["low"], bar["high"]) == (0.0, pytest.approx(first.missing[1]))
    assert (frame["part"] == "point").sum() == 2 * len(DISTRICT_CODES)
    assert FACTS.regions[first.code].name in its.finding.title
    assert WORDS.people(round(first.missing[1], -2)) in its.finding.alt
    draw(its.picture, look=LIGHT, description=its.finding.alt).to_dict()


@pytest.mark.parametrize("measure", district_charts.MEASURES)
def test_a_number_stands_on_every_tile(measure):
    frame = district_charts.tiles_frame(FOUND, TARGET, measure, read_tiles(), FACTS, WORDS)
    tiles, values = (frame[frame["part"] == part] for part in ("tile", "value"))
    assert len(tiles) == len(values) == len(DISTRICT_CODES)
    low, high = district_charts.tiles_domain(FOUND, BEFORE, TARGET, measure)
    assert tiles["value"].max() <= high
    assert measure == "missing" or tiles["value"].min() >= low
    number = FOUND.views[TARGET][0]
    wanted = (
        WORDS.percent(number.coverage[1], 1) if measure == "coverage" else WORDS.number(round(number.missing[1], -2))
    )
    assert values["label"].iloc[0] == wanted
    for look in (LIGHT, DARK):
        district_charts.tiles_chart(frame, look=look, domain=(low, high), description="x").to_dict()


def test_small_paths_stay_inside_their_cells_on_one_scale():
    frame = district_charts.multiples_frame(FOUND, BEFORE, VALUE, FACTS, WORDS)
    for number, code in enumerate(DISTRICT_CODES):
        row, column = divmod(number, district_charts.PER_ROW)
        its = frame[frame["series"] == code]
        assert its["x"].between(column, column + 1).all()
        heights = its[["y", "low", "high"]].to_numpy(dtype=float)
        assert np.nanmin(heights) >= -row - 1
        assert np.nanmax(heights) <= -row
    targets = frame.loc[frame["part"] == "target", "y"] % 1
    assert targets.max() - targets.min() < 1e-9
    district_charts.multiples_chart(frame, look=LIGHT, description="x").to_dict()


@pytest.mark.parametrize("detailed", [None, DRAWS])
def test_the_first_futures_of_many_are_those_of_a_few(detailed):
    first = run(PLAN_SCENARIO, draws=60, detail=True, detail_draws=detailed).take(np.arange(DRAWS))
    for field in fields(Projection):
        if field.name != "inputs":
            np.testing.assert_array_equal(getattr(first, field.name), getattr(PLAN, field.name))


def test_maps_and_small_paths_of_one_key_differ_in_rows_and_description_alone():
    def charts_of(found, description):
        tiles = district_charts.tiles_frame(found, TARGET, "missing", read_tiles(), FACTS, WORDS)
        paths = district_charts.multiples_frame(found, None, VALUE, FACTS, WORDS)
        return [
            partial(district_charts.tiles_chart, tiles, domain=(0.0, 1e5), description=description),
            partial(district_charts.multiples_chart, paths, description=description),
        ]

    for one, other in zip(charts_of(FOUND, "a"), charts_of(BEFORE, "b"), strict=True):
        assert steady_key(one, LIGHT) == steady_key(other, LIGHT) is not None
        assert steady_key(one, LIGHT) != steady_key(one, DARK)
        specs = [apart(draw(look=LIGHT))[1] for draw in (one, other)]
        assert [spec.pop("description") for spec in specs] == ["a", "b"]
        assert specs[0] == specs[1]


def test_count_of_rising_and_falling():
    change = np.array([0.01, -0.01, 0.1, *[0.004] * (len(DISTRICT_CODES) - 3)])
    paths = np.full((len(DISTRICT_CODES), len(LEVELS), 2), 0.25)
    paths[:, :, 1] += change[:, None]
    found = replace(FOUND, horizon=FOUND.start + 1, paths=paths)
    title = district_charts.multiples_finding(found, FACTS, WORDS).title
    assert "rises in 2, falls in 1 and stays level in 12" in title


def test_the_path_shows_what_was_published_of_this_one(shown):
    region = FACTS.regions["1801"]
    domain = district_charts.path_domain(["1801", "1813"], FOUND, BEFORE, shown, VALUE, FACTS)
    assert domain[0] == 0  # Pesisir Barat was published at 1.9 per cent
    frame = district_charts.path_frame(region, FOUND, BEFORE, shown, TARGET, facts=FACTS, words=WORDS, domain=domain)
    point = frame[frame["part"] == "reported"]
    assert (list(point["y"]), list(point["x"])) == ([0.233], [2024.75])
    assert frame.loc[frame["part"] == "target", "y"].eq(0.37).any()
    median = frame[frame["part"] == "median"]
    assert median["y"].to_numpy() == pytest.approx(FOUND.bands("1801")["q50"].to_numpy())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_in_both_languages(language, shown):
    words = Words(language)
    table = districts.league_table(FOUND, BEFORE, TARGET, FACTS, words)
    for before in (None, BEFORE):
        assert district_charts.league_exhibit(FOUND, before, TARGET, FACTS, table, words).finding.alt
    for number, region in enumerate(FACTS.districts):
        assert district_charts.path_finding(FOUND.views[TARGET][number], region, FOUND, TARGET, words).alt
        assert districts.borrowed_texts(region, FACTS, words)
        assert len(districts.published_table(region, FACTS, words)) == 9
        assert len(district_charts.path_table(region, FOUND, BEFORE, words)) == 10
    for measure in district_charts.MEASURES:
        assert district_charts.tiles_finding(FOUND, TARGET, measure, FACTS, words).alt
    assert district_charts.multiples_finding(FOUND, FACTS, words).alt
    assert len(district_charts.multiples_table(FOUND, FACTS, words)) == len(DISTRICT_CODES)
    assert all(words(f"district.rule.{rule}") for rule in ALLOCATIONS)
    assert {words(f"lever.{name}.help") for name in LEVERS}
