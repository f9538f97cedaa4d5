"""Which browsers may call."""

import pytest

from oblivious.gateway.routes.cors import Cors

ORIGIN = (b"origin", b"https://app.example")


def allowed(cors: Cors, *headers: tuple[bytes, bytes]) -> bytes | None:
    return dict(cors.for_answer(list(headers))).get(b"access-control-allow-origin")


class TestCors:
    def test_off_unless_an_origin_is_listed(self) -> None:
        """The default trusts no browser."""
        assert not Cors(()).enabled

    @pytest.mark.parametrize(
        ("origins", "expected"),
        [
            (("https://app.example",), b"https://app.example"),
            (("*",), b"*"),
            (("https://other.example",), None),
        ],
    )
    def test_an_origin_is_answered_if_it_is_listed(
        self, origins: tuple[str, ...], expected: bytes | None
    ) -> None:
        """A star stands for all."""
        assert allowed(Cors(origins), ORIGIN) == expected

    def test_no_origin_no_headers(self) -> None:
        """Programs that are no browsers see nothing of it."""
        assert allowed(Cors(("*",))) is None

    def test_a_preflight_gets_back_the_headers_it_asks_for(self) -> None:
        """SDKs in browsers send many of their own."""
        answer = dict(
            Cors(("*",)).for_preflight(
                dict([ORIGIN, (b"access-control-request-headers", b"x-api-key, x-own")])
            )
        )

        assert answer[b"access-control-allow-headers"] == b"x-api-key, x-own"
        assert b"POST" in answer[b"access-control-allow-methods"]
