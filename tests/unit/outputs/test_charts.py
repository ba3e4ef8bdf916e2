"""Charts are judged by their specification: marks, fields, words, and labels that keep their distance."""

import re
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.facts import load_facts, parse_month
from simulator.outputs import charts, findings, frames, tables
from simulator.outputs.overview import DOTS, Overview, TargetView
from simulator.outputs.text import LANGUAGES, Words

FACTS = load_facts()
START, HORIZON, DUE = (parse_month(month) for month in ("2026-01", "2030-12", "2026-12"))
MONTHS = np.arange(START, HORIZON + 1)


def seen(*, rise: float = 0.1, dots: tuple[int | None, ...] = (None,) * DOTS, horizon: int = HORIZON) -> Overview:
    """Return an overview made by hand: coverage rises in a straight line by `rise`."""
    months = np.arange(START, horizon + 1)
    median = 0.2527 + rise * (months - START) / (horizon - START)
    spread = 0.002 + 0.02 * (months - START) / (horizon - START)
    levels = {
        "q025": -2,
        "q05": -1.6,
        "q10": -1.3,
        "q25": -0.7,
        "q50": 0,
        "q75": 0.7,
        "q90": 1.3,
        "q95": 1.6,
        "q975": 2,
    }
    bands = pd.DataFrame({"month": months, **{name: median + z * spread for name, z in levels.items()}})
    arrived = sum(month is not None for month in dots) / DOTS
    share = arrived * (months > DUE)
    ends = (float(bands["q10"].iloc[-1]), float(median[-1]), float(bands["q90"].iloc[-1]))
    view = TargetView(
        id="rkp_2026",
        value=0.3499,
        due=DUE,
        status="open",
        odds_held=0.0,
        odds_touched=0.0,
        odds_on_the_day=0.02,
        odds_by_horizon=arrived,
        arrival=(DUE + 2, DUE + 6, None) if arrived > 0.5 else (None, None, None),
        dots=dots,
        judged=DUE,
        coverage=(0.24, 0.255, 0.27),
        on_the_day=(0.235, 0.256, 0.275),
        year_mean=ends,
        missing_people=(285e3, 305e3, 345e3),
    )
    return Overview(
        draws=2000,
        seed=0,
        model_version="0.0",
        start=START,
        horizon=horizon,
        bands=bands,
        samples=pd.DataFrame({"month": months, "draw": 0, "value": median}),
        curves=pd.DataFrame({"target": "rkp_2026", "month": months, "held": share, "touched": share}),
        targets={"rkp_2026": view},
        spending=(2e9, 3e9, 5e9),
        spending_years=(2027, 2030),
        today={},
    )


SOME = (DUE - 1, *(DUE + k for k in range(1, 31)), *[None] * 19)


def path(shown: Overview, baseline: Overview | None, words: Words) -> pd.DataFrame:
    domain = frames.path_domain([shown], 0.3499)
    return frames.path_frame(shown, baseline, "rkp_2026", facts=FACTS, words=words, domain=domain, samples=True)


def drawn(shown: Overview, words: Words) -> list[charts.alt.LayerChart]:
    """Return all three charts of the page."""
    view, domain = shown.targets["rkp_2026"], frames.path_domain([shown], 0.3499)
    dots = frames.dots_frame(view, start=shown.start, horizon=shown.horizon, words=words)
    states = frames.dot_states(words, shown.horizon)
    return [
        charts.arrival_dots(dots, look=charts.LIGHT, states=states, description="d"),
        charts.coverage_path(
            path(shown, seen(rise=0), words), look=charts.LIGHT, domain=domain, percent_sign="%", description="d"
        ),
        charts.odds_curve(frames.curve_frame(shown, view, words=words), look=charts.LIGHT, description="d"),
    ]


def found(spec: object, key: str) -> list:
    """Return every value under `key`, however deep."""
    if isinstance(spec, list):
        return [value for item in spec for value in found(item, key)]
    if not isinstance(spec, dict):
        return []
    return [value for name, item in spec.items() for value in ([item] if name == key else found(item, key))]


