"""Rounds in which tables plan under one budget: what levers cost, plans typed here, and all plans beside each other."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event

import streamlit as st

from simulator.app import asking, background, exhibit, runs, state
from simulator.app.frame import Setting
from simulator.app.sections import workshop_levers
from simulator.app.sections.workshop_parts import Here, Later, attempt
from simulator.app.style import plain
from simulator.app.tables import text_table
from simulator.evidence import DataError, OwnRow
from simulator.model import Progress, RunError
from simulator.outputs import project, workshop_charts, workshop_frames
from simulator.outputs.findings import Finding
from simulator.outputs.lever_text import value_text
from simulator.outputs.overview import Overview, overview
from simulator.outputs.text import Language, Words
from simulator.outputs.workshop_frames import PlanView
from simulator.scenario import LEVERS, Scenario, ScenarioError, decode_link
from simulator.workshop import plans, questions
from simulator.workshop.records import LONGEST_NAME, Offer, Proposal, Round

_CHART = "lokakarya-rencana"
_TABLE, _PLAN = "room_table", "room_plan_"


@dataclass(frozen=True)
class Pricing:
    """What the prices of levers depend on."""

    link: str
    levers: tuple[str, ...]
    own: tuple[OwnRow, ...]


@dataclass(frozen=True)
class Comparing:
    """What a comparison of plans depends on; `sent` is each table with its values, as the round's end left them."""

    asked: int
    sent: tuple[tuple[str, str], ...]
    budget: int | None
    language: Language
    own: tuple[OwnRow, ...]


class Runner:
    """Runs scenarios one after the other, telling how far all of them are."""

    def __init__(self, n: int, own: tuple[OwnRow, ...], progress: Progress, cancel: Event) -> None:
        self._n, self._own, self._progress, self._cancel = n, own, progress, cancel
        self._done = 0

    def __call__(self, scenario: Scenario) -> Overview:
        """Return the overview of a scenario."""

        def step(done: int, total: int) -> None:
            self._progress(self._done * total + done, self._n * total)

        result = project(
            scenario, draws=runs.DRAWS, seed=runs.SEED, progress=step, cancel=self._cancel, own_data=self._own
        )
        self._done += 1
        return overview(result)


def prepare(here: Here, ask: Callable[..., None], setting: Setting) -> None:
    """Draw what the levers cost and what opens the round by `ask`; the prices are computed first."""
    words = setting.words
    now = Pricing(state.link(), workshop_levers.chosen(here), state.own_rows())
    try:
        offers = background.wait_for(now, partial(_offers, now, setting.shown), words, label=words("room.pricing"))
    except (ScenarioError, RunError, DataError) as error:
        asking.refuse(error, words)
        return
    if offers is None:
        return
    act = partial(ask, kind="plan", offers=offers)
    st.button(words("room.ask_plan"), on_click=attempt, args=(act,), type="primary", key="room_ask")
    text_table(workshop_frames.offer_table(offers_text(offers, words), words), key="offers", alt=words("room.prices"))


def offers_text(offers: tuple[Offer, ...], words: Words) -> list[tuple[str, str, str]]:
    """Return label, range and price of each offer in words; the price is that of a tenth of the range."""
    out = []
    for its in offers:
        lever = LEVERS[its.lever]
        low, high = (value_text(lever, end, words) for end in (its.low, its.high))
        tenth = (its.high - its.low) / 10
        price = words(
            "room.price", step=value_text(lever, tenth, words), rupiah=words.rupiah(its.rupiah * tenth)
        )  # fmt: skip
        out.append((words(f"lever.{its.lever}.label"), f"{low} – {high}", price))
    return out


