"""Hand hostile input to every place that takes input from strangers: ``python -m tools.fuzz``, in the project's folder.

Targets and their cases stand in ``tests/properties/fuzz_targets.py`` and ``fuzz_cases.py``. Each target runs in a
process and an empty folder of its own. Where atheris is installed, it leads the cases to code that was not reached yet;
elsewhere they are made at random. What a target does not bear is written to ``build/fuzz``, one file for each place
in the code.
"""

import argparse
import ast
import contextlib
import hashlib
import importlib
import importlib.util
import io
import math
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
FOUND = ROOT / "build" / "fuzz"
SECONDS_A_CASE = 10
MORE_MEMORY = 2**30  # bytes that all cases of a target may take beyond what the start takes
LONGEST_CASE = 256  # bytes of chance that a case is made of
FIRST = 64
LED_BY = ["simulator", "tomllib"]
atheris: Any = importlib.import_module("atheris") if importlib.util.find_spec("atheris") else None
COMPILED = ["simulator.model.kernel", "simulator.model.raking"]  # numba reads their bytecode


class TooLongError(BaseException):
    """A case takes longer than it may; no target catches it."""


class Watch:
    """Hands cases to a target within limits, counts them, and keeps what goes wrong.

    Parameters
    ----------
    name : str
        The target; the current folder is its own.
    hand_over : callable
    """

    def __init__(self, name: str, hand_over: Callable[[Any], None]) -> None:
        self.name = name
        self.n_cases = 0
        self.found: dict[str, Path] = {}
        self._hand_over = hand_over
        self._folder = str(Path.cwd().resolve())
        self._outside: list[str] = []
        self._is_watching = False
        sys.addaudithook(self._look)
        signal.signal(signal.SIGALRM, self._too_long)

    def limit_memory(self) -> None:
        """Refuse the process more memory than it has now and a little; where the system counts it as Linux does."""
        pages = Path("/proc/self/statm")
        if pages.exists():
            now = int(pages.read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (now + MORE_MEMORY, resource.RLIM_INFINITY))

    def hand_over(self, case: Any) -> None:  # noqa: ANN401 - a literal of any kind
        """Hand one case over and keep it if it is neither accepted nor refused."""
        self.n_cases += 1
        try:
            self.try_once(case)
        except (Exception, TooLongError) as error:
            self._keep(case, error)

    def try_once(self, case: Any) -> None:  # noqa: ANN401
        """Hand one case over; raise what the target raises, and if it takes too long or writes elsewhere."""
        self._outside.clear()
        self._is_watching = True
        signal.setitimer(signal.ITIMER_REAL, SECONDS_A_CASE)
        try:
            self._hand_over(case)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._is_watching = False
        if self._outside:
            raise AssertionError(f"touched outside its folder: {self._outside[0]}")

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._is_watching:
            return
        if event == "open":
            path, _, flags = arguments
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
        else:
            path, writes = arguments[:1], event in {"os.mkdir", "os.remove", "os.rmdir", "os.rename", "os.symlink"}
            path = path[0] if path else None
        if writes and not isinstance(path, int) and not self._is_inside(os.fsdecode(path)):
            self._outside.append(f"{event} {path!r}")
        if event in {"subprocess.Popen", "os.system", "socket.connect"}:
            self._outside.append(event)

    def _is_inside(self, path: str) -> bool:
        whole = os.path.realpath(path)
        return whole in (os.devnull, self._folder) or whole.startswith(self._folder + os.sep)

    def _too_long(self, *_: object) -> None:
        raise TooLongError(f"longer than {SECONDS_A_CASE} seconds")

    def _keep(self, case: Any, error: BaseException) -> None:  # noqa: ANN401
        """Write the first case that goes wrong in a place of the code."""
        steps = traceback.extract_tb(error.__traceback__)
        ours = [step for step in steps if str(ROOT) in step.filename and ".venv" not in step.filename] or steps
        place = f"{type(error).__name__} in {Path(ours[-1].filename).name}:{ours[-1].lineno}"
        if place in self.found:
            return
        mark = hashlib.sha256(place.encode()).hexdigest()[:12]
        self.found[place] = FOUND / f"{self.name}-{mark}.txt"
        told = "".join(traceback.format_exception(error, limit=-12)).splitlines()
        lines = [f"# {place}", f"# To try again: make fuzz AGAIN=build/fuzz/{self.found[place].name}"]
        lines.append("# To keep: shorten the case by hand, and mend it with a test beside those of that place.")
        lines += [repr((self.name, case)), *(f"# {line}" for line in told)]
        FOUND.mkdir(parents=True, exist_ok=True)
        self.found[place].write_text("\n".join(lines) + "\n", encoding="utf-8", errors="backslashreplace")


