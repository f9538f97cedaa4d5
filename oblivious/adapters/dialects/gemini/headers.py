from oblivious.adapters.dialects.headers import DOWN, DROPPED, PASSED, UP, Table, passing

GEMINI_UP: Table = {
    **UP,
    b"x-server-timeout": (PASSED, "how many seconds the client gives the server"),
    b"x-goog-api-client": (DROPPED, "an SDK's noise; the user agent says the same"),
    b"x-goog-user-project": (DROPPED, "belongs to the client's account, not to the channel's"),
    b"x-goog-request-params": (DROPPED, "routes by the client's name of the model"),
}

GEMINI_DOWN: Table = {
    **DOWN,
    b"server-timing": (DROPPED, "the provider's machinery"),
    b"x-frame-options": (DROPPED, "for pages of the provider's"),
    b"x-content-type-options": (DROPPED, "the same"),
    b"x-xss-protection": (DROPPED, "the same"),
}

GOES_UP = passing(GEMINI_UP)
COMES_DOWN = passing(GEMINI_DOWN)
