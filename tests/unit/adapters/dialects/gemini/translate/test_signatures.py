import base64
import binascii

import pytest

from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.gemini.translate.signatures import UNSIGNED, signature_of, state_of


class TestSignatures:
    @pytest.mark.parametrize(
        "state",
        [
            State("gemini", "AbC+/w=="),
            State("anthropic", "EqQB+/="),
            State("anthropic.redacted", "x" * 5_000),
            State("openai_responses", "gAAAA-_"),
        ],
        ids=lambda state: state.origin,
    )
    def test_they_come_back(self, state: State) -> None:
        """Own ones unchanged; those of others as base64, which clients turn into bytes and back."""
        signature = signature_of(state)
        other_alphabet = signature.replace("+", "-").replace("/", "_").rstrip("=")

        assert base64.b64decode(signature, validate=True)
        assert state_of(signature) == state
        if state.origin != "gemini":
            assert state_of(other_alphabet) == state

    @pytest.mark.parametrize("signature", ["", None, 7, []])
    def test_none(self, signature: object) -> None:
        """What is no text carries nothing."""
        assert state_of(signature) is None

    @pytest.mark.parametrize("packed", [False, True], ids=["as text", "as bytes"])
    def test_a_placeholder_carries_nothing(self, *, packed: bool) -> None:
        """Clients write Google's own where they have none; what was kept for them may stand there again."""
        signature = base64.b64encode(UNSIGNED.encode()).decode() if packed else UNSIGNED
        assert state_of(signature) is None

    @pytest.mark.parametrize("signature", ["b2IxLg==", "b2IxLm5vdCBvdXJz", "not base64!", "é"])
    def test_what_is_not_ours_is_geminis(self, signature: str) -> None:
        """However it looks."""
        assert state_of(signature) == State("gemini", signature)


def test_our_wrapping_is_what_clients_decode() -> None:
    """The library of bytes of Google's own client is strict."""
    with pytest.raises(binascii.Error):
        base64.b64decode("ob1.abc", validate=True)
