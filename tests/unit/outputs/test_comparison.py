"""Comparison tables and the command that prints them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator import compare, load_scenario
from simulator.cli import main
from simulator.model import RunError
from simulator.outputs.comparison import contributions
from simulator.scenario import ScenarioError

FEW = 30


def test_differences_are_taken_future_by_future() -> None:
    its = compare(load_scenario("baseline"), load_scenario("village_100"), draws=FEW, names=["baseline", "village_100"])
    rows = its.differences().query("indicator == 'members' and month == '2028-12' and quantile == 0.5")
    before, after = (r.projection.active[:, :, 35].sum(axis=1) for r in (its.reference, its.others[0]))
    assert rows["value"].item() == pytest.approx(np.median(after - before))
    assert set(rows["reference"]) == {"baseline"}


def test_a_scenario_compared_with_itself_is_zero_everywhere() -> None:
    its = compare(load_scenario("combined"), load_scenario("combined"), draws=FEW)
    assert (its.differences()["value"] == 0).all()
    for target in its.to_json()["scenarios"][0]["targets"]:
        months = target["months_earlier"]
        assert months["earlier"] == months["later"] == 0
        assert months["at_least"] == (0, 0, 0)


def test_progress_runs_over_all_scenarios() -> None:
    seen: list[tuple[int, int]] = []
    compare(load_scenario("baseline"), load_scenario("no_policy"), draws=FEW, progress=lambda *step: seen.append(step))
    assert seen[-1] == (2 * FEW, 2 * FEW)


@pytest.mark.parametrize("number", [0, 4])
def test_one_or_five_scenarios_are_refused(number: int) -> None:
    with pytest.raises(RunError, match="2 to 4"):
        compare(load_scenario("baseline"), *[load_scenario("combined")] * number, draws=3)


def test_another_start_is_refused() -> None:
    with pytest.raises(ScenarioError, match="reference"):
        compare(load_scenario("baseline"), load_scenario("combined").replace(start="2025-12", levers={}), draws=3)


def test_command_writes_and_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["compare", "baseline", "combined", "--draws", str(FEW)]
    assert main([*arguments, "--json", "--out", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["contributions"]["combined"]["draws"] == FEW
    parts = answer["contributions"]["combined"]
    assert sum(group["coverage"] for group in parts["groups"]) == pytest.approx(parts["total"])
    differences = pd.read_csv(tmp_path / "differences.csv")
    assert set(differences["indicator"]) == {"coverage", "members"}
    assert set(pd.read_csv(tmp_path / "contributions.csv")["group"]) >= {"mandate", "other", "interaction"}
    for language, word in (("id", "dibanding"), ("en", "against")):
        assert main([*arguments, "--lang", language]) == 0
        assert word in capsys.readouterr().out


def test_contributions_are_of_each_scenario_against_the_baseline() -> None:
    its = compare(load_scenario("village_100"), load_scenario("combined"), draws=FEW, names=["a", "b"])
    assert set(contributions(its, draws=5)) == {"b"}
