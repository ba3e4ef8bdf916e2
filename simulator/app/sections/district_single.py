"""A single kabupaten/kota, or two side by side: path, own target, what is known, money and levers."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from simulator.app import exhibit, state
from simulator.app.frame import Setting
from simulator.app.sections import district_known, district_levers
from simulator.app.style import plain
from simulator.app.tables import download, text_table
from simulator.outputs import charts, district_charts, districts
from simulator.outputs.districts import Districts
from simulator.scenario import DISTRICT_CODES

_NOBODY = ""


def draw(found: Districts, before: Districts, setting: Setting) -> None:
    """Draw the choice of one or two, each of them, and the levers of the first."""
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
                _one(its, found, None if found is before else before, domain, setting)
    district_levers.draw(code, setting)


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
    _path(code, found, reference, domain, setting)
    for warning in districts.pooled_texts(found, target, facts, words, code):
        st.warning(plain(warning))
    own_target = districts.own_target_text(region, found, facts, words)
    if own_target is not None:
        st.info(plain(own_target))
    district_known.contradictions(code, setting)
    fold = st.expander(words("district.known", name=region.name), key=f"fold:known-{code}", on_change="rerun")
    if fold.open:
        with fold:
            district_known.published(code, setting)
    fold = st.expander(words("district.money", name=region.name), key=f"fold:money-{code}", on_change="rerun")
    if fold.open:
        with fold:
            _money(code, found, setting)


def _money(code: str, found: Districts, setting: Setting) -> None:
    words = setting.words
    st.caption(words("district.money_note", draws=words.number(found.draws)))
    alt = words("district.money", name=setting.facts.regions[code].name)
    text_table(districts.money_table(found, code, words), key=f"money-{code}", alt=alt)
    download(f"kabupaten-{code}-rupiah.csv", partial(districts.money_rows, found, code), words)


def _path(
    code: str, found: Districts, reference: Districts | None, domain: tuple[float, float], setting: Setting
) -> None:
    """Draw coverage over time, on the axis that both of two share."""
    words, facts, target = setting.words, setting.facts, state.target()
    region = facts.regions[code]
    view = next(its for its in found.views[target] if its.code == code)
    finding = district_charts.path_finding(view, region, found, target, words)
    frame = district_charts.path_frame(
        region, found, reference, setting.shown, target, facts=facts, words=words, domain=domain
    )
    exhibit.heading(finding)
    exhibit.chart(
        f"kabupaten-{code}",
        finding,
        partial(charts.coverage_path, frame, domain=domain, percent_sign=words.percent_sign, description=finding.alt),
        reading=words("district.path.reading"),
        table=partial(district_charts.path_table, region, found, reference, words),
        rows=partial(district_charts.bands_rows, found, [code]),
        caption=exhibit.caption(setting, found.draws),
        words=words,
    )
