"""A fetcher that has a few things at hand, and notes what it was asked for."""

import asyncio
from collections.abc import Mapping

from typing_extensions import override

from oblivious.infra.fetch import Allowance, Fetched, Fetcher, FetchFault, NoPublicAddress


class FakeFetcher(Fetcher):
    """Has what it is given, and says of all else that it is nowhere public.

    Attributes:
        served: what there is, by its URL.
        asked: the URLs in the order in which they were asked for.
        at_once: how many fetches went on at the same time, at most.
        going: while it is cleared, no fetch ends.
    """

    def __init__(self, served: Mapping[str, Fetched | FetchFault] | None = None) -> None:
        self.served = dict(served or {})
        self.max_bytes = 1_000
        self.asked: list[str] = []
        self.at_once = 0
        self.going = asyncio.Event()
        self.going.set()
        self._now = 0

    @override
    async def fetch(self, url: str, whole: Allowance) -> Fetched:
        self.asked.append(url)
        self._now += 1
        self.at_once = max(self.at_once, self._now)
        await asyncio.sleep(0)
        await self.going.wait()
        self._now -= 1
        found = self.served.get(url, NoPublicAddress())
        if isinstance(found, FetchFault):
            raise found
        whole.take(len(found.data))
        return found

    @override
    async def close(self) -> None:
        """There is nothing to close."""
