"""When will Lampung's workers be protected? A policy simulator of employment social security.

>>> from simulator import load_scenario, project
>>> result = project(load_scenario("baseline"), draws=200)
>>> result.quantiles()  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.answers.solve import Solution, solve
    from simulator.outputs import Comparison, Result, compare, project
    from simulator.scenario import Scenario, load_scenario

__version__ = "0.2.0"
__all__ = ["Comparison", "Result", "Scenario", "Solution", "compare", "load_scenario", "project", "solve"]

_ROOM = {
    "Comparison": "simulator.outputs",
    "compare": "simulator.outputs",
    "Result": "simulator.outputs",
    "Solution": "simulator.answers.solve",
    "solve": "simulator.answers.solve",
    "Scenario": "simulator.scenario",
    "load_scenario": "simulator.scenario",
    "project": "simulator.outputs",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that a single room loads without the others."""
    if name not in _ROOM:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_ROOM[name]), name)
