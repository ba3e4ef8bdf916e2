"""What levers can be set to, and what edits make of a scenario."""

import pytest

from simulator import load_scenario
from simulator.app import edits
from simulator.app.levers import stops
from simulator.app.style import plain
from simulator.outputs.lever_text import changes, today_text, value_text
from simulator.outputs.text import LANGUAGES, Words
from simulator.scenario import LEVERS, ScenarioError, with_levers

BASELINE = load_scenario("baseline")


@pytest.mark.parametrize("lever", LEVERS.values(), ids=lambda lever: lever.id)
@pytest.mark.parametrize("fixed", [True, False])
def test_every_stop_is_allowed_rising_and_told_apart(lever, fixed):
    offered = stops(lever, None, lever.low, fixed=fixed, stretched=False)
    values = [stop for stop in offered if stop is not None]
    assert offered.count(None) == 1
    assert len(values) >= 3
    assert all(lever.accepts(value, stretched=False) for value in values)
    assert values == sorted(values, key=lever.number)
    for language in LANGUAGES:
        shown = [value_text(lever, value, Words(language)) for value in values]
        assert len(set(shown)) == len(shown)


def test_value_of_a_link_is_among_the_stops():
    assert 0.123 in stops(LEVERS["village_share"], 0.123, 0.07, fixed=False, stretched=False)


def test_stretched_lever_offers_more_than_its_cap():
    cap, above = (stops(LEVERS["dbh_share"], None, 0.05, fixed=False, stretched=on)[-1] for on in (False, True))
    assert (cap, above) == (0.2, 1.0)


def test_changed_scenario_gets_a_name_of_its_own_and_keeps_its_schedule():
    changed = edits.with_value(load_scenario("village_100"), "village_share", 0.5)
    assert changed.name.en == Words("en")("scenario.own")
    assert changed.levers["village_share"].start == "2026-03"
    assert changed.levers["village_share"].ramp_months == 18


def test_lever_set_to_today_is_gone_but_districts_stay():
    districts = with_levers(BASELINE, ["village_share=0.4", "village_share@1801=0.9"])
    assert (
        "village_share"
        not in edits.with_value(edits.with_value(BASELINE, "village_share", 0.4), "village_share", None).levers
    )
    kept = edits.with_value(districts, "village_share", None).levers["village_share"]
    assert (kept.value, kept.districts) == (None, {"1801": 0.9})
    assert "village_share" not in edits.without(districts, "village_share").levers


def test_schedule_that_ends_before_it_starts_is_refused():
    with pytest.raises(ScenarioError, match="end"):
        edits.with_schedule(load_scenario("village_100"), "village_share", end="2026-02")


def test_changes_are_written_out_in_both_languages():
    assert changes(BASELINE, Words("id")) == []
    stopped = load_scenario("money_stops")
    assert changes(stopped, Words("id"))[0].replace("\xa0", " ") == (
        "Desa yang menanggung: 100 %, mulai Mar 2026, bertahap 18 bulan, berhenti Jan 2028"
    )
    assert changes(stopped, Words("en"))[0] == "Villages that pay: 100%, from Mar 2026, over 18 months, ends Jan 2028"


@pytest.mark.parametrize(
    ("lever", "median", "said"),
    [
        ("village_share", 0.0649, "6%"),
        ("apbd_amount", 3_449_000_000.0, "Rp 3.4 billion"),
        ("dbh_share", 0.0512, "5%"),
    ],
)
def test_today_is_said_to_the_precision_that_it_has(lever, median, said):
    assert today_text(LEVERS[lever], (0.0, median, 2 * median), Words("en")).replace("\xa0", " ") == said


def test_text_of_users_is_never_markup():
    assert plain("a *b*\n[c](d) <i> $e$ :red[f]") == r"a \*b\* \[c\]\(d\) \<i\> \$e\$ \:red\[f\]"
