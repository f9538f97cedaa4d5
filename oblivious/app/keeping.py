"""Who looks after channels, put together from the parts of a gateway process."""

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.gateway.keeping.parts import Keeping, Times
from oblivious.gateway.keeping.roster import Roster
from oblivious.gateway.keeping.testing import Tester
from oblivious.gateway.road.parts import Road
from oblivious.infra.state.board.protocol import Board


def keeping_of(base: Base, road: Road, board: Board) -> Keeping:
    """Return what the keeper of a process works with."""
    settings = base.settings
    return Keeping(
        tester=tester_of(base, road),
        board=board,
        boot_id=road.tally.boot_id,
        roster=Roster(road, base.maker),
        times=Times(
            probe_first=settings.probe_first_seconds,
            probe_most=settings.probe_most_seconds,
            balance=settings.balance_seconds,
        ),
        notify_url=settings.notify_url.get_secret_value(),
    )


def tester_of(base: Base, road: Road) -> Tester:
    """Return what tests of channels are made with."""
    return Tester(road, base.maker, base.secrets, PROVIDERS)
