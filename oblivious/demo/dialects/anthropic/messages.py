"""POST /v1/messages."""

from oblivious.demo.answer import Finish, compose
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.anthropic.blocks import blocks_of
from oblivious.demo.dialects.anthropic.request import ask_of, read_message
from oblivious.demo.dialects.anthropic.stream import events
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.usage import Usage, told, usage_of
from oblivious.demo.wire.request import Request

_STOP_REASON = {
    Finish.STOP: "end_turn",
    Finish.STOP_SEQUENCE: "stop_sequence",
    Finish.LENGTH: "max_tokens",
    Finish.TOOLS: "tool_use",
}


def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Answer with a message.

    Raises:
        Refusal: 400, naming the field or the header.
    """
    asked = read_message(request, mint)
    ask = ask_of(asked)
    answer = compose(ask, behaviour.length)
    usage = usage_of(ask, answer, behaviour)
    telling = told(usage, behaviour)
    blocks = blocks_of(answer, mint)
    message = {
        "id": mint.new_id("msg_"),
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": [block.whole for block in blocks],
        "stop_reason": _STOP_REASON[answer.finish],
        "stop_sequence": answer.stop,
        "stop_details": None,
        **({} if telling is None else {"usage": _usage(telling)}),
    }
    if asked.stream:
        return Reply(events=tuple(events(message, blocks)), usage=usage)
    return Reply(encode(message), usage=usage, usage_given=telling is not None)


def _usage(usage: Usage) -> Json:
    return {
        "input_tokens": usage.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"thinking_tokens": usage.reasoning_tokens},
        "server_tool_use": None,
        "service_tier": "standard",
    }
