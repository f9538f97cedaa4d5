"""Who is asked once for several choices, and who once for each."""

from typing import Any

import msgspec
import pytest

from oblivious.adapters.dialects.anthropic.endpoints import COUNT_TOKENS
from oblivious.adapters.dialects.endpoint import ANTHROPIC, BEDROCK, COHERE, GEMINI, OLLAMA, OPENAI_CHAT
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES as RESPONSES
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT, COMPLETIONS
from oblivious.contracts.errors import InvalidRequest
from oblivious.gateway.road.calls import MOST_CALLS, calls_of, range_of_calls
from oblivious.gateway.road.exchange import Exchange
from tests.fakes.clients import FakeClient
from tests.fakes.road import CALLER, channel, exchange


def wanting(n: int, *, allowed: bool = True, endpoint: Any = CHAT) -> Exchange:
    going = exchange(FakeClient(b""), endpoint)
    going.envelope = msgspec.structs.replace(going.envelope, n=n)
    going.caller = msgspec.structs.replace(CALLER, calls_per_choice=allowed)
    return going


class TestCallsOf:
    @pytest.mark.parametrize(
        ("provider", "dialect", "calls"),
        [
            ("openai", OPENAI_CHAT, 1),
            ("gemini", GEMINI, 1),
            ("openai", RESPONSES, 3),
            ("anthropic", ANTHROPIC, 3),
            ("bedrock", BEDROCK, 3),
            ("ollama", OLLAMA, 3),
            ("cohere", COHERE, 3),
            ("groq", OPENAI_CHAT, 3),
            ("groq", RESPONSES, 3),
        ],
    )
    def test_the_dialect_and_the_vendor_decide(self, provider: str, dialect: str, calls: int) -> None:
        """Who can say it is told so, others are asked as often."""
        assert calls_of(wanting(3), channel(1, provider=provider, dialect=dialect)) == calls

    @pytest.mark.parametrize(
        "going",
        [
            wanting(1),
            wanting(3, allowed=False),
            wanting(3, endpoint=COMPLETIONS),
            wanting(3, endpoint=COUNT_TOKENS),
        ],
        ids=["one choice", "a group that may not", "no conversation", "a count"],
    )
    def test_all_else_is_one_call(self, going: Exchange) -> None:
        """Whoever is asked."""
        assert calls_of(going, channel(1, provider="anthropic", dialect=ANTHROPIC)) == 1

    def test_there_is_a_most(self) -> None:
        """One client does not get every connection."""
        claude = channel(1, provider="anthropic", dialect=ANTHROPIC)

        assert calls_of(wanting(MOST_CALLS), claude) == MOST_CALLS
        with pytest.raises(InvalidRequest, match="at most 8") as caught:
            calls_of(wanting(MOST_CALLS + 1), claude)
        assert caught.value.param == "n"


class TestRangeOfCalls:
    @pytest.mark.parametrize(
        ("n", "dialects", "found"),
        [
            (3, [ANTHROPIC], (3, 3)),
            (3, [ANTHROPIC, OPENAI_CHAT], (1, 3)),
            (1, [ANTHROPIC], (1, 1)),
            (MOST_CALLS + 1, [ANTHROPIC], (1, 1)),
            (3, [], (1, 1)),
        ],
        ids=["all alike", "some of each", "one choice", "what is refused", "nobody"],
    )
    def test_it_spans_all_candidates(self, n: int, dialects: list[str], found: tuple[int, int]) -> None:
        """Nobody knows yet who will answer."""
        going = wanting(n)
        going.candidates = tuple(
            channel(number, provider="anthropic", dialect=dialect) for number, dialect in enumerate(dialects)
        )

        assert range_of_calls(going) == found
