"""Where Gemini's dialect of the demo is found, by whom, and what it refuses."""

from typing import Any

import httpx
import pytest

from oblivious.demo import DemoOptions, DemoUpstream
from tests.integration.demo.talk import HELLO, HOME, generate


class TestSmallerEndpoints:
    """Counting, embeddings, models."""

    @pytest.mark.parametrize(
        ("body", "tokens"),
        [
            ({"contents": [HELLO]}, 2),
            (
                {
                    "generateContentRequest": {
                        "model": "models/demo",
                        "contents": [HELLO],
                        "systemInstruction": {"parts": [{"text": "Be kind."}]},
                    }
                },
                4,
            ),
        ],
        ids=["contents", "a whole request"],
    )
    async def test_count(self, client: httpx.AsyncClient, body: Any, tokens: int) -> None:
        """A count is that of the usage, in either form of the request."""
        answer = (await client.post(f"{HOME}:countTokens", json=body)).json()

        assert answer["totalTokens"] == tokens

    async def test_embeddings(self, client: httpx.AsyncClient, upstream: DemoUpstream) -> None:
        """One content or several, each has a vector of its own, always the same."""
        content, other = {"parts": [{"text": "one"}]}, {"parts": [{"text": "two three"}]}
        single = await client.post(f"{HOME}:embedContent", json={"content": content})
        requests = [
            {"model": "models/demo", "content": content},
            {"content": other, "outputDimensionality": 8},
        ]
        several = await client.post(f"{HOME}:batchEmbedContents", json={"requests": requests})
        first, second = several.json()["embeddings"]
        served = await upstream.wait_served(2)

        assert single.json()["embedding"] == first
        assert (len(first["values"]), len(second["values"])) == (256, 8)
        assert several.json()["usageMetadata"]["promptTokenCount"] == 3
        assert [one.usage.input_tokens for one in served if one.usage] == [1, 3]

    async def test_models(self, client: httpx.AsyncClient) -> None:
        """The list has the demo's own models; any name is one, also with slashes."""
        listed = (await client.get("/v1beta/models")).json()["models"]
        one = (await client.get("/v1beta/models/any/name")).json()

        assert [model["name"] for model in listed] == [
            "models/demo-chat",
            "models/demo-embedding",
            "models/demo-moderation",
        ]
        assert "embedContent" in listed[1]["supportedGenerationMethods"]
        assert one["name"] == "models/any/name"


class TestPaths:
    """Which paths are Gemini's."""

    @pytest.mark.parametrize("home", ["/v1beta", "/v1", ""], ids=["v1beta", "v1", "none"])
    async def test_actions(self, client: httpx.AsyncClient, upstream: DemoUpstream, home: str) -> None:
        """An action is known under each version; the log has the model of the path and no query."""
        path = f"{home}/models/demo@usage-120/34@length-1:streamGenerateContent"
        await client.post(
            f"{path}?alt=sse&key=secret-1234",
            json={"contents": [HELLO]},
            headers={"x-request-id": "attempt-1"},
        )
        (served,) = await upstream.wait_served(1)

        assert (served.attempt_id, served.path, served.key) == ("attempt-1", path, "1234")
        assert (served.dialect, served.stream) == ("gemini", True)
        assert served.model == "demo@usage-120/34@length-1"
        assert served.usage is not None
        assert (served.usage.input_tokens, served.usage.output_tokens) == (120, 34)

    @pytest.mark.parametrize(
        ("path", "headers", "member"),
        [
            ("/v1/models", {}, "data"),
            ("/v1/models", {"x-goog-api-key": "k"}, "models"),
            ("/v1/models?key=k", {}, "models"),
            ("/v1/models/demo", {}, "id"),
            ("/v1/models/demo", {"x-goog-api-key": "k"}, "name"),
            ("/v1beta/models/demo", {}, "name"),
        ],
        ids=["OpenAI's", "by header", "by query", "OpenAI's one", "one by header", "by version"],
    )
    async def test_models_are_told_apart(
        self, client: httpx.AsyncClient, path: str, headers: dict[str, str], member: str
    ) -> None:
        """Under /v1 the place of the key says whose list is wanted."""
        assert member in (await client.get(path, headers=headers)).json()

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/v1beta/models/demo:predict"),
            ("POST", "/v1beta/models/demo"),
            ("DELETE", "/v1beta/models/demo"),
            ("GET", "/v1beta/files"),
            ("GET", "/v1beta"),
        ],
    )
    async def test_nowhere(self, client: httpx.AsyncClient, method: str, path: str) -> None:
        """What is not there is a 404 in Google's shape."""
        response = await client.request(method, path, json={})

        assert response.status_code == 404
        assert response.json()["error"]["status"] == "NOT_FOUND"


