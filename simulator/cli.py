"""The command line: ``python -m simulator COMMAND``.

Exit 0: done. Exit 2: the input is refused, with one sentence on standard error, and nothing is written. Exit 1: a
fault.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from simulator.answers.contribution import DRAWS as CONTRIBUTION_DRAWS
from simulator.answers.failure import failure_conditions
from simulator.answers.goal import SolveError
from simulator.answers.sensitivity import sobol, tornado
from simulator.answers.solve import solve
from simulator.evidence import DataError, OwnRow, PosteriorError, hindcast, read_own_data
from simulator.evidence.stored import (
    ACCOUNT_FILE,
    BACKTEST_FILE,
    BACKTEST_MODULES,
    RECOVERY_FILE,
    load_backtest,
    load_recovery,
    mark_of,
    to_text,
)
from simulator.facts import FactsError, load_facts
from simulator.facts.pack import DATA_FOLDER
from simulator.model import RunError
from simulator.model.posterior import POSTERIOR_FILE
from simulator.outputs import (
    OutputError,
    Result,
    check_folder,
    compare,
    facts_json,
    model_version,
    project,
    table_files,
    write_files,
)
from simulator.outputs.comparison import (
    comparison_files,
    comparison_json,
    comparison_text,
    contributions,
)
from simulator.outputs.evidence_text import backtest_text, calibration_text, recovery_text
from simulator.outputs.files import check_file
from simulator.outputs.refusal import refusal_text
from simulator.outputs.sensitivity import sensitivity_json, sensitivity_text
from simulator.outputs.solution import solution_json, solution_scenario, solution_text
from simulator.outputs.summary import summary
from simulator.outputs.text import DEFAULT_LANGUAGE, LANGUAGES, Language, Words
from simulator.outputs.verify import BundleError, verify
from simulator.scenario import Scenario, ScenarioError, load_scenario, save_scenario, with_assumptions, with_levers

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def _language(text: str) -> Language:
    if text not in LANGUAGES:
        msg = f"{text!r} is not one of {', '.join(LANGUAGES)}"
        raise typer.BadParameter(msg)
    return text


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        msg = f"{text!r} is no whole number"
        raise typer.BadParameter(msg) from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        msg = f"{text!r} is no number"
        raise typer.BadParameter(msg) from None


def _remember_language(context: typer.Context, language: Language) -> Language:
    """Leave the language where `main` finds it: a refusal ends the command that was told it."""
    context.ensure_object(dict)["language"] = language
    return language


Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Lang = Annotated[
    Language,
    typer.Option(
        parser=_language, callback=_remember_language, metavar="id|en", help="Language of the summary and of refusals."
    ),
]


@app.callback()
def _simulator() -> None:
    """Say when Lampung's workers will be protected, with which odds, and for how much money."""


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped scenario.")],
    out: Annotated[Path | None, typer.Option(help="Folder for quantiles.csv, arrival.csv and money.csv.")] = None,
    draws: Annotated[int, typer.Option(parser=_whole, metavar="N", help="Number of futures, 1 to 20,000.")] = 2000,
    seed: Annotated[int, typer.Option(parser=_whole, metavar="K", help="Seed that the futures share.")] = 0,
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Last month of the projection.")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="LEVER=VALUE", help="Set a lever; LEVER@1872=VALUE for one district."),
    ] = None,
    assume: Annotated[
        list[str] | None, typer.Option("--assume", metavar="ID=VALUE", help="Replace an assumption by a number.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FILE", help="Your own figures (CSV) to condition the futures on.")
    ] = None,
    lang: Lang = "id",
    as_json: Json = False,
) -> None:
    """Project one scenario."""
    chosen = with_assumptions(with_levers(load_scenario(scenario), set_ or []), assume or [])
    if until is not None:
        chosen = chosen.replace(horizon=until)
    if out is not None:
        check_folder(out)
    own = () if data is None else read_own_data(data, facts=load_facts(), today=date.today())
    result = _project(chosen, draws=draws, seed=seed, name=_table_name(scenario), own_data=own)
    if out is not None:
        write_files(out, table_files(result))
    if as_json:
        _print_json(result.to_json())
    else:
        typer.echo(summary(result, lang))
        if out is not None:
            typer.echo(str(out))


