"""POST /v1beta/models/{model}:generateContent and :streamGenerateContent."""

from collections.abc import Iterator

from oblivious.demo.answer import Answer, Finish, compose
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.gemini.parts import last_part, parts_of, pieces_of
from oblivious.demo.dialects.gemini.path import in_path
from oblivious.demo.dialects.gemini.request import ask_of, read_generate
from oblivious.demo.dialects.gemini.usage import UsageSoFar, told_usage
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Event, Json, Reply, encode
from oblivious.demo.usage import Usage, told, usage_of
from oblivious.demo.wire.request import Request

_FINISH = {
    Finish.STOP: "STOP",
    Finish.STOP_SEQUENCE: "STOP",
    Finish.LENGTH: "MAX_TOKENS",
    Finish.TOOLS: "STOP",
}


def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Answer a conversation.

    Raises:
        Refusal: 400, naming the field.
    """
    ask = ask_of(read_generate(request.body, mint))
    answer = compose(ask, behaviour.length)
    usage = usage_of(ask, answer, behaviour)
    telling = told(usage, behaviour)
    envelope = in_path(request)
    frame: Json = {"modelVersion": envelope.model, "responseId": mint.new_id("")}
    if envelope.stream:
        return Reply(events=tuple(_events(frame, answer, ask.choices, telling, mint)), usage=usage)
    parts = [parts_of(answer, mint) for _ in range(ask.choices)]
    candidates = [_candidate(index, own, answer.finish) for index, own in enumerate(parts)]
    body = encode({"candidates": candidates, **told_usage(telling), **frame})
    return Reply(body, usage=usage, usage_given=telling is not None)


def _candidate(index: int, parts: list[Json], finish: Finish | None = None) -> Json:
    content: Json = {"parts": parts, "role": "model"} if parts else {"role": "model"}
    ended = {} if finish is None else {"finishReason": _FINISH[finish]}
    return {"content": content, **ended, "index": index}


def _events(frame: Json, answer: Answer, choices: int, telling: Usage | None, mint: Mint) -> Iterator[Event]:
    """Yield all candidates side by side; the last piece of each says why it ended."""
    so_far = UsageSoFar(telling)
    for pieces in zip(*(pieces_of(answer, mint) for _ in range(choices)), strict=True):
        for index, piece in enumerate(pieces):
            usage = so_far.plus(piece.tokens, thought=piece.thought)
            chunk = {"candidates": [_candidate(index, [piece.part])], **usage, **frame}
            yield Event(encode(chunk), output=True)
    for index in range(choices):
        candidate = _candidate(index, [last_part(answer, mint)], answer.finish)
        chunk = {"candidates": [candidate], **so_far.all(), **frame}
        yield Event(encode(chunk), usage=telling is not None)
