"""What a route may answer besides success, for the API's description."""

from collections.abc import Mapping
from http import HTTPStatus

from litestar.openapi.datastructures import ResponseSpec

from oblivious.gateway.routes.admin.problem import PROBLEM, Problem

_ALWAYS = (401, 403, 405, 500, 503)
_WITH_BODY = (400, 413, 415)
_OF_ONE = (400, 404)
_WITH_ETAG = (412, 428)


def _answers(*statuses: int) -> Mapping[int, ResponseSpec]:
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            description=HTTPStatus(status).phrase,
            media_type=PROBLEM,
        )
        for status in sorted({*_ALWAYS, *statuses})
    }


LISTS = _answers(400)
"""Of a list."""

READS = _answers(*_OF_ONE)
"""Of one thing."""

ASKS = _answers(*_WITH_BODY)
"""Of a route that answers a question put in a body."""

CREATES = _answers(*_WITH_BODY, 409)
"""Of a route that adds something."""

ADDS = _answers(*_WITH_BODY, *_OF_ONE, 409)
"""Of a route that adds something to one thing."""

EDITS = _answers(*_WITH_BODY, *_OF_ONE, *_WITH_ETAG, 409)
"""Of a route that changes one thing."""

DELETES = _answers(*_OF_ONE, *_WITH_ETAG, 409)
"""Of a route that takes one thing away."""

ASKS_ONE = _answers(*_WITH_BODY, *_OF_ONE, 409)
"""Of a route that asks one thing something, as its body says."""

ACTS = _answers(*_OF_ONE, 409)
"""Of a route that does something with one thing, whatever state it is in."""
