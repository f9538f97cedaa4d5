"""Streams of chat completions as vendors really write them: read, and passed on, with nothing lost."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from oblivious.adapters.chat.parts import Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.face import NO_EDITS
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.dialects.reshaping import Gathering
from oblivious.adapters.dialects.ways import TranslatedWay
from oblivious.adapters.registry import CLIENTS, FACES, UPSTREAMS
from oblivious.contracts.errors import (
    BrokeOff,
    OutOfCredit,
    Overloaded,
    Refused,
    UpstreamError,
    UpstreamRateLimited,
)
from oblivious.contracts.usage import Usage
from tests.fakes.events import USAGE, chunk, data, parsed

Json = dict[str, Any]
DONE = b"data: [DONE]\n\n"
STOP = data(chunk({}, "stop"))
HEL, LO = data(chunk({"content": "Hel"})), data(chunk({"content": "lo"}))
TOLD: dict[str, Any] = {"usage": USAGE}


def call(arguments: Any = None, name: str | None = None, **members: Any) -> Json:
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    return chunk({"tool_calls": [{"type": "function", **members, "function": function}]})


@dataclass(frozen=True)
class Rough:
    """What a vendor sends, and what it means."""

    sent: bytes
    text: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    finish: Finish = Finish.STOP
    usage: Usage | None = None
    thoughts: str = ""


_COUNTED = Usage(11, 7)
_A, _B = ("a", '{"x":1}'), ("b", "{}")

STREAMS = {
    "no [DONE]": Rough(HEL + LO + STOP, "Hello"),
    "no [DONE], but usage": Rough(
        HEL + LO + STOP + data({**chunk(), "choices": [], **TOLD}), "Hello", usage=_COUNTED
    ),
    "no [DONE], and no blank line": Rough(HEL + LO + STOP.rstrip(), "Hello"),
    "no [DONE], and sources that are long": Rough(
        HEL
        + data(
            chunk({"content": "lo"}, "stop", search_results=[{"url": "u", "snippet": "x" * 9000}], **TOLD)
        ),
        "Hello",
        usage=_COUNTED,
    ),
    "usage with the last words": Rough(
        HEL + data(chunk({"content": "lo"}, "stop", **TOLD)) + DONE, "Hello", usage=_COUNTED
    ),
    "usage beside an empty choice": Rough(
        HEL + LO + STOP + data(chunk({"content": ""}, **TOLD)) + DONE, "Hello", usage=_COUNTED
    ),
    "usage in the choice": Rough(
        HEL
        + LO
        + data({**chunk(), "choices": [{"index": 0, "delta": {}, "finish_reason": "stop", **TOLD}]})
        + DONE,
        "Hello",
        usage=_COUNTED,
    ),
    "usage on every chunk": Rough(
        data(chunk({"content": "Hel"}, usage={**USAGE, "completion_tokens": 1}))
        + data(chunk({"content": "lo"}, "stop", **TOLD))
        + DONE,
        "Hello",
        usage=_COUNTED,
    ),
    "the role repeated": Rough(
        data(*(chunk({"role": "assistant", "content": text}) for text in ("Hel", "lo")), chunk({}, "stop"))
        + DONE,
        "Hello",
    ),
    "null for what is not said": Rough(
        data(chunk({"role": "assistant", "content": None, "tool_calls": None, "reasoning_content": "hm"}))
        + data(chunk({"content": "Hello", "reasoning_content": None, "refusal": None}))
        + STOP
        + DONE,
        "Hello",
        thoughts="hm",
    ),
    "a finish that is empty until the end": Rough(
        data(chunk({"content": "Hello"}, ""), chunk({}, ""), chunk({}, "stop")) + DONE, "Hello"
    ),
    "a finish that is repeated": Rough(
        HEL + LO + STOP + STOP + data(chunk({"content": ""}, "stop")) + DONE, "Hello"
    ),
    "no finish at all": Rough(HEL + LO + DONE, "Hello"),
    "the whole message at the end": Rough(
        HEL
        + LO
        + data({"choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "Hello"}}], **TOLD})
        + DONE,
        "Hello",
        usage=_COUNTED,
    ),
    "the whole message only": Rough(
        data({"choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "Hello"}}]}) + DONE,
        "Hello",
    ),
    "no index of the choice": Rough(
        data({"choices": [{"delta": {"content": "Hello"}, "finish_reason": "stop"}]}) + DONE, "Hello"
    ),
    "calls without index": Rough(
        data(
            call('{"x":', "a", id="c1"),
            call("1}", id="c1"),
            call("{}", "b", id="c2"),
            chunk({}, "tool_calls"),
        )
        + DONE,
        calls=[_A, _B],
        finish=Finish.TOOL_CALLS,
    ),
    "calls without index, told on without id": Rough(
        data(call('{"x":', "a", id="c1"), call("1}"), call("{}", "b", id="c2"), chunk({}, "tool_calls"))
        + DONE,
        calls=[_A, _B],
        finish=Finish.TOOL_CALLS,
    ),
    "whole calls with neither index nor id": Rough(
        data(call('{"x":1}', "a"), call("{}", "b"), chunk({}, "stop")) + DONE,
        calls=[_A, _B],
        finish=Finish.TOOL_CALLS,
    ),
    "whole calls in one chunk, arguments as objects": Rough(
        data(
            chunk(
                {
                    "tool_calls": [
                        {"function": {"name": "a", "arguments": {"x": 1}}},
                        {"function": {"name": "b", "arguments": {}}},
                    ]
                },
                "stop",
            )
        )
        + DONE,
        calls=[_A, _B],
        finish=Finish.TOOL_CALLS,
    ),
    "an empty custom call beside every call": Rough(
        data(
            call('{"x":', "a", id="c1", index=0, custom={"name": "", "input": ""}),
            call("1}", "", index=0, custom={"name": "", "input": ""}),
            chunk({"function_call": {"name": "", "arguments": ""}, "audio": {"data": ""}}, "tool_calls"),
        )
        + DONE,
        calls=[_A],
        finish=Finish.TOOL_CALLS,
    ),
    "a call of old": Rough(
        data(
            *(chunk({"function_call": piece}) for piece in ({"name": "a"}, {"arguments": '{"x":1}'})),
            chunk({}, "function_call"),
        )
        + DONE,
        calls=[_A],
        finish=Finish.TOOL_CALLS,
    ),
    "thoughts in details only": Rough(
        data(chunk({"reasoning_details": [{"type": "reasoning.text", "text": "hm", "index": 0}]}))
        + HEL
        + LO
        + STOP
        + DONE,
        "Hello",
        thoughts="hm",
    ),
    "the same index for every call": Rough(
        data(
            call('{"x":1}', "a", id="c1", index=0),
            call("{", "b", id="c2", index=0),
            call("}", index=0),
            chunk({}, "tool_calls"),
        )
        + DONE,
        calls=[_A, _B],
        finish=Finish.TOOL_CALLS,
    ),
    "another id for every piece of a call": Rough(
        data(call("", "a", id="c1", index=0), call('{"x":', id="c2", index=0), call("1}", id="c3", index=0))
        + STOP
        + DONE,
        calls=[_A],
        finish=Finish.TOOL_CALLS,
    ),
    "id and name repeated": Rough(
        data(*(call(piece, "a", id="c1", index=0) for piece in ("", '{"x":', "1}"))) + STOP + DONE,
        calls=[_A],
        finish=Finish.TOOL_CALLS,
    ),
    "comments between, and before": Rough(
        b": keep-alive\n\n: x\n\n" + HEL + b": PROCESSING\n\n" + LO + STOP + DONE, "Hello"
    ),
    "names, ids and retries": Rough(
        b"retry: 5\n\n" + b"event: message\nid: 1\n" + HEL + b"id: 2\n" + LO + STOP + DONE, "Hello"
    ),
    "no blank behind the colon": Rough((HEL + LO + STOP + DONE).replace(b"data: ", b"data:"), "Hello"),
    "CRLF": Rough((HEL + LO + STOP + DONE).replace(b"\n", b"\r\n"), "Hello"),
    "CR": Rough((HEL + LO + STOP + DONE).replace(b"\n", b"\r"), "Hello"),
    "line ends of all kinds": Rough(
        HEL.replace(b"\n", b"\r\n")
        + LO
        + b"\r\n"
        + STOP.replace(b"\n", b"\r")
        + b"\n"
        + DONE.replace(b"\n", b"\r\n"),
        "Hello",
    ),
    "a mark of byte order": Rough(b"\xef\xbb\xbf" + HEL + LO + STOP + DONE, "Hello"),
    "blank lines before it begins": Rough(b"\n\n\n" + HEL + LO + STOP + DONE, "Hello"),
}
"""By what is rough about it: seen at vendors and local servers up to 2026-11."""

BROKEN: dict[str, tuple[bytes, type[UpstreamError]]] = {
    "an error object": (data({"error": {"message": "busy", "type": "server_error"}}), Overloaded),
    "an error beside choices": (
        data(chunk({}, error={"code": 429, "message": "slow down"})),
        UpstreamRateLimited,
    ),
    "an error that is a text": (data({"error": "out of memory"}), Overloaded),
    "an error as the finish": (data(chunk({}, "error")), Overloaded),
    "an error at the top": (
        data({"object": "error", "message": "too long", "type": "BadRequestError", "code": 400}),
        Refused,
    ),
    "an error at the top with a vendor's number": (
        data({"code": 50505, "message": "Model service overloaded.", "data": None}),
        Overloaded,
    ),
    "an error of Groq's": (data(chunk({}, x_groq={"error": "boom"})), Overloaded),
    "MiniMax has no money": (
        data({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}),
        OutOfCredit,
    ),
    "MiniMax is asked too fast": (
        data({"choices": None, "base_resp": {"status_code": 1002, "status_msg": "rate limit"}}),
        UpstreamRateLimited,
    ),
    "an end at once": (b"", BrokeOff),
    "an end after a promise": (data(chunk({"role": "assistant"})), BrokeOff),
    "bare JSON": (b'{"error": {"message": "busy", "type": "server_error"}}\n\n', Overloaded),
}
"""By how a vendor says that it failed, although it answered 200."""

BROKEN_LATER = [
    data({"error": {"message": "busy", "type": "server_error"}}),
    data(chunk({"content": ""}, error={"message": "busy", "code": 502})),
    data(chunk({}, "error")),
    data({"object": "error", "message": "busy", "type": "InternalServerError", "code": 500}),
]

_STEPS = pytest.mark.parametrize("step", [7, 1_000_000], ids=["in pieces", "at once"])


def _fed(stream: Stream, sent: bytes, step: int) -> bytes:
    return b"".join(stream.feed(sent[at : at + step]) for at in range(0, len(sent), step)) + stream.finish()


def _scanner() -> Stream:
    face = FACES["openai_chat"]
    body = json.dumps({"model": "m", "stream": True, "messages": [{}]}).encode()
    return face.scanner(face.envelope(CHAT, body), NO_EDITS)


def _gathering() -> Gathering:
    plan = ClientPlan(ChatRequest(origin="openai_chat", model="m", turns=()))
    chat = "openai_chat"
    return Gathering(TranslatedWay(FACES[chat], CLIENTS[chat], plan, UPSTREAMS[chat], UpstreamPlan()))


@_STEPS
@pytest.mark.parametrize("rough", STREAMS.values(), ids=STREAMS)
class TestARoughStream:
    def test_it_is_read(self, rough: Rough, step: int) -> None:
        """Words, thoughts, calls, why it ended and what it used."""
        gathering = _gathering()
        _fed(gathering.stream, rough.sent, step)
        said, body = gathering.whole()
        assert said.error is None
        answer = UPSTREAMS["openai_chat"].read_response(body, UpstreamPlan())
        assert not isinstance(answer, UpstreamError)
        (choice,) = answer.choices

        assert "".join(part.text for part in choice.parts if isinstance(part, Text)) == rough.text
        assert "".join(part.text for part in choice.parts if isinstance(part, Reasoning)) == rough.thoughts
        assert [
            (part.name, part.arguments) for part in choice.parts if isinstance(part, ToolCall)
        ] == rough.calls
        assert (choice.finish, said.usage) == (rough.finish, rough.usage)

    def test_it_passes(self, rough: Rough, step: int) -> None:
        """In its own dialect nothing changes, but that it has an end."""
        scanner = _scanner()
        down = _fed(scanner, rough.sent, step)
        events = parsed(down)

        assert (scanner.error, scanner.ended, scanner.usage) == (None, True, rough.usage)
        assert events == parsed(rough.sent) + ([] if b"[DONE]" in rough.sent else [("", "[DONE]")])


@_STEPS
@pytest.mark.parametrize(("sent", "leaf"), BROKEN.values(), ids=BROKEN)
def test_a_failure_is_seen(sent: bytes, leaf: type[UpstreamError], step: int) -> None:
    """Although the status said that all is well; what follows does not count."""
    read, passed = _gathering().stream, _scanner()
    _fed(read, sent + DONE, step)
    _fed(passed, sent + DONE, step)

    assert [type(read.error), type(passed.error)] == [leaf, leaf]
    assert (read.ended, passed.ended) == (False, False)


@_STEPS
@pytest.mark.parametrize("sent", BROKEN_LATER, ids=range(len(BROKEN_LATER)))
def test_a_failure_after_words_is_seen(sent: bytes, step: int) -> None:
    """Then it is the last that the client hears."""
    read, passed = _gathering().stream, _scanner()
    _fed(read, HEL + sent + DONE, step)
    down = _fed(passed, HEL + sent + DONE, step)

    assert [type(read.error), type(passed.error)] == [Overloaded, Overloaded]
    assert down == HEL


@pytest.mark.parametrize(
    "sent", [b"", HEL, HEL + LO, data(chunk({"content": "x"}, "")), HEL + STOP[:-9]], ids=range(5)
)
def test_without_a_finish_it_has_no_end(sent: bytes) -> None:
    """Then it broke off."""
    read, passed = _gathering().stream, _scanner()
    _fed(read, sent, 7)
    _fed(passed, sent, 7)

    assert not read.ended
    assert not passed.ended


def test_every_choice_must_have_ended() -> None:
    """One of two is not all of them."""
    face = FACES["openai_chat"]
    body = json.dumps({"model": "m", "stream": True, "n": 2, "messages": [{}]}).encode()
    scanner = face.scanner(face.envelope(CHAT, body), NO_EDITS)
    second = {
        **chunk({"content": "x"}),
        "choices": [{"index": 1, "delta": {"content": "x"}, "finish_reason": None}],
    }
    _fed(scanner, HEL + data(second) + STOP, 7)

    assert not scanner.ended
