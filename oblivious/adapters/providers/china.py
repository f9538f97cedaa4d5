"""Vendors in China who serve the models that they make, and what they serve to the rest of the world.

A key is good for one of the two sites. Where both name its variable alike, one row has it.
"""

from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.providers.provider import Auth, Provider

_X_API_KEY = {ANTHROPIC: Auth.X_API_KEY}

_GLM_LACKS = frozenset(
    {
        "n",
        "logprobs",
        "logit_bias",
        "frequency_penalty",
        "presence_penalty",
        "metadata",
        "store",
        "service_tier",
        "cache_key",
        "cache_retention",
        "verbosity",
        "modalities",
        "voice",
        "prediction",
        "parallel_tools",
    }
)
"""Zhipu's; its tool choice is always `auto`, and its SDK keeps temperatures off 0 and 1."""

_GLM_RENAMES = {
    "user": "user_id",
    "tool_choice.none": "",
    "tool_choice.required": "",
    "tool_choice.named": "",
}
_GLM_TEMPERATURES = (0.01, 0.99)

_MINIMAX_LACKS = frozenset({"n", "frequency_penalty", "presence_penalty", "logit_bias", "parallel_tools"})
"""MiniMax's: it takes no notice of the penalties, and refuses the others."""

_MINIMAX_RENAMES = {"tool_choice.auto": ""}
_MINIMAX_TEMPERATURES = (0.01, 1.0)

