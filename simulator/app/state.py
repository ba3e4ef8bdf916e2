"""What a session remembers, behind typed accessors.

The link is the state: one scenario and one query parameter mirror each other. The parameter is read and checked before
the first widget is drawn. Session memory repeats it because a page change empties the address, and goes before it
because a browser that is clicked quickly sends the address from before the last click. Clicks write to memory alone,
and the page that follows shows it in the address.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TypeVar, cast
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx

from simulator.evidence import DataError, OwnRow
from simulator.outputs.text import DEFAULT_LANGUAGE, LANGUAGES, Language, Words
from simulator.scenario import (
    TARGET_IDS,
    Scenario,
    ScenarioError,
    decode_link,
    digest,
    encode_link,
    load_scenario,
    shipped,
)

DEFAULT_TARGET = "rkp_2026"
BASELINE = "baseline"
_LINK = "s"
_LANGUAGE = "lang"
_SPOKEN = "spoken"
_TARGET = "target"
_DONE = "done"
_MOVED = "moved:"
_SEEN = "seen:"
_SAID = "said:"
_OWN_ROWS = "own_figures"
_OWN_REFUSAL = "own_refusal"
T = TypeVar("T")


@cache
def policy(name: str) -> Scenario:
    """Return a shipped scenario, which is read once: nothing in the app changes one in place."""
    return load_scenario(name)


@st.cache_data(show_spinner=False)
def baseline_link() -> str:
    """Return the link of the baseline."""
    return encode_link(policy(BASELINE))


@st.cache_data(show_spinner=False)
def _shipped_by_digest() -> dict[str, str]:
    return {digest(policy(name)): name for name in shipped()}


def words() -> Words:
    """Return the wording of this session's language."""
    language = cast("Language", _view(_LANGUAGE, LANGUAGES, DEFAULT_LANGUAGE))
    if st.session_state.get(_SPOKEN, language) != language:
        _say_again()
    st.session_state[_SPOKEN] = language
    return Words(language)


def _say_again() -> None:
    """Set what controls hold to what they hold.

    A browser shows and sends the words of a choice. It takes new words only with a value that was set; else it goes on
    with those of the language before, which then mean nothing. What only switches something has no words, and what a
    button holds may not be set.
    """
    for key, value in st.session_state.items():
        if isinstance(value, str | int | float | list | tuple) and not isinstance(value, bool):
            st.session_state[key] = value


def choose_language(language: Language) -> None:
    """Set the language of this session."""
    hold(_LANGUAGE, language)


def target() -> str:
    """Return the id of the chosen target."""
    return _view(_TARGET, TARGET_IDS, DEFAULT_TARGET)


def choose_target(name: str) -> None:
    """Set the target that the pages answer for."""
    hold(_TARGET, name)


def refused_views(wording: Words) -> list[str]:
    """Return one sentence for each language or target in the address that does not exist."""
    asked = ((_LANGUAGE, LANGUAGES), (_TARGET, TARGET_IDS))
    return [
        wording("link.unknown", field=field, value=st.query_params[field], allowed=", ".join(allowed))
        for field, allowed in asked
        if field in st.query_params and st.query_params[field] not in allowed
    ]


def link() -> str:
    """Return the link of this session; that of the baseline without one."""
    return recalled(_LINK) or baseline_link()


def recalled(key: str) -> str | None:
    """Return what the session holds; what the address holds in a new session and after Back or Forward."""
    asked, held = _undisturbed(lambda: (st.query_params.get(key), cast("str | None", st.session_state.get(key))))
    context = get_script_run_ctx()
    return asked or held if context is not None and context.is_history_navigation else held or asked


def scenario() -> Scenario:
    """Return the scenario of the session, which the address shows from now on.

    Raises
    ------
    ScenarioError
        If the address holds no valid link; one sentence.
    """
    current = link()
    chosen = decode_link(current)
    _remember(current)
    _show(_LINK, current, baseline_link())  # the bare address is the baseline
    return chosen


def scenario_or_baseline() -> Scenario:
    """Return the scenario that the controls show, also while the address holds a link that was refused."""
    try:
        return decode_link(link())
    except ScenarioError:
        return policy(BASELINE)


def choose(chosen: Scenario) -> None:
    """Make `chosen` the scenario of the session; a shipped one gets its own name back."""
    name = shipped_name(chosen)
    _remember(encode_link(chosen if name is None else policy(name)))


def rename(chosen: Scenario) -> None:
    """Make `chosen` the scenario of the session under the name that the user gave it."""
    _remember(encode_link(chosen))


def address() -> str:
    """Return the address that opens this scenario, language and target included."""
    base = (st.context.url or "").split("?")[0]
    view = {key: st.query_params[key] for key in (_LANGUAGE, _TARGET) if key in st.query_params}
    return f"{base.rstrip('/')}/?{urlencode(view | {_LINK: link()})}"


