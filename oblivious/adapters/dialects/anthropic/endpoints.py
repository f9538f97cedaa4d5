from oblivious.adapters.dialects.endpoint import ANTHROPIC, Endpoint

MESSAGES = Endpoint(
    name="messages",
    chat=True,
    dialect=ANTHROPIC,
    path="messages",
    conversation="messages",
    listed=True,
    streams=True,
    caps=("max_tokens",),
)
COUNT_TOKENS = Endpoint(
    name="count_tokens",
    dialect=ANTHROPIC,
    path="messages/count_tokens",
    conversation="messages",
    listed=True,
    counts="input_tokens",
    free=True,
)
