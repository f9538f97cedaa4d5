"""An answer with embeddings, in no vendor's words."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from oblivious.adapters.dialects.faults import judged, words_of
from oblivious.adapters.embeddings.vectors import Vector, vectors_in
from oblivious.adapters.lenient import decoded
from oblivious.contracts.errors import Garbled, UpstreamError


class EmbeddingAnswer(NamedTuple):
    """What an upstream answered.

    Attributes:
        vectors: one for each input, in their order.
        tokens: of the input, None where the upstream does not say.
    """

    vectors: tuple[Vector, ...]
    tokens: int | None = None


def answer_of(
    raws: Iterable[msgspec.Raw], tokens: int | None, body: bytes
) -> EmbeddingAnswer | UpstreamError:
    """Return an answer with these vectors; what is none comes back as the error it is."""
    vectors = vectors_in(raws)
    return EmbeddingAnswer(vectors, tokens) if vectors else no_answer(body)


def no_answer(body: bytes) -> UpstreamError:
    """Return the error that came with the status of a success."""
    words = words_of(decoded(body))
    return Garbled("the provider's answer has no embeddings") if words is None else judged(words, body=body)
