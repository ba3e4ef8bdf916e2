"""A run in sight of the user, when a click comes."""

import pytest

from simulator import load_scenario
from simulator.app import runs
from simulator.outputs.text import Words


class Click(BaseException):
    """What Streamlit raises where a script touches the page while a click waits."""


class Bar:
    def progress(self, share: float, text: str) -> None:
        if share == 1:
            raise Click


def test_a_click_at_the_end_of_a_run_is_not_lost_although_nothing_is_left_to_cancel(monkeypatch):
    monkeypatch.setattr(runs.st, "progress", lambda share, text: Bar())
    monkeypatch.setattr(runs, "_projected", lambda scenario, watch, *, details: watch(1, 1))
    with pytest.raises(Click):
        runs._run(load_scenario("baseline"), Words("id"), "shown", details=False)
