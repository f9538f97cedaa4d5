"""Inputs that come as tokens, spelled out for upstreams that take only text."""

from collections.abc import Sequence

import msgspec

from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.contracts.errors import InvalidRequest

Vocabulary = Sequence[bytes]
"""What each token stands for, by its number."""


def has_tokens(request: EmbeddingRequest) -> bool:
    """Whether an input is still to be spelled out."""
    return any(each.tokens and not each.text for each in request.inputs)


def spelled_out(request: EmbeddingRequest, vocabulary: Vocabulary | None) -> EmbeddingRequest:
    """Return a request whose inputs are texts.

    Raises:
        InvalidRequest: a number is no token, or no vocabulary is at hand.
    """
    if vocabulary is None:
        raise InvalidRequest(
            "`input` must be text here: the model is served in a dialect without tokens, and the vocabulary "
            "to spell them out is not installed",
            param="input",
        )
    inputs = tuple(_spelled(each, vocabulary) for each in request.inputs)
    return msgspec.structs.replace(request, inputs=inputs)


def _spelled(one: Input, vocabulary: Vocabulary) -> Input:
    if not one.tokens:
        return one
    wrong = next((token for token in one.tokens if not 0 <= token < len(vocabulary)), None)
    if wrong is not None:
        raise InvalidRequest(f"`input` has {wrong}, which is no token of cl100k_base", param="input")
    text = b"".join([vocabulary[token] for token in one.tokens]).decode("utf-8", "replace")
    return msgspec.structs.replace(one, text=text)
