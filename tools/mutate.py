"""Change the equations, the arrival rule and the money, one place at a time, and see whether a test notices.

``python -m tools.mutate``, in the project's folder. The project's files stay as they are: the tests are collected once,
and for each mutant a fork of that process takes one function from a changed copy of its file. The equations run
uncompiled.
"""

import argparse
import ast
import importlib
import importlib.util
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
SURVIVED, KILLED, TOO_LONG = "survived", "killed", "too long"
SECONDS_A_MUTANT = 120
ORACLE = "tests/properties/test_kernel_equals_oracle.py::"


class Group(NamedTuple):
    """Modules, the tests that are to notice, the quickest first, and whether the equations are compiled."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    compiled: bool


GROUPS = {
    "equations": Group(
        ("simulator.model.kernel",),
        (
            ORACLE + "test_every_lever_at_once_from_any_start",
            ORACLE + "test_an_election_that_is_still_to_come",
            "tests/unit/model/test_first_principles.py",
            "tests/unit/model/test_by_hand.py",
            "tests/unit/model/test_places.py",
            "tests/unit/model/test_edges.py",
        ),
        compiled=False,
    ),
    "answers": Group(
        tuple(f"simulator.answers.{name}" for name in ("arrival", "margins", "money", "bands")),
        tuple(f"tests/unit/answers/test_{name}.py" for name in ("arrival", "margins", "bands", "money")),
        compiled=True,
    ),
}
OTHER: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mod,),
    ast.Mod: (ast.FloorDiv,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.UAdd: (ast.USub,),
    ast.USub: (ast.UAdd,),
    ast.Not: (ast.UAdd,),
}
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any"}


Change = Callable[[], Callable[[], None]]  # returns what takes it back


class Mutant(NamedTuple):
    """One function of a module with one place changed; `number` is that place among those of the function."""

    module: str
    function: str
    number: int
    line: int
    text: str
    before: str
    after: str


def mutants_of(module: str) -> Iterator[Mutant]:
    """Yield every mutant of the functions of a module, in the order of the text."""
    source = _file_of(module).read_text(encoding="utf-8")
    for function in ast.parse(source).body:
        if isinstance(function, ast.FunctionDef):
            for number, (node, change) in enumerate(_places(function)):
                line: int = getattr(node, "lineno", function.lineno)
                before = ast.unparse(node)
                take_back = change()
                after = ast.unparse(node)
                take_back()
                text = source.splitlines()[line - 1].strip()
                yield Mutant(module, function.name, number, line, text, before, after)


def write_mutant(mutant: Mutant, path: Path) -> None:
    """Write the module of a mutant, changed, to a file of its own."""
    tree = ast.parse(_file_of(mutant.module).read_text(encoding="utf-8"))
    (function,) = (its for its in tree.body if isinstance(its, ast.FunctionDef) and its.name == mutant.function)
    _, change = list(_places(function))[mutant.number]
    change()
    path.write_text(ast.unparse(tree), encoding="utf-8")


def _put_in(mutant: Mutant) -> None:
    """Give the function of this process, wherever it was imported to, the changed code."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutant.py"
        write_mutant(mutant, path)
        spec = importlib.util.spec_from_file_location("mutant", path)
        assert spec is not None
        assert spec.loader is not None
        changed = importlib.util.module_from_spec(spec)
        sys.modules["mutant"] = changed  # where its records look for their module
        spec.loader.exec_module(changed)
    function = getattr(importlib.import_module(mutant.module), mutant.function)
    function.__code__ = getattr(changed, mutant.function).__code__


def _file_of(module: str) -> Path:
    return ROOT / (module.replace(".", "/") + ".py")


def _places(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, Change]]:
    """Yield each place of a function body that can be changed, and what changes it."""
    for node in (found for step in function.body for found in ast.walk(step)):
        match node:
            case ast.BinOp() | ast.BoolOp() | ast.UnaryOp() | ast.AugAssign():
                for other in OTHER.get(type(node.op), ()):
                    yield node, _set(node, "op", other())
            case ast.Compare():
                for place, operator in enumerate(node.ops):
                    for other in OTHER.get(type(operator), ()):
                        yield node, _set(node, "ops", [*node.ops[:place], other(), *node.ops[place + 1 :]])
            case ast.Constant(value=bool() as known):
                yield node, _set(node, "value", not known)
            case ast.Constant(value=int() | float() as known):
                yield node, _set(node, "value", known + 1)
            case ast.Call(func=ast.Name(id=name) as called) if name in NAMES:
                yield node, _set(called, "id", NAMES[name])
            case ast.Attribute(attr=name) if name in NAMES:
                yield node, _set(node, "attr", NAMES[name])


def _set(node: ast.AST, field: str, value: object) -> Change:
    def change() -> Callable[[], None]:
        before = getattr(node, field)
        setattr(node, field, value)
        return lambda: setattr(node, field, before)

    return change


class _Trial:
    """A pytest plugin that runs the collected tests once for each mutant, each time in a fork."""

    def __init__(self, group: str, most: int, seed: int) -> None:
        self._group, self._most, self._seed = group, most, seed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all mutants, or as many as are wanted, and print those that no test noticed."""
        every = [mutant for module in GROUPS[self._group].modules for mutant in mutants_of(module)]
        chosen = sorted(random.Random(self._seed).sample(range(len(every)), min(self._most, len(every))))
        _check_without_change(session)
        counts = dict.fromkeys((KILLED, SURVIVED, TOO_LONG), 0)
        for mutant in (every[number] for number in chosen):
            outcome = _outcome(session, mutant)
            counts[outcome] += 1
            if outcome != KILLED:
                place = f"{mutant.module.replace('.', '/')}.py:{mutant.line} {mutant.function}"
                _say(f"{outcome}: {place}: {mutant.before}  ->  {mutant.after}   in   {mutant.text}")
        _check_without_change(session)  # what mutants leave behind could have failed the tests of the later ones
        told = ", ".join(f"{number} {outcome}" for outcome, number in counts.items())
        _say(f"{self._group}: {len(chosen)} of {len(every)} mutants, seed {self._seed}: {told}")
        return True


def _check_without_change(session: pytest.Session) -> None:
    if _outcome(session, None) != SURVIVED:
        sys.exit("The tests fail without any change; mend them first.")


def _outcome(session: pytest.Session, mutant: Mutant | None) -> str:
    """Run the tests in a fork until one fails."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_A_MUTANT, SECONDS_A_MUTANT))
        if mutant is not None:
            _put_in(mutant)
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        for item, following in pairwise([*session.items, None]):
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return TOO_LONG
    return SURVIVED if os.WEXITSTATUS(status) == 0 else KILLED


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """Try each group in a process of its own; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutate")
    parser.add_argument("--most", type=int, default=150, help="mutants of a group; a sample if there are more")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--group", choices=GROUPS, help="this one only, in this process")
    chosen = parser.parse_args()
    if chosen.group:
        options = ["-n0", "-qq", "-s", "-p", "no:cacheprovider", "--no-header", "--no-summary"]
        return int(
            pytest.main([*options, *GROUPS[chosen.group].tests], [_Trial(chosen.group, chosen.most, chosen.seed)])
        )
    codes = []
    for name, group in GROUPS.items():
        told = ["--group", name, "--most", str(chosen.most), "--seed", str(chosen.seed)]
        how = os.environ | {"NUMBA_DISABLE_JIT": str(int(not group.compiled))}
        codes.append(
            subprocess.run([sys.executable, "-m", "tools.mutate", *told], cwd=ROOT, env=how, check=False).returncode
        )
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
