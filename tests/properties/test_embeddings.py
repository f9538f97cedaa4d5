"""Embeddings: whatever is wrong with a text is an error of ours, and what is right comes back as it was."""

import json
from array import array
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.adapters.dialects.endpoint import GEMINI, OPENAI_CHAT
from oblivious.adapters.dialects.gemini.endpoints import BATCH_EMBED_CONTENTS, EMBED_CONTENT
from oblivious.adapters.dialects.openai_chat.endpoints import EMBEDDINGS
from oblivious.adapters.embeddings.answer import EmbeddingAnswer
from oblivious.adapters.embeddings.request import EmbeddingRequest
from oblivious.adapters.embeddings.table import EMBEDDING_CLIENTS, EMBEDDING_UPSTREAMS
from oblivious.adapters.embeddings.vectors import packed, spelled, vectors_in
from oblivious.adapters.registry import FACES
from oblivious.contracts.errors import InvalidRequest, UpstreamError
from tests.contract.translation.embedding_cells import UPSTREAMS

_few = settings(max_examples=150, deadline=None)
_by_upstream = pytest.mark.parametrize("upstream", UPSTREAMS, ids=lambda upstream: upstream.name)

_odd = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 10**12), st.floats(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=6,
)
_members = st.sampled_from(
    ["embeddings", "embedding", "data", "usage", "usageMetadata", "meta", "prompt_eval_count", "error"]
)
_asked = st.sampled_from(
    [
        *("input", "dimensions", "encoding_format", "user", "input_type", "task", "content", "requests"),
        *("taskType", "title", "outputDimensionality", "embedContentConfig", "model"),
    ]
)
_numbers = st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=8)


@_by_upstream
@_few
@given(st.binary(max_size=60))
def test_no_bytes_surprise_a_reader(upstream: Any, body: bytes) -> None:
    """They are an answer, or an error as a value."""
    assert isinstance(EMBEDDING_UPSTREAMS[upstream.dialect].read_response(body), UpstreamError)


@_by_upstream
@_few
@given(st.dictionaries(_members, _odd, max_size=4))
def test_no_json_surprises_a_reader(upstream: Any, body: Any) -> None:
    """Nor does JSON in all the right places."""
    whole = {**upstream.says([[0.5]], 3), **body}
    read = EMBEDDING_UPSTREAMS[upstream.dialect].read_response(json.dumps(whole).encode())

    assert isinstance(read, EmbeddingAnswer | UpstreamError)


@pytest.mark.parametrize("client", EMBEDDING_CLIENTS)
@_few
@given(st.dictionaries(_asked, _odd, max_size=5))
def test_no_request_surprises_a_reader(client: str, body: Any) -> None:
    """It is read, or refused by name."""
    face = FACES[client]
    endpoints = {OPENAI_CHAT: [EMBEDDINGS], GEMINI: [EMBED_CONTENT, BATCH_EMBED_CONTENTS]}
    for endpoint in endpoints[client]:
        try:
            raw = json.dumps({"model": "m", **body}).encode()
            envelope = face.envelope_at(endpoint, raw, "m", stream=False)
            request = EMBEDDING_CLIENTS[client].read_request(envelope)
        except InvalidRequest:
            continue
        assert isinstance(request, EmbeddingRequest)
        assert request.inputs


@_few
@given(_numbers)
def test_a_vector_survives_both_forms(numbers: list[float]) -> None:
    """Numbers of 32 bits lose nothing."""
    vector = array("d", numbers)

    assert vectors_in([spelled(vector)]) == (vector,)
    assert vectors_in([msgspec.Raw(msgspec.json.encode(packed(vector)))]) == (vector,)
