"""Routes that list: their query by its declaration, in code and in the API's description."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from litestar.openapi.spec import Operation, Parameter, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import BodyKwarg

from oblivious.gateway.routes.admin.asked import MOST, USUAL_LIMIT, Asked, Field, read_asked
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.listing import Listing, read_list
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import AdminParts
from oblivious.gateway.routes.admin.shelf import Shelf
from oblivious.infra.database.sessions import reading

T = TypeVar("T")
Shown = TypeVar("Shown")

_TYPES = {
    str: OpenAPIType.STRING,
    int: OpenAPIType.INTEGER,
    bool: OpenAPIType.BOOLEAN,
    datetime: OpenAPIType.STRING,
}
_FORMATS: dict[type, OpenAPIFormat] = {datetime: OpenAPIFormat.DATE_TIME}


def asked_of(request: AdminRequest, listing: Listing | Shelf[Any]) -> Asked:
    """Read what a request wants of a list.

    Raises:
        ChangeRefused: names the parameter that is wrong.
    """
    query = [(name, value) for name, value in request.query_params.multi_items()]
    return read_asked(query, listing.fields, key=listing.key, usual=listing.usual)


async def read_page(
    request: AdminRequest, parts: AdminParts, listing: Listing, show: Callable[[Any], Shown]
) -> Page[Shown]:
    """Read what a request wants of a list, and return it as clients see it.

    Raises:
        ChangeRefused: names the parameter that is wrong.
    """
    asked = asked_of(request, listing)
    async with reading(parts.maker) as session:
        return page_of(await read_list(session, listing, asked), show)


def page_of(found: Page[T], show: Callable[[T], Shown]) -> Page[Shown]:
    """Return what was found as clients see it."""
    return Page([show(item) for item in found.items], found.total, found.next)


def listed(listing: Listing | Shelf[Any]) -> type[Operation]:
    """Return the description of a route that lists: its own, and the parameters that the list declares."""

    @dataclass
    class ListOperation(Operation):
        def __post_init__(self) -> None:
            self.parameters = [*(self.parameters or ()), *_parameters(listing.fields, listing.usual)]

    return ListOperation


def called(name: str) -> BodyKwarg:
    """Say how the API's description calls a kind of page; without it the name is that of its module, too."""
    return BodyKwarg(schema_component_key=name)


def _parameters(fields: Mapping[str, Field[Any]], usual: str) -> list[Parameter]:
    sortable = ", ".join(name for name, field in fields.items() if field.sorts)
    text, number = OpenAPIType.STRING, OpenAPIType.INTEGER
    return [
        _parameter("q", Schema(type=text, max_length=1000), "A text to look for."),
        *(
            _parameter(name, _schema(field), f"Only where `{name}` has this value.")
            for name, field in fields.items()
            if field.filters
        ),
        _parameter(
            "sort",
            Schema(type=text, pattern=_sort_pattern(fields)),
            f"The order: {sortable}; separated by commas, `-` for descending; `{usual}` if not given.",
        ),
        _parameter(
            "limit", Schema(type=number, minimum=1, maximum=MOST, default=USUAL_LIMIT), "Items on a page."
        ),
        _parameter("cursor", Schema(type=text), "Where to go on: `next` of the page before."),
    ]


def _parameter(name: str, schema: Schema, words: str) -> Parameter:
    return Parameter(name=name, param_in="query", schema=schema, description=words, required=False)


def _schema(field: Field[Any]) -> Schema:
    return Schema(type=_TYPES[field.kind], enum=list(field.choices) or None, format=_FORMATS.get(field.kind))


def _sort_pattern(fields: Mapping[str, Field[Any]]) -> str:
    one = f"-?({'|'.join(name for name, field in fields.items() if field.sorts)})"
    return f"^{one}(,{one})*$"
