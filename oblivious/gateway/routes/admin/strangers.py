"""Parameters of a query that a route does not know; lists read theirs by what they declare."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.openapi.spec import Operation
from litestar.params import QueryParameter

from oblivious.contracts.changes import ChangeRefused


async def refuse_strangers(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let requests through that say nothing which would be overlooked.

    Raises:
        ChangeRefused: names the parameter that is unknown, or comes twice.
    """
    if _lists(handler):
        return
    known = _known(handler)
    given: set[str] = set()
    for name, _ in connection.query_params.multi_items():
        if name not in known:
            raise ChangeRefused(name, f"is no parameter here: {_words(known)}")
        if name in given:
            raise ChangeRefused(name, "is given twice")
        given.add(name)


def _lists(handler: BaseRouteHandler) -> bool:
    return getattr(handler, "operation_class", Operation) is not Operation


def _known(handler: BaseRouteHandler) -> list[str]:
    parameters = handler.parsed_fn_signature.parameters
    return [name for name, one in parameters.items() if isinstance(one.kwarg_definition, QueryParameter)]


def _words(known: list[str]) -> str:
    return f"there is {', '.join(known)}" if known else "there is none"
