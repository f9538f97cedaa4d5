"""What every test gateway serves: set up before it starts, so that no test has to wait for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT
from oblivious.demo.faults import FAULTS

CHAT = "demo-chat"
"""Served well, for nothing."""

PRICED = "priced-chat"
"""Costs 3 and 15 dollars a million tokens; every answer uses 120 and 34."""

TEN_TOKENS = "ten-tokens"
"""Costs a thousandth of a dollar for an output token and nothing for input; every answer uses ten."""

UNUSED = "no-tokens"
"""Costs the same, and every answer says that it used nothing."""

PACED = "paced-chat"
"""Costs a thousandth of a dollar for an output token; streams two hundred words in ten seconds."""

LATE = "late-chat"
"""Takes two seconds to begin; costs what `PACED` does."""

COUNTED = "counted-chat"
"""Uses what it says, and costs fractions of a nano-dollar for each token."""

UNTOLD = "untold-chat"
"""Never says what it used; costs what `PRICED` does."""

SLASHED = "maker/family/demo-chat"
"""A model whose name has slashes."""

MAPPED = "mapped-chat"
"""Known to the provider by another name."""

SHARED = "shared-chat"
"""Served by two upstreams, each of which refuses what the other one made."""

SHARED_OPENAI = "shared-openai"
"""The same, at a vendor that Anthropic's clients reach by translation only."""

OPENAI_ONLY, ANTHROPIC_ONLY, GEMINI_ONLY = "openai-only", "anthropic-only", "gemini-3-only"
"""Served in the dialects of one vendor."""

OLLAMA_CLOUD, OLLAMA_HOME = "ollama-cloud", "ollama-home"
"""Served in Ollama's own dialect; by the second one in chat, too, for those who speak it."""

COHERE_ONLY, COHERE_FAILING = "cohere-only", "cohere-failing"
"""Served by Cohere: in its own dialect, but for clients of chat. The second one fails while it answers."""

CHAT_ONLY = "chat-only"
"""Served by a vendor that speaks nothing but chat."""

STUMBLING = "stumbling-claude"
"""Two channels serve it, in Anthropic's dialect, and one fails now and then; costs what `PRICED` does."""

UNPRICED = "unpriced-chat"
"""Nobody has said what it costs."""

SWITCHED_OFF = "switched-off-chat"
"""Its only channel is disabled."""

STRICTS_ONLY = "stricts-only-chat"
"""Served to the group `strict` and to nobody else."""

RATES = {
    PRICED: ("3", "15"),
    TEN_TOKENS: ("0", "1000"),
    UNUSED: ("0", "1000"),
    PACED: ("0", "1000"),
    LATE: ("0", "1000"),
    COUNTED: ("0.0333", "0.1115"),
    UNTOLD: ("3", "15"),
    SHARED_OPENAI: ("1", "2"),
    OPENAI_ONLY: ("1", "2"),
    ANTHROPIC_ONLY: ("1", "2"),
    GEMINI_ONLY: ("1", "2"),
    CHAT_ONLY: ("1", "2"),
    COHERE_ONLY: ("1", "2"),
    STUMBLING: ("3", "15"),
    COHERE_FAILING: ("1", "2"),
    OLLAMA_CLOUD: ("1", "2"),
}
"""Dollars per million tokens, in and out."""

_VALUES = {"status": "-503", "cut-mid": "-3", "hang-mid": "-3", "slow-head": "-200", "die-after": "-0"}
FAULTY = (
    *(f"{fault}{_VALUES.get(fault, '')}" for fault in FAULTS if fault != "none"),
    "garbage-body-html",
    "error-mid@pace-20",
    "status-429@retry-after-30",
    *(f"status-{status}" for status in (400, 401, 403, 404, 409, 422, 429, 500, 529)),
)
"""Everything that an upstream can do wrong, as the demo's model names say it."""

_RESTED = [fault for fault in FAULTY if fault.startswith("status-429")]
"""Faults after which their channel key is left alone for a while, also by other models."""


