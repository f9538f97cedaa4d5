import json
from itertools import pairwise
from typing import Any

import pytest

from oblivious.adapters.dialects.face import NO_EDITS, Edits
from oblivious.adapters.dialects.gemini.endpoints import GENERATE_CONTENT
from oblivious.adapters.dialects.gemini.face import Gemini
from oblivious.adapters.dialects.passing import Stream
from oblivious.contracts.errors import Garbled, Overloaded
from oblivious.contracts.usage import Usage

Json = dict[str, Any]


def _chunk(text: str | None, finish: str | None = None, **members: object) -> Json:
    candidate: Json = {"index": 0}
    if text is not None:
        candidate["content"] = {"parts": [{"text": text}], "role": "model"}
    if finish is not None:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "modelVersion": "up-001", "responseId": "r", **members}


def _used(prompt: int, said: int, thought: int = 0) -> Json:
    told = {"promptTokenCount": prompt, "candidatesTokenCount": said, "totalTokenCount": prompt + said}
    return {"usageMetadata": told | ({"thoughtsTokenCount": thought} if thought else {})}


def _data(*chunks: Json) -> bytes:
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\r\n\r\n" for chunk in chunks)


_STREAM = _data(
    _chunk("Hel", **_used(11, 1)),
    _chunk("lo", **_used(11, 2, 5)),
    _chunk("", "STOP", **_used(11, 7, 5)),
)
_BROKEN = {"error": {"code": 503, "message": "m", "status": "UNAVAILABLE"}}


def _scanner(edits: Edits = NO_EDITS) -> Stream:
    face = Gemini()
    envelope = face.envelope_at(GENERATE_CONTENT, b'{"contents":[{}]}', "mine", stream=True)
    return face.scanner(envelope, edits)


class TestEnd:
    def test_a_stream_passes_as_it_is(self) -> None:
        """And ends with its bytes, not before: usage may follow a finish reason."""
        scanner = _scanner()

        assert scanner.feed(_STREAM) == _STREAM
        ended_early = scanner.ended
        assert scanner.finish() == b""
        assert (ended_early, scanner.ended) == (False, True)
        assert scanner.usage == Usage(11, 12, reasoning_tokens=5)

    def test_an_early_stop_is_no_end(self) -> None:
        """Chunks that follow it pass, and their usage counts."""
        scanner = _scanner()
        stream = _data(_chunk("a", "STOP"), _chunk("b", "STOP", **_used(3, 4)))

        assert scanner.feed(stream) + scanner.finish() == stream
        assert scanner.ended
        assert scanner.usage == Usage(3, 4)

    def test_a_stream_without_a_finish_reason_broke_off(self) -> None:
        """Its usage lags behind, so that the output is an estimate."""
        scanner = _scanner()
        scanner.feed(_data(_chunk("x" * 400, **_used(11, 1))))
        scanner.finish()

        assert not scanner.ended
        assert scanner.usage is not None
        assert scanner.usage.estimated
        assert scanner.usage.output_tokens == pytest.approx(100, abs=5)

    def test_a_last_chunk_without_its_blank_line_counts(self) -> None:
        """Some servers close at once."""
        scanner = _scanner()
        out = scanner.feed(_STREAM.rstrip(b"\r\n")) + scanner.finish()

        assert out.rstrip() == _STREAM.rstrip()
        assert scanner.ended

    def test_a_blocked_prompt_is_an_answer(self) -> None:
        """It has no candidates, and nothing follows."""
        scanner = _scanner()
        scanner.feed(_data({"promptFeedback": {"blockReason": "SAFETY"}, **_used(11, 0)}))
        scanner.finish()

        assert scanner.committed
        assert scanner.ended