def parts_of(spec: dict) -> set[str]:
    return {layer["transform"][0]["filter"]["equal"] for layer in spec["layer"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_chart_has_one_frame_and_draws_every_part_of_it(language):
    for chart in drawn(seen(dots=SOME), Words(language)):
        spec = chart.to_dict()
        assert len(spec["datasets"]) == 1
        (rows,) = spec["datasets"].values()
        assert {row["part"] for row in rows} <= parts_of(spec)


def test_nothing_is_described_mark_by_mark_to_screen_readers():
    for chart in drawn(seen(dots=SOME), Words("id")):
        spec = chart.to_dict()
        assert spec["description"] == "d"
        assert all(layer["mark"]["aria"] is False for layer in spec["layer"])
        axes = [axis for axis in found(spec["layer"], "axis") if axis is not None]
        assert all(axis["aria"] is False for axis in axes)
        assert all(legend["aria"] is False for legend in found(spec["layer"], "legend"))


def test_every_dot_is_drawn_once_and_counted():
    frame = frames.dots_frame(seen(dots=SOME).targets["rkp_2026"], start=START, horizon=HORIZON, words=Words("en"))
    dots = frame[frame["part"] == "dot"]
    assert len(dots) == DOTS
    assert not dots.duplicated(["x", "y"]).any()
    assert dots["state"].value_counts().to_dict() == {"later": 30, "not by the end of 2030": 19, "in time": 1}
    assert frame.loc[frame["part"] == "count", "label"].tolist() == ["19/50"]


def test_fifty_dots_fit_into_one_column():
    frame = frames.dots_frame(seen().targets["rkp_2026"], start=START, horizon=HORIZON, words=Words("id"))
    assert frame.loc[frame["part"] == "dot", "y"].max() < charts.DOT_ROWS


def test_official_date_stands_between_the_half_years():
    bins = frames.Bins.between(START, HORIZON)
    assert bins.place(DUE) == 1
    assert bins.edge(DUE) == 1.5
    assert bins.place(HORIZON) == bins.count - 1


@pytest.mark.parametrize(("last", "months"), [("2030-12", 6), ("2031-06", 6), ("2045-12", 12)])
def test_columns_turn_into_years_where_the_horizon_is_far(last, months):
    assert frames.Bins.between(START, parse_month(last)).months == months


def test_a_far_horizon_still_draws():
    for chart in drawn(seen(horizon=parse_month("2045-12")), Words("id")):
        assert chart.to_dict()["layer"]


def test_the_y_domain_stands_still_while_a_lever_moves():
    domains = {frames.path_domain([seen(rise=rise)], 0.3499) for rise in np.linspace(-0.02, 0.18, 21)}
    assert domains == {(0.15, 0.5)}


@pytest.mark.parametrize(
    ("rise", "chosen", "domain"), [(0.25, 0.35, (0.15, 0.6)), (-0.15, 0.35, (0.05, 0.5)), (0, 0.995, (0.15, 1.05))]
)
def test_the_y_domain_widens_in_whole_steps_rather_than_cut_anything_off(rise, chosen, domain):
    assert frames.path_domain([seen(rise=rise)], chosen) == domain


@pytest.mark.parametrize("domain", [(0.15, 0.5), (0.05, 0.6), (0.15, 1.05)])
def test_target_labels_never_collide(domain):
    frame = frames.path_frame(seen(), None, "rkp_2026", facts=FACTS, words=Words("en"), domain=domain)
    heights = sorted(frame.loc[frame["part"].isin(["target_label", "national_label"]), "y"])
    assert len(heights) >= 3
    assert all(above - below >= charts.label_gap(domain) - 1e-12 for below, above in pairwise(heights))


def test_labels_of_lines_that_end_together_are_kept_apart():
    frame = path(seen(rise=0.001), seen(rise=0), Words("id"))
    heights = sorted(frame.loc[frame["part"].isin(["scenario_label", "baseline_label"]), "y"])
    assert heights[1] - heights[0] >= charts.label_gap((0.15, 0.5), lines=2) - 1e-12


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.001, 0.2))
def test_spread_labels_keep_order_and_distance(wanted, gap):
    placed = charts.spread_labels(wanted, gap)
    ordered = [placed[i] for i in sorted(range(len(wanted)), key=wanted.__getitem__)]
    assert all(b - a >= gap - 1e-9 for a, b in pairwise(ordered))
    assert np.mean(placed) == pytest.approx(np.mean(wanted), abs=1e-9)


def test_labels_with_room_stay_where_they_want_to_be():
    assert charts.spread_labels([0.45, 0.35, 0.4], 0.01) == [0.45, 0.35, 0.4]


def test_published_figures_carry_their_counting_noise():
    frame = path(seen(), None, Words("id"))
    reported = frame[frame["part"] == "reported"]
    december = reported[np.isclose(reported["y"], 0.2527)].iloc[0]
    assert december["high"] - december["low"] == pytest.approx(2 * frames.NOISE_SDS * 0.007)


def test_baseline_alone_has_no_second_line():
    frame = path(seen(), None, Words("id"))
    assert not frame["part"].isin(["baseline", "baseline_label"]).any()


@pytest.mark.parametrize("language", LANGUAGES)
def test_alternative_texts_hold_the_headline_numbers(language):
    words, shown = Words(language), seen(dots=SOME)
    view = shown.targets["rkp_2026"]
    dots = findings.dots_finding(view, shown, words).alt
    assert all(re.search(rf"\b{n}\b", dots) for n in (1, 30, 19))
    assert words.percent(0.3499, 2) in dots
    path_alt = findings.path_finding(shown, seen(rise=0), words).alt
    assert all(words.percent(share, 1) in path_alt for share in (0.2527, 0.3527))
    assert words.odds(0.62, 2000) in findings.curve_finding(view, shown, words).alt


