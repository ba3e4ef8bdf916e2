"""A page as Streamlit runs it, without a browser: opened, waited for, read."""

import time
from collections.abc import Iterable
from typing import TypeVar

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget

TIMEOUT_SECONDS = 120  # the first run may compile the kernel
PATIENCE_SECONDS = 60
T = TypeVar("T", bound=Widget)


def opened(page: str, *, held: dict[str, object] | None = None, **address: str) -> AppTest:
    """Return the page of this module of simulator.app.pages at an address; `held` is what its session remembers."""
    app = AppTest.from_string(
        f"from simulator.app.pages import {page}\n\n{page}.show()\n", default_timeout=TIMEOUT_SECONDS
    )
    for key, value in address.items():
        app.query_params[key] = value
    for key, value in (held or {}).items():
        app.session_state[key] = value
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    """Fail if the page ended with an exception."""
    assert not app.exception
    return app


def finished(app: AppTest) -> AppTest:
    """Run the page until nothing is under way."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while app.get("progress"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
        app.run()
    return checked(app)


def asked(app: AppTest, place: str) -> AppTest:
    """Press the button of one place and run the page until its answer, or why there is none, is on it."""
    return finished(app.button(key=f"ask:{place}").click().run())


def said(app: AppTest) -> str:
    """Return the words on the page, without the marks that keep them plain."""
    kinds = (app.title, app.header, app.subheader, app.caption, app.markdown)
    notes = (app.warning, app.info, app.success, app.error)
    return "\n".join(part.value for parts in (*kinds, *notes) for part in parts).replace("\\", "")


def control(kind: Iterable[T], name: str) -> T:
    """Return the control of this name, whose key says too how often the app has moved it."""
    return next(its for its in kind if str(its.key).partition("~")[0] == name)
