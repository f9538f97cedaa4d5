"""What goes back when something is wrong: RFC 9457 problems, all of one shape. Pure."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from oblivious.channels.reading import refusal

PROBLEM = "application/problem+json"

_BODY = "data"
"""How the framework names the body, where there is none."""


class FieldFault(msgspec.Struct, frozen=True):
    """One thing that is wrong.

    Attributes:
        field: the way to it from the top of the body, `models[2]`, or the name of a parameter; empty where
            it is the body as a whole.
    """

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True):
    """What is wrong, for programs and for people.

    Attributes:
        type: always `about:blank`: the status says what kind of problem it is.
        title: the status in words.
        detail: what happened, in a sentence.
        errors: what is wrong with the request, field by field.
        request_id: names the request in our log and audit.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: Sequence[FieldFault]
    request_id: str


def problem(status: int, detail: str, *errors: FieldFault, request_id: str = "") -> Problem:
    """Return a problem of a status; without a sentence the status speaks for itself."""
    title = HTTPStatus(status).phrase
    return Problem("about:blank", title, status, detail or title, errors, request_id)


def fault_of(error: msgspec.ValidationError) -> FieldFault:
    """Return what the decoder found, with the way to it as people write it: `limits.rpm`, `models[2]`."""
    refused = refusal(error, "")
    return FieldFault(refused.field, refused.message)


def faults_of(found: Any) -> list[FieldFault]:
    """Return what the framework found wrong with parameters, from its list of keys and messages."""
    try:
        listed = msgspec.convert(found, list[dict[str, str]])
    except msgspec.ValidationError:
        return []
    return [
        FieldFault("", "the body is missing")
        if one.get("key") == _BODY
        else FieldFault(one.get("key", ""), one.get("message", ""))
        for one in listed
    ]
