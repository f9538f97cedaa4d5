"""Vendors who serve models that others make; a base that is empty is another one for each account."""

from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.providers.provider import Auth, Provider

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
        speaks={OPENAI_CHAT: "https://api.siliconflow.cn/v1"},
        key_variable="SILICONFLOW_API_KEY",
        source="https://docs.siliconflow.cn, read 2026-11-20; .com is the same for keys made there",
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
        name="cloudflare",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: ""},
        source="developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility, read 2026-11-27",
    ),
    Provider(
        name="azure",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: ""},
        auth={OPENAI_CHAT: Auth.API_KEY, OPENAI_RESPONSES: Auth.API_KEY},
        developer_role=True,
        output_cap="max_completion_tokens",
        source="https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle, read 2026-11-27",
    ),
    Provider(
        name="bedrock-openai",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: ""},
        source="docs.aws.amazon.com/bedrock/latest/userguide/inference-responses-api.html, read 2026-11-27",
    ),
)
