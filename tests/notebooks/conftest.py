"""A clean kernel for notebooks: the simulator can be imported, nothing of the user's Jupyter is read or written."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 120  # of one cell; the first may compile the kernel


def jupyter_environment(folder: Path) -> dict[str, str]:
    """Return the variables under which Jupyter keeps to `folder` and finds the simulator from anywhere."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    folders = {name: folder / name.lower() for name in names}
    for place in folders.values():
        place.mkdir(parents=True)
    own = {name: str(place) for name, place in folders.items()}
    return own | {"JUPYTER_PATH": "", "JUPYTER_PREFER_ENV_PATH": "1", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def execute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[NotebookNode], NotebookNode]:
    """Return what runs a notebook in a folder that has nothing to do with the project."""
    for name, value in jupyter_environment(tmp_path / "jupyter").items():
        monkeypatch.setenv(name, value)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def run(notebook: NotebookNode) -> NotebookNode:
        place = {"metadata": {"path": str(elsewhere)}}
        client = NotebookClient(notebook, timeout=TIMEOUT_SECONDS, kernel_name="python3", resources=place)
        client.execute()
        return notebook

    return run


if sys.platform == "win32":  # zmq warns that it starts a thread of its own there, which is all that is needed

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        """Let that warning pass."""
        for item in items:
            item.add_marker(pytest.mark.filterwarnings("ignore:Proactor event loop:RuntimeWarning"))
