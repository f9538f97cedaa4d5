"""Where streams of the Responses API begin and end, and fail."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Counted,
    Ended,
    Failed,
    Finished,
    Given,
)
from oblivious.adapters.chat.parts import Opaque
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_UPSTREAM
from oblivious.contracts.errors import Garbled, Overloaded, Refused, UpstreamError, UpstreamRateLimited
from oblivious.contracts.usage import Usage

USAGE = {"input_tokens": 9, "output_tokens": 5}
COMPLETED = {"type": "response.completed", "response": {"status": "completed", "usage": USAGE, "output": []}}
END = [Counted(Usage(9, 5)), Finished(0, Finish.STOP), Ended()]


def decoded(*events: Any, plan: UpstreamPlan | None = None) -> list[ChatEvent]:
    """Decode events."""
    decoder = RESPONSES_UPSTREAM.decoder(plan or UpstreamPlan())
    found = [told for event in events for told in decoder.feed(json.dumps(event).encode())]
    return [*found, *decoder.finish()]


def added(item: dict[str, Any], index: Any = 0) -> dict[str, Any]:
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def done(item: dict[str, Any], index: Any = 0) -> dict[str, Any]:
    return {"type": "response.output_item.done", "output_index": index, "item": item}


def told(kind: str, index: int = 0, **members: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "item_id": f"i{index}", "output_index": index, **members}


def delta(kind: str, words: str, index: int = 0, **members: Any) -> dict[str, Any]:
    return told(f"{kind}.delta", index, delta=words, **members)


class TestTheRest:
    def test_hosted_calls_are_given_when_they_are_complete(self) -> None:
        """Their progress is nobody else's."""
        item = {"type": "web_search_call", "id": "ws_1", "status": "completed"}
        found = decoded(
            added({**item, "status": "in_progress"}),
            told("web_search_call.searching"),
            done(item),
            {"type": "keepalive"},
            {"type": "response.of.tomorrow"},
            COMPLETED,
        )

        assert found == [
            Given(0, 0, Opaque(origin=OPENAI_RESPONSES, kind="web_search_call", value=item)),
            *END,
        ]

    @pytest.mark.parametrize("kind", ["response.created", "response.queued", "response.in_progress"])
    def test_a_promise_is_told_once(self, kind: str) -> None:
        """By whichever event comes first."""
        promise = {"type": kind, "response": {"id": "resp_1", "created_at": 7.5}}

        assert decoded(promise, promise) == [Begun("resp_1", 7)]

    @pytest.mark.parametrize(
        ("kind", "response", "finish"),
        [
            ("response.completed", {}, Finish.STOP),
            ("response.incomplete", {"status": "incomplete"}, Finish.LENGTH),
            (
                "response.incomplete",
                {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
                Finish.CONTENT_FILTER,
            ),
        ],
    )
    def test_why_it_ended(self, kind: str, response: dict[str, Any], finish: Finish) -> None:
        """Usage or not."""
        assert decoded({"type": kind, "response": response}) == [Finished(0, finish), Ended()]

    def test_the_tier_comes_with_the_usage(self) -> None:
        """It is billed by it."""
        end = {"type": "response.completed", "response": {"usage": USAGE, "service_tier": "flex"}}

        assert decoded(end)[0] == Counted(Usage(9, 5), service_tier="flex")

    def test_a_stream_that_breaks_off_has_no_end(self) -> None:
        """Nor one that an imitator ends with `[DONE]` alone."""
        decoder = RESPONSES_UPSTREAM.decoder(UpstreamPlan())

        assert list(decoder.feed(b"[DONE]")) == []
        assert list(decoder.finish()) == []

    @pytest.mark.parametrize(
        ("event", "leaf"),
        [
            ({"type": "error", "code": "rate_limit_exceeded", "message": "slow"}, UpstreamRateLimited),
            ({"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}, Refused),
            ({"type": "error"}, Overloaded),
            ({"error": {"message": "down"}}, Overloaded),
            (
                {
                    "type": "response.failed",
                    "response": {"error": {"code": "invalid_prompt", "message": "no"}},
                },
                Refused,
            ),
            ({"type": "response.completed", "response": {"status": "failed"}}, Overloaded),
            ({"type": "response.failed", "error": {"code": "invalid_prompt", "message": "no"}}, Refused),
            ({"type": "response.failed"}, Overloaded),
            ({"type": "response.completed"}, Garbled),
            ([], Garbled),
            ("text", Garbled),
        ],
        ids=str,
    )
    def test_failures(self, event: Any, leaf: type[UpstreamError]) -> None:
        """Nothing follows them."""
        (failed,) = decoded(event)

        assert isinstance(failed, Failed)
        assert type(failed.error) is leaf

    def test_what_a_provider_refused_keeps_its_words(self) -> None:
        """The caller can act on them."""
        error = {"type": "error", "code": "context_length_exceeded", "message": "too long", "param": None}
        (failed,) = decoded(error)

        assert isinstance(failed, Failed)
        assert json.loads(failed.error.body or b"") == {
            "error": {"code": "context_length_exceeded", "message": "too long", "param": None}
        }

    def test_an_event_without_a_type_says_nothing(self) -> None:
        """Unless it is an error."""
        assert decoded({}, {"response": {"id": "resp_1"}}) == []
