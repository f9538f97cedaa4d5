"""What a link asks of TLS."""

import asyncio
import os
import ssl
from dataclasses import replace

from oblivious.infra.upstream.dial import verified_context
from oblivious.infra.upstream.link import DIRECT, BadLink, Link

_LEAST = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Contexts:
    """The TLS contexts of a client: one for all links that ask for the same, made when first asked for."""

    __slots__ = ("_default", "_kept", "_made", "_making")

    def __init__(self, default: ssl.SSLContext, *, kept: int = 256) -> None:
        """Take the context of links that ask for nothing, and how many others are kept."""
        self._default = default
        self._kept = kept
        self._made: dict[Link, ssl.SSLContext] = {}
        self._making = asyncio.Lock()

    async def of(self, link: Link) -> ssl.SSLContext:
        """Return the context for a link.

        Raises:
            BadLink: it asks for what cannot be.
        """
        asked = replace(link, proxy="", server_name="")
        if asked == DIRECT:
            return self._default
        async with self._making:
            made = self._made.pop(asked, None)
            if made is None:
                # In a thread: the system's authorities take a hundredth of a second to read.
                made = await asyncio.to_thread(_context, asked)
            # The one asked for last stands last.
            self._made[asked] = made
            if len(self._made) > self._kept:
                del self._made[next(iter(self._made))]
            return made


def shape(context: ssl.SSLContext, link: Link) -> None:
    """Give a client's context what a link asks for.

    Raises:
        BadLink: the authorities, the certificate or the version are not what they should be.
    """
    if link.authorities:
        _trust(context, link.authorities)
    if not link.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if link.certificate:
        _show(context, link.certificate)
    if link.tls_least:
        if link.tls_least not in _LEAST:
            raise BadLink("tls_least", f"is one of {', '.join(_LEAST)}, or empty")
        context.minimum_version = _LEAST[link.tls_least]


def _context(link: Link) -> ssl.SSLContext:
    context = verified_context()
    shape(context, link)
    return context


def _trust(context: ssl.SSLContext, authorities: str) -> None:
    # Comments between certificates may be in any language; only ASCII is read.
    ascii_only = authorities.encode("ascii", "ignore").decode()
    try:
        context.load_verify_locations(cadata=ascii_only)
    except (ssl.SSLError, ValueError):
        raise BadLink("authorities", "are one or more certificates in PEM") from None
    # An authority that another one signed is trusted without that one.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN


def _show(context: ssl.SSLContext, certificate: str) -> None:
    try:
        _load(context, certificate.encode())
    except (ssl.SSLError, ValueError) as error:
        if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
            raise BadLink("certificate", "has a key that belongs to another certificate") from None
        raise BadLink("certificate", "is a certificate and its unencrypted key, both in PEM") from None


def _load(context: ssl.SSLContext, certificate: bytes) -> None:
    # Only files can be loaded; this one is in memory, so that no key ever lies on a disk.
    with os.fdopen(os.memfd_create("certificate"), "wb", buffering=0) as file:
        file.write(certificate)
        # Without a password given, an encrypted key would ask for one on the terminal.
        context.load_cert_chain(f"/proc/self/fd/{file.fileno()}", password="")
