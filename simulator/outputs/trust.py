"""How far to trust the model: what it predicted, what it learned and where it was wrong, as findings and tables.

Every number comes from the stored results of the evidence room; nothing here is computed from a scenario.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import pandas as pd

from simulator.evidence.transfer import TransferCase
from simulator.evidence.weighting import GOOD_K
from simulator.facts import Facts, Observation
from simulator.facts.calendar import DATA_MONTH, FIRST_MONTH, format_month, parse_month
from simulator.facts.pack import PROVINCE
from simulator.outputs.assumptions import spread_text
from simulator.outputs.findings import Finding
from simulator.outputs.frames import NOISE_SDS, years
from simulator.outputs.text import Words
from simulator.outputs.trust_charts import Axis, Picture, Series, round_marks

MODEL = "model"
PARTS = ("dispersion", "overprediction", "underprediction")
LEVELS = ("50", "80", "95")
GROUPS = ("all", "PU", "BPU")
KINDS = ("province", "class", "administrative")
RECOVERED = (0.85, 0.95)
"""Shares between which a 90 % interval should hold the truth: about three sampling errors of 250 data sets."""

GOOD_RHAT, ENOUGH_DRAWS = 1.01, 400
"""Usual limits for chains that agree (Vehtari and others, 2021, Bayesian Analysis 16(2))."""

_LABEL_WIDTH = 24  # characters on a line beside a chart, so that a telephone keeps room for the chart
_FRAME = ["part", "series", "x", "y", "low", "high", "label"]
_PLACES = (0.05, 0.95)

Row = dict[str, object]
Stored = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A finding with all that stands under it.

    Attributes
    ----------
    name : str
        Stem of its files.
    finding : Finding
    reading : str
        How to read the chart, and its caveats.
    picture : Picture
    table : DataFrame
        In the words of the language.
    rows : DataFrame
        Plain numbers for the CSV file.
    """

    name: str
    finding: Finding
    reading: str
    picture: Picture
    table: pd.DataFrame
    rows: pd.DataFrame


@dataclass(frozen=True)
class Match:
    """The model against the best of its rivals on one kind of figure; `unit` as in `score_text`."""

    kind: str
    model: float
    rival: float
    names: tuple[str, ...]
    forecasts: int
    figures: int

    @property
    def won(self) -> bool:
        """Whether the model's mean score is the smaller one."""
        return self.model < self.rival


def matches(backtest: Stored) -> tuple[Match, ...]:
    """Compare the model with the best rival on every kind of figure; rivals of equal score stand together."""
    out = []
    for kind in KINDS:
        its = backtest["summary"][kind]
        rivals = {name: its[name]["wis"] for name in backtest["forecasters"] if name != MODEL}
        best = min(rivals.values())
        figures = {row["figure"] for row in forecasts(backtest, kind)}
        names = tuple(name for name, wis in rivals.items() if wis == best)
        out.append(Match(kind, its[MODEL]["wis"], best, names, its["n"], len(figures)))
    return tuple(out)


def forecasts(backtest: Stored, kind: str) -> list[dict[str, Any]]:
    """Return the forecasts of one kind of figure, by origin."""
    return [row for origin in backtest["origins"] for row in origin["forecasts"] if row["kind"] == kind]


def score_text(kind: str, score: float, words: Words) -> str:
    """Return a score in points of coverage or in persons."""
    if kind == "administrative":
        return words.people(score)
    return words("trust.points", n=words.number(100 * score, 2))


def verdict(backtest: Stored, words: Words) -> tuple[str, tuple[str, ...]]:
    """Return the headline and three sentences: where the model wins, where it loses, what its ranges held."""
    won, lost = ([match for match in matches(backtest) if match.won is good] for good in (True, False))
    if not lost:
        title = words("trust.title.wins")
    elif not won:
        title = words("trust.title.loses")
    else:
        title = words("trust.title.mixed", won=_kinds(won, words), lost=_kinds(lost, words))
    return title, (
        words("trust.wins", list=_opened(_against(won, words))) if won else words("trust.wins_none"),
        words("trust.loses", list=_opened(_against(lost, words))) if lost else words("trust.loses_none"),
        _held(backtest, words),
    )


