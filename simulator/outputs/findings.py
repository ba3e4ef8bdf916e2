"""What is said about a scenario: headline, cards, chart titles and alternative texts, from the same numbers."""

from dataclasses import dataclass

from simulator.facts import Facts
from simulator.facts.calendar import DATA_MONTH, MONTHS_PER_YEAR
from simulator.outputs.overview import DOTS, Overview, TargetView
from simulator.outputs.text import Words

_HALF = 0.5
_NOTED = 0.005  # half a point: from here on the snapshot and the year are told apart, and a path moves


@dataclass(frozen=True)
class Card:
    """One figure with what it counts and what its range holds."""

    label: str
    value: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """A chart's message: title, one sentence, and the text for those who do not see the chart."""

    title: str
    sentence: str
    alt: str


def headline(view: TargetView, shown: Overview, words: Words) -> str:
    """Return the finding of the whole page."""
    value, year = words.exact_percent(view.value), _year(shown.horizon)
    if view.status == "met":
        return words("headline.met", value=value, date=words.last_day(_due(view)))
    if view.most_arrive:
        return _arriving(view, shown, words)
    if view.coverage[2] < view.value:
        points = words.number_range(100 * (view.value - view.coverage[2]), 100 * (view.value - view.coverage[0]))
        coverage = words.percent_range(view.coverage[0], view.coverage[2])
        people = words.people(view.missing_people[1])
        end = words.end_of(view.judged)
        return words(
            "headline.short", end=end[0].upper() + end[1:], coverage=coverage, points=points, people=people, value=value
        )
    return words("headline.not_reached", value=value, year=year)


def subtitle(view: TargetView, shown: Overview, facts: Facts, words: Words) -> str:
    """Return the sentence under the headline: which target, and what ranges hold."""
    name = getattr(facts.targets[view.id].label, words.language)
    target = words("subtitle.target", name=name, value=words.exact_percent(view.value))
    return f"{target} {words('subtitle.range', draws=words.number(shown.draws))}"


def odds_card(view: TargetView, shown: Overview, words: Words) -> Card:
    """Return the odds by the official date."""
    by_horizon = words(
        "card.odds.by_horizon", year=_year(shown.horizon), odds=words.odds(view.odds_by_horizon, shown.draws)
    )
    if view.due is None:
        label = words("card.odds.no_date", year=_year(shown.horizon))
        return Card(label, words.odds(view.odds_by_horizon, shown.draws), (words("card.odds.held"),))
    label = words("card.odds.label", date=words.last_day(view.due))
    if view.due < DATA_MONTH:
        return Card(label, words(f"status.{view.status}"), (words("card.odds.past"), by_horizon))
    if view.odds_held is None or view.odds_touched is None or view.odds_on_the_day is None:
        return Card(label, words("card.odds.beyond", year=_year(shown.horizon)), (words("card.odds.extend"),))
    held, touched, published = (
        words.odds(share, shown.draws) for share in (view.odds_held, view.odds_touched, view.odds_on_the_day)
    )
    if held == touched == published:
        return Card(label, held, (words("card.odds.held"), words("card.odds.same")))
    readings = words("card.odds.readings", touched=touched, published=published)
    return Card(label, held, (words("card.odds.held"), readings))


def arrival_card(view: TargetView, shown: Overview, words: Words) -> Card:
    """Return the range of the month of arrival, or the sentence that most futures do not arrive."""
    year, label = _year(shown.horizon), words("card.arrival.label")
    low, median, high = view.arrival
    if not view.most_arrive or low is None or median is None:
        odds = words.odds(view.odds_by_horizon, shown.draws)
        sentence = words("card.arrival.most_never", year=year)
        return Card(label, words("card.arrival.never", year=year), (sentence, words("card.arrival.reached", odds=odds)))
    value = (
        words("card.arrival.open", first=words.month(low), year=year) if high is None else words.month_range(low, high)
    )
    never = words.odds(1 - view.odds_by_horizon, shown.draws)
    middle = words("card.arrival.median", month=words.month(median))
    return Card(label, value, (words("range.eight"), middle, words("card.arrival.share_never", year=year, odds=never)))


