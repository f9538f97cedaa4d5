"""Vendors who serve the models that they make."""

from oblivious.adapters.dialects.endpoint import ANTHROPIC, COHERE, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.providers.provider import Auth, Provider

MAKERS: tuple[Provider, ...] = (
    Provider(
        name="openai",
        speaks={OPENAI_CHAT: "https://api.openai.com/v1", OPENAI_RESPONSES: "https://api.openai.com/v1"},
        key_variable="OPENAI_API_KEY",
        developer_role=True,
        output_cap="max_completion_tokens",
        cache_member="prompt_cache_breakpoint",
        source="openai 3.52 for Python, read 2026-11-20",
    ),
    Provider(
        name="anthropic",
        speaks={ANTHROPIC: "https://api.anthropic.com/v1"},
        auth={ANTHROPIC: Auth.X_API_KEY},
        key_variable="ANTHROPIC_API_KEY",
        # https://platform.claude.com/docs/en/build-with-claude/message-threads, read 2026-11-27
        keeps_threads=True,
        source="anthropic 2.11 for Python, read 2026-11-20",
    ),
    Provider(
        name="gemini",
        speaks={GEMINI: "https://generativelanguage.googleapis.com/v1beta"},
        auth={GEMINI: Auth.X_GOOG_API_KEY},
        key_variable="GEMINI_API_KEY",
        source="google-genai 3.4 for Python, read 2026-11-20",
    ),
    Provider(
        name="mistral",
        speaks={OPENAI_CHAT: "https://api.mistral.ai/v1"},
        key_variable="MISTRAL_API_KEY",
        # It refuses members it does not know, and always tells the usage in the last chunk.
        usage_option=False,
        unsupported=frozenset(
            {
                "user",
                "logit_bias",
                "store",
                "service_tier",
                "cache_key",
                "cache_retention",
                "verbosity",
                "modalities",
                "voice",
            }
        ),
        renames={"seed": "random_seed", "tool_choice.required": "any"},
        call_id_length=9,
        message_names=False,
        source="mistralai 3.7.0 for Python, read 2026-11-27",
    ),
    Provider(
        name="xai",
        speaks={OPENAI_CHAT: "https://api.x.ai/v1", OPENAI_RESPONSES: "https://api.x.ai/v1"},
        key_variable="XAI_API_KEY",
        headers=frozenset({b"x-grok-conv-id"}),
        source="https://docs.x.ai, read 2026-11-21; its Anthropic endpoint is deprecated and left out",
    ),
    Provider(
        name="cohere",
        # Its own chat says more: budgets of thought, plans, sources. Clients of chat keep the compatible one.
        speaks={
            OPENAI_CHAT: "https://api.cohere.ai/compatibility/v1",
            COHERE: "https://api.cohere.com/v2",
        },
        key_variable="CO_API_KEY",
        # Not among the parameters of its compatible path, and reported to be refused there.
        usage_option=False,
        unsupported=frozenset(
            {
                "n",
                "logit_bias",
                "metadata",
                "modalities",
                "parallel_tools",
                "prediction",
                "service_tier",
                "store",
                "voice",
            }
        ),
        source="https://docs.cohere.com/reference/chat and docs/compatibility-api, read 2026-11-27",
    ),
    Provider(
        name="perplexity",
        # Its chat completions (Sonar) ended on 2026-09-27.
        speaks={OPENAI_RESPONSES: "https://api.perplexity.ai/v1"},
        key_variable="PERPLEXITY_API_KEY",
        source="https://docs.perplexity.ai/docs/agent-api/migrate-from-sonar, read 2026-11-27",
    ),
)
