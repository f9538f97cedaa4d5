"""Reads what an operator says of a channel's connections, and names the member that makes no sense. Pure."""

import msgspec

from oblivious.channels.reading import read
from oblivious.channels.shaping.check_values import check_json
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.upstream import BadLink, Link, check_link


class LinkWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """See `infra.upstream.Link`; its own text shows no password and no key."""

    proxy: str = ""
    authorities: str = ""
    verify: bool = True
    server_name: str = ""
    certificate: str = ""
    tls_least: str = ""

    def __repr__(self) -> str:
        return f"LinkWish(verify={self.verify}, server_name={self.server_name!r})"


def read_link(given: object, field: str = "link") -> Link:
    """Read how connections are made.

    Raises:
        ChangeRefused: names the member that is wrong: `link.proxy`.
    """
    check_json(given, field)
    wish = read(given, LinkWish, field)
    link = Link(**msgspec.structs.asdict(wish))
    try:
        check_link(link)
    except BadLink as error:
        raise ChangeRefused(f"{field}.{error.field}", error.message) from None
    return link
