"""Each kind of bad request gets its answer in the caller's dialect, costs nothing and holds nothing."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC
from tests.gateways.dialects import DIALECTS, Dialect
from tests.gateways.gateway import Gateway, Key
from tests.gateways.world import (
    CHAT,
    PACED,
    STRICTS_ONLY,
    SWITCHED_OFF,
    UNPRICED,
    UNUSED,
)

_LIMIT = 4 * 1024 * 1024
_HOLD_USD = "0.01"
"""What a strict account must have for ten tokens of the model that uses none."""


@dataclass(frozen=True)
class Asked:
    """A request; `key` names one of the fixture's, or is sent as it is."""

    content: bytes | Callable[[], AsyncIterator[bytes]]
    headers: dict[str, str] = field(default_factory=dict)
    key: str = "canary"


@dataclass(frozen=True)
class Expected:
    """The answer: status, code and member for OpenAI, status and type for Anthropic.

    Attributes:
        retry_after: the seconds that are told at least; None tells the client not to try again.
    """

    status: int = 400
    code: str = "invalid_request"
    param: str | None = None
    claude: tuple[int, str] = (400, "invalid_request_error")
    retry_after: int | None = None


def _raw(content: bytes, **headers: str) -> Callable[[Dialect], Asked]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Asked(content, sent)


def _well(**headers: str) -> Callable[[Dialect], Asked]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda dialect: Asked(dialect.encoded(CHAT), sent)


def _with(model: Any = CHAT, **members: Any) -> Callable[[Dialect], Asked]:
    """Ask with changed members; `conversation` and `cap` stand for the dialect's own names."""

    def ask(dialect: Dialect) -> Asked:
        own = {getattr(dialect, name, name): value for name, value in members.items()}
        return Asked(dialect.encoded(model, **own))

    return ask


def _as(key: str, model: str = CHAT) -> Callable[[Dialect], Asked]:
    return lambda dialect: Asked(dialect.encoded(model), key=key)


def _twice(dialect: Dialect) -> Asked:
    return Asked(b'{"model":"x",' + dialect.encoded(CHAT)[1:])


