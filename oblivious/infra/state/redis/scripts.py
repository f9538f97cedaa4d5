"""The Lua scripts, put together from their parts and named by their hash."""

import re
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
_INCLUDE = re.compile(r"^ *-- include (\w+)\n", re.MULTILINE)


class Scripts(msgspec.Struct, frozen=True):
    """The SHA-1 of each script, as EVALSHA takes it, and all sources to load."""

    turn: str
    renew: str
    seed: str
    settle: str
    reput: str
    sweep: str
    sources: tuple[str, ...]


def _whole(name: str) -> str:
    """Read a script with everything it includes, where it includes it."""
    return _INCLUDE.sub(lambda found: _whole(found[1]), (_FOLDER / f"{name}.lua").read_text())


_BODIES: Final = {name: _whole(name) for name in Scripts.__struct_fields__ if name != "sources"}


def scripts(clock: str = SERVER_TIME) -> Scripts:
    """Put the scripts together over Lua that sets `now`."""
    sources = {name: clock + _CONSTANTS + body for name, body in _BODIES.items()}
    hashes = {name: sha1(source.encode(), usedforsecurity=False) for name, source in sources.items()}
    return Scripts(
        **{name: made.hexdigest() for name, made in hashes.items()}, sources=tuple(sources.values())
    )
