"""What one group sees of all channels."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from oblivious.adapters.counting.table import can_count
from oblivious.adapters.dialects.endpoint import Kind
from oblivious.adapters.registry import NEAREST_OF
from oblivious.channels.candidate import Candidate
from oblivious.channels.names import is_pattern, matches
from oblivious.channels.tiers import NOBODY, Line, line_of

Place = tuple[str, Kind | None]
"""The client's dialect, and what is asked for; None: what only this dialect can say."""

Lines = Mapping[Place, Line]
"""Who can serve one model."""

_NO_LINES: Lines = {}

_ORDERS = [(kind, dialect, order) for kind, table in NEAREST_OF.items() for dialect, order in table.items()]

_MOST_FOUND = 4_096
"""Models that patterns were found to stand for; clients can think of any number of names."""


class ListedModel(NamedTuple):
    """A model as lists show it; `created` in seconds since 1970."""

    id: str
    created: int
    owned_by: str


class Offer(NamedTuple):
    """One model of one channel, or the many that a pattern stands for.

    Attributes:
        groups: who may use it; empty: everyone.
        candidates: one for each dialect; none while the channel is off or has no key that is on.
        named: gives the candidates for one of the models that a pattern stands for.
    """

    model: ListedModel
    groups: Sequence[str]
    candidates: Sequence[Candidate]
    named: Callable[[str], Sequence[Candidate]] | None = None


class View:
    """Finds who can serve a model.

    Attributes:
        listed: the models that can be served, by name; no patterns.
    """

    __slots__ = ("_found", "_models", "_offered", "_patterns", "listed")

    def __init__(
        self,
        models: Mapping[str, Lines],
        listed: Mapping[str, ListedModel],
        offered: frozenset[str],
        patterns: Sequence[Offer],
    ) -> None:
        self._models = models
        self.listed = listed
        self._offered = offered
        self._patterns = patterns
        self._found: dict[str, Lines] = {}

    def line(self, model: str, dialect: str, kind: Kind | None) -> Line:
        """See `Directory.line`."""
        return self._lines(model).get((dialect, kind), NOBODY)

    def dialects_of(self, model: str) -> list[str]:
        """See `Directory.dialects_of`."""
        return sorted(dialect for dialect, kind in self._lines(model) if kind is None)

    def knows(self, model: str) -> bool:
        """See `Directory.knows`."""
        return model in self._offered or any(matches(offer.model.id, model) for offer in self._patterns)

    def _lines(self, model: str) -> Lines:
        if not self._patterns:
            return self._models.get(model, _NO_LINES)
        found = self._found.get(model)
        if found is None:
            found = self._joined(model)
            if len(self._found) >= _MOST_FOUND:
                self._found.clear()
            self._found[model] = found
        return found

    def _joined(self, model: str) -> Lines:
        """Return the lines of a model, with those whose patterns it fits in their places."""
        own = self._models.get(model, _NO_LINES)
        fitting = [offer for offer in self._patterns if matches(offer.model.id, model)]
        joined = {place: list(line.candidates) for place, line in own.items()}
        for offer in fitting:
            candidates = offer.named(model) if offer.named is not None else ()
            for place, candidate in _places(candidates):
                joined.setdefault(place, []).append(candidate)
        return {place: line_of(_in_order(candidates)) for place, candidates in joined.items()}


def view_of(offers: Sequence[Offer]) -> View:
    """Index offers, which come by falling priority."""
    models: dict[str, dict[Place, list[Candidate]]] = {}
    listed: dict[str, ListedModel] = {}
    exact = [offer for offer in offers if not is_pattern(offer.model.id)]
    for offer in exact:
        if offer.candidates:
            listed.setdefault(offer.model.id, offer.model)
        lines = models.setdefault(offer.model.id, {})
        for place, candidate in _places(offer.candidates):
            lines.setdefault(place, []).append(candidate)
    return View(
        {name: {place: line_of(each) for place, each in lines.items()} for name, lines in models.items()},
        listed,
        frozenset(models),
        [offer for offer in offers if is_pattern(offer.model.id)],
    )


def _in_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates by falling priority, each channel once: some have a name and a pattern."""
    channels: dict[int, Candidate] = {}
    for candidate in candidates:
        channels.setdefault(candidate.channel_id, candidate)
    return sorted(channels.values(), key=lambda candidate: -candidate.priority)


def _places(candidates: Sequence[Candidate]) -> Iterator[tuple[Place, Candidate]]:
    """Yield where candidates belong: each in its dialect, and each channel where it is best reached from."""
    channels: dict[int, dict[str, Candidate]] = {}
    for candidate in candidates:
        yield (candidate.dialect, None), candidate
        channels.setdefault(candidate.channel_id, {})[candidate.dialect] = candidate
    for spoken in channels.values():
        for kind, dialect, order in _ORDERS:
            able = (spoken[other] for other in order if other in spoken)
            nearest = next((candidate for candidate in able if _serves(candidate, kind)), None)
            if nearest is not None:
                yield (dialect, kind), nearest


def _serves(candidate: Candidate, kind: Kind) -> bool:
    return kind is not Kind.COUNT or can_count(candidate.provider, candidate.dialect)
