"""Embeddings as Google's cloud makes them of models that are asked by `predict`.

Sources: cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api and google-genai
3.6.1 for Python, read 2026-11-27.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from oblivious.adapters.dialects.counts import count
from oblivious.adapters.dialects.gemini.endpoints import BATCH_EMBED_CONTENTS, path_of
from oblivious.adapters.embeddings.answer import EmbeddingAnswer, answer_of, no_answer
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.lenient import BROKEN, Json
from oblivious.contracts.errors import UpstreamError

MOST = 250
"""Texts of one request; of a model that takes fewer Google says so itself."""

_BATCH, _PREDICT = ":batchEmbedContents", ":predict"


class _Statistics(msgspec.Struct):
    token_count: Any = None


class _Vector(msgspec.Struct):
    values: msgspec.Raw = msgspec.Raw(b"null")
    statistics: _Statistics = msgspec.field(default_factory=_Statistics)


class _Prediction(msgspec.Struct):
    embeddings: _Vector


class _Answer(msgspec.Struct):
    predictions: list[_Prediction]


_decode = msgspec.json.Decoder(_Answer).decode


def predict_path(model: str) -> str:
    """Return where a model is asked, below the version."""
    return path_of(BATCH_EMBED_CONTENTS, model).removesuffix(_BATCH) + _PREDICT


def instances(request: EmbeddingRequest, tasks: Mapping[str, str]) -> Json:
    """Return the body of a request; `tasks` are Google's names of what vectors are for."""
    task = {"task_type": tasks[request.task]} if request.task else {}
    body: Json = {"instances": [_instance(one, task) for one in request.inputs]}
    if request.dimensions is not None:
        body["parameters"] = {"outputDimensionality": request.dimensions}
    return body


def read_predictions(body: bytes) -> EmbeddingAnswer | UpstreamError:
    """Read an answer; each vector tells the tokens of its own text."""
    try:
        answer = _decode(body)
    except BROKEN:
        return no_answer(body)
    vectors = [prediction.embeddings for prediction in answer.predictions]
    tokens = sum(count(vector.statistics.token_count) for vector in vectors)
    return answer_of([vector.values for vector in vectors], tokens or None, body)


def _instance(one: Input, task: Json) -> Json:
    return {"content": one.text, **task} | ({"title": one.title} if one.title else {})
