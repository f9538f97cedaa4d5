from ipaddress import ip_network

import pytest

from oblivious.infra.fetch import is_open

PUBLIC = [
    pytest.param("8.8.8.8", id="IPv4"),
    pytest.param("2606:4700:4700::1111", id="IPv6"),
    pytest.param("::ffff:8.8.8.8", id="a public IPv4 mapped to IPv6"),
    pytest.param("64:ff9b::808:808", id="a public IPv4 translated to IPv6"),
]
CLOSED = [
    pytest.param("127.0.0.1", id="loopback"),
    pytest.param("127.9.9.9", id="loopback, another one"),
    pytest.param("::1", id="loopback IPv6"),
    pytest.param("0.0.0.0", id="this host"),  # noqa: S104 - nobody binds it
    pytest.param("0.1.2.3", id="this network"),
    pytest.param("::", id="unspecified IPv6"),
    pytest.param("10.1.2.3", id="private 10"),
    pytest.param("172.16.0.1", id="private 172.16"),
    pytest.param("192.168.1.1", id="private 192.168"),
    pytest.param("fc00::1", id="private IPv6"),
    pytest.param("fd00:ec2::254", id="AWS metadata IPv6"),
    pytest.param("169.254.169.254", id="metadata"),
    pytest.param("169.254.1.1", id="link-local"),
    pytest.param("fe80::1", id="link-local IPv6"),
    pytest.param("fe80::1%1", id="link-local IPv6 with a zone"),
    pytest.param("fec0::1", id="site-local IPv6"),
    pytest.param("100.64.0.1", id="carriers"),
    pytest.param("100.100.100.200", id="Alibaba metadata"),
    pytest.param("168.63.129.16", id="Azure services"),
    pytest.param("192.0.0.192", id="Oracle metadata"),
    pytest.param("224.0.0.1", id="multicast"),
    pytest.param("ff02::1", id="multicast IPv6"),
    pytest.param("240.0.0.1", id="reserved"),
    pytest.param("255.255.255.255", id="broadcast"),
    pytest.param("192.0.2.1", id="documents"),
    pytest.param("2001:db8::1", id="documents IPv6"),
    pytest.param("3fff::1", id="documents IPv6, later"),
    pytest.param("198.18.0.1", id="benchmarks"),
    pytest.param("::ffff:127.0.0.1", id="loopback mapped to IPv6"),
    pytest.param("::ffff:a9fe:a9fe", id="metadata mapped to IPv6"),
    pytest.param("64:ff9b::7f00:1", id="loopback translated to IPv6"),
    pytest.param("::127.0.0.1", id="loopback in an old form"),
    pytest.param("2002:7f00:1::", id="6to4"),
    pytest.param("2001:0:1::1", id="Teredo"),
    pytest.param("example.com", id="a name"),
    pytest.param("", id="nothing"),
]


class TestIsOpen:
    @pytest.mark.parametrize("address", PUBLIC)
    def test_what_all_can_reach_is_open(self, address: str) -> None:
        """A client could fetch it itself."""
        assert is_open(address)

    @pytest.mark.parametrize("address", CLOSED)
    def test_what_only_we_can_reach_is_closed(self, address: str) -> None:
        """A client must not see through our eyes."""
        assert not is_open(address)

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("10.1.2.3", "10.0.0.0/8"),
            ("::ffff:10.1.2.3", "10.0.0.0/8"),
            ("127.0.0.1", "127.0.0.1/32"),
            ("fd12::1", "fd12::/16"),
        ],
    )
    def test_an_operator_opens_networks(self, address: str, network: str) -> None:
        """Those, and none beside them."""
        allowed = [ip_network("192.168.7.0/24"), ip_network(network)]

        assert is_open(address, allowed)
        assert is_open("8.8.8.8", allowed)
        assert not is_open("192.168.8.1", allowed)
