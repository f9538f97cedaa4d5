"""What a shaping would do to a request, for an operator to look at."""

import msgspec

from oblivious.adapters.dialects.face import Headers
from oblivious.channels.shaping.applied import Applied
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.headers import shape_headers
from oblivious.channels.shaping.shape import shape_body
from oblivious.channels.shaping.shaping import Shaping


class Draft(msgspec.Struct, frozen=True):
    """The head and body of a request; headers without the channel's key."""

    headers: Headers
    body: bytes


class DryRun(msgspec.Struct, frozen=True):
    """A request before and after it was shaped."""

    before: Draft
    after: Draft
    applied: tuple[Applied, ...]


def dry_run(shaping: Shaping, facts: Facts, headers: Headers, body: bytes) -> DryRun:
    """Shape a request that goes nowhere."""
    shaped_headers, of_headers = shape_headers(shaping, facts, headers)
    shaped_body, of_body = shape_body(shaping, facts, body)
    return DryRun(Draft(headers, body), Draft(shaped_headers, shaped_body), (*of_headers, *of_body))
