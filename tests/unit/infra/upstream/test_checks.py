from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from oblivious.infra.upstream import DIRECT, BadLink, Link, check_link
from tests.fakes.certificates import Authority, private

SECRET = "s3cret-word"
AUTHORITY = Authority("authority.test")
KNOWN = AUTHORITY.sign("client.test")
KEY, CERTIFICATE = KNOWN[: KNOWN.index("-----BEGIN CERT")], KNOWN[KNOWN.index("-----BEGIN CERT") :]
LOCKED_KEY = private(ec.generate_private_key(ec.SECP256R1()), b"word")
NO_CERTIFICATE = f"-----BEGIN CERTIFICATE-----\n{b64encode(bytes(99)).decode()}\n-----END CERTIFICATE-----\n"


class TestCheckLink:
    @pytest.mark.parametrize(
        "link",
        [
            pytest.param(DIRECT, id="nothing asked"),
            pytest.param(Link("http://proxy.test:3128"), id="HTTP proxy"),
            pytest.param(Link("HTTP://user@[::1]:8080/"), id="user without a password"),
            pytest.param(Link("socks5://user:pass%2Fword@10.0.0.1:1080"), id="SOCKS proxy"),
            pytest.param(Link("socks5h://proxy.test:1080"), id="SOCKS proxy that resolves"),
            pytest.param(Link(authorities=AUTHORITY.pem), id="authority"),
            pytest.param(
                Link(authorities=f"# Größe \udcff\n{AUTHORITY.pem}\n\n{CERTIFICATE}"), id="authorities"
            ),
            pytest.param(Link(verify=False), id="no verification"),
            pytest.param(Link(server_name="_api-2.upstream.test"), id="name"),
            pytest.param(Link(server_name="2001:db8::1"), id="address as a name"),
            pytest.param(Link(certificate=KEY + CERTIFICATE), id="certificate"),
            pytest.param(Link(certificate=CERTIFICATE + KEY), id="certificate before its key"),
            pytest.param(Link(tls_least="1.2"), id="1.2"),
            pytest.param(Link(tls_least="1.3"), id="1.3"),
        ],
    )
    def test_what_can_be_is_let_pass(self, link: Link) -> None:
        """Nothing is raised, nothing is connected to."""
        check_link(link)

    @pytest.mark.parametrize(
        ("link", "field", "message"),
        [
            *[
                pytest.param(Link(url), "proxy", "with a host and a port", id=f"proxy {name}")
                for name, url in {
                    "no URL": SECRET,
                    "of another scheme": f"https://user:{SECRET}@proxy.test:443",
                    "without a host": f"http://:{SECRET}@:80",
                    "without a port": f"http://user:{SECRET}@proxy.test",
                    "on no port": f"http://user:{SECRET}@proxy.test:0",
                    "on a port too high": f"http://user:{SECRET}@proxy.test:65536",
                    "with a slash in its password": f"http://user:{SECRET}/word@proxy.test:1",
                    "with a broken address": f"http://user:{SECRET}@[::1:1",
                    "with a space": f"http://user:{SECRET}@proxy.test:1 ",
                    "with a line feed": f"http://user:{SECRET}@proxy\n.test:1",
                }.items()
            ],
            pytest.param(Link(f"http://u:{SECRET}@a.test:1/x"), "proxy", "after the port", id="path"),
            pytest.param(Link(f"http://u:{SECRET}@a.test:1?x"), "proxy", "after the port", id="query"),
            pytest.param(Link(f"http://u%3A:{SECRET}@a.test:1"), "proxy", "without a colon", id="colon"),
            pytest.param(Link(f"socks5://:{SECRET}@a.test:1"), "proxy", "or neither", id="no user"),
            pytest.param(Link("socks5://user@a.test:1"), "proxy", "or neither", id="no password"),
            pytest.param(Link(f"socks5://é:{SECRET}@a.test:1"), "proxy", "255 ASCII", id="not ASCII"),
            pytest.param(Link(f"socks5h://u:{'x' * 256}@a.test:1"), "proxy", "255 ASCII", id="long"),
            pytest.param(Link(authorities=SECRET), "authorities", "in PEM", id="no PEM"),
            pytest.param(Link(authorities=KEY), "authorities", "in PEM", id="a key as authority"),
            pytest.param(Link(authorities=NO_CERTIFICATE), "authorities", "in PEM", id="no certificate"),
            pytest.param(Link(authorities="é"), "authorities", "in PEM", id="authority not ASCII"),
            pytest.param(Link(certificate=SECRET), "certificate", "in PEM", id="certificate no PEM"),
            pytest.param(Link(certificate="\udcff"), "certificate", "in PEM", id="no text at all"),
            pytest.param(Link(certificate=KEY), "certificate", "in PEM", id="a key alone"),
            pytest.param(Link(certificate=CERTIFICATE), "certificate", "in PEM", id="no key"),
            pytest.param(
                Link(certificate=CERTIFICATE + LOCKED_KEY), "certificate", "unencrypted", id="locked"
            ),
            pytest.param(
                Link(certificate=KEY + AUTHORITY.pem), "certificate", "another certificate", id="another key"
            ),
            pytest.param(Link(server_name="a b"), "server_name", "host name", id="space in a name"),
            pytest.param(Link(server_name="https://a.test"), "server_name", "host name", id="URL as name"),
            pytest.param(Link(server_name=".a.test"), "server_name", "host name", id="dot first"),
            pytest.param(Link(server_name="a.test\n"), "server_name", "host name", id="line feed last"),
            pytest.param(Link(server_name="a." * 127), "server_name", "host name", id="long name"),
            pytest.param(Link(tls_least="1.1"), "tls_least", "1.2, 1.3, or empty", id="old version"),
        ],
    )
    def test_what_cannot_be_names_its_field(self, link: Link, field: str, message: str) -> None:
        """And says what it should be, without quoting what it is."""
        with pytest.raises(BadLink, match=message) as raised:
            check_link(link)

        assert raised.value.field == field
        assert SECRET not in str(raised.value)
        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__ or raised.value.__context__ is None


class TestLink:
    def test_its_text_holds_no_secret(self) -> None:
        """Links come into messages with their origins."""
        link = Link(f"http://user:{SECRET}@proxy.test:1", authorities=SECRET, certificate=SECRET)

        assert SECRET not in f"{link} {link!r}"

    def test_equal_links_are_one_key(self) -> None:
        """However often they are read from the database."""
        assert {Link("http://a.test:1"): 1}[Link("http://a.test:1")] == 1
