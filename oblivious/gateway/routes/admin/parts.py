"""What the admin API is made from; the composition root puts it together."""

from collections.abc import Callable
from dataclasses import dataclass

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from oblivious.channels.repository import Providers
from oblivious.gateway.road.parts import Road
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions


@dataclass(frozen=True, slots=True)
class AdminParts:
    """What its routes look at and change.

    Attributes:
        road: how requests are served in this process: health, limits, who is busy.
    """

    maker: Sessions
    secrets: Secrets
    providers: Providers
    road: Road


PartsOf = Callable[[], AdminParts]
"""Gives the parts, which exist only once the process's lifespan has begun."""

Parts = NamedDependency[SkipValidation[AdminParts]]
"""The same as an argument of a handler, named `parts`."""
