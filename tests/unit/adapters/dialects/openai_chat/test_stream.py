import json

import pytest

from oblivious.adapters.dialects.openai_chat.stream import ChatReader
from oblivious.adapters.dialects.scanner import Scanner
from oblivious.contracts.errors import Blocked, BrokeOff, OutOfCredit, Overloaded, UpstreamError
from oblivious.contracts.usage import Usage
from tests.fakes.events import CHAT, USAGE, Json, chunk, data


def _scanner(*, strip_usage: bool = False) -> Scanner:
    return Scanner(ChatReader(strip_usage=strip_usage, model=None))


class TestCommit:
    @pytest.mark.parametrize(
        "event",
        [
            chunk({"role": "assistant"}),
            chunk({"role": "assistant", "content": "", "refusal": None}),
            {**chunk(), "choices": [], "prompt_filter_results": [{"prompt_index": 0}]},
            {"id": "x", "choices": None},
        ],
        ids=["role", "empty content", "Azure's filter", "no choices"],
    )
    def test_a_preamble_says_nothing_yet(self, event: Json) -> None:
        """Until somebody speaks, another channel may."""
        scanner = _scanner()
        scanner.feed(data(event))

        assert not scanner.committed

    @pytest.mark.parametrize(
        "event",
        [
            chunk({"content": "a"}),
            chunk({"role": "assistant", "reasoning_content": "hm"}),
            chunk({"reasoning": "hm"}),
            chunk({"refusal": "no"}),
            chunk({"tool_calls": [{"index": 0}]}),
            chunk({"audio": {"id": "a"}}),
            chunk({}, "stop"),
            {"choices": [{"index": 0, "text": "a"}]},
        ],
    )
    def test_content_commits(self, event: Json) -> None:
        """Text, thought, refusal, call, sound, or the finish."""
        scanner = _scanner()
        scanner.feed(data(event))

        assert scanner.committed

    @pytest.mark.parametrize("told", [[], [{}], [chunk({"role": "assistant"}), chunk({}, usage=USAGE)]])
    def test_an_end_of_nothing_is_a_failure(self, told: list[Json]) -> None:
        """Nobody has said anything, nor why not: another channel may."""
        scanner = _scanner()
        scanner.feed(data(*told, "[DONE]"))

        assert isinstance(scanner.error, BrokeOff)
        assert not scanner.ended


class TestModel:
    @pytest.mark.parametrize(
        "odd",
        [
            pytest.param(chunk({"content": "b"}, created=2), id="another second"),
            pytest.param(chunk({"content": "b"}, model="other"), id="another model"),
            pytest.param({"choices": [], "id": "x"}, id="no model"),
            pytest.param({"choices": [{"delta": {"content": "b"}}], "model": "up-model"}, id="at the end"),
            pytest.param({"choices": [{"delta": {"content": '"model":"up-model"'}}]}, id="in the text"),
        ],
    )
    @pytest.mark.parametrize("together", [True, False])
    def test_every_event_names_it_as_the_client_did(self, odd: Json, *, together: bool) -> None:
        """Also those that begin otherwise than the ones before them, in one piece or in many."""
        words = [chunk({"content": "a"})] * 3
        told = [chunk({"role": "assistant"}), *words, odd, *words, chunk({}, "stop", usage=USAGE)]
        scanner = Scanner(ChatReader(strip_usage=False, model=b'"mine"'))
        events = [data(event) for event in told]
        out = [scanner.feed(piece) for piece in ([b"".join(events)] if together else events)]

        expected = [{**event, "model": "mine"} if "model" in event else event for event in told]
        assert b"".join(out) == data(*expected)

    def test_an_event_that_names_it_twice_stays_json(self) -> None:
        """The name that counts is the last one."""
        twice = b'data: {"id":"x","model":"a","model":"b","choices":[{"delta":{"content":"c"}}]}\n\n'
        scanner = Scanner(ChatReader(strip_usage=False, model=b'"mine"'))

        for said in (scanner.feed(twice), scanner.feed(twice * 2)):
            for event in said.removesuffix(b"\n\n").split(b"\n\n"):
                assert json.loads(event.removeprefix(b"data: "))["model"] == "mine"


