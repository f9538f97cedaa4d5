"""What failed inquiries are called."""

import httpx
import pytest

from oblivious.channels.inquiries.failures import refused, unanswered, unreadable
from oblivious.contracts.errors import (
    BadCredential,
    BrokeOff,
    Garbled,
    OutOfCredit,
    Overloaded,
    Refused,
    TimedOut,
    Unreachable,
    UpstreamError,
    UpstreamRateLimited,
)

SECRET = "a-key-of-no-known-shape"


class TestUnanswered:
    @pytest.mark.parametrize(
        ("error", "leaf"),
        [
            (httpx.ConnectTimeout(""), Unreachable),
            (httpx.ConnectError(""), Unreachable),
            (httpx.PoolTimeout(""), Unreachable),
            (httpx.ProxyError(""), Unreachable),
            (httpx.UnsupportedProtocol(""), Unreachable),
            (httpx.ReadTimeout(""), TimedOut),
            (httpx.WriteTimeout(""), TimedOut),
            (httpx.ReadError(""), BrokeOff),
            (httpx.RemoteProtocolError(""), BrokeOff),
        ],
        ids=lambda value: getattr(value, "__name__", type(value).__name__),
    )
    def test_it_has_a_leaf(self, error: httpx.TransportError, leaf: type[UpstreamError]) -> None:
        """Its own words may name addresses and headers; they are not told."""
        error.args = (f"Illegal header value {SECRET}",)
        told = unanswered(error)

        assert type(told) is leaf
        assert SECRET not in str(told)


class TestRefused:
    @pytest.mark.parametrize(
        ("status", "body", "leaf"),
        [
            (401, b'{"error":{"message":"Incorrect API key provided"}}', BadCredential),
            (403, b"<html>no</html>", BadCredential),
            (402, b"{}", OutOfCredit),
            (429, b'{"error":{"message":"slow down"}}', UpstreamRateLimited),
            (503, b"", Overloaded),
            (400, b'{"error":{"message":"pageSize is too large"}}', Refused),
            (301, b"", Garbled),
            (404, b'{"error":{"message":"The resource /v1/models was not found","type":"x"}}', Garbled),
            (405, b'{"detail":"Method Not Allowed"}', Garbled),
        ],
    )
    def test_the_status_is_read_as_elsewhere(
        self, status: int, body: bytes, leaf: type[UpstreamError]
    ) -> None:
        """But for a path that is not there: no model is missing then."""
        told = refused(status, [], body, SECRET)

        assert type(told) is leaf
        assert told.upstream_status == status

    def test_when_to_come_back_is_kept(self) -> None:
        """Whoever asks on a schedule needs it."""
        assert refused(429, [(b"retry-after", b"7")], b"", SECRET).retry_after_ms == 7_000

    @pytest.mark.parametrize("status", [400, 401, 500])
    def test_a_key_that_is_told_back_is_hidden(self, status: int) -> None:
        """In the message and in the body."""
        told = refused(status, [], b'{"error":{"message":"no: %b"}}' % SECRET.encode(), SECRET)

        assert told.message == "no: [secret]"
        assert SECRET.encode() not in (told.body or b"")

    def test_without_a_key_nothing_is_hidden(self) -> None:
        """An empty key stands everywhere."""
        assert refused(400, [], b'{"error":{"message":"no"}}', "").message == "no"


class TestUnreadable:
    @pytest.mark.parametrize(
        ("body", "leaf", "words"),
        [
            (b'{"error":{"code":"invalid_api_key","message":"bad key"}}', BadCredential, "bad key"),
            (b'{"message":"Insufficient Balance","data":null}', OutOfCredit, "Insufficient Balance"),
            (b'{"error":{"message":"%b?"}}' % SECRET.encode(), Overloaded, "[secret]?"),
            (b'{"message":"","data":null}', Garbled, "the provider's answer is not what was asked for"),
            (b"<html>hello</html>", Garbled, "the provider's answer is not what was asked for"),
        ],
        ids=["a code", "a sentence", "unknown words", "no words", "a page"],
    )
    def test_errors_of_a_good_status(self, body: bytes, leaf: type[UpstreamError], words: str) -> None:
        """What they say counts; else the answer is garbage."""
        told = unreadable(200, body, SECRET)

        assert (type(told), told.message) == (leaf, words)
