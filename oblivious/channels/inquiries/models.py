"""Who tells which models there are, and how: by dialect, and by provider where it is otherwise."""

from collections.abc import Mapping

from oblivious.adapters.dialects.anthropic.headers import VERSION
from oblivious.adapters.dialects.endpoint import (
    ANTHROPIC,
    COHERE,
    GEMINI,
    OLLAMA,
    OPENAI_CHAT,
    OPENAI_RESPONSES,
)
from oblivious.adapters.providers.provider import Provider
from oblivious.channels.inquiries.inquiry import Inquiry, Page
from oblivious.channels.inquiries.lists import (
    anthropic_page,
    cloudflare_page,
    cohere_page,
    gemini_page,
    ollama_page,
    openai_page,
)
from oblivious.contracts.changes import ChangeRefused

_OPENAI_SOURCE = "https://platform.openai.com/docs/api-reference/models/list, read 2026-11-27"
_LARGEST_PAGE = "1000"
_VERSION_HEADER = {name.decode(): value.decode() for name, value in (VERSION,)}

MODEL_LISTS: dict[str, Inquiry[Page]] = {
    OPENAI_CHAT: Inquiry(OPENAI_CHAT, "models", openai_page, _OPENAI_SOURCE),
    OPENAI_RESPONSES: Inquiry(OPENAI_RESPONSES, "models", openai_page, _OPENAI_SOURCE),
    ANTHROPIC: Inquiry(
        ANTHROPIC,
        "models",
        anthropic_page,
        "https://platform.claude.com/docs/en/api/models-list, read 2026-11-27",
        query={"limit": _LARGEST_PAGE},
        headers=_VERSION_HEADER,
        turns="after_id",
    ),
    GEMINI: Inquiry(
        GEMINI,
        "models",
        gemini_page,
        "https://ai.google.dev/api/rest/v1beta/models/list, read 2026-11-27",
        query={"pageSize": _LARGEST_PAGE},
        turns="pageToken",
    ),
    OLLAMA: Inquiry(OLLAMA, "api/tags", ollama_page, "https://docs.ollama.com/api/tags, read 2026-11-27"),
    COHERE: Inquiry(
        COHERE,
        # Its chat has a second version, its list of models has none.
        "../v1/models",
        cohere_page,
        "https://docs.cohere.com/reference/list-models, read 2026-11-27",
        query={"page_size": _LARGEST_PAGE},
        turns="page_token",
    ),
}
"""By dialect. A provider is asked in the first of its own that stands here."""

_OTHERWISE: dict[str, Inquiry[Page]] = {
    # The path that is compatible with OpenAI's has no list.
    "cohere": MODEL_LISTS[COHERE],
    # Old versions have no other.
    "ollama": MODEL_LISTS[OLLAMA],
    # The list below its base URL is told nowhere, and lacks models that it serves (SillyTavern #5831).
    "fireworks": Inquiry(
        OPENAI_CHAT,
        "../../v1/accounts/fireworks/models",
        gemini_page,
        "https://docs.fireworks.ai/api-reference/list-models, read 2026-11-27",
        query={"filter": "supports_serverless=true", "pageSize": "200"},
        turns="pageToken",
    ),
    "cloudflare": Inquiry(
        OPENAI_CHAT,
        "../models/search",
        cloudflare_page,
        "https://developers.cloudflare.com/api/resources/ai/subresources/models/methods/list, "
        "read 2026-11-27; everything comes in one page",
        query={"per_page": _LARGEST_PAGE},
    ),
}
"""By provider; all others are asked as their dialect has it."""

WITHOUT_LIST: Mapping[str, str] = {
    # https://learn.microsoft.com/rest/api/azureopenai/models/list and answers/questions/1371786, 2026-11-27
    "azure": "its models are deployments, which only Azure's management API lists",
    "azure-deployments": "its models are deployments, which only Azure's management API lists",
    # https://docs.aws.amazon.com/bedrock/latest/userguide/models-get-info.html, read 2026-11-27
    "bedrock": "only another host of Amazon's lists them",
    "vertex": "its service account cannot be asked with yet",
    # Google's reference of the express mode, read 2026-11-27
    "vertex-express": "what a key alone reaches there has no list",
    "spark": "it documents no list",
    "baichuan": "it documents no list",
}
"""Providers that cannot be asked, and why."""


def tells_models(provider: Provider) -> bool:
    """Whether a provider can be asked for its models."""
    return provider.name not in WITHOUT_LIST


def models_inquiry(provider: Provider) -> Inquiry[Page]:
    """Return how a provider is asked for its models.

    Raises:
        ChangeRefused: it cannot be; says why.
    """
    if provider.name in WITHOUT_LIST:
        why = WITHOUT_LIST[provider.name]
        raise ChangeRefused("provider", f"{provider.name} cannot be asked for its models: {why}")
    if provider.name in _OTHERWISE:
        return _OTHERWISE[provider.name]
    return next(MODEL_LISTS[dialect] for dialect in provider.speaks if dialect in MODEL_LISTS)