def type_one(here: Here, asked: Round, words: Words) -> None:
    """Draw the fold in which the facilitator types the plan of a table without a phone."""
    with st.popover(words("room.type_plan")):
        st.text_input(words("room.column.table"), max_chars=LONGEST_NAME, key=_TABLE)
        for its in asked.offers:
            unit = LEVERS[its.lever].unit
            low, high, today, step = (round(n / _scale(unit), 6) for n in (its.low, its.high, its.today, its.step))
            label = words(f"lever.{its.lever}.label")
            st.slider(label, low, high, today, step, format=words(f"room.format.{unit}"), key=_PLAN + its.lever)
        act = partial(_send, here, asked)
        st.button(words("room.send_plan"), on_click=attempt, args=(act,), key="room_send")


def _send(here: Here, asked: Round) -> None:
    """Keep the plan as the controls hold it at the click."""
    values = {
        its.lever: round((state.control(_PLAN + its.lever, float) or 0.0) * _scale(LEVERS[its.lever].unit), 6)
        for its in asked.offers
    }
    here.store.propose_here(asked.id, state.control(_TABLE, str) or "", values)


def reveal(here: Here, words: Words) -> None:
    """Draw the button that ends the round."""
    if here.asked is not None:
        act = partial(here.store.reveal, here.asked.id)
        st.button(words("room.reveal_plans"), on_click=attempt, args=(act,), type="primary", key="room_reveal")


def draw(here: Here, asked: Round, setting: Setting) -> Later:
    """Draw all plans beside each other; as `workshop_reveal.draw`."""
    words = setting.words
    proposals = tuple(here.store.proposals(asked.id))
    if not proposals:
        st.title(plain(asked.question.in_(words.language)), anchor=False)
        st.markdown(words("room.no_plans"))
        return None
    sent = tuple((its.table, its.model_dump_json()) for its in proposals)
    now = Comparing(asked.id, sent, here.room.budget, words.language, state.own_rows())
    try:
        found = background.wait_for(now, partial(_compared, now, asked, proposals), words, label=words("room.planning"))
    except (ScenarioError, RunError, DataError) as error:
        asking.refuse(error, words)
        return None
    if found is None:
        st.title(plain(asked.question.in_(words.language)), anchor=False)
        return None
    st.markdown(plain(asked.question.in_(words.language)))
    return _chart(asked, found, here.room.budget, setting)


def _chart(asked: Round, found: list[PlanView], budget: int | None, setting: Setting) -> Later:
    words = setting.words
    finding: Finding = plans.finding(found, budget, runs.DRAWS, words)
    st.title(plain(finding.title), anchor=False)
    st.markdown(plain(finding.sentence))
    axis = words("room.plan.axis", year=questions.last_year(decode_link(asked.scenario)))
    return partial(
        exhibit.chart,
        _CHART,
        finding,
        partial(
            workshop_charts.plans,
            workshop_frames.plan_frame(found, words),
            kinds=workshop_frames.plan_kinds(words),
            axis=axis,
            description=finding.alt,
        ),
        reading=words("room.plan.reading"),
        table=partial(workshop_frames.plan_table, found, runs.DRAWS, words),
        rows=partial(workshop_frames.plan_rows, found),
        caption=exhibit.caption(setting, runs.DRAWS),
        words=words,
        place=st.container(),
    )


def _offers(its: Pricing, shown: Overview, progress: Progress, cancel: Event) -> tuple[Offer, ...]:
    run = Runner(len(its.levers), its.own, progress, cancel)
    return plans.offers(decode_link(its.link), its.levers, shown, run)


def _compared(
    its: Comparing, asked: Round, proposals: tuple[Proposal, ...], progress: Progress, cancel: Event
) -> list[PlanView]:
    run = Runner(len(proposals) + 1, its.own, progress, cancel)
    return plans.compared(asked, decode_link(asked.scenario), proposals, its.budget, run, Words(its.language))


def _scale(unit: str) -> float:
    """Return what sliders count in: per cent and billions, so that their numbers can be read."""
    return {"share": 0.01, "rupiah_per_year": 1e9}.get(unit, 1.0)
