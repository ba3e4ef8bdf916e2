"""The one loader of `data/`: every file is read, every record and every reference is checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, nan
from pathlib import Path

from simulator.facts import checks, resolve
from simulator.facts.catalogue import (
    Calendar,
    Contradiction,
    Derivation,
    Exit,
    Fund,
    Observation,
    Quoted,
    Region,
    Segment,
    Target,
    Transfer,
    Window,
)
from simulator.facts.errors import FactsError
from simulator.facts.files import Table, digest_of, parse, parse_all, read_rows, read_texts, read_toml
from simulator.facts.history import History, build_history
from simulator.facts.pack import DATA_FOLDER, PROVINCE
from simulator.facts.records import Fact, Parameter

_TRANSFER = "transfer.toml"
_NUMBERS = ("value", "low", "high")


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything that `data/` says, as frozen records by id and in file order.

    Attributes
    ----------
    facts : mapping of str to Fact
        Figures and rules with their sources.
    parameters : mapping of str to Parameter
        Rules and prices (law.toml), then behaviour and evidence (parameters.toml).
    targets : mapping of str to Target
        Targets that the model answers.
    quoted : mapping of str to Quoted
        Figures printed beside them and not simulated.
    regions : mapping of str to Region
        The province and its kabupaten/kota by code.
    segments, funds : mapping
        In the order of all arrays.
    history : History
        Past programmes and PPPK decrees, as records and as arrays.
    contradictions : mapping of str to Contradiction
    observations : tuple of Observation
    derivations : mapping of str to Derivation
        Arithmetic of derived facts, by fact id.
    election_months : tuple of int
        Coming election months.
    discount_windows : mapping of str to (first, last) month
        Half price for self-payers by segment.
    season_profile : tuple of 12 float
        January to December.
    calendar : mapping
        The records behind the last three, with grade and source.
    transfers : mapping of str to Transfer
        Regions elsewhere that jumped or fell, which test the mechanism and feed no run.
    digest : str
        sha256 of all files.
    """

    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    targets: Mapping[str, Target]
    quoted: Mapping[str, Quoted]
    regions: Mapping[str, Region]
    segments: Mapping[str, Segment]
    funds: Mapping[str, Fund]
    history: History
    contradictions: Mapping[str, Contradiction]
    observations: tuple[Observation, ...]
    derivations: Mapping[str, Derivation]
    calendar: Calendar
    transfers: Mapping[str, Transfer]
    digest: str

    @property
    def districts(self) -> tuple[Region, ...]:
        """The kabupaten/kota in ascending order of code."""
        return tuple(region for code, region in self.regions.items() if code != PROVINCE)

    @property
    def election_months(self) -> tuple[int, ...]:
        """Coming election months."""
        return self.calendar.election_months.future

    @property
    def discount_windows(self) -> dict[str, tuple[int, int]]:
        """First and last month of the half price for self-payers, by segment."""
        return {name: (window.first, window.last) for name, window in self.calendar.discount_windows.items()}

    @property
    def season_profile(self) -> tuple[float, ...]:
        """Depth of the season, January to December."""
        return self.calendar.season_profile.values


def load_facts(path: Path | None = None) -> Facts:
    """Read and check all data files.

    Parameters
    ----------
    path : Path, optional
        Folder of the files; by default that of the data pack (`simulator.facts.pack`), which is read once and kept.

    Raises
    ------
    FactsError
        For the first record that is refused, with one sentence naming file, record, field, value and what is allowed.
    """
    return _load_default() if path is None else _load(path)


@lru_cache(maxsize=1)
def _load_default() -> Facts:
    return _load(DATA_FOLDER)


