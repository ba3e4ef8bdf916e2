"""The page "Uji model" as Streamlit runs it, and in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from simulator.app.sections import trust_anchors, trust_learned, trust_verdict
from simulator.evidence import PosteriorError
from simulator.evidence.stored import load_backtest
from simulator.outputs import anchors
from simulator.outputs.anchors import Mark, Outcome
from tests import pages
from tests.conftest import AppServer
from tests.pages import said
from tests.screen import ANSWER
from tests.screen import opened as opened_in_browser

RECOVERY = {
    "data_sets": 250,
    "reliable": 0.9,
    "inside": {"drift": {"0.5": 0.5, "0.8": 0.8, "0.9": 0.88}},
}


def opened(**address: str) -> AppTest:
    return pages.opened("model_test", **address)


def missing() -> dict:
    msg = "recovery.json is missing or damaged"
    raise PosteriorError(msg)


def score_of_class(forecaster: str, comma: str) -> str:
    """Return a mean score in points of coverage with two decimals, from the stored result itself."""
    return f"{100 * load_backtest()['summary']['class'][forecaster]['wis']:.2f}".replace(".", comma)


@pytest.mark.parametrize(
    ("lang", "headline", "opening", "comma"),
    [
        ("id", "kalah untuk cakupan per kelas", "**Kalah.** Cakupan per kelas", ","),
        ("en", "loses on coverage by class", "**Losses.** Coverage by class", "."),
    ],
)
def test_losses_stand_in_the_headline_with_their_numbers(lang, headline, opening, comma):
    model, rival = (score_of_class(name, comma) for name in ("model", "persistence"))
    assert model > rival
    app = opened(lang=lang)
    assert not app.exception
    assert headline in app.title[0].value
    (loss,) = (part.value for part in app.markdown if part.value.startswith(opening))
    assert model in loss
    assert rival in loss
    assert len(app.header) == 9


def test_missing_result_is_said_and_the_rest_of_the_page_stays(monkeypatch):
    monkeypatch.setattr(trust_learned, "load_recovery", missing)
    app = opened(lang="en")
    assert not app.exception
    assert len(app.header) == 9
    said = [warning.value.replace("\\", "") for warning in app.warning]
    assert len(said) == 1
    assert "recovery.json is missing or damaged" in said[0]


def test_recovery_is_shown_once_it_is_there(monkeypatch):
    monkeypatch.setattr(trust_learned, "load_recovery", lambda: RECOVERY)
    app = opened(lang="en")
    assert not app.warning
    assert "88% of 250 simulated data sets" in said(app)


def test_without_a_backtest_the_page_has_no_verdict_but_its_other_parts(monkeypatch):
    monkeypatch.setattr(trust_verdict, "load_backtest", missing)
    app = opened(lang="en")
    assert not app.exception
    assert len(app.title) == 0
    assert "16 published figures" in said(app)


def test_kind_and_forecaster_can_be_chosen():
    app = opened(lang="en")
    app.segmented_control(key="trust:kind").set_value("class").run()
    model, rival = (score_of_class(name, ".") for name in ("model", "persistence"))
    assert f"**Coverage by class: the model loses with {model} points against {rival} points" in said(app)
    app.segmented_control(key="trust:forecaster").set_value("persistence").run()
    assert not app.exception
    assert "Last figure stays, coverage by class: of 4 forecasts" in said(app)


def test_anchors_are_computed_when_asked_for(monkeypatch):
    found = (Outcome("baseline", Mark("q50", 25.0, 0.5), 26.0), Outcome("villages", Mark("q50", 5.0, 0.5), 5.0))
    monkeypatch.setattr(anchors, "judged", lambda progress: progress(0, 1) or found)
    trust_anchors.shelf.clear()
    app = opened(lang="en")
    assert "reference figures agree" not in said(app)
    app.button(key="anchors").click().run()
    assert not app.exception
    assert "1 of 2 reference figures agree within their tolerance" in said(app)
    trust_anchors.shelf.clear()


def visited(page: Page, app_server: AppServer, lang: str = "id") -> Page:
    return opened_in_browser(page, f"{app_server.url}/uji?lang={lang}")


def test_verdict_stands_on_the_first_screen_with_its_losses(page: Page, app_server: AppServer):
    page.set_viewport_size({"width": 1280, "height": 720})
    visited(page, app_server)
    loss = page.get_by_text(re.compile(r"^Kalah\."))
    box = loss.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720


def test_charts_have_an_alternative_text_with_their_number(page: Page, app_server: AppServer):
    visited(page, app_server, "en")
    charts = page.locator("[role=graphics-document]")
    expect(charts.first).to_be_visible(timeout=ANSWER)
    labels = [charts.nth(k).get_attribute("aria-label") or "" for k in range(charts.count())]
    assert len(labels) >= 6
    assert all(re.search(r"\d", label) for label in labels)


def test_files_of_a_chart_can_be_fetched(page: Page, app_server: AppServer):
    visited(page, app_server)
    for kind, start in (("csv", b"month,"), ("svg", b"<svg"), ("png", b"\x89PNG")):
        with page.expect_download(timeout=ANSWER) as download:
            page.locator(f".st-key-file-uji-masa-lalu-{kind} button").click()
        assert download.value.suggested_filename == f"uji-masa-lalu.{kind}"
        assert download.value.path().read_bytes().startswith(start)


def test_page_is_reached_from_the_menu(page: Page, app_server: AppServer):
    opened_in_browser(page, app_server.url)
    page.get_by_role("link", name="Uji model").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("metode sederhana"), timeout=ANSWER)
    assert "/uji" in page.url
