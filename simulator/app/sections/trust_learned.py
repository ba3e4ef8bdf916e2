"""What calibration learned, whether the learned model fits its figures, and whether it finds known truths."""

from functools import partial

from simulator.app import exhibit
from simulator.app.frame import Setting
from simulator.app.sections import trust_parts
from simulator.app.sections.trust_parts import Stored
from simulator.app.tables import download, text_table
from simulator.evidence import load_posterior
from simulator.evidence.stored import load_account, load_recovery
from simulator.outputs import trust


def learned(setting: Setting) -> None:
    """Draw each parameter before and after."""
    account = trust_parts.stored(load_account, setting.words)
    if account is None:
        return
    # Columns such as members_share_bpu/2024-12 are a parameter at a date.
    calibrated = {name.split("/")[0] for name in load_posterior().names}
    trust_parts.show(trust.learned_exhibit(account, setting.facts, calibrated, setting.words), setting)


def check(setting: Setting) -> None:
    """Draw the figures beside what the learned model expects."""
    account = trust_parts.stored(load_account, setting.words)
    if account is not None:
        trust_parts.show(trust.check_exhibit(account, setting.words), setting)


def sampler(backtest: Stored | None, setting: Setting) -> None:
    """Draw how well the computation went, and the recovery of simulated truths."""
    words = setting.words
    account = trust_parts.stored(load_account, words)
    if account is not None:
        finding, table = trust.sampler_table(account, backtest, words)
        exhibit.heading(finding)
        text_table(table, key="sampler", alt=finding.alt)
        download("uji-perhitungan.csv", partial(trust.sampler_rows, account), words)
    recovery = trust_parts.stored(load_recovery, words)
    if recovery is not None:
        trust_parts.show(trust.recovery_exhibit(recovery, setting.facts, words), setting)
