"""Kabupaten/Kota: who is missing where, what is known of each, and the levers and money of a single one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import cast

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.app import background, controls, edits, exhibit, runs, state
from simulator.app.downloads import under_chart
from simulator.app.frame import Setting, surround
from simulator.app.shelf import Shelf
from simulator.app.style import plain
from simulator.app.tables import download, text_table
from simulator.evidence import DataError, OwnRow, sentence
from simulator.facts import FactsError, load_facts
from simulator.facts.calendar import DATA_MONTH, format_month, parse_month
from simulator.model import Progress, Projection, RunError
from simulator.outputs import charts, data_tables, district_charts, districts
from simulator.outputs.district_charts import MEASURES, Measure
from simulator.outputs.districts import Districts, Proposal
from simulator.outputs.findings import Finding
from simulator.outputs.overview import Overview
from simulator.outputs.text import Words
from simulator.scenario import DISTRICT_CODES, Scenario, ScenarioError, decode_link, digest, encode_link, load_scenario

DRAWS = 500
LEVERS_SPLIT = ("apbd_amount", "csr_amount")  # the province's own money
_KEPT, _KEPT_RUNS = 64, 3  # a run holds 20 MB
_BILLION = 10**9
_DEFAULT_BILLIONS, _MOST_BILLIONS = 10, {"apbd_amount": 500, "csr_amount": 100}
_NOBODY = ""
_Key = tuple[str, int, int, tuple[OwnRow, ...]]


@dataclass(frozen=True)
class Split:
    """What the cheapest split is asked of; `rupiah` a year, `month` as YYYY-MM."""

    link: str
    lever: str
    rupiah: int
    month: str


@st.cache_resource(show_spinner=False)
def _summaries() -> Shelf[tuple[_Key, _Key], Districts]:
    return Shelf(_KEPT)


@st.cache_resource(show_spinner=False)
def _projections() -> Shelf[_Key, Projection]:
    return Shelf(_KEPT_RUNS)


def show() -> None:
    """Draw the page."""
    setting = surround()
    words = setting.words
    place = st.container(key="heading")
    try:
        found, before = _found(setting)
    except DataError as error:  # fewer futures than on the front page may not carry the user's own figures
        st.warning(plain(sentence(error, words.language)))
        return
    with place:
        title, chooser = st.columns([7, 2], vertical_alignment="top")
    with chooser:
        exhibit.choose_target(setting)
    with title:
        said = districts.headline(found, setting.shown, state.target(), setting.facts, words)
        st.title(plain(said), anchor=False)
        st.markdown(plain(districts.reach_text(found, state.target(), setting.facts, words)))
        st.caption(words("district.intro", draws=words.number(found.draws)))
    reference = None if found is before else before
    _all(found, before, reference, setting)
    _single(found, before, reference, setting)
    _province_money(setting)


def _found(setting: Setting) -> tuple[Districts, Districts]:
    """Return the scenario and the baseline that it is compared with; the same object where they are one."""
    scenario = setting.scenario
    place = st.empty()  # also without a run, so that what follows keeps its place on the page
    baseline = load_scenario(state.BASELINE).replace(
        start=scenario.start,
        horizon=scenario.horizon,
        targets=scenario.targets,
        assumptions=scenario.assumptions if scenario.levers else {},
    )
    before = _summary(baseline, baseline, setting.baseline, place, setting)
    same = digest(baseline) == digest(scenario)
    return before if same else _summary(scenario, baseline, setting.shown, place, setting), before


def _summary(
    scenario: Scenario, baseline: Scenario, overview: Overview, place: DeltaGenerator, setting: Setting
) -> Districts:
    key = _key(scenario), _key(baseline)
    kept = _summaries().get(key)
    if kept is None:
        judged = {name: view.judged for name, view in overview.targets.items()}
        targets = {name: view.value for name, view in overview.targets.items()}
        reference = _projection(baseline, place, setting.words)
        projection = reference if key[0] == key[1] else _projection(scenario, place, setting.words)
        kept = districts.summarise(projection, reference, judged, targets, setting.facts)
        _summaries().put(key, kept)
    return kept


def _projection(scenario: Scenario, place: DeltaGenerator, words: Words) -> Projection:
    """Return a run with the money of each kabupaten/kota, in sight; a click elsewhere ends it at the next chunk."""
    kept = _projections().get(_key(scenario))
    if kept is None:

        def show(done: int, total: int) -> None:
            place.progress(done / total, text=words("district.running"))

        kept = districts.run_districts(scenario, draws=DRAWS, seed=runs.SEED, own_data=state.own_rows(), progress=show)
        place.empty()
        _projections().put(_key(scenario), kept)
    return kept


def _key(scenario: Scenario) -> _Key:
    return digest(scenario), DRAWS, runs.SEED, state.own_rows()


# ---- all of them


def _all(found: Districts, before: Districts, reference: Districts | None, setting: Setting) -> None:
    words, facts, target = setting.words, setting.facts, state.target()
    table = districts.league_table(found, reference, target, facts, words)
    with st.container(key="charts"):
        left, right = st.columns(2, gap="medium")
        with left:
            league = district_charts.league_exhibit(found, reference, target, facts, table, words)
            exhibit.show(league, setting, caption=_caption(setting, found))
        with right:
            _tiles(found, before, setting)
    text_table(table, key="league", alt=words("district.table"))
    for warning in districts.pooled_texts(found, target, facts, words):
        st.caption(plain(f"{districts.MARK} {warning}"))
    st.caption(words("district.table_note"))
    download("kabupaten-tabel.csv", partial(districts.league_rows, found, reference, target, facts), words)
    _multiples(found, reference, setting)


def _tiles(found: Districts, before: Districts, setting: Setting) -> None:
    words, facts, target = setting.words, setting.facts, state.target()
    try:
        tiles = districts.read_tiles()
    except FactsError as error:
        st.warning(plain(words("district.tiles.none", reason=str(error))))
        return
    measure: Measure = cast("Measure", state.control("tile_measure", str) or MEASURES[0])
    finding = district_charts.tiles_finding(found, target, measure, facts, words)
    frame = district_charts.tiles_frame(found, target, measure, tiles, facts, words)
    domain = district_charts.tiles_domain(found, before, target, measure)
    exhibit.heading(finding)
    st.segmented_control(
        words("district.tiles.choose"),
        MEASURES,
        default=MEASURES[0],
        required=True,
        format_func=lambda its: words(f"district.tiles.{its}"),
        key="tile_measure",
    )
    _chart(
        "kabupaten-peta",
        finding,
        partial(district_charts.tiles_chart, frame, domain=domain, description=finding.alt),
        reading=words("district.tiles.reading"),
        table=district_charts.tiles_table(found, target, facts, words),
        rows=districts.league_rows(found, None, target, facts),
        found=found,
        setting=setting,
    )


def _multiples(found: Districts, reference: Districts | None, setting: Setting) -> None:
    words, facts = setting.words, setting.facts
    finding = district_charts.multiples_finding(found, facts, words)
    value = setting.shown.targets[state.target()].value
    frame = district_charts.multiples_frame(found, reference, value, facts, words)
    exhibit.heading(finding)
    _chart(
        "kabupaten-jalur",
        finding,
        partial(district_charts.multiples_chart, frame, description=finding.alt),
        reading=words("district.multiples.reading"),
        table=district_charts.multiples_table(found, facts, words),
        rows=district_charts.bands_rows(found),
        found=found,
        setting=setting,
    )


# ---- a single one, or two


def _single(found: Districts, before: Districts, reference: Districts | None, setting: Setting) -> None:
    words, facts = setting.words, setting.facts
    st.header(words("district.single"), anchor=False, divider="gray")
    first, second = st.columns(2)
    with first:
        code = _choose("district_one", words("district.choose"), DISTRICT_CODES, setting)
    with second:
        others = [_NOBODY, *(other for other in DISTRICT_CODES if other != code)]
        other = _choose("district_two", words("district.beside"), others, setting)
    codes = [code] if other == _NOBODY else [code, other]
    value = setting.shown.targets[state.target()].value
    domain = district_charts.path_domain(codes, found, before, setting.shown, value, facts)
    with st.container(key="charts-single"):
        for column, its in zip(st.columns(len(codes), gap="medium"), codes, strict=True):
            with column:
                _one(its, found, reference, domain, setting)
    _levers(code, setting)


def _choose(key: str, label: str, options: Sequence[str], setting: Setting) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    names = {code: setting.facts.regions[code].name for code in DISTRICT_CODES}
    return st.selectbox(
        label, options, format_func=lambda code: names.get(code, setting.words("district.nobody")), key=key
    )


def _one(
    code: str, found: Districts, reference: Districts | None, domain: tuple[float, float], setting: Setting
) -> None:
    words, facts, target = setting.words, setting.facts, state.target()
    region = facts.regions[code]
    view = next(its for its in found.views[target] if its.code == code)
    finding = district_charts.path_finding(view, region, found, target, words)
    frame = district_charts.path_frame(
        region, found, reference, setting.shown, target, facts=facts, words=words, domain=domain
    )
    exhibit.heading(finding)
    draw = partial(charts.coverage_path, frame, domain=domain, percent_sign=words.percent_sign, description=finding.alt)
    _chart(
        f"kabupaten-{code}",
        finding,
        draw,
        reading=words("district.path.reading"),
        table=district_charts.path_table(region, found, reference, words),
        rows=district_charts.bands_rows(found, [code]),
        found=found,
        setting=setting,
    )
    for warning in districts.pooled_texts(found, target, facts, words, code):
        st.warning(plain(warning))
    own_target = districts.own_target_text(region, found, facts, words)
    if own_target is not None:
        st.info(plain(own_target))
    _contradictions(code, setting)
    with st.expander(words("district.known", name=region.name)):
        _known(code, setting)
    with st.expander(words("district.money", name=region.name)):
        st.caption(words("district.money_note", draws=words.number(found.draws)))
        text_table(
            districts.money_table(found, code, words),
            key=f"money-{code}",
            alt=words("district.money", name=region.name),
        )
        download(f"kabupaten-{code}-rupiah.csv", partial(districts.money_rows, found, code), words)


def _known(code: str, setting: Setting) -> None:
    """Draw what is published of a kabupaten/kota and what is borrowed from the province."""
    words, facts = setting.words, setting.facts
    region = facts.regions[code]
    st.markdown(f"**{words('district.published')}**")
    table = districts.published_table(region, facts, words)
    text_table(table, key=f"facts-{code}", alt=words("district.published"), address=words("district.column.url"))
    lines = "\n".join(f"- {plain(text)}" for text in districts.borrowed_texts(region, facts, words))
    st.markdown(f"**{words('district.borrowed')}**\n{lines}")


def _contradictions(code: str, setting: Setting) -> None:
    words, facts = setting.words, setting.facts
    found = districts.contradictions_of(facts.regions[code], facts)
    if not found:
        return
    with st.expander(words("district.contradictions", n=len(found))):
        st.caption(words("data.own_language"))
        for number, record in enumerate(found):
            title = getattr(record.title, words.language)
            st.markdown(f"**{plain(title)}**")
            table = data_tables.sides_table(record, facts, words)
            text_table(table, key=f"sides-{code}-{number}", alt=title)
            st.markdown(words("contradiction.why", text=plain(getattr(record.why, words.language))))
            st.markdown(words("contradiction.effect", text=plain(getattr(record.effect, words.language))))


def _levers(code: str, setting: Setting) -> None:
    words = setting.words
    fold = st.expander(
        words("district.levers", name=setting.facts.regions[code].name), key="district_levers", on_change="rerun"
    )
    if not fold.open:
        return
    with fold:
        st.caption(words("district.levers_note"))
        controls.district_lever(setting.scenario, code, setting.baseline.today, words)
        controls.own_values(setting.scenario, code, words)


# ---- the province's own money


def _province_money(setting: Setting) -> None:
    words, scenario = setting.words, setting.scenario
    st.header(words("district.rule"), anchor=False, divider="gray")
    controls.allocation(scenario, words)
    st.caption(words("district.rule_note"))
    if not any(name in scenario.levers for name in LEVERS_SPLIT):
        st.caption(words("district.rule_idle"))
    st.markdown(f"**{words('district.cheapest')}**")
    st.caption(words("district.cheapest_note"))
    now = _split(setting)
    st.button(words("district.cheapest_button"), on_click=background.ask, args=("split", now), key="ask:split")
    background.note_if_old("split", now, words)
    asked = background.asked("split", Split)
    if asked is None:
        return
    try:
        found = background.wait_for(asked, partial(_propose, asked), words, label=words("district.cheapest_working"))
    except (ScenarioError, RunError) as error:
        st.warning(plain(words("versus.refused", reason=str(error))))
        return
    if found is not None:
        _proposal(asked, found, setting)


def _split(setting: Setting) -> Split:
    """Draw which money is to be split, how much a year, and return the question."""
    words, scenario = setting.words, setting.scenario
    left, right = st.columns(2)
    with left:
        lever = st.selectbox(
            words("district.cheapest_lever"),
            LEVERS_SPLIT,
            format_func=lambda name: words(f"lever.{name}.label"),
            key="split_lever",
        )
    key = f"split_amount:{lever}"
    if key not in st.session_state:
        given = scenario.levers.get(lever)
        st.session_state[key] = (
            round(float(given.value) / _BILLION) if given is not None and given.value else _DEFAULT_BILLIONS
        )
    with right:
        billions = st.number_input(
            words("district.cheapest_amount"), min_value=1, max_value=_MOST_BILLIONS[lever], step=1, key=key
        )
    month = setting.shown.targets[state.target()].judged
    return Split(encode_link(scenario), lever, int(billions) * _BILLION, format_month(month))


def _propose(split: Split, progress: Progress, cancel: Event) -> Proposal:
    return districts.propose(
        decode_link(split.link),
        split.lever,
        split.rupiah,
        split.month,
        facts=load_facts(),
        draws=DRAWS,
        progress=progress,
        cancel=cancel,
    )


def _proposal(asked: Split, found: Proposal, setting: Setting) -> None:
    words, rule, best = setting.words, decode_link(asked.link).allocation, found.best
    key = "district.proposal.same" if best == rule else "district.proposal.more"
    said = words(
        key,
        lever=words(f"lever.{asked.lever}.label"),
        rupiah=words.rupiah(asked.rupiah),
        split=words(f"district.rule.{best}"),
        people=words.people(round(found.gains[best], -1)),
        end=words.end_of(parse_month(asked.month)),
        draws=words.number(found.draws),
    )
    st.markdown(plain(said))
    text_table(districts.gains_table(found, words), key="gains", alt=said)
    if best == rule:
        return
    table = districts.proposal_table(found, rule, setting.facts, words)
    text_table(table, key="proposal", alt=words("district.cheapest"))
    st.button(
        words("district.cheapest_use"), on_click=_take_split, args=(asked.lever, found), key="use:split", type="primary"
    )


def _take_split(lever: str, found: Proposal) -> None:
    plan = found.plans[found.best]
    ruled = edits.with_allocation(state.scenario_or_baseline(), plan.allocation)
    controls.attempt(partial(edits.with_setting, ruled, lever, plan.levers[lever]))


# ---- charts


def _chart(
    name: str,
    finding: Finding,
    draw: Callable[..., alt.LayerChart],
    *,
    reading: str,
    table: pd.DataFrame,
    rows: pd.DataFrame,
    found: Districts,
    setting: Setting,
) -> None:
    look = charts.DARK if st.context.theme.type == "dark" else charts.LIGHT
    st.altair_chart(draw(look=look), theme=None, key=f"chart:{name}")
    under_chart(
        name,
        finding,
        reading=reading,
        table=table.map(plain),
        rows=rows,
        picture=partial(draw, look=charts.LIGHT),
        caption=_caption(setting, found),
        words=setting.words,
    )


def _caption(setting: Setting, found: Districts) -> str:
    """Return what a picture needs beside it when it leaves the page."""
    words, shown = setting.words, setting.shown
    return words(
        "chart.caption",
        scenario=getattr(setting.scenario.name, words.language),
        month=words.month(DATA_MONTH),
        version=shown.model_version,
        seed=shown.seed,
        draws=words.number(found.draws),
    )
