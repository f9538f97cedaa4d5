"""How entries and wallets are written in Redis; `docs/wallet.md` has the table."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from oblivious.contracts.meters import Meter
from oblivious.infra.state.protocol import Entry, EntryView, Standing, WalletView

_STANDINGS = {
    "h": Standing.HELD,
    "s": Standing.SPENT,
    "e": Standing.EARLY,
    "t": Standing.TOMBSTONE,
}
_LETTERS = {standing: letter for letter, standing in _STANDINGS.items()}
_COUNTED = frozenset(letter.encode() for letter, standing in _STANDINGS.items() if standing.counts)
_NO_EXCHANGE = frozenset({b".", b"@", b"#"})
"""How the names of fields begin that are no exchange's."""


def field_of(meter: Meter) -> str:
    """Return where the wallet keeps a meter."""
    return _field(meter.window_ms, meter.key)


@lru_cache(10_000)
def _field(window_ms: int, key: str) -> str:
    return f"#{window_ms}:{key}" if window_ms else f"@{key}"


def write_entry(entry: Entry) -> tuple[str | int, ...]:
    """Return an entry as the reput script takes it."""
    gauges = "".join(f" @{key}={cost}" for key, cost in entry.gauges)
    return entry.exchange_id, _LETTERS[entry.standing], entry.amount, entry.lease_ms, gauges


def read_wallet(raw: Mapping[bytes, bytes]) -> WalletView | None:
    """Read the fields of a wallet; None if they say nothing."""
    fields = {name.decode(): kept.decode() for name, kept in raw.items() if name[:1] != b"#"}
    entries = {name: _read_entry(text) for name, text in fields.items() if name[0] not in ".@"}
    posted = fields.get(".posted")
    if posted is None and not entries:
        return None
    gauges = {name[1:]: int(count) for name, count in fields.items() if name[0] == "@" and count != "0"}
    return WalletView(
        None if posted is None else int(posted),
        int(fields.get(".sequence", 0)),
        int(fields.get(".total", 0)),
        gauges,
        entries,
    )


def counted(fields: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """Return the exchanges among a wallet's fields that count against its account."""
    return [name.decode() for name, kept in fields if name[:1] not in _NO_EXCHANGE and kept[:1] in _COUNTED]


def _read_entry(text: str) -> EntryView:
    letter, _, rest = text.partition(" ")
    return EntryView(_STANDINGS[letter], int(rest.partition(" ")[0] or 0))
