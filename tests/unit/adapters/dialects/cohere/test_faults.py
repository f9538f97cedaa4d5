import json

import pytest

from oblivious.adapters.dialects.cohere.faults import fault_in, read_fault
from oblivious.contracts.errors import (
    BadCredential,
    Blocked,
    Garbled,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    Refused,
    TimedOut,
    TooLong,
    UpstreamError,
    UpstreamRateLimited,
)


@pytest.mark.parametrize(
    ("status", "message", "leaf"),
    [
        (400, "invalid request: temperature must be between 0 and 1.0 inclusive.", Refused),
        (400, "too many tokens: total number of tokens in the prompt cannot exceed 4081", TooLong),
        (400, "too many tokens: size limit exceeded by 11326 tokens.", TooLong),
        (400, "too many tokens: max tokens must be less than or equal to 4096", Refused),
        (401, "invalid api token", BadCredential),
        (402, "Please add or update your payment method", OutOfCredit),
        (403, "forbidden", BadCredential),
        (404, "model 'xyz' not found, make sure the correct model ID was used", ModelMissing),
        (404, "404 page not found", Garbled),
        (422, "unprocessable", Refused),
        (
            429,
            "You are past the per minute request limit, please wait and try again later.",
            UpstreamRateLimited,
        ),
        (498, "the request contains a deny-listed token", Blocked),
        (499, "request cancelled", Overloaded),
        (500, "internal server error", Overloaded),
        (503, "no capacity", Overloaded),
        (504, "timed out", TimedOut),
    ],
    ids=str,
)
def test_a_status_finds_its_leaf(status: int, message: str, leaf: type[UpstreamError]) -> None:
    """With Cohere's words, and its own body where it judged the request."""
    body = json.dumps({"id": "r1", "message": message}).encode()
    error = read_fault(status, [], body)

    assert type(error) is leaf
    assert (error.message, error.upstream_status) == (message, status)
    assert (error.body == body) is issubclass(leaf, Refused)


def test_a_deny_listed_word_without_words() -> None:
    """The status says enough."""
    error = read_fault(498, [(b"retry-after", b"1")], b"<html>")

    assert type(error) is Blocked


def test_an_answer_may_be_an_error() -> None:
    """Its message is a text then, not an object."""
    fault = fault_in({"message": "too many tokens"})

    assert fault is not None
    assert fault.message == "too many tokens"
    assert fault_in({"message": {"role": "assistant"}}) is None
