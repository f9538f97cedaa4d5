"""Where nothing is fetched, however a client or a server puts it."""

import itertools
from collections.abc import Sequence

import pytest

from oblivious.infra.fetch import BadURL, NoPublicAddress, TooManyRedirects
from tests.fakes.raw_upstream import always, answer, raw_upstream
from tests.integration.fetch.fetching import PNG, fetched, moved, url_of


class TestWhereNothingIsFetched:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/",
            "http://localhost/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1:8080/",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://user@127.0.0.1/",
            "http://no-such-host.invalid/",
            f"http://{'a' * 70}.test/",
        ],
    )
    async def test_in_places_of_our_own(self, url: str) -> None:
        """However they are written; unknown names are told in the same words."""
        with pytest.raises(NoPublicAddress, match=r"^its host has no public address$"):
            await fetched(url, allowed=[])

    async def test_at_a_host_that_is_only_partly_public(self) -> None:
        """One private address is enough."""

        async def both(_host: str, _port: int) -> list[str]:
            return ["127.0.0.1", "10.0.0.1"]

        async with raw_upstream(always(answer(PNG))) as server:
            with pytest.raises(NoPublicAddress):
                await fetched(url_of(server, host="some.test"), resolve=both)
            assert server.links == []

    @pytest.mark.parametrize("to", ["http://10.0.0.1/", "http://[::1]:1/", "http://169.254.169.254/latest/"])
    @pytest.mark.parametrize(
        "status", [b"301 Moved", b"302 Found", b"303 See Other", b"307 Temporary", b"308 Permanent"]
    )
    async def test_by_way_of_a_redirect(self, to: str, status: bytes) -> None:
        """And nothing is said of where it leads."""
        async with raw_upstream(always(moved(to, status))) as server:
            with pytest.raises(NoPublicAddress, match=r"^its host has no public address$"):
                await fetched(url_of(server))

    async def test_by_a_name_that_changes_its_address(self) -> None:
        """It is looked up once, and the address that was judged is the one that is asked."""
        lookups = itertools.count(1)

        async def rebinding(_host: str, _port: int) -> Sequence[str]:
            return ["127.0.0.1"] if next(lookups) == 1 else ["10.0.0.1"]

        async with raw_upstream(always(answer(PNG))) as server:
            url = url_of(server, host="rebinds.test")
            assert (await fetched(url, resolve=rebinding)).data == PNG
            assert next(lookups) == 2
            with pytest.raises(NoPublicAddress):
                await fetched(url, resolve=rebinding)
            assert len(server.links) == 1

    @pytest.mark.parametrize(
        "url",
        ["ftp://127.0.0.1/a", "file:///etc/passwd", "gs://a/b", "http:///a", "a.png", "", "http://[::/"],
    )
    async def test_by_other_means_than_http(self, url: str) -> None:
        """Nor at what is no URL."""
        with pytest.raises(BadURL):
            await fetched(url)

    @pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://[::/"])
    async def test_by_other_means_behind_a_redirect(self, to: str) -> None:
        """The second URL is judged like the first."""
        async with raw_upstream(always(moved(to))) as server:
            with pytest.raises(BadURL):
                await fetched(url_of(server))

    async def test_where_it_is_always_elsewhere(self) -> None:
        """A circle ends."""
        async with raw_upstream(always(moved("/a"))) as server:
            with pytest.raises(TooManyRedirects):
                await fetched(url_of(server))
            assert len(server.links) == 4
