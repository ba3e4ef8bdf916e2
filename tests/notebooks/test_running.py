"""Every notebook runs from a clean kernel, in any folder, without an error and without a warning."""

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_through_and_warns_of_nothing(path, execute):
    done = execute(nbformat.read(path, as_version=4))
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"] == []
    assert {output.output_type for output in outputs} & {"display_data", "execute_result"}