def test_a_month_is_named_only_where_more_than_half_arrive():
    words = Words("id")
    few, most = seen(), seen(dots=SOME)
    few_card = findings.arrival_card(few.targets["rkp_2026"], few, words)
    assert "Dalam lebih dari separuh masa depan tidak tercapai sampai 2030." in few_card.notes
    assert "2027" not in " ".join([few_card.value, *few_card.notes])
    card = findings.arrival_card(most.targets["rkp_2026"], most, words)
    assert card.value == "Februari 2027 sampai lewat 2030"
    assert "Tidak tercapai sampai 2030: 4 dari 10 masa depan." in card.notes


def test_the_honest_baseline_names_the_shortfall():
    shown = seen()
    line = findings.headline(shown.targets["rkp_2026"], shown, Words("id")).replace("\xa0", " ")
    assert line == "Akhir 2026: 24–27 %, kurang 8–11 poin (305 ribu orang) dari target 34,99 %"


def test_snapshot_and_year_are_both_told_where_they_differ():
    note = findings.snapshot_note(seen(rise=0.05).targets["rkp_2026"], Words("en"))
    assert note is not None
    assert "On 31 December 2026: **25.5%**" in note
    assert "mean of the year from then on: **30.3%**" in note
    assert findings.snapshot_note(seen(rise=0.0).targets["rkp_2026"], Words("en")) is None


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_pictures_are_made_without_a_browser(kind):
    for chart in drawn(seen(dots=SOME), Words("id")):
        picture = charts.as_file(chart, kind, title="Judul", caption="Keterangan " * 30)
        assert picture.startswith(b"\x89PNG" if kind == "png" else b"<svg")


def test_tables_behind_the_charts_hold_the_same_numbers():
    shown, words = seen(dots=SOME), Words("en")
    view = shown.targets["rkp_2026"]
    assert tables.dots_rows(view)["month"].tolist().count("") == 19
    assert tables.dots_table(view, shown, words)["Dots"].astype(int).sum() == DOTS
    assert tables.path_table(shown, None, words)["Median"].iloc[-1] == "35.3%"
    assert tables.path_rows(shown, seen(rise=0))["baseline_q50"].iloc[-1] == pytest.approx(0.2527)
    assert set(tables.curve_rows(shown, view)["reading"]) == {"held", "touched"}


@pytest.mark.parametrize("look", [charts.LIGHT, charts.DARK])
def test_every_line_and_letter_has_contrast(look):
    def brightness(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    paper = brightness(look.paper)
    for colour in (look.ink, look.muted, look.scenario, look.baseline, look.target, look.in_time, look.late):
        light, dark = sorted((paper, brightness(colour)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3


def page_charts(shown: Overview, words: Words) -> list[partial]:
    """Return the charts of the page as they are handed over to be drawn, each with a description of its own."""
    view, label = shown.targets["rkp_2026"], {"description": f"{shown.horizon} {shown.bands['q50'].iloc[-1]}"}
    dots = frames.dots_frame(view, start=shown.start, horizon=shown.horizon, words=words)
    return [
        partial(charts.arrival_dots, dots, states=frames.dot_states(words, shown.horizon), **label),
        partial(charts.coverage_path, path(shown, None, words), domain=(0.15, 0.5), percent_sign="%", **label),
        partial(charts.odds_curve, frames.curve_frame(shown, view, words=words), **label),
    ]


def test_charts_of_one_key_differ_in_rows_and_description_alone():
    one, other = (page_charts(seen(rise=rise, dots=dots), Words("id")) for rise, dots in ((0.1, SOME), (0.2, SOME[1:])))
    for draw, again in zip(one, other, strict=True):
        assert charts.steady_key(draw, charts.LIGHT) == charts.steady_key(again, charts.LIGHT) is not None
        specs = [charts.apart(its(look=charts.LIGHT))[1] for its in (draw, again)]
        assert specs[0].pop("description") != specs[1].pop("description")
        assert specs[0] == specs[1]


def test_what_changes_the_picture_changes_the_key():
    draws, later = (page_charts(seen(horizon=end), Words("id")) for end in (HORIZON, HORIZON + 24))
    keys = [charts.steady_key(draw, look) for draw in (*draws, *later) for look in (charts.LIGHT, charts.DARK)]
    assert len(set(keys)) == len(keys) == 12
    wider = partial(draws[1].func, *draws[1].args, **draws[1].keywords | {"domain": (0.05, 0.6)})
    assert charts.steady_key(wider, charts.LIGHT) not in keys