class TestKeys:
    """A key may come in three places, and a wrong one is a bad request."""

    @pytest.mark.parametrize(
        ("headers", "query"),
        [({"x-goog-api-key": "one"}, {}), ({}, {"key": "one"}), ({"authorization": "Bearer one"}, {})],
        ids=["header", "query", "bearer"],
    )
    async def test_places(self, headers: dict[str, str], query: dict[str, str]) -> None:
        """Each place is looked at."""
        demo = DemoUpstream(DemoOptions(api_keys=("one",)))
        await demo.start()
        async with httpx.AsyncClient(base_url=demo.url, headers=headers, params=query) as client:
            right = await generate(client)
        async with httpx.AsyncClient(base_url=demo.url) as client:
            wrong = await generate(client)
        await demo.stop()

        assert (right.status_code, wrong.status_code) == (200, 400)
        error = wrong.json()["error"]
        assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
        assert [detail["reason"] for detail in error["details"]] == ["API_KEY_INVALID"]


class TestRefusals:
    """Errors have Google's shape."""

    @pytest.mark.parametrize(
        ("members", "field"),
        [
            ({"contents": []}, "contents"),
            ({"contents": [{"parts": [{"text": 1}]}]}, "contents[0].parts[0].text"),
            ({"generationConfig": {"candidateCount": 9}}, "generationConfig.candidateCount"),
            ({"generationConfig": {"maxOutputTokens": 0}}, "generationConfig.maxOutputTokens"),
            ({"generation_config": {"max_output_tokens": "x"}}, "generationConfig.maxOutputTokens"),
        ],
        ids=["empty", "wrong type", "too many candidates", "no room", "snake case"],
    )
    async def test_bad_requests(self, client: httpx.AsyncClient, members: Any, field: str) -> None:
        """A 400 names the field."""
        response = await client.post(f"{HOME}:generateContent", json={"contents": [HELLO], **members})
        (detail,) = response.json()["error"]["details"]

        assert response.status_code == 400
        assert [violation["field"] for violation in detail["fieldViolations"]] == [field]

    @pytest.mark.parametrize(
        ("action", "body", "field"),
        [
            ("countTokens", {}, "contents"),
            ("embedContent", {}, "content"),
            ("embedContent", {"content": {}}, "content"),
            ("batchEmbedContents", {"requests": []}, "requests"),
            (
                "batchEmbedContents",
                {"requests": [{"content": HELLO, "outputDimensionality": 0}]},
                "requests[0].outputDimensionality",
            ),
        ],
        ids=["nothing to count", "no content", "empty content", "no requests", "no dimensions"],
    )
    async def test_smaller_endpoints(
        self, client: httpx.AsyncClient, action: str, body: Any, field: str
    ) -> None:
        """The smaller endpoints name the field too."""
        response = await client.post(f"{HOME}:{action}", json=body)
        (detail,) = response.json()["error"]["details"]

        assert [violation["field"] for violation in detail["fieldViolations"]] == [field]

    async def test_retry_after(self, client: httpx.AsyncClient) -> None:
        """When to come again is said in the body, as Google does, not in a header."""
        path = "/v1beta/models/demo@status-429@retry-after-7:generateContent"
        response = await client.post(path, json={"contents": [HELLO]})
        error = response.json()["error"]

        assert (response.status_code, error["code"], error["status"]) == (429, 429, "RESOURCE_EXHAUSTED")
        assert [detail["retryDelay"] for detail in error["details"]] == ["7s"]
        assert "retry-after" not in response.headers

    async def test_unknown_setting(self, client: httpx.AsyncClient) -> None:
        """A slip in the model's name is told."""
        response = await client.post("/v1/models/demo@explode:generateContent", json={"contents": [HELLO]})

        assert response.status_code == 400
        assert "no setting 'explode'" in response.json()["error"]["message"]
