"""Vendors that speak one of our dialects as it is: a few lines each, no code."""

from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.providers.provider import Auth, Provider

_X_API_KEY = {ANTHROPIC: Auth.X_API_KEY}
_X_GOOG_API_KEY = {GEMINI: Auth.X_GOOG_API_KEY}

COMPATIBLE: tuple[Provider, ...] = (
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
        auth=_X_API_KEY,
        key_variable="ANTHROPIC_API_KEY",
        source="anthropic 2.11 for Python, read 2026-11-20",
    ),
    Provider(
        name="gemini",
        speaks={GEMINI: "https://generativelanguage.googleapis.com/v1beta"},
        auth=_X_GOOG_API_KEY,
        key_variable="GEMINI_API_KEY",
        source="google-genai 3.4 for Python, read 2026-11-20",
    ),
    Provider(
        name="deepseek",
        speaks={
            OPENAI_CHAT: "https://api.deepseek.com/v1",
            ANTHROPIC: "https://api.deepseek.com/anthropic/v1",
        },
        auth=_X_API_KEY,
        key_variable="DEEPSEEK_API_KEY",
        # In a tool loop it refuses a past answer that comes back without its thoughts.
        reasoning_field="reasoning_content",
        source="https://api-docs.deepseek.com/guides/anthropic_api, read 2026-11-21",
    ),
    Provider(
        name="openrouter",
        speaks={
            OPENAI_CHAT: "https://openrouter.ai/api/v1",
            OPENAI_RESPONSES: "https://openrouter.ai/api/v1",
            ANTHROPIC: "https://openrouter.ai/api/v1",
        },
        key_variable="OPENROUTER_API_KEY",
        reasoning_field="reasoning",
        cache_member="cache_control",
        headers=frozenset({b"http-referer", b"x-title", b"x-openrouter-title"}),
        source="https://openrouter.ai/docs, read 2026-11-21",
    ),
    Provider(
        name="groq",
        speaks={
            OPENAI_CHAT: "https://api.groq.com/openai/v1",
            OPENAI_RESPONSES: "https://api.groq.com/openai/v1",
        },
        key_variable="GROQ_API_KEY",
        source="https://console.groq.com/docs/openai, read 2026-11-21",
    ),
    Provider(
        name="mistral",
        speaks={OPENAI_CHAT: "https://api.mistral.ai/v1"},
        key_variable="MISTRAL_API_KEY",
        # It refuses members it does not know, and always tells the usage in the last chunk.
        usage_option=False,
        source="mistralai 3.7 for Python, read 2026-11-20",
    ),
    Provider(
        name="moonshot",
        speaks={
            OPENAI_CHAT: "https://api.moonshot.ai/v1",
            OPENAI_RESPONSES: "https://api.moonshot.ai/v1",
            ANTHROPIC: "https://api.moonshot.ai/anthropic/v1",
        },
        key_variable="MOONSHOT_API_KEY",
        reasoning_field="reasoning_content",
        source="https://platform.kimi.ai/docs/api/overview, read 2026-11-21; keys of .cn and .ai differ",
    ),
    Provider(
        name="xai",
        speaks={OPENAI_CHAT: "https://api.x.ai/v1", OPENAI_RESPONSES: "https://api.x.ai/v1"},
        key_variable="XAI_API_KEY",
        headers=frozenset({b"x-grok-conv-id"}),
        source="https://docs.x.ai, read 2026-11-21; its Anthropic endpoint is deprecated and left out",
    ),
    Provider(
        name="together",
        speaks={OPENAI_CHAT: "https://api.together.xyz/v1"},
        key_variable="TOGETHER_API_KEY",
        source="together 3.1 for Python, read 2026-11-20",
    ),
    Provider(
        name="fireworks",
        speaks={
            OPENAI_CHAT: "https://api.fireworks.ai/inference/v1",
            OPENAI_RESPONSES: "https://api.fireworks.ai/inference/v1",
            ANTHROPIC: "https://api.fireworks.ai/inference/v1",
        },
        key_variable="FIREWORKS_API_KEY",
        source="https://docs.fireworks.ai/nexus/apis-and-sdks, read 2026-11-21",
    ),
    Provider(
        name="siliconflow",
        speaks={OPENAI_CHAT: "https://api.siliconflow.cn/v1"},
        key_variable="SILICONFLOW_API_KEY",
        source="https://docs.siliconflow.cn, read 2026-11-20; .com is the same for keys made there",
    ),
    Provider(
        name="ollama",
        speaks={OPENAI_CHAT: "http://127.0.0.1:11434/v1"},
        needs_key=False,
        free=True,
        source="ollama 0.6 for Python, read 2026-11-20",
    ),
    Provider(
        name="demo",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: "", ANTHROPIC: "", GEMINI: ""},
        auth=_X_API_KEY | _X_GOOG_API_KEY,
        needs_key=False,
        free=True,
        source="ours: `oblivious demo-upstream`",
    ),
    Provider(
        name="openai-compatible",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: ""},
        needs_key=False,
        source="any server that speaks as OpenAI does: vLLM, SGLang, LM Studio, another gateway",
    ),
    Provider(
        name="anthropic-compatible",
        speaks={ANTHROPIC: ""},
        auth=_X_API_KEY,
        needs_key=False,
        source="any server that speaks as Anthropic does",
    ),
)
