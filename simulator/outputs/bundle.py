"""A result to take away: one ZIP with the numbers, pictures and papers, and all that is needed to prove them again.

The same scenarios, seed, draws, language and target give the same bytes from the same program: members are sorted, and
nothing in them tells of the time or the machine.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Event

from simulator.model import Cancelled, Progress
from simulator.outputs import datapackage, manifest, reproduce
from simulator.outputs.exports import Export, csv_files, run_export
from simulator.outputs.files import OutputError
from simulator.outputs.text import Language
from simulator.scenario import Scenario, dump_scenario

TEMPLATES = Path(__file__).parent / "templates"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first date that a ZIP can hold
_RUNS = 30  # of a hundred steps of progress; the rest is tables, drawing and writing


def make_bundle(
    scenarios: Mapping[str, Scenario],
    *,
    language: Language = "id",
    target: str | None = None,
    draws: int = 2000,
    seed: int = 0,
    beside: Mapping[str, bytes] | None = None,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> bytes:
    """Return the bundle of one to four scenarios on the same draws.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        By name; the first is the reference of comparisons, report and slides tell of the second, or of the only one.
    language : str
        Of charts, report, workbook and slides.
    target : str, optional
        What charts and sentences answer for; the nearest national one without it.
    draws, seed : int
        As in `simulator.project`.
    beside : mapping of str to bytes, optional
        Files of a workshop that leave with it, by their place in the bundle.
    progress : callable, optional
        Called as ``progress(done, total)`` between steps.
    cancel : threading.Event, optional
        Looked at between steps; raises `simulator.model.Cancelled`.

    Raises
    ------
    OutputError
        If the packages that draw are not there.
    RunError, ScenarioError
        As in `simulator.outputs.exports.run_export`.
    """
    check_packages()
    export = run_export(
        scenarios,
        language=language,
        target=target,
        draws=draws,
        seed=seed,
        progress=None if progress is None else lambda done, total: progress(round(_RUNS * done / total), 100),
        cancel=cancel,
    )
    return bundle_of(export, beside=beside, progress=progress, cancel=cancel)


def bundle_of(
    export: Export,
    *,
    beside: Mapping[str, bytes] | None = None,
    progress: Progress | None = None,
    cancel: Event | None = None,
) -> bytes:
    """Return the bundle of what was run; `beside`, `progress` and `cancel` as in `make_bundle`."""
    from simulator.outputs import pictures, report, slides, workbook

    drawn: list[pictures.Drawn] = []

    def draw(make: Callable[[], pictures.Drawn]) -> dict[str, bytes]:
        drawn.append(make())
        return drawn[-1].files()

    steps: list[Callable[[], dict[str, bytes]]] = [
        *(partial(write, export) for write in (_tables, _scenarios, _again)),
        *(partial(draw, make) for make in pictures.makers(export)),
        lambda: {"workbook.xlsx": workbook.workbook_bytes(export)},
        lambda: {"report.html": report.report_html(export, drawn).encode()},
        lambda: {"slides.pptx": slides.slides_bytes(export, drawn)},
    ]
    files = dict(beside or {})
    for n, step in enumerate(steps):
        if cancel is not None and cancel.is_set():
            raise Cancelled
        if progress is not None:
            progress(_RUNS + round((100 - _RUNS) * n / len(steps)), 100)
        files |= step()
    files["datapackage.json"] = datapackage.package_bytes(export, files)
    files[manifest.MANIFEST] = manifest.to_bytes(manifest.make_manifest(export, files))
    packed = zipped(files)
    if progress is not None:
        progress(100, 100)
    return packed


def check_packages() -> None:
    """Refuse in one sentence where the packages that draw and write are not installed.

    Raises
    ------
    OutputError
        Naming the set to install.
    """
    try:
        import altair  # noqa: F401
        import jinja2  # noqa: F401
        import pptx  # noqa: F401
        import vl_convert  # noqa: F401
        import xlsxwriter  # noqa: F401
    except ImportError as error:
        msg = f"export needs the package {error.name}; install the set requirements.txt, the core set cannot draw"
        raise OutputError(msg) from error


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP without time, owner or system of the machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(name, _EARLIEST)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # Unix, whatever made it
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
    return buffer.getvalue()


def _tables(export: Export) -> dict[str, bytes]:
    return csv_files(export.tables)


def _scenarios(export: Export) -> dict[str, bytes]:
    return {manifest.scenario_file(its.name): dump_scenario(its.scenario).encode() for its in export.results}


def _again(export: Export) -> dict[str, bytes]:
    """Return what computes the numbers again, and the list of contents."""
    return {
        "reproduce.py": reproduce.script(export).encode(),
        "reproduce.ipynb": reproduce.notebook(export).encode(),
        "README.txt": (TEMPLATES / "README.txt").read_text(encoding="utf-8").encode(),
    }
