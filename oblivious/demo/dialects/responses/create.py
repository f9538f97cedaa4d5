"""POST /v1/responses."""

from time import time

import msgspec

from oblivious.demo.answer import Finish, compose
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.responses.items import items_of
from oblivious.demo.dialects.responses.request import RESPONSE_PREFIX, ResponseRequest, ask_of, read_response
from oblivious.demo.dialects.responses.stream import events
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.usage import Usage, told, usage_of
from oblivious.demo.wire.request import Request


def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Answer with a response.

    Raises:
        Refusal: 400, naming the field; another server's response or another demo's reasoning is one.
    """
    asked = read_response(request.body, mint)
    ask = ask_of(asked)
    answer = compose(ask, behaviour.length)
    usage = usage_of(ask, answer, behaviour)
    telling = told(usage, behaviour)
    items = items_of(asked, answer, mint)
    opening = _opening(asked, mint)
    cut = answer.finish is Finish.LENGTH
    response = {
        **opening,
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "completed_at": None if cut else int(time()),
        "output": [item.whole for item in items],
        "usage": None if telling is None else _usage(telling),
    }
    if asked.stream:
        return Reply(events=tuple(events(opening, response, items)), usage=usage)
    return Reply(encode(response), usage=usage, usage_given=telling is not None)


def _opening(asked: ResponseRequest, mint: Mint) -> Json:
    """Return the response as it is before there is any output."""
    return {
        "id": mint.owned_id(RESPONSE_PREFIX),
        "object": "response",
        "created_at": int(time()),
        "status": "in_progress",
        "background": False,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": asked.instructions,
        "max_output_tokens": asked.max_output_tokens,
        "metadata": asked.metadata or {},
        "model": asked.model,
        "output": [],
        "parallel_tool_calls": asked.parallel_tool_calls is not False,
        "previous_response_id": asked.previous_response_id,
        "reasoning": msgspec.to_builtins(asked.reasoning) or {"effort": None, "summary": None},
        "service_tier": "default",
        "store": asked.store is not False,
        "temperature": 1.0 if asked.temperature is None else asked.temperature,
        "text": asked.text or {"format": {"type": "text"}},
        "tool_choice": asked.tool_choice or "auto",
        "tools": asked.tools or [],
        "top_p": 1.0 if asked.top_p is None else asked.top_p,
        "truncation": "disabled",
        "usage": None,
    }


def _usage(usage: Usage) -> Json:
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.total_tokens,
    }
