from typing import Any

import pytest

from oblivious.adapters.chat.treatment import DROPPED, REFUSED, SAID, Treatments
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.embeddings.table import EMBEDDING_UPSTREAMS
from oblivious.adapters.embeddings.treatment import TREATED, left_out
from oblivious.contracts.errors import InvalidRequest

TABLE: Treatments = {"dimensions": REFUSED, "task": DROPPED, "title": DROPPED, "user": SAID}


def asked(**members: Any) -> EmbeddingRequest:
    given: dict[str, Any] = {"inputs": (Input("hello"),), **members}
    return EmbeddingRequest(origin=OPENAI_CHAT, model="m", **given)


@pytest.mark.parametrize("face", EMBEDDING_UPSTREAMS.values(), ids=lambda face: face.name)
def test_every_table_is_complete(face: Any) -> None:
    """So that no member is forgotten."""
    assert set(face.treatments) == set(TREATED)


@pytest.mark.parametrize(
    ("members", "names"),
    [
        ({}, []),
        ({"user": "me"}, []),
        ({"task": "query", "extra": ("truncate",)}, ["task", "truncate"]),
        ({"inputs": (Input("hello", title="A book"),)}, ["title"]),
    ],
    ids=["nothing", "what is said", "what is dropped and unknown", "a title"],
)
def test_what_is_left_out_is_named(members: dict[str, Any], names: list[str]) -> None:
    """In a header, in the end."""
    assert left_out(asked(**members), TABLE, "someone") == names


def test_what_the_vectors_would_lack_is_refused() -> None:
    """By its name, and who lacks it."""
    with pytest.raises(InvalidRequest, match=r"`dimensions`.*someone") as refused:
        left_out(asked(dimensions=256), TABLE, "someone")

    assert refused.value.param == "dimensions"
