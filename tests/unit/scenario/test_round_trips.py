"""Any valid scenario survives its file and its link."""

import tomllib

import jsonschema
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, LAST_MONTH, format_month, parse_month
from simulator.scenario import (
    ALLOCATIONS,
    DISTRICT_CODES,
    LEVERS,
    TARGET_IDS,
    Lever,
    Scenario,
    decode_link,
    digest,
    dump_scenario,
    encode_link,
    json_schema,
    lever_paths,
    load_scenario,
    read_scenario,
    save_scenario,
)

VALIDATOR = jsonschema.Draft202012Validator(json_schema())
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_letters = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"],
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
)


def texts(longest: int, extra: str = "") -> st.SearchStrategy[str]:
    letters = st.one_of(_letters, st.sampled_from(extra)) if extra else _letters
    return st.text(letters, min_size=1, max_size=longest).filter(str.strip)


def bilingual(longest: int, extra: str = "") -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({"id": texts(longest, extra), "en": texts(longest, extra)})


def months(first: int, last: int) -> st.SearchStrategy[str]:
    return st.integers(first, last).map(format_month)


def values(lever: Lever, *, stretched: bool) -> st.SearchStrategy[float | str]:
    if lever.unit == "month":
        return months(int(lever.low), int(lever.high))
    high = lever.upper(stretched=stretched)
    whole = st.integers(int(lever.low), int(high))
    return whole if lever.whole else st.one_of(whole, st.floats(lever.low, high))


@st.composite
def lever_settings(draw, lever: Lever, *, start: int, stretched: bool):
    number = values(lever, stretched=stretched)
    own = {} if lever.province_only else draw(st.dictionaries(st.sampled_from(DISTRICT_CODES), number, max_size=4))
    table = {"districts": own} if own else {}
    if not own or draw(st.booleans()):
        table["value"] = draw(number)
    first = start + 1
    if draw(st.booleans()):
        first = draw(st.integers(FIRST_MONTH, LAST_MONTH))
        table["start"] = format_month(first)
    if first < LAST_MONTH and draw(st.booleans()):
        table["end"] = draw(months(first + 1, LAST_MONTH))
    if not lever.stepped:
        table["ramp_months"] = draw(st.integers(0, 240))
    return table


@st.composite
def scenarios(draw) -> Scenario:
    start = draw(st.integers(FIRST_MONTH, DATA_MONTH))
    stretch = draw(st.sampled_from([(), ("dbh_share",)]))
    ids = draw(st.lists(st.sampled_from(list(LEVERS)), unique=True, max_size=6))
    return Scenario(
        schema=1,
        name=draw(bilingual(80)),
        description=draw(st.none() | bilingual(600, extra='\n"\\')),
        start=format_month(start),
        horizon=draw(months(start + 1, LAST_MONTH)),
        targets=draw(st.lists(st.sampled_from(TARGET_IDS), unique=True, min_size=1)),
        stretch=stretch,
        allocation=draw(st.sampled_from(ALLOCATIONS)),
        levers={id: draw(lever_settings(LEVERS[id], start=start, stretched=id in stretch)) for id in ids},
    )


@QUICK
@given(scenarios())
def test_link_round_trip(scenario):
    assert decode_link(encode_link(scenario)) == scenario


@QUICK
@given(scenarios())
def test_file_round_trip_keeps_scenario_text_and_digest(scenario):
    text = dump_scenario(scenario)
    again = read_scenario(text)
    assert again == scenario
    assert dump_scenario(again) == text
    assert digest(again) == digest(scenario)


@QUICK
@given(scenarios())
def test_valid_scenarios_follow_the_schema(scenario):
    VALIDATOR.validate(tomllib.loads(dump_scenario(scenario)))


@QUICK
@given(scenarios())
def test_paths_are_finite_where_they_weigh(scenario):
    paths = lever_paths(scenario, parse_month(scenario.start), 30)
    assert ((paths.weight >= 0) & (paths.weight <= 1)).all()
    assert np.isfinite(paths.resolve(np.ones_like(paths.value))).all()
    unset = np.isnan(paths.value) & np.isnan(paths.province)[:, None]
    assert not paths.weight[unset].any()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenario=scenarios())
def test_disk_round_trip(tmp_path, scenario):
    save_scenario(scenario, tmp_path / "any.toml")
    assert load_scenario(tmp_path / "any.toml") == scenario
