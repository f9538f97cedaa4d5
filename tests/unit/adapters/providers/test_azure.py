"""What Microsoft does differently: paths, versions, and the findings of its content filter."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.events import Begun, Ended, Grown
from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Finish
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.dialects.openai_chat.stream import ChatReader
from oblivious.adapters.dialects.openai_chat.translate.face import CHAT_UPSTREAM
from oblivious.adapters.dialects.scanner import Scanner
from oblivious.adapters.providers.transport import address
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import Blocked, ModelMissing, UpstreamError
from tests.fakes.events import chunk, data

DEPLOYMENTS = PROVIDERS["azure-deployments"]
VERSION = b"api-version=2025-04-01-preview"

FINDINGS = {"hate": {"filtered": False, "severity": "safe"}}
JUDGED: dict[str, Any] = {
    "choices": [],
    "created": 0,
    "id": "",
    "model": "",
    "object": "",
    "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": FINDINGS}],
}
LATE = {
    "id": "",
    "model": "",
    "choices": [
        {
            "index": 0,
            "finish_reason": None,
            "content_filter_results": FINDINGS,
            "content_filter_offsets": {"check_offset": 44, "start_offset": 44, "end_offset": 198},
        }
    ],
}
"""What an asynchronous filter found, behind the words that it was about; it has no delta."""

SAID = chunk({"content": "Hi"})
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
STREAM = [
    JUDGED,
    chunk({"role": "assistant", "content": ""}),
    {**SAID, "choices": [{**SAID["choices"][0], "content_filter_results": FINDINGS}]},
    chunk({}, "stop"),
    LATE,
    {**chunk(), "choices": [], "usage": USAGE},
]


class TestPaths:
    @pytest.mark.parametrize("path", ["chat/completions", "completions", "embeddings"])
    def test_models_are_deployments(self, path: str) -> None:
        """Their name stands in the path, encoded."""
        own, query = address(DEPLOYMENTS.transports[OPENAI_CHAT], path, b"", "gpt/4o", stream=False)

        assert (own, query) == (f"deployments/gpt%2F4o/{path}", VERSION)

    def test_responses_are_below_no_deployment(self) -> None:
        """They name it in their body."""
        transport = DEPLOYMENTS.transports[OPENAI_RESPONSES]

        assert address(transport, "responses", b"", "gpt", stream=True) == ("responses", VERSION)

    def test_a_channels_version_wins_and_a_clients_does_not_count(self) -> None:
        """Clients of AzureOpenAI bring one along."""
        transport, own = DEPLOYMENTS.transports[OPENAI_RESPONSES], b"api-version=2024-10-21"
        came = b"api-version=2023-05-15"

        assert address(transport, "responses", came, "gpt", stream=False, own_query=own)[1] == own


class TestFindings:
    def test_a_translated_stream_takes_nothing_from_what_the_filter_says(self) -> None:
        """Neither its empty names nor its place behind the end."""
        decoder = CHAT_UPSTREAM.decoder(UpstreamPlan())
        events = [event for piece in STREAM for event in decoder.feed(json.dumps(piece).encode())]
        events += [*decoder.feed(b"[DONE]"), *decoder.finish()]

        assert [event.text for event in events if isinstance(event, Grown)] == ["Hi"]
        assert [event.id for event in events if isinstance(event, Begun)] == ["chatcmpl-1"]
        assert isinstance(events[-1], Ended)

    def test_a_stream_that_keeps_its_dialect_waits_for_words(self) -> None:
        """The filter's chunk passes, and does not count as an answer; usage comes in spite of it."""
        scanner = Scanner(ChatReader(strip_usage=False, model=None))
        first = scanner.feed(data(JUDGED))
        early = scanner.committed
        rest = scanner.feed(data(*STREAM[1:], "[DONE]"))

        assert not early
        assert first + rest == data(*STREAM, "[DONE]")
        assert scanner.ended
        assert scanner.usage is not None
        assert scanner.usage.output_tokens == 2

    def test_a_whole_answer(self) -> None:
        """What was cut by the filter says so by its reason to end."""
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": "Hi"},
            "finish_reason": "content_filter",
            "content_filter_results": FINDINGS,
        }
        body = {"id": "x", "model": "gpt", "choices": [choice], "usage": USAGE, "prompt_filter_results": []}
        answer = CHAT_UPSTREAM.read_response(json.dumps(body).encode(), UpstreamPlan())

        assert isinstance(answer, ChatResponse)
        assert (answer.choices[0].parts, answer.choices[0].finish) == ((Text("Hi"),), Finish.CONTENT_FILTER)

    @pytest.mark.parametrize(
        ("status", "error", "leaf"),
        [
            (
                400,
                {
                    "code": "content_filter",
                    "message": "The prompt was filtered.",
                    "param": "prompt",
                    "innererror": {
                        "code": "ResponsibleAIPolicyViolation",
                        "content_filter_result": {"hate": {"filtered": True, "severity": "high"}},
                    },
                },
                Blocked,
            ),
            (404, {"code": "DeploymentNotFound", "message": "The deployment does not exist."}, ModelMissing),
        ],
        ids=["filtered", "no deployment"],
    )
    def test_errors(self, status: int, error: object, leaf: type[UpstreamError]) -> None:
        """A prompt that is refused goes back to its author, with the findings."""
        read = read_error(status, [], json.dumps({"error": error}).encode())

        assert isinstance(read, leaf)
        assert (b"innererror" in (read.body or b"")) is (leaf is Blocked)
