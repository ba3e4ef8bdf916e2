"""A refused scenario is said on screen in the language of the page, field and what is allowed included."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from simulator import load_scenario
from simulator.app import runs
from simulator.scenario import encode_link, with_levers

ENTRY = Path(__file__).resolve().parents[2] / "streamlit_app.py"
BASELINE = load_scenario("baseline")
TIMEOUT_SECONDS = 120  # the first run may compile the kernel


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "DRAWS", 20)


def warned(**address: str) -> str:
    app = AppTest.from_file(ENTRY, default_timeout=TIMEOUT_SECONDS)
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    assert len(app.warning) == 1
    return app.warning[0].value.replace("\\", "")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        (
            "id",
            "Tautan ditolak, jadi yang tampil adalah acuan. Alasannya: tautan: '1rusak' rusak; "
            "yang boleh: tautan yang disalin utuh",
        ),
        (
            "en",
            "The link is refused, so the baseline is shown. The reason: link: '1rusak' is damaged; "
            "a link copied whole is allowed",
        ),
    ],
)
def test_a_refused_link(lang, sentence):
    assert warned(s="1rusak", lang=lang) == sentence


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        ("id", ("Tidak dapat dihitung: levers.pppk_full.districts.1872 bernilai 20000", "yang boleh: dari 0 sampai ")),
        ("en", ("This cannot be computed: levers.pppk_full.districts.1872 is 20000", "from 0 to ")),
    ],
)
def test_a_scenario_that_cannot_be(lang, parts):
    said = warned(s=encode_link(with_levers(BASELINE, ["pppk_full@1872=20000"])), lang=lang)
    assert [part for part in parts if part not in said] == []


def _name_it() -> None:
    import streamlit as st

    from simulator.app import frame

    st.session_state["name"] = "\x07"
    frame._take_name()


def _end_it_early() -> None:
    from simulator.app import edits, moves, state

    changed = edits.with_value(state.scenario_or_baseline(), "outreach", 2.0)
    moves.attempt(lambda: edits.with_schedule(changed, "outreach", end="2026-02"))


@pytest.mark.parametrize(
    ("lang", "edit", "sentence"),
    [
        (
            "id",
            _name_it,
            "name.id bernilai '\\x07'; yang boleh: teks dengan sedikitnya satu karakter yang terlihat dan tanpa "
            "karakter kendali",
        ),
        (
            "id",
            _end_it_early,
            "levers.outreach.end bernilai '2026-02'; yang boleh: bulan sesudah tuas itu mulai (2026-02)",
        ),
        (
            "en",
            _end_it_early,
            "levers.outreach.end is '2026-02'; a month after the lever's start (2026-02) is allowed",
        ),
    ],
)
def test_a_refused_edit(lang, edit, sentence):
    app = AppTest.from_function(edit)
    app.query_params["lang"] = lang
    app.run()
    assert [toast.value.replace("\\", "") for toast in app.toast] == [sentence.replace("\\", "")]