@app.command("compare")
def compare_command(
    reference: Annotated[str, typer.Argument(help="Scenario file or name that the others are compared with.")],
    others: Annotated[list[str], typer.Argument(help="One to three other scenarios.")],
    out: Annotated[Path | None, typer.Option(help="Folder for differences.csv and contributions.csv.")] = None,
    draws: Annotated[int, typer.Option(parser=_whole, metavar="N", help="Number of futures, 1 to 20,000.")] = 2000,
    seed: Annotated[int, typer.Option(parser=_whole, metavar="K", help="Seed that the futures share.")] = 0,
    lang: Lang = "id",
    as_json: Json = False,
) -> None:
    """Compare scenarios future by future, and say which levers did it."""
    if out is not None:
        check_folder(out)
    scenarios = [load_scenario(name) for name in (reference, *others)]
    names = [_table_name(name) for name in (reference, *others)]
    with _progress() as progress:
        result = compare(
            *scenarios,
            draws=draws,
            seed=seed,
            names=names,
            progress=progress,
        )
        shares = contributions(result, draws=min(draws, CONTRIBUTION_DRAWS))
    if out is not None:
        write_files(out, comparison_files(result, shares))
    if as_json:
        _print_json(comparison_json(result, shares))
    else:
        typer.echo(comparison_text(result, shares, lang))


@app.command("solve")
def solve_command(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped scenario.")],
    target: Annotated[str, typer.Option(metavar="ID", help="The target to be reached.")],
    by: Annotated[str, typer.Option(metavar="YYYY-MM", help="Month by which it is to be reached.")],
    odds: Annotated[
        float | None, typer.Option(parser=_number, metavar="P", help="Wanted share of futures: the cheapest plan.")
    ] = None,
    budget: Annotated[
        int | None, typer.Option(parser=_whole, metavar="RUPIAH", help="Most rupiah in a year: the best odds.")
    ] = None,
    lock: Annotated[list[str] | None, typer.Option(metavar="LEVER", help="Lever that stays as it is.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Scenario file to write the plan to.")] = None,
    seed: Annotated[int, typer.Option(parser=_whole, metavar="K", help="Seed that the futures share.")] = 0,
    lang: Lang = "id",
    as_json: Json = False,
) -> None:
    """Seek the cheapest plan for wanted odds, or the best odds for a ceiling of rupiah a year."""
    chosen = load_scenario(scenario)
    if out is not None:
        check_folder(out.parent)
    with _progress() as progress:
        solution = solve(
            chosen,
            target=target,
            by=by,
            odds=odds,
            budget=budget,
            lock=lock or (),
            seed=seed,
            progress=progress,
        )
    if out is not None:
        save_scenario(solution_scenario(solution), out)
    if as_json:
        _print_json(solution_json(solution))
    else:
        typer.echo(solution_text(solution, lang))


@app.command()
def sensitivity(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped scenario.")],
    target: Annotated[str, typer.Option(metavar="ID", help="The target to be reached.")],
    with_sobol: Annotated[
        bool, typer.Option("--sobol", help="Also first and total Sobol indices, with their intervals.")
    ] = False,
    seed: Annotated[int, typer.Option(parser=_whole, metavar="K", help="Seed that the futures share.")] = 0,
    lang: Lang = "id",
    as_json: Json = False,
) -> None:
    """Say which assumptions decide, and under which conditions the plan fails."""
    chosen = load_scenario(scenario)
    with _progress() as progress:
        table = tornado(chosen, target=target, seed=seed, progress=progress)
        failures = failure_conditions(chosen, target=target, by=chosen.horizon, seed=seed)
        indices = None
        if with_sobol:
            shortlist = table.loc[~table["learned"], "parameter"].head(8).tolist()
            indices = sobol(chosen, target=target, parameters=shortlist, seed=seed)
    if as_json:
        _print_json(sensitivity_json(target, table, failures, indices))
    else:
        typer.echo(sensitivity_text(table, failures, indices, lang))


@app.command("sweep")
def sweep_command(
    grid: Annotated[Path, typer.Argument(help="A grid file: a base scenario and what varies.")],
    out: Annotated[
        Path, typer.Option(help="Folder for the tables, as Parquet; a second call goes on where one ended.")
    ],
    workers: Annotated[
        int | None, typer.Option(parser=_whole, metavar="N", help="Processes on this machine; without it, one a core.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A running Dask scheduler, in place of --workers.")
    ] = None,
    lang: Lang = "id",
) -> None:
    """Run every scenario of a grid on many workers."""
    from simulator.outputs.sweep_grid import SweepError, read_grid

    if workers is not None and (workers < 1 or scheduler is not None):
        msg = f"--workers is {workers}; a whole number from 1, without --scheduler, is allowed"
        raise typer.BadParameter(msg)
    try:
        chosen = read_grid(grid)
        try:
            from simulator.outputs.sweep import sweep
        except ModuleNotFoundError:
            raise SweepError("packages") from None
        with _progress() as progress:
            done = sweep(chosen, out, workers=workers, scheduler=scheduler, progress=progress)
    except SweepError as error:
        print(f"simulator: {error.text(lang)}", file=sys.stderr)
        raise typer.Exit(2) from None
    typer.echo(Words(lang)("sweep.done", folder=out, **asdict(done)))


