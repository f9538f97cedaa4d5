from oblivious.adapters.dialects.endpoint import ANTHROPIC, Endpoint, Kind

MESSAGES = Endpoint(
    name="messages",
    kind=Kind.CHAT,
    dialect=ANTHROPIC,
    path="messages",
    conversation="messages",
    listed=True,
    streams=True,
    caps=("max_tokens",),
)
COUNT_TOKENS = Endpoint(
    name="count_tokens",
    kind=Kind.COUNT,
    dialect=ANTHROPIC,
    path="messages/count_tokens",
    conversation="messages",
    listed=True,
    counts="input_tokens",
    free=True,
)
