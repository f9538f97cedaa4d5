"""The public surface beside the SDKs: paths, keys, encodings, large bodies, browsers, silence."""

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable

import brotli
import httpx
import pytest
import zstandard

from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.dialects import CHAT_DIALECT, DIALECTS, Dialect
from tests.gateways.gateway import Gateway
from tests.gateways.plugin import ORIGIN
from tests.gateways.world import CHAT, MAPPED, SLASHED, paired

_MIB = 1024 * 1024
_WORDS = 100
_ANTHROPIC = {"anthropic-version": "2023-06-01"}


_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "bare deflate": lambda body: zlib.compress(body, wbits=-15),
    "br": brotli.compress,  # type: ignore[attr-defined] # only what the product uses is typed
    "zstd": zstandard.ZstdCompressor().compress,
    "identity": bytes,
}


@pytest.fixture
def key(embedded: Gateway) -> dict[str, str]:
    return {"authorization": f"Bearer {embedded.key}"}


class TestPaths:
    @pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
    @pytest.mark.parametrize(
        "shape", ["/v1/{}", "/{}", "/v1/v1/{}", "//v1//{}", "/v1/{}/", "/v1/{}?beta=true"]
    )
    async def test_forgiving(
        self, embedded: Gateway, http: httpx.AsyncClient, key: dict[str, str], dialect: Dialect, shape: str
    ) -> None:
        """However a base URL was written, the endpoint is found."""
        path = shape.format(dialect.path.removeprefix("/v1/"))
        answer = await http.post(embedded.url + path, content=dialect.encoded(CHAT), headers=key)

        assert answer.status_code == 200

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    @pytest.mark.parametrize("path", ["/", "/api/hello", "/v1", "/v1/"])
    async def test_greetings(
        self, embedded: Gateway, http: httpx.AsyncClient, method: str, path: str
    ) -> None:
        """Probes that clients make before their first request are answered without a key."""
        answer = await http.request(method, embedded.url + path)

        assert (answer.status_code, bool(answer.content)) == (200, method == "GET")
        assert answer.headers["x-oblivious-exchange-id"]

    async def test_operators(self, embedded: Gateway, http: httpx.AsyncClient, key: dict[str, str]) -> None:
        """Health, numbers and the API's description."""
        body = CHAT_DIALECT.encoded(CHAT)
        await http.post(f"{embedded.url}/v1/chat/completions", content=body, headers=key)
        paths = ("/healthz", "/readyz", "/metrics", "/openapi.json", "/docs")
        answers = {path: await http.get(embedded.url + path) for path in paths}

        assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(paths, 200)
        # What a process has counted is told once a second.
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "oblivious_requests_total" not in (await http.get(f"{embedded.url}/metrics")).text:  # noqa: ASYNC110 - a scrape sets no event
                await asyncio.sleep(0.1)
        assert answers["/openapi.json"].json()["openapi"].startswith("3.1")


class TestModels:
    async def test_both_shapes(self, embedded: Gateway, http: httpx.AsyncClient, key: dict[str, str]) -> None:
        """The same models, each client in its own words."""
        ours = (await http.get(f"{embedded.url}/v1/models", headers=key)).json()
        theirs = (await http.get(f"{embedded.url}/v1/models", headers=key | _ANTHROPIC)).json()

        assert ours["object"] == "list"
        assert {model["object"] for model in ours["data"]} == {"model"}
        assert {model["type"] for model in theirs["data"]} == {"model"}
        assert [model["id"] for model in ours["data"]] == [model["id"] for model in theirs["data"]]
        assert theirs["last_id"] == theirs["data"][-1]["id"]

    @pytest.mark.parametrize("path", [SLASHED, SLASHED.replace("/", "%2F")], ids=["plain", "escaped"])
    @pytest.mark.parametrize("headers", [{}, _ANTHROPIC], ids=["openai", "anthropic"])
    async def test_a_name_with_slashes(
        self,
        embedded: Gateway,
        http: httpx.AsyncClient,
        key: dict[str, str],
        path: str,
        headers: dict[str, str],
    ) -> None:
        """Found by its name, and served."""
        one = await http.get(f"{embedded.url}/v1/models/{path}", headers=key | headers)
        answer = await http.post(
            f"{embedded.url}/v1/chat/completions", content=CHAT_DIALECT.encoded(SLASHED), headers=key
        )

        assert one.json()["id"] == answer.json()["model"] == SLASHED

    async def test_only_with_a_key(self, embedded: Gateway, http: httpx.AsyncClient) -> None:
        """What is served here is nobody else's business."""
        answer = await http.get(f"{embedded.url}/v1/models")

        assert answer.status_code == 401


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize(
    "form",
    [
        "authorization: Bearer {}",
        "authorization: {}",
        "x-api-key: {}",
        "x-goog-api-key: {}",
        "api-key: {}",
        "",
    ],
)
async def test_key_forms(embedded: Gateway, http: httpx.AsyncClient, dialect: Dialect, form: str) -> None:
    """Every place where an SDK puts its key works on every path, and no key goes up."""
    name, _, value = form.format(embedded.key).partition(": ")
    query = "" if form else f"?key={embedded.key}"
    answer = await http.post(
        embedded.url + dialect.path + query,
        content=dialect.encoded(CHAT),
        headers={name: value} if form else {},
    )

    assert answer.status_code == 200
    attempt = f"{answer.headers['x-oblivious-exchange-id']}"
    (served,) = [one for one in embedded.upstreams[0].served() if one.attempt_id.startswith(attempt)]
    assert served.key != embedded.key[-4:]


