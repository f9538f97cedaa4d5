"""What chat completions say although their status was a success."""

import json

import pytest

from oblivious.adapters.dialects.openai_chat.answer import read_answer
from oblivious.adapters.dialects.openai_chat.faults import MINIMAX, fault_in
from oblivious.adapters.dialects.openai_chat.stream import ChatReader
from oblivious.adapters.dialects.scanner import Scanner
from oblivious.contracts.errors import (
    BadCredential,
    Blocked,
    Garbled,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    Refused,
    TimedOut,
    UpstreamError,
    UpstreamRateLimited,
)
from oblivious.contracts.usage import Usage
from tests.fakes.events import USAGE, Json, chunk, data

_LEAVES: dict[int, type[UpstreamError]] = {
    1001: TimedOut,
    1002: UpstreamRateLimited,
    1004: BadCredential,
    1008: OutOfCredit,
    1026: Blocked,
    1027: Blocked,
    1039: UpstreamRateLimited,
    1041: UpstreamRateLimited,
    1042: Refused,
    2013: Refused,
    2045: UpstreamRateLimited,
    2049: BadCredential,
    2056: UpstreamRateLimited,
    2061: ModelMissing,
    1000: Overloaded,
    99: Overloaded,
}


ANY: Json = {}


def base(number: object, said: object = "why") -> Json:
    return {"choices": None, "base_resp": {"status_code": number, "status_msg": said}}


def test_every_number_is_tried() -> None:
    """Each of the table has its leaf here."""
    assert MINIMAX.keys() <= _LEAVES.keys()


@pytest.mark.parametrize(("number", "leaf"), _LEAVES.items())
def test_minimax_has_numbers(number: int, leaf: type[UpstreamError]) -> None:
    """Whole answers and chunks say it alike."""
    body = json.dumps(base(number)).encode()

    assert type(fault_in(base(number), body)) is leaf
    assert type(read_answer(body).error) is leaf


@pytest.mark.parametrize(
    "answer",
    [
        {"choices": [ANY], "base_resp": {"status_code": 0, "status_msg": ""}, "usage": USAGE},
        {"choices": [ANY], "base_resp": None, "usage": USAGE},
        {"choices": [ANY], "base_resp": {"status_code": None}, "usage": USAGE},
        {"choices": [ANY], "base_resp": "odd", "usage": USAGE},
        {"choices": [ANY], "message": "welcome", "usage": USAGE},
        {"data": [ANY], "message": "", "usage": USAGE},
        {"data": [ANY], "message": 5, "usage": USAGE},
        {"choices": [ANY], "errors": [{"message": "m"}], "usage": USAGE},
        {"data": [ANY], "errors": [], "usage": USAGE},
    ],
    ids=[
        *("zero", "null", "no number", "no object", "beside choices", "empty", "no text"),
        *("a list beside choices", "an empty list"),
    ],
)
def test_an_answer_is_no_failure(answer: Json) -> None:
    """Whatever else it has."""
    read = read_answer(json.dumps(answer).encode())

    assert (read.error, read.usage) == (None, Usage(11, 7))


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"choices": null, "usage": {"prompt_tokens": 1}}',
        '{"choices": [ ]}',
        '{"data": [], "results": {}}',
        '{"code": 10013, "msg": "busy", "success": false}',
        '{"status": "queued"}',
        '{"detail": "Service Unavailable"}',
    ],
)
def test_what_holds_no_answer_is_none(body: str) -> None:
    """The road may ask elsewhere: a client would look in vain for what it asked."""
    assert type(read_answer(body.encode()).error) is Garbled


@pytest.mark.parametrize(
    ("answer", "leaf"),
    [
        ({"errors": [{"code": 3040, "message": "full"}], "success": False}, Overloaded),
        ({"errors": [{}, {"code": 3036, "message": "used up"}]}, UpstreamRateLimited),
        ({"error": {"message": "m"}, "status_code": 429}, UpstreamRateLimited),
        ({"error": {"message": "m", "status_code": 400}}, Refused),
        ({"error": {"message": "m", "code": 401, "status_code": 400}}, BadCredential),
    ],
    ids=["Cloudflare", "Cloudflare, a second one", "Cerebras", "Groq", "a code that is a status"],
)
def test_what_others_say_with_a_success(answer: Json, leaf: type[UpstreamError]) -> None:
    """Whole answers and chunks say it alike, whenever they come."""
    body = json.dumps(answer).encode()
    scanner = Scanner(ChatReader(strip_usage=False, model=None))
    scanner.feed(data(chunk({"content": "a"})))
    scanner.feed(data(answer))

    assert type(read_answer(body).error) is leaf
    assert type(scanner.error) is leaf


def test_words_that_are_none_are_missing() -> None:
    """The number says enough."""
    error = fault_in(base(1002, 5), b"{}")

    assert isinstance(error, UpstreamRateLimited)
    assert error.message == "the provider gave no reason"


@pytest.mark.parametrize("reason", ["error", "network_error", "insufficient_system_resource", "abort"])
def test_an_end_that_is_a_failure_is_one(reason: str) -> None:
    answer = {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    assert isinstance(fault_in(answer, b""), Overloaded)
    assert fault_in({"choices": [{"index": 0, "delta": {}, "finish_reason": {"any": 1}}]}, b"") is None
