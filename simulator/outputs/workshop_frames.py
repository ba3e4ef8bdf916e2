"""What a workshop shows: votes beside the model's futures, and plans beside each other, as tables and sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simulator.facts.calendar import MONTHS_PER_YEAR, parse_month
from simulator.outputs.findings import Finding
from simulator.outputs.overview import DOTS
from simulator.outputs.text import Words
from simulator.outputs.workshop_charts import AXIS_HALF, LABEL_ROOM, Grid

ON_SCREEN, ON_PAPER = 880, 660  # pixels: widths of the plot
NEVER_APART = 0.2  # of a column, between the last half-year and those that do not arrive
_HALF = 0.5
_MANY_COLUMNS = 14

Row = dict[str, object]


@dataclass(frozen=True)
class Reveal:
    """The votes of a room and the model's answer to the same question.

    Attributes
    ----------
    choices : tuple of str
        Last months of half-years (``YYYY-MM``), then the choice of those that do not arrive.
    votes : mapping of str to int
        Votes by choice.
    shares : mapping of str to float
        Share of futures by choice; they sum to one. Empty before the model's answer may be seen, then there are votes
        only.
    central : str
        The choice of the middle future.
    due : int or None
        Month number of the official date.
    """

    choices: tuple[str, ...]
    votes: Mapping[str, int]
    shares: Mapping[str, float]
    central: str
    due: int | None

    @property
    def cast(self) -> int:
        """Number of votes."""
        return sum(self.votes.values())

    @property
    def hits(self) -> int:
        """Number of votes on the choice of the middle future."""
        return self.votes.get(self.central, 0)

    @property
    def dots(self) -> dict[str, int]:
        """Number of `DOTS` equally likely futures by choice, as the front page draws them."""
        out, past, rank = dict.fromkeys(self.choices, 0), 0.0, 0
        for choice in self.choices:
            past += self.shares[choice]
            while rank < DOTS and (rank + _HALF) / DOTS <= past + 1e-9:
                out[choice] += 1
                rank += 1
        return out


def choice_text(choice: str, choices: Sequence[str], words: Words) -> str:
    """Return a choice in words, such as Jan–Jun 2027."""
    if choice == choices[-1]:
        return words("room.choice.never", year=_last_year(choices))
    return f"{_half_text(choice, words)} {_year(choice)}"


def reveal_finding(its: Reveal, sentence: str, words: Words) -> Finding:
    """Return the message of votes beside futures.

    Parameters
    ----------
    sentence : str
        What the model says, in words.
    """
    central = choice_text(its.central, its.choices, words)
    key = "room.reveal.title" if its.cast else "room.reveal.title_alone"
    title = words(key, hits=its.hits, votes=its.cast, central=central)
    listed = [
        words("room.reveal.alt_row", choice=choice_text(choice, its.choices, words), votes=votes, dots=dots)
        for choice in its.choices
        if (votes := its.votes.get(choice, 0)) + (dots := its.dots[choice])
    ]
    return Finding(title, sentence, words("room.reveal.alt", title=title, sentence=sentence, list="; ".join(listed)))


def reveal_grid(its: Reveal, *, width: float = ON_SCREEN) -> Grid:
    """Return the places of the dots in a plot of `width` pixels; the same while the model's answer changes."""
    return Grid.fitting(len(its.choices), max(its.votes.values(), default=0), width=width)


def reveal_frame(its: Reveal, grid: Grid, words: Words) -> pd.DataFrame:
    """Lay out votes above the axis of half-years and futures below it.

    Parameters
    ----------
    its : Reveal
    grid : Grid
        From `reveal_grid`.

    Returns
    -------
    DataFrame
        Columns part, x (columns), y (pixels), kind, label. Parts ``band`` (the middle future), ``dot``, ``column``
        (label on the axis), ``count_above``, ``count_below``, ``middle``, ``rule`` (the official date) with
        ``label_right`` or ``label_left``.
    """
    places = {choice: float(n) for n, choice in enumerate(its.choices)}
    places[its.choices[-1]] += NEVER_APART
    middle = places[its.central]
    rows: list[Row] = [
        {"part": "band", "x": middle},
        {"part": "middle", "x": middle, "y": grid.bottom, "label": words("room.reveal.middle")},
    ]
    kinds = reveal_kinds(its, words)
    dots = its.dots
    for choice, x in places.items():
        rows.append({"part": "column", "x": x, "y": 0.0, "label": _column_text(choice, its.choices, words)})
        rows += _stack(grid, x, its.votes.get(choice, 0), kinds[0], up=True)
        rows += _stack(grid, x, dots[choice], kinds[1], up=False)
    rows += _due_rows(its, grid, words)
    return pd.DataFrame(rows, columns=["part", "x", "y", "kind", "label"])


def reveal_kinds(its: Reveal, words: Words) -> tuple[str, str]:
    """Return the words of the legend: votes, and futures of the model."""
    return words("room.reveal.votes", n=its.cast), words("room.reveal.futures", n=DOTS)


def reveal_table(its: Reveal, words: Words) -> pd.DataFrame:
    """Return votes and futures by half-year in words."""
    shares = [words.percent(its.shares[choice], 1) for choice in its.choices]
    return pd.DataFrame(
        {
            words("room.column.half_year"): [choice_text(choice, its.choices, words) for choice in its.choices],
            words("room.column.votes"): [words.number(its.votes.get(choice, 0)) for choice in its.choices],
            words("room.column.futures"): shares,
        }
    )


def reveal_rows(its: Reveal) -> pd.DataFrame:
    """Return votes and shares of futures by choice as plain numbers."""
    return pd.DataFrame(
        {
            "choice": its.choices,
            "votes": [its.votes.get(choice, 0) for choice in its.choices],
            "share_of_futures": [its.shares[choice] for choice in its.choices],
        }
    )


