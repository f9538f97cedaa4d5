"""What a fleet of demo upstreams does as time goes by and requests come, read from TOML; pure."""

from typing import Annotated

import msgspec

from oblivious.demo.behaviour import PLAIN
from oblivious.demo.settings import UnknownSetting, changed, items_of
from oblivious.demo.values import numbers


class BadPlot(Exception):
    """The text is no plot; says what is wrong, and where."""


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How requests are answered for a while; for good if neither `seconds` nor `requests` ends it.

    Attributes:
        plays: settings separated by semicolons, `status=429;retry-after=2`; "" leaves it to the next part.
        seconds: how long it lasts.
        requests: how many requests it lasts.
    """

    plays: str = ""
    seconds: Annotated[float, msgspec.Meta(ge=0.1)] | None = None
    requests: Annotated[int, msgspec.Meta(ge=1)] | None = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ValueError: it plays what the demo can't, or has two ends.
        """
        if self.seconds is not None and self.requests is not None:
            raise ValueError("A phase ends after seconds or after requests, not after both")
        try:
            changed(tuple(items_of(self.plays)), PLAIN)
        except UnknownSetting as error:
            raise ValueError(str(error)) from error

    @property
    def ends(self) -> bool:
        """Whether another one follows it."""
        return self.seconds is not None or self.requests is not None


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phases that some upstreams go through, each at its own pace, after the last one again the first.

    Attributes:
        upstreams: their places in the fleet, from 1: `1-4,7`; "" is all.
        keys: only for requests whose key ends in this.
    """

    phases: Annotated[tuple[Phase, ...], msgspec.Meta(min_length=1)]
    upstreams: str = ""
    keys: str = ""

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ValueError: the places can't be read, or a phase would never come.
        """
        if self.upstreams and 0 in numbers(self.upstreams):
            raise ValueError("The first upstream is 1")
        if not all(phase.ends for phase in self.phases[:-1]):
            raise ValueError("Only the last phase may be without an end")

    def concerns(self, place: int) -> bool:
        """Tell whether the upstream at a place of the fleet plays it."""
        return not self.upstreams or place in numbers(self.upstreams)


class Plot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All parts; of those that concern a request the first one decides that has something to play."""

    part: tuple[Part, ...] = ()


NO_PLOT = Plot()


def read_plot(text: str) -> Plot:
    """Read a plot.

    Raises:
        BadPlot: it is none.
    """
    try:
        return msgspec.toml.decode(text, type=Plot)
    except msgspec.DecodeError as error:
        raise BadPlot(str(error)) from error