class TestBodies:
    @pytest.mark.parametrize("encoding", _PACKERS)
    @pytest.mark.parametrize("size", [200, 2 * _MIB], ids=["small", "spooled"])
    async def test_encodings(
        self,
        embedded: Gateway,
        http: httpx.AsyncClient,
        key: dict[str, str],
        encoding: str,
        size: int,
    ) -> None:
        """Unpacked before it is read, whatever packed it."""
        body = _PACKERS[encoding](_large(size, CHAT))
        headers = key | {"content-encoding": encoding.removeprefix("bare ")}
        answer = await http.post(f"{embedded.url}/v1/chat/completions", content=body, headers=headers)

        assert answer.json()["usage"]["prompt_tokens"] == _WORDS

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    @pytest.mark.parametrize("model", [CHAT, MAPPED, paired("cut")], ids=["as it is", "edited", "failover"])
    async def test_large(
        self, embedded: Gateway, http: httpx.AsyncClient, key: dict[str, str], model: str, *, streamed: bool
    ) -> None:
        """Above a MiB it waits on disk, is edited on its way out, and is sent again where one broke off."""
        body = _large(3 * _MIB, model, stream=streamed)
        url, count = f"{embedded.url}/v1/chat/completions", 6 if "@" in model else 1
        answers = await asyncio.gather(*(http.post(url, content=body, headers=key) for _ in range(count)))
        rows = await embedded.settled(answer.headers["x-oblivious-exchange-id"] for answer in answers)

        assert {answer.status_code for answer in answers} == {200}
        assert all((b"[DONE]" in answer.content) is streamed for answer in answers)
        assert all(f'"model":"{model}"' in answer.text.replace(": ", ":") for answer in answers)
        if count == 1:
            assert [row["input_tokens"] for row in rows.values()] == [_WORDS]


class TestBrowsers:
    async def test_preflight(self, embedded: Gateway, http: httpx.AsyncClient) -> None:
        """A page from the origin in the setting may send what it asks for."""
        asked = {
            "origin": ORIGIN,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization, content-type",
        }
        answer = await http.options(f"{embedded.url}/v1/chat/completions", headers=asked)

        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "POST" in answer.headers["access-control-allow-methods"]
        assert answer.headers["access-control-allow-headers"] == "authorization, content-type"

    @pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/v1/nowhere"])
    async def test_answers(
        self, embedded: Gateway, http: httpx.AsyncClient, key: dict[str, str], path: str
    ) -> None:
        """Answers and errors let the page read our headers."""
        headers = key | {"origin": ORIGIN}
        method = "GET" if path == "/v1/models" else "POST"
        answer = await http.request(
            method, embedded.url + path, content=CHAT_DIALECT.encoded(CHAT), headers=headers
        )

        exposed = answer.headers["access-control-expose-headers"].split(", ")
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert {"x-request-id", "request-id", "x-oblivious-exchange-id", "retry-after"} <= set(exposed)

    async def test_strangers(self, embedded: Gateway, http: httpx.AsyncClient, key: dict[str, str]) -> None:
        """No other page may."""
        answer = await http.post(
            f"{embedded.url}/v1/chat/completions",
            content=CHAT_DIALECT.encoded(CHAT),
            headers=key | {"origin": "https://other.example"},
        )

        assert "access-control-allow-origin" not in answer.headers


class TestLimitHeaders:
    async def test_what_is_left(self, embedded: Gateway, http: httpx.AsyncClient) -> None:
        """A limited key is told; the upstream's own limits never come down as if they were ours."""
        limited = await asyncio.to_thread(embedded.user, rpm=5, tpm=10_000)
        headers = {"authorization": f"Bearer {limited.key}"}
        url, body = f"{embedded.url}/v1/chat/completions", CHAT_DIALECT.encoded(CHAT)
        left = [
            (await http.post(url, content=body, headers=headers)).headers["x-ratelimit-remaining-requests"]
            for _ in range(3)
        ]
        last = await http.post(url, content=body, headers=headers)

        assert left == ["4", "3", "2"]
        assert last.headers["x-ratelimit-limit-requests"] == "5"
        assert int(last.headers["x-ratelimit-remaining-tokens"]) < 10_000


def _large(size: int, model: str, **members: object) -> bytes:
    """Return a chat whose message is a hundred words of `size` bytes in all."""
    message = {"role": "user", "content": " ".join(["x" * (size // _WORDS)] * _WORDS)}
    return json.dumps({"model": model, "messages": [message], **members}).encode()