def _explore(name: str, n_cases: int, first_seed: int) -> NoReturn:
    """Hand over `n_cases` cases, say what came of it and end the process."""
    target = _targets()[name]
    began = time.monotonic()
    whole = Path(tempfile.mkdtemp())
    (whole / "own").mkdir()
    os.chdir(whole / "own")  # so that a step out of it leads nowhere
    watch = Watch(name, target.hand_over)

    def end() -> NoReturn:
        seconds = time.monotonic() - began
        print(f"{name:14} {watch.n_cases:>9,} cases {seconds:>7,.0f} s {len(watch.found):>4} found", flush=True)
        for place, file in watch.found.items():
            print(f"    {place}: {file.relative_to(ROOT)}", flush=True)
        shutil.rmtree(whole, ignore_errors=True)
        os._exit(1 if watch.found else 0)  # atheris never returns, and servers of this process are of no more use

    chance = random.Random(first_seed)
    _at_random(watch, target.case, min(n_cases, FIRST), chance)  # what is made once is made now
    watch.limit_memory()
    if atheris is None:
        _at_random(watch, target.case, n_cases, chance)
    else:
        _led(watch, target.case, n_cases, chance, end)
    end()


def _targets() -> dict[str, Any]:
    """Return the targets, with the code that they reach made visible to atheris."""
    if atheris is None or "simulator" in sys.modules:
        return _read_targets()
    with (
        contextlib.redirect_stderr(io.StringIO()),  # it names every module
        atheris.instrument_imports(include=LED_BY, exclude=COMPILED),
    ):
        return _read_targets()


def _read_targets() -> dict[str, Any]:
    targets: dict[str, Any] = importlib.import_module("tests.properties.fuzz_targets").TARGETS
    return targets


def _at_random(watch: Watch, make: Callable[[bytes], Any], n_cases: int, chance: random.Random) -> None:
    """Make cases at random until the watch has counted `n_cases`."""
    while watch.n_cases < n_cases:
        watch.hand_over(make(chance.randbytes(LONGEST_CASE)))


def _led(
    watch: Watch, make: Callable[[bytes], Any], n_cases: int, chance: random.Random, end: Callable[[], NoReturn]
) -> None:
    """Let atheris make cases until the watch has counted `n_cases`, then end."""

    def make_one(source: bytes) -> None:
        watch.hand_over(make(source))
        if watch.n_cases >= n_cases:
            end()

    corpus = Path(tempfile.mkdtemp())
    for n in range(FIRST):
        (corpus / str(n)).write_bytes(chance.randbytes(LONGEST_CASE))
    told = [
        f"-max_len={LONGEST_CASE}",
        "-len_control=0",
        "-timeout=0",
        "-rss_limit_mb=0",
        "-verbosity=0",
        f"-seed={chance.getrandbits(31)}",
    ]
    atheris.Setup([watch.name, *told, str(corpus)], make_one)
    atheris.Fuzz()


def _explore_all(n_cases: int, first_seed: int) -> int:
    """Explore every target in a process of its own; return the exit code."""
    targets = _read_targets()
    # In a fresh clone the first run would compile the model, and be cut off by the limit for one case.
    subprocess.run([sys.executable, "-m", "simulator.model.warm"], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    whole, code = sum(target.share for target in targets.values()), 0
    for name, target in targets.items():
        part = math.ceil(n_cases * target.share / whole)
        told = ["--target", name, "--cases", str(part), "--seed", str(first_seed)]
        command = [sys.executable, "-m", "tools.fuzz", *told]
        ended = subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.PIPE)  # atheris talks much
        code = max(code, min(abs(ended.returncode), 1))
        if ended.returncode not in (0, 1):
            print(f"{name} ended by itself, exit {ended.returncode}:", ended.stderr.decode(errors="replace")[-4000:])
    print(f"{n_cases:,} cases in all, seed {first_seed}, {'led by atheris' if atheris else 'made at random'}")
    return code


def _try_again(file: Path) -> None:
    """Hand over the case in a file that was kept; what goes wrong is raised."""
    name, case = next(
        ast.literal_eval(line) for line in file.read_text(encoding="utf-8").splitlines() if line[0] != "#"
    )
    hand_over = _read_targets()[name].hand_over
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Watch(name, hand_over).try_once(case)
    print("accepted or refused, as it should be")


def main() -> int:
    """Read what is wanted, do it, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz")
    parser.add_argument("--cases", type=int, default=20_000, help="how many, over all targets or for the one named")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", help="this one only, in this process")
    parser.add_argument("--again", type=Path, help="a file that was kept: try its case once more")
    chosen = parser.parse_args()
    if chosen.again:
        _try_again(chosen.again)
    elif chosen.target:
        _explore(chosen.target, chosen.cases, chosen.seed)
    else:
        return _explore_all(chosen.cases, chosen.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
