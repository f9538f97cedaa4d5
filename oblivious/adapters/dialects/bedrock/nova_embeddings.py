"""Embeddings as Amazon's Nova makes them, of texts alone.

Source: https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html, read 2026-11-27.
"""

import msgspec

from oblivious.adapters.chat.treatment import DROPPED, SAID, Treatments
from oblivious.adapters.embeddings import tasks
from oblivious.adapters.embeddings.request import EmbeddingRequest
from oblivious.adapters.lenient import BROKEN, Json

TREATMENTS: Treatments = {"dimensions": SAID, "task": SAID, "title": DROPPED, "user": DROPPED}

_UNSAID = "GENERIC_INDEX"
_PURPOSES = {
    tasks.QUERY: "TEXT_RETRIEVAL",
    tasks.DOCUMENT: "GENERIC_INDEX",
    tasks.CLASSIFICATION: "CLASSIFICATION",
    tasks.CLUSTERING: "CLUSTERING",
    # Both sides are of one kind, as in a cluster.
    tasks.SIMILARITY: "CLUSTERING",
    # All three look for documents.
    tasks.QUESTION: "TEXT_RETRIEVAL",
    tasks.FACTS: "TEXT_RETRIEVAL",
    tasks.CODE: "TEXT_RETRIEVAL",
}


class _Vector(msgspec.Struct):
    embedding: msgspec.Raw


class _Answer(msgspec.Struct):
    embeddings: list[_Vector]


_decode = msgspec.json.Decoder(_Answer).decode


def single(request: EmbeddingRequest) -> Json:
    """Return the body of a request for its one text; one that is too long is refused, and not cut."""
    length = {"embeddingDimension": request.dimensions} if request.dimensions is not None else {}
    return {
        "schemaVersion": "nova-multimodal-embed-v1",
        "taskType": "SINGLE_EMBEDDING",
        "singleEmbeddingParams": {
            "embeddingPurpose": _PURPOSES.get(request.task, _UNSAID),
            **length,
            "text": {"truncationMode": "NONE", "value": request.texts[0]},
        },
    }


def vectors_of(body: bytes) -> list[msgspec.Raw]:
    """Return the vectors of an answer, none where it is no answer of Nova's."""
    try:
        return [vector.embedding for vector in _decode(body).embeddings]
    except BROKEN:
        return []
