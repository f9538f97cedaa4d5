from oblivious.adapters.dialects.headers import DOWN, DROPPED, PASSED, UP, Table, passing

OPENAI_UP: Table = {
    **UP,
    b"openai-beta": (PASSED, "turns features on"),
    b"openai-organization": (DROPPED, "belongs to the client's account, not to the channel's"),
    b"openai-project": (DROPPED, "the same"),
    b"originator": (PASSED, "Codex says which of its clients speaks"),
    b"session-id": (PASSED, "Codex: keeps a session on a warm cache"),
    b"session_id": (PASSED, "the same, as older ones write it"),
    b"thread-id": (PASSED, "the same"),
    b"conversation_id": (PASSED, "the same"),
    b"x-openai-subagent": (PASSED, "Codex: what the request is for"),
    b"x-codex-turn-state": (DROPPED, "names a server of one account, and another may answer"),
    b"chatgpt-account-id": (DROPPED, "belongs to the client's account"),
}

OPENAI_DOWN: Table = {
    **DOWN,
    b"openai-processing-ms": (PASSED, "clients measure by it"),
    b"openai-version": (PASSED, "the API's version"),
    b"openai-organization": (DROPPED, "names our account"),
    b"openai-project": (DROPPED, "names our account"),
    b"x-codex-turn-state": (DROPPED, "names a server of one account"),
    b"x-ratelimit-limit-requests": (DROPPED, "the channel's limits, not the caller's, as all x-ratelimit-*"),
}

GOES_UP = passing(OPENAI_UP)
COMES_DOWN = passing(OPENAI_DOWN)