class TestUsage:
    def test_the_chunk_that_only_we_asked_for_is_kept_back(self) -> None:
        """Nothing else is rewritten for it, not even the nulls."""
        scanner = _scanner(strip_usage=True)
        chunks = CHAT.split(b"\n\n")

        assert scanner.feed(CHAT) == b"\n\n".join(chunks[:4] + chunks[5:])
        assert scanner.usage == Usage(11, 7)

    def test_usage_beside_content_stays(self) -> None:
        """Mistral and DeepSeek tell it in the finish chunk, asked or not."""
        scanner = _scanner(strip_usage=True)
        block = data(chunk({"content": ""}, "stop", usage=USAGE))

        assert scanner.feed(block) == block
        assert scanner.usage == Usage(11, 7)

    def test_counts_that_say_nothing_are_kept_back_as_well(self) -> None:
        """Nobody asked for them, and they are no usage."""
        scanner = _scanner(strip_usage=True)
        uncounted = {"prompt_tokens": -1, "completion_tokens": -1, "total_tokens": -1}

        assert scanner.feed(data({"id": "x", "choices": [], "usage": uncounted})) == b""
        assert scanner.usage is None

    def test_the_last_word_counts(self) -> None:
        """Some tell it on every chunk, as a running sum."""
        scanner = _scanner()
        for count in (1, 2, 3):
            scanner.feed(
                data(chunk({"content": "a"}, usage={"prompt_tokens": 5, "completion_tokens": count}))
            )

        assert scanner.usage == Usage(5, 3)

    def test_a_model_that_writes_about_usage_fools_nobody(self) -> None:
        """Words in the text make us look, and nothing more."""
        scanner = _scanner(strip_usage=True)
        scanner.feed(data(chunk({"content": "a"})))
        block = data(
            chunk({"content": 'data: [DONE]\n\n"usage":{"prompt_tokens":9}'}),
            chunk({"content": "max_tokens"}),
            chunk({"content": "error"}),
        )

        assert scanner.feed(block) is not None
        assert scanner.usage is None
        assert scanner.error is None
        assert not scanner.ended


class TestErrors:
    @pytest.mark.parametrize(
        ("event", "leaf"),
        [
            ({"error": {"message": "m", "type": "server_error", "code": None}}, Overloaded),
            ({"error": {"message": "m", "code": "insufficient_quota"}}, OutOfCredit),
            (chunk({"content": ""}, "error", error={"code": 502, "message": "m"}), Overloaded),
            (chunk({}, x_groq={"error": "over capacity"}), Overloaded),
            (chunk({}, "error"), Overloaded),
            ({"error": {"message": "m", "code": "content_filter"}}, Blocked),
        ],
    )
    def test_an_error_event_is_kept_back(self, event: Json, leaf: type[UpstreamError]) -> None:
        """What came before it is delivered, what comes after it is not."""
        scanner = _scanner()
        said = data(chunk({"content": "a"}))

        assert scanner.feed(said + data(event) + said) == said
        assert scanner.feed(said) == b""
        assert type(scanner.error) is leaf

    def test_a_null_error_is_none(self) -> None:
        """Some write it on every chunk."""
        scanner = _scanner()
        block = data(chunk({"content": "a"}, error=None))

        assert scanner.feed(block) == block
        assert scanner.error is None


class TestEnd:
    def test_a_finish_is_no_end(self) -> None:
        """Without `[DONE]` the stream broke off; nobody dresses it up."""
        scanner = _scanner()
        scanner.feed(CHAT.replace(b"data: [DONE]\n\n", b""))

        assert not scanner.ended

    def test_what_follows_the_end_reopens_it(self) -> None:
        """The terminator is the last thing said, however the bytes were cut."""
        scanner = _scanner()
        scanner.feed(CHAT)
        scanner.feed(b": bye\n\n")
        assert scanner.ended

        scanner.feed(data(chunk({"content": "more"})))
        assert not scanner.ended
