"""Who tells what an account can still spend, and how. A balance of 0 is told, and nothing comes of it here.

Left out, for want of a question that a channel key may ask (documents and issues read 2026-11-27): Anthropic,
OpenAI, xAI and OpenRouter's accounts want a key of another kind, the clouds (Alibaba's, Baidu's, ByteDance's,
Tencent's, Amazon's, Google's, Microsoft's) a signature of the account's owner, and the rest document none.
"""

from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.providers.provider import Provider
from oblivious.channels.inquiries.inquiry import Balance, Inquiry
from oblivious.channels.inquiries.sheets import (
    deepseek_balance,
    moonshot_balance,
    novita_balance,
    openrouter_balance,
    siliconflow_balance,
    stepfun_balance,
)

_MOONSHOT: Inquiry[Balance | None] = Inquiry(
    OPENAI_CHAT,
    "users/me/balance",
    moonshot_balance,
    "https://platform.kimi.ai/docs/api/balance and https://platform.moonshot.cn/docs/api/balance, "
    "read 2026-11-27",
    currencies={".ai": "USD", ".cn": "CNY"},
)

BALANCES: dict[str, Inquiry[Balance | None]] = {
    "deepseek": Inquiry(
        OPENAI_CHAT,
        "../user/balance",
        deepseek_balance,
        "https://api-docs.deepseek.com/api/get-user-balance, read 2026-11-27",
    ),
    "openrouter": Inquiry(
        OPENAI_CHAT,
        "key",
        openrouter_balance,
        "https://openrouter.ai/docs/api/api-reference/api-keys/get-current-key, read 2026-11-27; "
        "/credits answers 403 to keys that can chat",
    ),
    "moonshot": _MOONSHOT,
    "moonshot-cn": _MOONSHOT,
    "siliconflow": Inquiry(
        OPENAI_CHAT,
        "user/info",
        siliconflow_balance,
        "https://docs.siliconflow.cn/en/api-reference/userinfo/get-user-info, read 2026-11-27",
        currencies={".cn": "CNY", ".com": "USD"},
    ),
    "stepfun": Inquiry(
        OPENAI_CHAT,
        "accounts",
        stepfun_balance,
        "https://platform.stepfun.com/docs/zh/api-reference/accounts/get, read 2026-11-27; that it is in "
        "the currency of each site's prices is a guess",
        currencies={".stepfun.com": "CNY", ".stepfun.ai": "USD"},
    ),
    "novita": Inquiry(
        OPENAI_CHAT,
        "../../openapi/v1/billing/balance/detail",
        novita_balance,
        "https://novita.ai/docs/api-reference/basic-get-user-balance, read 2026-11-27",
    ),
}
"""By provider."""


def tells_balance(provider: Provider) -> bool:
    """Whether a provider can be asked for the balance of an account."""
    return provider.name in BALANCES
