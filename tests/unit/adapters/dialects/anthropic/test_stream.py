import pytest

from oblivious.adapters.dialects.anthropic.stream import MessagesReader
from oblivious.adapters.dialects.scanner import Scanner
from oblivious.contracts.errors import Garbled, Overloaded, Refused, UpstreamError
from oblivious.contracts.usage import Usage
from tests.fakes.events import MESSAGES, Json, named
from tests.fakes.untyped import UNTYPED

_EVENTS = [event + b"\n\n" for event in MESSAGES.split(b"\n\n")[:-1]]


def _scanner() -> Scanner:
    return Scanner(MessagesReader(model=None))


class TestCommit:
    def test_the_first_delta_commits(self) -> None:
        """message_start, an empty block and pings only promise one."""
        scanner = _scanner()
        for event in _EVENTS[:3]:
            scanner.feed(event)
            assert not scanner.committed

        scanner.feed(_EVENTS[3])
        assert scanner.committed

    @pytest.mark.parametrize(
        ("block", "commits"),
        [
            ({"type": "text", "text": ""}, False),
            ({"type": "thinking", "thinking": ""}, False),
            ({"type": "tool_use", "id": "t", "name": "f", "input": {}}, True),
            ({"type": "redacted_thinking", "data": "x"}, True),
            ({"type": "server_tool_use"}, True),
        ],
    )
    def test_a_block_that_says_something_commits(self, block: Json, *, commits: bool) -> None:
        """Only empty ones wait."""
        scanner = _scanner()
        scanner.feed(named({"type": "content_block_start", "index": 0, "content_block": block}))

        assert scanner.committed is commits

    def test_a_message_that_begins_complete_commits(self) -> None:
        """Where code that the model wrote calls tools, all of it stands in the start."""
        scanner = _scanner()
        scanner.feed(named({"type": "message_start", "message": {"content": [{"type": "tool_use"}]}}))

        assert scanner.committed


class TestUsage:
    def test_later_counts_replace_earlier_ones(self) -> None:
        """They are sums already: nothing is added up twice."""
        scanner = _scanner()
        scanner.feed(MESSAGES)

        assert scanner.usage == Usage(29, 15, 4)

    def test_a_stream_that_broke_off_has_a_half_estimated_usage(self) -> None:
        """The input was counted, the output was only a placeholder."""
        scanner = _scanner()
        delta = {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": "x" * 400},
        }
        scanner.feed(_EVENTS[0] + named(delta))

        assert scanner.usage == Usage(29, 100, 4, estimated=True)

    def test_a_container_binds(self) -> None:
        """It lives in the account that made it."""
        scanner = _scanner()
        scanner.feed(
            named({"type": "message_delta", "delta": {"container": {"id": "container_1"}}, "usage": {}})
        )

        assert scanner.bindings == ("container_1",)


class TestErrors:
    def test_an_early_error_can_be_hidden(self) -> None:
        """The road tries another channel."""
        scanner = _scanner()
        out = scanner.feed(
            _EVENTS[0] + named({"type": "error", "error": {"type": "overloaded_error", "message": "m"}})
        )

        assert out == _EVENTS[0]
        assert not scanner.committed
        assert isinstance(scanner.error, Overloaded)

    @pytest.mark.parametrize(
        ("event", "leaf"),
        [*UNTYPED, (named({"type": "message_stop"}), Garbled)],
    )
    def test_what_is_none_of_its_events_can_be_hidden(self, event: bytes, leaf: type[UpstreamError]) -> None:
        """An error without a type, as a proxy may write it, nothing at all, or an end of nothing."""
        scanner = _scanner()
        scanner.feed(_EVENTS[0])

        assert scanner.feed(event) == b""
        assert type(scanner.error) is leaf

    def test_a_late_error_without_a_type_is_kept_back(self) -> None:
        """We say it in the dialect's words; what says of none passes."""
        scanner = _scanner()
        scanner.feed(_EVENTS[3])

        assert scanner.feed(b"data: {}\n\n") == b"data: {}\n\n"
        assert scanner.feed(b'data: {"error": {"message": "m"}}\n\n') == b""
        assert isinstance(scanner.error, Overloaded)

    def test_a_late_refusal_keeps_its_words(self) -> None:
        """They go to the caller as they came."""
        scanner = _scanner()
        event = {"type": "error", "error": {"type": "invalid_request_error", "message": "m"}}
        scanner.feed(_EVENTS[3] + named(event))

        assert isinstance(scanner.error, Refused)
        assert scanner.error.body is not None
