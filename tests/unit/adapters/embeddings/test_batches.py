import pytest

from oblivious.adapters.dialects.endpoint import GEMINI, OPENAI_CHAT
from oblivious.adapters.embeddings.batches import at_most
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.contracts.errors import InvalidRequest


@pytest.mark.parametrize(("origin", "place"), [(OPENAI_CHAT, "input"), (GEMINI, "requests")])
def test_too_many_inputs_are_refused_by_the_clients_own_name(origin: str, place: str) -> None:
    """With both numbers."""
    request = EmbeddingRequest(origin=origin, model="m", inputs=(Input("a"),) * 3)
    at_most(request, 3, "someone")

    with pytest.raises(InvalidRequest, match=r"3 inputs.*someone.*at most 2") as refused:
        at_most(request, 2, "someone")

    assert refused.value.param == place
