"""The money of the scenario on screen and of the baseline beside it: who pays what, when."""

from functools import partial
from threading import Event

from simulator.app import background, runs
from simulator.app.frame import Setting
from simulator.model import Progress, run
from simulator.outputs import money
from simulator.outputs.money import Ledger
from simulator.scenario import Scenario, baseline_of, digest

DRAWS = 500


def found(setting: Setting) -> tuple[Ledger, Ledger | None] | None:
    """Return the ledgers of the scenario and, where it is another one, of the baseline; None while they are made."""
    beside = None if setting.reference is None else baseline_of(setting.scenario)
    reference = None if beside is None else _ledger(beside, setting, "money.working_reference")
    if beside is not None and reference is None:
        return None
    its = _ledger(setting.scenario, setting, "money.working")
    return None if its is None else (its, reference)


def _ledger(scenario: Scenario, setting: Setting, label: str) -> Ledger | None:
    key = ("money", digest(scenario), DRAWS, runs.SEED)
    return background.wait_for(key, partial(_read, scenario), setting.words, label=setting.words(label))


def _read(scenario: Scenario, progress: Progress, cancel: Event) -> Ledger:
    return money.ledger(run(scenario, draws=DRAWS, seed=runs.SEED, progress=progress, cancel=cancel, detail=True))