def _endless(_: Dialect) -> Asked:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(_LIMIT // 65_536 + 2):
            yield b" " * 65_536

    return Asked(pieces)


def _named(param: str) -> Callable[[Dialect], Expected]:
    return lambda dialect: Expected(param=getattr(dialect, param, param))


def _always(expected: Expected) -> Callable[[Dialect], Expected]:
    return lambda _: expected


_WRONG = _always(Expected())
_ENCODING = _always(Expected(param="content-encoding"))
_TOO_LARGE = _always(Expected(413, "request_too_large", claude=(413, "request_too_large")))
_UNKNOWN = _always(Expected(401, "invalid_api_key", claude=(401, "authentication_error")))
_DISABLED = _always(Expected(401, "disabled_api_key", claude=(401, "authentication_error")))
_LIMITED = _always(Expected(429, "rate_limit_exceeded", claude=(429, "rate_limit_error"), retry_after=1))

KINDS: dict[str, tuple[Callable[[Dialect], Asked], Callable[[Dialect], Expected]]] = {
    "no body": (_raw(b""), _WRONG),
    "not JSON": (_raw(b'{"model": "demo'), _WRONG),
    "not UTF-8": (_raw(b'{"model": "\xff"}'), _named("model")),
    "no object": (_raw(b"[1]"), _WRONG),
    "a member twice": (_twice, _WRONG),
    "no model": (_with(model=None), _named("model")),
    "an empty model": (_with(model=""), _named("model")),
    "a model of a wrong type": (_with(model=5), _named("model")),
    "a stream of a wrong type": (_with(stream="yes"), _named("stream")),
    "a cap of a wrong type": (_with(cap="many"), _named("cap")),
    "a cap of nothing": (_with(cap=0), _named("cap")),
    "no conversation": (_with(conversation=None), _named("conversation")),
    "an empty conversation": (_with(conversation=[]), _named("conversation")),
    "a conversation of a wrong type": (_with(conversation=7), _named("conversation")),
    "too large": (_raw(b" " * (_LIMIT + 1)), _TOO_LARGE),
    "too large, of unsaid length": (_endless, _TOO_LARGE),
    "too large once unpacked": (
        _raw(gzip.compress(b" " * (_LIMIT + 1)), content_encoding="gzip"),
        _TOO_LARGE,
    ),
    "bad gzip": (_well(content_encoding="gzip"), _ENCODING),
    "half a gzip": (_raw(gzip.compress(b"{}")[:-4], content_encoding="gzip"), _ENCODING),
    "an unknown encoding": (_well(content_encoding="rot13"), _ENCODING),
    "an unknown model": (
        _with(model="no-such-model"),
        _always(Expected(404, "model_not_found", "model", (404, "not_found_error"))),
    ),
    "a model without a price": (_with(model=UNPRICED), _always(Expected(400, "model_unpriced", "model"))),
    "no channel": (
        _with(model=SWITCHED_OFF),
        _always(Expected(503, "no_channel", None, (529, "overloaded_error"), retry_after=1)),
    ),
    "a model of another group": (
        _as("busy", STRICTS_ONLY),
        _always(Expected(403, "permission_denied", "model", (403, "permission_error"))),
    ),
    "no key": (_as(""), _UNKNOWN),
    "an unknown key": (_as("sk-" + "x" * 48), _UNKNOWN),
    "a key that is none": (_as("hello"), _UNKNOWN),
    "a disabled key": (_as("disabled"), _DISABLED),
    "a key of a disabled user": (_as("locked"), _DISABLED),
    "no money": (
        _with(model=UNUSED, cap=11),
        _always(Expected(429, "insufficient_quota", None, (402, "billing_error"))),
    ),
    "too fast": (_as("slow"), _LIMITED),
    "more tokens than ever fit": (
        _as("terse"),
        _always(Expected(429, "request_exceeds_limit", claude=(429, "rate_limit_error"))),
    ),
}


@pytest.fixture(scope="module")
def keys(embedded: Gateway) -> dict[str, Key]:
    """Keys by what they are for; the canary's account has money for exactly one hold, and one at a time."""
    canary = embedded.user(usd=_HOLD_USD, group="strict", concurrency=1)
    disabled, locked = embedded.key_of(canary.email), embedded.user()
    embedded.installation.do("key", "disable", str(disabled.id))
    embedded.installation.do("user", "disable", "--email", locked.email)
    return {
        "canary": canary,
        "disabled": disabled,
        "locked": locked,
        "slow": embedded.key_of(canary.email, rpm=1),
        "terse": embedded.key_of(canary.email, tpm=1),
        "busy": embedded.user(usd="1", concurrency=1),
    }


class Seen:
    """The exchanges that were refused, and those that came after each to see whether anything was held."""

    def __init__(self, keys: dict[str, Key]) -> None:
        self.keys = keys
        self.refused: set[str] = set()
        self.canaries: set[str] = set()

    def note(self, refused: httpx.Response, canary: httpx.Response) -> None:
        """Remember both."""
        self.refused.add(refused.headers["x-oblivious-exchange-id"])
        self.canaries.add(canary.headers["x-oblivious-exchange-id"])


@pytest.fixture(scope="module")
def seen(keys: dict[str, Key]) -> Seen:
    return Seen(keys)


@pytest.fixture(scope="module", autouse=True)
def used_up(embedded: Gateway, keys: dict[str, Key]) -> None:
    """The slow key has made its one request."""
    headers = {"authorization": f"Bearer {keys['slow'].key}"}
    body = DIALECTS[0].encoded(CHAT)
    assert httpx.post(embedded.url + DIALECTS[0].path, content=body, headers=headers).is_success


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_bad_request(
    embedded: Gateway, http: httpx.AsyncClient, seen: Seen, dialect: Dialect, kind: str
) -> None:
    """Its status, its words, whether to try again; then nothing is held and nobody is in flight."""
    ask, expect = KINDS[kind]
    answer = await _post(http, embedded, dialect, seen.keys, ask(dialect))
    canary = await _post(http, embedded, dialect, seen.keys, Asked(dialect.encoded(UNUSED)))
    seen.note(answer, canary)

    _check(dialect, answer, expect(dialect))
    assert canary.status_code == 200, canary.text


async def test_none_of_them_is_billed(embedded: Gateway, seen: Seen) -> None:
    """Once all that came after them is settled, the refused have no usage row, and the account its money."""
    rows = await embedded.settled(seen.canaries)
    account = await asyncio.to_thread(embedded.account, seen.keys["canary"].email)

    assert {row["amount_nano_usd"] for row in rows.values()} <= {0}
    assert not seen.refused & (await asyncio.to_thread(embedded.rows)).keys()
    assert account["balance_nano_usd"] == account["credited_nano_usd"]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
async def test_too_many_in_flight(
    embedded: Gateway, keys: dict[str, Key], http: httpx.AsyncClient, dialect: Dialect
) -> None:
    """While one stream is under way there is no room for another exchange; when it has ended, there is."""
    url, headers = embedded.url + dialect.path, {"authorization": f"Bearer {keys['busy'].key}"}
    slow = dialect.encoded(PACED, stream=True)
    async with http.stream("POST", url, content=slow, headers=headers) as stream:
        _check(
            dialect, await _post(http, embedded, dialect, keys, Asked(slow, key="busy")), _LIMITED(dialect)
        )
        async for _ in stream.aiter_bytes():
            pass
    after = await _post(http, embedded, dialect, keys, Asked(dialect.encoded(CHAT), key="busy"))

    assert after.status_code == 200


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
class TestWrongTurns:
    """What never becomes an exchange has its dialect's shape all the same."""

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    async def test_a_wrong_method(
        self, embedded: Gateway, http: httpx.AsyncClient, dialect: Dialect, method: str
    ) -> None:
        """405 where only POST makes sense."""
        answer = await http.request(method, embedded.url + dialect.path)

        _check(dialect, answer, Expected(405, "method_not_allowed", claude=(405, "invalid_request_error")))

    async def test_an_unknown_path(
        self, embedded: Gateway, http: httpx.AsyncClient, dialect: Dialect
    ) -> None:
        """404; only Anthropic's version header says whose words to use."""
        headers = {"anthropic-version": "2023-06-01"} if dialect.name == ANTHROPIC else {}
        answer = await http.post(f"{embedded.url}/v1/nowhere", headers=headers)

        _check(dialect, answer, Expected(404, "unknown_url", claude=(404, "not_found_error")))

    async def test_an_unknown_action(
        self, embedded: Gateway, http: httpx.AsyncClient, dialect: Dialect
    ) -> None:
        """404: Google's clients ask models for more than is here."""
        headers = {"anthropic-version": "2023-06-01"} if dialect.name == ANTHROPIC else {}
        url = f"{embedded.url}/v1/models/{CHAT}:batchGenerateContent"
        answer = await http.post(url, headers=headers)

        _check(dialect, answer, Expected(404, "unknown_url", claude=(404, "not_found_error")))

    async def test_a_web_socket(self, embedded: Gateway, http: httpx.AsyncClient, dialect: Dialect) -> None:
        """426: the client falls back to plain HTTP."""
        upgrade = {
            "connection": "Upgrade",
            "upgrade": "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        answer = await http.get(embedded.url + dialect.path, headers=upgrade)

        assert answer.status_code == 426
        assert answer.json()["error"]["code"] == "upgrade_unsupported"
        assert answer.headers["x-oblivious-exchange-id"]


@pytest.mark.parametrize(
    ("given", "echoed"),
    [("client-1.2:3/4+5=", True), ("two words", False), ("x" * 129, False), ("", False)],
    ids=["well-formed", "a blank", "too long", "none"],
)
async def test_request_ids(embedded: Gateway, http: httpx.AsyncClient, given: str, *, echoed: bool) -> None:
    """A client's own id comes back if it is well-formed; else ours, which is the exchange's."""
    answer = await http.post(f"{embedded.url}/v1/messages", headers={"x-request-id": given})

    own = answer.headers["x-oblivious-exchange-id"]
    assert answer.headers["x-request-id"] == answer.headers["request-id"] == (given if echoed else own)
    assert answer.json()["request_id"] == answer.headers["request-id"]


async def _post(
    http: httpx.AsyncClient, gateway: Gateway, dialect: Dialect, keys: dict[str, Key], asked: Asked
) -> httpx.Response:
    key = keys[asked.key].key if asked.key in keys else asked.key
    headers = {**asked.headers, **({"authorization": f"Bearer {key}"} if key else {})}
    content = asked.content if isinstance(asked.content, bytes) else asked.content()
    return await http.post(gateway.url + dialect.path, content=content, headers=headers)


def _check(dialect: Dialect, answer: httpx.Response, expected: Expected) -> None:
    error = dialect.said(answer.json())
    if dialect.name == ANTHROPIC:
        assert (answer.status_code, error["type"]) == expected.claude
        assert answer.headers["request-id"] == answer.headers["x-request-id"]
    else:
        assert (answer.status_code, error["code"]) == (expected.status, expected.code)
        assert error["param"] == expected.param
    assert error["message"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"] == answer.headers["x-oblivious-exchange-id"]
    if expected.retry_after is None:
        assert answer.headers["x-should-retry"] == "false"
        assert "retry-after" not in answer.headers
    else:
        assert "x-should-retry" not in answer.headers
        assert int(answer.headers["retry-after"]) >= expected.retry_after
