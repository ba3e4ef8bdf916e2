"""The page on trust: verdicts, counts and charts, from results made by hand."""

import re
from itertools import pairwise

import pandas as pd
import pytest

from simulator.evidence.transfer import TransferCase, transfer_cases
from simulator.facts import load_facts
from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, format_month
from simulator.outputs import anchors, charts, trust, trust_charts
from simulator.outputs.anchors import ANCHORS, Mark, Outcome
from simulator.outputs.text import LANGUAGES, Words
from simulator.outputs.trust import Exhibit

FACTS = load_facts()
ID, EN = Words("id"), Words("en")
RIVALS = ("persistence", "straight_line", "logistic", "last_change")
NAMES = ("model", *RIVALS)
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def scored(middle: float, unit: float, wis: float, held: tuple[bool, bool, bool]) -> dict:
    return {
        "quantiles": [middle + unit * k for k in range(-3, 4)],
        "wis": wis,
        "dispersion": wis / 2,
        "overprediction": wis / 4,
        "underprediction": wis / 4,
        "inside": dict(zip(("50", "80", "95"), held, strict=True)),
    }


def forecast(kind: str, figure: str, group: str, middle: float, unit: float, held: tuple[bool, bool, bool]) -> dict:
    by = {name: scored(middle, unit, unit, held) for name in NAMES}
    about = {"origin": "2023-12", "month": "2024-12", "figure": figure, "kind": kind, "group": group}
    return about | {"observed": middle + unit / 2, "by": by}


def backtest(**model: float) -> dict:
    """Return scores in which every rival has 0.005 (rates) or 20,000 (people), and the model what is asked for."""
    forecasts = [
        forecast("administrative", "office", "all", 500_000, 20_000, (True, True, True)),
        forecast("province", "spring", "all", 0.25, 0.01, (False, True, True)),
        forecast("province", "autumn", "all", 0.25, 0.01, (True, True, True)),
        forecast("province", "autumn", "all", 0.26, 0.01, (False, False, True)),
        forecast("class", "firms", "PU", 0.5, 0.01, (False, False, False)),
    ]
    summary = {}
    for kind, n, usual in (("administrative", 1, 20_000.0), ("class", 1, 0.005), ("province", 3, 0.005)):
        scores = {name: usual for name in RIVALS} | {"model": model[kind]}
        parts = {
            name: {"dispersion": w / 2, "overprediction": w / 2, "underprediction": 0.0} for name, w in scores.items()
        }
        inside = {"50": 0.5, "80": 0.75, "95": 1.0}
        summary[kind] = {"n": n} | {name: parts[name] | {"wis": scores[name], "inside": inside} for name in NAMES}
    return {
        "forecasters": list(NAMES),
        "levels": list(LEVELS),
        "origins": [{"origin": "2023-12", "pareto_k": 0.4, "reliable": True, "forecasts": forecasts}],
        "summary": summary,
    }


MIXED = backtest(province=0.004, administrative=10_000.0, **{"class": 0.006})
ACCOUNT = {
    "sampler": {"worst_rhat": 1.001, "least_effective": 9000.0},
    "correction": {"pareto_k": 0.8, "reliable": False, "effective": 300.0},
    "parameters": [
        {"id": "drift", "before": [-0.02, 0.0, 0.02], "after": [-0.01, 0.0, 0.01], "spread_ratio": 0.5, "learned": True,
         "rhat": 1.001, "effective": 9000.0},
        {"id": "season_trough", "before": [0.8, 0.9, 1.0], "after": [0.8, 0.9, 0.99], "spread_ratio": 0.95,
         "learned": False, "rhat": 1.0, "effective": 9500.0},
    ],
    "figures": [
        {"id": "a", "fact": "COV-001", "month": "2023-12", "group": "all", "count": "residence", "value": 0.26,
         "below": 0.5, "expected": [0.25, 0.26, 0.27], "replicated": [0.24, 0.26, 0.28]},
        {"id": "b", "fact": "COV-002", "month": "2024-10", "group": "all", "count": "administrative", "value": 5e5,
         "below": 0.03, "expected": [5.1e5, 5.5e5, 5.9e5], "replicated": [5e5, 5.5e5, 6e5]},
    ],
}  # fmt: skip
RECOVERY = {
    "data_sets": 250,
    "reliable": 0.9,
    "inside": {
        "drift": {"0.5": 0.5, "0.8": 0.8, "0.9": 0.92},
        "season_trough": {"0.5": 0.4, "0.8": 0.7, "0.9": 0.80},
    },
}
CASES = transfer_cases(FACTS, draws=200)
OUTCOMES = (
    Outcome("baseline", Mark("q50", 25.0, 0.5), 25.25),
    Outcome("villages", Mark("q50", 5.0, 0.5), 3.0),
    Outcome("province", Mark("max2026", 45.53, None), 44.0),
)


