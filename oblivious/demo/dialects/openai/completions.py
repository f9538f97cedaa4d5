"""POST /v1/completions, the legacy one."""

from collections.abc import Iterator
from time import time

import msgspec

from oblivious.demo import words
from oblivious.demo.answer import Answer, Ask, Finish, compose
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.openai.chat_request import StreamOptions, refuse_stream_options, stops_of
from oblivious.demo.dialects.openai.chunks import Chunks
from oblivious.demo.dialects.openai.inputs import Input, inputs_of, size
from oblivious.demo.dialects.openai.usage import usage_json
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Event, Json, Reply, encode
from oblivious.demo.usage import told, usage_of
from oblivious.demo.wire.request import Request

_DEFAULT_CAP = 16


class CompletionRequest(msgspec.Struct):
    """The members of a legacy request that the demo heeds."""

    model: str
    prompt: Input
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int = 1
    max_tokens: int | None = _DEFAULT_CAP
    stop: str | list[str] | None = None
    echo: bool | None = False


_decoder = msgspec.json.Decoder(CompletionRequest)


def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Complete each prompt.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_decoder, request.body)
    prompts = inputs_of(asked.prompt)
    refuse_unless(prompts, "[] is too short - 'prompt'", "prompt")
    refuse_unless(asked.n >= 1, "n must be at least 1.", "n", "integer_below_min_value")
    refuse_stream_options(asked.stream_options, stream=bool(asked.stream))
    ask = _ask(asked, prompts)
    answer = compose(ask, behaviour.length)
    usage = usage_of(ask, answer, behaviour)
    telling = told(usage, behaviour)
    heads = [_echoed(prompt, echo=bool(asked.echo)) for prompt in prompts for _ in range(asked.n)]
    frame = {
        "id": mint.new_id("cmpl-"),
        "object": "text_completion",
        "created": int(time()),
        "model": asked.model,
    }
    if asked.stream:
        usage_asked = bool(asked.stream_options and asked.stream_options.include_usage)
        chunks = Chunks(frame, telling, usage_asked=usage_asked)
        return Reply(events=tuple(_events(chunks, answer, heads)), usage=usage)
    choices = [_choice(index, head + answer.text, _finish(answer)) for index, head in enumerate(heads)]
    body = {**frame, "choices": choices, **({} if telling is None else {"usage": usage_json(telling)})}
    return Reply(encode(body), usage=usage, usage_given=telling is not None)


def _ask(asked: CompletionRequest, prompts: list[str | list[int]]) -> Ask:
    return Ask(
        text="",
        input_tokens=sum(map(size, prompts)),
        cap=asked.max_tokens,
        stops=stops_of(asked.stop),
        choices=len(prompts) * asked.n,
    )


def _echoed(prompt: str | list[int], *, echo: bool) -> str:
    return f"{prompt} " if echo and isinstance(prompt, str) else ""


def _finish(answer: Answer) -> str:
    return "length" if answer.finish is Finish.LENGTH else "stop"


def _choice(index: int, text: str, finish: str | None) -> Json:
    return {"text": text, "index": index, "logprobs": None, "finish_reason": finish}


def _events(chunks: Chunks, answer: Answer, heads: list[str]) -> Iterator[Event]:
    for index, head in enumerate(heads):
        for piece in (*words.pieces(head), *answer.words):
            yield chunks.chunk(_choice(index, piece, None), output=True)
        yield chunks.chunk(_choice(index, "", _finish(answer)))
    yield from chunks.ending()