def shipped_name(chosen: Scenario) -> str | None:
    """Return the name of the shipped scenario that gives the same numbers, if there is one."""
    return _shipped_by_digest().get(digest(chosen))


def is_baseline(chosen: Scenario) -> bool:
    """Tell whether a scenario gives the numbers of the baseline."""
    return shipped_name(chosen) == BASELINE


def is_untouched() -> bool:
    """Tell whether the session shows the baseline as it opens, with nothing set, named or followed."""
    return link() == baseline_link()


def own_rows() -> tuple[OwnRow, ...]:
    """Return the user's own figures, which the session keeps and the link does not."""
    return cast("tuple[OwnRow, ...]", st.session_state.get(_OWN_ROWS, ()))


def own_refusal() -> DataError | None:
    """Return why the last file of own figures was refused, None if it was taken."""
    return cast("DataError | None", st.session_state.get(_OWN_REFUSAL))


def use_own_rows(rows: tuple[OwnRow, ...]) -> None:
    """Condition every run of this session on these figures."""
    st.session_state[_OWN_ROWS] = rows
    st.session_state[_OWN_REFUSAL] = None


def refuse_own_rows(error: DataError) -> None:
    """Remember why a file was refused; figures taken before stay in use."""
    st.session_state[_OWN_REFUSAL] = error


def forget_own_rows() -> None:
    """Go back to the calibrated futures."""
    st.session_state[_OWN_ROWS] = ()
    st.session_state[_OWN_REFUSAL] = None


def mark_done() -> None:
    """Remember that the present scenario has been computed: it is what a cancelled run goes back to."""
    st.session_state[_DONE] = link()


def go_back() -> None:
    """Return to the last scenario that was computed."""
    _remember(str(st.session_state.get(_DONE) or baseline_link()))


def aligned(name: str, value: object, said: str = "") -> str:
    """Return the key for a control that is drawn with `value`, as the scenario decides and not the control.

    Where the app moves a control it gets another key, so that it is a new one. With each click a browser sends what all
    controls hold, and Streamlit takes every difference for a move: a click from a page that does not show the new value
    yet would move the control back.

    Parameters
    ----------
    said : str
        The words of a choice, where the same choice can come to be worded otherwise: a browser sends words.
    """
    memory, key = st.session_state, _key(name)
    if memory.get(key, value) != value or memory.get(_SAID + name, said) != said:
        memory[_MOVED + name] = memory.get(_MOVED + name, 0) + 1
    memory[_SEEN + name], memory[_SAID + name] = value, said
    return _key(name)


def control(name: str, kind: type[T]) -> T | None:
    """Return what a control holds; None if it holds nothing or something else."""
    value = _undisturbed(lambda: st.session_state.get(_key(name)))
    return value if isinstance(value, kind) else None


def picked(name: str, allowed: Iterable[T]) -> T | None:
    """Return which of `allowed` a choice holds; None too where a click from a page in other words left those words."""
    held = control(name, object)
    return next((one for one in allowed if one == held), None)


def is_overlooked(name: str) -> bool:
    """Tell whether a control was moved since it was aligned and nobody took note.

    A click that comes while the one before is worked on ends that work, and Streamlit does not repeat it.
    """
    held, key = st.session_state, _key(name)
    return key in held and _SEEN + name in held and held[key] != held[_SEEN + name]


def take_note(name: str) -> None:
    """Remember that what a control holds has been worked on."""
    st.session_state[_SEEN + name] = st.session_state[_key(name)]


def _key(name: str) -> str:
    """Return the key that a control has at present: its name, and how often the app has moved it."""
    times = st.session_state.get(_MOVED + name, 0)
    return f"{name}~{times}" if times else name


def _view(key: str, allowed: Sequence[str], default: str) -> str:
    """Return a choice of this session.

    Not bound to its widget: a bound link holds the label on screen, and an unknown value is dropped without a word.
    """
    chosen = recalled(key) or default
    if chosen not in allowed:
        return default
    st.session_state[key] = chosen
    _show(key, chosen, default)
    return chosen


def _remember(new: str) -> None:
    hold(_LINK, new)


def hold(key: str, value: object) -> None:
    """Remember something in a click's handler, whatever click comes next."""
    _undisturbed(lambda: st.session_state.update({key: value}))


def _undisturbed(touch: Callable[[], T]) -> T:
    """Touch memory although other clicks wait, which have their turn afterwards.

    Streamlit takes up the next click wherever memory is touched, also in the middle of what a click does: then that
    click would be lost.
    """
    waiting = []
    while True:
        try:
            found = touch()
            break
        except RerunException as interruption:
            waiting.append(interruption.rerun_data)
    context = get_script_run_ctx()
    if context is not None and context.script_requests is not None:
        for click in waiting:
            context.script_requests.request_rerun(click)
    return found


def _show(key: str, chosen: str, default: str) -> None:
    """Make the address hold a choice; the default is not written out."""
    if chosen == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
