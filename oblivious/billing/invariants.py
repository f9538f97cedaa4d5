"""What must hold of the books at any moment, as one query each that finds what breaks it."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_SHOWN = 20
"""How many violations of one kind are named."""

_VIOLATIONS: Mapping[str, str] = {
    "the entries of a posting do not sum to zero": """
        SELECT 'posting ' || posting_id || ': ' || SUM(amount_nano_usd) FROM entries
        GROUP BY posting_id HAVING SUM(amount_nano_usd) <> 0""",
    "an entry belongs to no posting": """
        SELECT 'posting ' || e.posting_id FROM entries e
        LEFT JOIN postings p ON p.id = e.posting_id WHERE p.id IS NULL""",
    "an entry belongs to no account": """
        SELECT 'account ' || e.account_id FROM entries e
        LEFT JOIN accounts a ON a.id = e.account_id WHERE a.id IS NULL""",
    "a balance is not the sum of its entries": """
        SELECT 'account ' || a.id || ': ' || a.balance_nano_usd || ' is not ' || COALESCE(e.total, 0)
        FROM accounts a
        LEFT JOIN (SELECT account_id, SUM(amount_nano_usd) AS total FROM entries GROUP BY account_id) e
            ON e.account_id = a.id
        WHERE a.kind = 'user' AND a.balance_nano_usd <> COALESCE(e.total, 0)""",
    "a sequence is not the number of its postings": """
        SELECT 'account ' || a.id || ': ' || a.sequence || ' is not ' || COALESCE(e.postings, 0)
        FROM accounts a
        LEFT JOIN (SELECT account_id, COUNT(*) AS postings FROM entries GROUP BY account_id) e
            ON e.account_id = a.id
        WHERE a.kind = 'user' AND a.sequence <> COALESCE(e.postings, 0)""",
    "a usage row does not cost what was posted": """
        SELECT 'exchange ' || u.exchange_id || ': ' || u.amount_nano_usd || ' is not '
            || COALESCE(-e.amount_nano_usd, 0)
        FROM usage_rows u
        LEFT JOIN postings p ON p.exchange_id = u.exchange_id AND p.part = u.part
        LEFT JOIN entries e ON e.posting_id = p.id AND e.account_id = u.account_id
        WHERE u.amount_nano_usd <> COALESCE(-e.amount_nano_usd, 0)""",
    "a usage row has no posting": """
        SELECT 'exchange ' || u.exchange_id FROM usage_rows u
        LEFT JOIN postings p ON p.exchange_id = u.exchange_id AND p.part = u.part WHERE p.id IS NULL""",
    "a posting of usage has no usage row": """
        SELECT 'exchange ' || p.exchange_id FROM postings p
        LEFT JOIN usage_rows u ON p.exchange_id = u.exchange_id AND p.part = u.part
        WHERE p.kind = 'usage' AND u.id IS NULL""",
    "an exchange was settled twice": """
        SELECT 'exchange ' || exchange_id || ' part ' || part || ': ' || COUNT(*) FROM usage_rows
        GROUP BY exchange_id, part HAVING COUNT(*) > 1""",
}


async def violations(session: AsyncSession) -> list[str]:
    """Return every way in which the books are wrong, some examples each; nothing if all is well.

    Reads every ledger and usage row.
    """
    found: list[str] = []
    for rule, query in _VIOLATIONS.items():
        rows = (await session.execute(text(query))).scalars().fetchmany(_SHOWN)
        found += [f"{rule}: {row}" for row in rows]
    return found
