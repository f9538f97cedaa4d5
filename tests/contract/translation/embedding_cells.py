"""One cell of the matrix of embeddings: a client of one dialect, a model of another, and a feature between.

Both ends are played in plain JSON, by nothing that the gateway uses.
"""

import base64
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from oblivious.adapters.dialects.endpoint import BEDROCK, COHERE, GEMINI, OLLAMA, OPENAI_CHAT
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.gemini.endpoints import BATCH_EMBED_CONTENTS
from oblivious.adapters.dialects.openai_chat.endpoints import EMBEDDINGS
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.table import EMBEDDING_CLIENTS, EMBEDDING_UPSTREAMS
from oblivious.adapters.embeddings.tokens import spelled_out
from oblivious.adapters.embeddings.way import EmbeddingWay
from oblivious.adapters.providers.provider import Provider
from oblivious.adapters.registry import FACES, PROVIDERS
from oblivious.contracts.errors import InvalidRequest

Said = dict[str, Any]
"""What a request says: inputs, dimensions, task, title, user; what it does not say is missing."""

VOCABULARY = (b"hello", b" there")
COUNTED = 9


@dataclass(frozen=True)
class Feature:
    """What a client wants.

    Attributes:
        said: what crosses upwards.
        packed: the vectors should come as base64.
        counted: the upstream says what it used.
        metered: it is about what was used.
    """

    name: str
    said: Said
    packed: bool = False
    counted: bool = True
    metered: bool = False


ONE: Said = {"inputs": ["hello"]}
FEATURES = (
    Feature("one text", ONE),
    Feature("many texts", {"inputs": ["hello", "you"]}),
    Feature("tokens", {"inputs": [[0, 1]]}),
    Feature("dimensions", {**ONE, "dimensions": 256}),
    Feature("base64", ONE, packed=True),
    Feature("task: query", {**ONE, "task": "RETRIEVAL_QUERY"}),
    Feature("task: similarity", {**ONE, "task": "SEMANTIC_SIMILARITY"}),
    Feature("title", {**ONE, "title": "A book"}),
    Feature("user", {**ONE, "user": "me"}),
    Feature("usage", ONE, metered=True),
    Feature("usage that is not told", ONE, counted=False, metered=True),
)


@dataclass(frozen=True)
class Upstream:
    """A model somewhere.

    Attributes:
        hears: what a written request says.
        says: an answer with these vectors and this count, None for no count.
        counts: the header in which it tells the count, where the answer does not.
        provider: who serves it, where that matters.
    """

    name: str
    dialect: str
    model: str
    hears: Callable[[Said], Said]
    says: Callable[[list[list[float]], int | None], Said]
    counts: bytes = b""
    provider: Provider | None = None

    def keeps(self, client: str) -> bool:
        """Whether what a client of a dialect writes goes up as it came."""
        predicts = self.provider is not None and self.provider.predicts(self.dialect, self.model)
        return self.dialect == client and not predicts


def _given(**members: Any) -> Said:
    return {name: value for name, value in members.items() if value is not None}


def _google_hears(body: Said) -> Said:
    first = body["requests"][0]
    return _given(
        inputs=[request["content"]["parts"][0]["text"] for request in body["requests"]],
        dimensions=first.get("outputDimensionality"),
        task=first.get("taskType"),
        title=first.get("title"),
    )


def _predict_hears(body: Said) -> Said:
    first = body["instances"][0]
    return _given(
        inputs=[instance["content"] for instance in body["instances"]],
        dimensions=body.get("parameters", {}).get("outputDimensionality"),
        task=first.get("task_type"),
        title=first.get("title"),
    )


_PURPOSES = {"TEXT_RETRIEVAL": "RETRIEVAL_QUERY", "GENERIC_INDEX": None, "CLUSTERING": "CLUSTERING"}


def _nova_hears(body: Said) -> Said:
    said = body["singleEmbeddingParams"]
    return _given(
        inputs=[said["text"]["value"]],
        dimensions=said.get("embeddingDimension"),
        task=_PURPOSES[said["embeddingPurpose"]],
    )


_TYPES = {"search_query": "RETRIEVAL_QUERY", "search_document": None, "clustering": "CLUSTERING"}


def _cohere_hears(body: Said) -> Said:
    return _given(
        inputs=body["texts"], dimensions=body.get("output_dimension"), task=_TYPES[body["input_type"]]
    )


def _openai_says(vectors: list[list[float]], count: int | None) -> Said:
    data = [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)]
    return _given(data=data, usage=None if count is None else {"prompt_tokens": count, "total_tokens": count})


def _google_says(vectors: list[list[float]], count: int | None) -> Said:
    usage = None if count is None else {"promptTokenCount": count}
    return _given(embeddings=[{"values": vector} for vector in vectors], usageMetadata=usage)


def _predict_says(vectors: list[list[float]], count: int | None) -> Said:
    told = [None if count is None else count - len(vectors) + 1, *[1] * (len(vectors) - 1)]
    return {
        "predictions": [
            {"embeddings": {"values": vector, "statistics": _given(token_count=tokens)}}
            for vector, tokens in zip(vectors, told, strict=True)
        ]
    }


def _cohere_says(vectors: list[list[float]], count: int | None) -> Said:
    meta = None if count is None else {"billed_units": {"input_tokens": count}}
    return _given(id="e1", embeddings={"float": vectors}, meta=meta)


