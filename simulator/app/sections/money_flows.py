"""Where rupiah go and why some are left, who is covered with them, and what families receive."""

import streamlit as st

from simulator.app import exhibit
from simulator.app.frame import Setting
from simulator.app.sections import money_ledgers
from simulator.outputs import money, money_charts
from simulator.outputs.money import Ledger


def rupiah(its: Ledger, reference: Ledger | None, setting: Setting) -> None:
    """Draw rupiah by source, and why some are left."""
    words = setting.words
    st.header(words("money.page.rupiah"), anchor=False, divider="gray")
    if not its.funds:
        st.markdown(words("money.title.none", period=money.period_text(its, words)))
        return
    for drawn in (money_charts.rupiah_exhibit(its, reference, words), money_charts.reasons_exhibit(its, words)):
        exhibit.show(drawn, setting, caption=exhibit.caption(setting, money_ledgers.DRAWS), draw=money_charts.bars)


def cover(its: Ledger, reference: Ledger | None, setting: Setting) -> None:
    """Draw who is covered with the money."""
    words = setting.words
    st.header(words("money.page.cover"), anchor=False, divider="gray")
    everybody = st.toggle(words("money.everybody"), key="money_everybody")
    drawn = money_charts.cover_exhibit(its, reference, words, everybody=everybody)
    exhibit.show(drawn, setting, caption=exhibit.caption(setting, money_ledgers.DRAWS), draw=money_charts.areas)


def grants(its: Ledger, reference: Ledger | None, setting: Setting) -> None:
    """Draw what families receive."""
    words = setting.words
    st.header(words("money.page.grants"), anchor=False, divider="gray")
    drawn = money_charts.grants_exhibit(its, reference, _grade(setting), words)
    exhibit.show(drawn, setting, caption=exhibit.caption(setting, money_ledgers.DRAWS))


def _grade(setting: Setting) -> str:
    """Return on which evidence the rate of death grants rests."""
    if "death_claims" in setting.scenario.assumptions:
        return setting.words("money.grade_own")
    return setting.words(f"grade.{setting.facts.parameters['death_claims'].grade}.long")
