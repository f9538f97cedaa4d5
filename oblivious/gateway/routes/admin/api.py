"""Everything below `/api/v1`."""

from litestar import Router
from litestar.di import Provide
from litestar.openapi.spec import Components, SecurityScheme

from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.audit import Audit
from oblivious.gateway.routes.admin.channel_asked import ChannelQuestions
from oblivious.gateway.routes.admin.channel_health import ChannelHealths
from oblivious.gateway.routes.admin.channel_keys import ChannelKeys
from oblivious.gateway.routes.admin.channel_states import ChannelStates
from oblivious.gateway.routes.admin.channels import Channels
from oblivious.gateway.routes.admin.exchanges import Exchanges
from oblivious.gateway.routes.admin.groups import Groups
from oblivious.gateway.routes.admin.guard import guard_of
from oblivious.gateway.routes.admin.models import Models
from oblivious.gateway.routes.admin.notices import Notices
from oblivious.gateway.routes.admin.parts import AdminParts, PartsOf
from oblivious.gateway.routes.admin.pools import Pools
from oblivious.gateway.routes.admin.providers import Providers
from oblivious.gateway.routes.admin.request_ids import naming
from oblivious.gateway.routes.admin.routes import Routes
from oblivious.gateway.routes.admin.rules import Rules
from oblivious.gateway.routes.admin.strangers import refuse_strangers

_KEY = "adminKey"
_MIB = 1024 * 1024

SECURITY = Components(
    security_schemes={
        _KEY: SecurityScheme(
            type="http", scheme="bearer", description="A key made by `oblivious key create --admin`."
        )
    }
)
"""How the API's description says who gets in."""


def admin_router(parts_of: PartsOf) -> Router:
    """Return the admin API: guarded, and strict about what it reads."""

    def parts() -> (
        AdminParts
    ):  # a function of its own: what stands in a route is copied, with all it is bound to
        return parts_of()

    return Router(
        "/api/v1",
        route_handlers=[
            Audit,
            ChannelHealths,
            ChannelKeys,
            ChannelQuestions,
            Channels,
            ChannelStates,
            Exchanges,
            Groups,
            Models,
            Notices,
            Pools,
            Providers,
            Routes,
            Rules,
        ],
        guards=[guard_of(parts), refuse_strangers],
        dependencies={"parts": Provide(parts, sync_to_thread=False)},
        middleware=[naming],
        request_class=AdminRequest,
        request_max_body_size=_MIB,
        security=[{_KEY: []}],
    )
