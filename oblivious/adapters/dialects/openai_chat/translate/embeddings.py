"""Embeddings as OpenAI's clients ask for them, and as its many imitators make them."""

from collections.abc import Mapping
from typing import Any, TypeGuard

import msgspec

from oblivious.adapters.chat.treatment import DROPPED, SAID, Treatments
from oblivious.adapters.dialects.counts import count
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.fields import integer, text, wrong
from oblivious.adapters.dialects.openai_chat.endpoints import EMBEDDINGS
from oblivious.adapters.dialects.openai_chat.faults import fault_in
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.answer import EmbeddingAnswer, answer_of, no_answer
from oblivious.adapters.embeddings.batches import at_most
from oblivious.adapters.embeddings.face import EmbeddingClient, EmbeddingUpstream, WrittenEmbeddings
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.embeddings.tasks import task_named
from oblivious.adapters.embeddings.treatment import left_out
from oblivious.adapters.embeddings.vectors import packed, spelled
from oblivious.adapters.lenient import BROKEN, Json, decoded, is_list, part
from oblivious.contracts.errors import UpstreamError

TREATMENTS: Treatments = {"dimensions": SAID, "task": DROPPED, "title": DROPPED, "user": SAID}

_MOST = {"openai": 2048, "azure": 2048, "azure-deployments": 2048}
"""Inputs of one request, by provider; others say themselves what they refuse.

OpenAI's reference of embeddings, read 2026-11-27.
"""

_PACKED = {None: False, "float": False, "base64": True}
_TASKS = ("input_type", "task_type", "task")
"""How clients of other vendors, which speak this dialect, say what the vectors are for."""

_KNOWN = frozenset({"model", "input", "dimensions", "encoding_format", "user"})


class _Item(msgspec.Struct):
    embedding: msgspec.Raw = msgspec.Raw(b"null")
    index: Any = None


class _Answer(msgspec.Struct):
    data: list[_Item]
    usage: Any = None


class _Written(msgspec.Struct):
    index: int
    embedding: str | msgspec.Raw
    object: str = "embedding"


_decode = msgspec.json.Decoder(_Answer).decode


def read_request(envelope: Envelope) -> EmbeddingRequest:
    """Read a request.

    Raises:
        InvalidRequest: names the field.
    """
    given = {name: decoded(raw) for name, raw in envelope.members.items()}
    tasks = {name: task_named(given[name]) for name in _TASKS if isinstance(given.get(name), str)}
    task = next(filter(None, tasks.values()), "")
    understood = _KNOWN | {name for name, known in tasks.items() if known}
    return EmbeddingRequest(
        origin=OPENAI_CHAT,
        model=envelope.model,
        inputs=_inputs(given["input"]),
        dimensions=_dimensions(given.get("dimensions")),
        task=task,
        packed=_is_packed(given.get("encoding_format")),
        user=text(given.get("user"), "user"),
        extra=tuple(name for name in given if name not in understood),
    )


def write_response(answer: EmbeddingAnswer, tokens: int, request: EmbeddingRequest) -> bytes:
    """Write an answer: vectors as the client wants them, and the model as it calls it."""
    form = packed if request.packed else spelled
    return msgspec.json.encode(
        {
            "object": "list",
            "data": [_Written(index, form(vector)) for index, vector in enumerate(answer.vectors)],
            "model": request.model,
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }
    )


def write_request(request: EmbeddingRequest, target: Target) -> WrittenEmbeddings:
    """Write a request.

    Raises:
        InvalidRequest: it has too many inputs for this provider.
    """
    provider = target.provider.name
    if provider in _MOST:
        at_most(request, _MOST[provider], provider)
    body: Json = {"model": target.model, "input": request.texts}
    if request.dimensions is not None:
        body["dimensions"] = request.dimensions
    if request.user:
        body["user"] = request.user
    dropped = left_out(request, TREATMENTS, OPENAI_CHAT)
    return WrittenEmbeddings(EMBEDDINGS.path, msgspec.json.encode(body), dropped)


def read_response(body: bytes) -> EmbeddingAnswer | UpstreamError:
    """Read an answer."""
    try:
        answer = _decode(body)
    except BROKEN:
        return fault_in(part(decoded(body)), body) or no_answer(body)
    return answer_of([item.embedding for item in _in_order(answer.data)], _tokens(part(answer.usage)), body)


def _inputs(value: Any) -> tuple[Input, ...]:
    if isinstance(value, str):
        return (Input(value),)
    if _are_tokens(value):
        return (Input(tokens=tuple(value)),)
    if is_list(value) and all(isinstance(one, str) or _are_tokens(one) for one in value):
        return tuple(Input(one) if isinstance(one, str) else Input(tokens=tuple(one)) for one in value)
    raise wrong("input", "a string, a list of strings, a list of tokens, or a list of lists of tokens")


def _are_tokens(value: Any) -> TypeGuard[list[int]]:
    return is_list(value) and bool(value) and all(type(one) is int for one in value)


def _dimensions(value: Any) -> int | None:
    found = integer(value, "dimensions")
    if found is not None and found < 1:
        raise wrong("dimensions", "a positive integer")
    return found


def _is_packed(value: Any) -> bool:
    if value is not None and (not isinstance(value, str) or value not in _PACKED):
        raise wrong("encoding_format", "`float` or `base64`")
    return _PACKED[value]


def _in_order(items: list[_Item]) -> list[_Item]:
    """Return the items by their index; as they came where it tells no order."""
    by_index = {item.index: item for item in items if type(item.index) is int}
    return (
        [by_index[place] for place in range(len(items))]
        if by_index.keys() == set(range(len(items)))
        else items
    )


def _tokens(usage: Mapping[str, Any]) -> int | None:
    """Return the input tokens; Voyage and some others tell only the total."""
    return count(usage.get("prompt_tokens")) or count(usage.get("total_tokens")) or None


EMBEDDING_CLIENT = EmbeddingClient(OPENAI_CHAT, read_request, write_response)
EMBEDDING_UPSTREAM = EmbeddingUpstream(OPENAI_CHAT, TREATMENTS, write_request, read_response)
