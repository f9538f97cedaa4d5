from oblivious.adapters.counting.counter import Counter, only
from oblivious.adapters.dialects.endpoint import BEDROCK
from oblivious.adapters.members import Members

_PATH = "model/{model}/count-tokens"
_keep = only(frozenset({"messages", "system", "toolConfig", "additionalModelRequestFields"}))
"""What a count takes of a request for Converse (botocore 1.44.8, read 2026-11-27)."""


def _path_of(path: str) -> str:
    return f"{path.rpartition('/')[0]}/count-tokens"


def _question(body: Members, path: str) -> object:
    return {"input": {"converse": _keep(body, path)}}


CONVERSE_COUNTER = Counter(
    name=BEDROCK, path=_PATH, path_of=_path_of, question=_question, member="inputTokens"
)
