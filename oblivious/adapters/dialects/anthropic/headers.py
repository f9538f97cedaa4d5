from oblivious.adapters.dialects.headers import DOWN, DROPPED, PASSED, UP, Table, passing

ANTHROPIC_UP: Table = {
    **UP,
    b"anthropic-version": (PASSED, "the client's own; 2023-06-01 where none came"),
    b"anthropic-beta": (PASSED, "turns features on; may stand more than once"),
    b"anthropic-dangerous-direct-browser-access": (DROPPED, "we are no browser"),
    b"x-app": (PASSED, "Claude Code says what it is"),
    b"x-claude-code-session-id": (PASSED, "Claude Code: keeps a session on a warm cache"),
}

ANTHROPIC_DOWN: Table = {
    **DOWN,
    b"anthropic-organization-id": (DROPPED, "names our account"),
    b"anthropic-ratelimit-requests-limit": (
        DROPPED,
        "the channel's limits, not the caller's, as all anthropic-ratelimit-*",
    ),
}

GOES_UP = passing(ANTHROPIC_UP)
COMES_DOWN = passing(ANTHROPIC_DOWN)
VERSION = (b"anthropic-version", b"2023-06-01")
