"""`oblivious serve`: the process that starts the others and outlives them all."""

import asyncio
import multiprocessing
import os
import sys
import threading
from wsgiref.simple_server import WSGIServer

import httpx
import structlog
from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings
from granian.server.mp import MPServer
from prometheus_client import start_http_server

from oblivious.app.address import local_url
from oblivious.app.asgi import METRICS_URL
from oblivious.app.base import opened
from oblivious.app.lifeline import SERVER_PID
from oblivious.app.listening import check_listening
from oblivious.app.newcomer import Welcome, demo_port, settle_in, tell
from oblivious.app.settings import Mode, Settings, export
from oblivious.app.supervise import Supervisor, ourselves
from oblivious.infra.database.installation import check_secret
from oblivious.infra.database.migrate import check_current
from oblivious.infra.database.sessions import reading
from oblivious.infra.telemetry.logs import configure_logs, library_logs
from oblivious.infra.telemetry.merge import SummedDumps, fold_past

_log = structlog.get_logger(__name__)

_READY_SECONDS = 60
_RESPAWN_SECONDS = 1.0
_LAST_OUTCOMES_SECONDS = 20
_DEMO_SECONDS = 5
_MAX_REQUEST_HEAD = 256 * 1024


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT: drain what is open, settle or ship the rest, end."""
    configure_logs(settings.log_level, settings.log_format)
    fold_past(settings.metrics_root)
    export(settings)
    os.environ[SERVER_PID] = str(os.getpid())
    metrics = _serve_metrics(settings)
    shipper = Supervisor(ourselves("ship")) if settings.mode is not Mode.EMBEDDED else None
    demo = _Demo(settings)
    server = _server(settings)
    server.on_startup(demo.start)
    if shipper is not None:
        server.on_startup(shipper.start)
    try:
        server.serve()
    finally:
        if shipper is not None:
            shipper.stop(_LAST_OUTCOMES_SECONDS)
        demo.stop()
        metrics.shutdown()
    sys.stdout.flush()


async def check(settings: Settings) -> None:
    """Look whether the ports are free, and the database is ready to be served from.

    Raises:
        CannotListen, SchemaOutdated, ForeignSecret: they are not; says what to do.
    """
    check_listening(settings)
    async with opened(settings) as base:
        await check_current(base.engine)
        async with reading(base.maker) as session:
            await check_secret(session, base.secrets)


def _server(settings: Settings) -> MPServer:
    # Forked workers would inherit the threads' locks of this process; spawned ones start clean.
    multiprocessing.set_start_method("spawn", force=True)
    return MPServer(
        "oblivious.app.asgi:create",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        loop=Loops.uvloop,
        websockets=True,
        http1_settings=HTTP1Settings(max_buffer_size=_MAX_REQUEST_HEAD, pipeline_flush=False),
        backlog=4096,
        backpressure=65536,
        log_access=False,
        log_dictconfig=library_logs(settings.log_format),
        respawn_failed_workers=True,
        respawn_interval=_RESPAWN_SECONDS,
        workers_kill_timeout=settings.drain_seconds,
        process_name=None,
    )


def _serve_metrics(settings: Settings) -> WSGIServer:
    """Sum up all processes' numbers in a thread of this one, which has nothing else to do."""
    summed = SummedDumps(settings.metrics_root).registry()
    address = settings.host if settings.metrics_port else "127.0.0.1"
    server, _thread = start_http_server(settings.metrics_port, addr=address, registry=summed)
    os.environ[METRICS_URL] = f"{local_url(address, server.server_port)}/metrics"
    return server


class _Demo:
    """The channels that come by themselves, the demo upstream if it is needed, and the welcome."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._port = demo_port() if settings.demo and settings.mode is Mode.EMBEDDED else 0
        self._upstream = Supervisor(ourselves("demo-upstream", "--port", str(self._port)))
        self._thread = threading.Thread(target=self._welcome, name="newcomer", daemon=True)

    def start(self) -> None:
        """Begin; the server does not wait for it."""
        self._thread.start()

    def stop(self) -> None:
        """End the demo upstream."""
        self._upstream.stop(_DEMO_SECONDS)

    def _welcome(self) -> None:
        welcome = asyncio.run(self._settle_in())
        if welcome is None:
            _log.warning("no_channel", advice="add one with `oblivious channel add`")
            return
        if welcome.demo and self._port:
            self._upstream.start()
        if self._answers():
            tell(self._settings, welcome)

    async def _settle_in(self) -> Welcome | None:
        async with opened(self._settings) as base:
            return await settle_in(base, f"http://127.0.0.1:{self._port}" if self._port else "")

    def _answers(self) -> bool:
        url = f"{local_url(self._settings.host, self._settings.port)}/readyz"
        transport = httpx.HTTPTransport(retries=0)
        with httpx.Client(transport=transport, timeout=1) as client:
            for _ in range(_READY_SECONDS * 10):
                try:
                    if client.get(url).is_success:
                        return True
                except httpx.TransportError:
                    pass
                threading.Event().wait(0.1)
        return False
