"""Whether what was served, what was billed and what is held agree to the nano-dollar: pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus

from oblivious.contracts.events import INTERRUPTED, SETTLED
from oblivious.contracts.ids import attempt_id
from oblivious.demo.served import Served
from oblivious.infra.state.protocol import Standing, WalletView
from tests.chaos.books import Books, Row
from tests.chaos.kinds import MODELS, Model
from tests.chaos.load import Heard

_OPEN = frozenset({Standing.HELD, Standing.SPENT})


def differences(books: Books, heard: Iterable[Heard], models: Mapping[str, Model] = MODELS) -> list[str]:
    """Return everything in which the books differ from each other or from what clients heard."""
    served = {one.attempt_id: one for one in books.served}
    heard = list(heard)
    return [
        *books.violations,
        *_uneven_attempts(books, {one.exchange_id for one in heard if one.refused}),
        *(wrong for row in books.rows for wrong in _wrong_row(row, served, models)),
        *_unbilled(heard, books.rows),
        *_open_wallets(books),
        *(
            f"account {number} owes {-nano} nano-USD"
            for number, (nano, _) in books.balances.items()
            if nano < 0
        ),
    ]


def _uneven_attempts(books: Books, refused: Collection[str]) -> Iterator[str]:
    """Every attempt that the upstream served belongs to exactly one usage row, and no exchange has two.

    One that was cut off on a kept connection before a byte of an answer is sent once more on a new one.
    Those in vain belong to none if nobody else could serve the exchange, and its client was told so.
    """
    served = Counter(one.attempt_id for one in books.served)
    answered = Counter(one.attempt_id for one in books.served if one.status or one.ended != "cut")
    billed = Counter(attempt for row in books.rows for attempt in row["attempt_ids"])
    exchanges = Counter(row["exchange_id"] for row in books.rows)
    yield from (f"attempt {name} was served {times} times" for name, times in answered.items() if times > 1)
    yield from (f"attempt {name} is in {times} usage rows" for name, times in billed.items() if times > 1)
    yield from (f"exchange {name} has {times} usage rows" for name, times in exchanges.items() if times > 1)
    in_vain = {
        one.attempt_id
        for one in books.served
        if one.attempt_id.rpartition("-")[0] in refused
        and not (one.status == HTTPStatus.OK and one.ended == "completed")
    }
    unbilled = served.keys() - billed.keys() - in_vain
    yield from (f"attempt {name} was served and is in no usage row" for name in unbilled)


def _wrong_row(row: Row, served: Mapping[str, Served], models: Mapping[str, Model]) -> Iterator[str]:
    name, attempts = row["exchange_id"], row["attempt_ids"]
    if attempts != [attempt_id(name, number) for number in range(1, len(attempts) + 1)]:
        yield f"exchange {name} names attempts {attempts}"
    if row["status"] not in {SETTLED, INTERRUPTED}:
        yield f"exchange {name} is {row['status']}"
    expected = models[row["model"]].cost(row["input_tokens"], row["output_tokens"])
    if row["amount_nano_usd"] != expected:
        yield f"exchange {name} costs {row['amount_nano_usd']}, and its tokens {expected}"
    last = served.get(attempts[-1]) if attempts else None
    if row["status"] == INTERRUPTED:
        yield from _wrong_estimate(row)
    elif row["http_status"] == HTTPStatus.OK and not row["reason"]:
        yield from _wrong_success(row, last)


def _wrong_estimate(row: Row) -> Iterator[str]:
    """What was asked of an upstream and never ended is estimated; what was not asked is free."""
    if row["estimated"] != bool(row["attempt_ids"]):
        yield f"exchange {row['exchange_id']} was interrupted, and estimated is {row['estimated']}"


def _wrong_success(row: Row, last: Served | None) -> Iterator[str]:
    """Who was answered well was answered by the upstream, and is billed what that counted if it told."""
    name = row["exchange_id"]
    if last is None:
        yield f"exchange {name} was answered by nobody"
        return
    if last.ended != "completed":
        yield f"exchange {name} is complete, and its attempt ended as {last.ended}"
    if row["estimated"] == last.usage_given:
        yield f"exchange {name} has estimated {row['estimated']}, and usage was given: {last.usage_given}"
    if last.usage_given and last.usage is not None:
        told = (last.usage.input_tokens, last.usage.output_tokens)
        billed = (row["input_tokens"], row["output_tokens"])
        if told != billed:
            yield f"exchange {name} bills {billed} tokens where the upstream told {told}"


def _unbilled(heard: Iterable[Heard], rows: Sequence[Row]) -> Iterator[str]:
    """Who got a whole answer has a usage row, who was refused has none, nobody hears anything else."""
    known = {row["exchange_id"] for row in rows}
    for one in heard:
        if one.served and one.status != HTTPStatus.OK:
            yield f"exchange {one.exchange_id} was answered with {one.status}: {one.said}"
        if one.whole and one.exchange_id not in known:
            yield f"exchange {one.exchange_id} was answered whole and is not billed"
        if one.refused and one.exchange_id in known:
            yield f"exchange {one.exchange_id} was refused with {one.status} and has a usage row"


def _overspent(books: Books) -> Iterator[str]:
    for account_id, (balance, _) in books.balances.items():
        if balance < 0:
            yield f"account {account_id} owes {-balance} nano-USD"


def _open_wallets(books: Books) -> Iterator[str]:
    """Every hold was returned: what may be spent is what the ledger says."""
    for account_id, wallet in books.wallets.items():
        if wallet is not None:
            yield from _open_wallet(account_id, wallet, books)


def _open_wallet(account_id: int, wallet: WalletView, books: Books) -> Iterator[str]:
    left = Counter(entry.standing for entry in wallet.entries.values() if entry.standing in _OPEN)
    if left or wallet.total:
        yield f"account {account_id} has {dict(left)} open and {wallet.total} nano-USD in them"
    if any(wallet.gauges.values()):
        yield f"account {account_id} has gauges {dict(wallet.gauges)}"
    if wallet.posted is not None and (wallet.posted, wallet.sequence) != books.balances[account_id]:
        ledger = books.balances[account_id]
        yield f"account {account_id} has {(wallet.posted, wallet.sequence)}, and by the ledger {ledger}"
