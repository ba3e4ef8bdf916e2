"""Another province is a folder of data: the whole engine runs on it without a change in code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packs import write_pack

ROOT = Path(__file__).parents[2]
ENGINE = """
import json
import numpy as np
from simulator.answers.districts import district_answers
from simulator.model import kernel, run
from simulator.scenario import load_scenario

levers = {"village_share": 0.5, "apbd_amount": {"value": 10**9, "districts": {"9971": 3 * 10**9}}}
today = load_scenario("baseline").replace(horizon="2028-01")
plan = today.replace(levers=levers, allocation="gap")
baseline = run(today, draws=30, evidence="priors", detail=True)
there = run(plan, draws=30, evidence="priors", detail=True)
answers = district_answers(there, 0.3499, 24, reference=baseline)
start = baseline.inputs.sample.start
rate = start.members.sum(axis=1) + start.funded.sum(axis=1) + start.grace.sum(axis=(1, 2))
spread = (rate / start.eligible.sum(axis=1)).std(axis=0)
print(json.dumps({
    "districts": kernel.N_DISTRICTS,
    "codes": [answer.code for answer in answers],
    "start": float(np.median(baseline.coverage[:, 0])),
    "gained": [float(answer.gained.mean()) for answer in answers],
    "leak": float(np.abs(there.local.sum(axis=1) - there.money[..., 1]).max() / there.money.max()),
    "spread": spread.tolist(),
}))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder / "pack")
    return os.environ | {"SIMULATOR_DATA": str(folder / "pack")}


def python(environment, *arguments):
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_engine_runs_on_three_governments(environment):
    # Uncompiled, because compiling for three governments takes a minute and the text of the engine is the same.
    ended = python(environment | {"NUMBA_DISABLE_JIT": "1"}, "-c", ENGINE)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["codes"] == ["9901", "9902", "9971"]
    assert found["districts"] == 3
    assert 0.24 < found["start"] < 0.27  # the province's own level, whatever its parts
    assert all(people > 0 for people in found["gained"])
    assert found["leak"] < 1e-9
    # The rate of 9971 is not published in this pack: its band is that of the spread between districts.
    assert found["spread"][2] > 1.3 * max(found["spread"][:2])


def test_facts_of_the_pack_are_listed_and_a_run_without_posterior_says_what_to_do(environment):
    listed = python(environment, "-m", "simulator", "facts", "--json")
    assert listed.returncode == 0, listed.stderr
    assert json.loads(listed.stdout)
    refused = python(environment, "-m", "simulator", "run", "baseline", "--draws", "10")
    assert refused.returncode == 2
    assert "simulator calibrate" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_code_of_another_pack_is_refused(environment):
    refused = python(environment, "-m", "simulator", "run", "baseline", "--set", "metro_share@1872=1")
    assert refused.returncode == 2
    assert "9971" in refused.stderr


def test_a_folder_that_is_no_pack_is_refused_in_a_sentence(environment, tmp_path):
    refused = python(environment | {"SIMULATOR_DATA": str(tmp_path)}, "-m", "simulator", "facts")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "calendar.toml" in refused.stderr