def past() -> pd.DataFrame:
    """Return a band from 24.9 to 25.6 per cent in every month."""
    months = [format_month(month) for month in range(FIRST_MONTH, DATA_MONTH + 1)]
    band = {"region": "18", "group": "all", "indicator": "coverage", "q05": 0.249, "q50": 0.2525, "q95": 0.256}
    return pd.DataFrame({"month": months, **band})


def every_exhibit(words: Words) -> list[Exhibit]:
    return [
        trust.hindcast_exhibit(past(), FACTS, "all", words),
        *(trust.score_exhibit(MIXED, kind, words) for kind in trust.KINDS),
        *(trust.forecast_exhibit(MIXED, kind, "model", words) for kind in trust.KINDS),
        trust.learned_exhibit(ACCOUNT, FACTS, ["drift", "season_trough"], words),
        trust.check_exhibit(ACCOUNT, words),
        trust.recovery_exhibit(RECOVERY, FACTS, words),
        trust.transfer_exhibit(CASES, words),
        anchors.exhibit(OUTCOMES, words),
    ]


def test_headline_names_every_loss_beside_the_wins():
    title, sentences = trust.verdict(MIXED, EN)
    wins, losses, _ = (sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in sentences)
    assert (
        title == "The model beats naive rivals on provincial coverage and office counts, and loses on coverage by class"
    )
    assert "0.40 points for the model, 0.50 points for the best naive rival" in wins
    assert "10 thousand people for the model, 20 thousand people" in wins
    assert "0.60 points for the model, 0.50 points" in losses


@pytest.mark.parametrize(
    ("scores", "title"),
    [
        ({"province": 0.001, "class": 0.001, "administrative": 1.0}, "forecast better than every naive rival"),
        ({"province": 0.1, "class": 0.1, "administrative": 9e9}, "Naive rivals forecast better than the model"),
        # Equal is not better.
        ({"province": 0.005, "class": 0.005, "administrative": 20_000.0}, "Naive rivals forecast better"),
    ],
)
def test_headline_follows_the_scores(scores, title):
    assert title in trust.verdict(backtest(**scores), EN)[0]


def test_ranges_of_the_model_are_counted_over_all_forecasts():
    sentence = trust.verdict(MIXED, EN)[1][2]
    assert "Of 5 forecasts" in sentence
    assert "in 2, 3 and 4" in sentence


def test_forecasts_and_different_figures_are_told_apart():
    match = next(match for match in trust.matches(MIXED) if match.kind == "province")
    assert (match.forecasts, match.figures) == (3, 2)
    assert match.names == RIVALS


def test_past_counts_figures_in_the_band_with_and_without_their_noise():
    """Of the six, 25.45 and 25.27 per cent lie inside 24.9 to 25.6; two sd, 1.4 points or more, add the rest."""
    found = trust.hindcast_exhibit(past(), FACTS, "all", EN)
    used = [o.value for o in FACTS.observations if o.used and (o.group, o.indicator) == ("all", "coverage")]
    assert sorted(round(100 * value, 2) for value in used) == [23.86, 24.5, 24.86, 25.27, 25.45, 26.79]
    assert "2 of 6 figures used lie in the model's range, 6 once" in found.finding.title


