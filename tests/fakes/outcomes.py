"""Outcomes for the ledger: what they cost and whose money it is are what a test cares about."""

from oblivious.contracts.events import INTERRUPTED, SETTLED, Outcome
from tests.fakes.records import attempt, ended, opened


def paid(
    number: int, account: int, amount: int = 100, *, journal: str = "boot", exchange: str | None = None
) -> Outcome:
    """Return an exchange that went well."""
    name = exchange or f"{journal}-x{number}"
    return Outcome(
        journal,
        number,
        SETTLED,
        opened(name, account=account),
        ended(name, amount=amount),
        [attempt(name)],
    )


def broken_off(number: int, account: int, amount: int = 100) -> Outcome:
    """Return an exchange whose gateway died."""
    name = f"boot-x{number}"
    return Outcome(
        "boot",
        number,
        INTERRUPTED,
        opened(name, account=account),
        ended(name, amount=amount),
        [attempt(name)],
    )