UPSTREAMS = (
    Upstream(
        "openai_chat",
        OPENAI_CHAT,
        "text-embedding-3-small",
        lambda body: _given(inputs=body["input"], dimensions=body.get("dimensions"), user=body.get("user")),
        _openai_says,
    ),
    Upstream("gemini", GEMINI, "gemini-embedding-001", _google_hears, _google_says),
    Upstream(
        "vertex, by predict",
        GEMINI,
        "text-embedding-005",
        _predict_hears,
        _predict_says,
        provider=PROVIDERS["vertex"],
    ),
    Upstream("cohere", COHERE, "embed-v4.0", _cohere_hears, _cohere_says),
    Upstream(
        "ollama",
        OLLAMA,
        "nomic-embed-text",
        lambda body: _given(inputs=body["input"], dimensions=body.get("dimensions")),
        lambda vectors, count: _given(embeddings=vectors, prompt_eval_count=count),
    ),
    Upstream(
        "bedrock, Titan 2",
        BEDROCK,
        "amazon.titan-embed-text-v2:0",
        lambda body: _given(inputs=[body["inputText"]], dimensions=body.get("dimensions")),
        lambda vectors, count: _given(embedding=vectors[0], inputTextTokenCount=count),
    ),
    Upstream(
        "bedrock, Nova",
        BEDROCK,
        "amazon.nova-2-multimodal-embeddings-v1:0",
        _nova_hears,
        lambda vectors, _count: {"embeddings": [{"embeddingType": "TEXT", "embedding": vectors[0]}]},
        b"x-amzn-bedrock-input-token-count",
    ),
    Upstream(
        "bedrock, Cohere 4",
        BEDROCK,
        "cohere.embed-v4:0",
        _cohere_hears,
        lambda vectors, _count: {"id": "e1", "embeddings": vectors, "response_type": "embeddings_floats"},
        b"x-amzn-bedrock-input-token-count",
    ),
)


class Unsayable(Exception):
    """The client's own dialect has no words for the feature."""


def _openai_asks(feature: Feature) -> Envelope:
    said = feature.said
    if "title" in said:
        raise Unsayable
    form = "base64" if feature.packed else None
    body = _given(
        model="m",
        input=said["inputs"],
        dimensions=said.get("dimensions"),
        user=said.get("user"),
        encoding_format=form,
        input_type=said.get("task"),
    )
    return FACES[OPENAI_CHAT].envelope(EMBEDDINGS, json.dumps(body).encode())


def _google_asks(feature: Feature) -> Envelope:
    said = feature.said
    if feature.packed or "user" in said or not all(isinstance(one, str) for one in said["inputs"]):
        raise Unsayable
    requests = [
        _given(
            model="models/m",
            content={"parts": [{"text": text}]},
            taskType=said.get("task"),
            title=said.get("title"),
            outputDimensionality=said.get("dimensions"),
        )
        for text in said["inputs"]
    ]
    body = json.dumps({"requests": requests}).encode()
    return FACES[GEMINI].envelope_at(BATCH_EMBED_CONTENTS, body, "m", stream=False)


def _openai_gets(body: Said) -> tuple[list[list[float]], int]:
    vectors = [_unpacked(item["embedding"]) for item in body["data"]]
    return vectors, body["usage"]["prompt_tokens"]


def _google_gets(body: Said) -> tuple[list[list[float]], int]:
    return [vector["values"] for vector in body["embeddings"]], body["usageMetadata"]["promptTokenCount"]


def _unpacked(value: list[float] | str) -> list[float]:
    if isinstance(value, list):
        return value
    data = base64.b64decode(value)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


_ASKS = {OPENAI_CHAT: _openai_asks, GEMINI: _google_asks}
_GETS = {OPENAI_CHAT: _openai_gets, GEMINI: _google_gets}


def verdict(client: str, upstream: Upstream, feature: Feature) -> str:
    """Say what becomes of a feature: `kept`, `changed`, `refused`, or `unsayable` in the client's dialect."""
    try:
        request = EMBEDDING_CLIENTS[client].read_request(_ASKS[client](feature))
        request = spelled_out(request, VOCABULARY)
        someone = Provider(name="someone", speaks={upstream.dialect: ""}, source="a fake")
        provider = upstream.provider or someone
        face = EMBEDDING_UPSTREAMS[upstream.dialect]
        out = face.write_request(request, Target(provider, upstream.model))
    except Unsayable:
        return "unsayable"
    except InvalidRequest:
        return "refused"
    wanted = {**feature.said, "inputs": request.texts}
    heard = upstream.hears(msgspec.json.decode(out.body))
    way = EmbeddingWay(EMBEDDING_CLIENTS[client], face, request, out.dropped)
    vectors = [[0.5 + place, -2.0] for place, _ in enumerate(request.inputs)]
    said = json.dumps(upstream.says(vectors, COUNTED if feature.counted else None)).encode()
    headers = [(upstream.counts, b"%d" % COUNTED)] if upstream.counts and feature.counted else []
    answer, down = way.whole(said, headers)
    assert answer.error is None, answer.error
    assert answer.usage is not None
    found, tokens = _GETS[client](json.loads(down))
    assert (found, tokens) == (vectors, answer.usage.input_tokens)
    kept = not answer.usage.estimated if feature.metered else heard == wanted
    return "kept" if kept else "changed"
