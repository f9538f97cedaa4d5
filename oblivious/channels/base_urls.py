"""Where a channel's dialects are served. Pure."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from oblivious.adapters.providers.provider import Provider
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
    first one's, and no others, since nobody has said where those are. A query stands in for the one that the
    provider's requests have.

    Raises:
        ChangeRefused: it is not an http or https URL, or it carries more than host, path and such a query.
    """
    _check(given, provider)
    parts = urlsplit(given)
    host, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    query = f"?{parts.query}" if parts.query else ""
    # A provider without an address of its own is where everybody is: below the version.
    paths = {
        dialect: urlsplit(provider.base_url(url, dialect)).path for dialect, url in provider.speaks.items()
    }
    first = next(iter(paths.values()))
    if path in ("", first):
        return {dialect: host + own + query for dialect, own in paths.items()}
    return {
        dialect: provider.base_url(host + path, dialect) + query
        for dialect, own in paths.items()
        if own == first
    }


def check_base_urls(given: Mapping[str, str], provider: Provider) -> dict[str, str]:
    """Return a URL for each dialect as the provider's requests need it; others are not spoken then.

    Raises:
        ChangeRefused: names the dialect that is not the provider's, or whose URL is wrong.
    """
    found: dict[str, str] = {}
    for dialect, url in given.items():
        field = f"base_urls.{dialect}"
        if dialect not in provider.speaks:
            raise ChangeRefused(field, f"is no dialect of {provider.name}'s: {', '.join(provider.speaks)}")
        _check(url.strip(), provider, field)
        found[dialect] = provider.base_url(url.strip(), dialect)
    return found


def _may_have(provider: Provider, query: str) -> bool:
    """Whether it says nothing but what the provider's requests say in theirs."""
    known = {name for one in provider.transports.values() for name, _ in parse_qsl(one.query.decode())}
    return {name for name, _ in parse_qsl(query, keep_blank_values=True)} <= known


def _check(given: str, provider: Provider, field: str = _FIELD) -> None:
    try:
        Origin.of(given)
        parts = urlsplit(given)
    except ValueError as error:
        raise ChangeRefused(field, f"is an http or https URL, not {given!r}") from error
    if parts.fragment or parts.username or not given.isprintable() or " " in given:
        raise ChangeRefused(field, "has a host and a path only; a key is given apart")
    if parts.query and not (parts.query.isascii() and _may_have(provider, parts.query)):
        raise ChangeRefused(field, f"has a query that {provider.name} has no use for; a key is given apart")
