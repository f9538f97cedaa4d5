"""What Gemini's dialect of the demo answers, whole and in streams."""

import json
from base64 import b64decode

import httpx
import pytest

from oblivious.demo import DemoUpstream
from oblivious.demo.words import THOUGHT
from tests.integration.demo.talk import ASKING, CITY, HELLO, HOME, THINKING, TOOLS, generate, parts


class TestAnswers:
    """What a conversation is answered."""

    async def test_text(self, client: httpx.AsyncClient) -> None:
        """Words, why they ended, and the usage, which counts the system's words too."""
        system = {"parts": [{"text": "Be kind."}]}
        answer = (await generate(client, systemInstruction=system)).json()

        assert answer["candidates"] == [
            {
                "content": {"parts": [{"text": "This is Oblivious'"}], "role": "model"},
                "finishReason": "STOP",
                "index": 0,
            }
        ]
        assert answer["usageMetadata"] == {
            "promptTokenCount": 4,
            "candidatesTokenCount": 3,
            "totalTokenCount": 7,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 4}],
        }
        assert answer["modelVersion"] == "demo@length-3"
        assert answer["responseId"]

    async def test_thoughts(self, client: httpx.AsyncClient) -> None:
        """Thoughts come first and are counted beside the output; the text after them is signed."""
        answer = (await generate(client, **THINKING)).json()
        thought, text = answer["candidates"][0]["content"]["parts"]
        usage = answer["usageMetadata"]

        assert thought == {"text": THOUGHT, "thought": True}
        assert b64decode(text["thoughtSignature"]).startswith(b"demo-")
        counts = [usage[f"{name}TokenCount"] for name in ("candidates", "thoughts", "total")]
        assert counts == [3, 12, 17]

    @pytest.mark.parametrize(
        ("config", "text", "reason"),
        [
            ({"maxOutputTokens": 2}, "This is", "MAX_TOKENS"),
            ({"stopSequences": [" is", "no"]}, "This", "STOP"),
            ({"responseMimeType": "application/json"}, '{"demo":"demo"}', "STOP"),
            ({"responseMimeType": "application/json", "responseSchema": CITY}, '{"city":"demo"}', "STOP"),
            (
                {"responseMimeType": "application/json", "responseJsonSchema": {"type": "integer"}},
                "1",
                "STOP",
            ),
        ],
        ids=["cap", "stop sequence", "any JSON", "a schema of Google's", "a JSON schema"],
    )
    async def test_config(
        self, client: httpx.AsyncClient, config: dict[str, object], text: str, reason: str
    ) -> None:
        """Caps, stop sequences and schemas are heeded."""
        (candidate,) = (await generate(client, generationConfig=config)).json()["candidates"]

        assert (candidate["content"]["parts"], candidate["finishReason"]) == ([{"text": text}], reason)

    async def test_no_room(self, client: httpx.AsyncClient) -> None:
        """Where thoughts leave no room there is no text, and not an empty one either."""
        config = {**THINKING["generationConfig"], "maxOutputTokens": 12}
        only = await parts(client, generationConfig=config)
        mute = "/models/demo@length-0:generateContent"
        nothing = (await client.post(mute, json={"contents": [HELLO]})).json()

        assert only == [{"text": THOUGHT, "thought": True}]
        assert nothing["candidates"][0]["content"] == {"role": "model"}

    async def test_candidates(self, client: httpx.AsyncClient) -> None:
        """Several answers are as many, and all count."""
        answer = (await generate(client, generationConfig={"candidateCount": 2})).json()

        assert [candidate["index"] for candidate in answer["candidates"]] == [0, 1]
        assert answer["usageMetadata"]["candidatesTokenCount"] == 6

    async def test_names_in_snake_case_and_a_single_part(self, client: httpx.AsyncClient) -> None:
        """What Google's own examples write is read as well."""
        members = {
            "system_instruction": {"parts": {"text": "Be kind."}},
            "generation_config": {"max_output_tokens": 1},
        }
        answer = (await generate(client, **members)).json()

        assert answer["candidates"][0]["finishReason"] == "MAX_TOKENS"
        assert answer["usageMetadata"]["promptTokenCount"] == 4


class TestStreams:
    """The same answer as events, or as the pieces of one array."""

    async def test_events(self, client: httpx.AsyncClient) -> None:
        """Events are unnamed, end like Google's and have no last word but the reason."""
        response = await client.post(
            f"{HOME}:streamGenerateContent?alt=sse", json={"contents": [HELLO], **THINKING}
        )
        *events, rest = response.text.split("\r\n\r\n")
        chunks = [json.loads(event.removeprefix("data: ")) for event in events]
        candidates = [chunk["candidates"][0] for chunk in chunks]
        spoken = [part for one in candidates for part in one["content"]["parts"]]

        assert (response.headers["content-type"], rest) == ("text/event-stream", "")
        assert "".join(part["text"] for part in spoken if part.get("thought")) == THOUGHT
        assert "".join(part["text"] for part in spoken if "thought" not in part) == "This is Oblivious'"
        assert [one.get("finishReason") for one in candidates] == [None] * 15 + ["STOP"]
        assert "thoughtSignature" in spoken[-1]
        assert len({chunk["responseId"] for chunk in chunks}) == 1

    async def test_usage_grows(self, client: httpx.AsyncClient) -> None:
        """Every piece tells the usage so far, the last one all of it."""
        response = await client.post(f"{HOME}:streamGenerateContent", json={"contents": [HELLO]})
        usages = [chunk["usageMetadata"] for chunk in response.json()]

        assert [usage["candidatesTokenCount"] for usage in usages] == [1, 2, 3, 3]
        assert {usage["promptTokenCount"] for usage in usages} == {2}

    async def test_an_array(self, client: httpx.AsyncClient, upstream: DemoUpstream) -> None:
        """Without `alt=sse` the stream is one JSON array that comes piece by piece."""
        path = "/v1beta/models/demo@length-3@pace-20:streamGenerateContent"
        async with client.stream("POST", path, json={"contents": [HELLO]}) as response:
            pieces = [piece async for piece in response.aiter_raw()]
        (served,) = await upstream.wait_served(1)

        assert response.headers["content-type"] == "application/json; charset=UTF-8"
        assert len(pieces) >= 3
        assert b"".join(pieces[:2]).startswith(b'[{"candidates"')
        assert len(json.loads(b"".join(pieces))) == 4
        assert (served.events, served.output_events, served.usage_given) == (4, 3, True)

    async def test_calls_come_whole(self, client: httpx.AsyncClient) -> None:
        """A call is never cut; the reason comes in a piece of its own."""
        response = await client.post(
            f"{HOME}:streamGenerateContent", json={"contents": [ASKING], "tools": TOOLS}
        )
        spoken = [chunk["candidates"][0]["content"]["parts"][0] for chunk in response.json()]

        assert [part.get("functionCall", {}).get("args") for part in spoken] == [{"city": "demo"}, {}, None]
        assert ["thoughtSignature" in part for part in spoken] == [True, False, False]

    async def test_candidates(self, client: httpx.AsyncClient) -> None:
        """Several answers come side by side."""
        body = {"contents": [HELLO], "generationConfig": {"candidateCount": 2}}
        response = await client.post(f"{HOME}:streamGenerateContent", json=body)

        assert [chunk["candidates"][0]["index"] for chunk in response.json()] == [0, 1] * 4
