"""Functions of Gemini's dialect of the demo, and the signatures that it wants back."""

from base64 import b64encode
from typing import Any

import httpx
import pytest

from tests.integration.demo.talk import ASKING, HELLO, TOOLS, generate, model_turn, parts, results

PLACEHOLDER = "skip_thought_signature_validator"
CALL: Any = {"functionCall": {"name": "get_weather", "args": {}}}


async def refused(client: httpx.AsyncClient, *turns: Any) -> str:
    response = await generate(client, *turns)
    if response.status_code == 200:
        return ""
    error = response.json()["error"]
    assert (response.status_code, error["status"]) == (400, "INVALID_ARGUMENT")
    return str(error["message"])


def signed(signature: str) -> Any:
    return {**CALL, "thoughtSignature": signature}


class TestTools:
    """When functions are called, and which."""

    @pytest.mark.parametrize(
        ("turn", "calling", "called"),
        [
            (HELLO, {}, []),
            (ASKING, {}, ["get_weather", "get_time"]),
            (ASKING, {"mode": "NONE"}, []),
            (ASKING, {"mode": "VALIDATED", "allowedFunctionNames": ["get_time"]}, ["get_time"]),
            (HELLO, {"mode": "ANY"}, ["get_weather"]),
            (HELLO, {"mode": "ANY", "allowedFunctionNames": ["get_time"]}, ["get_time"]),
        ],
        ids=["not asked for", "two named", "none allowed", "one allowed", "any", "one forced"],
    )
    async def test_which(
        self, client: httpx.AsyncClient, turn: Any, calling: dict[str, object], called: list[str]
    ) -> None:
        """The message and the mode say; only the first call is signed."""
        answer = await parts(client, turn, tools=TOOLS, toolConfig={"functionCallingConfig": calling})
        calls = [part for part in answer if "functionCall" in part]

        assert [call["functionCall"]["name"] for call in calls] == called
        assert ["thoughtSignature" in call for call in calls] == [True, False][: len(called)]

    async def test_arguments_and_ids(self, client: httpx.AsyncClient) -> None:
        """Arguments are an object that fits the schema, and every call has an id of its own."""
        weather, time = [part["functionCall"] for part in await parts(client, ASKING, tools=TOOLS)]

        assert (weather["args"], time["args"]) == ({"city": "demo"}, {})
        assert weather["id"] != time["id"]

    async def test_results_are_answered_in_words(self, client: httpx.AsyncClient) -> None:
        """What a tool said counts as input, and nothing is called again."""
        made = await parts(client, ASKING, tools=TOOLS)
        turns = (ASKING, model_turn(*made), results("get_weather", "get_time"))
        answer = (await generate(client, *turns, tools=TOOLS)).json()

        assert answer["candidates"][0]["content"]["parts"] == [{"text": "This is Oblivious'"}]
        assert answer["usageMetadata"]["promptTokenCount"] == 6


class TestSignatures:
    """A call of the running turn needs the signature it came with, as with Gemini 3."""

    async def test_in_parallel(self, client: httpx.AsyncClient) -> None:
        """The first of several calls brings the signature back; without it, all is refused."""
        first, second = await parts(client, ASKING, tools=TOOLS)
        done = results("get_weather", "get_time")
        bare = {"functionCall": first["functionCall"]}

        assert await refused(client, ASKING, model_turn(first, second), done) == ""
        assert "get_weather" in await refused(client, ASKING, model_turn(bare, second), done)

    async def test_in_sequence(self, client: httpx.AsyncClient) -> None:
        """Every step since the user last asked is looked at."""
        first = model_turn({"text": "Let me see."}, signed(PLACEHOLDER))
        steps = (ASKING, first, results("get_weather"))

        refusal = await refused(client, *steps, model_turn(CALL), results("get_weather"))
        assert refusal.startswith("contents[3].parts[0]: ")

    async def test_an_earlier_turn(self, client: httpx.AsyncClient) -> None:
        """Once the user has asked anew, old calls need none."""
        old = (ASKING, model_turn(CALL), results("get_weather"), model_turn({"text": "Sunny."}))

        assert await refused(client, *old, HELLO) == ""

    @pytest.mark.parametrize(
        ("signature", "said"),
        [
            (PLACEHOLDER, ""),
            (b64encode(b"of a real provider").decode(), ""),
            (b64encode(b"demo-0011223344556677-another").decode(), "not valid"),
            ("no base64!", "not valid"),
            ("", "has lost its thought_signature"),
        ],
        ids=["placeholder", "a provider's", "another demo's", "no base64", "empty"],
    )
    async def test_which(self, client: httpx.AsyncClient, signature: str, said: str) -> None:
        """Another demo's is told apart, Google's placeholder is taken."""
        turn = model_turn(signed(signature))
        refusal = await refused(client, ASKING, turn, results("get_weather"))

        assert said in refusal
        assert bool(said) is bool(refusal)
