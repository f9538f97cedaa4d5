"""Members within members that nobody here reads: they stay in their own dialect, and others name them."""

from collections.abc import Collection, Mapping

import msgspec

from oblivious.adapters.lenient import Json

_OUTER = frozenset({"generationConfig", "output_config", "reasoning", "text"})


def unread(outer: str, given: Json, known: Collection[str]) -> dict[str, msgspec.Raw]:
    """Return what else a member holds, by its path: `output_config.task_budget`."""
    return {
        f"{outer}.{name}": msgspec.Raw(msgspec.json.encode(value))
        for name, value in given.items()
        if name not in known and value is not None
    }


def put_back(body: Json, extra: Mapping[str, msgspec.Raw]) -> Json:
    """Return a body with what nobody read, each where it stood; what was written goes first."""
    out: Json = {**extra, **body}
    for path, raw in extra.items():
        outer, _, inner = path.partition(".")
        if inner and outer in _OUTER:
            del out[path]
            out[outer] = {inner: raw, **out.get(outer, {})}
    return out
