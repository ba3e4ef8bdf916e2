"""Long work in a thread, off the script, with progress and cancel; what it answers is kept for all sessions.

A page asks on a button press (`ask`), remembers through the session what it asked (`asked`) and draws the answer or its
progress (`wait_for`). Results are shared by question; a job belongs to the session that asked.
"""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, TypeVar, cast

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from simulator.app import state
from simulator.app.shelf import Shelf
from simulator.model import Cancelled, Progress
from simulator.outputs.text import Words

__all__ = ["Work", "ask", "asked", "note_if_old", "wait_for"]

AT_ONCE = 2  # jobs on the machine
_KEPT = 64
_TICK_SECONDS = 0.5
_JOB = "background_job"
_STOPPED = "background_stopped"
T = TypeVar("T")
Q = TypeVar("Q")
Work = Callable[[Progress, Event], T]


@dataclass(eq=False)
class _Job:
    """One question of one session; `share` is how much of the work is done, None while it waits for its turn.

    `wanted` tells whether the session still has a browser: work for a closed one would hold a worker for nothing.
    """

    key: Hashable
    work: Work[Any]
    wanted: Callable[[], bool]
    cancel: Event = field(default_factory=Event)
    outcome: Future[Any] = field(default_factory=Future)
    share: float | None = None

    def watch(self, done: int, total: int) -> None:
        """Note how far the work is, and end it where it does not look at `cancel` itself."""
        if self.cancel.is_set() or not self.wanted():
            raise Cancelled
        self.share = done / total


class _Office:
    """Two workers for the whole machine, first come first served, and the shelf of what they found."""

    def __init__(self) -> None:
        self.shelf: Shelf[Hashable, Any] = Shelf(_KEPT)
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        for number in range(AT_ONCE):
            # Daemons, so that a server which is told to stop does not wait for them.
            Thread(target=self._serve, name=f"background-{number}", daemon=True).start()

    def take(self, job: _Job) -> None:
        """Put a job at the end of the queue."""
        self._jobs.put(job)

    def _serve(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job.outcome.set_result(self._found(job))
            except BaseException as error:  # whatever it is belongs to the page that asked
                job.outcome.set_exception(error)

    def _found(self, job: _Job) -> object:
        if job.cancel.is_set() or not job.wanted():
            raise Cancelled
        kept = self.shelf.get(job.key)  # another session may have asked the same
        if kept is None:
            job.share = 0.0
            kept = job.work(job.watch, job.cancel)
            self.shelf.put(job.key, kept)
        return kept


@st.cache_resource(show_spinner=False)
def _office() -> _Office:
    return _Office()


def ask(place: str, question: Hashable) -> None:
    """Remember what this session asks at one place of a page; for a button's `on_click`.

    `question` is the key that `wait_for` is called with. Asked again, what was cancelled or refused starts anew.
    """
    state.hold(f"asked:{place}", question)
    _again(question)


def asked(place: str, kind: type[Q]) -> Q | None:
    """Return what this session last asked there, None before."""
    question = st.session_state.get(f"asked:{place}")
    return question if isinstance(question, kind) else None


def note_if_old(place: str, now: Hashable, words: Words) -> None:
    """Where the settings have moved on since the question, say so and offer to ask `now` instead."""
    if st.session_state.get(f"asked:{place}", now) == now:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(words("background.before"))
        st.button(words("background.renew"), on_click=ask, args=(place, now), key=f"renew:{place}")


def wait_for(key: Hashable, work: Work[T], words: Words, *, label: str) -> T | None:
    """Return the kept answer, or start the work and draw its progress until the page is drawn again with the answer.

    Parameters
    ----------
    key : hashable
        All that the answer depends on, and what kind of answer it is.
    work : callable
        ``work(progress, cancel)``, run in a thread: it must not touch Streamlit. Its answer is not None.
    label : str
        What is being computed.

    Raises
    ------
    Exception
        What the work raised, at every call until the question is asked anew. It is not kept.
    """
    kept = _office().shelf.get(key)
    if kept is not None:
        return cast("T", kept)
    if key in _stopped():
        _resume(key, words, label)
        return None
    job = _job()
    if job is None or job.key != key or job.cancel.is_set():
        job = _started(key, work)
    if job.outcome.done():
        if isinstance(job.outcome.exception(), Cancelled):  # the connection was lost in between
            _resume(key, words, label)
            return None
        return cast("T", job.outcome.result())
    _progress(job, words, label)
    return None


def _started(key: Hashable, work: Work[Any]) -> _Job:
    """Start a job; the one that this session had gives way and waits to be asked for again."""
    before = _job()
    if before is not None and not (before.cancel.is_set() or before.outcome.done()):
        _stop(before)
    job = _Job(key, work, _has_browser())
    st.session_state[_JOB] = job
    _office().take(job)
    return job


@st.fragment(run_every=_TICK_SECONDS)
def _progress(job: _Job, words: Words, label: str) -> None:
    if job.outcome.done() or job.key in _stopped():
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key=f"background:{hash(job.key)}"):
        if job.share is None:
            st.progress(0.0, text=words("background.waiting", label=label, n=AT_ONCE))
        else:
            st.progress(job.share, text=f"{label}: {words.percent(job.share)}")
        st.button(words("run.cancel"), on_click=_stop, args=(job,), key=f"background_cancel:{hash(job.key)}")


def _resume(key: Hashable, words: Words, label: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words("background.stopped", label=label), width="content")
        st.button(words("background.again"), on_click=_again, args=(key,), key=f"background_again:{hash(key)}")


def _again(key: Hashable) -> None:
    """Let a question start anew that was cancelled, or whose connection was lost."""
    _stopped().discard(key)
    job = _job()
    if job is not None and job.key == key and job.outcome.done():
        del st.session_state[_JOB]


def _has_browser() -> Callable[[], bool]:
    """Return what a worker can ask: whether this session is still connected."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():  # outside a server, as in tests of a page
        return lambda: True
    server, session = runtime.get_instance(), context.session_id
    return lambda: server.is_active_session(session)


def _stop(job: _Job) -> None:
    job.cancel.set()
    _stopped().add(job.key)


def _job() -> _Job | None:
    return cast("_Job | None", st.session_state.get(_JOB))


def _stopped() -> set[Hashable]:
    """Keys of this session's questions that were cancelled or gave way, so that they do not start by themselves."""
    return cast("set[Hashable]", st.session_state.setdefault(_STOPPED, set()))
