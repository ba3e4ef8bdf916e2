"""Rules about the files themselves: who may import whom, what is pinned, and what must stand in no file."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

import simulator

ROOT = Path(__file__).resolve().parents[2]
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".cfg",
    ".ini",
    ".json",
    ".csv",
    ".po",
    ".pot",
    ".ipynb",
    ".sh",
    ".yml",
    ".yaml",
    ".html",
}
TEXT_NAMES = {"Makefile", "LICENSE", "run", ".gitignore", ".gitattributes"}
LARGEST_FILE_BYTES = 2**20
DIRECT_SETS = ["core", "", "dev", "scale", "peers"]

# Written in pieces so that this file does not hold what it forbids.
INDEX_WORDS = ["index" + "-url", "find" + "-links", "trusted" + "-host", "pypi" + ".org", "python" + "hosted.org"]
INDEX_ADDRESS = re.compile("|".join(map(re.escape, INDEX_WORDS)), re.IGNORECASE)
HOMES = "|".join(["ho" + "me", "Us" + "ers", "ro" + "ot", "wo" + "rk"])
MACHINE_PATH = re.compile(rf"(?:(?<![\w.:/%*~+-])/|\b[A-Z]:[\\/]+)(?:{HOMES})[\\/]+\w")


def project_files() -> list[Path]:
    """Return all files that are, or would be, under version control."""
    if shutil.which("git"):
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            return [ROOT / name for name in asked.stdout.splitlines() if (ROOT / name).is_file()]
    found = (path for path in ROOT.rglob("*") if path.is_file())
    return [path for path in found if not any(map(is_made, path.relative_to(ROOT).parts[:-1]))]


def is_made(folder: str) -> bool:
    return folder == "__pycache__" or (folder.startswith(".") and folder not in {".ci", ".streamlit"})


FILES = project_files()
SOURCES = [path for path in FILES if path.suffix == ".py"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    texts = (path for path in FILES if path.suffix in TEXT or path.name in TEXT_NAMES)
    return [
        f"{name_of(path)}:{number}"
        for path in texts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def imported_by(tree: ast.AST) -> set[str]:
    """Return the top-level packages that a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


def unsafe_uses(tree: ast.AST) -> list[str]:
    """Return what a module uses that turns data into code or text into markup."""
    found = sorted(imported_by(tree) & {"pickle", "shelve", "marshal", "joblib", "dill"})
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec", "compile"}:
            found.append(node.func.id)
        fixed = node.args and isinstance(node.args[0], ast.Constant)
        if not fixed and any(word.arg == "unsafe_allow_html" for word in node.keywords):
            found.append("unsafe_allow_html with a text that is not fixed")
    return found


def test_rooms_import_only_from_the_rooms_below(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_only_the_app_imports_streamlit():
    inside = [path for path in SOURCES if path.is_relative_to(ROOT / "simulator")]
    others = [path for path in inside if not path.is_relative_to(ROOT / "simulator" / "app")]
    assert others
    assert [name_of(p) for p in others if "streamlit" in imported_by(ast.parse(p.read_text(encoding="utf-8")))] == []


def test_engine_and_command_line_start_without_the_apps_packages():
    absent = ["streamlit", "altair", "vl_convert", "pyarrow", "jsonschema"]
    script = f"import sys\nsys.modules.update(dict.fromkeys({absent}))\nimport simulator, simulator.cli"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_room_says_what_it_offers():
    rooms = [path for path in (ROOT / "simulator").iterdir() if (path / "__init__.py").is_file()]
    silent = [room.name for room in rooms if "__all__" not in (room / "__init__.py").read_text(encoding="utf-8")]
    assert silent == []


def test_no_file_names_a_package_index():
    assert lines_matching(INDEX_ADDRESS) == []


def test_no_file_is_large():
    assert {name_of(path): size for path in FILES if (size := path.stat().st_size) > LARGEST_FILE_BYTES} == {}


def test_no_file_names_a_folder_of_one_machine():
    assert lines_matching(MACHINE_PATH) == []


@pytest.mark.parametrize("path", ["/ho" + "me/ani/x", "C:\\Us" + "ers\\ani", "see /ro" + "ot/x"])
def test_the_search_for_machine_paths_finds_them(path):
    assert MACHINE_PATH.search(path)
    assert not MACHINE_PATH.search("https://example.org" + path.replace("see ", "").replace("C:\\", "/"))


def test_no_code_runs_data_or_lets_users_write_markup():
    found = {name_of(path): unsafe_uses(ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES}
    assert {name: uses for name, uses in found.items() if uses} == {}


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("import pickle", 1),
        ("eval(x)", 1),
        ("st.markdown(f'{name}', unsafe_allow_html=True)", 1),
        ("st.markdown('<b>fixed</b>', unsafe_allow_html=True)", 0),
    ],
)
def test_the_search_for_unsafe_code_finds_it(code, count):
    assert len(unsafe_uses(ast.parse(code))) == count


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r ", "-c "))]
    assert [line for line in wanted if not re.fullmatch(r"[A-Za-z0-9-]+==[0-9a-z.]+", line)] == []
    return {package.lower(): version for package, _, version in (line.partition("==") for line in wanted)}


@pytest.mark.parametrize("part", DIRECT_SETS)
def test_every_direct_pin_stands_in_the_lock_too(part):
    locked = pins("constraints.txt")
    direct = pins(f"requirements-{part}.txt" if part else "requirements.txt")
    assert direct == {package: locked.get(package) for package in direct}


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert project["version"] == simulator.__version__
    assert re.findall(r"^## (\S+)", changes, re.MULTILINE)[0] == simulator.__version__


def test_the_app_listens_on_this_machine_only_asks_nothing_and_reports_nothing():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    expected = {"headless": True, "showEmailPrompt": False, "address": "localhost", "port": 8501}
    assert {key: config["server"].get(key) for key in expected} == expected
    assert config["browser"]["gatherUsageStats"] is False
