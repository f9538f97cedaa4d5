"""Google's cloud: its own models, Anthropic's, and others', each family in a dialect of its own.

All of them are below one project and one location. The project of a channel that names none is the one of its
service account.
"""

from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OPENAI_CHAT
from oblivious.adapters.providers.provider import Auth, Provider
from oblivious.adapters.providers.speakers import with_speakers
from oblivious.adapters.providers.transport import Transport

_HOME = "https://aiplatform.googleapis.com/v1/projects/{project}/locations/global"

_PREDICTED = "^(text-embedding|text-multilingual-embedding|textembedding-gecko)"
"""Models that make embeddings, and nothing else."""

_BETAS = frozenset(
    {
        "compact-2026-01-12",
        "compact-2026-09-04",
        "computer-use-2025-01-24",
        "computer-use-2025-11-24",
        "context-1m-2025-08-07",
        "context-management-2025-06-27",
        "dangerous-tool-use-2026-09-03",
        "interleaved-thinking-2025-05-14",
        "per-turn-control-2026-07-01",
        "thinking-binding-controls-2026-08-01",
        "thinking-display-updates-2026-08-18",
        "tool-search-tool-2025-10-19",
        "web-search-2025-03-05",
    }
)
"""Any other one makes Google refuse the request (what litellm lets through there, read 2026-11-27)."""

_GOOGLE = Transport(
    below="publishers/google",
    mends={"contents": with_speakers},
    # Only the Gemini API keeps answers; here the member is unknown, and unknown members are refused.
    leaves_out=frozenset({"store"}),
    counts=frozenset({"contents", "systemInstruction", "tools", "generationConfig"}),
    # Later ones of Gemini's are asked as at the Gemini API.
    predicts=f"{_PREDICTED}|^gemini-embedding-001",
)

VERTEX: tuple[Provider, ...] = (
    Provider(
        name="vertex",
        speaks={GEMINI: _HOME, ANTHROPIC: _HOME, OPENAI_CHAT: _HOME},
        auth={GEMINI: Auth.GOOGLE, ANTHROPIC: Auth.GOOGLE, OPENAI_CHAT: Auth.GOOGLE},
        versioned=False,
        # Other makers' models are written with their maker: `meta/llama-4-maverick-17b-128e-instruct-maas`.
        only={GEMINI: f"^gemini|{_PREDICTED}", ANTHROPIC: "^claude", OPENAI_CHAT: "/"},
        transports={
            GEMINI: _GOOGLE,
            ANTHROPIC: Transport(
                below="publishers/anthropic",
                paths={
                    "messages": "models/{model}:rawPredict",
                    "messages/count_tokens": "models/count-tokens:rawPredict",
                },
                streams={"messages": "models/{model}:streamRawPredict"},
                keeps_query=False,
                sets={"anthropic_version": b'"vertex-2023-10-16"'},
                leaves_out=frozenset({"model"}),
                leaves_in=frozenset({"messages/count_tokens"}),
                drops=frozenset({b"anthropic-version"}),
                renames={"advanced-tool-use-2025-11-20": "tool-search-tool-2025-10-19"},
                takes=_BETAS,
                # https://platform.claude.com/docs/en/build-with-claude/vision, read 2026-11-27
                fetches=False,
            ),
            OPENAI_CHAT: Transport(below="endpoints/openapi", keeps_query=False),
        },
        source="google-genai 3.6.1 and anthropic 2.11.0 (AnthropicVertex) for Python, read 2026-11-27",
    ),
    Provider(
        name="vertex-express",
        speaks={GEMINI: "https://aiplatform.googleapis.com/v1"},
        auth={GEMINI: Auth.X_GOOG_API_KEY},
        only={GEMINI: f"^gemini|{_PREDICTED}"},
        transports={GEMINI: _GOOGLE},
        source="google-genai 3.6.1 for Python (vertexai with an API key), read 2026-11-27",
    ),
)
