"""Grids: a base scenario and what varies, read from a TOML file without trust."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

from scipy.stats import qmc

from simulator.facts import load_facts
from simulator.model import MAX_DRAWS
from simulator.outputs.text import Language, Words
from simulator.scenario import (
    LEVERS,
    Scenario,
    ScenarioError,
    is_whole,
    load_scenario,
    shipped,
    with_assumptions,
    with_levers,
)
from simulator.scenario.levers import is_month

MOST_SCENARIOS = 1_000_000
MOST_STEPS = 1_000
_LARGEST_BYTES = 2**16
_LARGEST_SEED = 2**32 - 1
_METHODS = {"latin_hypercube": qmc.LatinHypercube, "sobol": qmc.Sobol}
_KEYS = ("base", "draws", "seed", "horizon", "sample", "levers", "assumptions")
_BITS = 64

Kind = Literal["levers", "assumptions"]
Number = int | float
Value = Number | str


class SweepError(ValueError):
    """A sweep that is refused; `text` says why in one sentence, `str()` in English."""

    def __init__(self, id: str, /, **fields: str | int) -> None:
        super().__init__(id)
        self.fields = fields

    def __str__(self) -> str:
        """Return the sentence in English."""
        return self.text("en")

    def text(self, language: Language) -> str:
        """Return the sentence; the field `allowed` is a text of its own."""
        words = Words(language)
        fields = {key: words.number(value) if isinstance(value, int) else value for key, value in self.fields.items()}
        if "allowed" in fields:
            fields["allowed"] = words(f"sweep.allowed_{fields['allowed']}", **fields)
        return words(f"sweep.{self.args[0]}", **fields)


@dataclass(frozen=True)
class Axis:
    """A lever or an assumption that varies.

    Attributes
    ----------
    kind : str
        ``levers`` or ``assumptions``.
    name : str
        As on the command line: a lever, LEVER@CODE for one kabupaten/kota, or the id of an assumption.
    values : tuple
        Its values, in the unit of the lever or assumption; lowest and highest of a `range`.
    range : bool
        Every value between the two may be drawn.
    """

    kind: Kind
    name: str
    values: tuple[Value, ...]
    range: bool = False

    def at(self, u: float) -> Value:
        """Return the value at the share `u` of the way, 0 <= u < 1."""
        if not self.range:
            return self.values[int(u * len(self.values))]
        low, high = map(float, self.values)
        if self._whole:
            return int(low) + int(u * (high - low + 1))
        return low + u * (high - low)

    @property
    def _whole(self) -> bool:
        if self.kind == "levers":
            return LEVERS[self.name.partition("@")[0]].whole
        return is_whole(load_facts().parameters[self.name])


@dataclass(frozen=True)
class Grid:
    """Many scenarios: a base, what varies, and one row of values for each.

    Attributes
    ----------
    base : Scenario
        With the horizon of the grid.
    axes : tuple of Axis
    rows : tuple of tuple
        Values in the order of `axes`; the place of a row is the number of its scenario.
    draws, seed : int
        Of every run.
    """

    base: Scenario
    axes: tuple[Axis, ...]
    rows: tuple[tuple[Value, ...], ...]
    draws: int
    seed: int


def read_grid(path: Path) -> Grid:
    """Return the grid in a TOML file.

    Raises
    ------
    SweepError
        If the file cannot be read or is no grid; one sentence with the path to the field.
    ScenarioError
        If the base or a value is refused; one sentence.
    """
    source = str(path) if str(path).isprintable() else repr(str(path))
    try:
        return _grid(_tables(path), path.parent)
    except SweepError as error:
        raise SweepError(error.args[0], **error.fields, file=source) from None
    except ScenarioError as error:
        raise error if error.source else error.below(source=source) from None


def scenario_of(base: Scenario, axes: Sequence[Axis], row: Sequence[Value]) -> Scenario:
    """Return `base` with one row of values set, as ``--set`` and ``--assume`` set them."""
    settings: dict[Kind, list[str]] = {"levers": [], "assumptions": []}
    for axis, value in zip(axes, row, strict=True):
        settings[axis.kind].append(f"{axis.name}={value}")  # a float is written so that it reads back to the last bit
    return with_assumptions(with_levers(base, settings["levers"]), settings["assumptions"])


def _tables(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:  # a path that holds a null byte is a ValueError
        raise SweepError("unreadable", reason=getattr(error, "strerror", None) or str(error)) from None
    if len(content) > _LARGEST_BYTES:
        raise SweepError("long", most=_LARGEST_BYTES)
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise SweepError("no_toml", reason="it is nested too deeply") from None
    except ValueError as error:
        raise SweepError("no_toml", reason=_short(" ".join(str(error).split()), 120)) from None
    if not _fits(tables):
        raise SweepError("no_toml", reason="a whole number has more than 64 bits")
    return tables


def _fits(value: object) -> bool:
    """Tell whether all whole numbers have the 64 bits of TOML; Python refuses to write out much longer ones."""
    match value:
        case dict():
            return all(map(_fits, value.values()))
        case list():
            return all(map(_fits, value))
        case int():
            return value.bit_length() < _BITS
    return True


def _grid(raw: Mapping[str, Any], folder: Path) -> Grid:
    _known(raw, _KEYS)
    draws = _whole(raw, ("draws",), low=1, high=MAX_DRAWS, default=2000)
    seed = _whole(raw, ("seed",), low=0, high=_LARGEST_SEED, default=0)
    base = _base(raw, folder)
    sample = _sample(raw)
    kinds: tuple[Kind, ...] = ("levers", "assumptions")
    axes = tuple(
        _axis(kind, name, given, sampled=sample is not None)
        for kind in kinds
        for name, given in _table(raw, (kind,)).items()
    )
    if not axes:
        raise SweepError("nothing")
    for axis in axes:
        _check_values(base, axis)
    return Grid(base, axes, _product(axes) if sample is None else _drawn(axes, *sample), draws, seed)


def _base(raw: Mapping[str, Any], folder: Path) -> Scenario:
    if "base" not in raw:
        raise SweepError("missing", field="base", allowed="base")
    if not isinstance(raw["base"], str):
        raise _not_allowed(("base",), raw["base"], "base")
    base = load_scenario(raw["base"] if raw["base"] in shipped() else folder / raw["base"])
    return base.replace(horizon=raw["horizon"]) if "horizon" in raw else base


def _sample(raw: Mapping[str, Any]) -> tuple[int, str, int] | None:
    """Return number, method and seed of the sample, None for a full grid."""
    if "sample" not in raw:
        return None
    table = _table(raw, ("sample",))
    _known(table, ("n", "method", "seed"), ("sample",))
    method = table.get("method", "latin_hypercube")
    if not isinstance(method, str) or method not in _METHODS:
        raise _not_allowed(("sample", "method"), method, "method")
    n = _whole(table, ("sample", "n"), low=1, high=MOST_SCENARIOS)
    if method == "sobol" and n & (n - 1):
        raise _not_allowed(("sample", "n"), n, "power")
    return n, method, _whole(table, ("sample", "seed"), low=0, high=_LARGEST_SEED, default=0)


def _axis(kind: Kind, name: str, given: object, *, sampled: bool) -> Axis:
    path = (kind, name)
    if isinstance(given, list):
        values = tuple(value if isinstance(value, str) else _plain(value) for value in given if _is_value(value))
        if not given or len(set(values)) < len(given):
            raise _not_allowed(path, given, "axis")
        return Axis(kind, name, values)
    if not isinstance(given, dict):
        raise _not_allowed(path, given, "axis")
    _known(given, ("low", "high", "steps"), path)
    low, high = (_number(given, (*path, end)) for end in ("low", "high"))
    if not low < high:
        raise _not_allowed((*path, "high"), high, "above_low")
    if sampled and "steps" not in given:
        return Axis(kind, name, (low, high), range=True)
    steps = _whole(given, (*path, "steps"), low=2, high=MOST_STEPS)
    return Axis(kind, name, tuple(_tidy(low + (high - low) * k / (steps - 1)) for k in range(steps)))


def _check_values(base: Scenario, axis: Axis) -> None:
    """Refuse a value that the scenario would refuse, with its place in the grid; no value depends on another axis."""
    for value in axis.values:
        try:
            scenario_of(base, [axis], [value])
        except ScenarioError as error:
            raise ScenarioError(error.problem, (axis.kind, axis.name)) from None


def _product(axes: Sequence[Axis]) -> tuple[tuple[Value, ...], ...]:
    n = math.prod(len(axis.values) for axis in axes)
    if n > MOST_SCENARIOS:
        raise SweepError("many", n=n, most=MOST_SCENARIOS)
    return tuple(product(*(axis.values for axis in axes)))


def _drawn(axes: Sequence[Axis], n: int, method: str, seed: int) -> tuple[tuple[Value, ...], ...]:
    shares = _METHODS[method](d=len(axes), rng=seed).random(n)
    return tuple(tuple(axis.at(float(u)) for axis, u in zip(axes, row, strict=True)) for row in shares)


def _table(raw: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    table = raw.get(path[-1], {})
    if not isinstance(table, dict):
        raise _not_allowed(path, table, path[-1])
    return table


def _known(table: Mapping[str, Any], keys: Sequence[str], path: tuple[str, ...] = ()) -> None:
    for key in table:
        if key not in keys:
            raise SweepError("unknown", field=_field((*path, key)), known=", ".join(keys))


def _whole(table: Mapping[str, Any], path: tuple[str, ...], *, low: int, high: int, default: int | None = None) -> int:
    value = table.get(path[-1], default)
    if value is None:
        raise SweepError("missing", field=_field(path), allowed="whole", low=low, high=high)
    if type(value) is not int or not low <= value <= high:
        raise _not_allowed(path, value, "whole", low=low, high=high)
    return value


def _number(table: Mapping[str, Any], path: tuple[str, ...]) -> Number:
    if path[-1] not in table:
        raise SweepError("missing", field=_field(path), allowed="number")
    value = table[path[-1]]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _not_allowed(path, value, "number")
    return _tidy(value)


def _tidy(number: float) -> Number:
    """Return a number without the rounding of its last digits, whole if it is one."""
    return _plain(float(f"{number:.12g}"))


def _is_value(value: object) -> bool:
    """Tell whether it is a number or a month; a number in quotes is none."""
    return is_month(value) if isinstance(value, str) else isinstance(value, int | float) and not isinstance(value, bool)


def _plain(number: Number) -> Number:
    """Return equal numbers in one form; a lever that takes whole numbers takes no 3.0."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _not_allowed(path: tuple[str, ...], value: object, allowed: str, **bounds: int) -> SweepError:
    return SweepError("not_allowed", field=_field(path), value=_short(repr(value)), allowed=allowed, **bounds)


def _field(path: tuple[str, ...]) -> str:
    return ".".join(key if key.replace("_", "").isalnum() else _short(repr(key)) for key in path)


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
