"""Everything a run needs, started in order and ended in reverse."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import nginx
from bench.audit import Books
from bench.cores import Cores, one_share_each, two_cores
from bench.exchanges import Kind
from bench.gateway import Gateway, gateway
from bench.readings import Groups
from bench.servers import Servers, servers
from bench.throughput import OURS, Lane
from bench.wrk import Target, Wrk


@dataclass(frozen=True)
class Rig:
    """What a run has at hand."""

    cores: Cores
    servers: Servers
    upstream: nginx.Upstream
    proxy: nginx.Proxy
    gateway: Gateway
    books: Books
    wrk: Wrk

    def groups(self) -> Groups:
        """Return whose processor time is worth a column."""
        return {
            OURS: self.gateway.measured,
            "server, shipper": self.gateway.beside,
            "settlement": self.gateway.settling,
            "upstream": self.upstream.pids,
            **self.servers.groups(),
        }

    def nginx(self, kind: Kind) -> Target:
        """Where a kind of exchange is found through nginx."""
        return Target(self.proxy.base(kind))

    def direct(self, kind: Kind) -> Target:
        """Where a kind of exchange is found without anybody between."""
        return Target(self.upstream.base(kind))

    def settle(self) -> None:
        """Wait until the backlog is settled, and forget the log lines."""
        self.books.drain()
        self.gateway.drop_logs()

    def lane(self) -> Lane:
        """Return what throughput is measured with."""
        return Lane(self.wrk, self.nginx, self.direct, self.gateway.target, self.settle, self.groups())


@contextmanager
def rig() -> Iterator[Rig]:
    """Start all but the gateway itself."""
    cores = two_cores()
    with (
        one_share_each(),
        tempfile.TemporaryDirectory(prefix="oblivious-bench-") as name,
        servers() as behind,
        nginx.upstream(Path(name), cores) as upstream,
        nginx.proxy(Path(name), cores, upstream) as proxy,
        gateway(Path(name) / "gateway", cores, behind, upstream.certificate, upstream.base) as made,
    ):
        books = Books(behind.database_url, upstream.served)
        yield Rig(cores, behind, upstream, proxy, made, books, Wrk(Path(name), cores.load))
