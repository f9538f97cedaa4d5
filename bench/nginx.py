"""nginx in both of its parts: the upstream of everything, and the proxy that we are compared with."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cores import Cores, family, leashed
from bench.exchanges import KINDS, Kind, answer, events
from bench.waiting import answers_on, wait_until
from tests.services.ports import free_port

_ECHO = "/usr/lib/nginx/modules/ngx_http_echo_module.so"

_WHOLE = """\
daemon off;
worker_processes 1;
pid {folder}/{name}.pid;
error_log {folder}/{name}.log crit;
load_module {echo};
events {{ worker_connections 16384; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    tcp_nodelay on;
    client_body_temp_path {folder}/{name}-body;
    proxy_temp_path {folder}/{name}-proxy;
    fastcgi_temp_path {folder}/{name}-fastcgi;
    uwsgi_temp_path {folder}/{name}-uwsgi;
    scgi_temp_path {folder}/{name}-scgi;
{http}
}}
"""

# Whoever names an attempt (the gateway does, the proxy does not) is written down, for the audit.
_UPSTREAM = """\
    map $http_x_request_id $named {{ "" 0; default 1; }}
    log_format served "$http_x_request_id";
    server {{
        access_log {served} served buffer=64k flush=500ms if=$named;
        listen 127.0.0.1:{plain} backlog=8192;
        listen 127.0.0.1:{secure} ssl backlog=8192;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
{places}
    }}
"""

_PROXY = """\
    upstream plain {{ server 127.0.0.1:{plain}; keepalive 4096; keepalive_requests 1000000000; }}
    upstream secure {{ server 127.0.0.1:{secure}; keepalive 4096; keepalive_requests 1000000000; }}
    server {{
        listen 127.0.0.1:{port} backlog=8192;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_ssl_verify on;
        proxy_ssl_trusted_certificate {certificate};
        proxy_ssl_name localhost;
{places}
    }}
"""


@dataclass(frozen=True)
class Upstream:
    """Answers every kind of exchange; writes down whom it served."""

    pid: int
    plain: int
    secure: int
    served: Path
    certificate: Path

    def base(self, kind: Kind) -> str:
        """Return the base URL for a kind of exchange."""
        scheme, port = ("https", self.secure) if kind.secure else ("http", self.plain)
        return f"{scheme}://127.0.0.1:{port}/{kind.name}/v1"

    def pids(self) -> list[int]:
        """Return its processes."""
        return family(self.pid)


@dataclass(frozen=True)
class Proxy:
    """`proxy_pass` with kept connections."""

    pid: int
    port: int

    def base(self, kind: Kind) -> str:
        """Return the base URL for a kind of exchange."""
        return f"http://127.0.0.1:{self.port}/{kind.name}/v1"

    def pids(self) -> list[int]:
        """Return its processes."""
        return family(self.pid)


@contextmanager
def upstream(folder: Path, cores: Cores) -> Iterator[Upstream]:
    """Serve every kind of exchange on the load core."""
    certificate, key = _certificate(folder)
    served, plain, secure = folder / "served", free_port(), free_port()
    http = _UPSTREAM.format(
        served=served, plain=plain, secure=secure, certificate=certificate, key=key,
        places="\n".join(map(_answering, KINDS)),
    )  # fmt: skip
    with _running(folder, "upstream", http, plain, cores.load) as pid:
        yield Upstream(pid, plain, secure, served, certificate)


@contextmanager
def proxy(folder: Path, cores: Cores, to: Upstream) -> Iterator[Proxy]:
    """Pass everything on to the upstream, on the core that is measured."""
    port = free_port()
    http = _PROXY.format(
        plain=to.plain, secure=to.secure, port=port, certificate=to.certificate,
        places="\n".join(map(_passing, KINDS)),
    )  # fmt: skip
    with _running(folder, "proxy", http, port, cores.measured) as pid:
        yield Proxy(pid, port)


def _answering(kind: Kind) -> str:
    place = f"        location /{kind.name}/ "
    if not kind.stream:
        return place + f"{{ default_type application/json; return 200 '{answer()}'; }}"
    between = f"echo_flush; echo_sleep {kind.pace_ms / 1000};" if kind.pace_ms else ""
    said = f"\n            {between}\n".join(f"            echo -n '{event}';" for event in events())
    return place + f"{{\n            default_type text/event-stream;\n{said}\n        }}"


def _passing(kind: Kind) -> str:
    # A proxy of streams must not buffer them; for whole answers buffering is nginx's own default.
    unbuffered = "proxy_buffering off; " if kind.stream else ""
    to = "https://secure" if kind.secure else "http://plain"
    return f"        location /{kind.name}/ {{ {unbuffered}proxy_pass {to}; }}"


@contextmanager
def _running(folder: Path, name: str, http: str, port: int, core: int) -> Iterator[int]:
    config = folder / f"{name}.conf"
    config.write_text(_WHOLE.format(folder=folder, name=name, echo=_ECHO, http=http))
    process = subprocess.Popen(leashed(["nginx", "-p", str(folder), "-c", str(config)], core))
    try:
        wait_until(lambda: answers_on(port) or process.poll() is not None)
        if process.poll() is not None:
            raise SystemExit(f"nginx did not start; see {config}")
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", names, "-keyout", str(key), "-out", str(certificate),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return certificate, key
