"""The page "Ekspor" as Streamlit runs it, without a browser; few futures, to be quick."""

import pytest
from streamlit.testing.v1 import AppTest

from simulator import load_scenario
from simulator.app import runs
from simulator.scenario import decode_link, dump_scenario, encode_link
from tests import bundles, pages
from tests.bundles import forged, members
from tests.pages import finished, said

VILLAGES = load_scenario("village_100").replace(horizon="2027-06", targets=("rkp_2026",))


@pytest.fixture(autouse=True)
def _few_futures(monkeypatch):
    monkeypatch.setattr(runs, "DRAWS", 20)


def opened(**address: str) -> AppTest:
    return finished(pages.opened("export", **address))


def downloads(app: AppTest) -> list[str]:
    return [button.label for button in app.get("download_button")]


def address(app: AppTest, key: str) -> str:
    held = app.query_params[key]
    return held if isinstance(held, str) else held[0]


def returned(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader(key="return_upload").set_value((name, content, "application/octet-stream"))
    return finished(app.run())


@pytest.mark.parametrize(("lang", "label"), [("id", "Buat paket"), ("en", "Make the bundle")])
def test_page_opens_with_the_scenario_beside_the_baseline(lang, label):
    app = opened(lang=lang, s=encode_link(VILLAGES))
    assert app.multiselect(key="export_pick").value == ["baseline", "now"]
    assert app.button(key="ask:export").label == label
    assert len(downloads(app)) == 1  # the scenario file needs no run
    assert opened(lang=lang).multiselect(key="export_pick").value == ["now"]  # the baseline has nothing beside it


def test_a_bundle_is_made_on_demand_and_kept_for_its_settings():
    app = opened(s=encode_link(VILLAGES))
    app.multiselect(key="export_pick").set_value(["now"]).run()
    finished(app.button(key="ask:export").click().run())
    assert downloads(app)[0] == "Unduh paket (ZIP)"
    assert len(downloads(app)) == 5
    app.multiselect(key="export_pick").set_value(["baseline", "now"]).run()
    assert len(app.warning) == 1  # the bundle is that of the settings before
    assert len(downloads(app)) == 5
    app.multiselect(key="export_pick").set_value([]).run()
    assert "ask:export" not in [button.key for button in app.button]


def test_a_bundle_that_comes_back_is_checked_and_gives_its_scenarios():
    app = returned(opened(), "hasil.zip", bundles.bare())
    assert "Cocok" in said(app)
    assert "sama sampai digit terakhir" in said(app)
    app.button(key="use:desa-ke-1").click().run()
    assert decode_link(address(app, "s")) == bundles.evil()

    files = members(bundles.bare())
    table = files["money.csv"].replace(b",rupiah", b"7,rupiah", 1)
    app = returned(opened(), "hasil.zip", forged({**files, "money.csv": table}))
    assert "Tidak cocok" in said(app)
    assert "money.csv: perbedaan pertama pada baseline, 2026" in said(app)


def test_a_scenario_file_becomes_the_scenario_and_the_one_before_is_put_aside():
    before = VILLAGES.replace(levers={"village_people": 70}, name={"id": "Rencana kami", "en": "Our plan"})
    after = VILLAGES.replace(levers={"village_people": 30}, name={"id": "Rencana lain", "en": "Other plan"})
    app = returned(opened(s=encode_link(before)), "rencana.toml", dump_scenario(after).encode())
    assert decode_link(address(app, "s")) == after
    assert decode_link(address(app, "kept")) == before
    assert "Rencana lain" in said(app)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.zip", b"PK\x03\x04 nothing", "bukan paket yang utuh"),
        ("x.toml", b"schema = 9", "ditolak"),
        ("x.toml", b"\xff\xfe\x00", "ditolak"),
        ("x.toml", b"", "ditolak"),
    ],
)
def test_a_file_that_is_refused_changes_nothing(name, content, words):
    link = encode_link(VILLAGES)
    app = returned(opened(s=link), name, content)
    assert len(app.warning) == 1
    assert words in app.warning[0].value.replace("\\", "")
    assert address(app, "s") == link
    assert "kept" not in app.query_params
