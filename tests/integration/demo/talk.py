"""How the tests of Gemini's dialect speak to the demo."""

from typing import Any

import httpx

HOME = "/v1beta/models/demo@length-3"
HELLO: Any = {"role": "user", "parts": [{"text": "hello there"}]}
ASKING: Any = {"role": "user", "parts": [{"text": "get_weather and get_time, please"}]}
CITY: Any = {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}}
TOOLS: Any = [{"functionDeclarations": [{"name": "get_weather", "parameters": CITY}, {"name": "get_time"}]}]
THINKING: Any = {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}}


async def generate(client: httpx.AsyncClient, *turns: Any, **members: Any) -> httpx.Response:
    """Ask for a whole answer; without turns, say hello."""
    return await client.post(f"{HOME}:generateContent", json={"contents": turns or [HELLO], **members})


async def parts(client: httpx.AsyncClient, *turns: Any, **members: Any) -> list[Any]:
    """Return the parts of a whole answer."""
    response = await generate(client, *turns, **members)
    found: list[Any] = response.json()["candidates"][0]["content"]["parts"]
    return found


def results(*names: str) -> Any:
    """Return the turn that brings the results of functions."""
    return {
        "role": "user",
        "parts": [{"functionResponse": {"name": name, "response": {"result": "sunny"}}} for name in names],
    }


def model_turn(*parts: Any) -> Any:
    """Return a turn of the model."""
    return {"role": "model", "parts": list(parts)}
