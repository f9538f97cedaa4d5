"""The message of an answer: what it is in the end, and the events that add up to it."""

from collections.abc import Iterator
from typing import cast

import msgspec

from oblivious.demo.answer import Answer, ToolCall
from oblivious.demo.dialects.cohere.request import ChatRequest
from oblivious.demo.dialects.reading import text_of
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Event, Json, named_event

_EMPTY: Json = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}


class Said(msgspec.Struct, frozen=True):
    """An answer with the names that its calls got, and what its words rest on.

    What was thought before calls is their plan; else it is a content of its own.
    """

    answer: Answer
    calls: tuple[tuple[str, ToolCall], ...]
    source: Json | None = None

    @property
    def contents(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the contents, each as its kind and its pieces."""
        thoughts = () if self.calls else self.answer.thoughts
        both = (("thinking", thoughts), ("text", self.answer.words))
        return [(kind, pieces) for kind, pieces in both if pieces]

    @property
    def plan(self) -> tuple[str, ...]:
        """Return the pieces of the plan."""
        return self.answer.thoughts if self.calls else ()

    @property
    def citations(self) -> list[Json]:
        """Return what the first word rests on, if it rests on anything."""
        if self.source is None or not self.answer.words:
            return []
        word = self.answer.words[0]
        place = {"start": 0, "end": len(word), "text": word, "content_index": len(self.contents) - 1}
        return [{**place, "sources": [self.source], "type": "TEXT_CONTENT"}]


def said(asked: ChatRequest, answer: Answer, mint: Mint) -> Said:
    """Return what is said, with new ids."""
    calls = tuple((mint.new_id(f"{call.name}_"), call) for call in answer.calls)
    return Said(answer, calls, _source(asked) if asked.schema is None else None)


def _source(asked: ChatRequest) -> Json | None:
    """Return what an answer rests on: the first document, or the last result of a tool."""
    if asked.documents:
        given = asked.documents[0]
        told: Json = {"data": given} if isinstance(given, str) else given
        name = str(told.get("id", "doc:0"))
        data = told.get("data")
        document = cast("Json", data) if isinstance(data, dict) else {"text": str(data)}
        return {"type": "document", "id": name, "document": {"id": name, **document}}
    if asked.answered:
        last = asked.messages[-1]
        output = {"content": text_of(last.content)}
        return {"type": "tool", "id": f"{last.tool_call_id}:0", "tool_output": output}
    return None


def whole(spoken: Said) -> Json:
    """Return the message."""
    message: Json = {"role": "assistant"}
    content = [{"type": kind, kind: "".join(pieces)} for kind, pieces in spoken.contents]
    given = {
        "content": content,
        "tool_plan": "".join(spoken.plan),
        "tool_calls": [_call(call_id, call, call.arguments) for call_id, call in spoken.calls],
        "citations": spoken.citations,
    }
    return message | {name: value for name, value in given.items() if value}


def events(spoken: Said, answer_id: str) -> Iterator[Event]:
    """Yield the events up to the end of the message."""
    yield named_event({"type": "message-start", "id": answer_id, "delta": {"message": _EMPTY}})
    for word in spoken.plan:
        yield _event("tool-plan-delta", None, {"tool_plan": word}, output=True)
    for index, (kind, pieces) in enumerate(spoken.contents):
        yield _event("content-start", index, {"content": {"type": kind, kind: ""}})
        for place, piece in enumerate(pieces):
            yield _event("content-delta", index, {"content": {kind: piece}}, output=True)
            if kind == "text" and place == 0:
                yield from _citing(spoken.citations)
        yield _event("content-end", index)
    for index, (call_id, call) in enumerate(spoken.calls):
        yield _event("tool-call-start", index, {"tool_calls": _call(call_id, call, "")})
        for piece in call.pieces:
            more = {"tool_calls": {"function": {"arguments": piece}}}
            yield _event("tool-call-delta", index, more, output=True)
        yield _event("tool-call-end", index)


def _citing(citations: list[Json]) -> Iterator[Event]:
    for index, citation in enumerate(citations):
        yield _event("citation-start", index, {"citations": citation})
        yield _event("citation-end", index)


def _call(call_id: str, call: ToolCall, arguments: str) -> Json:
    return {"id": call_id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _event(kind: str, index: int | None, message: Json | None = None, *, output: bool = False) -> Event:
    value: Json = {"type": kind}
    if index is not None:
        value["index"] = index
    if message is not None:
        value["delta"] = {"message": message}
    return named_event(value, output=output)
