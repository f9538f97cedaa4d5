"""Whether what is to be listened on is free, found out before anything is started."""

import errno
import socket

import structlog

from oblivious.app.settings import Settings

_log = structlog.get_logger(__name__)

_REASONS = {
    errno.EADDRINUSE: "OBLIVIOUS_{what}: {port} is taken by another program: end that, or name another port",
    errno.EACCES: "OBLIVIOUS_{what}: {port} is not for this user to open: name a port from 1024 up",
    errno.EADDRNOTAVAIL: "OBLIVIOUS_HOST: {host} is no address of this machine",
}


class CannotListen(Exception):
    """An address or a port cannot be listened on; says why, and what to do."""


def check_listening(settings: Settings) -> None:
    """See that the ports can be listened on.

    A gateway may share its port with another one, which is how a new one starts while the old one drains;
    that is logged, since it is odd if nobody meant it.

    Raises:
        CannotListen: one of them cannot.
    """
    if settings.metrics_port:
        _bind(settings.host, settings.metrics_port, "METRICS_PORT")
    try:
        _bind(settings.host, settings.port, "PORT")
    except CannotListen:
        _bind(settings.host, settings.port, "PORT", shared=True)
        _log.warning("port_shared", port=settings.port)


def _bind(host: str, port: int, what: str, *, shared: bool = False) -> None:
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as there:
            there.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            there.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(shared))
            there.bind(place)
    except (socket.gaierror, UnicodeError) as error:
        raise CannotListen(_REASONS[errno.EADDRNOTAVAIL].format(host=host)) from error
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, "OBLIVIOUS_{what}: {host}:{port}: {error.strerror}")
        raise CannotListen(reason.format(what=what, host=host, port=port, error=error)) from error
