"""One scenario, one seed, one number of draws: the same digits in a notebook, on the command line and in the app."""

import io
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from nbformat import v4
from streamlit.testing.v1 import AppTest

from simulator import load_scenario, project
from simulator.app import runs
from simulator.facts import format_month
from simulator.scenario import encode_link

ROOT = Path(__file__).resolve().parents[2]
NAME, DRAWS, SEED = "village_100", 200, 7
LEVELS = {"band95": (0.025, 0.975), "band80": (0.1, 0.9), "band50": (0.25, 0.75)}
CODE = f"""
from simulator import load_scenario, project

result = project(load_scenario("{NAME}"), draws={DRAWS}, seed={SEED}, name="{NAME}")
print(result.quantiles().to_csv(index=False, lineterminator="\\n"), end="")
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the table of bands that the command line writes."""
    out = tmp_path_factory.mktemp("out")
    options = [NAME, f"--draws={DRAWS}", f"--seed={SEED}", "--out", str(out)]
    subprocess.run([sys.executable, "-m", "simulator", "run", *options], cwd=ROOT, check=True, capture_output=True)
    return (out / "quantiles.csv").read_bytes().decode()


def drawn_path(monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Return what the front page draws the path of coverage from."""
    monkeypatch.setattr(runs, "DRAWS", DRAWS)
    monkeypatch.setattr(runs, "SEED", SEED)
    app = AppTest.from_file(ROOT / "streamlit_app.py", default_timeout=120)
    app.query_params["s"] = encode_link(load_scenario(NAME))
    app.run()
    assert not app.exception
    charts = app.get("vega_lite_chart")
    frames = [pa.ipc.open_stream(chart.proto.data.data).read_pandas() for chart in charts]
    return next(frame for frame in frames if {"low", "high"} <= set(frame.columns))


def test_a_notebook_and_the_command_line_give_the_same_bytes(execute, written):
    done = execute(v4.new_notebook(cells=[v4.new_code_cell(CODE)]))
    assert "".join(output.text for output in done.cells[0].outputs) == written


def test_the_page_draws_the_digits_of_the_command_line(written, monkeypatch):
    bands = pd.read_csv(io.StringIO(written), dtype=str).astype({"quantile": float, "value": float})
    own = bands[(bands["indicator"] == "coverage") & (bands["region"] == "18")]
    expected = own.pivot(index="month", columns="quantile", values="value")
    path = drawn_path(monkeypatch)
    path = path.assign(month=[format_month(round(12 * x) - 1) for x in path["x"].fillna(2000)]).set_index("month")
    assert path.loc[path["part"] == "median", "y"].to_dict() == expected[0.5].to_dict()
    for part, (low, high) in LEVELS.items():
        band = path[path["part"] == part]
        assert band["low"].to_dict() == expected[low].to_dict()
        assert band["high"].to_dict() == expected[high].to_dict()


def test_another_seed_gives_other_digits(written):
    other = project(load_scenario(NAME), draws=DRAWS, seed=SEED + 1, name=NAME).quantiles()
    assert other.to_csv(index=False, lineterminator="\n") != written