@app.command()
def export(
    scenarios: Annotated[
        list[str], typer.Argument(help="One to four scenario files or names; the first is the reference.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE.zip", help="The bundle to write.")],
    target: Annotated[
        str | None, typer.Option(metavar="ID", help="The target that charts and sentences answer for.")
    ] = None,
    draws: Annotated[int, typer.Option(parser=_whole, metavar="N", help="Number of futures, 1 to 20,000.")] = 2000,
    seed: Annotated[int, typer.Option(parser=_whole, metavar="K", help="Seed that the futures share.")] = 0,
    lang: Lang = "id",
) -> None:
    """Write a bundle: tables, charts, report, workbook, slides, and all that proves them again."""
    from simulator.outputs.bundle import make_bundle

    check_file(out)
    names = [_table_name(name) for name in scenarios]
    for name in names:
        if names.count(name) > 1:
            msg = f"the name {name!r} stands twice among the scenarios; names that differ are allowed"
            raise typer.BadParameter(msg)
    chosen = {name: load_scenario(source) for name, source in zip(names, scenarios, strict=True)}
    with _progress() as progress:
        content = make_bundle(
            chosen,
            language=lang,
            target=target,
            draws=draws,
            seed=seed,
            progress=progress,
        )
    write_files(out.parent, {out.name: content})
    typer.echo(str(out))


@app.command("verify")
def verify_command(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="A bundle from `export`.")], lang: Lang = "id"
) -> None:
    """Check a bundle and run it again: exit 0 if every number matches, 1 if not, 2 if it cannot be read."""
    words = Words(lang)
    try:
        with _progress() as progress:
            verdict = verify(file, progress=progress)
    except BundleError as error:
        print(f"simulator: {error.line.text(words)}", file=sys.stderr)
        raise typer.Exit(2) from None
    typer.echo("\n".join(["match" if verdict.matches else "mismatch", *(line.text(words) for line in verdict.lines)]))
    raise typer.Exit(0 if verdict.matches else 1)


@app.command()
def calibrate(
    only_check: Annotated[
        bool, typer.Option("--check", help="Only verify that the posterior file is up to date.")
    ] = False,
    recovery: Annotated[
        bool,
        typer.Option("--recovery", help="Fit 250 simulated data sets instead, half an hour, and store the result."),
    ] = False,
) -> None:
    """Renew what the model learned from the dated figures, or verify it."""
    from simulator.evidence import renew  # the sampler takes a second to import, which no other command should pay

    if recovery:
        _renew_recovery()
        return
    if only_check:
        typer.echo(renew.check())
        return
    check_folder(DATA_FOLDER)
    with _bar() as bar:
        task = bar.add_task("", total=None)
        posterior, account = renew.renew(
            lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total)
        )
    write_files(DATA_FOLDER, {POSTERIOR_FILE.name: posterior, ACCOUNT_FILE.name: account.encode()})
    typer.echo(calibration_text(json.loads(account)))


def _renew_recovery() -> None:
    from simulator.evidence.recovery import renew_recovery

    _store(RECOVERY_FILE, mark_of("recovery"), renew_recovery)
    typer.echo(recovery_text(load_recovery()))