def _kinds(found: Iterable[Match], words: Words) -> str:
    return words("trust.and").join(words(f"trust.kind.{match.kind}") for match in found)


def _against(found: Iterable[Match], words: Words) -> str:
    return "; ".join(
        words(
            "trust.against",
            kind=words(f"trust.kind.{match.kind}"),
            model=score_text(match.kind, match.model, words),
            rival=score_text(match.kind, match.rival, words),
            name=words(f"trust.forecaster.{match.names[0]}"),
            n=match.forecasts,
            figures=match.figures,
        )
        for match in found
    )


def _held(backtest: Stored, words: Words) -> str:
    hits = [row["by"][MODEL]["inside"] for kind in KINDS for row in forecasts(backtest, kind)]
    held = {f"held{level}": sum(hit[level] for hit in hits) for level in LEVELS}
    return words("trust.held", n=len(hits), **held)


def hindcast_exhibit(past: pd.DataFrame, facts: Facts, group: str, words: Words) -> Exhibit:
    """Show the band of the past beside what was published.

    Parameters
    ----------
    past : DataFrame
        From `simulator.evidence.hindcast`.
    group : str
        One of `GROUPS`.
    """
    band = past[(past["region"] == PROVINCE) & (past["group"] == group) & (past["indicator"] == "coverage")]
    by_month = band.set_index("month")
    seen = [
        o
        for o in facts.observations
        if o.group == group and o.indicator == "coverage" and FIRST_MONTH <= o.month <= DATA_MONTH
    ]
    used = [o for o in seen if o.used]
    ends = [by_month.loc[format_month(o.month)] for o in used]
    inside = sum(its["q05"] <= o.value <= its["q95"] for o, its in zip(used, ends, strict=True))
    touching = sum(its["q05"] - _bar(o) <= o.value <= its["q95"] + _bar(o) for o, its in zip(used, ends, strict=True))
    title = words("trust.past.title", group=_group(group, words), inside=inside, touching=touching, n=len(used))
    sentence = words("trust.past.sentence", unused=len(seen) - len(used))
    return Exhibit(
        name="uji-masa-lalu",
        finding=_finding(title, sentence),
        reading=words("trust.past.reading"),
        picture=_past_picture(band, seen, words),
        table=_past_table(by_month, seen, words),
        rows=_past_rows(by_month, seen),
    )


def _bar(o: Observation) -> float:
    return NOISE_SDS * (o.noise_sd or 0.0)


def _group(group: str, words: Words) -> str:
    return words(f"trust.group.{group.lower()}")


def _past_picture(band: pd.DataFrame, seen: Sequence[Observation], words: Words) -> Picture:
    model, used, unused = (words(f"trust.past.{name}") for name in ("model", "used", "unused"))
    rows: list[Row] = []
    for its in band.to_dict("records"):
        month = parse_month(str(its["month"]))
        low, high = float(its["q05"]), float(its["q95"])
        tip = f"{words.month(month)}: {words.percent(float(its['q50']), 1)} ({words.percent_range(low, high, 1)})"
        rows.append({"part": "band", "x": years(month), "low": low, "high": high})
        rows.append({"part": "median", "series": model, "x": years(month), "y": float(its["q50"]), "label": tip})
    for o in seen:
        label = f"{words.month(o.month)}: {words.percent(o.value, 2)}. {_why(o, words)}"
        point: Row = {"series": used if o.used else unused, "x": years(o.month)}
        if o.noise_sd is not None:
            rows.append({"part": "noise", "low": o.value - _bar(o), "high": o.value + _bar(o), **point})
        rows.append({"part": "point", "y": o.value, "label": label, **point})
    frame = _frame(rows)
    months = range(FIRST_MONTH, DATA_MONTH + 1, 12)
    return Picture(
        frame=frame,
        axis=_percents(*_edges(frame, ("low", "high", "y")), words),
        series=(Series(model, "scenario"), Series(used, "ink", "circle"), Series(unused, "target", "ring")),
        time=Axis(
            years(FIRST_MONTH), years(DATA_MONTH + 1), tuple((years(m), words.month(m, short=True)) for m in months)
        ),
    )


