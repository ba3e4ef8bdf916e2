"""The documentation site: it builds without a warning, holds every public name and needs no network."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest
from sphinx.util.inventory import InventoryFile

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("simulator", "simulator.scenario", "simulator.answers", "simulator.outputs")
NAMES_OF_OTHER_ROOMS = ("simulator.evidence.read_own_data", "simulator.facts.load_facts")

pytestmark = pytest.mark.xdist_group("browser")  # one worker, one build; the last test needs a browser


def build(source: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", str(out / "doctrees")]
    return subprocess.run(
        [*command, "-c", str(ROOT / "docs"), str(source), str(out / "site")],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("docs")
    ended = build(ROOT / "docs", out)
    assert ended.returncode == 0, ended.stderr
    return out / "site"


@pytest.fixture(scope="module")
def names(site):
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    return {name for kind, found in inventory.data.items() if kind.startswith("py:") for name in found}


class Loaded(HTMLParser):
    """Collect the addresses that a browser asks for when it shows a page; those that people click are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "link" and given.get("rel") in {"canonical", "search", "index", "next", "prev"}:
            return
        names = {"src", "srcset", "data", "poster"} | ({"href"} if tag in {"link", "use", "image"} else set())
        self.addresses += [value for name, value in given.items() if name in names and value]


def elsewhere(address: str) -> bool:
    return re.match(r"(?:[a-z][a-z0-9+.-]*:)?//|https?:", address.strip(), re.IGNORECASE) is not None


def loaded_by(page: str) -> list[str]:
    parser = Loaded()
    parser.feed(page)
    return parser.addresses


def test_a_warning_ends_the_build(tmp_path):
    source = tmp_path / "docs"
    source.mkdir()
    (source / "index.md").write_text("# A page\n\n[nowhere](no-such-page.md)\n", encoding="utf-8")
    ended = build(source, tmp_path)
    assert ended.returncode != 0
    assert "no-such-page.md" in ended.stderr


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_has_an_entry(room, names):
    public = set(import_module(room).__all__)
    front = {name for name in public if f"simulator.{name}" in names}
    assert {name for name in public - front if f"{room}.{name}" not in names} == set()


@pytest.mark.parametrize("name", NAMES_OF_OTHER_ROOMS)
def test_names_of_other_rooms_have_an_entry(name, names):
    assert name in names


def test_every_page_of_docs_is_in_the_site(site):
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in ROOT.glob("docs/**/*.md")}
    assert {page.as_posix() for page in pages if not (site / page).is_file()} == set()


def test_pages_load_nothing_from_another_host(site):
    found = {
        (path.name, address)
        for path in site.rglob("*.html")
        for address in loaded_by(path.read_text(encoding="utf-8"))
        if elsewhere(address)
    }
    assert found == set()


def test_styles_load_nothing_from_another_host(site):
    styles = "\n".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    addresses = re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""", styles)
    assert [address for address in addresses if elsewhere(address)] == []


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://cdn.example.org/a.js"></script>',
        '<link rel="stylesheet" href="//fonts.example.org/a.css">',
        '<img alt="" src="http://example.org/a.png">',
    ],
)
def test_a_reference_to_another_host_is_noticed(page):
    assert any(elsewhere(address) for address in loaded_by(page))


def test_numbered_equations_begin_a_line(site):
    page = (site / "model.html").read_text(encoding="utf-8")
    numbers = [int(n) for n in re.findall(r"(?:<p>|<br />\s*)\((\d+)\) ", page)]
    assert numbers == list(range(1, 52))


def test_search_works_from_a_folder(site, page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{(site / 'search.html').as_uri()}?q=arrival")
    page.get_by_role("link", name="simulator.Result.arrival").wait_for()
    assert {url.split(":")[0] for url in asked} <= {"file", "data"}
