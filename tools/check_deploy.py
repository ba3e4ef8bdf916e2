"""Try the files in deploy/ out: nginx with its own configuration before the app with the flags of its service.

Usage: ``python -m tools.check_deploy``, from the project's folder. Needs nginx and openssl on the path, the development
set (`make setup`) and a Chromium or Chrome. Nothing but free ports of this machine is used, and nothing keeps running.
"""

import contextlib
import gzip
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path

from playwright.sync_api import sync_playwright

from simulator.ports import free_port
from tests.browser import find_chromium

ROOT = Path(__file__).resolve().parent.parent
NAME = "jamsos.example.id"
PATIENCE_SECONDS = 60
HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
PACKED = {"Accept-Encoding": "gzip"}
LINK = "/target?s=this-is-the-plan"
HEADERS = ("strict-transport-security", "content-security-policy", "x-content-type-options", "referrer-policy")


class Site:
    """What answers as `NAME` on two ports of this machine.

    Parameters
    ----------
    port, plain : int
        Where https and http are answered.
    """

    def __init__(self, port: int, plain: int) -> None:
        self.port = port
        self.plain = plain

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, *, name: str = NAME, body: bytes = b""
    ) -> HTTPResponse:
        """Return the answer to one request over https, its body unread."""
        connection = _Https("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request(method, path, body, {"Host": f"{name}:{self.port}", **(headers or {})})
        return connection.getresponse()

    def shake(self, origin: str) -> int:
        """Return the status with which the socket of the app is opened or refused to a page of `origin`."""
        return self.ask("GET", "/_stcore/stream", {**HANDSHAKE, "Origin": origin}).status


class _Https(HTTPSConnection):
    """A connection that sends `NAME` in its greeting, whatever the address."""

    def connect(self) -> None:
        HTTPConnection.connect(self)
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE  # the certificate was made a moment ago
        self.sock = trusting.wrap_socket(self.sock, server_hostname=NAME)


def app_flags() -> list[str]:
    """Return what the service gives to ``streamlit run`` beside the file."""
    unit = (ROOT / "deploy" / "simulator.service").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    return [word for word in command.split() if word.startswith("--")]


def nginx_settings(folder: Path, *, app: int, https: int, http: int) -> str:
    """Return a whole configuration of nginx around that of deploy/, on free ports and with its files in `folder`."""
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("/etc/ssl/simulator/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
        ("127.0.0.1:8501", f"127.0.0.1:{app}"),
        ("listen 443", f"listen 127.0.0.1:{https}"),
        ("listen 80", f"listen 127.0.0.1:{http}"),
    ):
        assert old in site, f"deploy/nginx.conf holds no {old}"
        site = site.replace(old, new)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    types = next(path for path in ("/etc/nginx/mime.types", "/usr/local/etc/nginx/mime.types") if Path(path).is_file())
    return f"pid {folder}/pid;\nevents {{}}\nhttp {{\ninclude {types};\n{places}{site}}}\n"


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Site]:
    """Yield the site while the app and nginx run."""
    app, https, http = free_port(), free_port(), free_port()
    _certificate(folder)
    settings = folder / "nginx.conf"
    settings.write_text(nginx_settings(folder, app=app, https=https, http=http), encoding="utf-8")
    streamlit = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={app}", *app_flags()]
    nginx = ["nginx", "-c", str(settings), "-e", str(folder / "error.log"), "-g", "daemon off;"]
    subprocess.run([*nginx, "-t", "-q"], check=True)
    environment = os.environ | {"SIMULATOR_SAVES": str(folder / "saves"), "SIMULATOR_WORKSHOP": str(folder / "room")}
    with _process(streamlit, environment), _process(nginx, environment):
        site = Site(https, http)
        _wait(site)
        yield site


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def _certificate(folder: Path) -> None:
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={NAME}", *files]
    subprocess.run(made, check=True, capture_output=True)


def _wait(site: Site) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, HTTPException):
            if site.ask("GET", "/_stcore/health").status == 200:
                return
        time.sleep(0.2)
    sys.exit("The app does not answer through nginx.")


