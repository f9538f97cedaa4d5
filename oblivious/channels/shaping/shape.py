"""One body on its way up: instructions, then fields, then operations, each in its order."""

from collections.abc import Iterator

from oblivious.adapters.dialects.endpoint import Kind
from oblivious.adapters.members import NotAnObject, NotJson
from oblivious.channels.shaping.applied import Applied
from oblivious.channels.shaping.conditions import holds
from oblivious.channels.shaping.document import Document
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.operations import delete_at, done
from oblivious.channels.shaping.paths import steps_of
from oblivious.channels.shaping.patience import GaveUp
from oblivious.channels.shaping.shaping import Operation, Shaping
from oblivious.channels.shaping.system import instruct
from oblivious.channels.shaping.templates import filled

_DID = {
    "set": "set",
    "delete": "deleted",
    "move": "moved",
    "append": "appended",
    "prepend": "prepended",
    "replace": "replaced",
}
"""What an operation has done, for the trace."""

_SAID = {"add": "prepended", "append": "appended", "override": "overridden"}
"""The same for the modes of instructions."""


def shape_body(shaping: Shaping, facts: Facts, body: bytes) -> tuple[bytes, list[Applied]]:
    """Return the body as the channel sends it, and what was done; never raises.

    Instructions and fields are for conversations; so are operations that do not ask for another `kind`.
    A body in which nothing is done is returned as it came.
    """
    try:
        document = Document(body)
    except (NotJson, NotAnObject):
        return body, []
    applied = [
        *_instructed(shaping, facts, document),
        *_filtered(shaping, facts, document),
        *_operated(shaping, facts, document),
    ]
    if not document.dirty:
        return body, applied
    try:
        return document.encoded(), applied
    except RecursionError:  # a client's body was nested to the limit, and is now beyond
        return body, [Applied("body", "nested too deeply", "all of it", 0)]


def _instructed(shaping: Shaping, facts: Facts, document: Document) -> Iterator[Applied]:
    system = shaping.system
    if system is None or facts.kind is not Kind.CHAT:
        return
    text = filled(system.text, facts)
    if text:
        told = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        member = instruct(document, facts.dialect, told, system.mode)
        if member:
            yield Applied("system", _SAID[system.mode], member)


def _filtered(shaping: Shaping, facts: Facts, document: Document) -> Iterator[Applied]:
    fields = shaping.fields
    if fields is None or facts.kind is not Kind.CHAT:
        return
    for at, path in enumerate(fields.drop):
        places = delete_at(document, steps_of(path))
        if places:
            document.changed(steps_of(path))
            yield Applied(f"fields.drop[{at}]", "deleted", path, places)
    if fields.only:
        for name in [name for name in document.names() if name not in fields.only]:
            document.remove(name)
            yield Applied("fields.only", "deleted", name)


def _operated(shaping: Shaping, facts: Facts, document: Document) -> Iterator[Applied]:
    for at, operation in enumerate(shaping.operations):
        part = f"operations[{at}]"
        try:
            if _meant(operation, facts) and all(holds(test, facts, document) for test in operation.when):
                places = done(document, operation)
                if places:
                    yield Applied(part, _DID[operation.op], operation.path, places)
        except GaveUp as reason:
            yield Applied(part, str(reason), operation.path, 0)


def _meant(operation: Operation, facts: Facts) -> bool:
    """Whether it is for what is asked: a conversation, or else its conditions see to it."""
    return facts.kind is Kind.CHAT or any(test.fact == "kind" for test in operation.when)
