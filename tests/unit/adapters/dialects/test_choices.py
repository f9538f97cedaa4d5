"""What is said once, and what each call says under its own number."""

import json

import pytest

from oblivious.adapters.chat.events import Begun, ChatEvent, Counted, Ended, Finished, Grown, Opened
from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.choices import Choices, summed
from oblivious.adapters.dialects.translate import ClientFace, Encoder
from oblivious.adapters.dialects.ways import TranslatedWay
from oblivious.adapters.registry import CLIENTS, FACES, UPSTREAMS
from oblivious.contracts.usage import Usage

CHAT = FACES["openai_chat"]


class Hearing:
    """An encoder that only keeps what it is fed."""

    def __init__(self) -> None:
        self.events: list[ChatEvent] = []

    def feed(self, event: ChatEvent) -> bytes:
        """Keep the event."""
        self.events.append(event)
        return b"."


def choices(calls: int, hearing: Encoder | None = None) -> Choices:
    client: ClientFace = CLIENTS["openai_chat"]
    if hearing is not None:
        client = client._replace(encoder=lambda _plan: hearing)
    plan = ClientPlan(ChatRequest(origin="openai_chat", model="m", turns=(), n=calls))
    return Choices(TranslatedWay(CHAT, client, plan, UPSTREAMS["openai_chat"], UpstreamPlan()), calls, CHAT)


class TestStreams:
    def test_what_concerns_all_is_said_once(self) -> None:
        """The first begin, the sum of what was used, and the end when the last one has ended."""
        hearing = Hearing()
        both = choices(2, hearing)
        for number in (1, 0):
            for event in (Begun(f"id-{number}"), Counted(Usage(3, 4), service_tier="fast"), Ended()):
                both.write(number, event)

        assert hearing.events == [
            Begun("id-1"),
            Counted(Usage(6, 8, calls=2), service_tier="fast"),
            Ended(),
        ]

    def test_usage_that_one_did_not_tell_is_not_told(self) -> None:
        """A part of it would be taken for the whole."""
        hearing = Hearing()
        both = choices(2, hearing)
        both.write(0, Counted(Usage(3, 4)))
        both.write(0, Ended())
        both.write(1, Ended())

        assert hearing.events == [Ended()]

    def test_each_call_has_its_number(self) -> None:
        """Whatever more an upstream says than one choice is left out."""
        hearing = Hearing()
        both = choices(2, hearing)
        both.write(1, Opened(0, 0, Text()))
        both.write(1, Grown(0, 0, "a"))
        both.write(1, Grown(1, 0, "lost"))
        both.write(0, Finished(0, Finish.STOP))

        assert hearing.events == [Opened(1, 0, Text()), Grown(1, 0, "a"), Finished(0, Finish.STOP)]

    def test_what_came_early_is_held_in_its_order(self) -> None:
        """Until it is asked for; what comes later passes."""
        both = choices(2)
        early = [both.write(1, Opened(0, 0, Text())), both.write(0, Opened(0, 0, Text()))]
        both.write(1, Grown(0, 0, "a"))
        held = both.held()
        both.write(0, Grown(0, 0, "b"))

        assert held.startswith(b"".join(early))
        assert b'"a"' in held
        assert both.held() == b""


class TestWholeAnswers:
    def test_of_each_answer_the_first_choice_counts(self) -> None:
        """Under the number of its call."""
        both = choices(2)
        said = {"choices": [{"message": {"content": "a"}}, {"message": {"content": "lost"}}]}
        for way, body in zip(both.ways, (said, said), strict=True):
            way.whole(json.dumps(body).encode())

        answer = json.loads(both.whole())
        assert [(c["index"], c["message"]["content"]) for c in answer["choices"]] == [(0, "a"), (1, "a")]


@pytest.mark.parametrize(
    ("usages", "found"),
    [
        ([Usage(1, 2), Usage(3, 4)], Usage(4, 6, calls=2)),
        ([Usage(1, 2), None], None),
        ([None, None], None),
    ],
    ids=["all", "not all", "none"],
)
def test_a_sum_is_of_all_or_none(usages: list[Usage | None], found: Usage | None) -> None:
    """What one did not tell cannot be added."""
    assert summed(usages) == found
