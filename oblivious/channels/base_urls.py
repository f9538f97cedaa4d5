"""Where a channel's dialects are served. Pure."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from oblivious.adapters.providers.provider import Provider, base_url
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.upstream import Origin

_FIELD = "base_url"


def served_at(provider: Provider, base_urls: Mapping[str, str]) -> Mapping[str, str]:
    """Return dialect to base URL: the channel's own where it has any, else the provider's."""
    return base_urls or {dialect: url for dialect, url in provider.speaks.items() if url}


def base_urls_of(provider: Provider, given: str) -> dict[str, str]:
    """Spread the one URL that an operator gives over the provider's dialects.

    A host without a path stands in for the provider's own: every dialect keeps the provider's path there.
    So does the path of the provider's first dialect. Any other path serves the dialects that share the
    first one's, and no others, since nobody has said where those are.

    Raises:
        ChangeRefused: it is not an http or https URL, or it carries more than a host and a path.
    """
    _check(given)
    parts = urlsplit(given.rstrip("/"))
    host = f"{parts.scheme}://{parts.netloc}"
    # A provider without an address of its own is where everybody is: below the version.
    paths = {dialect: urlsplit(base_url(url, dialect)).path for dialect, url in provider.speaks.items()}
    first = next(iter(paths.values()))
    if parts.path in ("", first):
        return {dialect: host + path for dialect, path in paths.items()}
    return {dialect: base_url(host + parts.path, dialect) for dialect, path in paths.items() if path == first}


def _check(given: str) -> None:
    try:
        Origin.of(given)
        parts = urlsplit(given)
    except ValueError as error:
        raise ChangeRefused(_FIELD, f"is an http or https URL, not {given!r}") from error
    if parts.query or parts.fragment or parts.username or not given.isprintable() or " " in given:
        raise ChangeRefused(_FIELD, "has a host and a path only; a key is given apart")
