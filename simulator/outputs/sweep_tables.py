"""What a sweep keeps of each scenario, as Parquet: the rows of `run` that can be kept a hundred thousand times."""

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.answers import READINGS, answer_target, quantiles, regions
from simulator.facts import format_month, load_facts
from simulator.facts.calendar import MONTHS_PER_YEAR
from simulator.facts.pack import PROVINCE
from simulator.model import make_inputs, run_inputs
from simulator.outputs.manifest import program
from simulator.outputs.result import Result
from simulator.outputs.sweep_grid import Axis, Grid, SweepError, Value, scenario_of
from simulator.scenario import Scenario, ScenarioError, digest, read_scenario

LEVELS = (0.05, 0.5, 0.95)
_TEXT = pa.dictionary(pa.int32(), pa.string())
_SCENARIO = ("scenario", pa.int32())
SCHEMAS = {
    "runs": pa.schema([_SCENARIO, ("hash", pa.string()), ("refused", pa.string())]),
    "targets": pa.schema(
        [
            _SCENARIO,
            ("target", _TEXT),
            ("reading", _TEXT),
            *((name, pa.float64()) for name in ("odds_by_date", "odds_by_horizon", "never_share")),
            *((name, _TEXT) for name in ("median_month", "q10_month", "q90_month")),
        ]
    ),
    "quantiles": pa.schema(
        [
            _SCENARIO,
            *((name, _TEXT) for name in ("indicator", "region", "segment", "month")),
            ("quantile", pa.float64()),
            ("value", pa.float64()),
            ("unit", _TEXT),
        ]
    ),
    "money": pa.schema(
        [
            _SCENARIO,
            ("year", pa.int16()),
            ("fund", _TEXT),
            ("indicator", _TEXT),
            ("value", pa.int64()),
            ("unit", _TEXT),
        ]
    ),
}
TABLES = tuple(SCHEMAS)

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Block:
    """Scenarios that are computed by one worker and kept in one part.

    Attributes
    ----------
    first : int
        Number of the first scenario; the others follow.
    base : str
        The base scenario as TOML.
    axes, rows : tuple
        What varies, and its values by scenario.
    draws, seed : int
    program : dict of str to str
        What the numbers follow from, where the sweep was started.
    """

    first: int
    base: str
    axes: tuple[Axis, ...]
    rows: tuple[tuple[Value, ...], ...]
    draws: int
    seed: int
    program: dict[str, str]


def compute(block: Block) -> dict[str, bytes]:
    """Run the scenarios of a block and return its tables by name, as Parquet files.

    Raises
    ------
    SweepError
        If this worker has another model or other data than the program that started the sweep.
    """
    if program() != block.program:
        raise SweepError("other_program")
    base = read_scenario(block.base)
    parts = [
        scenario_tables(block.first + place, scenario_of(base, block.axes, row), draws=block.draws, seed=block.seed)
        for place, row in enumerate(block.rows)
    ]
    return {name: _parquet(name, [part[name] for part in parts if name in part]) for name in TABLES}


def scenario_tables(number: int, scenario: Scenario, *, draws: int, seed: int) -> Frames:
    """Return the rows of one scenario by table; only ``runs``, with the reason, where the model refuses it."""
    marked = {"scenario": number, "hash": digest(scenario)}
    try:
        projection = run_inputs(make_inputs(scenario, n_draws=draws, seed=seed), threads=1)
    except ScenarioError as error:
        return {"runs": pd.DataFrame([{**marked, "refused": str(error)}])}
    result = Result(str(number), scenario, projection, seed, load_facts())
    tables = {"targets": _targets(result), "quantiles": _quantiles(result), "money": result.money()}
    return {"runs": pd.DataFrame([{**marked, "refused": None}])} | {
        name: table.assign(scenario=number) for name, table in tables.items()
    }


def settings_table(grid: Grid) -> bytes:
    """Return the values of every scenario as a Parquet file: ``scenario``, then a column such as ``levers.NAME``."""
    columns = {"scenario": pa.array(range(len(grid.rows)), pa.int32())}
    for axis, values in zip(grid.axes, zip(*grid.rows, strict=True), strict=True):
        kind = pa.string() if isinstance(values[0], str) else pa.float64()
        columns[f"{axis.kind}.{axis.name}"] = pa.array(values, kind)
    return _file(pa.table(columns))


def _targets(result: Result) -> pd.DataFrame:
    """Return the targets that are open, in every reading."""
    answers = [
        answer_target(result.projection, name, reading, facts=result.facts, seed=result.seed)
        for name in result.scenario.targets
        for reading in READINGS
    ]
    rows = [{"target": its.id, **asdict(its)} for its in answers if its.status == "open"]
    return pd.DataFrame(rows, columns=SCHEMAS["targets"].names)


def _quantiles(result: Result) -> pd.DataFrame:
    """Return coverage of every region in each December and at the horizon."""
    inputs = result.projection.inputs
    months = [
        t
        for t in range(inputs.horizon + 1)
        if (inputs.start_month + t) % MONTHS_PER_YEAR == MONTHS_PER_YEAR - 1 or t == inputs.horizon
    ]
    areas, values = [], []
    for district, active, _, base in regions(result.projection):
        areas.append(PROVINCE if district is None else result.facts.districts[district].code)
        values.append(quantiles(active[:, months] / base[:, months], LEVELS).T)
    names = [format_month(inputs.start_month + t) for t in months]
    return pd.DataFrame(
        {
            "scenario": 0,
            "indicator": "coverage",
            "region": np.repeat(areas, len(months) * len(LEVELS)),
            "segment": "all",
            "month": np.tile(np.repeat(names, len(LEVELS)), len(areas)),
            "quantile": np.tile(LEVELS, len(areas) * len(months)),
            "value": np.concatenate(values, axis=None),
            "unit": "share",
        }
    )


def _parquet(name: str, frames: Sequence[pd.DataFrame]) -> bytes:
    tables = [pa.Table.from_pandas(frame, SCHEMAS[name], preserve_index=False) for frame in frames]
    joined = pa.concat_tables([SCHEMAS[name].empty_table(), *tables]).replace_schema_metadata(None)
    return _file(joined.unify_dictionaries())


def _file(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()
