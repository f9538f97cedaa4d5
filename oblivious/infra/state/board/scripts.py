"""The board's Lua scripts; `rules.py` is what they do."""

from typing import Final

import msgspec

from oblivious.infra.state.board import rules
from oblivious.infra.state.redis.scripts import SERVER_TIME, digest, whole

PRUNED_A_REPORT: Final = 20
"""How many subjects that have nothing to say any more go with each command of reports."""

_CONSTANTS = f"""
local KEPT_MS, LONGEST_HOLD_MS = {rules.KEPT_MS}, {rules.LONGEST_HOLD_MS}
local CALM_HOLDS, MOST_DOUBLINGS = {rules.CALM_HOLDS}, {rules.MOST_DOUBLINGS}
local PRUNED_A_REPORT = {PRUNED_A_REPORT}
"""


class BoardScripts(msgspec.Struct, frozen=True):
    """The SHA-1 of each script, as EVALSHA takes it, and all sources to load."""

    report: str
    prune: str
    clear: str
    claim: str
    release: str
    sources: tuple[str, ...]


_BODIES: Final = {
    name: whole(f"board_{name}") for name in BoardScripts.__struct_fields__ if name != "sources"
}


def board_scripts(clock: str = SERVER_TIME) -> BoardScripts:
    """Put the scripts together over Lua that sets `now`."""
    sources = {name: clock + _CONSTANTS + body for name, body in _BODIES.items()}
    return BoardScripts(
        **{name: digest(source) for name, source in sources.items()}, sources=tuple(sources.values())
    )
