"""What the page on goals asks: each question with its work, which runs in a thread, and the way to ask it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

import pandas as pd

from simulator.answers.frontier import frontier, heat
from simulator.answers.solve import Solution, solve
from simulator.answers.waiting import Delayed, cost_of_waiting
from simulator.app import asking
from simulator.model import Progress
from simulator.outputs.text import Words
from simulator.scenario import decode_link

DRAWS, CONFIRM = 100, 2000  # of a search, and of its confirmation
GRID_DRAWS = 200
GRID = 7
Q = TypeVar("Q", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True)
class Goal:
    """What is asked; `link` holds the scenario without its name, so that a new name is no new question."""

    link: str
    target: str
    by: str
    odds: float | None = None
    budget: int | None = None
    lock: tuple[str, ...] = ()
    region: str | None = None
    yearly_change: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Price:
    """The question of rupiah against odds, of a goal without its own odds."""

    goal: Goal


@dataclass(frozen=True)
class Pair:
    """The question of odds over two levers."""

    link: str
    target: str
    by: str
    region: str | None
    levers: tuple[str, str]


@dataclass(frozen=True)
class Delay:
    """The question of what waiting costs."""

    link: str
    target: str


def answered(
    place: str, now: Q, kind: type[Q], work: Callable[[Q, Progress, Event], T], words: Words, *, primary: bool = False
) -> tuple[Q, T] | None:
    """Draw the button that asks `now`; return the last question with its answer, None before there is one."""
    asking.button(place, now, words(f"goal.button.{place}"), primary=primary)
    return asking.answered(place, kind, work, words, label=words(f"goal.working.{place}"), refused="goal.refused")


def solved(goal: Goal, progress: Progress, cancel: Event) -> Solution:
    """Return the plan for a goal."""
    return solve(
        decode_link(goal.link),
        target=goal.target,
        by=goal.by,
        odds=goal.odds,
        budget=goal.budget,
        lock=goal.lock,
        region=goal.region,
        yearly_change=dict(goal.yearly_change),
        draws=DRAWS,
        confirm=CONFIRM,
        progress=progress,
        cancel=cancel,
    )


def priced(price: Price, progress: Progress, cancel: Event) -> pd.DataFrame:
    """Return what each of several odds costs."""
    goal = price.goal
    return frontier(
        decode_link(goal.link),
        target=goal.target,
        by=goal.by,
        lock=goal.lock,
        region=goal.region,
        yearly_change=dict(goal.yearly_change),
        draws=DRAWS,
        confirm=CONFIRM,
        progress=progress,
        cancel=cancel,
    )


def gridded(pair: Pair, progress: Progress, cancel: Event) -> pd.DataFrame:
    """Return the odds over a grid of two levers."""
    return heat(
        decode_link(pair.link),
        *pair.levers,
        target=pair.target,
        by=pair.by,
        n=GRID,
        region=pair.region,
        draws=GRID_DRAWS,
        progress=progress,
        cancel=cancel,
    )


def delayed(delay: Delay, progress: Progress, cancel: Event) -> list[Delayed]:
    """Return what is lost if the plan, or one lever of it, starts later."""
    return cost_of_waiting(decode_link(delay.link), target=delay.target, progress=progress, cancel=cancel)