CHINA: tuple[Provider, ...] = (
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
        name="moonshot",
        speaks={
            OPENAI_CHAT: "https://api.moonshot.ai/v1",
            OPENAI_RESPONSES: "https://api.moonshot.ai/v1",
            ANTHROPIC: "https://api.moonshot.ai/anthropic/v1",
        },
        key_variable="MOONSHOT_API_KEY",
        reasoning_field="reasoning_content",
        renames={"tool_choice.required": ""},
        temperatures=(0.0, 1.0),
        source="https://platform.kimi.ai/docs/api/overview, read 2026-11-27; keys of .cn and .ai differ",
    ),
    Provider(
        name="moonshot-cn",
        speaks={
            OPENAI_CHAT: "https://api.moonshot.cn/v1",
            ANTHROPIC: "https://api.moonshot.cn/anthropic/v1",
        },
        reasoning_field="reasoning_content",
        renames={"tool_choice.required": ""},
        temperatures=(0.0, 1.0),
        source="https://docs.litellm.ai/docs/providers/moonshot, read 2026-11-27; Anthropic's as at .ai",
    ),
    Provider(
        name="zhipu",
        speaks={
            OPENAI_CHAT: "https://open.bigmodel.cn/api/paas/v4",
            ANTHROPIC: "https://open.bigmodel.cn/api/anthropic/v1",
        },
        key_variable="ZHIPUAI_API_KEY",
        # It tells the usage in the chunk that finishes.
        usage_option=False,
        reasoning_field="reasoning_content",
        unsupported=_GLM_LACKS,
        renames=_GLM_RENAMES,
        temperatures=_GLM_TEMPERATURES,
        source="zai-sdk 0.2.3 for Python, read 2026-11-27",
    ),
    Provider(
        name="zai",
        speaks={
            OPENAI_CHAT: "https://api.z.ai/api/paas/v4",
            ANTHROPIC: "https://api.z.ai/api/anthropic/v1",
        },
        key_variable="ZAI_API_KEY",
        usage_option=False,
        reasoning_field="reasoning_content",
        unsupported=_GLM_LACKS,
        renames=_GLM_RENAMES,
        temperatures=_GLM_TEMPERATURES,
        source="zai-sdk 0.2.3 for Python and https://docs.z.ai, read 2026-11-27; coding plans live elsewhere",
    ),
    Provider(
        name="dashscope",
        speaks={
            OPENAI_CHAT: "https://dashscope.aliyuncs.com/compatible-mode/v1",
            OPENAI_RESPONSES: "https://dashscope.aliyuncs.com/compatible-mode/v1",
            ANTHROPIC: "https://dashscope.aliyuncs.com/apps/anthropic/v1",
        },
        auth=_X_API_KEY,
        key_variable="DASHSCOPE_API_KEY",
        cache_member="cache_control",
        temperatures=(0.0, 1.99),
        source="https://help.aliyun.com/en/model-studio/qwen-api-reference, read 2026-11-27",
    ),
    Provider(
        name="dashscope-intl",
        speaks={
            OPENAI_CHAT: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
            OPENAI_RESPONSES: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
            ANTHROPIC: "https://dashscope-intl.aliyuncs.com/apps/anthropic/v1",
        },
        auth=_X_API_KEY,
        cache_member="cache_control",
        temperatures=(0.0, 1.99),
        source="https://www.alibabacloud.com/help/en/model-studio, read 2026-11-27; workspaces get own hosts",
    ),
    Provider(
        name="qianfan",
        speaks={OPENAI_CHAT: "https://qianfan.baidubce.com/v2"},
        key_variable="QIANFAN_API_KEY",
        headers=frozenset({b"appid"}),
        source="https://cloud.baidu.com/doc/qianfan/s/Hmh4suq26, read 2026-11-27",
    ),
    Provider(
        name="hunyuan",
        speaks={
            OPENAI_CHAT: "https://api.hunyuan.cloud.tencent.com/v1",
            ANTHROPIC: "https://api.hunyuan.cloud.tencent.com/anthropic/v1",
        },
        auth=_X_API_KEY,
        key_variable="HUNYUAN_API_KEY",
        source="https://cloud.tencent.com/document/product/1729/127293, read 2026-11-27",
    ),
    Provider(
        name="tokenhub",
        # Tencent's newer host, of Hunyuan's and of other makers' models; elsewhere it is `tokenhub-intl`.
        speaks={OPENAI_CHAT: "https://tokenhub.tencentmaas.com/v1"},
        key_variable="TOKENHUB_API_KEY",
        source="https://cloud.tencent.com/document/product/1823/131595 and mastra.ai/models, read 2026-11-27",
    ),
    Provider(
        name="minimax",
        speaks={
            OPENAI_CHAT: "https://api.minimaxi.com/v1",
            ANTHROPIC: "https://api.minimaxi.com/anthropic/v1",
        },
        key_variable="MINIMAX_API_KEY",
        usage_option=False,
        reasoning_field="reasoning_content",
        inline_thoughts="think",
        cache_member="cache_control",
        unsupported=_MINIMAX_LACKS,
        renames=_MINIMAX_RENAMES,
        temperatures=_MINIMAX_TEMPERATURES,
        one_system=True,
        null_content=False,
        source="https://platform.minimaxi.com/docs/api-reference/text-openai-api, read 2026-11-27",
    ),
    Provider(
        name="minimax-intl",
        speaks={
            OPENAI_CHAT: "https://api.minimax.io/v1",
            OPENAI_RESPONSES: "https://api.minimax.io/v1",
            ANTHROPIC: "https://api.minimax.io/anthropic/v1",
        },
        usage_option=False,
        reasoning_field="reasoning_content",
        inline_thoughts="think",
        cache_member="cache_control",
        unsupported=_MINIMAX_LACKS,
        renames=_MINIMAX_RENAMES,
        temperatures=_MINIMAX_TEMPERATURES,
        one_system=True,
        null_content=False,
        source="https://www.developersdigest.tech/reference/api-compatibility/minimax, read 2026-11-27",
    ),
    Provider(
        name="volcengine",
        speaks={
            OPENAI_CHAT: "https://ark.cn-beijing.volces.com/api/v3",
            OPENAI_RESPONSES: "https://ark.cn-beijing.volces.com/api/v3",
        },
        key_variable="ARK_API_KEY",
        source="https://cloudwego.io/docs/eino (ChatModel and AgenticModel for Ark), read 2026-11-27",
    ),
    Provider(
        name="stepfun",
        speaks={
            OPENAI_CHAT: "https://api.stepfun.com/v1",
            OPENAI_RESPONSES: "https://api.stepfun.com/v1",
            ANTHROPIC: "https://api.stepfun.com/v1",
        },
        key_variable="STEP_API_KEY",
        source="https://platform.stepfun.com/docs, read 2026-11-27; .ai is the same for keys made there",
    ),
    Provider(
        name="baichuan",
        speaks={OPENAI_CHAT: "https://api.baichuan-ai.com/v1"},
        key_variable="BAICHUAN_API_KEY",
        source="langchain-community's client for Baichuan, read 2026-11-27",
    ),
    Provider(
        name="lingyiwanwu",
        speaks={OPENAI_CHAT: "https://api.lingyiwanwu.com/v1"},
        source="the channels of one-api of 2025-02, read 2026-11-27; not found in newer documents",
    ),
    Provider(
        name="spark",
        speaks={OPENAI_CHAT: "https://spark-api-open.xf-yun.com/v1"},
        source="https://www.xfyun.cn/doc/spark, read 2026-11-27; the key is the APIPassword, X1 is at /v2",
    ),
)