def _why(o: Observation, words: Words) -> str:
    note = "" if o.note is None else str(getattr(o.note, words.language))
    return note or words("trust.past.no_note_used" if o.used else "trust.past.no_note")


def _past_table(by_month: pd.DataFrame, seen: Sequence[Observation], words: Words) -> pd.DataFrame:
    ends = zip(by_month["q05"].tolist(), by_month["q95"].tolist(), strict=True)
    spans = dict(zip(by_month.index.tolist(), ends, strict=True))
    rows = []
    for o in seen:
        low, high = spans[format_month(o.month)]
        rows.append(
            (
                words.month(o.month, short=True),
                words.percent(o.value, 2),
                "" if o.noise_sd is None else words("trust.plus_minus", n=words.number(100 * _bar(o), 1)),
                words.percent_range(low, high, 1),
                words("trust.yes" if o.used else "trust.no"),
                _why(o, words),
            )
        )
    return _table(("month", "published", "noise", "band90", "used", "why"), rows, words)


def _past_rows(by_month: pd.DataFrame, seen: Sequence[Observation]) -> pd.DataFrame:
    points = pd.DataFrame(
        {
            "month": [format_month(o.month) for o in seen],
            "fact": [o.fact for o in seen],
            "published": [o.value for o in seen],
            "noise_sd": [o.noise_sd for o in seen],
            "used": [o.used for o in seen],
        }
    )
    bands = by_month.reset_index()[["month", "group", "q05", "q50", "q95"]]
    return bands.merge(points, on="month", how="left")


def forecast_exhibit(backtest: Stored, kind: str, forecaster: str, words: Words) -> Exhibit:
    """Show what one forecaster predicted from each origin, and what was then published."""
    found = forecasts(backtest, kind)
    scored = [row["by"][forecaster] for row in found]
    held = {f"held{level}": sum(its["inside"][level] for its in scored) for level in LEVELS}
    names = {"kind": words(f"trust.kind.{kind}"), "forecaster": words(f"trust.forecaster.{forecaster}")}
    title = words("trust.forecast.title", n=len(found), **names, **held)
    sentence = words("trust.forecast.sentence", figures=len({row["figure"] for row in found}))
    if kind == "class":
        sentence = f"{sentence} {words('trust.forecast.relative')}"
    return Exhibit(
        name=f"uji-ramalan-{kind}-{forecaster}",
        finding=_finding(_opened(title), sentence),
        reading=f"{words('trust.forecast.reading')} {words('trust.backtest.caveats')}",
        picture=_forecast_picture(found, kind, forecaster, words),
        table=_forecast_table(found, forecaster, words),
        rows=_forecast_rows(backtest, kind),
    )


def _forecast_picture(found: list[dict[str, Any]], kind: str, forecaster: str, words: Words) -> Picture:
    predicted, published = words("trust.forecast.predicted"), words("trust.forecast.published")
    rows: list[Row] = []
    for y, row in enumerate(found):
        # Rates of classes lie far apart, so they are drawn by their distance from what was published.
        zero = row["observed"] if kind == "class" else 0.0
        quantiles = row["by"][forecaster]["quantiles"]
        tip = words(
            "trust.forecast.tip",
            forecast=_range_of(kind, quantiles[1], quantiles[-2], words),
            published=value_of(kind, row["observed"], words),
        )
        shifted = [value - zero for value in quantiles]
        rows += _interval(predicted, y, shifted, tip, parts=("thin", "middle", "thick"))
        rows.append({"part": "point", "series": published, "x": row["observed"] - zero, "y": y, "label": tip})
    frame = _frame(rows)
    axis = {"administrative": _thousands, "class": _points}.get(kind, _percents)
    return Picture(
        frame=frame,
        axis=axis(*_edges(frame, ("low", "high", "x")), words),
        series=(
            Series(predicted, "scenario" if forecaster == MODEL else "in_time"),
            Series(published, "ink", "diamond"),
        ),
        rows=tuple(_forecast_label(row, words) for row in found),
    )


