"""Whether connections can be made as a link says."""

import ipaddress
import re
import ssl

from oblivious.infra.upstream.link import BadLink, Link
from oblivious.infra.upstream.proxy import Proxy
from oblivious.infra.upstream.tls import shape

_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*")


def check_link(link: Link) -> None:
    """Check what can be checked without a connection.

    Raises:
        BadLink: names the attribute that is wrong, and says what it should be.
    """
    if link.proxy:
        Proxy.of(link.proxy)
    if link.server_name and not _is_host(link.server_name):
        raise BadLink("server_name", "is a host name, or empty")
    shape(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), link)


def _is_host(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return _HOST_NAME.fullmatch(name) is not None
    return True