def people_card(view: TargetView, shown: Overview, words: Words) -> Card:
    """Return the people still to enrol and the public rupiah a year."""
    low, median, high = view.missing_people
    label = words("card.people.label", end=words.end_of(view.judged))
    value = words.people(median) if median > 0 else words("card.people.none", people=words.people(-median))
    if low > 0:
        spread = words("card.people.range", range=words.people_range(low, high))
    else:
        spread = words("card.people.at_most", people=words.people(high)) if high > 0 else words("card.people.enough")
    first, last = shown.spending_years
    if shown.spending is None:
        return Card(label, value, (spread,))
    money = words(
        "card.people.money",
        rupiah=words.rupiah(shown.spending[1]),
        range=words.rupiah_range(shown.spending[0], shown.spending[2]),
        years=f"{first}" if first == last else f"{first}–{last}",
    )
    return Card(label, value, (spread, money))


def snapshot_note(view: TargetView, words: Words) -> str | None:
    """Return both the snapshot and the year, where their medians differ by more than half a point."""
    if abs(view.coverage[1] - view.year_mean[1]) <= _NOTED:
        return None
    key = "snapshot.above" if view.coverage[1] > view.year_mean[1] else "snapshot.below"
    return words(
        key,
        date=words.last_day(view.judged),
        day=words.percent(view.coverage[1], 1),
        day_range=words.percent_range(view.coverage[0], view.coverage[2], 1),
        year=words.percent(view.year_mean[1], 1),
        year_range=words.percent_range(view.year_mean[0], view.year_mean[2], 1),
    )


def dots_finding(view: TargetView, shown: Overview, words: Words) -> Finding:
    """Return the message of the arrival plot."""
    year = _year(shown.horizon)
    never = sum(month is None for month in view.dots)
    in_time = 0 if view.due is None else sum(month is not None and month <= view.due for month in view.dots)
    counted = view.due is not None and shown.start <= view.due <= shown.horizon
    if never == DOTS:
        title = words("dots.title.none", year=year)
    elif counted:
        title = words("dots.title.due", n=in_time, never=never, year=year)
    else:
        title = words("dots.title.no_due", n=DOTS - never, year=year)
    sentence = words("dots.sentence", value=words.exact_percent(view.value))
    late = DOTS - never - in_time
    alt = words("dots.alt", title=title, in_time=in_time, late=late, never=never, year=year, sentence=sentence)
    return Finding(title, sentence, alt)


def dots_reading(shown: Overview, words: Words) -> str:
    """Return how to read the arrival plot."""
    return words("dots.reading", year=_year(shown.horizon))


def path_finding(shown: Overview, baseline: Overview | None, words: Words) -> Finding:
    """Return the message of the path of coverage."""
    medians = shown.bands["q50"].to_numpy()
    now, end, peak = float(medians[0]), float(medians[-1]), float(medians.max())
    last = shown.bands.iloc[-1]
    fields = {"now": words.percent(now, 1), "end": words.percent(end, 1), "month": words.month(shown.horizon)}
    if peak > max(now, end) + _NOTED:
        when = words.month(int(shown.bands["month"].iloc[int(medians.argmax())]))
        title = words("path.title.peak", peak=words.percent(peak, 1), when=when, **fields)
    else:
        kind = "up" if end > now + _NOTED else "down" if end < now - _NOTED else "flat"
        title = words(f"path.title.{kind}", **fields)
    spread = words.percent_range(float(last["q10"]), float(last["q90"]), 1)
    sentence = words("path.sentence", month=words.month(shown.horizon), range=spread)
    if baseline is not None:
        reference = words.percent(float(baseline.bands["q50"].iloc[-1]), 1)
        sentence = f"{sentence} {words('path.reference', reference=reference)}"
    return Finding(title, sentence, words("path.alt", title=title, sentence=sentence))


def curve_finding(view: TargetView, shown: Overview, words: Words) -> Finding:
    """Return the message of the odds curve."""
    year = _year(shown.horizon)
    title = words("curve.title", year=year, odds=words.odds(view.odds_by_horizon, shown.draws))
    sentence = words("curve.sentence", value=words.exact_percent(view.value))
    return Finding(title, sentence, f"{title}. {sentence}")


def _arriving(view: TargetView, shown: Overview, words: Words) -> str:
    value = words.exact_percent(view.value)
    if view.odds_held is not None and view.odds_held > _HALF:
        return words("headline.in_time", value=value, odds=words.odds(view.odds_held, shown.draws))
    month = "" if view.arrival[1] is None else words.month(view.arrival[1])
    odds = words.odds(view.odds_by_horizon, shown.draws)
    return words("headline.later", value=value, month=month, odds=odds, year=_year(shown.horizon))


def _due(view: TargetView) -> int:
    if view.due is None:
        msg = f"target {view.id} has no date, so it cannot be past"
        raise ValueError(msg)
    return view.due


def _year(month: int) -> int:
    return month // MONTHS_PER_YEAR
