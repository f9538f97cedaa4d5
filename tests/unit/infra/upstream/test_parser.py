import pytest

from oblivious.infra.upstream.errors import Garbage
from oblivious.infra.upstream.limits import Limits
from oblivious.infra.upstream.parser import ResponseParser

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def parsed(*pieces: bytes, head_only: bool = False, limits: Limits | None = None) -> ResponseParser:
    parser = ResponseParser(limits or Limits())
    parser.expect(head_only=head_only)
    for piece in pieces:
        parser.feed(piece)
    return parser


class TestBodies:
    @pytest.mark.parametrize(
        ("raw", "body", "keep_alive"),
        [
            pytest.param(OK + b"Content-Length: 3\r\n\r\nabc", b"abc", True, id="sized"),
            pytest.param(OK + b"Content-Length: 0\r\n\r\n", b"", True, id="empty"),
            pytest.param(CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", b"abcde", True, id="chunked"),
            pytest.param(
                CHUNKED + b'3;a=b;c="d"\r\nabc\r\n0;last\r\n\r\n', b"abc", True, id="chunk extensions"
            ),
            pytest.param(CHUNKED + b"3\r\nabc\r\n0\r\nX: 1\r\nY: 2\r\n\r\n", b"abc", True, id="trailers"),
            pytest.param(
                OK + b"Transfer-encoding: CHUNKED \r\n\r\n1\r\na\r\n0\r\n\r\n", b"a", True, id="capitals"
            ),
            pytest.param(OK + b"Connection: close\r\nContent-Length: 1\r\n\r\na", b"a", False, id="close"),
            pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", b"a", False, id="HTTP/1.0"),
            pytest.param(
                b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
                b"a",
                True,
                id="HTTP/1.0 that stays",
            ),
            pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", b"", True, id="204"),
            pytest.param(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", b"", True, id="304"),
            pytest.param(b"\r\n" + OK + b"Content-Length: 1\r\n\r\na", b"a", True, id="leading empty line"),
        ],
    )
    def test_a_framed_body_ends_by_itself(self, raw: bytes, body: bytes, keep_alive: bool) -> None:  # noqa: FBT001 - a column of the table
        """Each framing says where the body ends and whether the connection stays."""
        parser = parsed(raw)

        assert (parser.complete, b"".join(parser.body)) == (True, body)
        assert (parser.keep_alive, parser.surplus) == (keep_alive, False)

    def test_a_body_without_framing_lasts_until_the_connection_closes(self) -> None:
        """Only the end of the connection ends it."""
        parser = parsed(OK + b"\r\nabc", b"def")

        assert not parser.complete
        assert parser.end()
        assert b"".join(parser.body) == b"abcdef"

    @pytest.mark.parametrize(
        "raw",
        [
            pytest.param(OK + b"Content-Length: 3\r\n\r\nab", id="sized"),
            pytest.param(CHUNKED + b"3\r\nabc\r\n", id="chunked"),
            pytest.param(OK + b"Content-Le", id="head"),
            pytest.param(b"", id="nothing"),
        ],
    )
    def test_the_end_of_the_connection_completes_nothing_else(self, raw: bytes) -> None:
        """What said how long it is must be that long."""
        assert not parsed(*([raw] if raw else [])).end()

    def test_the_answer_to_a_head_request_has_no_body(self) -> None:
        """Its Content-Length is about another request; the connection is not used again."""
        parser = parsed(OK + b"Content-Length: 3\r\n\r\n", head_only=True)

        assert (parser.complete, parser.keep_alive) == (True, False)
        assert parser.headers == [(b"content-length", b"3")]


class TestHeads:
    def test_names_are_lower_case_and_in_order(self) -> None:
        """Doubles and empty values stay, values keep their case."""
        parser = parsed(OK + b"B: Two\r\nA:\r\nb: \xff\r\nContent-Length: 0\r\n\r\n")

        assert parser.headers == [(b"b", b"Two"), (b"a", b""), (b"b", b"\xff"), (b"content-length", b"0")]

    def test_interim_responses_are_skipped(self) -> None:
        """100, 102 and 103 come before the answer and leave nothing behind."""
        early = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        parser = parsed(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + early)
        assert (parser.begun, parser.answered) == (False, False)

        parser.feed(OK + b"Content-Length: 1\r\n\r\na")

        assert (parser.status, parser.headers) == (200, [(b"content-length", b"1")])

    def test_the_next_response_starts_clean(self) -> None:
        """Nothing of the last one is left after `expect`."""
        parser = parsed(OK + b"Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na")
        parser.body.clear()
        parser.expect(head_only=False)

        parser.feed(b"HTTP/1.1 404 No\r\n\r\nb")

        assert (parser.status, parser.headers, parser.coding) == (404, [], b"")
        assert (parser.complete, parser.body) == (False, [b"b"])


class TestRefusals:
    @pytest.mark.parametrize(
        "raw",
        [
            pytest.param(
                OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", id="length and chunked"
            ),
            pytest.param(
                OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", id="chunked and length"
            ),
            pytest.param(OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n", id="two lengths"),
            pytest.param(OK + b"Content-Length: 3, 4\r\n\r\n", id="two lengths in one field"),
            pytest.param(OK + b"Content-Length: -3\r\n\r\n", id="negative length"),
            pytest.param(OK + b"Content-Length: 99999999999999999999\r\n\r\n", id="overflowing length"),
            pytest.param(OK + b"Transfer-Encoding: gzip\r\n\r\nabc", id="not chunked"),
            pytest.param(OK + b"Transfer-Encoding: chunked, gzip\r\n\r\nabc", id="not chunked at the end"),
            pytest.param(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", id="more than chunked"),
            pytest.param(
                OK + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", id="chunked twice"
            ),
            pytest.param(CHUNKED + b"zz\r\n", id="bad chunk size"),
            pytest.param(CHUNKED + b"3\r\nabcd\r\n", id="chunk too long"),
            pytest.param(CHUNKED + b"fffffffffffffffff\r\n", id="overflowing chunk"),
            pytest.param(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", id="101"),
            pytest.param(b"HTTP/1.1 101 Switching\r\n\r\n", id="bare 101"),
            pytest.param(b"HTTP/1.1 000 No\r\n\r\n", id="status 0"),
            pytest.param(b"HTTP/2.0 200 OK\r\n\r\n", id="HTTP/2"),
            pytest.param(b"SSH-2.0-OpenSSH\r\n", id="another protocol"),
            pytest.param(OK + b"X : a\r\n\r\n", id="space before the colon"),
            pytest.param(OK + b"X: a\r\n b\r\n\r\n", id="folded field"),
            pytest.param(OK + b"X: a\0b\r\n\r\n", id="NUL"),
            pytest.param(b"HTTP/1.1 200 OK\nX: 1\n\n", id="bare LF"),
        ],
    )
    def test_what_could_be_read_in_two_ways_is_refused(self, raw: bytes) -> None:
        """Whole or byte by byte."""
        with pytest.raises(Garbage):
            parsed(raw)
        with pytest.raises(Garbage):
            parsed(*(raw[at : at + 1] for at in range(len(raw))))

    @pytest.mark.parametrize(
        ("pieces", "limits"),
        [
            pytest.param([OK + b"X: " + b"a" * 200], Limits(header_bytes=100), id="endless field"),
            pytest.param([OK + b"X: " + b"a" * 200 + b"\r\n\r\n"], Limits(header_bytes=100), id="long head"),
            pytest.param([b"HTTP/1.1 100 C\r\n\r\n" * 9], Limits(header_bytes=100), id="endless interim"),
            pytest.param([b"\r\n" * 99], Limits(header_bytes=100), id="endless empty lines"),
            pytest.param([OK + b"X: 1\r\n" * 9 + b"\r\n"], Limits(head_lines=8), id="many fields"),
            pytest.param(
                [CHUNKED, *[b"0\r\nX: " if not n else b"a" * 9 for n in range(20)]],
                Limits(header_bytes=100),
                id="endless trailer",
            ),
            pytest.param(
                [CHUNKED, b"3;", *[b"x" * 9] * 20], Limits(header_bytes=100), id="endless extension"
            ),
        ],
    )
    def test_what_does_not_end_is_cut_off(self, pieces: list[bytes], limits: Limits) -> None:
        """Nothing that carries no content may grow without bound."""
        with pytest.raises(Garbage):
            parsed(*pieces, limits=limits)

    def test_a_long_body_is_not_a_long_head(self) -> None:
        """The limit is on the head, however much comes with it."""
        parser = parsed(OK + b"Content-Length: 500\r\n\r\n" + b"a" * 500, limits=Limits(header_bytes=100))

        assert parser.complete


class TestSurplus:
    @pytest.mark.parametrize(
        "extra",
        [
            pytest.param(OK + b"Content-Length: 4\r\n\r\nEVIL", id="a whole response"),
            pytest.param(b"H", id="the start of one"),
            pytest.param(b"xyz", id="garbage"),
        ],
    )
    @pytest.mark.parametrize("connection", [b"keep-alive", b"close"])
    def test_nothing_after_the_end_is_read(self, extra: bytes, connection: bytes) -> None:
        """It marks the connection as spoilt and does not touch the response."""
        head = OK + b"Connection: " + connection + b"\r\nContent-Length: 3\r\n\r\nabc"
        parser = parsed(head + extra)

        assert (parser.complete, parser.surplus) == (True, True)
        assert (parser.status, b"".join(parser.body), len(parser.headers)) == (200, b"abc", 2)
