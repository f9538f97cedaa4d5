"""Records of exchanges, with what a test does not care about filled in."""

from collections.abc import Sequence

import msgspec

from oblivious.contracts.events import SETTLED, Attempt, Delivered, Ended, Opened, Outcome, Progress
from oblivious.contracts.usage import Usage

CARD = msgspec.Raw(b'{"rates":{"input":"0.00000015","output":"0.0000006"},"ratio":"1"}')
AT_MS = 1_700_000_000_000


def opened(exchange: str, *, account: int = 1, at_ms: int = AT_MS) -> Opened:
    """Admit an exchange."""
    return Opened(
        exchange_id=exchange,
        at_ms=at_ms,
        key_id=1,
        user_id=1,
        account_id=account,
        group="default",
        dialect="openai_chat",
        endpoint="chat",
        model="gpt-4o-mini",
        stream=True,
        hold=1_000,
        estimate=10,
        card=CARD,
    )


def attempt(exchange: str, number: int = 1, *, at_ms: int = AT_MS) -> Attempt:
    """Try a channel key."""
    return Attempt(exchange, f"{exchange}-{number}", at_ms, 1, 1, "gpt-4o-mini")


def progress(*exchanges: str, tokens: int = 5, at_ms: int = AT_MS) -> Progress:
    """Say that each of the exchanges has delivered `tokens`."""
    return Progress(at_ms, [Delivered(exchange, tokens) for exchange in exchanges])


def ended(exchange: str, *, amount: int = 100, at_ms: int = AT_MS) -> Ended:
    """End an exchange."""
    return Ended(exchange, at_ms, Usage(10, 20), amount, 200, "", 5, 50, f"{exchange}-1")


def whole(exchange: str, *, amount: int = 100, account: int = 1) -> list[Opened | Attempt | Ended]:
    """Return all records of an exchange that went well."""
    return [opened(exchange, account=account), attempt(exchange), ended(exchange, amount=amount)]


def outcome(number: int, *, journal: str = "boot", exchange: str | None = None, amount: int = 100) -> Outcome:
    """Return the outcome of an exchange that went well."""
    name = exchange or f"x{number}"
    return Outcome(journal, number, SETTLED, opened(name), ended(name, amount=amount), [attempt(name)])


def price(opened: Opened, delivered: Delivered | None, attempts: Sequence[Attempt]) -> tuple[Usage, int]:
    """Charge one nano-USD a token: the estimated input and what is known to be delivered."""
    output = delivered.output_tokens if delivered else 0
    return Usage(opened.estimate, output, estimated=True), opened.estimate + output