def _interval(series: str, y: float, quantiles: Sequence[float], tip: str, *, parts: Sequence[str]) -> list[Row]:
    """Return ranges from the widest, and the median, of an odd number of quantiles."""
    rows: list[Row] = [
        {"part": part, "series": series, "y": y, "low": quantiles[k], "high": quantiles[-1 - k], "label": tip}
        for k, part in enumerate(parts)
    ]
    return [*rows, {"part": "median", "x": quantiles[len(quantiles) // 2], "y": y}]


def _forecast_label(row: Mapping[str, Any], words: Words) -> str:
    origin, month = (words.month(parse_month(row[key]), short=True) for key in ("origin", "month"))
    group = "" if row["group"] == "all" else f"|{_group(row['group'], words)}"
    return f"{origin} → {month}{group}"


def _forecast_table(found: list[dict[str, Any]], forecaster: str, words: Words) -> pd.DataFrame:
    rows = []
    for row in found:
        kind, its = row["kind"], row["by"][forecaster]
        q = its["quantiles"]
        ranges = (_range_of(kind, q[k], q[-1 - k], words) for k in (2, 1, 0))
        label = _forecast_label(row, words).replace("|", ", ")
        rows.append((label, *ranges, value_of(kind, row["observed"], words), score_text(kind, its["wis"], words)))
    return _table(("forecast", "range50", "range80", "range95", "published", "wis"), rows, words)


def _forecast_rows(backtest: Stored, kind: str) -> pd.DataFrame:
    rows = []
    for row in forecasts(backtest, kind):
        for name in backtest["forecasters"]:
            its = row["by"][name]
            levels = zip(backtest["levels"], its["quantiles"], strict=True)
            quantiles = {f"q{1000 * level:03.0f}": value for level, value in levels}
            about = {key: row[key] for key in ("origin", "month", "figure", "kind", "group", "observed")}
            rows.append(about | {"forecaster": name} | quantiles | {part: its[part] for part in ("wis", *PARTS)})
    return pd.DataFrame(rows)


def score_exhibit(backtest: Stored, kind: str, words: Words) -> Exhibit:
    """Show the mean score of every forecaster and what it is made of."""
    match = next(match for match in matches(backtest) if match.kind == kind)
    title = words(
        "trust.score.won" if match.won else "trust.score.lost",
        kind=words(f"trust.kind.{kind}"),
        model=score_text(kind, match.model, words),
        rival=score_text(kind, match.rival, words),
        name=words(f"trust.forecaster.{match.names[0]}"),
    )
    alike = words("trust.score.alike", n=len(match.names)) if len(match.names) > 1 else ""
    sentence = words("trust.score.sentence", n=match.forecasts, figures=match.figures)
    return Exhibit(
        name=f"uji-skor-{kind}",
        finding=_finding(_opened(title), f"{sentence} {alike}".strip()),
        reading=words("trust.score.reading"),
        picture=_score_picture(backtest, kind, words),
        table=_score_table(backtest, words),
        rows=_score_rows(backtest),
    )


def _score_picture(backtest: Stored, kind: str, words: Words) -> Picture:
    names = {part: words(f"trust.part.{part}") for part in PARTS}
    rows: list[Row] = []
    for y, forecaster in enumerate(backtest["forecasters"]):
        its, low = backtest["summary"][kind][forecaster], 0.0
        for part in PARTS:
            tip = f"{names[part]}: {score_text(kind, its[part], words)}"
            rows.append(
                {"part": "thick", "series": names[part], "y": y, "low": low, "high": low + its[part], "label": tip}
            )
            low += its[part]
        rows.append({"part": "value", "x": low, "y": y, "label": score_text(kind, its["wis"], words)})
    frame = _frame(rows)
    high = 1.35 * float(frame["high"].max())  # room for the number beside the longest bar
    marks = round_marks(0.0, high)
    scale = 1.0 if kind == "administrative" else 100.0
    digits = 0 if kind == "administrative" else 2
    tones = ("scenario", "target", "in_time")
    return Picture(
        frame=frame,
        axis=Axis(0.0, high, tuple((mark, words.number(scale * mark, digits)) for mark in marks)),
        series=tuple(Series(names[part], tone) for part, tone in zip(PARTS, tones, strict=True)),
        rows=tuple(_wrapped(words(f"trust.forecaster.{name}")) for name in backtest["forecasters"]),
    )


def _score_table(backtest: Stored, words: Words) -> pd.DataFrame:
    rows = []
    for kind in KINDS:
        summary = backtest["summary"][kind]
        for name in backtest["forecasters"]:
            its = summary[name]
            scores = (score_text(kind, its[part], words) for part in ("wis", *PARTS))
            held = (words.percent(its["inside"][level]) for level in LEVELS)
            label = words("trust.kind_n", kind=words(f"trust.kind.{kind}"), n=summary["n"])
            rows.append((label, words(f"trust.forecaster.{name}"), *scores, *held))
    return _table(("kind", "forecaster", "wis", *PARTS, "held50", "held80", "held95"), rows, words)


def _score_rows(backtest: Stored) -> pd.DataFrame:
    rows = []
    for kind in KINDS:
        summary = backtest["summary"][kind]
        for name in backtest["forecasters"]:
            its = summary[name]
            held = {f"held{level}": its["inside"][level] for level in LEVELS}
            rows.append({"kind": kind, "n": summary["n"], "forecaster": name, "wis": its["wis"]}
                        | {part: its[part] for part in PARTS} | held)  # fmt: skip
    return pd.DataFrame(rows)


def learned_exhibit(account: Stored, facts: Facts, calibrated: Iterable[str], words: Words) -> Exhibit:
    """Show each learned parameter before and after the data.

    Parameters
    ----------
    account : mapping
        From `simulator.evidence.stored.load_account`.
    calibrated : iterable of str
        Every parameter that the posterior sets, also those that follow from the learned ones.
    """
    found = sorted(account["parameters"], key=lambda row: float(row["spread_ratio"]))
    n = sum(row["learned"] for row in found)
    others = [its for name, its in facts.parameters.items() if its.role == "input" and name not in set(calibrated)]
    drawn = sum(its.prior is not None for its in others)
    title = words("trust.learned.title", n=n, all=len(found))
    sentence = words("trust.learned.sentence", drawn=drawn, fixed=len(others) - drawn)
    rows = [
        (
            getattr(facts.parameters[row["id"]].label, words.language),
            *(spread_text(facts.parameters[row["id"]], tuple(row[key]), words) for key in ("before", "after")),
            words.number(row["spread_ratio"], 2),
            words("trust.yes" if row["learned"] else "trust.not_learned"),
        )
        for row in found
    ]
    return Exhibit(
        name="uji-pembelajaran",
        finding=_finding(title, sentence),
        reading=words("trust.learned.reading"),
        picture=_learned_picture(found, facts, words),
        table=_table(("parameter", "before", "after", "ratio", "learned"), rows, words),
        rows=pd.DataFrame([_flat(row, ("before", "after")) for row in found]),
    )


def _learned_picture(found: Sequence[Mapping[str, Any]], facts: Facts, words: Words) -> Picture:
    before, after = words("trust.learned.before"), words("trust.learned.after")
    rows: list[Row] = []
    for y, row in enumerate(found):
        record = facts.parameters[row["id"]]
        low, high = row["before"][0], row["before"][-1]
        for name, key, lane in ((before, "before", -0.16), (after, "after", 0.16)):
            places = [(value - low) / (high - low) for value in row[key]]
            tip = f"{name}: {spread_text(record, tuple(row[key]), words)}"
            rows += _interval(name, y + lane, places, tip, parts=("thick",))
    frame = _frame(rows)
    marks = ((0.0, words("trust.learned.low")), (1.0, words("trust.learned.high")))
    low_edge, high_edge = _edges(frame, ("low", "high"))
    return Picture(
        frame=frame,
        axis=Axis(low_edge, high_edge, marks),
        series=(Series(before, "baseline"), Series(after, "scenario")),
        rows=tuple(_wrapped(getattr(facts.parameters[row["id"]].label, words.language)) for row in found),
    )


def check_exhibit(account: Stored, words: Words) -> Exhibit:
    """Show where each figure lies in what the posterior expects of a figure published anew."""
    found = account["figures"]
    inside = sum(_PLACES[0] <= row["below"] <= _PLACES[1] for row in found)
    point = words("trust.check.point")
    rows: list[Row] = [{"part": "zone", "low": _PLACES[0], "high": _PLACES[1]}]
    rows.append({"part": "line", "x": 0.5})
    table = []
    for y, row in enumerate(found):
        kind = _kind(row)
        expected = _range_of(kind, row["replicated"][0], row["replicated"][-1], words)
        label = f"{value_of(kind, row['value'], words)} ({expected})"
        rows.append({"part": "point", "series": point, "x": row["below"], "y": y, "label": label})
        name = _figure_label(row, words).replace("|", ", ")
        its_state = _range_of(kind, row["expected"][0], row["expected"][-1], words)
        table.append((name, value_of(kind, row["value"], words), its_state, expected, words.percent(row["below"])))
    marks = tuple((mark, words.percent(mark)) for mark in (0.0, 0.25, 0.5, 0.75, 1.0))
    return Exhibit(
        name="uji-angka",
        finding=_finding(words("trust.check.title", inside=inside, n=len(found)), words("trust.check.sentence")),
        reading=words("trust.check.reading"),
        picture=Picture(
            frame=_frame(rows),
            axis=Axis(0.0, 1.0, marks),
            series=(Series(point, "ink", "diamond"),),
            rows=tuple(_figure_label(row, words) for row in found),
        ),
        table=_table(("figure", "published", "expected", "replicated", "below"), table, words),
        rows=pd.DataFrame([_flat(row, ("expected", "replicated")) for row in found]),
    )


def _kind(row: Mapping[str, Any]) -> str:
    return "administrative" if row["count"] == "administrative" else "province" if row["group"] == "all" else "class"


def _figure_label(row: Mapping[str, Any], words: Words) -> str:
    month = words.month(parse_month(row["month"]), short=True)
    return f"{month}|{words('trust.group.office') if _kind(row) == 'administrative' else _group(row['group'], words)}"


def sampler_table(account: Stored, backtest: Stored | None, words: Words) -> tuple[Finding, pd.DataFrame]:
    """Return whether the sampling can be relied on, with one row per test: value, limit, passed."""
    sampler, correction = account["sampler"], account["correction"]
    tests = [
        ("rhat", sampler["worst_rhat"], GOOD_RHAT, 3, sampler["worst_rhat"] <= GOOD_RHAT),
        ("effective", sampler["least_effective"], ENOUGH_DRAWS, 0, sampler["least_effective"] >= ENOUGH_DRAWS),
        ("pareto_k", correction["pareto_k"], GOOD_K, 2, correction["reliable"]),
        ("corrected", correction["effective"], ENOUGH_DRAWS, 0, correction["effective"] >= ENOUGH_DRAWS),
    ]
    if backtest is not None:
        worst = max(origin["pareto_k"] for origin in backtest["origins"])
        tests.append(("origins", worst, GOOD_K, 2, all(origin["reliable"] for origin in backtest["origins"])))
    rows = [
        (
            words(f"trust.sampler.{name}"),
            words.number(value, digits),
            words(
                "trust.at_least" if name in ("effective", "corrected") else "trust.at_most",
                n=words.number(limit, 2 if digits else 0),
            ),
            words("trust.passed" if passed else "trust.failed"),
        )
        for name, value, limit, digits, passed in tests
    ]
    title = words("trust.sampler.title", passed=sum(test[-1] for test in tests), n=len(tests))
    table = _table(("test", "ours", "limit", "result"), rows, words)
    return _finding(title, words("trust.sampler.sentence")), table


def sampler_rows(account: Stored) -> pd.DataFrame:
    """Return R-hat and effective draws of every learned parameter."""
    return pd.DataFrame([{key: row[key] for key in ("id", "rhat", "effective")} for row in account["parameters"]])


def recovery_exhibit(recovery: Stored, facts: Facts, words: Words) -> Exhibit:
    """Show how often intervals of 90 % held the known truth of simulated data sets."""
    shares = {name: float(its["0.9"]) for name, its in recovery["inside"].items()}
    good = sum(RECOVERED[0] <= share <= RECOVERED[1] for share in shares.values())
    mean = sum(shares.values()) / len(shares)
    title = words("trust.recovery.title", share=words.percent(mean), n=recovery["data_sets"])
    sentence = words(
        "trust.recovery.sentence", good=good, all=len(shares), reliable=words.percent(recovery["reliable"])
    )
    labels = {name: str(getattr(facts.parameters[name].label, words.language)) for name in shares}
    table = [
        (labels[name], *(words.percent(its[level]) for level in ("0.5", "0.8", "0.9")))
        for name, its in recovery["inside"].items()
    ]
    return Exhibit(
        name="uji-pemulihan",
        finding=_finding(title, sentence),
        reading=words("trust.recovery.reading"),
        picture=_recovery_picture(shares, labels, words),
        table=_table(("parameter", "held50", "held80", "held90"), table, words),
        rows=pd.DataFrame([{"id": name} | dict(its) for name, its in recovery["inside"].items()]),
    )


def _recovery_picture(shares: Mapping[str, float], labels: Mapping[str, str], words: Words) -> Picture:
    name = words("trust.recovery.bar")
    rows: list[Row] = [{"part": "zone", "low": RECOVERED[0], "high": RECOVERED[1]}]
    for y, share in enumerate(shares.values()):
        rows.append(
            {"part": "thick", "series": name, "y": y, "low": 0.0, "high": share, "label": words.percent(share, 1)}
        )
        rows.append({"part": "value", "x": share, "y": y, "label": words.percent(share)})
    marks = tuple((mark, words.percent(mark)) for mark in (0.0, 0.25, 0.5, 0.75, 1.0))
    return Picture(
        frame=_frame(rows),
        axis=Axis(0.0, 1.12, marks),
        series=(Series(name, "scenario"),),
        rows=tuple(_wrapped(label) for label in labels.values()),
    )


def transfer_exhibit(cases: Sequence[TransferCase], words: Words) -> Exhibit:
    """Show the change seen in other regions beside what the mechanism says of their head counts."""
    judged = [case for case in cases if case.inside is not None]
    missed = [case for case in judged if not case.inside]
    regions = ", ".join(case.record.region for case in missed)
    title = words("trust.transfer.title", n=len(judged), missed=len(missed), regions=regions) if missed else words(
        "trust.transfer.none_missed", n=len(judged)
    )  # fmt: skip
    informed = sum(bool(case.informed) for case in judged)
    sentence = words("trust.transfer.sentence", unjudged=len(cases) - len(judged), informed=informed)
    return Exhibit(
        name="uji-daerah-lain",
        finding=_finding(title, sentence),
        reading=words("trust.transfer.reading"),
        picture=_transfer_picture([case for case in cases if case.observed is not None], words),
        table=_transfer_table(cases, words),
        rows=_transfer_rows(cases),
    )


def readings(cases: Sequence[TransferCase], words: Words) -> list[tuple[str, str]]:
    """Return label and reading of every case, misses first and those that cannot be judged last."""
    order = {False: 0, True: 1, None: 2}
    return [
        (getattr(case.record.label, words.language), getattr(case.record.reading, words.language))
        for case in sorted(cases, key=lambda case: order[case.inside])
    ]


def _transfer_picture(cases: Sequence[TransferCase], words: Words) -> Picture:
    predicted, seen = words("trust.transfer.predicted"), words("trust.transfer.seen")
    rows: list[Row] = [{"part": "line", "x": 0.0}]
    for y, case in enumerate(cases):
        if case.predicted is not None:
            quantiles = case.predicted[1:-1]
            tip = words.number_range(quantiles[0], quantiles[-1], 1)
            rows += _interval(predicted, y, quantiles, tip, parts=("thin", "thick"))
        else:
            rows.append({"part": "value", "x": case.observed, "y": y, "label": words("trust.transfer.no_range")})
        label = words("trust.points", n=words.number(case.observed or 0.0, 1))
        rows.append({"part": "point", "series": seen, "x": case.observed, "y": y, "label": label})
    frame = _frame(rows)
    low, high = _edges(frame, ("low", "high", "x"))
    marks = tuple((mark, words.number(mark)) for mark in round_marks(low, high))
    return Picture(
        frame=frame,
        axis=Axis(low, high, marks),
        series=(Series(predicted, "scenario"), Series(seen, "ink", "diamond")),
        rows=tuple(f"{case.record.region}|{words.month(case.record.first, short=True)}" for case in cases),
    )


def _transfer_table(cases: Sequence[TransferCase], words: Words) -> pd.DataFrame:
    results = {True: "trust.inside", False: "trust.outside", None: "trust.not_judged"}
    rows = [
        (
            getattr(case.record.label, words.language),
            words("trust.unknown") if case.observed is None else words.number(case.observed, 1),
            words("trust.unknown")
            if case.predicted is None
            else words.number_range(case.predicted[1], case.predicted[5], 1),
            words(results[case.inside]),
            words(f"grade.{case.record.grade}.short"),
            words("trust.no" if case.informed else "trust.yes"),
        )
        for case in cases
    ]
    return _table(("case", "seen", "predicted90", "result", "grade", "independent"), rows, words)


def _transfer_rows(cases: Sequence[TransferCase]) -> pd.DataFrame:
    names = ("q025", "q05", "q25", "q50", "q75", "q95", "q975")
    rows = []
    for case in cases:
        predicted = dict(zip(names, case.predicted or [None] * len(names), strict=True))
        about = {"id": case.id, "observed_points": case.observed}
        rows.append(
            about | predicted | {"rank": case.rank, "inside_90": case.inside, "informed": " ".join(case.informed)}
        )
    return pd.DataFrame(rows)


def value_of(kind: str, value: float, words: Words) -> str:
    """Return a published figure: a rate with two decimals, a count in persons."""
    return words.number(value) if kind == "administrative" else words.percent(value, 2)


def _range_of(kind: str, low: float, high: float, words: Words) -> str:
    return words.number_range(low, high) if kind == "administrative" else words.percent_range(low, high, 1)


def _opened(text: str) -> str:
    """Return a sentence that begins with a capital."""
    return text[0].upper() + text[1:]


def _finding(title: str, sentence: str) -> Finding:
    return Finding(title, sentence, f"{title}. {sentence}")


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], words: Words) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[words(f"trust.column.{name}") for name in columns])


