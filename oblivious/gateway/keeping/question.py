"""What a channel is asked to see whether it works: as little as can be. Pure."""

import re
from typing import Any, NamedTuple

import msgspec

from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT, EMBEDDINGS
from oblivious.adapters.embeddings.table import EMBEDDING_UPSTREAMS
from oblivious.channels.candidate import Candidate

_HELLO = "hi"

_OUTPUT_TOKENS = 16
"""OpenAI's responses take no lower limit (https://platform.openai.com/docs/api-reference/responses)."""

_EMBEDS = re.compile(r"embed|(^|[/.-])(bge|gte|e5|voyage|minilm)-", re.IGNORECASE)
"""How models are called that make vectors and do not chat: most say so, and a few families never do."""


class Question(NamedTuple):
    """A request of a client that there is none of."""

    endpoint: Endpoint
    body: bytes


def question_for(candidate: Candidate, model: str, *, stream: bool) -> Question:
    """Return what a candidate is asked for a public model: to chat, or for vectors if it makes only those."""
    if _embeds(candidate, model):
        return _asking(EMBEDDINGS, {"model": model, "input": _HELLO})
    hello = [{"role": "user", "content": _HELLO}]
    body = {"model": model, "messages": hello, candidate.provider.output_cap: _OUTPUT_TOKENS}
    return _asking(CHAT, body | {"stream": True} if stream else body)


def can_be_asked(candidate: Candidate, model: str) -> bool:
    """Whether there are words for it in the candidate's dialect."""
    return not _embeds(candidate, model) or candidate.dialect in EMBEDDING_UPSTREAMS


def _embeds(candidate: Candidate, model: str) -> bool:
    return any(_EMBEDS.search(name) for name in (model, candidate.upstream_model))


def _asking(endpoint: Endpoint, body: dict[str, Any]) -> Question:
    return Question(endpoint, msgspec.json.encode(body))
