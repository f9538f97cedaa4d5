import ssl

import pytest

from oblivious.infra.upstream import BadLink, Link
from oblivious.infra.upstream.tls import Contexts

DEFAULT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def contexts() -> Contexts:
    return Contexts(DEFAULT, kept=2)


class TestContexts:
    @pytest.mark.parametrize("link", [Link(), Link("http://a.test:1", server_name="b.test")])
    async def test_who_asks_for_nothing_gets_the_default(self, contexts: Contexts, link: Link) -> None:
        """Proxies and names are no matter of the context."""
        assert await contexts.of(link) is DEFAULT

    async def test_who_asks_for_the_same_gets_the_same(self, contexts: Contexts) -> None:
        """Whatever proxy stands between."""
        one = await contexts.of(Link(verify=False))

        assert await contexts.of(Link("http://a.test:1", verify=False, server_name="b.test")) is one
        assert await contexts.of(Link(verify=False, tls_least="1.3")) is not one

    async def test_the_one_that_nobody_asked_for_longest_is_forgotten(self, contexts: Contexts) -> None:
        """Links come and go; what they left must not pile up."""
        kept, forgotten, new = Link(verify=False), Link(tls_least="1.2"), Link(tls_least="1.3")
        one, other = await contexts.of(kept), await contexts.of(forgotten)
        assert await contexts.of(kept) is one
        await contexts.of(new)

        assert await contexts.of(kept) is one
        assert await contexts.of(forgotten) is not other

    async def test_what_cannot_be_is_told_each_time(self, contexts: Contexts) -> None:
        """And takes no place among the others."""
        for _ in range(3):
            with pytest.raises(BadLink):
                await contexts.of(Link(authorities="none"))

    async def test_what_is_asked_for_is_in_it(self, contexts: Contexts) -> None:
        """HTTP/1.1 is all that is offered."""
        made = await contexts.of(Link(verify=False, tls_least="1.3"))

        assert (made.verify_mode, made.check_hostname) == (ssl.CERT_NONE, False)
        assert made.minimum_version is ssl.TLSVersion.TLSv1_3
