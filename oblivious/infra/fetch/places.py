"""Which addresses may be fetched from: those that everybody can reach, and those that an operator allows."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""An IPv4 address as a network without IPv4 reaches it (RFC 6052)."""

_CLOSED: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "100.64.0.0/10",  # between carriers and their customers; some clouds keep metadata there
            "192.0.0.0/24",  # protocols; some clouds keep metadata there, too
            "168.63.129.16/32",  # Azure's own services, for its virtual machines only (its docs, 2026-11)
            "192.88.99.0/24",  # relays of 6to4
            "2001::/23",  # protocols; Teredo, which wraps IPv4, is one
            "2002::/16",  # 6to4, which wraps IPv4
            "3fff::/20",  # examples in documents
        ),
    )
)
"""What the standard library calls global, or has called so, and is not."""


def is_open(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Say whether a numeric address may be fetched from; what is none may not."""
    try:
        found = _meant(ip_address(address))
    except ValueError:
        return False
    return _is_public(found) or any(found in network for network in allowed)


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    closed = address.is_multicast or address.is_reserved or any(address in network for network in _CLOSED)
    return address.is_global and not closed
