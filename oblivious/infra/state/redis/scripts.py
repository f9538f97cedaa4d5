"""The Lua scripts, put together from their parts and named by their hash."""

import re
from hashlib import sha1
from pathlib import Path
from typing import Final

import msgspec

from oblivious.infra.state.account import RELEASED_ON_REFUSAL
from oblivious.infra.state.draws import FULL_GAUGE_MS, RELEASED_AT_ONCE
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
local RELEASED_AT_ONCE, FULL_GAUGE_MS, SAMPLED_FIELDS = {RELEASED_AT_ONCE}, {FULL_GAUGE_MS}, 100
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
    draw: str
    give_back: str
    renew_draws: str
    readings: str
    sources: tuple[str, ...]


def whole(name: str) -> str:
    """Read a script with everything it includes, where it includes it."""
    return _INCLUDE.sub(lambda found: whole(found[1]), (_FOLDER / f"{name}.lua").read_text())


_BODIES: Final = {name: whole(name) for name in Scripts.__struct_fields__ if name != "sources"}


def digest(source: str) -> str:
    """Return a script's SHA-1, as EVALSHA takes it."""
    return sha1(source.encode(), usedforsecurity=False).hexdigest()


def scripts(clock: str = SERVER_TIME) -> Scripts:
    """Put the scripts together over Lua that sets `now`."""
    sources = {name: clock + _CONSTANTS + body for name, body in _BODIES.items()}
    return Scripts(
        **{name: digest(source) for name, source in sources.items()}, sources=tuple(sources.values())
    )
