"""The Lua scripts, put together from their parts and named by their hash."""

from hashlib import sha1
from pathlib import Path
from typing import Final

import msgspec

from oblivious.infra.state.account import RELEASED_ON_REFUSAL
from oblivious.infra.state.wallet import ENDED_TOMBSTONE_MS, TOMBSTONE_MS

SERVER_TIME: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""
"""Lua that sets `now` to milliseconds by the server's clock."""

_FOLDER = Path(__file__).with_name("scripts")
_CONSTANTS = f"""
local TOMBSTONE_MS, ENDED_TOMBSTONE_MS = {TOMBSTONE_MS}, {ENDED_TOMBSTONE_MS}
local RELEASED_ON_REFUSAL = {RELEASED_ON_REFUSAL}
"""
_PARTS: Final = {
    "take": ("gauges", "release", "window"),
    "finish": ("gauges", "window"),
    "renew": (),
    "seed": (),
    "settle": ("gauges", "release"),
    "reput": ("gauges",),
    "sweep": ("gauges", "release"),
}


class Scripts(msgspec.Struct, frozen=True):
    """The SHA-1 of each script, as EVALSHA takes it, and all sources to load."""

    take: str
    finish: str
    renew: str
    seed: str
    settle: str
    reput: str
    sweep: str
    sources: tuple[str, ...]


def scripts(clock: str = SERVER_TIME) -> Scripts:
    """Put the scripts together over Lua that sets `now`."""
    sources = {name: _assembled(name, parts, clock) for name, parts in _PARTS.items()}
    hashes = {
        name: sha1(source.encode(), usedforsecurity=False).hexdigest() for name, source in sources.items()
    }
    return Scripts(**hashes, sources=tuple(sources.values()))


def _assembled(name: str, parts: tuple[str, ...], clock: str) -> str:
    files = [(_FOLDER / f"{part}.lua").read_text() for part in (*parts, name)]
    return "".join((clock, _CONSTANTS, *files))
