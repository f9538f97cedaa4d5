"""What the bench sends is what the figures claim."""

import json

from bench.exchanges import EVENTS, JSON, answer, events, request_body


class TestExchanges:
    def test_the_sizes_are_those_of_the_table(self) -> None:
        """About 900 bytes up, about 600 down, 66 events."""
        assert 850 <= len(request_body(JSON)) <= 950
        assert 550 <= len(answer()) <= 750
        assert len(events()) == EVENTS

    def test_a_stream_ends_with_usage_and_the_mark(self) -> None:
        """So that each is billed by the upstream's own numbers."""
        *_, usage, done = events()

        assert json.loads(usage.removeprefix("data: "))["usage"]["completion_tokens"] == 63
        assert done == "data: [DONE]\n\n"