def faulty(fault: str) -> str:
    """Return the model whose only channel has the fault; it costs what `PRICED` does."""
    return f"faulty@{fault}"


def paired(fault: str) -> str:
    """Return the model that two channels serve, one of which has the fault; it costs what `PRICED` does."""
    return f"paired@{fault}"


def crossed(fault: str, dialect: str) -> str:
    """Return the model whose only channel has the fault and speaks another dialect; it costs the same."""
    return f"crossed-{'chat' if dialect == ANTHROPIC else 'messages'}@{fault}"


@dataclass(frozen=True)
class Way:
    """One channel: public model names to the demo's, and the upstream, by number."""

    models: dict[str, str]
    provider: str = "demo"
    upstream: int = 0
    disabled: bool = False
    more: dict[str, str] = field(default_factory=dict)


def channels() -> Iterator[Way]:
    """Yield every channel of the test world."""
    own = (CHAT, "demo-embedding", "demo-moderation", "omni-moderation-latest", SLASHED)
    yield Way(
        {
            **{name: name for name in own},
            PRICED: "demo-chat@usage-120/34",
            TEN_TOKENS: "demo-chat@usage-0/10",
            UNUSED: "demo-chat@usage-zero",
            PACED: "demo-chat@pace-50@length-200",
            LATE: "demo-chat@latency-2000",
            COUNTED: CHAT,
            UNTOLD: "demo-chat@usage-missing",
            MAPPED: CHAT,
        }
    )
    yield Way({SHARED: CHAT})
    yield Way({SHARED: CHAT}, upstream=1)
    yield Way({SHARED_OPENAI: CHAT}, "openai")
    yield Way({SHARED_OPENAI: CHAT}, "openai", upstream=1)
    yield Way({OPENAI_ONLY: CHAT}, "openai")
    yield Way({ANTHROPIC_ONLY: CHAT}, "anthropic")
    yield Way({GEMINI_ONLY: CHAT}, "gemini")
    yield Way({CHAT_ONLY: CHAT}, "together")
    yield Way({COHERE_ONLY: CHAT, COHERE_FAILING: "demo-chat@error-mid-500@pace-20"}, "cohere")
    yield Way({STUMBLING: "demo-chat@usage-120/34@status-503@fault-rate-0.4"}, "anthropic")
    yield Way({STUMBLING: "demo-chat@usage-120/34"}, "anthropic", upstream=1)
    yield Way({OLLAMA_CLOUD: CHAT}, "ollama-cloud")
    yield Way({OLLAMA_HOME: CHAT}, "ollama")
    yield Way({UNPRICED: CHAT}, "openai")
    yield Way({UNPRICED: CHAT}, "anthropic")
    yield Way({STRICTS_ONLY: CHAT}, more={"group": "strict"})
    yield Way({SWITCHED_OFF: CHAT}, disabled=True)
    yield Way({faulty(fault): f"demo-chat@usage-120/34@{fault}" for fault in FAULTY})
    for dialect, provider in ((ANTHROPIC, "together"), (OPENAI_CHAT, "anthropic")):
        yield Way({crossed(fault, dialect): f"demo-chat@usage-120/34@{fault}" for fault in FAULTY}, provider)
    yield Way({paired(fault): f"demo-chat@usage-120/34@{fault}" for fault in FAULTY if fault not in _RESTED})
    for fault in _RESTED:
        yield Way({paired(fault): f"demo-chat@{fault}"})
    yield Way({paired(fault): "demo-chat@usage-120/34" for fault in FAULTY}, upstream=1)


def rates() -> dict[str, tuple[str, str]]:
    """Return every price of the test world."""
    kinds = (faulty, paired, partial(crossed, dialect=ANTHROPIC), partial(crossed, dialect=OPENAI_CHAT))
    return {**RATES, **{kind(fault): RATES[PRICED] for fault in FAULTY for kind in kinds}}
