"""The charts of a bundle: path, arrival and money of each scenario, and all of them side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import altair as alt
import pandas as pd

from simulator.facts.calendar import DATA_MONTH, MONTHS_PER_YEAR
from simulator.outputs import charts, compare_charts, findings, frames, money_charts, trust_charts
from simulator.outputs.exports import Export
from simulator.outputs.findings import Finding
from simulator.outputs.money import Ledger, ledger
from simulator.outputs.overview import Overview
from simulator.outputs.trust_charts import Axis, Picture, Series

COMPARISON = "comparison"
WIDTH = 720  # pixels, on paper and slides
_TONES = (("baseline", "square"), ("scenario", "circle"), ("in_time", "triangle"), ("late", "diamond"))
_TENTHS = range(0, 101, 10)


@dataclass(frozen=True, eq=False)
class Drawn:
    """One chart.

    Attributes
    ----------
    name : str
        Stem of its files.
    finding : Finding
    chart : LayerChart
    caption : str
        What it needs beside it where it stands alone.
    """

    name: str
    finding: Finding
    chart: alt.LayerChart
    caption: str

    def files(self) -> dict[str, bytes]:
        """Return the chart with title and caption, to be pasted anywhere."""
        svg = charts.as_file(self.chart, "svg", title=self.finding.title, caption=self.caption)
        return {f"charts/{self.name}.svg": svg, f"charts/{self.name}.png": _png(svg)}

    @cached_property
    def svg(self) -> str:
        """The chart alone, where title and caption stand around it."""
        import vl_convert

        spec = self.chart.properties(width=WIDTH, padding=6).to_json(validate=False)
        return str(vl_convert.vegalite_to_svg(spec))

    @property
    def png(self) -> bytes:
        """The same for slides."""
        return _png(self.svg.encode())


def makers(export: Export) -> list[Callable[[], Drawn]]:
    """Return what draws each chart, in the order of scenarios; the comparison last, where there is one."""
    each = [partial(draw, export, n) for n in range(len(export.results)) for draw in (path, arrival, money)]
    return [*each, *([partial(comparison, export)] if len(export.results) > 1 else [])]


def path(export: Export, n: int) -> Drawn:
    """Draw coverage over time."""
    words, shown, reference = export.words, export.overviews[n], export.references[n]
    finding = findings.path_finding(shown, reference, words)
    domain = frames.path_domain([shown, *([] if reference is None else [reference])], export.view(n).value)
    facts = export.results[n].facts
    frame = frames.path_frame(shown, reference, export.target, facts=facts, words=words, domain=domain)
    chart = charts.coverage_path(
        frame, look=charts.LIGHT, domain=domain, percent_sign=words.percent_sign, description=finding.alt
    )
    return _drawn(export, f"{export.results[n].name}-path", finding, chart, export.labels[n])


def arrival(export: Export, n: int) -> Drawn:
    """Draw fifty equally likely futures by when they arrive."""
    words, shown, view = export.words, export.overviews[n], export.view(n)
    finding = findings.dots_finding(view, shown, words)
    frame = frames.dots_frame(view, start=shown.start, horizon=shown.horizon, words=words)
    states = frames.dot_states(words, shown.horizon)
    chart = charts.arrival_dots(frame, look=charts.LIGHT, states=states, description=finding.alt)
    return _drawn(export, f"{export.results[n].name}-arrival", finding, chart, export.labels[n])


def money(export: Export, n: int) -> Drawn:
    """Draw rupiah by fund and year."""
    baseline = export.baselines[n]
    reference = None if baseline is None else ledger(baseline.projection)
    its = money_charts.rupiah_exhibit(ledger_of(export, n), reference, export.words)
    chart = money_charts.bars(its.picture, look=charts.LIGHT, description=its.finding.alt)
    return _drawn(export, f"{export.results[n].name}-money", its.finding, chart, export.labels[n])


def ledger_of(export: Export, n: int) -> Ledger:
    """Return the money of one scenario."""
    return ledger(export.results[n].projection)


def comparison(export: Export) -> Drawn:
    """Draw the medians of all scenarios, and of the baseline where it is not among them."""
    words = export.words
    named = _compared(export)
    title = compare_charts.headline(export.sides, export.labels, export.target, words)
    ends = [f"{name}: {words.percent(float(its.bands['q50'].iloc[-1]), 1)}" for name, its in named]
    sentence = words("export.comparison.sentence", month=words.month(named[0][1].horizon), list="; ".join(ends))
    finding = Finding(title, sentence, f"{title}. {sentence}")
    chart = trust_charts.draw(_comparison_picture(export, named), look=charts.LIGHT, description=finding.alt)
    return _drawn(export, COMPARISON, finding, chart, " · ".join(export.labels))


def _compared(export: Export) -> list[tuple[str, Overview]]:
    """Return name and numbers of every line: the reference first, a baseline that is none of them last."""
    named = [*zip(export.labels, export.overviews, strict=True)]
    baseline = export.references[0]
    if baseline is not None and all(reference is not None for reference in export.references):
        named.append((export.words("table.baseline"), baseline))
    return named


def _comparison_picture(export: Export, named: Sequence[tuple[str, Overview]]) -> Picture:
    words, value = export.words, export.view(0).value
    goal = frames.target_label(export.target, export.results[0].facts.targets[export.target], words)
    first, last = (frames.years(month) for month in (named[0][1].start, named[0][1].horizon))
    rows: list[dict[str, object]] = [{"part": "median", "series": goal, "x": x, "y": value} for x in (first, last)]
    for name, shown in named:
        for row in shown.bands.to_dict("records"):
            month = int(row["month"])
            at = {"series": name, "x": frames.years(month), "y": row["q50"]}
            rows.append({"part": "median", **at})
            if month % MONTHS_PER_YEAR == MONTHS_PER_YEAR - 1:
                rows.append({"part": "point", **at, "label": name})
    low, high = frames.path_domain([its for _, its in named], value)
    marks = tuple((mark / 100, words.percent(mark / 100)) for mark in _TENTHS if low <= mark / 100 <= high)
    tones = [*_TONES[: len(export.labels)], ("muted", "ring")]
    series = [Series(name, *tone) for (name, _), tone in zip(named, tones, strict=False)]
    years = tuple((float(year), str(year)) for year in range(int(first) + 1, int(last) + 1))
    return Picture(
        frame=pd.DataFrame(rows, columns=["part", "series", "x", "y", "low", "high", "label"]),
        axis=Axis(low, high, marks),
        series=(*series, Series(goal, "target")),
        time=Axis(first, last, years),
    )


def _drawn(export: Export, name: str, finding: Finding, chart: alt.LayerChart, scenario: str) -> Drawn:
    words, result = export.words, export.results[0]
    caption = words(
        "chart.caption",
        scenario=scenario,
        month=words.month(DATA_MONTH),
        version=export.overviews[0].model_version,
        seed=result.seed,
        draws=words.number(result.draws),
    )
    return Drawn(name, finding, chart, caption)


def _png(svg: bytes) -> bytes:
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg.decode(), scale=2))
