"""Who can serve which model to which group: one immutable snapshot, replaced whole."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from oblivious.adapters.counting.table import can_count
from oblivious.adapters.dialects.endpoint import Kind
from oblivious.adapters.registry import NEAREST_OF
from oblivious.channels.candidate import Candidate, Key

__all__ = ["EVERYONE", "Candidate", "Directory", "Key", "ListedModel", "Offer", "build_directory"]

EVERYONE = ""
"""Stands for all groups that no channel names."""

Place = tuple[str, str]
"""A model and a dialect."""

Reach = tuple[str, str, Kind]
"""The same, and what is asked for."""

_ORDERS = [(kind, dialect, order) for kind, table in NEAREST_OF.items() for dialect, order in table.items()]


class ListedModel(NamedTuple):
    """A model as lists show it; `created` in seconds since 1970."""

    id: str
    created: int
    owned_by: str


class Offer(NamedTuple):
    """One model of one channel.

    Attributes:
        groups: who may use it; empty: everyone.
        candidates: one for each dialect; none while the channel is off or has no key that is on.
    """

    model: ListedModel
    groups: Sequence[str]
    candidates: Sequence[Candidate]


class View(NamedTuple):
    """What one group sees.

    Attributes:
        places: who speaks the dialect.
        reach: who can be reached from the dialect, if need be by translation.
        offered: every model of its channels, also of those that are switched off.
    """

    places: Mapping[Place, tuple[Candidate, ...]]
    reach: Mapping[Reach, tuple[Candidate, ...]]
    models: tuple[ListedModel, ...]
    offered: frozenset[str]


class Directory:
    """Answers for every group; one that no channel names sees what is for everyone."""

    __slots__ = ("_everyone", "_views")

    def __init__(self, views: Mapping[str, View]) -> None:
        self._views = views
        self._everyone = views[EVERYONE]

    def candidates(
        self, model: str, group: str, dialect: str, *, kind: Kind | None = None
    ) -> tuple[Candidate, ...]:
        """Return who can serve the model to a client of the dialect in the group, by falling priority.

        With a kind also those that speak only other dialects, each in the one that is nearest in this kind.
        """
        view = self._views.get(group, self._everyone)
        if kind is None:
            return view.places.get((model, dialect), ())
        return view.reach.get((model, dialect, kind), ())

    def dialects_of(self, model: str, group: str) -> list[str]:
        """Return the dialects in which the model can be served to the group; not for the fast path."""
        places = self._views.get(group, self._everyone).places
        return sorted(dialect for served, dialect in places if served == model)

    def knows(self, model: str, group: str) -> bool:
        """Say whether a channel of the group offers the model, be it switched off."""
        return model in self._views.get(group, self._everyone).offered

    def is_offered(self, model: str) -> bool:
        """Say whether any channel offers the model, to whatever group."""
        return any(model in view.offered for view in self._views.values())

    def models(self, group: str) -> tuple[ListedModel, ...]:
        """Return the models that can be served to the group, by name."""
        return self._views.get(group, self._everyone).models


def build_directory(offers: Sequence[Offer]) -> Directory:
    """Index offers, which come by falling priority, for every group that one names and for everyone else."""
    groups = {EVERYONE, *(group for offer in offers for group in offer.groups)}
    return Directory(
        {
            group: _view([offer for offer in offers if not offer.groups or group in offer.groups])
            for group in groups
        }
    )


def _view(offers: Sequence[Offer]) -> View:
    places: dict[Place, list[Candidate]] = {}
    reach: dict[Reach, list[Candidate]] = {}
    models: dict[str, ListedModel] = {}
    for offer in offers:
        for candidate in offer.candidates:
            models.setdefault(offer.model.id, offer.model)
            places.setdefault((offer.model.id, candidate.dialect), []).append(candidate)
        for dialect, kind, candidate in _nearest(offer.candidates):
            reach.setdefault((offer.model.id, dialect, kind), []).append(candidate)
    return View(
        {place: tuple(found) for place, found in places.items()},
        {place: tuple(found) for place, found in reach.items()},
        tuple(sorted(models.values())),
        frozenset(offer.model.id for offer in offers),
    )


def _nearest(candidates: Sequence[Candidate]) -> Iterator[tuple[str, Kind, Candidate]]:
    """Yield how each channel is best reached from each dialect of clients."""
    channels: dict[int, dict[str, Candidate]] = {}
    for candidate in candidates:
        channels.setdefault(candidate.channel_id, {})[candidate.dialect] = candidate
    for spoken in channels.values():
        for kind, dialect, order in _ORDERS:
            able = (spoken[other] for other in order if other in spoken)
            nearest = next((candidate for candidate in able if _serves(candidate, kind)), None)
            if nearest is not None:
                yield dialect, kind, nearest


def _serves(candidate: Candidate, kind: Kind) -> bool:
    return kind is not Kind.COUNT or can_count(candidate.provider, candidate.dialect)
