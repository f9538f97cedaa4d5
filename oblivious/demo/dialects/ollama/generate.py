"""POST /api/generate."""

from collections.abc import Iterator

import msgspec

from oblivious.demo import words
from oblivious.demo.answer import Answer, Ask, compose
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.ollama.request import Asked, Options, check, check_images, read_asked
from oblivious.demo.dialects.ollama.shape import ending, head
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Event, Json, Reply, encode
from oblivious.demo.usage import Usage, told, usage_of
from oblivious.demo.wire.request import Request


class GenerateRequest(Asked):
    """The members of a request that the demo heeds; all others pass unread."""

    prompt: str = ""
    system: str = ""
    images: list[str] | None = None


_decoder = msgspec.json.Decoder(GenerateRequest)


def reply(request: Request, behaviour: Behaviour, _mint: Mint) -> Reply:
    """Go on from a prompt; one that is empty only loads the model, or unloads it.

    Raises:
        Refusal: 400, saying what is wrong.
    """
    asked = read_asked(_decoder, request)
    check(asked)
    check_images(asked.images or ())
    if not asked.prompt:
        reason = "unload" if asked.unloads else "load"
        return Reply(encode({**head(asked.model), "response": "", "done": True, "done_reason": reason}))
    ask = _ask_of(asked)
    answer = compose(ask, behaviour.length)
    usage = usage_of(ask, answer, behaviour)
    telling = told(usage, behaviour)
    if asked.streams:
        return Reply(events=tuple(_events(asked.model, answer, telling)), usage=usage)
    thinking = {"thinking": answer.thought} if answer.thoughts else {}
    body = {**head(asked.model), "response": answer.text, **thinking, **ending(answer.finish, telling)}
    return Reply(encode(body), usage=usage, usage_given=telling is not None)


def _ask_of(asked: GenerateRequest) -> Ask:
    options = asked.options or Options()
    return Ask(
        text=asked.prompt,
        input_tokens=words.count(asked.system) + words.count(asked.prompt),
        cap=options.cap,
        stops=options.stops,
        thinks=bool(asked.think),
        schema=asked.schema,
    )


def _events(model: str, answer: Answer, telling: Usage | None) -> Iterator[Event]:
    for thought in answer.thoughts:
        yield _line(model, {"response": "", "thinking": thought})
    for word in answer.words:
        yield _line(model, {"response": word})
    end = {**head(model), "response": "", **ending(answer.finish, telling)}
    yield Event(encode(end), usage=telling is not None)


def _line(model: str, said: Json) -> Event:
    return Event(encode({**head(model), **said, "done": False}), output=True)