@app.command()
def backtest(
    renew: Annotated[
        bool, typer.Option("--renew", help="Run every origin again, a minute or two, and store it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say how well later figures were predicted from earlier ones, against naive rivals."""
    if renew:
        from simulator.evidence.backtest import renew_backtest

        _store(BACKTEST_FILE, mark_of(*BACKTEST_MODULES), renew_backtest)
    result = load_backtest()
    if as_json:
        _print_json(result)
    else:
        typer.echo(backtest_text(result))


def _store(path: Path, mark: str, make: Callable[[Callable[[int, int], None]], dict[str, Any]]) -> None:
    """Compute a result that is kept, in sight, and write its file."""
    check_folder(path.parent)
    with _progress(path.stem) as progress:
        result = make(progress)
    write_files(path.parent, {path.name: to_text(result, mark).encode()})


@app.command("hindcast")
def hindcast_command(as_json: Json = False) -> None:
    """Say what the calibrated model says of each past month."""
    rows = hindcast()
    if as_json:
        _print_json({"rows": rows.to_dict("records")})
    else:
        typer.echo(rows.to_csv(index=False), nl=False)


@app.command()
def check(
    scenarios: Annotated[list[str], typer.Argument(help="Scenario files, or names of shipped scenarios.")],
    lang: Lang = "id",
) -> None:
    """Validate scenario files."""
    for name in scenarios:
        load_scenario(name)
    for name in scenarios:
        typer.echo(f"{name}: OK")


@app.command()
def facts(as_json: Json = False) -> None:
    """List facts, assumptions, sources and grades."""
    known = load_facts()
    if as_json:
        _print_json(facts_json(known))
        return
    for name, parameter in known.parameters.items():
        typer.echo(f"{name}: {parameter.value:g} {parameter.unit} [{parameter.grade}] {parameter.label.en}")
    typer.echo(
        f"{len(known.facts)} facts, {len(known.parameters)} parameters, {len(known.contradictions)} contradictions"
    )


@app.command()
def workshop(
    is_open: Annotated[
        bool, typer.Option("--open", help="Let phones of this local network reach the voting pages.")
    ] = False,
    address: Annotated[
        str | None, typer.Option(metavar="A", help="The same, at this one of this machine's addresses.")
    ] = None,
    port: Annotated[int, typer.Option(parser=_whole, metavar="PORT", help="Port of the phones.")] = 8502,
    app_port: Annotated[int, typer.Option(parser=_whole, metavar="PORT", help="Port of the app.")] = 8501,
    lang: Lang = "id",
) -> None:
    """Start the app and the server of the phones for a workshop; Ctrl+C stops both."""
    from simulator.workshop import WorkshopError
    from simulator.workshop.serve import choose_address, serve

    try:
        chosen = choose_address(address, is_open=is_open)
        code = serve(chosen, port=port, app_port=app_port, language=lang, say=lambda line: print(line, flush=True))
    except WorkshopError as error:
        print(f"simulator: {error.said(lang)}", file=sys.stderr)
        code = 2
    raise typer.Exit(code)


@app.command("workshop-check")
def workshop_check(lang: Lang = "id", as_json: Json = False) -> None:
    """Say whether this machine is ready for a workshop: exit 0, or 1 with what to mend."""
    from simulator.workshop.ready import checks, ready_json, ready_line

    words = Words(lang)
    made = []
    for check in checks(words):
        made.append(check)
        if not as_json:
            typer.echo(ready_line(check, words))
    is_ready = all(check.ok for check in made)
    if as_json:
        _print_json(ready_json(made))
    else:
        typer.echo(words("ready.all" if is_ready else "ready.not"))
    raise typer.Exit(0 if is_ready else 1)


@app.command("version")
def version_command() -> None:
    """Print the model's version."""
    typer.echo(model_version())


@contextmanager
def _progress(label: str = "") -> Iterator[Callable[[int, int], None]]:
    """Yield what shows how far some work is, as ``progress(done, total)``."""
    with _bar() as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _bar() -> Progress:
    return Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def _project(scenario: Scenario, *, draws: int, seed: int, name: str, own_data: tuple[OwnRow, ...]) -> Result:
    with _progress() as progress:
        return project(scenario, draws=draws, seed=seed, name=name, progress=progress, own_data=own_data)


def _table_name(scenario: str) -> str:
    return Path(scenario).stem


def _print_json(content: object) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, allow_nan=False))


def _one_line(text: str) -> str:
    """Return a message that repeats an argument as one line that cannot steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    told: dict[str, Language] = {}
    try:
        code = app(arguments, prog_name="simulator", standalone_mode=False, obj=told)
    except (ScenarioError, FactsError, OutputError, RunError, SolveError, DataError, PosteriorError) as error:
        print(f"simulator: {refusal_text(error, told.get('language', DEFAULT_LANGUAGE))}", file=sys.stderr)
        return 2
    except typer.BadParameter as error:
        print(f"simulator: {_one_line(error.format_message())}", file=sys.stderr)
        return 2
    except typer.TyperException as error:
        print(f"simulator: {_one_line(str(error))}", file=sys.stderr)
        return 2
    except typer.Abort:
        return 1
    return code if isinstance(code, int) else 0
