"""Messages of vendors whose models write their thoughts into the text, as if these had their own place."""

from collections.abc import Iterable

from oblivious.adapters.chat.tagged import Piece, Tagged
from oblivious.adapters.lenient import Json, is_object

_CONTENT, _THOUGHTS = "content", "reasoning_content"


def parted(message: Json, tag: str) -> Json:
    """Return a whole message with its thoughts beside its words; `tag` names what they stand between."""
    content = message.get(_CONTENT)
    if not isinstance(content, str):
        return message
    tagged = Tagged(tag)
    return message | _beside([*tagged.feed(content), *tagged.finish()])


class Inline:
    """Does the same with the pieces of one choice of a stream."""

    __slots__ = ("_tagged",)

    def __init__(self, tag: str) -> None:
        self._tagged = Tagged(tag)

    def parted(self, choice: Json) -> Json:
        """Return what a chunk says of the choice; the end of a text may come with a later one."""
        delta = choice.get("delta")
        if self._tagged.done or not is_object(delta):
            return choice
        content = delta.get(_CONTENT)
        pieces = list(self._tagged.feed(content)) if isinstance(content, str) else []
        if choice.get("finish_reason"):
            pieces += self._tagged.finish()
        told = isinstance(content, str) or pieces
        return {**choice, "delta": delta | _beside(pieces)} if told else choice

    def rest(self) -> Json:
        """Return what was kept back, as a chunk would say it."""
        return {"delta": _beside(self._tagged.finish())}


def _beside(pieces: Iterable[Piece]) -> Json:
    said = {True: "", False: ""}
    for piece in pieces:
        said[piece.thought] += piece.text
    return {_CONTENT: said[False]} | ({_THOUGHTS: said[True]} if said[True] else {})