def test_figures_that_were_not_used_stay_in_picture_and_table_with_their_reason():
    found = trust.hindcast_exhibit(past(), FACTS, "all", EN)
    rings = found.picture.frame[found.picture.frame["series"] == "published, not used"]
    claim = next(o for o in FACTS.observations if o.id == "december_2024_claim")
    assert claim.value in set(rings["y"])
    assert claim.note.en in set(found.table["Why"])


def test_rates_of_classes_are_drawn_by_their_distance_from_the_published_figure():
    """The forecast made by hand has its middle at 50 per cent; 50.5 were published."""
    frame = trust.forecast_exhibit(MIXED, "class", "model", EN).picture.frame
    by_part = frame.set_index("part")["x"]
    assert by_part["point"] == 0
    assert by_part["median"] == pytest.approx(-0.005)


def test_what_was_not_learned_is_said_and_the_rest_counted():
    found = trust.learned_exhibit(ACCOUNT, FACTS, ["drift", "season_trough"], EN)
    assert "1 of the 2" in found.finding.title
    inputs = {name for name, its in FACTS.parameters.items() if its.role == "input"} - {"drift", "season_trough"}
    fixed = {name for name in inputs if FACTS.parameters[name].prior is None}
    assert f"{len(inputs) - len(fixed)} other assumptions are drawn" in found.finding.sentence
    assert f"{len(fixed)} are fixed" in found.finding.sentence
    assert list(found.table["Learned?"]) == ["yes", "not learned"]


def test_a_parameter_is_stretched_to_its_range_before_the_data():
    """Half the range around the same middle lies from a quarter to three quarters."""
    frame = trust.learned_exhibit(ACCOUNT, FACTS, [], EN).picture.frame
    after = frame[(frame["series"] == "after the data") & (frame["part"] == "thick")].iloc[0]
    assert (after["low"], after["high"]) == (pytest.approx(0.25), pytest.approx(0.75))


def test_figures_outside_the_middle_are_counted_as_such():
    assert trust.check_exhibit(ACCOUNT, EN).finding.title.startswith("1 of 2 published figures")


def test_a_computation_that_failed_its_tests_is_shown_as_failed():
    finding, table = trust.sampler_table(ACCOUNT, MIXED, EN)
    assert finding.title == "3 of 5 tests of the computation passed"
    assert list(table["Result"]) == ["passed", "passed", "failed", "failed", "passed"]


def test_recovery_says_how_often_the_truth_was_held():
    """92 and 80 in 100 are 86 on average, and one of the two lies within 85 to 95."""
    found = trust.recovery_exhibit(RECOVERY, FACTS, EN)
    assert "86% of 250 simulated data sets" in found.finding.title
    assert found.finding.sentence.startswith("1 of 2 parameters")


def test_transfer_title_names_the_misses_and_their_readings_come_first():
    misses = [case for case in CASES if case.inside is False]
    title = trust.transfer_exhibit(CASES, EN).finding.title
    assert [case.record.region for case in misses] == ["Kalimantan Timur"]
    assert "1 of 4" in title
    assert "Kalimantan Timur" in title
    assert trust.readings(CASES, EN)[0] == (misses[0].record.label.en, misses[0].record.reading.en)


def test_transfer_without_a_miss_says_so():
    inside: tuple[TransferCase, ...] = tuple(case for case in CASES if case.inside)
    assert (
        trust.transfer_exhibit(inside, EN).finding.title
        == "All 3 other regions that can be judged lie inside the range"
    )


def test_anchor_passes_within_its_tolerance_only():
    assert Mark("q50", 1.0, 0.5).holds(1.5)
    assert not Mark("q50", 1.0, 0.5).holds(1.51)
    assert Mark("max2026", 34.99, None).holds(34.98)
    assert not Mark("max2026", 34.99, None).holds(34.99)


def test_anchor_that_fails_is_named_and_drawn_where_it_lies():
    found = anchors.exhibit(OUTCOMES, EN)
    assert found.finding.title.startswith("2 of 3 reference figures")
    assert "every village pays for 100 workers" in found.finding.sentence
    points = found.picture.frame[found.picture.frame["part"] == "point"]
    assert list(points["x"]) == [pytest.approx(0.5), pytest.approx(-4.0)]
    assert list(points["series"]) == ["passed", "failed"]
    assert found.picture.axis.low < -4


