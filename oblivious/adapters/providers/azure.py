"""OpenAI's models at Microsoft; models are deployments, and each resource has a host of its own."""

from oblivious.adapters.dialects.endpoint import OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.providers.provider import Auth, Provider
from oblivious.adapters.providers.transport import Transport

_API_KEY = {OPENAI_CHAT: Auth.API_KEY, OPENAI_RESPONSES: Auth.API_KEY}

_VERSION = b"api-version=2025-04-01-preview"
"""The last dated one. The last that is no preview, 2024-10-21, knows neither the usage of streams nor
developers' messages nor responses (the published schema of its inference API, read 2026-11-27)."""

_IN_A_DEPLOYMENT = ("chat/completions", "completions", "embeddings")

AZURE: tuple[Provider, ...] = (
    Provider(
        name="azure",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: ""},
        auth=_API_KEY,
        developer_role=True,
        output_cap="max_completion_tokens",
        source="https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle, read 2026-11-27",
    ),
    Provider(
        name="azure-deployments",
        speaks={OPENAI_CHAT: "", OPENAI_RESPONSES: ""},
        auth=_API_KEY,
        developer_role=True,
        output_cap="max_completion_tokens",
        transports={
            OPENAI_CHAT: Transport(
                paths={path: f"deployments/{{model}}/{path}" for path in _IN_A_DEPLOYMENT},
                query=_VERSION,
                keeps_query=False,
            ),
            OPENAI_RESPONSES: Transport(query=_VERSION, keeps_query=False),
        },
        source="openai 3.52.0 for Python (AzureOpenAI), read 2026-11-27; dated versions, paths by deployment",
    ),
)
