"""What leaves on paper: nothing that a browser would fetch or run, no name of a participant, and the right pages."""

import re

import pytest
from playwright.sync_api import Browser

from simulator import load_scenario, project
from simulator.outputs.overview import overview
from simulator.outputs.workshop_frames import PlanView
from simulator.scenario import encode_link
from simulator.workshop import NEVER, Answer, Offer, Said, handout
from simulator.workshop.ladder import Played

EVIL = "<script>alert(1)</script>"
CHOICES = ("2026-06", "2026-12", NEVER)
OFFER = Offer(lever="dbh_share", low=0, high=0.2, step=0.01, today=0.04, rupiah=1.0)
OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["'](?!#|data:)|url\((?!#)|@import|<script""")
PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")


@pytest.fixture
def played(store, room):
    """Return a round with three votes and one with two plans, as they were revealed."""
    link = encode_link(load_scenario("combined"))
    when = store.open_round(
        room.id, question=Said(id=EVIL, en=EVIL), target="rkp_2026", scenario=link, choices=CHOICES,
        levers=("dbh_share",),
    )  # fmt: skip
    for name, choice in (("Ani Rahasia", "2026-12"), (EVIL, "2026-12"), ("", NEVER)):
        person = store.person(store.join(room.code, name=name))
        store.vote(person, when.id, choice, "dbh_share")
    shares = {"2026-06": 0.1, "2026-12": 0.5, NEVER: 0.4}
    said = Said(id="Kalimat model.", en="The model's sentence.")
    store.reveal(when.id, Answer(draws=2000, shares=shares, central="2026-12", odds=0.6, sentence=said))
    asked = Said(id="Rencana?", en="Plan?")
    plan = store.open_round(
        room.id, question=asked, target="rkp_2026", scenario=link, kind="plan", offers=[OFFER]
    )  # fmt: skip
    store.reveal(plan.id)
    return [Played(its, store.votes(its.id), 2 if its.kind == "plan" else 0) for its in store.rounds(room.id)]


def page(room, played, language="id"):
    plans = [
        PlanView("Meja 1", "a", 0.6, 1e9, 0.3, within=True, wins=True),
        PlanView(EVIL, "b", 0.7, 9e12, 0.4, within=False, wins=False),
    ]
    return handout.handout_html(
        room, played, {played[-1].asked.id: plans}, language=language, draws=2000, version="1"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", ("2 dari 3 pilihan kena: jawaban di tengah adalah Jul–Des 2026", "Kalimat model.", "Terbaik: Meja 1")),
        ("en", ("2 of 3 votes hit: the middle answer is Jul–Dec 2026", "The model&#39;s sentence.", "Best: Meja 1")),
    ],
)
def test_the_hand_out_tells_votes_against_the_model_and_the_plans(room, played, language, words):
    made = page(room, played, language)
    assert f'<html lang="{language}">' in made
    assert [text for text in words if text not in made] == []
    assert made.count("<svg") == 2


def test_no_name_of_a_participant_is_in_the_hand_out(room, played):
    assert "Rahasia" not in page(room, played)


def test_the_hand_out_fetches_and_runs_nothing(room, played):
    assert OUTSIDE.findall(page(room, played)) == []


def test_a_room_without_rounds_has_a_hand_out_that_says_so(room):
    made = handout.handout_html(room, [], {}, language="id", draws=2000, version="1")
    assert "Belum ada putaran" in made


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_fallback_is_exactly_two_pages_of_a4_with_nothing_cut_off(browser: Browser, tmp_path, language):
    shown = overview(project(load_scenario("baseline"), draws=200, seed=0))
    made = handout.fallback_html(shown, language=language)
    assert OUTSIDE.findall(made) == []
    file = tmp_path / "fallback.html"
    file.write_text(made, encoding="utf-8")
    opened = browser.new_page()
    try:
        opened.goto(file.as_uri())
        assert len(PAGES.findall(opened.pdf(prefer_css_page_size=True))) == 2
        opened.emulate_media(media="print")
        cut = opened.locator(".page, .sheet").evaluate_all(
            "all => all.filter(e => e.scrollHeight > e.clientHeight + 1)"
        )
        assert cut == []
    finally:
        opened.close()
