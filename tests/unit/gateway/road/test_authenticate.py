"""Where clients put their key."""

import pytest

from oblivious.contracts.errors import UnknownKey
from oblivious.gateway.road.authenticate import presented_key


class TestPresentedKey:
    @pytest.mark.parametrize(
        ("headers", "query"),
        [
            pytest.param({b"authorization": b"Bearer sk-a"}, b"", id="bearer"),
            pytest.param({b"authorization": b"bearer  sk-a "}, b"", id="bearer in small letters"),
            pytest.param({b"authorization": b"sk-a"}, b"", id="bare"),
            pytest.param({b"x-api-key": b"sk-a"}, b"", id="anthropic"),
            pytest.param({b"x-goog-api-key": b"sk-a"}, b"", id="gemini"),
            pytest.param({b"api-key": b"sk-a"}, b"", id="azure"),
            pytest.param({}, b"alt=sse&key=sk-a", id="query"),
            pytest.param({b"authorization": b"Bearer other", b"x-api-key": b"sk-a"}, b"", id="ours wins"),
        ],
    )
    def test_every_form_is_found(self, headers: dict[bytes, bytes], query: bytes) -> None:
        """Whatever SDK a client uses, its key is recognised on every path."""
        assert presented_key(headers, query) == "sk-a"

    def test_a_foreign_key_is_still_presented(self) -> None:
        """It will be unknown, and the error will say so."""
        assert presented_key({b"x-api-key": b"other"}, b"") == "other"

    def test_none_at_all_says_how_to_send_one(self) -> None:
        """The message names the headers."""
        with pytest.raises(UnknownKey, match="Authorization: Bearer"):
            presented_key({}, b"alt=sse")
