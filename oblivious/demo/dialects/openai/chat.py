"""POST /v1/chat/completions."""

from collections.abc import Iterator
from time import time

from oblivious.demo.answer import Answer, Finish, ToolCall, compose
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.openai.chat_request import ask_of, read_chat
from oblivious.demo.dialects.openai.chunks import Chunks
from oblivious.demo.dialects.openai.usage import usage_json
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Event, Json, Reply, encode
from oblivious.demo.usage import Usage, told, usage_of
from oblivious.demo.wire.request import Request

_FINISH = {
    Finish.STOP: "stop",
    Finish.STOP_SEQUENCE: "stop",
    Finish.LENGTH: "length",
    Finish.TOOLS: "tool_calls",
}


def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Answer a chat.

    Raises:
        Refusal: 400, naming the field.
    """
    chat = read_chat(request.body)
    ask = ask_of(chat)
    answer = compose(ask, behaviour.length)
    usage = usage_of(ask, answer, behaviour)
    telling = told(usage, behaviour)
    if chat.stream:
        frame = _frame("chat.completion.chunk", chat.model, mint)
        chunks = Chunks(frame, telling, usage_asked=chat.usage_asked)
        return Reply(events=tuple(_events(chunks, answer, ask.choices, mint)), usage=usage)
    whole = _frame("chat.completion", chat.model, mint)
    choices = [_choice(index, answer, mint) for index in range(ask.choices)]
    return Reply(_body(whole, choices, telling), usage=usage, usage_given=telling is not None)


def _frame(kind: str, model: str, mint: Mint) -> Json:
    return {
        "id": mint.new_id("chatcmpl-"),
        "object": kind,
        "created": int(time()),
        "model": model,
        "service_tier": "default",
        "system_fingerprint": "fp_oblivious_demo",
    }


def _body(frame: Json, choices: list[Json], usage: Usage | None) -> bytes:
    telling = {} if usage is None else {"usage": usage_json(usage)}
    return encode({**frame, "choices": choices, **telling})


def _choice(index: int, answer: Answer, mint: Mint) -> Json:
    message: Json = {"role": "assistant", "content": answer.text, "refusal": None, "annotations": []}
    if answer.thoughts:
        message["reasoning_content"] = answer.thought
    if answer.calls:
        message |= {"content": None, "tool_calls": [_call(call, mint) for call in answer.calls]}
    return {"index": index, "message": message, "logprobs": None, "finish_reason": _FINISH[answer.finish]}


def _call(call: ToolCall, mint: Mint) -> Json:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": mint.new_id("call_"), "type": "function", "function": function}


def _events(chunks: Chunks, answer: Answer, choices: int, mint: Mint) -> Iterator[Event]:
    """Yield all choices side by side, as OpenAI does."""
    everyone = range(choices)
    role: Json = {"role": "assistant", "content": None if answer.calls else "", "refusal": None}
    for index in everyone:
        yield chunks.chunk(_delta(index, role))
    # OpenAI shows no thoughts here; most of those who speak as it does write them so.
    said = [
        *(("reasoning_content", word) for word in answer.thoughts),
        *(("content", word) for word in answer.words),
    ]
    for member, word in said:
        for index in everyone:
            yield chunks.chunk(_delta(index, {member: word}), output=True)
    for number, call in enumerate(answer.calls):
        for index in everyone:
            yield from _call_events(chunks, index, number, call, mint)
    for index in everyone:
        yield chunks.chunk(_delta(index, {}, _FINISH[answer.finish]))
    yield from chunks.ending()


def _call_events(chunks: Chunks, index: int, number: int, call: ToolCall, mint: Mint) -> Iterator[Event]:
    """Yield a call: its id and name come once, then only pieces of its arguments."""
    named = {"index": number, **_call(ToolCall(call.name, ""), mint)}
    yield chunks.chunk(_delta(index, {"tool_calls": [named]}), output=True)
    for piece in call.pieces:
        part = {"index": number, "function": {"arguments": piece}}
        yield chunks.chunk(_delta(index, {"tool_calls": [part]}), output=True)


def _delta(index: int, delta: Json, finish: str | None = None) -> Json:
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
