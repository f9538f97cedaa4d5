"""What a client of Gemini wants embedded: one content, or several."""

from typing import Any

from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.fields import integer, items, members, text, wrong
from oblivious.adapters.dialects.gemini.endpoints import BATCH_EMBED_CONTENTS
from oblivious.adapters.dialects.gemini.translate.names import camel, get, listed
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.embeddings.tasks import task_named
from oblivious.adapters.lenient import Json, decoded
from oblivious.contracts.errors import InvalidRequest

_CONFIG = "embedContentConfig"
_KNOWN = frozenset({"model", "content", "taskType", "title", "outputDimensionality", _CONFIG})
_UNSPECIFIED = "TASK_TYPE_UNSPECIFIED"


def read_request(envelope: Envelope) -> EmbeddingRequest:
    """Read a request.

    Raises:
        InvalidRequest: names the field.
    """
    body: Json = {name: decoded(raw) for name, raw in envelope.members.items()}
    if envelope.endpoint is not BATCH_EMBED_CONTENTS:
        return _one(body, envelope.model, "")
    wanted = [
        _one(members(each, f"requests[{place}]"), envelope.model, f"requests[{place}].")
        for place, each in enumerate(listed(body.get("requests"), "requests"))
    ]
    return _together(wanted, [name for name in body if name != "requests"])


def _together(wanted: list[EmbeddingRequest], extra: list[str]) -> EmbeddingRequest:
    """Return several requests as one: other dialects say once what holds for all inputs."""
    first = wanted[0]
    for place, other in enumerate(wanted):
        for name, theirs, ours in (
            ("taskType", other.task, first.task),
            ("outputDimensionality", other.dimensions, first.dimensions),
        ):
            if theirs != ours:
                words = f"`requests[{place}].{name}` must be the same in all requests: {_WHY}"
                raise InvalidRequest(words, param=f"requests[{place}].{name}")
    extra += [name for each in wanted for name in each.extra]
    return EmbeddingRequest(
        origin=GEMINI,
        model=first.model,
        inputs=tuple(each.inputs[0] for each in wanted),
        dimensions=first.dimensions,
        task=first.task,
        extra=tuple(dict.fromkeys(extra)),
    )


_WHY = "the model is served in a dialect that has it once"


def _one(body: Json, model: str, place: str) -> EmbeddingRequest:
    config = {**members(get(body, _CONFIG), f"{place}{_CONFIG}"), **body}
    task = text(get(config, "taskType"), f"{place}taskType")
    known = task_named(task)
    extra = [name for name in body if camel(name) not in _KNOWN]
    if task and task != _UNSPECIFIED and not known:
        extra.append("taskType")
    title = text(get(config, "title"), f"{place}title")
    return EmbeddingRequest(
        origin=GEMINI,
        model=model,
        inputs=(Input(_text_of(body.get("content"), f"{place}content"), title=title),),
        alone=True,
        dimensions=_dimensions(get(config, "outputDimensionality"), f"{place}outputDimensionality"),
        task=known,
        extra=tuple(extra),
    )


def _dimensions(value: Any, name: str) -> int | None:
    found = integer(value, name)
    if found is not None and found < 0:
        raise wrong(name, "a positive integer")
    return found or None


def _text_of(value: Any, name: str) -> str:
    """Return the text of a content; its parts are one below the other.

    Raises:
        InvalidRequest: it has other media: they get a vector only where the model is served as Gemini's.
    """
    if isinstance(value, str):
        return value
    pieces = [
        _piece(members(part, f"{name}.parts[{place}]"), f"{name}.parts[{place}]")
        for place, part in enumerate(_parts(members(value, name), name))
    ]
    if not pieces:
        raise wrong(f"{name}.parts", "a list that is not empty")
    return "\n".join(pieces)


def _parts(content: Json, name: str) -> list[Any]:
    parts = content.get("parts")
    return [parts] if isinstance(parts, dict) else items(parts, f"{name}.parts")


def _piece(part: Json, name: str) -> str:
    if not isinstance(part.get("text"), str):
        raise InvalidRequest(
            f"`{name}` is no text, and the model is served in a dialect whose embeddings are of text alone",
            param=name,
        )
    return str(part["text"])
