import json
from array import array
from typing import Any

import pytest

from oblivious.adapters.dialects.bedrock.embeddings import read_response, write_request
from oblivious.adapters.dialects.endpoint import BEDROCK, OPENAI_CHAT
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.answer import EmbeddingAnswer
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.providers.provider import Provider
from oblivious.contracts.errors import Garbled, InvalidRequest

BEDROCKS = Provider(name="bedrock", speaks={BEDROCK: "https://bedrock.test"}, source="a fake")
TITAN, TITAN_1 = "amazon.titan-embed-text-v2:0", "amazon.titan-embed-text-v1"
NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"
COHERE_3, COHERE_4 = "cohere.embed-multilingual-v3", "us.cohere.embed-v4:0"


def nova(purpose: str, **members: Any) -> Any:
    """Return what Nova is asked for `hello`."""
    text = {"truncationMode": "NONE", "value": "hello"}
    return {
        "schemaVersion": "nova-multimodal-embed-v1",
        "taskType": "SINGLE_EMBEDDING",
        "singleEmbeddingParams": {"embeddingPurpose": purpose, "text": text, **members},
    }


def asked(count: int = 1, **members: Any) -> EmbeddingRequest:
    return EmbeddingRequest(origin=OPENAI_CHAT, model="m", inputs=(Input("hello"),) * count, **members)


@pytest.mark.parametrize(
    ("model", "members", "said", "dropped"),
    [
        (TITAN, {"dimensions": 256}, {"inputText": "hello", "dimensions": 256}, []),
        (TITAN, {"task": "query"}, {"inputText": "hello"}, ["task"]),
        (TITAN_1, {}, {"inputText": "hello"}, []),
        (NOVA, {}, nova("GENERIC_INDEX"), []),
        (NOVA, {"task": "query", "user": "me"}, nova("TEXT_RETRIEVAL"), ["user"]),
        (NOVA, {"task": "similarity", "dimensions": 384}, nova("CLUSTERING", embeddingDimension=384), []),
        (COHERE_3, {"task": "query"}, {"texts": ["hello"], "input_type": "search_query"}, []),
        (
            COHERE_4,
            {"dimensions": 256},
            {
                "texts": ["hello"],
                "input_type": "search_document",
                "output_dimension": 256,
                "embedding_types": ["float"],
            },
            [],
        ),
    ],
)
def test_each_maker_is_asked_in_its_own_words(
    model: str, members: dict[str, Any], said: dict[str, Any], dropped: list[str]
) -> None:
    """Though the path is the same."""
    out = write_request(asked(**members), Target(BEDROCKS, model))

    assert json.loads(out.body) == said
    assert out.dropped == dropped


def test_the_path_names_the_model() -> None:
    """As one piece, whatever is in it."""
    arn = "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.cohere.embed-v4:0"
    path = write_request(asked(), Target(BEDROCKS, arn)).path

    assert (
        path
        == "model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.cohere.embed-v4%3A0/invoke"
    )


@pytest.mark.parametrize(
    ("model", "request_", "param", "words"),
    [
        (TITAN, asked(2), "input", "Titan"),
        (NOVA, asked(2), "input", "Nova"),
        (COHERE_4, asked(97), "input", "96"),
        (TITAN_1, asked(dimensions=256), "dimensions", "first version"),
        (COHERE_3, asked(dimensions=256), "dimensions", "Cohere Embed 3"),
        ("maker.something-new", asked(), "model", "something-new"),
    ],
    ids=[
        "two texts",
        "two for Nova",
        "many texts",
        "an old Titan's length",
        "an old Cohere's length",
        "another maker",
    ],
)
def test_what_cannot_be_had_is_refused(
    model: str, request_: EmbeddingRequest, param: str, words: str
) -> None:
    """By name."""
    with pytest.raises(InvalidRequest, match=words) as refused:
        write_request(request_, Target(BEDROCKS, model))

    assert refused.value.param == param


@pytest.mark.parametrize(
    ("body", "tokens"),
    [
        ({"embedding": [1.0], "embeddingsByType": {"float": [1.0]}, "inputTextTokenCount": 5}, 5),
        ({"embedding": [1.0]}, None),
        ({"embeddings": [{"embeddingType": "TEXT", "embedding": [1.0]}]}, None),
        ({"embeddings": [[1.0]], "id": "1", "response_type": "embeddings_floats"}, None),
        ({"embeddings": {"float": [[1.0]]}, "response_type": "embeddings_by_type"}, None),
    ],
    ids=["Titan", "Titan, uncounted", "Nova", "Cohere", "Cohere, by type"],
)
def test_each_makers_answer_is_read(body: Any, tokens: int | None) -> None:
    """By its form."""
    assert read_response(json.dumps(body).encode()) == EmbeddingAnswer((array("d", [1.0]),), tokens)


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"embedding": {}}', b'{"embeddings": [[]]}', b'{"embeddings": [{"embedding": []}]}', b"["],
)
def test_what_is_no_answer_is_an_error(body: bytes) -> None:
    """As a value."""
    assert isinstance(read_response(body), Garbled)
