"""A visitor of the app without a browser: speaks Streamlit's own protocol over the real websocket."""

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

_LARGEST_MESSAGE = 64 * 2**20  # bytes
_PATIENCE = 120  # seconds
_CUT_SHORT = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN


@dataclass(frozen=True)
class Reaction:
    """Seconds from a move until its answer in words, the page's title, and until the page was whole; bytes sent."""

    words: float
    full: float
    size: int


@dataclass
class Visitor:
    """One open page.

    Attributes
    ----------
    url : str
        Address of the app, such as ``http://localhost:8501``.
    page : str
        Path of the page, empty for the front page.
    """

    url: str
    page: str = ""
    query: str = ""
    sliders: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _socket: ClientConnection | None = None

    def open(self) -> Reaction:
        """Connect and wait for the finished page."""
        host = urlsplit(self.url).netloc
        self._socket = connect(
            f"ws://{host}/_stcore/stream",
            origin=self.url,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=_LARGEST_MESSAGE,
            open_timeout=_PATIENCE,
        )
        return self._rerun()

    def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            self._socket.close()

    def move(self, key: str, step: int) -> Reaction:
        """Move the slider with this key to its stop number `step` and wait for the finished page."""
        slider = self.sliders[key]
        self._states[slider.id] = WidgetState(id=slider.id)
        self._states[slider.id].string_array_value.data.append(slider.options[step])
        return self._rerun()

    def other_stops(self, key: str) -> list[int]:
        """Return the stops of a slider at which it does not stand."""
        slider = self.sliders[key]
        shown = self._states[slider.id].string_array_value.data
        return [stop for stop, label in enumerate(slider.options) if label not in shown]

    def slide(self, key: str, value: float) -> Reaction:
        """Move a slider of numbers to `value`."""
        slider = self.sliders[key]
        self._states[slider.id] = WidgetState(id=slider.id)
        self._states[slider.id].double_array_value.data.append(value)
        return self._rerun()

    def _rerun(self) -> Reaction:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self.query, self.page
        state.widget_states.widgets.extend(self._states.values())
        self.texts.clear()
        begin = time.perf_counter()
        assert self._socket is not None
        self._socket.send(message.SerializeToString())
        words, size = 0.0, 0
        while True:
            raw = self._socket.recv(timeout=_PATIENCE)
            assert isinstance(raw, bytes)
            size += len(raw)
            kind, now = self._take(raw), time.perf_counter() - begin
            if kind == "title":
                words = now
            elif kind == "script_finished" and self._status != _CUT_SHORT:
                return Reaction(words or now, now, size)

    def _take(self, raw: bytes) -> str:
        """Note what a message says of the page and return its kind."""
        message = ForwardMsg()
        message.ParseFromString(raw)
        kind = message.WhichOneof("type") or ""
        if kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished":
            self._status = message.script_finished
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._note(message.delta.new_element)
            if message.delta.new_element.heading.tag == "h1":
                return "title"
        return kind

    def _note(self, element: Any) -> None:  # noqa: ANN401 - a message of Streamlit
        """Remember sliders by their key with the value they show, as a browser would send it back, and texts."""
        if element.WhichOneof("type") == "slider":
            slider = element.slider
            self.sliders[slider.id.rsplit("-", 1)[-1]] = slider
            state = WidgetState(id=slider.id)
            if slider.options:
                shown = slider.raw_value if slider.set_value else [slider.options[int(n)] for n in slider.default]
                state.string_array_value.data.extend(shown)
            else:
                state.double_array_value.data.extend(slider.value if slider.set_value else slider.default)
            self._states[slider.id] = state
        elif element.WhichOneof("type") == "markdown":
            self.texts.append(element.markdown.body)
        elif element.WhichOneof("type") == "heading":
            self.texts.append(element.heading.body)
