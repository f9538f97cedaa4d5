"""Whether this process lives, whether it can serve, and its numbers."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

Check = Callable[[], Awaitable[dict[str, str]]]
"""Returns what is wrong, by part; nothing when the process can serve."""

Scrape = Callable[[], Awaitable[bytes]]


@get("/healthz", summary="Whether the process lives", tags=["health"])
async def healthz() -> dict[str, str]:
    """Answer as long as the loop turns."""
    return {"status": "ok"}


@get("/readyz", summary="Whether the process can serve", tags=["health"])
async def readyz(check: NamedDependency[SkipValidation[Check]]) -> Response[dict[str, object]]:
    """Answer 200 when every part that serving needs is in reach, else 503 and what is wrong."""
    wrong = await check()
    if wrong:
        return Response({"status": "unready", "wrong": wrong}, status_code=503)
    return Response({"status": "ready"}, status_code=200)


@get("/metrics", summary="Numbers for Prometheus, summed over all processes", tags=["health"])
async def metrics(scrape: NamedDependency[SkipValidation[Scrape]]) -> Response[bytes]:
    """Return the text exposition."""
    return Response(await scrape(), media_type="text/plain; version=0.0.4; charset=utf-8")


@get("/openapi.json", include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Return the API's description, OpenAPI 3.1."""
    return request.app.openapi_schema.to_schema()
