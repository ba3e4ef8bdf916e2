"""Which scenarios are compared, and which were put aside for it: in the session, mirrored in the address.

A place holds a token: `NOW` for the scenario on screen, the name of a shipped one, or the first letters of the digest
of one put aside. The address carries the tokens and, whole, the scenarios put aside.
"""

from collections.abc import Sequence
from typing import cast

import streamlit as st

from simulator.app import state
from simulator.outputs.refusal import refusal_text
from simulator.outputs.text import Words, distinct
from simulator.scenario import Scenario, ScenarioError, decode_link, digest, encode_link, shipped

MOST = 4
NOW, NOBODY = "now", ""
_PICKS, _KEPT, _DRAWN = "compare", "kept", "compare_drawn"
_BETWEEN = "."  # stands in no token and no link
_TOKEN_LETTERS = 8
_IF_BASELINE = (state.BASELINE, "village_100", "metro_everywhere", "combined")
_IF_OTHER = (state.BASELINE, NOW, NOBODY, NOBODY)


def tokens() -> tuple[str, ...]:
    """Return the tokens of all places, the reference first; what is not known any more is left empty."""
    held = _parts(_PICKS)
    if held is None or len(held) != MOST:
        return _IF_BASELINE if state.is_baseline(state.scenario_or_baseline()) else _IF_OTHER
    there = known()
    cleaned = [token if token in there else NOBODY for token in held]
    return (cleaned[0] or state.BASELINE, *cleaned[1:])


def known() -> tuple[str, ...]:
    """Return the tokens that a place can hold."""
    return (NOW, NOBODY, *shipped(), *kept())


def choose(place: int, token: str) -> None:
    """Put a token into one place."""
    now = [*tokens()]
    now[place] = token
    _mirror(_PICKS, now)


def kept() -> dict[str, Scenario]:
    """Return the scenarios put aside, by token; a damaged one is left out."""
    out = {}
    for link in (_parts(_KEPT) or ())[:MOST]:
        try:
            scenario = decode_link(link)
        except ScenarioError:
            continue
        out[_token(scenario)] = scenario
    return out


def kept_names(words: Words) -> dict[str, str]:
    """Return the names of what was put aside, by token."""
    return {token: getattr(scenario.name, words.language) for token, scenario in kept().items()}


def may_keep(scenario: Scenario) -> bool:
    """Tell whether a scenario can be put aside: none that is shipped or there already, and only a few."""
    return state.shipped_name(scenario) is None and _token(scenario) not in kept() and len(kept()) < MOST


def keep(scenario: Scenario) -> None:
    """Put a scenario aside, and into the first free place."""
    now = [*tokens()]
    _mirror(_KEPT, [encode_link(its) for its in (*kept().values(), scenario)])
    if NOBODY in now:
        now[now.index(NOBODY)] = _token(scenario)
    _mirror(_PICKS, now)


def forget(token: str) -> None:
    """Let a scenario go that was put aside."""
    now = [NOBODY if its == token else its for its in tokens()]
    _mirror(_KEPT, [encode_link(scenario) for its, scenario in kept().items() if its != token])
    _mirror(_PICKS, now)


def options(scenario: Scenario, words: Words) -> dict[str, str]:
    """Return what can be chosen, by token, in words that differ."""
    on_screen = words("versus.now", name=getattr(scenario.name, words.language))
    names = {NOW: on_screen} | {stem: getattr(state.policy(stem).name, words.language) for stem in shipped()}
    names |= kept_names(words)
    return dict(zip(names, distinct([*names.values()]), strict=True))


def chosen(scenario: Scenario, words: Words) -> list[tuple[str, Scenario]]:
    """Return name and scenario of each place that holds one, the reference first; one that gives the same is left out.

    All run over the months of the scenario on screen, and the shipped ones under its assumptions: then a difference
    is that of policy.
    """
    aside, out, seen = kept(), [], set()
    for token in tokens():
        if token == NOBODY:
            continue
        its = scenario if token == NOW else aside.get(token) or state.policy(token).replace(
            assumptions=scenario.assumptions
        )  # fmt: skip
        its = its.replace(start=scenario.start, horizon=scenario.horizon, targets=scenario.targets)
        if digest(its) not in seen:
            seen.add(digest(its))
            out.append((getattr(its.name, words.language), its))
    return out


def refused(words: Words) -> list[str]:
    """Return one sentence for each part of the address that is no scenario."""
    out = []
    for link in _parts(_KEPT) or ():
        try:
            decode_link(link)
        except ScenarioError as error:
            out.append(words("versus.refused_link", reason=refusal_text(error, words.language)))
    there, held = known(), _parts(_PICKS) or ()
    return out + [words("versus.refused_token", token=token) for token in held if token not in there]


def drawn() -> int:
    """Return which difference is drawn, counted from the first scenario that is not the reference."""
    return cast("int", st.session_state.get(_DRAWN, 0))


def take_drawn(name: str) -> None:
    """Remember which difference is drawn."""
    number = state.control(name, int)
    if number is not None:
        state.hold(_DRAWN, number)


def _token(scenario: Scenario) -> str:
    return digest(scenario)[:_TOKEN_LETTERS]


def _parts(key: str) -> list[str] | None:
    """Return what the session holds; written back, because a page change empties the address."""
    text = state.recalled(key)
    if not text:
        return None
    _mirror(key, text.split(_BETWEEN))
    return text.split(_BETWEEN)


def _mirror(key: str, held: Sequence[str]) -> None:
    text = _BETWEEN.join(held)
    st.session_state[key] = text
    if not text:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != text:
        st.query_params[key] = text
