"""GETs of what a client has named by a URL, off the hot path: to public places only, and within limits."""

from oblivious.infra.fetch.allowance import Allowance
from oblivious.infra.fetch.errors import (
    BadURL,
    FetchFault,
    NoPublicAddress,
    NotServed,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)
from oblivious.infra.fetch.fetcher import Fetched, Fetcher
from oblivious.infra.fetch.places import Network, is_open

__all__ = [
    "Allowance",
    "BadURL",
    "FetchFault",
    "Fetched",
    "Fetcher",
    "Network",
    "NoPublicAddress",
    "NotServed",
    "TooLarge",
    "TooManyRedirects",
    "TooSlow",
    "Unreachable",
    "is_open",
]
