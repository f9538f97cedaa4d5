import pytest

from oblivious.adapters.chat.state import blob_key
from oblivious.adapters.dialects.openai_responses.stream import ResponsesReader
from oblivious.adapters.dialects.scanner import Scanner
from oblivious.contracts.errors import OutOfCredit, Overloaded, Refused, UpstreamError
from oblivious.contracts.usage import Usage
from tests.fakes.events import RESPONSES, Json, data, named
from tests.fakes.untyped import UNTYPED


def _scanner() -> Scanner:
    return Scanner(ResponsesReader(model=None))


def _spoken() -> Scanner:
    scanner = _scanner()
    scanner.feed(named({"type": "response.output_text.delta", "delta": "a"}))
    return scanner


class TestCommit:
    def test_the_first_words_commit(self) -> None:
        """created, queued and in_progress only promise them, and so does an empty message."""
        scanner = _scanner()
        events = RESPONSES.split(b"\n\n")
        scanner.feed(b"\n\n".join(events[:3]) + b"\n\n")
        assert not scanner.committed

        scanner.feed(events[3] + b"\n\n")
        assert scanner.committed

    @pytest.mark.parametrize(
        ("event", "commits"),
        [
            ({"type": "response.output_item.added", "item": {"type": "reasoning", "summary": []}}, False),
            ({"type": "response.content_part.added", "part": {"type": "output_text", "text": ""}}, False),
            ({"type": "response.reasoning_summary_part.added"}, False),
            ({"type": "response.output_item.added", "item": {"type": "function_call", "name": "f"}}, True),
            ({"type": "response.output_item.added"}, True),
            ({"type": "response.web_search_call.searching"}, True),
        ],
    )
    def test_what_begins_with_nothing_says_nothing(self, event: Json, *, commits: bool) -> None:
        """A call has a name from its beginning on."""
        scanner = _scanner()
        scanner.feed(named(event))

        assert scanner.committed is commits


class TestFacts:
    def test_usage_and_bindings_come_from_the_end(self) -> None:
        """Response, items, and every blob that was handed out."""
        scanner = _scanner()
        scanner.feed(RESPONSES)

        assert scanner.usage == Usage(9, 5, 3, reasoning_tokens=2)
        assert scanner.bindings == ("resp_1", blob_key("gAAAA"), "msg_1")

    def test_items_that_are_not_stored_bind_nothing(self) -> None:
        """With `store: false` only the blobs can come back."""
        scanner = _scanner()
        scanner.feed(
            named(
                {
                    "type": "response.completed",
                    "response": {"id": "r", "store": False, "output": [{"id": "m"}]},
                }
            )
        )

        assert scanner.bindings == ("r",)

    @pytest.mark.parametrize("kind", ["response.completed", "response.incomplete"])
    def test_both_ends_are_ends(self, kind: str) -> None:
        """An answer that hit its limit is an answer."""
        scanner = _spoken()
        scanner.feed(named({"type": kind, "response": {"id": "r"}}))

        assert scanner.ended

    def test_searches_are_counted(self) -> None:
        """They are charged apart."""
        output = [{"type": "web_search_call", "id": "w"}] * 2
        usage = {"input_tokens": 1, "output_tokens": 1}
        scanner = _scanner()
        scanner.feed(
            named({"type": "response.completed", "response": {"id": "r", "output": output, "usage": usage}})
        )

        assert scanner.usage == Usage(1, 1, searches=2)

    def test_an_imitators_terminator_is_let_through(self) -> None:
        """`[DONE]` says nothing here."""
        scanner = _scanner()

        assert scanner.feed(data("[DONE]")) == b"data: [DONE]\n\n"
        assert scanner.error is None


class TestErrors:
    @pytest.mark.parametrize(
        ("event", "leaf"),
        [
            ({"type": "error", "code": "server_error", "message": "m", "param": None}, Overloaded),
            ({"type": "error", "error": {"type": "insufficient_quota", "message": "m"}}, OutOfCredit),
            (
                {"type": "response.failed", "response": {"error": {"code": "server_error", "message": "m"}}},
                Overloaded,
            ),
            (
                {
                    "type": "response.failed",
                    "response": {"error": {"code": "invalid_prompt", "message": "m"}},
                },
                Refused,
            ),
            ({"type": "response.failed", "response": {"error": None}}, Overloaded),
            ({"type": "response.failed", "error": {"code": "invalid_prompt", "message": "m"}}, Refused),
            (
                {"type": "response.failed", "response": {}, "error": {"type": "billing_error"}},
                OutOfCredit,
            ),
        ],
    )
    def test_a_failure_is_kept_back(self, event: Json, leaf: type[UpstreamError]) -> None:
        """Whichever of the two events tells of it, and wherever in it."""
        scanner = _spoken()

        assert scanner.feed(named(event)) == b""
        assert type(scanner.error) is leaf
        assert not scanner.ended

    @pytest.mark.parametrize(("event", "leaf"), UNTYPED)
    def test_an_error_has_no_type_where_a_proxy_wrote_it(
        self, event: bytes, leaf: type[UpstreamError]
    ) -> None:
        """It is none of the dialect's events, and still the last that is said."""
        scanner = _scanner()

        assert scanner.feed(event) == b""
        assert type(scanner.error) is leaf

    def test_what_has_no_type_and_no_words_passes_after_others(self) -> None:
        """The client may make sense of it."""
        scanner = _spoken()

        assert scanner.feed(b"data: {}\n\n") == b"data: {}\n\n"
        assert scanner.error is None

    def test_a_failed_response_tells_its_usage(self) -> None:
        """What was used is owed."""
        scanner = _spoken()
        usage = {"input_tokens": 5, "output_tokens": 2}
        scanner.feed(
            named({"type": "response.failed", "response": {"usage": usage, "error": {"message": "m"}}})
        )

        assert scanner.usage == Usage(5, 2)
