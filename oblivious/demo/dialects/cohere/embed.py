"""POST /v2/embed."""

import base64
import struct
from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.demo import words
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.reading import Content, read, refuse_unless, text_of
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.usage import Usage, fixed, told
from oblivious.demo.vectors import DIMENSIONS, MAX_DIMENSIONS, vector
from oblivious.demo.wire.request import Request

_MOST = 96
_PURPOSES = frozenset({"search_document", "search_query", "classification", "clustering", "image"})
_BITS = 8
_SIGNED, _UNSIGNED = 127, 128


class Input(msgspec.Struct):
    """Texts and images that get one vector together; the demo reads the texts."""

    content: Content


class EmbedRequest(msgspec.Struct):
    """The members of a request that the demo heeds; all others pass unread."""

    model: str
    input_type: str
    texts: list[str] | None = None
    images: list[str] | None = None
    inputs: list[Input] | None = None
    embedding_types: list[str] | None = None
    output_dimension: int | None = None

    @property
    def given(self) -> list[str]:
        """Return what is embedded, as texts."""
        together = [text_of(one.content) for one in self.inputs or ()]
        return [*(self.texts or ()), *(self.images or ()), *together]


_decoder = msgspec.json.Decoder(EmbedRequest)


def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Give each text a vector of its own, always the same one.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_decoder, request.body)
    kinds = asked.embedding_types or ["float"]
    size = DIMENSIONS if asked.output_dimension is None else asked.output_dimension
    refuse_unless(asked.given, "at least one of texts, images or inputs is required", "texts")
    refuse_unless(len(asked.given) <= _MOST, f"total number must be at most {_MOST}", "texts")
    refuse_unless(asked.input_type in _PURPOSES, "valid input_type must be provided", "input_type")
    refuse_unless(all(kind in _KINDS for kind in kinds), f"are some of {list(_KINDS)}", "embedding_types")
    fits = 1 <= size <= MAX_DIMENSIONS and size % _BITS == 0
    refuse_unless(fits, f"must be a multiple of 8, up to {MAX_DIMENSIONS}", "output_dimension")
    vectors = [vector(text, size) for text in asked.given]
    embeddings = {kind: [_KINDS[kind](values) for values in vectors] for kind in kinds}
    usage = fixed(Usage(sum(map(words.count, asked.given)), 0), behaviour)
    body: Json = {
        "id": mint.new_id(""),
        "texts": asked.texts or [],
        "embeddings": embeddings,
        "meta": {"api_version": {"version": "2"}, **_billed(told(usage, behaviour))},
        "response_type": "embeddings_by_type",
    }
    return Reply(encode(body), usage=usage, usage_given=behaviour.usage_given)


def _billed(usage: Usage | None) -> Json:
    return {} if usage is None else {"billed_units": {"input_tokens": usage.input_tokens}}


def _base64(values: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


def _bytes(values: list[float]) -> list[int]:
    return [round(value * _SIGNED) for value in values]


def _bits(values: list[float]) -> list[int]:
    """Return the signs, eight to a number."""
    eights = [values[at : at + _BITS] for at in range(0, len(values), _BITS)]
    return [int("".join("1" if value > 0 else "0" for value in eight), 2) for eight in eights]


_KINDS: dict[str, Callable[[list[float]], Any]] = {
    "float": lambda values: values,
    "int8": _bytes,
    "uint8": lambda values: [value + _UNSIGNED for value in _bytes(values)],
    "binary": lambda values: [value - _UNSIGNED for value in _bits(values)],
    "ubinary": _bits,
    "base64": _base64,
}
