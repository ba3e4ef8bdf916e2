"""Tables, files and words; charts stand apart in `simulator.outputs.charts`, so that the engine runs without Altair."""

from simulator.facts.pack import PROVINCE
from simulator.outputs.comparison import Comparison, compare
from simulator.outputs.files import OutputError, check_folder, table_files, write_files
from simulator.outputs.result import Result, model_version, project
from simulator.outputs.sources import facts_json

__all__ = [
    "PROVINCE",
    "Comparison",
    "OutputError",
    "Result",
    "check_folder",
    "compare",
    "facts_json",
    "model_version",
    "project",
    "table_files",
    "write_files",
]
