"""The report of a bundle: one page of HTML that needs nothing beside it, to read on a screen and to print on A4."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from simulator.answers.bands import PUBLIC_FUNDS
from simulator.evidence.stored import load_backtest
from simulator.facts.calendar import DATA_MONTH
from simulator.model import FUNDS
from simulator.outputs import compare_charts, findings, money, trust
from simulator.outputs.exports import Export
from simulator.outputs.grounds import deciding, disputed
from simulator.outputs.lever_text import changes
from simulator.outputs.manifest import program, scenario_file
from simulator.outputs.money import Ledger
from simulator.outputs.pictures import COMPARISON, Drawn, ledger_of
from simulator.outputs.text import Words
from simulator.scenario import digest

TEMPLATES = Path(__file__).parent / "templates"
CAVEATS = ("thin", "contradict", "budget")
_ID = re.compile(r'\bid="([^"]+)"')
_SAID = (
    "question", "kind", "about", "when", "takes", "spending", "compared", "rests", "deciding", "deciding_note", "range",
    "goes_with", "caveats", "disputed", "again", "again_how",
)  # fmt: skip
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class Table:
    """A table in words: its heads, and rows of which the first cell names the row."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Plan:
    """One scenario in words: its name, what it changes and what the front page says of it."""

    label: str
    changes: Sequence[str]
    headline: str


def report_html(export: Export, drawn: Sequence[Drawn]) -> str:
    """Return the report.

    Parameters
    ----------
    export : Export
    drawn : sequence of Drawn
        Charts of the bundle, by `simulator.outputs.pictures.makers`.
    """
    words, n = export.words, export.told
    shown, view, result = export.overviews[n], export.view(n), export.results[n]
    charts = {its.name: its for its in drawn}
    its = ledger_of(export, n)
    baseline = export.baselines[n]
    before = None if baseline is None else money.ledger(baseline.projection)
    grounds = deciding(export, n)
    verdict, scores = trust.verdict(load_backtest(), words)
    return _template().render(
        language=words.language,
        said=_said(words),
        plan=plans(export)[n],
        others=plans(export),
        headline=findings.headline(view, shown, words),
        subtitle=findings.subtitle(view, shown, result.facts, words),
        cards=[card(view, shown, words) for card in (findings.odds_card, findings.arrival_card, findings.people_card)],
        snapshot=_bold(findings.snapshot_note(view, words) or ""),
        path=figure(charts[f"{result.name}-path"]),
        arrival=figure(charts[f"{result.name}-arrival"]),
        money_headline=money.headline(its, words),
        money_basis=money.basis(its, before, words),
        money=figure(charts[f"{result.name}-money"]),
        spending=spending(its, words),
        comparison=figure(charts[COMPARISON]) if COMPARISON in charts else None,
        standing=_standing(export) if COMPARISON in charts else None,
        grounds=[asdict(ground) | {"strength": words.number(ground.goes_with, 2)} for ground in grounds],
        verdict=verdict,
        scores=[_bold(sentence) for sentence in scores],
        disputed=[_disputed(its, words) for its in disputed(export, grounds)],
        caveats=[_bold(words(f"data.caveat.{name}")) for name in CAVEATS],
        basis=basis(export),
        commands=commands(export),
    )


def plans(export: Export) -> list[Plan]:
    """Return every scenario in words, the reference first."""
    words = export.words
    return [
        Plan(
            label,
            changes(result.scenario, words) or [words("strip.no_change")],
            findings.headline(export.view(n), export.overviews[n], words),
        )
        for n, (result, label) in enumerate(zip(export.results, export.labels, strict=True))
    ]


def figure(drawn: Drawn) -> dict[str, object]:
    """Return a chart for the page: its picture as text with ids of its own, its finding and what it says aloud."""
    svg = _ID.sub(rf'id="{drawn.name}-\1"', drawn.svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{drawn.name}-\1)", svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{drawn.name}-\1"', svg)
    svg = (
        re.sub(r'\s(?:xmlns(?::xlink)?|version|width|height|role|aria-\w+)="[^"]*"', "", svg.partition(">")[0])
        + (svg[svg.index(">") :])
    )
    opened = f'<svg role="img" aria-label="{escape(drawn.finding.alt)}"{svg.removeprefix("<svg")}'
    titled = opened.replace(">", f"><title>{escape(drawn.finding.title)}</title>", 1)
    return {"finding": drawn.finding, "svg": Markup(titled)}


def spending(its: Ledger, words: Words) -> Table:
    """Return what each fund spends in each year, and public money in all."""
    rows = [
        [money.fund_name(fund, words), *(words.rupiah(float(amount)) for amount in its.rupiah[FUNDS.index(fund), :, 1])]
        for fund in its.funds
    ]
    public = its.rupiah[[FUNDS.index(fund) for fund in PUBLIC_FUNDS]].sum(axis=0)
    for key, amounts in (("spent", public[:, 1]), ("left", public[:, 0] - public[:, 1])):
        rows.append([words(f"report.public_{key}"), *(words.rupiah(float(amount)) for amount in amounts)])
    return Table([words("money.column.fund"), *(str(year) for year in its.years)], rows)


def basis(export: Export) -> Table:
    """Return what the numbers follow from."""
    words, first = export.words, export.results[0]
    rows = [[words(f"setting.{name}"), value] for name, value in program().items()]
    rows += [[words("setting.draws"), words.number(first.draws)], [words("setting.seed"), str(first.seed)]]
    rows += [[f"{words('setting.digest')}: {its.name}", digest(its.scenario)] for its in export.results]
    return Table([words("column.meaning"), words("column.content")], rows)


def commands(export: Export) -> list[str]:
    """Return the commands that check the bundle and compute it again."""
    first = export.results[0]
    run = f"--draws {first.draws} --seed {first.seed}"
    return [
        f"python -m simulator verify {export.words('report.bundle_file')}.zip",
        *(f"python -m simulator run {scenario_file(its.name)} {run} --out {its.name}" for its in export.results),
    ]


def _said(words: Words) -> dict[str, str]:
    """Return the fixed words of the page."""
    said = {key: words(f"report.{key}") for key in _SAID}
    said |= {"label": words("column.label"), "grade": words("column.grade")}
    said["what_ranges"] = words("setting.what_ranges")
    said["footer"] = words("report.footer", month=words.month(DATA_MONTH))
    return said


def _standing(export: Export) -> Table:
    table = compare_charts.standing_table(export.sides, export.labels, export.target, export.words)
    return Table(list(table.columns), table.to_numpy().tolist())


def _disputed(its: object, words: Words) -> tuple[str, str]:
    title, effect = (getattr(getattr(its, field), words.language) for field in ("title", "effect"))
    return str(title), str(effect)


def _bold(text: str) -> Markup:
    """Return a text of the catalogue with its bold words; everything else in it is escaped."""
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(text))))


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.get_template("report.html")
