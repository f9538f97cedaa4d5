"""POST /v2/chat."""

from oblivious.demo.answer import Finish, compose
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.cohere.message import events, said, whole
from oblivious.demo.dialects.cohere.request import ask_of, read_chat
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode, named_event
from oblivious.demo.usage import Usage, told, usage_of
from oblivious.demo.wire.request import Request

PREAMBLE = 7
"""Tokens that Cohere puts before every conversation, and does not bill."""

_FINISH = {
    Finish.STOP: "COMPLETE",
    Finish.STOP_SEQUENCE: "STOP_SEQUENCE",
    Finish.LENGTH: "MAX_TOKENS",
    Finish.TOOLS: "TOOL_CALL",
}


def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Answer a conversation.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read_chat(request.body)
    ask = ask_of(asked)
    answer = compose(ask, behaviour.length)
    usage = usage_of(ask, answer, behaviour)
    telling = told(usage, behaviour)
    ending: Json = {"finish_reason": _FINISH[answer.finish], **_usage(telling)}
    spoken, answer_id = said(asked, answer, mint), mint.new_id("")
    if asked.stream:
        end = named_event({"type": "message-end", "delta": ending}, usage=telling is not None)
        return Reply(events=(*events(spoken, answer_id), end), usage=usage)
    logprobs = {"logprobs": [_token(word) for word in answer.words]} if asked.logprobs else {}
    body = encode({"id": answer_id, "message": whole(spoken), **ending, **logprobs})
    return Reply(body, usage=usage, usage_given=telling is not None)


def _token(word: str) -> Json:
    return {"text": word, "token_ids": [len(word)], "logprobs": [-0.25]}


def _usage(usage: Usage | None) -> Json:
    if usage is None:
        return {}
    billed = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    tokens = {**billed, "input_tokens": usage.input_tokens + PREAMBLE}
    return {"usage": {"billed_units": billed, "tokens": tokens, "cached_tokens": 0}}