@dataclass(frozen=True)
class PlanView:
    """One plan as it is compared.

    Attributes
    ----------
    name : str
        Of its table; a user typed it.
    settings : str
        What it sets, in words.
    odds : float
        Share of futures that hold the target by the horizon.
    rupiah : float
        Public rupiah a year beyond the scenario without the plan, median.
    coverage : float
        Median coverage at the horizon.
    within : bool
        It costs no more than the common budget.
    wins : bool
        It has the best odds within the budget.
    """

    name: str
    settings: str
    odds: float
    rupiah: float
    coverage: float
    within: bool
    wins: bool


def plan_kinds(words: Words) -> tuple[str, str, str]:
    """Return the words of the legend: the winner, within the budget, beyond it."""
    return words("room.plan.wins"), words("room.plan.within"), words("room.plan.beyond")


def plan_frame(plans: Sequence[PlanView], words: Words) -> pd.DataFrame:
    """Lay out plans below each other, best odds first.

    Returns
    -------
    DataFrame
        Columns part (``plan``, ``name``, ``rupiah``, ``zero``), x (share of futures), y (row), kind, label.
    """
    kinds = plan_kinds(words)
    rows: list[Row] = []
    for n, plan in enumerate(plans):
        kind = kinds[0 if plan.wins else 1 if plan.within else 2]
        said = f"{plan.name}: {plan.settings}"
        rows += [
            {"part": "stem", "x": plan.odds, "y": n},
            {"part": "plan", "x": plan.odds, "y": n, "kind": kind, "label": said},
            {"part": "name", "x": 0.0, "y": n, "label": _short(plan.name)},
            {"part": "rupiah", "x": 1.0, "y": n, "label": words.rupiah(plan.rupiah)},
        ]
    return pd.DataFrame(rows, columns=["part", "x", "y", "kind", "label"])


def plan_table(plans: Sequence[PlanView], draws: int, words: Words) -> pd.DataFrame:
    """Return the plans in words."""
    kinds = plan_kinds(words)
    return pd.DataFrame(
        {
            words("room.column.table"): [plan.name for plan in plans],
            words("room.column.plan"): [plan.settings for plan in plans],
            words("room.column.odds"): [words.odds(plan.odds, draws) for plan in plans],
            words("room.column.rupiah"): [words.rupiah(plan.rupiah) for plan in plans],
            words("room.column.coverage"): [words.percent(plan.coverage, 1) for plan in plans],
            words("room.column.budget"): [kinds[0 if plan.wins else 1 if plan.within else 2] for plan in plans],
        }
    )


def plan_rows(plans: Sequence[PlanView]) -> pd.DataFrame:
    """Return the plans as plain numbers; names of tables stay out, as users typed them."""
    return pd.DataFrame(
        {
            "plan": [n + 1 for n in range(len(plans))],
            "odds_by_horizon": [plan.odds for plan in plans],
            "rupiah_a_year": [round(plan.rupiah) for plan in plans],
            "coverage_at_horizon": [plan.coverage for plan in plans],
            "within_budget": [plan.within for plan in plans],
            "wins": [plan.wins for plan in plans],
        }
    )


def offer_table(offers: Sequence[tuple[str, str, str]], words: Words) -> pd.DataFrame:
    """Return what tables may set: label, range and price of each lever, ready in words."""
    return pd.DataFrame(offers, columns=[words(f"room.column.{head}") for head in ("lever", "range", "price")])


def _stack(grid: Grid, x: float, count: int, kind: str, *, up: bool) -> Iterator[Row]:
    sign = 1 if up else -1
    for number in range(count):
        dx, dy = grid.place(number)
        yield {"part": "dot", "x": x + dx, "y": sign * (AXIS_HALF + dy), "kind": kind}
    if count:
        top = AXIS_HALF + grid.height(count)
        yield {"part": "count_above" if up else "count_below", "x": x, "y": sign * top, "label": str(count)}


def _due_rows(its: Reveal, grid: Grid, words: Words) -> list[Row]:
    """Place the official date at the end of its half-year or inside it, where it lies among the choices."""
    first = parse_month(its.choices[0]) - MONTHS_PER_YEAR // 2 + 1
    columns = len(its.choices) - 1
    if its.due is None or not first <= its.due < first + columns * MONTHS_PER_YEAR // 2:
        return []
    place = (its.due + 1 - first) / (MONTHS_PER_YEAR // 2) - _HALF
    side = "label_right" if place < columns / 2 else "label_left"
    label = words("chart.due", date=words.last_day(its.due))
    return [{"part": "rule", "x": place}, {"part": side, "x": place, "y": grid.top + LABEL_ROOM, "label": label}]


def _column_text(choice: str, choices: Sequence[str], words: Words) -> str:
    """Return the label of a column on two lines; only years where there are many."""
    if choice == choices[-1]:
        return words("dots.never_column", year=_last_year(choices))
    if len(choices) > _MANY_COLUMNS:
        return str(_year(choice)) if _is_first_half(choice) and _year(choice) % 5 == 0 else ""
    return f"{_half_text(choice, words)}|{_year(choice)}"


def _half_text(choice: str, words: Words) -> str:
    return words("room.choice.first_half" if _is_first_half(choice) else "room.choice.second_half")


def _is_first_half(choice: str) -> bool:
    return parse_month(choice) % MONTHS_PER_YEAR < MONTHS_PER_YEAR // 2


def _year(choice: str) -> int:
    return parse_month(choice) // MONTHS_PER_YEAR


def _last_year(choices: Sequence[str]) -> int:
    return _year(choices[-2])


def _short(name: str) -> str:
    longest = 18
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
