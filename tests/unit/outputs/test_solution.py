"""Goal seek on the command line: its words, its JSON, its file, and what it refuses."""

import json
from pathlib import Path

import pytest

from simulator import load_scenario, solve
from simulator.answers.solve import Solution
from simulator.cli import main
from simulator.outputs.solution import solution_json, solution_scenario, solution_text
from simulator.scenario import decode_link, save_scenario
from simulator.scenario import load_scenario as read_back


@pytest.fixture(scope="module")
def solution() -> Solution:
    keep = ("apbd_amount", "apbd_months", "dbh_share", "dbh_months", "public_mandate", "village_people")
    return solve(
        load_scenario("baseline"),
        target="pergub_2025",
        by="2027-12",
        odds=0.5,
        lock=keep,
        draws=60,
        confirm=200,
        ties=0,
    )


def test_json_holds_plan_odds_and_rupiah(solution: Solution) -> None:
    its = json.loads(json.dumps(solution_json(solution), allow_nan=False))
    assert its["status"] == solution.status
    assert its["plan"]["odds"] == solution.odds
    assert decode_link(its["plan"]["link"]).levers == solution.scenario.levers
    assert sum(its["plan"]["spent"]["2027"].values()) > 0


@pytest.mark.parametrize(("language", "word"), [("id", "Peluang"), ("en", "Odds")])
def test_text_names_odds_rupiah_and_draws(solution: Solution, language: str, word: str) -> None:
    text = solution_text(solution, language)
    assert word in text
    assert "Rp" in text
    assert "200" in text


def test_the_plan_is_a_scenario_file_with_its_own_name(solution: Solution, tmp_path: Path) -> None:
    file = tmp_path / "rencana.toml"
    save_scenario(solution_scenario(solution), file)
    again = read_back(file)
    assert again.levers == solution.scenario.levers
    assert "pergub_2025" in again.name.en


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ([], "odds nor budget"),
        (["--odds", "0.5", "--budget", "1000000000"], "odds and budget"),
        (["--odds", "x"], "'x' is no number"),
        (["--odds", "1.5"], "1.5"),
        (["--odds", "0.5", "--lock", "nothing"], "nothing"),
    ],
)
def test_bad_questions_get_one_sentence(more: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", "baseline", "--target", "rkp_2026", "--by", "2027-12", *more]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert len(err.splitlines()) == 1
