from urllib.parse import unquote

from oblivious.adapters.counting.counter import Counter
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.gemini.endpoints import COUNT_TOKENS
from oblivious.adapters.members import Members

_ACTION = "countTokens"


def _path_of(path: str) -> str:
    return f"{path.rpartition(':')[0]}:{_ACTION}"


def _question(body: Members, path: str) -> object:
    """Return a request around the one for an answer: else only its contents would count."""
    return {"generateContentRequest": {"model": unquote(path.rpartition(":")[0]), **body}}


GEMINI_COUNTER = Counter(
    name=GEMINI,
    path=COUNT_TOKENS.path,
    path_of=_path_of,
    question=_question,
    member=COUNT_TOKENS.counts,
)
