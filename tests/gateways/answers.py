"""What official SDKs make of an answer, whether it was asked for whole or as a stream."""

from typing import Any

import anthropic
import openai
from google import genai
from google.genai import types


async def chat_message(gpt: openai.AsyncOpenAI, *, streamed: bool, **asked: Any) -> Any:
    """Return the message of a chat completion; a stream is put together by the SDK itself."""
    if not streamed:
        return (await gpt.chat.completions.create(**asked)).choices[0].message
    async with gpt.chat.completions.stream(**asked) as stream:
        return (await stream.get_final_completion()).choices[0].message


async def response_of(gpt: openai.AsyncOpenAI, *, streamed: bool, **asked: Any) -> Any:
    """Return a response; a stream is put together by the SDK itself."""
    if not streamed:
        return await gpt.responses.create(**asked)
    async with gpt.responses.stream(**asked) as stream:
        return await stream.get_final_response()


async def claude_message(claude: anthropic.AsyncAnthropic, *, streamed: bool, **asked: Any) -> Any:
    """Return a message; a stream is put together by the SDK itself."""
    if not streamed:
        return await claude.messages.create(**asked)
    async with claude.messages.stream(**asked) as stream:
        return await stream.get_final_message()


async def google_parts(gemini: genai.client.AsyncClient, *, streamed: bool, **asked: Any) -> list[types.Part]:
    """Return the parts of an answer of Gemini's, of a stream those of all its pieces."""
    if not streamed:
        return list((await gemini.models.generate_content(**asked)).parts or [])
    stream = await gemini.models.generate_content_stream(**asked)
    return [part async for chunk in stream for part in chunk.parts or []]


def google_client(url: str, key: str) -> genai.client.AsyncClient:
    """Return Google's own client, which never tries again; it is to be entered."""
    options = types.HttpOptions(base_url=url, retry_options=types.HttpRetryOptions(attempts=1))
    return genai.Client(api_key=key, http_options=options).aio
