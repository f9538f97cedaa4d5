"""Names of tools: those that live in a namespace, and those that OpenAI would not take."""

import hashlib
import re
from collections.abc import Iterable, Mapping

from oblivious.adapters.chat.request import Tool
from oblivious.adapters.lenient import Json, part

NAMESPACE = "namespace"
"""In `Tool.more`: the namespace that a tool is from, and the tool as the client wrote it."""

Spaces = Mapping[str, tuple[str, str]]
"""The name of a tool to its namespace and its name in there."""

_GLUE = "__"
_LEGAL = re.compile(r"[A-Za-z0-9_-]{1,64}")  # OpenAI's API reference, read 2026-11
_ILLEGAL = re.compile(r"[^A-Za-z0-9_-]")
_KEPT = 55


def legal(name: str) -> str:
    """Return a name as it is where OpenAI takes it, else always the same other one for it."""
    if _LEGAL.fullmatch(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{_ILLEGAL.sub('_', name)[:_KEPT]}_{digest}"


def flat(namespace: str, name: str) -> str:
    """Return the one name of a tool in a namespace, for dialects that have no namespaces.

    A tool that a search loaded has a namespace of its own name, though nobody put it into one (seen 2026-11).
    """
    if namespace in ("", name):
        return name
    glue = "" if namespace.endswith(_GLUE) else _GLUE
    return legal(f"{namespace}{glue}{name}")


def home_of(tool: Tool) -> Json:
    """Return the namespace that a tool is from, empty for a tool without one."""
    return part(tool.more.get(NAMESPACE))


def spaces_of(tools: Iterable[Tool]) -> Spaces:
    """Return where the tools of a client of this dialect are from."""
    found = {tool.name: home_of(tool) for tool in tools}
    return {name: (home["name"], home["tool"]["name"]) for name, home in found.items() if home}
