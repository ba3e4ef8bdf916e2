"""The money of the scenario on screen and of the baseline beside it: who pays what, when."""

from functools import partial
from threading import Event

from simulator.app import background, runs, state
from simulator.app.frame import Setting
from simulator.model import Progress, run
from simulator.outputs import money
from simulator.outputs.money import Ledger
from simulator.scenario import Scenario, digest, load_scenario

DRAWS = 500


def found(setting: Setting) -> tuple[Ledger, Ledger | None] | None:
    """Return the ledgers of the scenario and, where it is another one, of the baseline; None while they are made."""
    beside = _beside(setting)
    reference = None if beside is None else _ledger(beside, setting, "money.working_reference")
    if beside is not None and reference is None:
        return None
    its = _ledger(setting.scenario, setting, "money.working")
    return None if its is None else (its, reference)


def _beside(setting: Setting) -> Scenario | None:
    """Return the baseline that `setting.reference` stands for, None where the scenario is that."""
    if setting.reference is None:
        return None
    its = setting.scenario
    today = load_scenario(state.BASELINE).replace(start=its.start, horizon=its.horizon, targets=its.targets)
    return today.replace(assumptions=its.assumptions) if its.levers else today


def _ledger(scenario: Scenario, setting: Setting, label: str) -> Ledger | None:
    key = ("money", digest(scenario), DRAWS, runs.SEED)
    return background.wait_for(key, partial(_read, scenario), setting.words, label=setting.words(label))


def _read(scenario: Scenario, progress: Progress, cancel: Event) -> Ledger:
    return money.ledger(run(scenario, draws=DRAWS, seed=runs.SEED, progress=progress, cancel=cancel, detail=True))
