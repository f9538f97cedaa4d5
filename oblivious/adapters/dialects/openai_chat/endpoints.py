from oblivious.adapters.dialects.endpoint import OPENAI_CHAT, Endpoint, Kind

INPUT = "input"
"""Cursor posts here what responses take, and reads chat completions (its users' reports, 2026-11)."""

CHAT = Endpoint(
    name="chat_completions",
    kind=Kind.CHAT,
    dialect=OPENAI_CHAT,
    path="chat/completions",
    conversation="messages",
    listed=True,
    instead=(INPUT,),
    borrowed=INPUT,
    streams=True,
    usage_option=True,
    caps=("max_completion_tokens", "max_tokens", "max_output_tokens"),
    multiples=("n",),
)
COMPLETIONS = Endpoint(
    name="completions",
    dialect=OPENAI_CHAT,
    path="completions",
    conversation="prompt",
    streams=True,
    usage_option=True,
    caps=("max_tokens",),
    multiples=("n", "best_of"),
)
EMBEDDINGS = Endpoint(
    name="embeddings", kind=Kind.EMBEDDINGS, dialect=OPENAI_CHAT, path="embeddings", conversation="input"
)
MODERATIONS = Endpoint(
    name="moderations",
    dialect=OPENAI_CHAT,
    path="moderations",
    conversation="input",
    default_model="omni-moderation-latest",
)
