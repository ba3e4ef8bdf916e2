"""Votes beside futures and plans beside each other: the numbers behind the pictures, and the pictures' form."""

import pytest

from simulator.facts.calendar import parse_month
from simulator.outputs import charts, workshop_charts
from simulator.outputs import workshop_frames as frames
from simulator.outputs.text import Words
from simulator.outputs.workshop_charts import Grid
from simulator.outputs.workshop_frames import PlanView, Reveal

CHOICES = ("2026-06", "2026-12", "2027-06", "never")
ID, EN = Words("id"), Words("en")
SEEN = Reveal(
    choices=CHOICES,
    votes={"2026-12": 9, "2027-06": 3, "never": 1},
    shares={"2026-06": 0.0, "2026-12": 0.24, "2027-06": 0.36, "never": 0.4},
    central="2027-06",
    due=parse_month("2026-12"),
)
PLANS = [
    PlanView("Meja 1", "DBH 10 %", 0.6, 2e9, 0.36, within=True, wins=True),
    PlanView("<b>Meja yang namanya panjang sekali</b>", "DBH 20 %", 0.4, 9e9, 0.35, within=False, wins=False),
]


def reveal(its=SEEN, words=ID):
    return frames.reveal_frame(its, frames.reveal_grid(its), words)


def drawn(look=charts.LIGHT):
    return workshop_charts.votes_and_futures(
        reveal(), grid=frames.reveal_grid(SEEN), look=look, kinds=frames.reveal_kinds(SEEN, ID), description="x"
    )


def plans_drawn():
    return workshop_charts.plans(
        frames.plan_frame(PLANS, ID), look=charts.LIGHT, kinds=frames.plan_kinds(ID), axis="x", description="x"
    )


def font_sizes(spec):
    """Return every size of letters in a chart."""
    if isinstance(spec, dict):
        own = [value for key, value in spec.items() if key.endswith("ontSize")]
        return own + [size for value in spec.values() for size in font_sizes(value)]
    return [size for value in spec for size in font_sizes(value)] if isinstance(spec, list) else []


def test_fifty_dots_share_out_the_futures():
    assert SEEN.dots == {"2026-06": 0, "2026-12": 12, "2027-06": 18, "never": 20}


@pytest.mark.parametrize("first", [0.0, 0.009, 0.0101, 1 / 3, 0.995, 1.0])
def test_there_are_always_fifty_dots(first):
    its = Reveal(("2026-06", "never"), {}, {"2026-06": first, "never": 1 - first}, "never", None)
    assert sum(its.dots.values()) == 50
    assert its.dots["2026-06"] == pytest.approx(50 * first, abs=0.5)


def test_hits_are_votes_on_the_central_choice():
    assert (SEEN.hits, SEEN.cast) == (3, 13)
    assert frames.reveal_finding(SEEN, "s", EN).title == "3 of 13 votes hit: the middle answer is Jan–June 2027"


def test_every_vote_is_a_dot_above_the_axis_and_every_future_one_below_it():
    dots = reveal().query("part == 'dot'")
    votes, futures = dots[dots["y"] > 0], dots[dots["y"] < 0]
    assert (len(votes), len(futures)) == (13, 50)
    assert set(votes["kind"]) == {"13 pilihan peserta"}
    assert votes["x"].round().value_counts().to_dict() == {1: 9, 2: 3, 3: 1}
    assert not dots.duplicated(["x", "y"]).any()


def test_counts_stand_at_their_stacks():
    frame = reveal()
    assert frame.query("part == 'count_above'")["label"].tolist() == ["9", "3", "1"]
    assert frame.query("part == 'count_below'")["label"].tolist() == ["12", "18", "20"]


def test_the_official_date_is_the_end_of_its_half_year():
    frame = reveal()
    assert frame.query("part == 'rule'")["x"].tolist() == [1.5]
    assert "31 Desember 2026" in frame.query("part in ['label_left', 'label_right']")["label"].item()


@pytest.mark.parametrize("due", [None, parse_month("2025-12"), parse_month("2027-07")])
def test_an_official_date_outside_the_choices_is_not_drawn(due):
    its = Reveal(SEEN.choices, SEEN.votes, SEEN.shares, SEEN.central, due)
    assert reveal(its).query("part == 'rule'").empty


def test_the_picture_stands_still_while_the_models_answer_changes():
    other = Reveal(CHOICES, SEEN.votes, dict.fromkeys(CHOICES, 0.25), "never", SEEN.due)
    assert frames.reveal_grid(other) == frames.reveal_grid(SEEN)


@pytest.mark.parametrize(("columns", "tallest"), [(4, 0), (11, 40), (11, 300), (41, 40)])
def test_stacks_stay_in_their_columns_and_in_the_picture(columns, tallest):
    grid = Grid.fitting(columns, tallest, width=880)
    places = [grid.place(number) for number in range(max(tallest, 50))]
    assert max(abs(dx) for dx, _ in places) < 0.5
    assert grid.height(tallest) + workshop_charts.AXIS_HALF <= grid.top
    assert grid.pitch * grid.abreast <= 880 / columns


def test_choices_read_in_both_languages():
    assert frames.choice_text("2026-12", CHOICES, ID) == "Jul–Des 2026"
    assert frames.choice_text("never", CHOICES, EN) == "not by the end of 2027"


def test_alternative_text_holds_the_headline_numbers():
    said = frames.reveal_finding(SEEN, "Kalimat", ID).alt
    assert "3 dari 13 pilihan kena" in said
    assert "Jan–Jun 2027: 3 pilihan, 18 titik" in said


def test_table_and_rows_hold_votes_and_shares():
    assert frames.reveal_table(SEEN, ID).iloc[1].tolist() == ["Jul–Des 2026", "9", "24,0\N{NO-BREAK SPACE}%"]
    assert frames.reveal_rows(SEEN).iloc[1].tolist() == ["2026-12", 9, 0.24]


def test_plans_are_marked_by_budget_and_winner_and_long_names_are_cut():
    frame = frames.plan_frame(PLANS, ID)
    assert frame.query("part == 'plan'")["kind"].tolist() == ["terbaik dalam anggaran", "melebihi anggaran"]
    assert frame.query("part == 'name'")["label"].tolist() == ["Meja 1", "<b>Meja yang nama…"]
    assert frames.plan_rows(PLANS)["wins"].tolist() == [True, False]
    assert frames.plan_table(PLANS, 2000, EN).iloc[0].tolist()[2] == "6 in 10 futures"


def test_rows_of_plans_hold_no_text_that_a_user_typed():
    assert "Meja" not in frames.plan_rows(PLANS).to_csv()


@pytest.mark.parametrize("chart", [drawn(), drawn(charts.DARK), plans_drawn()], ids=["light", "dark", "plans"])
def test_charts_are_valid_and_their_letters_can_be_read_from_afar(chart):
    spec = chart.to_dict(validate=True)
    assert min(font_sizes({key: spec[key] for key in ("layer", "config")})) >= 16
    assert spec["description"] == "x"
