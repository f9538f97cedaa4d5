"""From every error that a route may raise to its problem."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import IntegrityError

from oblivious.contracts.changes import AlreadyThere, ChangeRefused, InUse, NoSuch
from oblivious.contracts.errors import RelayError
from oblivious.gateway.routes.admin.problem import PROBLEM, FieldFault, Problem, fault_of, faults_of, problem
from oblivious.gateway.routes.admin.request_ids import request_id
from oblivious.infra.database.errors import DATABASE_LOST

_log = structlog.get_logger(__name__)

_Handler = Callable[[Request[Any, Any, Any], Any], Response[Problem]]


class StaleEtag(HTTPException):
    """What should be changed is not any more what the client has seen."""

    status_code = 412


class EtagMissing(HTTPException):
    """A change of one thing says which state of it the client has seen."""

    status_code = 428


class WrongMediaType(HTTPException):
    """A body is JSON."""

    status_code = 415


def _answer(
    request: Request[Any, Any, Any],
    status: int,
    detail: str,
    *errors: FieldFault,
    headers: Mapping[str, str] | None = None,
) -> Response[Problem]:
    named = request_id(request.scope)
    told = {**(headers or {}), "x-request-id": named, "cache-control": "no-store"}
    return Response(
        problem(status, detail, *errors, request_id=named),
        status_code=status,
        media_type=PROBLEM,
        headers=told,
    )


def _sentence(fault: FieldFault) -> str:
    return f"{fault.field}: {fault.message}" if fault.field else fault.message


def _refused(status: int) -> _Handler:
    def handler(request: Request[Any, Any, Any], error: ChangeRefused) -> Response[Problem]:
        return _answer(request, status, str(error), FieldFault(error.field, error.message))

    return handler


def _of_key(request: Request[Any, Any, Any], error: RelayError) -> Response[Problem]:
    challenge = {"www-authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else None
    return _answer(request, error.status, error.message, headers=challenge)


def _invalid(request: Request[Any, Any, Any], error: msgspec.ValidationError) -> Response[Problem]:
    fault = fault_of(error)
    return _answer(request, 400, _sentence(fault), fault)


def _malformed(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    return _answer(request, 400, f"the body is no JSON: {error}", FieldFault("", str(error)))


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _ours(request, error)
    found = faults_of(error.extra)
    detail = "; ".join(map(_sentence, found)) or error.detail
    return _answer(request, error.status_code, detail, *found, headers=error.headers)


def _raced(request: Request[Any, Any, Any], _error: Exception) -> Response[Problem]:
    return _answer(request, 409, "somebody else changed the same thing at the same time: look at it again")


def _lost(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    _log.warning("admin_without_database", error=type(error).__name__, request_id=request_id(request.scope))
    return _answer(request, 503, "the database did not answer; try again", headers={"retry-after": "1"})


def _ours(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    _log.error("admin_failed", exc_info=error, request_id=request_id(request.scope))
    return _answer(request, 500, "a fault of ours: the log has it under the request id")


PROBLEMS: dict[int | type[Exception], _Handler] = {
    **dict.fromkeys(DATABASE_LOST, _lost),
    ChangeRefused: _refused(400),
    NoSuch: _refused(404),
    AlreadyThere: _refused(409),
    InUse: _refused(409),
    RelayError: _of_key,
    msgspec.ValidationError: _invalid,
    msgspec.DecodeError: _malformed,
    UnicodeDecodeError: _malformed,
    HTTPException: _http,
    IntegrityError: _raced,
    Exception: _ours,
}
"""By the error's class, the nearest first. Every error that the framework answers comes through here."""
