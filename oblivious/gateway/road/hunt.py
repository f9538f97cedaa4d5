"""The search of one exchange for a channel: what was tried, what is left, what follows from each failure."""

import asyncio
import time

from oblivious.channels.abilities import CONTEXT
from oblivious.channels.judge import Action, Fault, Scope, Verdict, fault_of, judge
from oblivious.channels.pick import Choice, Stage
from oblivious.contracts.errors import InvalidRequest, RelayError, TooLong, UpstreamError
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.judgements import another_may
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.patience import Blocked, blocked
from oblivious.gateway.road.shares import enter_channel, leave_channel, take_share
from oblivious.gateway.road.stages import attempts_of, stages_after
from oblivious.gateway.road.steps import note_answered, note_passed, note_tried, note_waited
from oblivious.gateway.road.verdict import verdict
from oblivious.infra.telemetry import families

_BACKOFF_FIRST_S = 0.05
_BACKOFF_MOST_S = 2.0
_NEWEST_COUNTS = 0.2
"""The weight of the last answer's time among those before it."""

_OF_ONE_KEY = frozenset({Fault.AUTH, Fault.BILLING, Fault.RATE})
"""After these another key of the channel is as good as another channel."""


class Hunt:
    """Goes on from one choice to the next; between two of them it is told what became of the first."""

    __slots__ = (
        "_again",
        "_attempts",
        "_began",
        "_choice",
        "_exchange",
        "_failures",
        "_full",
        "_judged",
        "_looks",
        "_over",
        "_patience_ends",
        "_road",
        "_unsayable",
    )

    def __init__(self, road: Road, exchange: Exchange) -> None:
        self._road = road
        self._exchange = exchange
        self._attempts = attempts_of(road, exchange)
        self._failures: list[UpstreamError] = []
        self._full: dict[str, Blocked] = {}
        self._judged: set[str] = set()
        self._again = self._looks = 0
        self._over = False
        self._unsayable: InvalidRequest | None = None
        self._choice: Choice
        self._began = 0.0
        self._patience_ends = time.monotonic() + road.limits.wait_ms / 1000
        road.repeats.earn()

    async def next(self) -> Choice | None:
        """Return who is asked now; None when it is over."""
        desperate = False
        while not self._over and (not self._failures or self._time_left()):
            choice = self._attempts.next(desperate=desperate)
            if choice is None:
                if desperate:
                    return None
                if not (self._stretched() or await self._tried_again() or await self._waited()):
                    desperate = self._despair()
                    if not desperate:
                        return None
            elif (desperate or not choice.claims or await self._is_ours(choice)) and (
                not choice.candidate.metered or await self._has_room(choice)
            ):
                return self._begin(choice)
        return None

    def succeeded(self) -> None:
        """Note that the choice has accepted the exchange."""
        road, candidate, key = self._road, self._choice.candidate, self._choice.key
        ms = (time.monotonic() - self._began) * 1000
        latencies, channel = road.latencies, candidate.channel_id
        before = latencies.get(channel, ms)
        latencies[channel] = before + (ms - before) * _NEWEST_COUNTS
        road.last_good[key.id] = time.time()
        road.health.succeeded(candidate, key)
        note_answered(self._exchange, self._began)

    def failed(self, failure: UpstreamError) -> None:
        """Note that it failed, and close what the failure concerns."""
        road, exchange, candidate, key = self._road, self._exchange, self._choice.candidate, self._choice.key
        exchange.asked = False
        found = judge(failure, candidate.provider.name, road.directory.rules.get(candidate.provider.name, ()))
        road.health.failed(candidate, key, found)
        if found.action is Action.OFF:
            road.switch_off(self._choice, found, failure.message)
        road.tally.add(families.UPSTREAM_ERRORS, 1, candidate.name, failure.code)
        note_tried(exchange, self._began, found.fault, failure)
        self._failures.append(failure)
        self._end_attempt()
        if instead := self._instead(failure):
            self._attempts.instead(instead)
        elif found.fault is Fault.CONTENT:
            self._end_unless_another_may(failure)
        else:
            self._exclude(found)

    def unsayable(self, error: InvalidRequest) -> None:
        """Note that its dialect has no words for what is wanted."""
        self._unsayable = error
        self._attempts.exclude_channel(self._choice.candidate.channel_id)
        self._end_attempt(sent=False)

    def ended(self) -> None:
        """Leave to others what is still claimed: the exchange may have been stopped within a step."""
        self._leave()

    def verdict(self) -> RelayError:
        """Return what the caller is told when nobody has accepted."""
        if self._unsayable is not None and not self._failures:
            return self._unsayable
        return verdict(self._failures, self._blocked(), self._attempts.lacking())

    def _begin(self, choice: Choice) -> Choice:
        exchange = self._exchange
        self._choice, self._began = choice, time.monotonic()
        if choice.key.renames:
            renamed = choice.key.called(choice.candidate.upstream_model)
            choice = choice._replace(candidate=choice.candidate.to(renamed))
        exchange.candidate, exchange.key = choice.candidate, choice.key
        exchange.served = self._attempts.model
        enter_channel(self._road, exchange)
        return choice

    def _exclude(self, found: Verdict) -> None:
        candidate, key, attempts = self._choice.candidate, self._choice.key, self._attempts
        if found.scope is Scope.CHANNEL:
            attempts.exclude_channel(candidate.channel_id)
            return
        if found.scope is Scope.KEY_MODEL:
            attempts.exclude_way(candidate, key)
        else:
            attempts.exclude_key(key.id)
        if found.fault not in _OF_ONE_KEY and attempts.has_keys_left(candidate):
            attempts.postpone(candidate)

    def _end_unless_another_may(self, failure: UpstreamError) -> None:
        """End it with a judgement of the request, unless that only holds for the one who judged."""
        stands_in = self._exchange.stood_in and any(
            fault_of(one) is not Fault.CONTENT for one in self._failures
        )
        if stands_in:  # the client is told what became of the model that it has asked for
            self._failures.pop()
        self._over = not another_may(self._attempts, self._choice.candidate, failure, stands_in=stands_in)

    def _instead(self, failure: UpstreamError) -> list[Stage]:
        """Return the models that may take what this one can't, without those that were asked already."""
        self._judged.add(self._exchange.served or self._exchange.stages[0].model)
        stages = stages_after(self._road, self._exchange, failure)
        return [stage for stage in stages if stage.model not in self._judged]

    def _stretched(self) -> bool:
        """Go on with models for longer conversations, where this one is too long for all that serve it."""
        if self._failures or self._attempts.lacking() != CONTEXT:
            return False
        instead = self._instead(TooLong("the conversation is too long for this model"))
        if instead:
            self._attempts.instead(instead)
        return bool(instead)

    async def _is_ours(self, choice: Choice) -> bool:
        """Claim what is half-open; who tries it finds out for everybody."""
        taken = await self._road.health.claim(choice.claims)
        if taken is None:
            self._exchange.claims = choice.claims
            return True
        self._attempts.exclude_subject(taken)
        note_passed(self._exchange, choice, "taken", "another request is trying whether it is well")
        return False

    async def _has_room(self, choice: Choice) -> bool:
        full = await take_share(self._road, self._exchange, choice)
        if full is None:
            return True
        self._leave()
        self._full[full.subject] = full
        self._attempts.exclude_subject(full.subject)
        note_passed(self._exchange, choice, "full", full.why)
        return False

    async def _tried_again(self) -> bool:
        """Let in again channels of which one key failed, while repeats are few; wait a while before."""
        if not self._attempts.has_postponed() or not self._road.repeats.spend():
            return False
        ceiling = min(_BACKOFF_MOST_S, _BACKOFF_FIRST_S * 2**self._again)
        self._again += 1
        await asyncio.sleep(self._road.dice.uniform(0, ceiling))
        self._attempts.readmit_postponed()
        return True

    async def _waited(self) -> bool:
        """Wait until the first who is full or cooling may be asked, if that is soon; say whether it was."""
        began = time.monotonic()
        left_ms = int((self._patience_ends - began) * 1000)
        waits = [block.look_in_ms(self._looks, left_ms) for block in self._blocked() if block.is_worth_a_wait]
        soonest = min(waits, default=None)
        if soonest is None or soonest > left_ms:
            return False
        await asyncio.sleep((soonest + self._road.dice.uniform(1, 10)) / 1000)
        note_waited(self._exchange, began)
        self._looks += 1
        self._full.clear()
        self._attempts.readmit()
        return True

    def _despair(self) -> bool:
        """Try also those whose breaker is open, when nobody else is left; say whether that may be done."""
        if self._failures and not self._road.repeats.spend():
            return False
        self._attempts.readmit()
        for subject in self._full:
            self._attempts.exclude_subject(subject)
        return True

    def _blocked(self) -> list[Blocked]:
        return [*self._full.values(), *blocked(self._road.health, self._attempts)]

    def _time_left(self) -> bool:
        spent_ms = (time.monotonic() - self._exchange.arrived) * 1000
        return spent_ms < self._road.limits.deadlines.total_ms

    def _end_attempt(self, *, sent: bool = True) -> None:
        leave_channel(self._road, self._exchange, sent=sent)
        self._leave()

    def _leave(self) -> None:
        """Leave to others what was claimed."""
        if self._exchange.claims:
            self._road.health.release(self._exchange.claims)
            self._exchange.claims = ()
