import json

import pytest

from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.registry import endpoint_at, face_of
from oblivious.contracts.errors import InvalidRequest

_CHAT = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
_MESSAGES = {**_CHAT, "max_tokens": 9}
_RESPONSE = {"model": "m", "input": "hi"}


def _read(path: str, body: object) -> Envelope:
    endpoint = endpoint_at(path)
    assert endpoint is not None
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return face_of(endpoint).envelope(endpoint, raw)


class TestBadInput:
    @pytest.mark.parametrize(
        ("path", "body", "param"),
        [
            ("chat/completions", b"{", None),
            ("chat/completions", b"[]", None),
            ("chat/completions", b'{"model":"m","model":"n","messages":[{}]}', None),
            ("chat/completions", b'{"model":"m","messages":[{}],"x":' + b"[" * 100_000, None),
            ("chat/completions", {**_CHAT, "model": None}, "model"),
            ("chat/completions", {**_CHAT, "model": 4}, "model"),
            ("chat/completions", {**_CHAT, "model": ""}, "model"),
            ("chat/completions", b'{"model":"\xff","messages":[{}]}', "model"),
            ("chat/completions", {"messages": [{}]}, "model"),
            ("chat/completions", {**_CHAT, "stream": "yes"}, "stream"),
            ("chat/completions", {**_CHAT, "n": 0}, "n"),
            ("chat/completions", {**_CHAT, "n": True}, "n"),
            ("chat/completions", {**_CHAT, "n": 1.5}, "n"),
            ("chat/completions", {**_CHAT, "max_tokens": "9"}, "max_tokens"),
            ("chat/completions", {**_CHAT, "max_completion_tokens": -1}, "max_completion_tokens"),
            ("chat/completions", b'{"model":"m","messages":[{}],"max_tokens":1e999}', "max_tokens"),
            ("chat/completions", {"model": "m"}, "messages"),
            ("chat/completions", {**_CHAT, "messages": []}, "messages"),
            ("chat/completions", b'{"model":"m","messages":[ \n ]}', "messages"),
            ("chat/completions", {**_CHAT, "messages": "hi"}, "messages"),
            ("chat/completions", {**_CHAT, "messages": None}, "messages"),
            ("completions", {"model": "m", "prompt": ""}, "prompt"),
            ("completions", {"model": "m", "prompt": {}}, "prompt"),
            ("embeddings", {"model": "m"}, "input"),
            ("embeddings", {"model": "m", "input": []}, "input"),
            ("moderations", {"input": ""}, "input"),
            ("responses", {"model": "m"}, "input"),
            ("responses", {"model": "m", "input": []}, "input"),
            ("responses", {**_RESPONSE, "max_output_tokens": 0}, "max_output_tokens"),
            ("responses", {**_RESPONSE, "background": True}, "background"),
            ("messages", {**_MESSAGES, "max_tokens": 0}, "max_tokens"),
            ("messages", {**_MESSAGES, "messages": {}}, "messages"),
            ("messages/count_tokens", {"model": "m", "messages": []}, "messages"),
        ],
    )
    def test_the_member_that_is_wrong_is_named(self, path: str, body: object, param: str | None) -> None:
        """A clear error, whatever was sent."""
        with pytest.raises(InvalidRequest) as caught:
            _read(path, body)

        assert caught.value.param == param
        assert param is None or f"`{param}`" in caught.value.message


class TestGoodInput:
    def test_what_was_not_asked_for_is_absent(self) -> None:
        """The defaults of an envelope."""
        envelope = _read("chat/completions", _CHAT)

        assert (envelope.model, envelope.stream, envelope.n) == ("m", False, 1)
        assert envelope.max_output_tokens is None
        assert envelope.service_tier is None
        assert envelope.bindings == ()

    @pytest.mark.parametrize(
        ("path", "body", "name", "value"),
        [
            ("chat/completions", {**_CHAT, "stream": True}, "stream", True),
            ("chat/completions", {**_CHAT, "stream": None}, "stream", False),
            ("chat/completions", {**_CHAT, "n": 3}, "n", 3),
            ("chat/completions", {**_CHAT, "n": None}, "n", 1),
            ("chat/completions", {**_CHAT, "max_tokens": 100.0}, "max_output_tokens", 100),
            (
                "chat/completions",
                {**_CHAT, "max_tokens": 5, "max_completion_tokens": 7},
                "max_output_tokens",
                7,
            ),
            ("chat/completions", {**_CHAT, "max_tokens": 10**30}, "max_output_tokens", 2**31 - 1),
            ("chat/completions", {**_CHAT, "service_tier": "flex"}, "service_tier", "flex"),
            ("chat/completions", {**_CHAT, "service_tier": 7}, "service_tier", None),
            ("chat/completions", {**_CHAT, "stream_options": {"include_usage": True}}, "wants_usage", False),
            ("completions", {"model": "m", "prompt": [1, 2], "n": 2, "best_of": 5}, "n", 5),
            ("embeddings", {"model": "m", "input": [[1, 2]], "stream": True}, "stream", False),
            ("moderations", {"input": "hi"}, "model", "omni-moderation-latest"),
            ("responses", {**_RESPONSE, "max_output_tokens": 8}, "max_output_tokens", 8),
            ("responses", {**_RESPONSE, "background": True, "stream": True}, "stream", True),
            ("messages", {**_MESSAGES, "stream": True}, "max_output_tokens", 9),
        ],
    )
    def test_members_are_read(self, path: str, body: object, name: str, value: object) -> None:
        """Forgiving where clients are sloppy, exact where money hangs on it."""
        assert getattr(_read(path, body), name) == value

    @pytest.mark.parametrize(
        ("options", "wants"),
        [
            ({"include_usage": True}, True),
            ({"include_usage": False}, False),
            ({}, False),
            (None, False),
            ("x", False),
        ],
    )
    def test_a_stream_may_ask_for_its_usage(self, options: object, *, wants: bool) -> None:
        """Odd options are the upstream's to judge."""
        assert (
            _read("chat/completions", {**_CHAT, "stream": True, "stream_options": options}).wants_usage
            is wants
        )

    @pytest.mark.parametrize("kept", ["previous_response_id", "conversation", "prompt"])
    def test_a_kept_conversation_needs_no_input(self, kept: str) -> None:
        """The upstream has what was said."""
        assert _read("responses", {"model": "m", kept: "x_1"}).model == "m"