def _flat(row: Mapping[str, Any], spreads: Sequence[str]) -> dict[str, Any]:
    """Return a stored row with its three quantiles in columns of their own."""
    levels = ("q05", "q50", "q95")
    plain = {key: value for key, value in row.items() if key not in spreads}
    wide = {f"{key}_{level}": row[key][k] for key in spreads for k, level in enumerate(levels)}
    return plain | wide


def _frame(rows: Sequence[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=_FRAME)


def _edges(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[float, float]:
    """Return the ends of all that is drawn, with a twentieth to spare."""
    low, high = float(frame[list(columns)].min().min()), float(frame[list(columns)].max().max())
    spare = (high - low) / 20
    return low - spare, high + spare


def _percents(low: float, high: float, words: Words) -> Axis:
    marks = round_marks(low, high)
    digits = 0 if all(abs(100 * mark - round(100 * mark)) < 1e-9 for mark in marks) else 1
    return Axis(low, high, tuple((mark, words.percent(mark, digits)) for mark in marks))


def _thousands(low: float, high: float, words: Words) -> Axis:
    name = words("scale.thousand")
    return Axis(low, high, tuple((mark, f"{words.number(mark / 1e3)} {name}") for mark in round_marks(low, high)))


def _points(low: float, high: float, words: Words) -> Axis:
    marks = round_marks(low, high)
    digits = 0 if all(abs(100 * mark - round(100 * mark)) < 1e-9 for mark in marks) else 1
    return Axis(low, high, tuple((mark, words("trust.points", n=words.number(100 * mark, digits))) for mark in marks))


def _wrapped(text: str) -> str:
    return "|".join(wrap(text, _LABEL_WIDTH))
