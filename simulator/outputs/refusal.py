"""Why something is refused, in the reader's language."""

from simulator.evidence import DataError
from simulator.evidence import sentence as data_sentence
from simulator.outputs.text import Language
from simulator.scenario import ScenarioError, in_language, sentence


def refusal_text(error: Exception, language: Language) -> str:
    """Return one sentence; what only a programmer can get wrong is refused in English."""
    match error:
        case ScenarioError():
            return sentence(error, language)
        case DataError():
            return data_sentence(error, language)
    return in_language(error.args[0], language) if error.args else str(error)