def answers(site: Site) -> Iterator[tuple[str, bool]]:
    """Yield what has to hold of single requests, and whether it does."""
    page = site.ask("GET", "/")
    text = gzip.decompress(site.ask("GET", "/", PACKED).read()).decode()
    yield "the first page comes, packed and whole", page.status == 200 and page.read().decode() == text
    yield "no header names a version", re.search(r"\d\.\d", page.getheader("Server", "")) is None
    yield "headers of security are there", all(page.getheader(name) for name in HEADERS)
    (script,) = re.findall(r'src="\./(static/js/index\.[^"]+\.js)"', text)
    packed = site.ask("GET", f"/{script}", PACKED)
    yield "scripts come packed", packed.getheader("Content-Encoding") == "gzip"
    own = f"https://{NAME}:{site.port}"
    yield "the socket opens to the site's own page", site.shake(own) == 101
    yield "the socket is closed to other pages", site.shake("https://example.org") == 403
    yield (
        "numbers about use and the interface for programs stay inside",
        all(site.ask("GET", path).status == 404 for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json")),
    )
    yield "a form without its token is refused", site.ask("PUT", "/_stcore/upload_file/a/b", body=b"x").status == 403
    large = {"Content-Length": str(102 * 2**20)}
    yield "a file that is too large is refused", site.ask("PUT", "/_stcore/upload_file/a/b", large).status == 413
    yield "other large bodies are refused", site.ask("POST", "/", body=b"x" * 2**17).status == 413
    yield "another name gets no answer", _is_silent(site)
    plain = HTTPConnection("127.0.0.1", site.plain, timeout=PATIENCE_SECONDS)
    plain.request("GET", LINK, headers={"Host": NAME})
    yield "http leads to https", plain.getresponse().getheader("Location") == f"https://{NAME}{LINK}"
    links = (LINK, f"{LINK}{'x' * 20_000}")
    yield (
        "links are answered, long ones too",
        all(site.ask("GET", link, {"Referer": f"{own}{link}"}).status == 200 for link in links),
    )
    yield "cookies are for https alone", "Secure" in site.ask("GET", "/_stcore/health").getheader("Set-Cookie", "")
    yield "TLS 1.2 is spoken, 1.1 is not", _speaks(site, "-tls1_2") and not _speaks(site, "-tls1_1")


def _is_silent(site: Site) -> bool:
    try:
        site.ask("GET", "/", name="example.org")
    except (HTTPException, ConnectionError):
        return True
    return False


def _speaks(site: Site, version: str) -> bool:
    client = ["openssl", "s_client", version, "-cipher", "ALL:@SECLEVEL=0", "-connect", f"127.0.0.1:{site.port}"]
    ended = subprocess.run([*client, "-servername", NAME], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return ended.returncode == 0


def screens(site: Site) -> Iterator[tuple[str, bool]]:
    """Yield what has to hold of the app in a browser, and whether it does."""
    own = f"https://{NAME}:{site.port}"
    flags = ["--no-sandbox", f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        page = browser.new_page(ignore_https_errors=True)
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{own}/?lang=en")
        page.locator("canvas, svg.marks").first.wait_for(timeout=PATIENCE_SECONDS * 1000)
        yield "the first page draws its chart", True
        page.get_by_role("button", name="Share").click()
        page.get_by_text("no scenario is saved here").wait_for()
        yield "no scenario can be saved", page.get_by_role("button", name="Save on this computer").count() == 0
        page.goto(f"{own}/lokakarya?lang=en")
        page.get_by_text("no workshop can be held here").wait_for(timeout=PATIENCE_SECONDS * 1000)
        yield "the workshop is closed", True
        yield "the policy of the page hinders nothing", [its for its in said if "Content Security Policy" in its] == []
        outside = [url for url in asked if not url.startswith((own, "data:", "blob:"))]
        yield "no request leaves the server", outside == []
        browser.close()


def log_tells_nothing(folder: Path) -> bool:
    """Tell whether what was asked is logged, but neither a plan nor a whole address."""
    told = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.log"))
    is_logged = '"network":"127.0.0.0","method":"GET","path":"/target"' in told
    return is_logged and "this-is-the-plan" not in told and "127.0.0.1" not in told


def main() -> int:
    """Print what was checked and return 0 if all of it holds."""
    if missing := [name for name in ("nginx", "openssl") if shutil.which(name) is None]:
        sys.exit(f"Not found: {', '.join(missing)}; install what is missing and try again.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx started by root works as another account
        with running(folder) as site:
            found = [*answers(site), *screens(site)]
        found.append(("the logs hold no plan and no whole address", log_tells_nothing(folder)))
    for what, holds in found:
        print(f"{'ok' if holds else 'FAILS':5} {what}")
    return 0 if all(holds for _, holds in found) else 1


if __name__ == "__main__":
    sys.exit(main())
