import json

import pytest

from oblivious.adapters.chat.state import blob_key
from oblivious.adapters.registry import FACES, endpoint_at

_ENDPOINT = endpoint_at("responses")


class TestBindings:
    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ({}, ()),
            ({"previous_response_id": "resp_1"}, ("resp_1",)),
            ({"previous_response_id": None, "conversation": None}, ()),
            ({"conversation": "conv_1"}, ("conv_1",)),
            ({"conversation": {"id": "conv_1"}}, ("conv_1",)),
            ({"conversation": 7, "previous_response_id": ["x"]}, ()),
            (
                {"input": [{"type": "item_reference", "id": "rs_1"}, {"type": "message", "id": "m"}]},
                ("rs_1",),
            ),
            (
                {
                    "input": [{"type": "reasoning", "encrypted_content": "b"}] * 2,
                    "previous_response_id": "resp_1",
                },
                ("resp_1", blob_key("b")),
            ),
            ({"input": ["odd", {"type": "item_reference", "id": "rs_1"}, 3]}, ("rs_1",)),
            ({"input": [{"type": "item_reference", "id": 3, "encrypted_content": 4}]}, ()),
            ({"input": [{"content": 'quotes "encrypted_content"'}]}, ()),
        ],
    )
    def test_what_only_one_account_knows_is_named_once(
        self, members: dict[str, object], expected: tuple[str, ...]
    ) -> None:
        """Plain or as an object; what makes no sense binds nothing."""
        assert _ENDPOINT is not None
        body = json.dumps({"model": "m", "input": "x", **members}).encode()

        assert FACES["openai_responses"].envelope(_ENDPOINT, body).bindings == expected

    def test_a_blob_is_known_by_a_short_hash(self) -> None:
        """The blob itself is long, and nobody's to keep."""
        assert blob_key("x" * 10_000).startswith("enc:")
        assert len(blob_key("x")) == 36
