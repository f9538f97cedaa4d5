"""Who the client is, behind the proxies that the operator trusts."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from oblivious.adapters.dialects.face import Headers

_FORWARDED_FOR = b"x-forwarded-for"


class Proxies:
    """Believes `X-Forwarded-For` as far as it was written by trusted hands."""

    def __init__(self, trusted: Sequence[IPv4Network | IPv6Network]) -> None:
        self._trusted = tuple(trusted)

    def client_of(self, peer: str, headers: Headers) -> str:
        """Return the address of the client: the peer, or what the last trusted proxy says.

        The header is read from its end, where our own proxies wrote; the first address that is not one of
        theirs is the client's, whatever it has written before that itself.
        """
        if not self._trusted or not self._is_trusted(peer):
            return peer
        hops = b",".join(value for name, value in headers if name == _FORWARDED_FOR).decode("latin-1")
        for hop in reversed([hop.strip() for hop in hops.split(",") if hop.strip()]):
            if not self._is_trusted(hop):
                return hop
        return peer

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)
