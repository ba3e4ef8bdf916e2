"""What an answer rests on, for papers: assumptions that go with it, their evidence, and what sources dispute."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from simulator.answers.sensitivity import judged_month, uncertain
from simulator.facts import Contradiction
from simulator.facts.calendar import MONTHS_PER_YEAR, parse_month
from simulator.model.posterior import load_posterior
from simulator.model.start import DECEMBERS
from simulator.outputs.assumptions import learned_spreads, prior_spread, spread_text
from simulator.outputs.exports import Export

_RATE = "start_rate_"
_SHOWN_ASSUMPTIONS, _SHOWN_CONTRADICTIONS = 6, 4


@dataclass(frozen=True)
class Ground:
    """One assumption: its name in words, its range, its grade in words, and how it goes with coverage (-1 to 1)."""

    id: str
    label: str
    range: str
    grade: str
    goes_with: float


def deciding(export: Export, n: int) -> list[Ground]:
    """Return the assumptions that go most with coverage in the month judged, over futures, strongest first.

    The measure is the correlation of ranks over the draws of the run itself: no further runs, and no claim that a
    change of one alone moves the result by as much (`simulator.answers.sensitivity` asks that).
    """
    result, words = export.results[n], export.words
    facts, inputs = result.facts, result.projection.inputs
    coverage = _ranks(result.projection.coverage[:, judged_month(inputs, export.target, facts)])
    strength = {}
    for name in uncertain(result.scenario, facts):
        drawn = inputs.sample.parameters.get(name)
        if drawn is not None and np.ptp(drawn) > 0 and coverage.any() and _is_read(name, inputs.start_month):
            its = _ranks(drawn)
            strength[name] = float(its @ coverage / np.sqrt((its @ its) * (coverage @ coverage)))
    learned = learned_spreads(facts, load_posterior())
    strongest = sorted(strength, key=lambda name: (-abs(strength[name]), name))[:_SHOWN_ASSUMPTIONS]
    records = [facts.parameters[name] for name in strongest]
    return [
        Ground(
            id=name,
            label=getattr(record.label, words.language),
            range=spread_text(record, learned.get(name) or prior_spread(record), words),
            grade=words(f"grade.{record.grade}.short"),
            goes_with=strength[name],
        )
        for name, record in zip(strongest, records, strict=True)
    ]


def disputed(export: Export, grounds: list[Ground]) -> list[Contradiction]:
    """Return the contradictions between sources that touch the target, the figures fitted or these assumptions."""
    facts = export.results[0].facts
    touched = {
        *facts.targets[export.target].facts,
        *(figure.fact for figure in facts.observations if figure.used),
        *(fact for ground in grounds for fact in facts.parameters[ground.id].facts),
    }
    found = [its for its in facts.contradictions.values() if touched & {*its.used, *(side.fact for side in its.sides)}]
    return found[:_SHOWN_CONTRADICTIONS]


def _is_read(name: str, start: int) -> bool:
    """Tell whether a run reads an assumption: of the rates of past Decembers only those beside its start (3)."""
    if not name.startswith(_RATE):
        return True
    december = parse_month(name.removeprefix(_RATE).replace("_", "-"))
    latest = parse_month(DECEMBERS[-1].replace("_", "-"))
    return abs(december - min(start, latest)) < MONTHS_PER_YEAR


def _ranks(values: np.ndarray) -> np.ndarray:
    ranks = rankdata(values)
    return np.asarray(ranks - ranks.mean())
