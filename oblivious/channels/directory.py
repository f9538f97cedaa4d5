"""Who can serve which model to which group: one immutable snapshot, replaced whole."""

from collections.abc import Iterable, Mapping, Sequence

from oblivious.adapters.dialects.endpoint import Kind
from oblivious.channels.candidate import Candidate, Key
from oblivious.channels.judge import Rule
from oblivious.channels.models import NO_RULE, ModelRules
from oblivious.channels.pick import Stage
from oblivious.channels.route import Route, candidates_of
from oblivious.channels.tiers import Line
from oblivious.channels.view import ListedModel, Offer, View, view_of

__all__ = [
    "EVERYONE",
    "Candidate",
    "Directory",
    "Key",
    "Line",
    "ListedModel",
    "Offer",
    "build_directory",
]

EVERYONE = ""
"""Stands for all groups that no channel names."""

_MOST_ROUTES = 4_096
"""Routes that are kept; clients can think of any number of names."""

_Place = tuple[str, str, str, Kind | None]


class Directory:
    """Answers for every group; one that no channel names sees what is for everyone.

    Models go by their own names here: `real_name` says what an alias stands for.

    Attributes:
        rules: how operators have a provider's failures understood, by provider.
        channels, keys: the numbers of all that can serve; `draining` are those that take no new work.
    """

    __slots__ = (
        "_everyone",
        "_models",
        "_routes",
        "_strategies",
        "_views",
        "channels",
        "draining",
        "keys",
        "rules",
    )

    def __init__(
        self,
        views: Mapping[str, View],
        models: ModelRules,
        rules: Mapping[str, Sequence[Rule]],
        strategies: Mapping[str, str],
        candidates: Iterable[Candidate],
    ) -> None:
        self._views = views
        self._everyone = views[EVERYONE]
        self._models = models
        self.rules = rules
        self._strategies = strategies
        self._routes: dict[_Place, Route] = {}
        everyone = {candidate.channel_id: candidate for candidate in candidates}
        self.channels = frozenset(everyone)
        self.draining = frozenset(number for number, one in everyone.items() if one.draining)
        self.keys = frozenset(key.id for one in everyone.values() for key in one.keys)

    def real_name(self, model: str) -> str:
        """Return the public model that a name stands for: mostly itself."""
        return self._models.aliases.get(model, model)

    def route(self, name: str, group: str, dialect: str, kind: Kind | None) -> Route:
        """Return where requests for a model go that come from the group in the dialect; see `line`."""
        place = (name, group, dialect, kind)
        found = self._routes.get(place)
        if found is None:
            found = self._found(place)
            if found.candidates:
                self._keep(place, found)
        return found

    def stages(self, names: Iterable[str], group: str, dialect: str, kind: Kind | None) -> tuple[Stage, ...]:
        """Return some models in this order, with everybody who takes work for each."""
        models = [self.real_name(name) for name in names]
        lines = [self.line(model, group, dialect, kind) for model in models]
        rules = [self._models.rules.get(model, NO_RULE) for model in models]
        return tuple(
            Stage(model, line.tiers, rule.abilities)
            for model, line, rule in zip(models, lines, rules, strict=True)
        )

    def line(self, model: str, group: str, dialect: str, kind: Kind | None) -> Line:
        """Return everybody who can serve the model to a client of the dialect in the group.

        With a kind also those that speak only other dialects, each in the one that is nearest in this kind.
        """
        return self._view(group).line(model, dialect, kind)

    def candidates(
        self, model: str, group: str, dialect: str, *, kind: Kind | None = None
    ) -> tuple[Candidate, ...]:
        """Return the candidates of `line`, by falling priority."""
        return self.line(model, group, dialect, kind).candidates

    def dialects_of(self, model: str, group: str) -> list[str]:
        """Return the dialects in which the model can be served to the group; not for the fast path."""
        return self._view(group).dialects_of(model)

    def knows(self, model: str, group: str) -> bool:
        """Say whether a channel of the group offers the model, be it switched off."""
        return self._view(group).knows(model)

    def is_offered(self, model: str) -> bool:
        """Say whether any channel offers the model, to whatever group."""
        return any(view.knows(model) for view in self._views.values())

    def models(self, group: str) -> tuple[ListedModel, ...]:
        """Return the models that can be served to the group, by name; aliases too, and no patterns."""
        view = self._view(group)
        aliases = [
            shown._replace(id=alias)
            for alias, model in self._models.aliases.items()
            if (shown := view.listed.get(model)) is not None
        ]
        return tuple(sorted([*view.listed.values(), *aliases]))

    def _found(self, place: _Place) -> Route:
        name, group, dialect, kind = place
        model = self.real_name(name)
        rule = self._models.rules.get(model, NO_RULE)
        stages = self.stages((model, *rule.fallbacks), group, dialect, kind)
        strategy = rule.strategy or self._strategies.get(group, "")
        served = self.line(model, group, dialect, kind).candidates
        return Route(model, rule, strategy, served, stages, candidates_of(stages))

    def _keep(self, place: _Place, route: Route) -> None:
        if len(self._routes) >= _MOST_ROUTES:
            self._routes.clear()
        self._routes[place] = route

    def _view(self, group: str) -> View:
        return self._views.get(group, self._everyone)


def build_directory(
    offers: Sequence[Offer],
    *,
    models: ModelRules | None = None,
    rules: Mapping[str, Sequence[Rule]] | None = None,
    strategies: Mapping[str, str] | None = None,
) -> Directory:
    """Index offers, which come by falling priority, for every group that one names and for everyone else."""
    groups = {EVERYONE, *(group for offer in offers for group in offer.groups)}
    views = {
        group: view_of([offer for offer in offers if not offer.groups or group in offer.groups])
        for group in groups
    }
    everyone = (candidate for offer in offers for candidate in offer.candidates)
    return Directory(views, models or ModelRules({}, {}), rules or {}, strategies or {}, everyone)
