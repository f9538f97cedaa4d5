"""A stream of chunks, as chat and legacy completions have it."""

from collections.abc import Iterator

from oblivious.demo.dialects.openai.usage import usage_json
from oblivious.demo.reply import Event, Json, data_event
from oblivious.demo.usage import Usage

DONE = Event(b"data: [DONE]\n\n")


class Chunks:
    """Makes the events of one stream.

    Args:
        frame: the members that every chunk repeats.
        usage: what the last chunk tells; None withholds it.
        usage_asked: the client wants the usage: chunks say `null`, a choiceless last one tells it.
    """

    def __init__(self, frame: Json, usage: Usage | None, *, usage_asked: bool) -> None:
        self._frame = frame
        self._told = usage if usage_asked else None
        self._usage: Json = {"usage": None} if usage_asked else {}

    def chunk(self, choice: Json, *, output: bool = False) -> Event:
        """Return the event of a chunk with one choice."""
        return data_event({**self._frame, "choices": [choice], **self._usage}, output=output)

    def ending(self) -> Iterator[Event]:
        """Yield the choiceless chunk, if there is one, and the last line."""
        if self._told is not None:
            yield data_event({**self._frame, "choices": [], "usage": usage_json(self._told)}, usage=True)
        yield DONE