class TestCommit:
    @pytest.mark.parametrize(
        ("chunk", "commits"),
        [
            (_used(11, 0), False),
            ({"candidates": [{"content": {"role": "model"}}]}, False),
            (_chunk(""), False),
            (_chunk("a"), True),
            ({"candidates": [{"content": {"parts": [{"text": "", "thoughtSignature": "s"}]}}]}, True),
            ({"candidates": [{"content": {"parts": [{"functionCall": {"name": "f"}}]}}]}, True),
            (_chunk(None, "SAFETY"), True),
        ],
    )
    def test_a_chunk_that_says_something_commits(self, chunk: Json, *, commits: bool) -> None:
        """Counts and empty text only promise it."""
        scanner = _scanner()
        scanner.feed(_data(chunk))

        assert scanner.committed is commits


class TestModel:
    def test_a_mapped_model_comes_back_as_the_client_wrote_it(self) -> None:
        """In every chunk, and nothing else changes."""
        scanner = _scanner(Edits(model="up"))

        assert scanner.feed(_STREAM) == _STREAM.replace(b'"up-001"', b'"mine"')

    def test_words_that_look_like_it_stay(self) -> None:
        """Only the member at the top is the model's name."""
        scanner = _scanner(Edits(model="up"))
        out = scanner.feed(_data(_chunk('"modelVersion": "up-001"')))

        assert json.loads(out.removeprefix(b"data: ")) == _chunk(
            '"modelVersion": "up-001"', modelVersion="mine"
        )


class TestErrors:
    @pytest.mark.parametrize(
        "event",
        [
            _data(_BROKEN),
            b"data: [" + json.dumps(_BROKEN).encode() + b"]\r\n\r\n",
            json.dumps(_BROKEN).encode(),
        ],
        ids=["data", "a list", "bare"],
    )
    def test_an_early_error_can_be_hidden(self, event: bytes) -> None:
        """The road tries another channel."""
        scanner = _scanner()
        out = scanner.feed(_data(_used(1, 0))) + scanner.feed(event) + scanner.finish()

        assert out == _data(_used(1, 0))
        assert isinstance(scanner.error, Overloaded)
        assert not scanner.ended

    def test_a_late_error_is_kept_back(self) -> None:
        """We say it in our own words."""
        scanner = _scanner()

        assert scanner.feed(_data(_chunk("a"), _BROKEN, _chunk("b"))) == _data(_chunk("a"))
        assert isinstance(scanner.error, Overloaded)

    def test_garbage_before_the_commit_point_can_be_hidden(self) -> None:
        """After it, the client may make sense of it."""
        early, late = _scanner(), _scanner()
        early.feed(b"data: <html>\r\n\r\n")
        late.feed(_STREAM)

        assert isinstance(early.error, Garbled)
        assert late.feed(b"data: odd\r\n\r\n") == b"data: odd\r\n\r\n"

    def test_an_imitators_terminator_is_kept_back(self) -> None:
        """Clients of this dialect take everything for JSON."""
        scanner = _scanner()

        assert scanner.feed(_STREAM + b"data: [DONE]\r\n\r\n") == _STREAM
        assert scanner.feed(b"data: [DONE]\n\n") == scanner.finish() == b""
        assert (scanner.error, scanner.ended) == (None, True)


class TestCuts:
    def test_however_the_network_cuts(self) -> None:
        """The same bytes and facts come out."""
        for edits in (NO_EDITS, Edits(model="up")):
            whole = _facts([_STREAM], edits)
            for cut in range(len(_STREAM)):
                assert _facts([_STREAM[:cut], _STREAM[cut:]], edits) == whole
            assert _facts([_STREAM[a:b] for a, b in pairwise(range(len(_STREAM) + 1))], edits) == whole

    def test_delivered_text_is_estimated(self) -> None:
        """About a token for four bytes of text."""
        scanner = _scanner()
        for _ in range(2_000):
            scanner.feed(_data(_chunk("word")))

        assert 2_000 * 0.9 < scanner.delivered_tokens() < 2_000 * 1.2


def _facts(pieces: list[bytes], edits: Edits) -> tuple[object, ...]:
    scanner = _scanner(edits)
    out = b"".join([*map(scanner.feed, pieces), scanner.finish()])
    return out, scanner.committed, scanner.ended, type(scanner.error), scanner.usage
