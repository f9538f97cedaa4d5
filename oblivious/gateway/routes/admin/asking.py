"""A request to the admin API: who asks, and a body that is read strictly."""

from typing import Any

import msgspec
from litestar import Request
from typing_extensions import override

from oblivious.gateway.routes.admin.problems import WrongMediaType
from oblivious.identity.admins import Actor

_JSON = "application/json"


class AdminRequest(Request[Actor, Any, Any]):
    """Knows its admin as `user`; what it says in JSON is taken as it is, no text for a number."""

    @override
    async def json(self) -> Any:
        """Return the body as the type that the handler asks for.

        Raises:
            WrongMediaType: it says that it is something else than JSON.
            msgspec.DecodeError: it is no JSON, or not what is asked for.
        """
        kind = self.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
        if kind != _JSON:
            raise WrongMediaType(detail=f"send {_JSON}, not {kind}")
        wanted = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        return msgspec.json.decode(await self.body(), type=wanted)
