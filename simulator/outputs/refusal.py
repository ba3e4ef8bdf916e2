"""Why something is refused, in the reader's language."""

from simulator.evidence import DataError
from simulator.evidence import sentence as data_sentence
from simulator.outputs.text import Language
from simulator.scenario import ScenarioError, sentence


def refusal_text(error: Exception, language: Language) -> str:
    """Return one sentence; what is neither a scenario nor the user's own figures is refused in English only."""
    match error:
        case ScenarioError():
            return sentence(error, language)
        case DataError():
            return data_sentence(error, language)
    return str(error)