def test_all_anchors_are_computed_with_progress():
    seen: list[tuple[int, int]] = []
    outcomes = anchors.judged(draws=8, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(len(ANCHORS)))
    assert [(its.anchor, its.mark) for its in outcomes] == [(a.id, mark) for a in ANCHORS for mark in a.marks]
    national = [its.ours for its in outcomes if its.anchor == "national"]
    assert 20 < national[0] <= national[1] < 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_has_one_frame_draws_every_part_and_holds_its_finding(language):
    for exhibit in every_exhibit(Words(language)):
        for look in (charts.LIGHT, charts.DARK):
            spec = trust_charts.draw(exhibit.picture, look=look, description=exhibit.finding.alt).to_dict()
            assert len(spec["datasets"]) == 1
            (rows,) = spec["datasets"].values()
            assert {row["part"] for row in rows} <= {
                layer["transform"][0]["filter"]["equal"] for layer in spec["layer"]
            }
            assert spec["description"].startswith(exhibit.finding.title)
            assert re.search(r"\d", exhibit.finding.title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_drawn_lies_within_the_axis(language):
    for exhibit in every_exhibit(Words(language)):
        frame, axis = exhibit.picture.frame, exhibit.picture.axis
        across = ["low", "high", "y" if exhibit.picture.time else "x"]
        drawn = frame.loc[frame["part"] != "zone", across]
        assert axis.low <= drawn.min().min()
        assert drawn.max().max() <= axis.high


def test_series_of_the_frame_are_those_of_the_legend():
    for exhibit in every_exhibit(ID):
        named = set(exhibit.picture.frame["series"].dropna())
        assert named <= {series.name for series in exhibit.picture.series}


def test_marks_of_an_axis_are_words_of_the_language_also_below_zero():
    anchor = anchors.exhibit(OUTCOMES, ID)
    drawn = trust_charts.draw(anchor.picture, look=charts.LIGHT, description="d")
    text = charts.as_file(drawn, "svg", title="t", caption="c").decode()
    assert {label for _, label in anchor.picture.axis.marks} <= set(re.findall(r">([^<]+)</text>", text))
    assert "-4,0" in text


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [(0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1)), (-1.6, 1.6, (-1, 0, 1)), (0.21, 0.29, (0.22, 0.24, 0.26, 0.28))],
)
def test_marks_are_round_and_inside(low, high, marks):
    assert trust_charts.round_marks(low, high) == pytest.approx(marks)


def test_marks_are_evenly_spaced():
    marks = trust_charts.round_marks(352_000, 641_000)
    assert len({round(b - a, 6) for a, b in pairwise(marks)}) == 1
    assert 352_000 <= marks[0] < marks[-1] <= 641_000


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    # Marks stand 20,000, 0.05, 0.2 and 0.05 apart; ends lie at whole and half steps.
    [
        (-26_100, 65_500, (-30_000, 70_000)),
        (0.154, 0.338, (0.15, 0.35)),
        (0, 1, (0, 1)),
        (0.248, 0.402, (0.225, 0.425)),
    ],
)
def test_ends_are_round_and_outside(low, high, ends):
    assert trust_charts.round_ends(low, high) == pytest.approx(ends)


@pytest.mark.parametrize("rounded", [trust_charts.round_marks, trust_charts.round_ends])
def test_an_axis_without_length_is_refused(rounded):
    with pytest.raises(ValueError, match="high is 1"):
        rounded(1, 1)


def test_files_hold_plain_numbers():
    rows = trust.forecast_exhibit(MIXED, "province", "model", ID).rows
    assert len(rows) == 3 * len(NAMES)
    first = rows[(rows["figure"] == "spring") & (rows["forecaster"] == "model")].iloc[0]
    assert [first[name] for name in ("q025", "q100", "q250", "q500", "q750", "q900", "q975")] == pytest.approx(
        [0.25 + 0.01 * k for k in range(-3, 4)]
    )
    score = trust.score_exhibit(MIXED, "class", ID).rows
    assert score.loc[(score["kind"] == "class") & (score["forecaster"] == "model"), "wis"].item() == 0.006
