"""Servers that people run themselves, at the ports where they listen if nobody says otherwise.

Only an Ollama is looked for. The others get a channel when somebody adds one. Some part a model's thoughts
from its words only where they are told to, by a flag or a setting (their docs and issues, read 2026-11-27).
"""

from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OLLAMA, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.providers.provider import Auth, Provider

LOCAL: tuple[Provider, ...] = (
    Provider(
        name="ollama",
        speaks={OPENAI_CHAT: "http://127.0.0.1:11434/v1", OLLAMA: "http://127.0.0.1:11434"},
        needs_key=False,
        free=True,
        reasoning_field="reasoning",
        source="https://docs.ollama.com/api, and its server's source of 2026-08-21, read 2026-11-27",
    ),
    Provider(
        name="vllm",
        speaks={
            OPENAI_CHAT: "http://127.0.0.1:8000/v1",
            OPENAI_RESPONSES: "http://127.0.0.1:8000/v1",
            ANTHROPIC: "http://127.0.0.1:8000/v1",
        },
        needs_key=False,
        free=True,
        inline_thoughts="think",
        source="https://docs.vllm.ai/en/stable/serving, read 2026-11-27",
    ),
    Provider(
        name="sglang",
        speaks={OPENAI_CHAT: "http://127.0.0.1:30000/v1"},
        needs_key=False,
        free=True,
        inline_thoughts="think",
        source="https://docs.sglang.io/docs/basic_usage/send_request, read 2026-11-27",
    ),
    Provider(
        name="lmstudio",
        speaks={
            OPENAI_CHAT: "http://127.0.0.1:1234/v1",
            OPENAI_RESPONSES: "http://127.0.0.1:1234/v1",
            ANTHROPIC: "http://127.0.0.1:1234/v1",
        },
        needs_key=False,
        free=True,
        inline_thoughts="think",
        source="https://lmstudio.ai/docs/developer, read 2026-11-27",
    ),
    Provider(
        name="llamacpp",
        speaks={OPENAI_CHAT: "http://127.0.0.1:8080/v1", ANTHROPIC: "http://127.0.0.1:8080/v1"},
        needs_key=False,
        free=True,
        source="https://huggingface.co/blog/ggml-org/anthropic-messages-api-in-llamacpp, read 2026-11-27",
    ),
    Provider(
        name="xinference",
        speaks={OPENAI_CHAT: "http://127.0.0.1:9997/v1"},
        needs_key=False,
        free=True,
        source="https://inference.readthedocs.io, read 2026-11-27",
    ),
    Provider(
        name="localai",
        speaks={OPENAI_CHAT: "http://127.0.0.1:8080/v1"},
        needs_key=False,
        free=True,
        source="https://localai.io/docs/features, read 2026-11-27",
    ),
    Provider(
        name="demo",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: "", ANTHROPIC: "", GEMINI: ""},
        auth={ANTHROPIC: Auth.X_API_KEY, GEMINI: Auth.X_GOOG_API_KEY},
        needs_key=False,
        free=True,
        source="ours: `oblivious demo-upstream`",
    ),
    Provider(
        name="openai-compatible",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: ""},
        needs_key=False,
        source="any server that speaks as OpenAI does, such as another gateway",
    ),
    Provider(
        name="anthropic-compatible",
        speaks={ANTHROPIC: ""},
        auth={ANTHROPIC: Auth.X_API_KEY},
        needs_key=False,
        source="any server that speaks as Anthropic does",
    ),
)
