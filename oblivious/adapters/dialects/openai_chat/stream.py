"""The stream of chat and legacy completions: chunks of JSON, then `[DONE]`."""

from oblivious.adapters import sse
from oblivious.adapters.dialects.edits import Alias, renamed, renaming
from oblivious.adapters.dialects.openai_chat.faults import fault_in
from oblivious.adapters.dialects.openai_chat.usage import read_usage
from oblivious.adapters.dialects.scanner import Scanner, is_whole
from oblivious.adapters.estimate import text_in
from oblivious.adapters.lenient import Json, is_object, object_in, part, parts
from oblivious.contracts.errors import BrokeOff, Garbled, UpstreamError
from oblivious.contracts.usage import Usage

TEXT = frozenset(
    {
        "content",
        "text",
        "reasoning_content",
        "reasoning",
        "thinking",
        "refusal",
        "arguments",
        "input",
        "transcript",
    }
)
"""Members of choices that hold what a model wrote."""

_DONE = b"[DONE]"
_TAIL_BYTES = 4 * 1024
_TAIL_CHUNKS = 16


class ChatReader:
    """Reads chunks; keeps back the usage that only we asked for, and names the model as the client did.

    Attributes:
        finished: the last chunk that was read, of those that have choices, said why one ended.
    """

    __slots__ = (
        "_model",
        "_strip_usage",
        "alias",
        "bindings",
        "committed",
        "counted",
        "ended",
        "error",
        "finished",
        "usage",
        "watchful",
    )

    needles = (b'_tokens"', b'"error', _DONE)
    """Usage has counts, errors have the word (Cloudflare's are `errors`), and the terminator ends it."""

    def __init__(self, *, strip_usage: bool, model: bytes | None) -> None:
        self._strip_usage = strip_usage
        self._model = model
        self.watchful = True
        self.alias: Alias | None = None
        self.committed = False
        self.counted = True
        self.ended = False
        self.finished = False
        self.error: UpstreamError | None = None
        self.usage: Usage | None = None
        self.bindings: dict[str, None] = {}

    def read(self, data: bytes) -> bytes | None:
        """Read one chunk."""
        if data.rstrip() == _DONE:
            return self._done(data)
        self.ended = False
        chunk = object_in(data)
        return self._nonsense(data) if chunk is None else self._chunk(chunk, data)

    def text_bytes(self, data: bytes) -> int:
        """Count what the choices of a chunk carry."""
        chunk = object_in(data)
        return text_in(chunk.get("choices"), TEXT) if chunk is not None else 0

    def end(self) -> bytes:
        """Take the stream for complete; return the terminator that the vendor forgot."""
        self._commit(ended=True)
        return b"data: %b\n\n" % _DONE

    def _done(self, data: bytes) -> bytes | None:
        """End the stream; one in which nobody has said anything, nor why not, is no answer."""
        if self.committed:
            self._commit(ended=True)
            return data
        self.error = BrokeOff("the provider ended the stream before it said anything")
        return None

    def _chunk(self, chunk: Json, data: bytes) -> bytes | None:
        usage = read_usage(chunk)
        if usage is not None:
            self.usage = usage
        self.error = fault_in(chunk, data)
        if self.error is not None:
            return None
        choices = chunk.get("choices")
        if choices:
            self.finished = any(choice.get("finish_reason") for choice in parts(choices))
        if self._strip_usage and not choices and (usage is not None or is_object(chunk.get("usage"))):
            return None
        if not self.committed and any(_speaks(choice) for choice in parts(choices)):
            self._commit(ended=False)
        return data if self._model is None else self._renamed(data, self._model)

    def _renamed(self, data: bytes, model: bytes) -> bytes:
        if self.alias is None or not data.startswith(self.alias[0]):
            self.alias = renaming(data, model)
            self._look_out()
        return data if self.alias is None else renamed(data, self.alias)

    def _commit(self, *, ended: bool) -> None:
        self.committed = True
        self.ended = ended
        self._look_out()

    def _look_out(self) -> None:
        unnamed = self._model is not None and self.alias is None
        self.watchful = self.ended or unnamed or not self.committed

    def _nonsense(self, data: bytes) -> bytes | None:
        """Before the commit point it is a failure to hide; after it the client may make sense of it."""
        if self.committed:
            return data
        self.error = Garbled("the provider sent an event that is not JSON")
        return None


class ChatScanner(Scanner):
    """Ends the stream of one choice where the vendor forgot to, and only said why the choice ended.

    That is looked for in the last bytes, since nothing is to be watched for it on the way, and was seen where
    the usage was told: what Perplexity says at the end is longer than that.
    """

    __slots__ = ("_chunks", "_single", "_tail")

    def __init__(self, reader: ChatReader, *, single: bool = True) -> None:
        super().__init__(reader)
        self._chunks = reader
        self._single = single
        self._tail: list[bytes] = []

    def feed(self, chunk: bytes) -> bytes:
        """See `Scanner.feed`."""
        tail = self._tail
        tail.append(chunk if len(chunk) < _TAIL_BYTES else chunk[-_TAIL_BYTES:])
        if len(tail) > _TAIL_CHUNKS:
            self._tail = [b"".join(tail)[-_TAIL_BYTES:]]
        return Scanner.feed(self, chunk)

    def finish(self) -> bytes:
        """Return what was held back, at the end of the upstream's bytes, and a terminator that is missing."""
        broken = bool(self._framer.held) and not is_whole(bytes(self._framer.held))
        out = super().finish()
        if broken or self.ended or self.error is not None or not self._single:
            return out
        tail = b"".join(self._tail)[-_TAIL_BYTES:]
        return out + self._chunks.end() if self._chunks.finished or _is_finished(tail) else out


def _is_finished(block: bytes) -> bool:
    """Whether an event of a block says why its choice ended."""
    told = (sse.data_of(event) for event in sse.events(block))
    chunks = (object_in(data) for data in told if data is not None)
    choices = (choice for chunk in chunks if chunk is not None for choice in parts(chunk.get("choices")))
    return any(choice.get("finish_reason") for choice in choices)


def _speaks(choice: Json) -> bool:
    """Whether a choice says more than that somebody is about to speak."""
    said = any(value for name, value in part(choice.get("delta")).items() if name != "role")
    return bool(said or choice.get("finish_reason") or choice.get("text"))
