"""What a request can be sent to, as data."""

import enum

import msgspec

OPENAI_CHAT = "openai_chat"
OPENAI_RESPONSES = "openai_responses"
ANTHROPIC = "anthropic"
GEMINI = "gemini"
BEDROCK = "bedrock"
OLLAMA = "ollama"
COHERE = "cohere"


class Kind(enum.StrEnum):
    """What is asked and answered, where other dialects can say it, too."""

    CHAT = "chat"
    EMBEDDINGS = "embeddings"
    COUNT = "count"


class Endpoint(msgspec.Struct, frozen=True):
    """One path of a dialect.

    Attributes:
        name: as journals, usage rows and metrics know it.
        path: below the version: `chat/completions`.
        conversation: the member that holds what is asked; it must not be empty.
        listed: the conversation must be a list; else a text will do.
        instead: members that stand for a conversation the upstream keeps; with one the list may be missing.
        borrowed: a member in which some clients send a conversation as another endpoint takes it.
        streams: the answer can be a stream of events.
        free: what it uses is not billed.
        usage_option: a stream tells its usage only if `stream_options.include_usage` asks for it.
        caps: members that limit the output tokens; the largest one given counts.
        multiples: members that multiply the output; the largest one given counts.
        counts: the member that tells how many tokens a conversation has; empty where nothing is counted.
        kind: what it is in any dialect; None where no other one has the like.
        default_model: what the upstream takes where no model is named; empty where one must be.
    """

    name: str
    dialect: str
    path: str
    conversation: str
    listed: bool = False
    instead: tuple[str, ...] = ()
    borrowed: str = ""
    streams: bool = False
    free: bool = False
    usage_option: bool = False
    caps: tuple[str, ...] = ()
    multiples: tuple[str, ...] = ()
    default_model: str = ""
    counts: str = ""
    kind: Kind | None = None
    method: str = "POST"
