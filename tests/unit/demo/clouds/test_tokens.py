from base64 import urlsafe_b64encode
from time import time
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from oblivious.demo.behaviour import PLAIN
from oblivious.demo.clouds.tokens import TOKENS, made, outlived
from oblivious.demo.mint import Mint
from oblivious.demo.wire.request import Request

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def part(members: object) -> str:
    return urlsafe_b64encode(msgspec.json.encode(members)).decode().rstrip("=")


def assertion(alg: str = "RS256", **claims: Any) -> str:
    whole = {"iss": "a@b", "scope": "s", "aud": "u", "exp": time() + 60, **claims}
    return f"{part({'alg': alg})}.{part(whole)}.{part('signature')}"


def asked(form: dict[str, str], **query: str) -> tuple[int, Any]:
    request = Request("POST", "/token", {}, urlencode(form).encode(), query=query)
    reply = TOKENS.reply(request, PLAIN, Mint())
    return reply.status, msgspec.json.decode(reply.body)


class TestTokens:
    def test_an_assertion_is_worth_a_token(self) -> None:
        """For an hour, or for as long as is asked."""
        status, told = asked({"grant_type": GRANT, "assertion": assertion()})
        _, short = asked({"grant_type": GRANT, "assertion": assertion()}, expires_in="0")

        assert (status, told["expires_in"], told["token_type"]) == (200, 3599, "Bearer")
        assert made(told["access_token"])
        assert not outlived(told["access_token"])
        assert outlived(short["access_token"])

    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({"grant_type": "password", "assertion": assertion()}, "unsupported_grant_type"),
            ({"grant_type": GRANT}, "invalid_grant"),
            ({"grant_type": GRANT, "assertion": "a.b.c"}, "invalid_grant"),
            ({"grant_type": GRANT, "assertion": assertion(alg="none")}, "invalid_grant"),
            ({"grant_type": GRANT, "assertion": assertion(exp=1)}, "invalid_grant"),
            ({"grant_type": GRANT, "assertion": assertion(iss="nobody@b")}, "invalid_grant"),
        ],
        ids=["another grant", "none", "garbage", "unsigned", "too late", "nobody"],
    )
    def test_all_else_is_refused(self, form: dict[str, str], error: str) -> None:
        """In Google's words."""
        status, told = asked(form)

        assert (status, told["error"]) == (400, error)

    @pytest.mark.parametrize("key", ["sk-key", "ya29.others", ""])
    def test_other_keys_are_no_tokens_of_a_demo(self, key: str) -> None:
        """They are judged as keys."""
        assert not made(key)

    def test_a_token_without_an_end_has_had_its_time(self) -> None:
        """Nobody here made it."""
        assert outlived("ya29.demo-x-y")
