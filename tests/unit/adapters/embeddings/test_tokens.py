import pytest

from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.embeddings.tokens import has_tokens, spelled_out
from oblivious.contracts.errors import InvalidRequest

WORDS = (b"hello", b" world", b"\xe4\xbd", b"\xa0")


def asked(*inputs: Input) -> EmbeddingRequest:
    return EmbeddingRequest(origin=OPENAI_CHAT, model="m", inputs=inputs)


def test_tokens_are_put_together_before_they_are_read() -> None:
    """A letter may lie in two of them; texts among them stay."""
    request = asked(Input(tokens=(0, 1, 2, 3)), Input("as it is"))
    spelled = spelled_out(request, WORDS)

    assert has_tokens(request)
    assert spelled.texts == ["hello world\u4f60", "as it is"]
    assert not has_tokens(spelled)


def test_half_a_letter_is_no_error() -> None:
    """Clients cut long texts between tokens."""
    assert spelled_out(asked(Input(tokens=(2,))), WORDS).texts == ["\ufffd"]


@pytest.mark.parametrize("token", [4, -1])
def test_a_number_that_is_no_token_is_named(token: int) -> None:
    """The field, and the number."""
    with pytest.raises(InvalidRequest, match=str(token)) as refused:
        spelled_out(asked(Input(tokens=(0, token))), WORDS)

    assert refused.value.param == "input"


def test_without_a_vocabulary_it_is_a_clear_refusal() -> None:
    """Nothing is sent up that would mean something else."""
    with pytest.raises(InvalidRequest, match="must be text"):
        spelled_out(asked(Input(tokens=(0,))), None)
