"""Vendors who serve models that others make; a base that is empty is another one for each account."""

from oblivious.adapters.dialects.endpoint import ANTHROPIC, BEDROCK, OLLAMA, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.providers.provider import Auth, Provider
from oblivious.adapters.providers.transport import Transport

_INVOKED_CLAUDE = Transport(
    paths={"messages": "model/{model}/invoke"},
    streams={"messages": "model/{model}/invoke-with-response-stream"},
    keeps_query=False,
    sets={"anthropic_version": b'"bedrock-2023-05-31"'},
    # Its tiers are asked for in a header.
    leaves_out=frozenset({"model", "stream", "service_tier"}),
    drops=frozenset({b"anthropic-version", b"accept"}),
    betas="anthropic_beta",
    # https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool, read 2026-11-27
    renames={"advanced-tool-use-2025-11-20": "tool-search-tool-2025-10-19"},
    # Any other one makes it refuse the request (its guide to Claude's messages, read 2026-11-27).
    takes=frozenset(
        {
            "compact-2026-01-12",
            "computer-use-2025-01-24",
            "computer-use-2025-11-24",
            "context-1m-2025-08-07",
            "context-management-2025-06-27",
            "effort-2025-11-24",
            "fine-grained-tool-streaming-2025-05-14",
            "interleaved-thinking-2025-05-14",
            "output-128k-2025-02-19",
            "token-efficient-tools-2025-02-19",
            "tool-examples-2025-10-29",
            "tool-search-tool-2025-10-19",
        }
    ),
    # Bedrock counts, but takes and answers another body.
    lacks=frozenset({"messages/count_tokens"}),
    # It takes images as data only (Anthropic's guide to vision, read 2026-11-27).
    fetches=False,
)

HOSTS: tuple[Provider, ...] = (
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
        # It refuses the first three with 400; none of its models heeds the next four.
        unsupported=frozenset(
            {
                "n",
                "logprobs",
                "logit_bias",
                "frequency_penalty",
                "presence_penalty",
                "metadata",
                "store",
                "cache_key",
                "cache_retention",
                "verbosity",
                "modalities",
                "voice",
                "prediction",
            }
        ),
        message_names=False,
        source="https://console.groq.com/docs/openai and groq 1.7.0 for Python, read 2026-11-27",
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
        speaks={OPENAI_CHAT: "https://api.siliconflow.cn/v1", ANTHROPIC: "https://api.siliconflow.cn/v1"},
        key_variable="SILICONFLOW_API_KEY",
        source="https://docs.siliconflow.cn, read 2026-11-27; .com is the same for keys made there",
    ),
    Provider(
        name="cerebras",
        speaks={OPENAI_CHAT: "https://api.cerebras.ai/v1"},
        key_variable="CEREBRAS_API_KEY",
        # Its SDK knows the first three, but not all of its models take them.
        unsupported=frozenset(
            {
                "logit_bias",
                "frequency_penalty",
                "presence_penalty",
                "metadata",
                "store",
                "cache_retention",
                "verbosity",
                "modalities",
                "voice",
            }
        ),
        source="cerebras-cloud-sdk 1.91.0 for Python and https://inference-docs.cerebras.ai, read 2026-11-27",
    ),
    Provider(
        name="nvidia",
        speaks={OPENAI_CHAT: "https://integrate.api.nvidia.com/v1"},
        key_variable="NVIDIA_API_KEY",
        source="https://build.nvidia.com, read 2026-11-27",
    ),
    Provider(
        name="huggingface",
        speaks={
            OPENAI_CHAT: "https://router.huggingface.co/v1",
            OPENAI_RESPONSES: "https://router.huggingface.co/v1",
        },
        key_variable="HF_TOKEN",
        source="https://huggingface.co/docs/inference-providers, read 2026-11-27; its responses are a beta",
    ),
    Provider(
        name="novita",
        speaks={
            OPENAI_CHAT: "https://api.novita.ai/openai/v1",
            ANTHROPIC: "https://api.novita.ai/anthropic/v1",
        },
        key_variable="NOVITA_API_KEY",
        source="https://novita.ai/docs/guides/llm-anthropic-compatibility, read 2026-11-27",
    ),
    Provider(
        name="sambanova",
        speaks={
            OPENAI_CHAT: "https://api.sambanova.ai/v1",
            OPENAI_RESPONSES: "https://api.sambanova.ai/v1",
            ANTHROPIC: "https://api.sambanova.ai/v1",
        },
        auth={ANTHROPIC: Auth.X_API_KEY},
        key_variable="SAMBANOVA_API_KEY",
        source="https://docs.sambanova.ai/docs/en/features/anthropic-compatibility, read 2026-11-27",
    ),
    Provider(
        name="nebius",
        speaks={OPENAI_CHAT: "https://api.tokenfactory.nebius.com/v1"},
        key_variable="NEBIUS_API_KEY",
        source="https://docs.tokenfactory.nebius.com/api-reference/introduction, read 2026-11-27",
    ),
    Provider(
        name="ollama-cloud",
        speaks={OLLAMA: "https://ollama.com"},
        key_variable="OLLAMA_API_KEY",
        reasoning_field="thinking",
        source="https://docs.ollama.com/cloud, read 2026-11-27",
    ),
    Provider(
        name="cloudflare",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: ""},
        source="developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility, read 2026-11-27",
    ),
    Provider(
        name="bedrock",
        speaks={
            BEDROCK: "https://bedrock-runtime.us-east-1.amazonaws.com",
            ANTHROPIC: "https://bedrock-runtime.us-east-1.amazonaws.com",
        },
        auth={BEDROCK: Auth.SIGV4, ANTHROPIC: Auth.SIGV4},
        key_variable="AWS_BEARER_TOKEN_BEDROCK",
        versioned=False,
        only={ANTHROPIC: r"anthropic\.claude"},
        transports={ANTHROPIC: _INVOKED_CLAUDE},
        source="botocore 1.44.8 and anthropic 2.11 for Python, read 2026-11-27",
    ),
    Provider(
        name="bedrock-openai",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: ""},
        # gpt-oss at bedrock-runtime; at bedrock-mantle they have their own place.
        inline_thoughts="reasoning",
        source="docs.aws.amazon.com/bedrock/latest/userguide/inference-responses-api.html, read 2026-11-27",
    ),
)
