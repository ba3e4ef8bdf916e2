"""The report: one file that needs nothing, says what the front page says, and shows no markup of users."""

import re
from html.parser import HTMLParser

import pytest

from simulator.outputs import findings, pictures
from simulator.outputs.exports import Export, run_export
from simulator.outputs.grounds import deciding, disputed
from simulator.outputs.report import report_html
from simulator.outputs.text import Words
from simulator.scenario import digest
from tests import bundles
from tests.bundles import members

REPORT = members(bundles.bundle())["report.html"].decode()


class Page(HTMLParser):
    """Tags with their attributes, and all text that is read."""

    def __init__(self, text):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


PAGE = Page(REPORT)


def drawn(export: Export) -> list[pictures.Drawn]:
    return [make() for make in pictures.makers(export)]


def test_nothing_is_run_or_fetched():
    tags = {tag for tag, _ in PAGE.tags}
    assert not tags & {"script", "link", "iframe", "img", "object", "embed", "image", "foreignobject"}
    addresses = [value for _, its in PAGE.tags for key, value in its.items() if key in {"src", "href", "xlink:href"}]
    assert [address for address in addresses if not str(address).startswith("#")] == []
    assert "http" not in REPORT
    assert "@import" not in REPORT
    assert [value for _, its in PAGE.tags for key, value in its.items() if key.startswith("on")] == []


def test_what_a_user_typed_is_text():
    assert "<script>" not in REPORT
    assert bundles.EVIL in PAGE.text


def test_page_has_its_language_and_every_chart_says_what_it_shows():
    assert next(its["lang"] for tag, its in PAGE.tags if tag == "html") == "id"
    charts = [its for tag, its in PAGE.tags if tag == "svg"]
    assert len(charts) == 4
    export = bundles.export()
    spoken = [str(its["aria-label"]) for its in charts]
    assert {its["role"] for its in charts} == {"img"}
    finding = findings.path_finding(export.overviews[1], export.references[1], export.words)
    assert spoken[0] == finding.alt


def test_ids_are_unique_and_every_reference_finds_its_own():
    ids = re.findall(r'\bid="([^"]+)"', REPORT)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", REPORT)) <= set(ids)


def test_answer_odds_and_people_are_those_of_the_front_page():
    export = bundles.export()
    shown, view, words = export.overviews[1], export.view(1), export.words
    wanted = [findings.headline(view, shown, words)]
    for card in (findings.odds_card, findings.arrival_card, findings.people_card):
        wanted += [card(view, shown, words).value, *card(view, shown, words).notes]
    assert [text for text in wanted if " ".join(text.split()) not in PAGE.text] == []


def test_it_says_what_it_rests_on_and_how_to_get_it_again():
    export = bundles.export()
    grounds = deciding(export, 1)
    for ground in grounds:
        assert ground.label in PAGE.text
        assert ground.grade in PAGE.text
    for its in disputed(export, grounds):
        assert its.title.id in PAGE.text
    assert all(digest(result.scenario) in REPORT for result in export.results)
    assert f"--draws {bundles.DRAWS} --seed {bundles.SEED}" in REPORT
    assert "**" not in PAGE.text


def test_deciding_assumptions_are_ordered_and_read_by_the_run():
    grounds = deciding(bundles.export(), 0)
    strengths = [abs(ground.goes_with) for ground in grounds]
    assert strengths == sorted(strengths, reverse=True)
    assert all(0 < strength <= 1 for strength in strengths)
    names = {ground.id for ground in grounds}
    assert "start_rate_2025_12" in names  # coverage soon after the start follows the level it starts from
    assert not names & {"start_rate_2022_12", "start_rate_2023_12", "start_rate_2024_12"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_one_scenario_alone_without_any_money_makes_a_report_too(language):
    levers = ("village_share", "metro_share", "apbd_amount", "dbh_share", "csr_amount", "public_mandate")
    nothing = bundles.short("baseline").replace(levers=dict.fromkeys(levers, 0))
    export = run_export({"nothing": nothing}, language=language, draws=10)
    text = Page(report_html(export, drawn(export))).text
    assert Words(language)("report.compared") not in text
    assert Words(language)("report.rests") in text