def _load(folder: Path) -> Facts:
    texts = {**read_texts(folder), _TRANSFER: _read_transfer(folder)}
    tables = {name: read_toml(name, text) for name, text in texts.items() if name.endswith(".toml")}
    facts = _facts(texts["facts.csv"])
    regions = resolve.regions(tables["regions.toml"], facts)
    segments = parse_all(Segment, "segments.toml", tables["segments.toml"])
    funds = _funds(tables, segments)
    parameters = _parameters(tables)
    targets, quoted = _parts(tables, "targets.toml", ("target", "quoted"))
    found = Facts(
        facts=facts,
        parameters=parameters,
        targets=parse_all(Target, "targets.toml", targets),
        quoted=parse_all(Quoted, "targets.toml", quoted),
        regions=regions,
        segments=segments,
        funds=funds,
        history=_history(tables, regions, funds, parameters),
        contradictions=parse_all(Contradiction, "contradictions.toml", tables["contradictions.toml"]),
        observations=resolve.observations(tables["observations.toml"], facts),
        derivations=parse_all(Derivation, "derived.toml", tables["derived.toml"]),
        calendar=parse(Calendar, "calendar.toml", "calendar", tables["calendar.toml"]),
        transfers=parse_all(Transfer, _TRANSFER, tables[_TRANSFER]),
        digest=digest_of(texts),
    )
    _check(found)
    return found


def _read_transfer(folder: Path) -> str:
    try:
        return (folder / _TRANSFER).read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FactsError(_TRANSFER, "-", "-", str(folder), f"it must be a readable UTF-8 file: {error}") from error


def _check(found: Facts) -> None:
    """Refuse records that refer to what does not exist."""
    facts = found.facts
    aims: dict[str, Target | Quoted] = {**found.targets, **found.quoted}
    checks.fact_regions(facts, found.regions)
    checks.known_facts("parameters.toml", found.parameters, facts)
    checks.known_facts("targets.toml", aims, facts)
    checks.known_facts("segments.toml", found.segments, facts)
    checks.known_facts("funds.toml", found.funds, facts)
    checks.known_facts("history.toml", {**found.history.windows, **found.history.decrees}, facts)
    checks.known_facts("calendar.toml", found.calendar.records(), facts)
    checks.target_values(aims, facts)
    checks.known_segments("calendar.toml", "discount_windows", found.discount_windows, found.segments)
    checks.observations(found.observations)
    checks.contradictions(found.contradictions, facts)
    checks.derivations(found.derivations, facts)
    checks.transfers(found.transfers, facts)


def _funds(tables: Mapping[str, Table], segments: Mapping[str, Segment]) -> dict[str, Fund]:
    funds = parse_all(Fund, "funds.toml", tables["funds.toml"])
    for name, fund in funds.items():
        checks.known_segments("funds.toml", name, fund.segments, segments)
    return funds


def _history(
    tables: Mapping[str, Table],
    regions: Mapping[str, Region],
    funds: Mapping[str, Fund],
    parameters: Mapping[str, Parameter],
) -> History:
    windows, exits = _parts(tables, "history.toml", ("window", "exit"))
    past, decrees = parse_all(Window, "history.toml", windows), parse_all(Exit, "history.toml", exits)
    checks.windows(past, funds, regions)
    checks.exits(decrees, regions)
    if "list_quality" not in parameters:
        raise FactsError("parameters.toml", "list_quality", "-", None, "the record is required by planned windows")
    districts = [region for code, region in regions.items() if code != PROVINCE]
    share = parameters["list_quality"].value
    return build_history(past, decrees, districts=districts, funds=funds, planned_share=share)


def _facts(text: str) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for row in read_rows("facts.csv", text, tuple(Fact.model_fields)):
        raw: Table = dict(row)
        for column in _NUMBERS:
            raw[column] = _number(row["id"], column, row[column])
        fact = parse(Fact, "facts.csv", row["id"], raw)
        if fact.id in facts:
            raise FactsError("facts.csv", fact.id, "id", fact.id, "every id must come once")
        facts[fact.id] = fact
    return facts


def _number(record: str, column: str, text: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise FactsError("facts.csv", record, column, text, "it must be a finite number or empty")
    return number


def _parameters(tables: Mapping[str, Table]) -> dict[str, Parameter]:
    law = parse_all(Parameter, "law.toml", tables["law.toml"])
    for name in tables["parameters.toml"]:
        if name in law:
            raise FactsError("parameters.toml", name, "id", name, "every id must come once, and law.toml has it")
    return law | parse_all(Parameter, "parameters.toml", tables["parameters.toml"])


def _parts(tables: Mapping[str, Table], file: str, names: tuple[str, str]) -> tuple[object, object]:
    for name in tables[file]:
        if name not in names:
            raise FactsError(file, name, "-", name, f"records must stand in [{names[0]}.*] or [{names[1]}.*]")
    return tables[file].get(names[0], {}), tables[file].get(names[1], {})
