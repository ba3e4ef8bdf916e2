"""The assumptions that decide most, one at a time."""

from threading import Event

import pandas as pd

from simulator.answers.sensitivity import tornado
from simulator.app import exhibit, runs
from simulator.app.frame import Setting
from simulator.app.sections.decides_question import Question, asked
from simulator.model import Progress
from simulator.outputs import decides_charts

DRAWS = 500


def draw(setting: Setting) -> None:
    """Draw what is lost between the good and the bad end of each assumption, when asked."""
    found = asked("tornado", setting, _run)
    if found is None:
        return
    question, table = found
    scenario = question.scenario
    context = decides_charts.context(scenario.start, scenario.horizon, question.target, setting.facts)
    its = decides_charts.tornado_exhibit(table, context, setting.facts, setting.words)
    names = getattr(scenario.name, setting.words.language)
    exhibit.show(its, setting, caption=exhibit.caption(setting, DRAWS, names=names))


def _run(question: Question, progress: Progress, cancel: Event) -> pd.DataFrame:
    return tornado(
        question.scenario, target=question.target, draws=DRAWS, seed=runs.SEED, progress=progress, cancel=cancel
    )
