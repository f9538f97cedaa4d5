"""An outcome as the row that people read: pure."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from oblivious.contracts.events import Attempt, Outcome
from oblivious.contracts.money import MAX_STORE_AMOUNT

_NO_ATTEMPT = Attempt("", "", 0, 0, 0, "")
_LARGEST_INTEGER = 2**63 - 1


def usage_row(outcome: Outcome) -> dict[str, Any]:
    """Return the columns of the outcome's `UsageRow`, all but its id."""
    opened, ended, usage = outcome.opened, outcome.ended, outcome.ended.usage
    attempt = _decisive(outcome)
    return {
        "exchange_id": opened.exchange_id,
        "part": outcome.part,
        "attempt_ids": [made.attempt_id for made in outcome.attempts],
        "status": outcome.status,
        "at": datetime.fromtimestamp(opened.at_ms / 1000, UTC),
        "key_id": opened.key_id,
        "user_id": opened.user_id,
        "account_id": opened.account_id,
        "group_name": opened.group,
        "model": opened.model,
        "upstream_model": attempt.upstream_model,
        "channel_id": attempt.channel_id,
        "channel_key_id": attempt.channel_key_id,
        "dialect": opened.dialect,
        "endpoint": opened.endpoint,
        "stream": opened.stream,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cache_write_1h_tokens": usage.cache_write_1h_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "audio_input_tokens": usage.audio_input_tokens,
        "audio_output_tokens": usage.audio_output_tokens,
        "searches": usage.searches,
        "calls": usage.calls,
        "estimated": usage.estimated,
        "amount_nano_usd": ended.amount,
        "card": opened.card,
        "http_status": ended.http_status,
        "reason": ended.reason,
        "first_byte_ms": ended.first_byte_ms,
        "total_ms": ended.total_ms,
        "request_id": opened.request_id,
        "trace": msgspec.to_builtins(ended.trace) or None,
    }


def flaw(row: dict[str, Any]) -> str | None:
    """Say why a row can't be kept as it is, where SQLite would keep something else without a word."""
    if not 0 <= row["amount_nano_usd"] <= MAX_STORE_AMOUNT:
        return f"the amount is {row['amount_nano_usd']} nano-USD"
    for name, value in row.items():
        if isinstance(value, int) and not 0 <= value <= _LARGEST_INTEGER:
            return f"{name} is {value}"
    return None


def _decisive(outcome: Outcome) -> Attempt:
    """Return the attempt whose answer the client got, or the last one made."""
    for attempt in outcome.attempts:
        if attempt.attempt_id == outcome.ended.attempt_id:
            return attempt
    return outcome.attempts[-1] if outcome.attempts else _NO_ATTEMPT
